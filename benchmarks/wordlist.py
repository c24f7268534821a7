"""Write the list of common words that folding reads disguises against.

    python -m benchmarks.wordlist [--shared ../shared]

A word is listed if at least three of the sources hold it, in five comments or more. The order is
that of the share of comments that hold it, averaged over the sources, the commonest first. The
same files give the same list; changing it changes the folding (`moderation.text.folding`).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from benchmarks.hostility import rows
from moderation.text.disguise import common_words as wordlist

SOURCES = (
    "civil_stripped", "toxic_spans", "wiki_talk", "nyt_rfd", "polis_en", "ruddit", "cad",
    "web_discourse",
)  # fmt: skip
LEAST_SOURCES, LEAST_COMMENTS = 3, 5
# A whole word in ASCII letters that is no part of an address, of a contraction or of a disguise.
_WORD = re.compile(r"(?<![\w@#./'’*$!-])[a-z]{2,24}(?![\w@#/'’*$-])")
_THRICE = re.compile(r"(.)\1\1")


def listed(train: Path) -> list[str]:
    share: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    comments: Counter[str] = Counter()
    for source in SOURCES:
        held: Counter[str] = Counter()
        n_comments = 0
        for row in rows(train / f"{source}.jsonl.gz"):
            held.update(set(_WORD.findall(row["text"].lower())))
            n_comments += 1
        for word, count in held.items():
            share[word] += count / n_comments / len(SOURCES)
        sources.update(held.keys())
        comments.update(held)
    kept = [
        word
        for word in share
        if sources[word] >= LEAST_SOURCES
        and comments[word] >= LEAST_COMMENTS
        and not _THRICE.search(word)
    ]
    return sorted(kept, key=lambda word: (-share[word], word))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    options = parser.parse_args()
    words = listed(options.shared / "data/train")
    wordlist.PATH.write_text("\n".join(words) + "\n", encoding="ascii")
    print(f"{len(words):,} words in {wordlist.PATH}")


if __name__ == "__main__":
    main()
