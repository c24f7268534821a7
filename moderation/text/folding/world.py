"""The foldings of other languages than English: one set of rules, and what a language adds."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from importlib import import_module
from typing import NamedTuple

from moderation.text.disguise.speller import Speller, Wordbook
from moderation.text.folding.changes import Change, replaced, rewritten
from moderation.text.folding.characters import Characters
from moderation.text.folding.english import (
    ADDRESS,
    LONGER,
    longer_than_written,
)
from moderation.text.folding.kinds import Folded, Folding, Writing
from moderation.text.folding.steps import (
    Script,
    composed,
    gaps,
    korean_syllables,
    look_alikes,
    loose_joiners,
    units,
    unseen,
)
from moderation.text.scripts import MARKS
from moderation.text.sentences import ends_sentence

_CHUNK = re.compile(r"\S+")
# A word of letters, with the punctuation around it.
_PLAIN = re.compile(
    r"[\"'(\[{<\u00ab\u00bb\u201c\u201e\u2018\u201a\u00bf\u00a1]*+"
    rf"((?:[^\W\d_]|[{MARKS}])++(?:['\u2019](?:[^\W\d_]|[{MARKS}])++)*+)"
    r"[.,;:?!\"')\]}>\u00ab\u00bb\u201c\u201d\u2019\u2026\u060c\u061f\u06d4\u0964\u3001\u3002"
    r"\uff01\uff0c\uff1f]*+"
)
_STRETCHED = re.compile(rf"([^\W\d_]|[{MARKS}])\1{{2,}}")
_WORDBOOKS = "moderation.text.disguise.wordbooks"


class LanguageRules(NamedTuple):
    """What a language adds to the rules of all.

    Attributes
    ----------
    name
        The name of the folding.
    kept
        Small letters that keep their marks, because these tell words apart.
    dotless
        Whether the small letter of I has no dot.
    own
        The script of a word that has as many letters of another.
    instead
        Pairs of a folded letter and the one that is read instead.
    wordbook
        The module of the words that people disguise; empty if there is none.
    writing
        Whether words have spaces between them, and whether a character is a syllable.
    """

    name: str
    kept: str = ""
    dotless: bool = False
    own: Script = "latin"
    instead: tuple[tuple[str, str], ...] = ()
    wordbook: str = ""
    writing: Writing = "spaced"


@cache
def world(rules: LanguageRules) -> WorldFolding:
    """Return the folding by some rules; there is one object for each."""
    return WorldFolding(rules)


class WorldFolding(Folding):
    """A folding of another language than English.

    Letters in parts are composed, a word of two scripts is read in the script of most of its
    letters, and disguises are read by the word book of the language.
    """

    def __init__(self, rules: LanguageRules) -> None:
        self.name = rules.name
        self.writing = rules.writing
        self.fewest_spaced = 3 if rules.writing == "spaced" else 2
        self._rules = rules
        self._table = Characters(rules.kept, dotless=rules.dotless, instead=dict(rules.instead))

    def __reduce__(self) -> tuple[Callable[[LanguageRules], WorldFolding], tuple[LanguageRules]]:
        """Pickle and copy by the rules, without the caches."""
        return world, (self._rules,)

    @cached_property
    def _book(self) -> Wordbook:
        name = self._rules.wordbook
        book: Wordbook = import_module(f"{_WORDBOOKS}.{name}").BOOK if name else Wordbook()
        return book

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._book, self._translated, syllables=self.writing != "spaced")

    @cached_property
    def _shortened(self) -> frozenset[str]:
        return frozenset(self._book.shortened.split())

    def breaks(self, text: str) -> list[int]:
        """Return where a sentence begins behind another one without white space between them."""
        return [end for _, _, end in gaps(text)]

    def apart(self, text: str) -> str:
        """Return a text with white space between sentences, and with none inside Han words."""
        if text.isascii():
            return text
        text = replaced(text, gaps(text))
        return replaced(text, self._blanks_in_words(text))

    def join_spaced(self, text: str) -> str:
        """Join single letters that spell a word of the word book."""
        return replaced(text, self._speller.blanks(text))

    def closes_sentence(self, chunk: str) -> bool:
        """Return whether a sentence ends with this token, in any script."""
        return ends_sentence(chunk, self._shortened)

    def units(self, text: str) -> list[tuple[int, int]]:
        """Return the spans of words, and of single characters in scripts without spaces."""
        return units(text)

    def fold_chunks(self, chunks: Sequence[str]) -> list[str]:
        """Fold tokens, which contain no white space; their folded forms may."""
        return [*map(self._folded, chunks)]

    def fold_with_origins(self, text: str) -> Folded:
        """Fold a text like `fold`, and keep the place of each character in the original."""
        whole = rewritten(Folded(text, range(len(text))), gaps(text))
        whole = rewritten(whole, self._blanks_in_words(whole.text))
        whole = rewritten(whole, self._speller.blanks(whole.text))
        chunks: list[str] = []
        origins = array("i")
        for chunk in _CHUNK.finditer(whole.text):
            if chunks:
                origins.append(whole.origins[chunk.start() - 1])
            places = whole.origins[chunk.start() : chunk.end()]
            folded = self._folded_from(Folded(chunk[0], places))
            chunks.append(folded.text)
            origins.extend(folded.origins)
        return Folded(" ".join(chunks), origins)

    def _folded(self, chunk: str) -> str:
        plain = _PLAIN.fullmatch(chunk)
        if (
            plain
            and (chunk.isascii() or unicodedata.is_normalized("NFKC", plain[1]))
            and not look_alikes(chunk, self._rules.own)
        ):
            word = self._translated(plain[1])
            if self._speller.is_plain(word) and not _STRETCHED.search(word):
                return self._translated(chunk)
        for step in self._before:
            chunk = replaced(chunk, step(chunk))
        chunk = self._translated(chunk)
        for step in self._after:
            chunk = replaced(chunk, step(chunk))
        return chunk

    def _folded_from(self, written: Folded) -> Folded:
        """Fold a token; the steps are those of `_folded`."""
        for step in self._before:
            written = rewritten(written, step(written.text))
        pieces = self._pieces(written.text)
        origins = [at for at, piece in zip(written.origins, pieces, strict=True) for _ in piece]
        folded = Folded("".join(pieces), origins)
        for step in self._after:
            folded = rewritten(folded, step(folded.text))
        return folded

    def _pieces(self, text: str) -> list[str]:
        """Return the folded form of each character; all of them stay within a bounded length."""
        pieces = [self._table[ord(character)] for character in text]
        if longer_than_written(sum(map(len, pieces)), len(text)):
            pieces = [
                piece if len(piece) <= LONGER else character
                for character, piece in zip(text, pieces, strict=True)
            ]
        return pieces

    def _translated(self, text: str) -> str:
        folded = text.translate(self._table)
        fits = not longer_than_written(len(folded), len(text))
        return folded if fits else "".join(self._pieces(text))

    @property
    def _before(self) -> tuple[Callable[[str], Sequence[Change]], ...]:
        return unseen, loose_joiners, composed, korean_syllables, self._in_one_script

    @property
    def _after(self) -> tuple[Callable[[str], Sequence[Change]], ...]:
        return self._undisguised, _not_stretched

    def _blanks_in_words(self, text: str) -> Sequence[Change]:
        return self._speller.blanks_in_han(text) if self.writing == "unspaced" else []

    def _in_one_script(self, chunk: str) -> Sequence[Change]:
        return look_alikes(chunk, self._rules.own)

    def _undisguised(self, chunk: str) -> Sequence[Change]:
        return [] if ADDRESS.match(chunk) else self._speller.undisguised(chunk)


def _not_stretched(chunk: str) -> list[Change]:
    if ADDRESS.match(chunk):
        return []
    return [(2 * run[1], *run.span()) for run in _STRETCHED.finditer(chunk)]
