"""The folded form of each character in the foldings of other languages than English."""

from __future__ import annotations

import re
import unicodedata

from moderation.text.folding.english import LETTERLIKE, TYPOGRAPHIC
from moderation.text.scripts import MARKS

_JOINER = "\u200d"
_KOREAN_LETTERS = range(0x3131, 0x318F)
# Skin tones, and what selects a variant of the character before.
_UNSEEN = (range(0x1F3FB, 0x1F400), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_LATIN_OR_GREEK_END = "\u0400"
# Marks that are left out: those on Latin, Greek and Cyrillic letters, and the vowel signs of Hebrew
# and Arabic, which most people do not write.
_LEFT_OUT = re.compile(
    r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    r"\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff]"
)
_MARK = re.compile(f"[{MARKS}]")
# Arabic letters that people write for each other, and the letters of Persian keyboards.
_ARABIC = str.maketrans("أإآٱىیةکھہ", "ااااييهكهه")

_DOTLESS = {"I": "ı", "İ": "i", "ı": "ı"}


class Characters(dict[int, str]):
    """The folded form of each character, filled on first use, for :meth:`str.translate`.

    Its size is limited by the number of code points and, in practice, by the alphabets in use.

    Parameters
    ----------
    kept
        Small letters with marks that tell words apart, which keep their marks.
    dotless
        Whether the small letter of I has no dot, as in Turkish.
    instead
        Folded letters, and what is read instead of them.
    """

    def __init__(self, kept: str, *, dotless: bool, instead: dict[str, str]) -> None:
        super().__init__(TYPOGRAPHIC)
        self.update({ord(c): own for c, own in _DOTLESS.items()} if dotless else {})
        self._kept = frozenset(kept)
        self._instead = str.maketrans(instead)

    def __missing__(self, code: int) -> str:
        folded = self[code] = self._folded(chr(code)).translate(self._instead)
        return folded

    def _folded(self, character: str) -> str:
        code, category = ord(character), unicodedata.category(character)
        if category == "Cs":
            return "\ufffd"  # a lone surrogate cannot be encoded
        if code in _KOREAN_LETTERS or character == _JOINER:
            return character
        if category in {"Cc", "Cf"} or any(code in some for some in _UNSEEN):
            return " " if character.isspace() else ""
        small = unicodedata.normalize("NFKC", character).casefold()
        if small in self._kept:
            return small
        plain = unicodedata.normalize("NFKD", character).casefold().translate(LETTERLIKE)
        if plain[:1] >= _LATIN_OR_GREEK_END and (plain[0].isalpha() or _MARK.match(plain)):
            return _LEFT_OUT.sub("", small.translate(_ARABIC))
        return _LEFT_OUT.sub("", plain).translate(TYPOGRAPHIC)
