"""Odd spellings of words that people disguise: digits, symbols, masks, dots, spaces, stretching.

Only spellings that stand for a word of the :mod:`~moderation.lexicon` are touched; dates, prices,
model numbers, names and other scripts pass as they are, because nothing in the list looks like
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby, product
from typing import NamedTuple

from moderation.lexicon import ALIASES, COMMONEST, ENDINGS, STEMS, TELLING, WORDS

# Letters that a character may stand for, the likelier first.
_STANDS_FOR = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "+": "t", "(": "c", "\u20ac": "e", "\xa3": "l",
    "\xa2": "c", "\xa5": "y",
}  # fmt: skip
_MASKS = "*#%_"
_JOINTS = ".-_*~\u00b7"

_JOINT = re.compile(f"[{re.escape(_JOINTS)}]+")
_NO_MASK = dict.fromkeys(map(ord, _MASKS))

# A part is looked at only if it has a character that disguises are made of, or a letter thrice.
_SUSPICIOUS = re.compile(r"[0-9@$!|+(\u20ac\xa3\xa2\xa5*#%_.\-~\u00b7]|([a-z])\1")
_ENDS = {(word[0], word[-1]) for word in COMMONEST}
_DOUBLED = re.compile(r"(.)\1+", re.DOTALL)
_THRICE = re.compile(r"([a-z])\1\1")
# What stands between white space, slashes, commas and the like, and what may stand around it.
_PART = re.compile(r"[^\s/,;:?\"&=]+")
_BEFORE, _BEHIND = "'[{<", "']})>.!"
# Four letters and more with points between them: a word spelt out, whichever it is.
_SPELT = re.compile(r"[a-z](?:\.[a-z]){3,}")
# "600k", "+17", "5s": an amount, whatever its digits resemble.
_AMOUNT = re.compile(r"[+-]?\d+[a-z]?")
_SINGLE = r"[^\W_]|[@$!*]"
_OPENING, _CLOSING = "\"'(\\[{<\u201c\u2018", "\"')\\]}>.,;:!?\u2026\u201d\u2019"
_AROUND = (_OPENING + _CLOSING).replace("\\", "")
_SPACED = re.compile(
    rf"(?<![^\s{_OPENING}])(?:{_SINGLE})(?:[^\S\n]{{1,3}}(?:{_SINGLE})){{3,}}(?=[{_CLOSING}]*(?!\S))"
)

# "C U R" is as likely a set of initials; four letters apart that spell an insult are none.
FEWEST_SPACED = 4
_PREFIX = 3
_LONGEST = 24
_MOST_READINGS = 64


class Plain(NamedTuple):
    """A disguised word in plain letters, and the part ``chunk[start:end]`` that it stands for."""

    word: str
    start: int
    end: int


def undisguised(chunk: str) -> list[Plain]:
    """The words that a chunk disguises, in order.

    Parameters
    ----------
    chunk
        Folded otherwise.

    Examples
    --------
    >>> undisguised('"1d10t!"'), undisguised("f**k,")
    ([Plain(word='idiot', start=1, end=6)], [Plain(word='fuck', start=0, end=4)])
    >>> undisguised("g20"), undisguised("covid-19"), undisguised("assess")
    ([], [], [])
    """
    found = []
    for part in _PART.finditer(chunk):
        start, end = _inner(part)
        piece = chunk[start:end]
        if 2 <= len(piece) <= 2 * _LONGEST and piece not in _words():
            word = _read(piece) if _SUSPICIOUS.search(piece) else ALIASES.get(piece)
            if word is not None:
                found.append(Plain(word, start, end))
    return found


def is_plain(word: str) -> bool:
    """Tell quickly that a word is neither disguised nor stretched; False: take a closer look.

    Parameters
    ----------
    word
        Lower-case ASCII letters with single apostrophes between them, words of at least three
        letters with single hyphens between them, or digits.
    """
    if word in ALIASES:
        return False
    if not _DOUBLED.search(word):
        return True
    if _THRICE.search(word):
        return False
    # A letter that is only doubled is read as one in the commonest words alone.
    return (word[0], word[-1]) not in _ENDS or _DOUBLED.sub(r"\1", word) not in _by_letters()


def join_spaced(text: str) -> str:
    """Close up single letters that spell a disguised word: ``i d i o t``.

    Offsets move; :func:`spaced_words` tells which.
    """
    pieces, position = [], 0
    for start, end in spaced_words(text):
        pieces += [text[position:start], "".join(text[start:end].split())]
        position = end
    return "".join([*pieces, text[position:]]) if pieces else text


def spaced_words(text: str) -> Iterator[tuple[int, int]]:
    """Spans of single characters, apart by white space, that spell a disguised word."""
    for run in _SPACED.finditer(text):
        places = [match.start() for match in re.finditer(r"\S", run.group())]
        # One letter each, also for those that fold to several, so that places stay in step.
        letters = "".join(letter.casefold()[0] for letter in "".join(run.group().split()))
        at = 0
        while at <= len(letters) - FEWEST_SPACED:
            length = _spelt(letters[at : at + _LONGEST])
            if length:
                yield run.start() + places[at], run.start() + places[at + length - 1] + 1
            at += length or 1


def may_be_spaced(chunk: str) -> bool:
    """Whether a chunk may be one letter of a spaced word, punctuation around it or not."""
    return len(chunk) == 1 or len(chunk.strip(_AROUND)) <= 1


def _spelt(letters: str) -> int:
    """Length of the longest disguised word that `letters` begin with; 0 for none.

    A word of the list goes before a longer one that an ending makes: ``f u c k y o u``.
    """
    lengths: set[int] = set()
    for prefix in product(*(_STANDS_FOR.get(letter, letter) for letter in letters[:_PREFIX])):
        lengths |= _by_prefix().get("".join(prefix), set())
    spelt = {}
    for length in lengths:
        part = letters[:length]
        if FEWEST_SPACED <= length == len(part):
            word = part if part in _words() else None if part.isalpha() else _read(part)
            if word is not None:
                spelt[length] = word
    listed = [length for length, word in spelt.items() if word in _listed()]
    return max(listed or spelt, default=0)


def _inner(part: re.Match[str]) -> tuple[int, int]:
    """Bounds of a part without the punctuation or the asterisks of emphasis around it."""
    piece = part.group().lstrip(_BEFORE)
    start, piece = part.end() - len(piece), piece.rstrip(_BEHIND)
    end = start + len(piece)
    if piece.startswith("*") and piece.endswith("*"):
        start += len(piece) - len(piece.lstrip("*"))
        end -= len(piece) - len(piece.rstrip("*"))
    return start, max(start, end)


def _read(part: str) -> str | None:
    """The word that `part` stands for, by each rule in turn."""
    return (
        ALIASES.get(part)
        or _stretched(part)
        or _substituted(part)
        or _jointed(part)
        or _masked(part)
    )


def _stretched(part: str) -> str | None:
    """``idiooot``: each run of letters at least as long as in the word."""
    squeezed = _DOUBLED.sub(r"\1", part)
    candidates = _by_letters().get(squeezed)
    if candidates is None or len(squeezed) == len(part):
        return None
    runs = [(letter, len(list(run))) for letter, run in groupby(part)]
    thrice = any(length > 2 for _, length in runs)
    for word in candidates:
        if not thrice and word not in COMMONEST:
            continue
        wanted = [len(list(run)) for _, run in groupby(word)]
        if all(have >= want for (_, have), want in zip(runs, wanted, strict=True)):
            return word
    return None


def _substituted(part: str) -> str | None:
    """``1d10t``, ``@$$``: symbols read as the letters they resemble."""
    digits = sum(map(str.isdigit, part))
    if part.isalpha() or _AMOUNT.fullmatch(part):
        return None
    options = [_STANDS_FOR.get(character, character) for character in part]
    readings = int(digits < len(part)) or _MOST_READINGS + 1
    for option in options:
        readings *= len(option)
    if readings > _MOST_READINGS:
        return None
    for letters in product(*options):
        word = "".join(letters)
        if word in _words():
            return word
        plain = ALIASES.get(word) or (_stretched(word) if word.isalpha() else None)
        if plain:
            return plain
    return None


def _jointed(part: str) -> str | None:
    """``i.d.i.o.t``, ``f-u-c-k``: joints between the letters."""
    pieces = _JOINT.split(part)
    if len(pieces) == 1:
        return None
    letters = "".join(pieces)
    joints = len(part) - len(letters)
    # "f-uck" and "s.h.i.t" are disguises; what joins two whole words is none.
    if joints < len(letters) - 1 and not any(len(piece) < 3 for piece in pieces):
        return None
    if letters in _words():
        return letters
    if letters and not letters.isalpha():
        return _substituted(letters)
    # One letter between any two points is no way to write but to hide, or an abbreviation.
    spelt = _SPELT.fullmatch(part) is not None
    return letters if spelt else None


def _masked(part: str) -> str | None:
    """``f**k``, ``sh*t``, ``b****``: one mask a letter."""
    masks = len(part) - len(part.translate(_NO_MASK))
    known = len(part) - masks
    if not masks or known < 1 or not part[0].isalpha() or len(part) < 3:
        return None
    if part[1:].strip(_MASKS) == "" and masks < 3:  # "a*", "b**" may be a footnote or a grade
        return None
    if part.rstrip(_MASKS) == part[:-1]:  # one at the very end: a footnote, not a mask
        return None
    pattern = re.compile("".join("." if c in _MASKS else re.escape(c) for c in part))
    words: tuple[str, ...] = COMMONEST
    if known >= 0.6 * len(part):  # enough is left to tell which of many words it is
        words += tuple(_by_shape().get((len(part), part[0]), ()))
    return next((word for word in words if pattern.fullmatch(word)), None)


@cache
def _words() -> dict[str, None]:
    """All disguisable words, the likelier first: stems in the order of the list, then endings."""
    words: dict[str, None] = dict.fromkeys(STEMS)
    words.update(dict.fromkeys(sorted(WORDS | TELLING)))
    for stem in STEMS:
        for ending in ENDINGS:
            words[stem + ending] = None
            if len(stem) < 6 and ending[0] in "eiy" and stem[-1] not in "aeiouysxck":
                words[stem + stem[-1] + ending] = None
            if stem.endswith("e") and ending[0] in "eiy":
                words[stem[:-1] + ending] = None
    return words


@cache
def _listed() -> frozenset[str]:
    """Words that stand in the lexicon themselves."""
    return frozenset(STEMS) | WORDS | TELLING | frozenset(ALIASES.values())


@cache
def _by_prefix() -> dict[str, set[int]]:
    """Lengths of the words by their first letters."""
    found: dict[str, set[int]] = {}
    for word in (*_words(), *ALIASES):
        found.setdefault(word[:_PREFIX], set()).add(len(word))
    return found


@cache
def _by_letters() -> dict[str, list[str]]:
    """Words by their letters without repetition."""
    found: dict[str, list[str]] = {}
    for word in _words():
        found.setdefault(_DOUBLED.sub(r"\1", word), []).append(word)
    return found


@cache
def _by_shape() -> dict[tuple[int, str], list[str]]:
    """Words by length and first letter."""
    found: dict[tuple[int, str], list[str]] = {}
    for word in _words():
        found.setdefault((len(word), word[0]), []).append(word)
    return found
