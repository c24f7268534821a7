"""Disguised words of other languages than English, by the word book of each.

The rules are those of English (:mod:`moderation.text.disguise.spelling`) without what they owe to a
list of twenty thousand words: a spelling is read as an insult of the word book or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import groupby, product
from typing import NamedTuple

from moderation.text.disguise.insults import squeezed
from moderation.text.disguise.spacing import spaced_letters
from moderation.text.disguise.spelling import STANDS_FOR, Plain, inner
from moderation.text.scripts import HAN, HANGUL, MARKS

_PART = re.compile(r"[^\s/,;:?\"&=\u060c\u061b\u061f\u0964\u3002\uff0c\u3001]+")
_BEFORE = "'[{<(\u00a1\u00bf"
_JOINTS = re.compile(r"[.\-_*~\u00b7\u2022]+")
_MASKS = frozenset("*#%_\u2022\u2217\u2588\u25a0\u25cf\u00d7")
_WILD = _MASKS | frozenset("@$!^+~")
_LETTERS = re.compile(rf"(?:[^\W\d_]|[{MARKS}])+")
_AMOUNT = re.compile(r"[+-]?[$\u20ac\u00a3]?\d[\d.,]*+[^\W\d_]{0,2}")
_THRICE = re.compile(r"([^\W\d_])\1\1")
# Signs between the syllables of a word, in scripts in which no punctuation stands there.
_BETWEEN = r"[\dxX_*.\u00b7\-~@#$%^&+|\u3163]{1,2}"
_SYLLABLE = rf"[{HANGUL}{HAN}]"
_SINGLE_SYLLABLES = re.compile(rf"(?<!\S){_SYLLABLE}(?:[^\S\n]{{1,3}}{_SYLLABLE}(?!\S))+")
_APART_HAN = re.compile(rf"[{HAN}][^\S\n]{{1,3}}[{HAN}]")

_LONGEST = 24
_MOST_READINGS = 64
_MORE = 2  # the most letters by which a word may be longer than its masked form
_FEWEST_INSIDE = 4  # the fewest letters of a word among other separated letters
_FEWEST_BEGUN = 4  # the fewest letters of a word that anything may follow


class Wordbook(NamedTuple):
    """The words of a language that people disguise, separated by white space.

    No score depends on whether a word is here: the model learns its weight from people's labels.

    Attributes
    ----------
    insults
        Insults, the commonest first.
    common
        Common words, so that a harmless spelling of them is not read as an insult.
    endings
        Endings that may follow an insult; None if anything may.
    aliases
        Spellings that no rule would recognise, each with the insult behind ``=``.
    shortened
        Abbreviations whose point does not end a sentence, without the point.
    """

    insults: str = ""
    common: str = ""
    endings: str | None = ""
    aliases: str = ""
    shortened: str = ""


class Speller:
    """Finds the plain words behind disguised spellings.

    Parameters
    ----------
    book
        The words.
    fold
        Folds the characters of a word, as those of a token are folded before it is read.
    syllables
        Whether a character is a syllable or a word. Signs inside a word are then left out.
    """

    def __init__(self, book: Wordbook, fold: Callable[[str], str], *, syllables: bool) -> None:
        self._fold = fold
        stems = [*dict.fromkeys(map(fold, book.insults.split()))]
        endings = (book.endings or "").split()
        self._insults = dict.fromkeys([*stems, *(fold(s + e) for s in stems for e in endings)])
        self._common = frozenset(map(fold, book.common.split())) - self._insults.keys()
        pairs = [alias.split("=") for alias in book.aliases.split()]
        self._aliases = {fold(spelling): fold(word) for spelling, word in pairs}
        self._begun = {len(word) for word in stems if len(word) >= _FEWEST_BEGUN}
        if book.endings is not None:
            self._begun = set()
        self._listed, self._by_first = _by_first(stems), _by_first(self._insults)
        self._by_squeezed: dict[str, list[str]] = {}
        for word in (*self._insults, *sorted(self._common)):
            self._by_squeezed.setdefault(squeezed(word), []).append(word)
        self._syllables = self._pattern() if syllables else None

    def _pattern(self) -> re.Pattern[str]:
        """Match the insults and aliases, with or without signs between their syllables."""
        words = sorted({**self._insults, **self._aliases}, key=len, reverse=True)
        return re.compile(rf"(?<![{HANGUL}])(?:{'|'.join(map(_spread, words)) or '(?!)'})")

    @cached_property
    def _with_blanks(self) -> re.Pattern[str]:
        """Match the insults of Han characters, with or without white space between these."""
        words = (word for word in sorted(self._insults, key=len, reverse=True) if len(word) > 1)
        return re.compile("|".join(r"[^\S\n]{0,3}".join(map(re.escape, word)) for word in words))

    def is_plain(self, word: str) -> bool:
        """Return whether a folded word of letters, none of them stretched, is no disguise."""
        if self._syllables is not None and not word.isascii():
            return not self._syllables.search(word)
        return word not in self._aliases

    def undisguised(self, chunk: str) -> list[Plain]:
        """Return the disguised words of a token that is folded in all other respects."""
        if self._syllables is not None and not chunk.isascii():
            return [*self._joined_syllables(chunk, self._syllables)]
        found = []
        for part in _PART.finditer(chunk):
            start, end = inner(part[0], _BEFORE)
            piece = part[0][start:end]
            if 2 <= len(piece) <= 2 * _LONGEST and not self._is_listed(piece):
                word = self._read(piece)
                if word is not None and word != piece:
                    found.append(Plain(word, start, end).moved(part.start()))
        return found

    def blanks_in_han(self, text: str) -> list[tuple[str, int, int]]:
        """Return the white space inside insults of Han characters, which are written without."""
        if not self._insults or not _APART_HAN.search(text):
            return []
        return [
            ("", at, at + 1)
            for word in self._with_blanks.finditer(text)
            for at in range(*word.span())
            if text[at].isspace()
        ]

    def blanks(self, text: str) -> list[tuple[str, int, int]]:
        """Return the white space between single letters that spell an insult, to be left out."""
        found = []
        for start, end in self._spaced(text):
            found += [("", at, at + 1) for at in range(start, end) if text[at].isspace()]
        return found

    def _joined_syllables(self, chunk: str, pattern: re.Pattern[str]) -> Iterator[Plain]:
        for match in pattern.finditer(chunk):
            spelt = re.sub(_BETWEEN, "", match[0]) if match[0] not in self._aliases else match[0]
            word = self._aliases.get(spelt, spelt)
            if word != match[0]:
                yield Plain(word, *match.span())

    def _spaced(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of letters or syllables with white space between them."""
        if self._syllables is not None:
            for run in _SINGLE_SYLLABLES.finditer(text):
                places = [i for i in range(*run.span()) if not text[i].isspace()]
                yield from self._spelt("".join(text[i] for i in places), places, 2)
        for letters in spaced_letters(text):
            folded = "".join(self._fold(text[i])[:1] or text[i] for i in letters.places)
            yield from self._spelt(folded, letters.places, _FEWEST_INSIDE)

    def _spelt(self, letters: str, places: list[int], fewest: int) -> Iterator[tuple[int, int]]:
        whole = self._is_insult(letters) or (
            2 < len(letters) <= _LONGEST and self._substituted(letters)
        )
        if whole:
            yield places[0], places[-1] + 1
            return
        at = 0
        while at <= len(letters) - fewest:
            for length in range(min(_LONGEST, len(letters) - at), fewest - 1, -1):
                if letters[at : at + length] in self._insults:
                    yield places[at], places[at + length - 1] + 1
                    at += length - 1
                    break
            at += 1

    def _is_insult(self, word: str) -> bool:
        return word in self._insults or any(word[:n] in self._insults for n in self._begun)

    def _is_listed(self, word: str) -> bool:
        return word in self._insults or word in self._common

    def _read(self, part: str) -> str | None:
        if _LETTERS.fullmatch(part):
            return self._aliases.get(part) or self._stretched(part)
        for rule in (self._substituted, self._masked, self._jointed, self._wild):
            word = rule(part)
            if word is not None:
                return word
        return self._aliases.get(part)

    def _stretched(self, part: str) -> str | None:
        """``puuuuta``: find a word whose runs of letters are at most as long."""
        if not _THRICE.search(part):
            return None
        runs = [len([*run]) for _, run in groupby(part)]
        for word in self._by_squeezed.get(squeezed(part), ()):
            wanted = [len([*run]) for _, run in groupby(word)]
            if all(have >= want for have, want in zip(runs, wanted, strict=True)):
                return word
        return None

    def _substituted(self, part: str) -> str | None:
        """``v1ado``, ``p0rr@``: read digits and symbols as the letters that they resemble."""
        letters = sum(map(str.isalpha, part))
        if letters < 2 or 3 * letters < len(part) or _AMOUNT.fullmatch(part):
            return None
        options = [STANDS_FOR.get(sign, sign) for sign in part]
        n_readings = 1
        for option in options:
            n_readings *= len(option)
        if n_readings > _MOST_READINGS:
            return None
        return next(filter(self._is_insult, map("".join, product(*options))), None)

    def _masked(self, part: str) -> str | None:
        """``f*der``, ``p***``: each mask stands for one letter, and a run of them for more."""
        signs = sum(sign in _MASKS for sign in part)
        known = len(part) - signs
        if not part[0].isalpha() or not signs or len(part) < 3 or (known < 2 and signs < 3):
            return None
        whole = part.rstrip("".join(_MASKS))
        if part[-1] in _MASKS and (self._is_listed(whole) or (signs == 1 and known < 3)):
            return None  # the mark of a footnote
        # A word of the book is likelier than one with an ending, which may be no word at all.
        return (
            next(self._fitting(part, _MASKS, self._listed), None)
            or self._fitting_loosely(part)
            or next(self._fitting(part, _MASKS, self._by_first), None)
        )

    def _wild(self, part: str) -> str | None:
        """``p@ta``, ``m^rda``: read a symbol as any letter."""
        signs = sum(sign in _WILD for sign in part)
        if len(part) < 4 or not signs or 2 * signs > len(part):
            return None
        if not (part[0].isalpha() and part[-1].isalpha()):
            return None
        return next(self._fitting(part, _WILD, self._by_first), None)

    def _fitting(
        self, part: str, wild: frozenset[str], words: dict[str, list[str]]
    ) -> Iterator[str]:
        """Yield the insults that a part may be, with any letter for the signs in `wild`."""
        for word in words.get(part[0], ()):
            rest = part[len(word) :]
            begun = len(word) in self._begun and (not rest or _LETTERS.fullmatch(rest))
            if len(word) == len(part) or (begun and len(word) < len(part)):
                pairs = zip(part[: len(word)], word, strict=True)
                if all(a == b or a in wild or b in STANDS_FOR.get(a, "") for a, b in pairs):
                    yield word + rest

    def _fitting_loosely(self, part: str) -> str | None:
        """``f**der``, ``b***s``: find an insult of another length for one run of masks."""
        pieces = re.split(f"[{re.escape(''.join(_MASKS))}]+", part)
        if len(pieces) != 2 or sum(map(len, pieces)) < 2 or len(part) - sum(map(len, pieces)) < 2:
            return None
        before, behind = pieces
        for word in self._listed.get(part[0], ()):
            if (
                len(before) + len(behind) < len(word) <= len(part) + _MORE
                and word.startswith(before)
                and word.endswith(behind)
            ):
                return word
        return None

    def _jointed(self, part: str) -> str | None:
        """``p.u.t.a``, ``put-a``: remove the separators between letters."""
        pieces = [piece for piece in _JOINTS.split(part) if piece]
        letters = "".join(pieces)
        if len(pieces) < 2 or len(letters) < 3 or any(map(self._is_insult, pieces)):
            return None
        apart = all(len(piece) == 1 for piece in pieces)
        if not apart and all(piece in self._common for piece in pieces):
            return None
        if self._is_insult(letters):
            return letters
        return None if letters.isalpha() else self._substituted(letters)


def _by_first(words: Iterable[str]) -> dict[str, list[str]]:
    """Return the words by their first letter."""
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(word[0], []).append(word)
    return found


def _spread(word: str) -> str:
    """Return a pattern of a word with or without signs between its syllables."""
    before = r"(?<![a-z\d])" if word[0].isascii() else ""
    behind = r"(?![a-z\d])" if word[-1].isascii() else ""
    return before + f"(?:{_BETWEEN})?".join(map(re.escape, word)) + behind
