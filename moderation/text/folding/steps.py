"""What scripts need: sentences without spaces, letters in parts, look-alikes of other scripts."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from moderation.text.folding.changes import Change
from moderation.text.scripts import MARKS, SENTENCE_ENDS, UNSPACED, WORD

_EMOJI = r"\u203c\u2049\u2122-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001fbff"

# Someone who writes without spaces closes a sentence, and perhaps a quotation, and goes on.
_GAP = re.compile(
    rf"(?:[{SENTENCE_ENDS}]|[.!?\u2026](?=[\"'\u201d\u2019\u300d\u300f)\uff09]*[{UNSPACED}]))"
    rf"[\"'\u201d\u2019\u300d\u300f)\uff09]*(?=[{WORD}])"
)
_UNIT = re.compile(rf"[{UNSPACED}][{MARKS}]*|[^\s{UNSPACED}]+")
# A character with the marks behind it, the parts of Korean syllables, and half-width kana.
_APART = re.compile(
    rf".[{MARKS}\u1160-\u11ff\ud7b0-\ud7ff]+|[\uff66-\uff9d][\uff9e\uff9f]?", re.DOTALL
)
# Terminal sequences, and characters that nobody sees, but not the joiner of emoji.
_UNSEEN = re.compile(
    "\x1b\\[[0-?]*+[@-~]|[\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff]+"
)
# A Korean syllable whose letters are written one by one.
_KOREAN_FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_KOREAN_LAST = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_KOREAN_LETTERS = re.compile("([ㄱ-ㅎ])([ㅏ-ㅣ])(?:([ㄱ-ㅎ])(?![ㅏ-ㅣ]))?")
_LOOSE_JOINER = re.compile(rf"(?<![{_EMOJI}])\u200d+|\u200d+(?![{_EMOJI}])")

_LATIN, _OTHER = r"a-zA-Z\u00c0-\u024f\u1e00-\u1eff", r"\u0370-\u03ff\u0400-\u052f\u1f00-\u1fff"
_MIXED = re.compile(rf"[{_LATIN}][{MARKS}]*[{_OTHER}]|[{_OTHER}][{MARKS}]*[{_LATIN}]")
_LETTERS = re.compile(rf"(?:[^\W\d_][{MARKS}]*)+")

Script = Literal["latin", "cyrillic", "greek"]

# Letters of other scripts that look like Latin ones, and the reverse, in small letters and in
# capitals (the cases of Unicode TR 39 whose glyphs look alike in common fonts).
_AS_LATIN = str.maketrans(
    "авеёкмнорстухіїјѕԁԛԝгьһАВЕЁКМНОРСТУХІЇЈЅҺαβγεηικμνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "abeekmhopctyxiijsdqwrbhABEEKMHOPCTYXIIJSHabyenikunoptuxwABEZHIKMNOPTYX",
)
_AS_CYRILLIC = str.maketrans("abcehijkmnoprtuxyABCEHIJKMOPTXYS", "аьсеніјкмпоргтихуАВСЕНІЈКМОРТХУЅ")
_AS_GREEK = str.maketrans("abehikmnoptuvwxyzABEZHIKMNOPTYX", "αβεηικμνορτυνωχγζΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
_TOWARDS: dict[Script, dict[int, int]] = {
    "latin": _AS_LATIN,
    "cyrillic": _AS_CYRILLIC,
    "greek": _AS_GREEK,
}


def gaps(text: str) -> list[Change]:
    """Return the white space to put between sentences that are written without any."""
    return [
        (f"{text[end - 1]} ", end - 1, end) for end in (gap.end() for gap in _GAP.finditer(text))
    ]


def units(text: str) -> list[tuple[int, int]]:
    """Return the spans of words, and of single characters in scripts without spaces."""
    return [unit.span() for unit in _UNIT.finditer(text)]


def composed(chunk: str) -> list[Change]:
    r"""Return the letters that a token has in parts, as one character each where there is one.

    >>> composed("e\u0301"), composed("\uff8a\uff9e"), composed("e")
    ([('é', 0, 2)], [('バ', 0, 2)], [])
    """
    if chunk.isascii():
        return []
    found = []
    for part in _APART.finditer(chunk):
        form: Literal["NFC", "NFKC"] = "NFKC" if part[0][0] >= "\uff66" else "NFC"
        letters = unicodedata.normalize(form, part[0])
        if letters != part[0]:
            found.append((letters, *part.span()))
    return found


def unseen(chunk: str) -> list[Change]:
    """Return what nobody sees of a token, to be left out."""
    return [("", *found.span()) for found in _UNSEEN.finditer(chunk)]


def korean_syllables(chunk: str) -> list[Change]:
    """Return the Korean syllables that are written letter by letter.

    >>> korean_syllables("ㅅㅣㅂㅏㄹ"), korean_syllables("ㅋㅋㅋ")
    ([('시', 0, 2), ('발', 2, 5)], [])
    """
    if chunk.isascii():
        return []
    found = []
    for letters in _KOREAN_LETTERS.finditer(chunk):
        first, last = _KOREAN_FIRST.find(letters[1]), _KOREAN_LAST.find(letters[3] or " ")
        if first >= 0 and last >= 0:
            vowel = ord(letters[2]) - ord("ㅏ")
            found.append((chr(0xAC00 + (first * 21 + vowel) * 28 + last), *letters.span()))
    return found


def loose_joiners(chunk: str) -> list[Change]:
    """Return the joiners that do not join two emoji, to be left out."""
    if "\u200d" not in chunk:
        return []
    return [("", *joiner.span()) for joiner in _LOOSE_JOINER.finditer(chunk)]


def look_alikes(chunk: str, own: Script) -> list[Change]:
    """Return each word of letters of two scripts in the script of most of its letters.

    A script in which all other letters of the word have look-alikes is preferred.

    Parameters
    ----------
    chunk
        A token as written, but composed.
    own
        The script of a word that has as many letters of either.

    Examples
    --------
    >>> look_alikes("cука", "latin"), look_alikes("idіоt", "cyrillic")
    ([('сука', 0, 4)], [('idiot', 0, 5)])
    """
    if chunk.isascii() or not _MIXED.search(chunk):
        return []
    words = (word for word in _LETTERS.finditer(chunk) if _MIXED.search(word[0]))
    return [(_towards_most(word[0], own), *word.span()) for word in words]


def _towards_most(word: str, own: Script) -> str:
    scripts = [*map(_script_of, word)]

    def fitness(script: Script) -> tuple[bool, int, bool]:
        others = [c for c, its in zip(word, scripts, strict=True) if its not in {script, None}]
        disguised = all(_as_one_of(script, letter) is not None for letter in others)
        return disguised, scripts.count(script), script == own

    chosen = max((script for script in _TOWARDS if script in scripts), key=fitness)
    return "".join(
        letter if script in {chosen, None} else _as_one_of(chosen, letter) or letter
        for letter, script in zip(word, scripts, strict=True)
    )


def _as_one_of(script: Script, letter: str) -> str | None:
    """Return the look-alike of a letter, perhaps without its accent; None if there is none."""
    table, plain = _TOWARDS[script], unicodedata.normalize("NFD", letter)[0]
    found = table.get(ord(letter)) or table.get(ord(plain))
    return chr(found) if found else None


def _script_of(letter: str) -> Script | None:
    if letter < "\u0250" or "\u1e00" <= letter <= "\u1eff":
        return "latin" if letter.isalpha() else None
    if "\u0370" <= letter <= "\u03ff" or "\u1f00" <= letter <= "\u1fff":
        return "greek"
    return "cyrillic" if "\u0400" <= letter <= "\u052f" else None
