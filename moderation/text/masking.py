"""Insults and slurs behind asterisks, for people who read many of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.text.disguise import is_insult, spaced_words
from moderation.text.folding import fold_chunk, fold_chunks, fold_with_origins

_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+")
_NO_SPACE = re.compile(r"\S")


def masked(text: str) -> str:
    """Return a text of the same length in which insults and slurs keep only their first letter.

    The words are those of the project's lexicon (:mod:`moderation.text.disguise`), also in
    disguised spellings. A word inside another one is left alone.

    Parameters
    ----------
    text
        Any string.

    Examples
    --------
    >>> masked("You 1d10ts of Scunthorpe, f u c k off!")
    'You 1***** of Scunthorpe, f * * * off!'
    """
    pieces, position = [], 0
    for start, end in sorted(_spans(text)):
        if start >= position:
            pieces += [text[position : start + 1], _NO_SPACE.sub("*", text[start + 1 : end])]
            position = end
    return "".join([*pieces, text[position:]]) if pieces else text


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of insults, those of separated letters first."""
    for start, end in spaced_words(text):
        if is_insult(fold_chunk("".join(text[start:end].split()))):
            yield start, end
    chunks: dict[str, list[int]] = {}
    for found in _CHUNK.finditer(text):
        chunks.setdefault(found[0], []).append(found.start())
    for chunk, folded in zip(chunks, fold_chunks([*chunks]), strict=True):
        if any(map(is_insult, _WORD.findall(folded))):
            places = [*_in_chunk(chunk)]
            yield from ((at + start, at + end) for at in chunks[chunk] for start, end in places)


def _in_chunk(chunk: str) -> Iterator[tuple[int, int]]:
    """Yield the places of insults in a token."""
    folded = fold_with_origins(chunk)
    for word in _WORD.finditer(folded.text):
        if is_insult(word[0]):
            yield folded.span(*word.span())
