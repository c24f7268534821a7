"""Families of texts that a reader might write to keep the machine busy, of any length.

The property test of growth and ``benchmarks/hostile_text.py`` measure the same families. A family
gives a text of `n` characters; what it draws comes from the generator that it is given, so that
two texts of one family need not repeat each other.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from pathlib import Path

Family = Callable[[int, random.Random], str]

_LABELLED = Path(__file__).parents[1] / "labelled" / "comments.jsonl"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEET = "013456789@$!|"
#: The text of every message below: invented, rude, and short.
_INSULT = "You are a liar. "

# Each is written again and again.
_UNITS = {
    "spaced digits": " \t1 $\tl 1",
    "spaced digits and dots": "1 . l . $ . ",
    "joint at the end of a run": "f* ",
    "joint at the end, dots": "f. ",
    "joint at the end, hyphens": "f- ",
    "joint at the end, strokes": "f| ",
    "joint at the end, commas": "f, ",
    "joint at the end, underscores": "f_ ",
    "joint at the end, three spaces": "f*   ",
    "letters apart": "x ",
    "capitals apart": "A B C D ",
    "an insult apart": "i d i o t ",
    "an insult apart with points": "i . d . i . o . t . ",
    "an insult apart, a point at the end": "s h i t . ",
    "two insults apart": "y o u  i d i o t  ",
    "stars apart": "* ",
    "signs apart": "@ $ ! ",
    "signs and letters apart": "! a ",
    "digits for letters apart": "1 d 1 0 t ",
    "masked": "f**k ",
    "masks": "*",
    "masked without an end": "f*",
    "masks of every kind": "f#%_*k ",
    "emphasis": "*a* ",
    "joined": "i.d.i.o.t.",
    "joined with hyphens": "a-",
    "joined with underscores": "a_",
    "words joined": "abc-def-",
    "a ladder of strokes": "a/",
    "a ladder of bars": "a|",
    "a ladder of mixed signs": "a/b,c;",
    "ladders": "a/b/c ",
    "quotes": '"',
    "apostrophes": "'a",
    "opening brackets": "({[<",
    "closing brackets": ")}]>",
    "list marks": "1) ",
    "stops": "a?! ",
    "points": ".",
    "ellipses": "\u2026",
    "shortened words": "e.g. Mr. a.m. ",
    "stretched": "idiooooot ",
    "stretched pairs": "ggoooodd ",
    "one letter": "a",
    "doubled letters": "aabb",
    "a word run together": "idiot",
    "Roman numerals": "mdclxviii",
    "digits": "1234567890",
    "amounts": "$1,5k ",
    "substituted": "1d10t ",
    "web addresses": "http://a.b/c?d=e&",
    "beginnings of addresses": "www.",
    "mail addresses": "a@b.c.d",
    "mail addresses without an end": "a.b+c-",
    "telephone numbers": "0(12) 34-",
    "Cyrillic in Latin": "a\u0430",
    "accents": "a\u0301",
    "accents alone": "\u0301",
    "Cyrillic marks apart": "\u0438\u0306",
    "full width": "\uff46\uff55\uff43\uff4b ",
    "invisible": "\u200b",
    "invisible between letters": "i\u200bd\u200bi\u200bo\u200bt ",
    "terminal escapes": "\x1b[",
    "terminal escapes without an end": "\x1b[0",
    "control characters": "\x00\x01",
    "line ends": "\n",
    "letters on lines": "a\n",
    "white space": " \t",
    "emoji": "\U0001f600",
    "emoji joined": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "flags": "\U0001f1e6",
    "Chinese": "\u4e2d",
    "long ligatures": "\ufdfa",
    "long ligatures apart": "\ufdfa ",
    "ligatures": "\ufb03",
    "fractions": "\u00bd",
    "squared words": "\u3300",
    "half surrogates": "\ud800",
    "open tags": "<f",
    "tags": "<b>x</b>",
    "entities": "&#",
    "long names of entities": "&acirccccc;",
    "quoted lines": "> ",
    "capitals": "SHOUT ",
    "turns of phrase": "free delivery call now ",
}  # fmt: skip


def _repeated(unit: str) -> Family:
    return lambda n, _: (unit * (n // len(unit) + 1))[:n]


def _drawn(alphabet: str) -> Family:
    return lambda n, draw: "".join(draw.choices(alphabet, k=n))


def _parted(alphabet: str, between: str) -> Family:
    """Characters of an alphabet, one sign between them."""
    return lambda n, draw: between.join(draw.choices(alphabet, k=n))[:n]


def _words(make: Callable[[random.Random], str], between: str = " ") -> Family:
    """Words, each made anew."""

    def family(n: int, draw: random.Random) -> str:
        words: list[str] = []
        size = 0
        while size < n:
            words.append(make(draw))
            size += len(words[-1]) + len(between)
        return between.join(words)[:n]

    return family


def _word(alphabet: str, low: int, high: int) -> Callable[[random.Random], str]:
    return lambda draw: "".join(draw.choices(alphabet, k=draw.randint(low, high)))


def _letters_masked(draw: random.Random) -> str:
    return draw.choice(_LETTERS) + "*" * draw.randint(1, 9) + draw.choice(_LETTERS)


def _letters_stretched(draw: random.Random) -> str:
    return "".join(letter * draw.randint(1, 4) for letter in draw.choices(_LETTERS, k=6))


_DRAWN: Mapping[str, Family] = {
    "open tag": lambda n, _: f"{_INSULT}<{'f' * n}"[:n],
    "an entity of digits": lambda n, _: f"{_INSULT}&#{'1' * n}"[:n],
    "an attribute without an end": lambda n, _: f'{_INSULT}<a href="{"x" * n}'[:n],
    "letters apart, drawn": _parted(_LETTERS, " "),
    "letters and digits apart, drawn": _parted(_LETTERS[:9] + _LEET, " "),
    "signs for letters apart, drawn": _parted(_LEET, " "),
    "joined letters, drawn": _parted(_LETTERS, "."),
    "joined on one line, drawn": _parted(_LETTERS, "-"),
    "letters with points apart, drawn": _parted(_LETTERS, " . "),
    "letters, drawn": _drawn(_LETTERS),
    "vowels, drawn": _drawn("aeiou "),
    "digits, drawn": _drawn("0123456789"),
    "digits for letters, drawn": _drawn(_LEET),
    "marks, drawn": _drawn("*#%_.-~ a"),
    "white space and stars, drawn": _drawn(" \t*a"),
    "white space and digits, drawn": _drawn(" \t1l$"),
    "ASCII, drawn": _drawn("".join(map(chr, range(32, 127)))),
    "characters, drawn": _drawn("".join(map(chr, [*range(0x21, 0xD800), *range(0xE000, 0xFFFF)]))),
    "new words": _words(_word(_LETTERS, 3, 9)),
    "new words of digits and letters": _words(_word(_LETTERS + _LEET, 4, 8)),
    "new words for signs": _words(_word("abcdefginostu1340@$!", 4, 8)),
    "new masked words": _words(_letters_masked),
    "new stretched words": _words(_letters_stretched),
    "new joined words": _words(lambda draw: ".".join(draw.choices(_LETTERS, k=6))),
    "new words of two letters joined": _words(_word(_LETTERS, 2, 2), "-"),
    "new ladders": _words(lambda draw: "/".join(draw.choices(_LETTERS, k=6))),
    "new long words": _words(_word(_LETTERS, 40, 80)),
    "new Chinese": _drawn("".join(map(chr, range(0x4E00, 0x9FA5)))),
    "new mixed words": _words(_word("abc\u0430\u0435\u043e\u03b1", 4, 9)),
}  # fmt: skip

FAMILIES: Mapping[str, Family] = {
    **{name: _repeated(unit) for name, unit in _UNITS.items()},
    **_DRAWN,
}

# What a family of random units is made of.
_ATOMS = (
    *" \t\n  aaefilstux1$@!*.,-_~|/\u00b7\"'()[]{}<>&#;:?=+%0O",
    "\u200b", "\u0301", "\u0430", "\u0438\u0306", "\ufdfa", "\x1b[", "\ud800", "\u2026", "www.", "http://",
    "&#", "<b", "idiot", "f**k", "1d10t", "...", "   ", "\U0001f600", "\u4e2d", "  ", "sh", "you",
)  # fmt: skip


def random_family(draw: random.Random) -> Family:
    """A unit of one to eight atoms, again and again, behind a prefix and before an end."""
    unit = "".join(draw.choices(_ATOMS, k=draw.randint(1, 8)))
    before, behind = ("".join(draw.choices(_ATOMS, k=draw.randint(0, 4))) for _ in range(2))
    return lambda n, _: before + (unit * (n // len(unit) + 1))[: max(0, n - 8)] + behind


def prose(n: int, draw: random.Random) -> str:
    """Ordinary comments of the labelled set, in an order that is drawn, joined to one text."""
    texts = _labelled()
    order = draw.sample(texts, len(texts))
    pieces: list[str] = []
    size = 0
    for text in cycle(order):
        pieces.append(text)
        size += len(text) + 1
        if size > n:
            return "\n".join(pieces)[:n]
    raise AssertionError("the labelled set is empty")


def _labelled() -> list[str]:
    return list(_texts())


def _texts() -> Iterator[str]:
    with _LABELLED.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]
