"""Whether a disguise helps an insult past the model: six of them, on the words that weigh most.

    python -m benchmarks.disguises [--shared ../shared] [--set c3|draft]

Of every hostile comment that is flagged (review or hold), the `--words` weightiest words are
written in each disguise; the table tells how many are still flagged. Of harmless comments as many
words, drawn at random, are disguised; the table tells how far the score moves.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.hostility import c3, draft
from moderation.model import load_model, shipped_model
from moderation.model.explanation import explain_text
from moderation.model.linear import TextModel
from moderation.records import Attribute

LEET = str.maketrans("aeiostAEIOST", "43105743105" + "7")
LOOKALIKE = str.maketrans("aeopcxyi", "аеорсхуі")
SETS = {"c3": c3, "draft": draft}
_HARMLESS = 2000


def leet(word: str, _draw: random.Random) -> str:
    return word.translate(LEET)


def masked(word: str, _draw: random.Random) -> str:
    return (
        word[0] + "*" * len(word[1:-1]) + word[-1]
        if len(word) < 6
        else (word[:2] + "**" + word[4:])
    )


def spaced(word: str, _draw: random.Random) -> str:
    return " ".join(word)


def dotted(word: str, _draw: random.Random) -> str:
    return ".".join(word)


def stretched(word: str, draw: random.Random) -> str:
    vowels = [i for i, letter in enumerate(word) if letter.lower() in "aeiou"]
    at = draw.choice(vowels) if vowels else len(word) - 1
    return word[:at] + word[at] * 5 + word[at + 1 :]


def invisible(word: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(word))
    return word[:at].translate(LOOKALIKE) + "\u200b" + word[at:].translate(LOOKALIKE)


DISGUISES: dict[str, Callable[[str, random.Random], str]] = {
    "leet": leet,
    "masked": masked,
    "spaced": spaced,
    "dotted": dotted,
    "stretched": stretched,
    "look-alike and zero-width": invisible,
}


def disguised(text: str, spans: list[tuple[int, int]], name: str, draw: random.Random) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + DISGUISES[name](text[start:end], draw) + text[end:]
    return text


def weightiest(model: TextModel, text: str, most: int) -> list[tuple[int, int]]:
    explanation = explain_text(model, text, Attribute.HOSTILITY)
    words = [r for r in explanation.weightiest(most + 5) if r.text.isalpha() and len(r.text) > 2]
    return [(r.start, r.end) for r in words[:most]]


def at_random(text: str, most: int, draw: random.Random) -> list[tuple[int, int]]:
    spans, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        if word.isalpha() and len(word) > 2:
            spans.append((at, at + len(word)))
        at += len(word)
    return draw.sample(spans, min(most, len(spans)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--set", choices=SETS, default="c3")
    parser.add_argument("--words", type=int, default=2)
    options = parser.parse_args()
    loaded = load_model(options.model or shipped_model())
    model, thresholds = loaded.hostility, loaded.thresholds(Attribute.HOSTILITY)
    assert model is not None
    assert thresholds is not None
    rows = list(SETS[options.set](options.shared))
    values = model.probability(row.text for row in rows)
    hostile = [r.text for r, v in zip(rows, values, strict=True)
               if r.hostile and v >= thresholds.review]  # fmt: skip
    harmless = [(r.text, v) for r, v in zip(rows, values, strict=True) if not r.hostile]
    draw = random.Random(0)
    harmless = draw.sample(harmless, min(_HARMLESS, len(harmless)))
    print(
        f"model {loaded.version}; {len(hostile):,} flagged hostile and {len(harmless):,} harmless "
        f"comments of {options.set}; {options.words} words disguised in each"
    )
    print(f"{'disguise':<28}{'still flagged':>14}{'harmless: mean move':>22}")
    targets = [weightiest(model, text, options.words) for text in hostile]
    plain = [at_random(text, options.words, draw) for text, _ in harmless]
    before = np.array([value for _, value in harmless])
    for name in DISGUISES:
        flagged = model.probability(
            disguised(text, spans, name, draw) for text, spans in zip(hostile, targets, strict=True)
        )
        moved = model.probability(
            disguised(text, spans, name, draw)
            for (text, _), spans in zip(harmless, plain, strict=True)
        )
        share = float((flagged >= thresholds.review).mean())
        move = float(np.abs(moved - before).mean())
        print(f"{name:<28}{share:>14.3f}{move:>22.4f}")


if __name__ == "__main__":
    main()
