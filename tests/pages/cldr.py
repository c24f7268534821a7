"""The names of the months in many languages, from Unicode's CLDR by way of Babel.

Run ``python tests/pages/cldr.py`` to write them to ``moderation/pages/wording/months.py``. A test
compares that file with what Babel has, so the names are never edited by hand.
"""

from __future__ import annotations

import re
from pathlib import Path

from babel.dates import get_month_names

TARGET = Path(__file__).parents[2] / "moderation" / "pages" / "wording" / "months.py"
LANGUAGES = (
    "ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr gl he hi hr hu hy id is it ka kk lt "
    "lv mk ms nb nl pl pt ro ru sk sl sq sr sr_Latn sv sw ta th tr uk ur uz"
).split()
#: Names that are everyday words of another language: a Mac is no March.
_WORDS = frozenset({"mac", "set", "out", "ara", "bal", "ion", "mai", "des"})
_HEAD = '''\
"""The names of the months in 50 languages, written by ``tests/pages/cldr.py`` from CLDR."""

#: In lower case, without a full stop at the end, sorted.
NAMES = (
'''


def names() -> list[str]:
    """Collect the names of the months, whole and shortened, in running text and alone."""
    found = set()
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                found |= {
                    re.sub(r"^(?:de |d['’])", "", name.lower()).rstrip(".")
                    for name in get_month_names(width, context, language).values()
                }
    return sorted(
        name
        for name in found
        if len(name) > 2 - (not name.isascii())
        and not any(letter.isdecimal() for letter in name)
        and name not in _WORDS
    )


def source() -> str:
    """Return the text of the module."""
    lines, line = [], "   "
    for name in names():
        piece = f' "{name}",'
        if len(line) + len(piece) > 100:
            lines.append(line)
            line = "   "
        line += piece
    return _HEAD + "\n".join([*lines, line]) + "\n)  # fmt: skip\n"


if __name__ == "__main__":
    TARGET.write_text(source(), encoding="utf-8")
