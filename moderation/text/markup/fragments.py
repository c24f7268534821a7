"""Markup in the texts of records: what a reader sees of them, and where it stands in the original.

A record may come from anywhere. Only tags that HTML has are therefore taken out, and nothing
between them is: on a page that shows texts as they stand, words inside an unknown tag are visible,
and a writer must not be able to hide words from the model.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from html.entities import html5
from typing import NamedTuple

import msgspec

from moderation.records import Reason
from moderation.text.markup.html import BLOCKS, CELLS, paragraphs, unescaped

_INLINE = (
    "a abbr b bdi bdo big cite code data del dfn em figure font i img ins kbd mark q s samp small "
    "span strike strong sub sup time tt u var wbr"
).split()
_NAMES = "|".join(sorted([*_INLINE, *BLOCKS, *CELLS], key=len, reverse=True))

# Possessive quantifiers keep the time linear in texts with unclosed quotation marks.
_MARK = re.compile(
    rf"<(?P<closing>/?)(?P<tag>{_NAMES})(?=[\s/>])"
    r"(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>"
    r"|&(?:\#[0-9]{1,8}+|\#[xX][0-9a-fA-F]{1,8}+|[a-zA-Z][a-zA-Z0-9]{1,31}+);",
    re.IGNORECASE | re.VERBOSE,
)
_BREAK = re.compile(r"[\n\r]")


def has_markup(text: str) -> bool:
    """Return whether a text contains a tag of HTML or an entity.

    >>> has_markup("5 < 6 & <3"), has_markup("It&#x27;s <i>so</i>")
    (False, True)
    """
    return next(_marks(text), None) is not None


def _marks(text: str) -> Iterator[re.Match[str]]:
    """Yield the tags and entities; a name that HTML does not know is text."""
    for found in _MARK.finditer(text):
        if found["tag"] or found[0][1] == "#" or found[0][1:] in html5:
            yield found


def shown_text(body: str) -> str:
    r"""Return a record's text without tags and entities; a text without any is not changed.

    >>> shown_text("It&#x27;s an <i>odd</i> idea.<p>So is 5 < 6.")
    "It's an odd idea.\nSo is 5 < 6."
    """
    if not has_markup(body):
        return body
    return paragraphs("".join(piece.text for piece in _pieces(body)))


def spans_in_markup(body: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where spans of :func:`shown_text` stand in `body`.

    Parameters
    ----------
    body
        The text with its markup.
    spans
        Starts and ends, exclusive, in the shown text.

    Examples
    --------
    >>> spans_in_markup("<p>Tom &amp; <b>Jerry</b>", [(6, 11)])
    [(16, 21)]
    """
    origins = [
        (piece.start, piece.end) if piece.whole else (piece.start + i, piece.start + i + 1)
        for piece in _pieces(body)
        for i, character in enumerate(piece.text)
        if _counts(character)
    ]
    places = [i for i, character in enumerate(shown_text(body)) if _counts(character)]
    found = []
    for start, end in spans:
        first, last = bisect_left(places, start), bisect_left(places, end) - 1
        if last < first:  # a span of white space alone
            found.append((0, 0))
        else:
            found.append((origins[first][0], origins[last][1]))
    return found


def reasons_in_markup(reasons: Sequence[Reason], body: str | None) -> list[Reason]:
    """Return reasons of a shown text, whose spans point into the text with its markup.

    Parameters
    ----------
    reasons
        The reasons. One that stands for no words keeps its empty span.
    body
        The text with its markup; None if it had none, and the reasons stay as they are.
    """
    if body is None or not reasons:
        return [*reasons]
    spans = spans_in_markup(body, [(reason.start, reason.end) for reason in reasons])
    return [
        msgspec.structs.replace(reason, start=start, end=end, text=body[start:end])
        if reason.end
        else reason
        for reason, (start, end) in zip(reasons, spans, strict=True)
    ]


def _counts(character: str) -> bool:
    """Return whether a character is kept one to one in the shown text; white space is not."""
    return not character.isspace() and character != "\x00"


class _Piece(NamedTuple):
    """A stretch of the shown text; `whole` says that it stands for all of its original."""

    text: str
    start: int
    end: int
    whole: bool


def _pieces(body: str) -> Iterator[_Piece]:
    """Yield the shown stretches of a text; with block tags, its own line breaks are blanks."""
    marks = [*_marks(body)]
    has_blocks = any((mark["tag"] or "").lower() in BLOCKS for mark in marks)
    at = 0
    for mark in [*marks, None]:
        start, end = mark.span() if mark else (len(body), len(body))
        between = body[at:start]
        yield _Piece(_BREAK.sub(" ", between) if has_blocks else between, at, start, False)
        if mark and mark["tag"]:
            tag = mark["tag"].lower()
            yield _Piece("\n" if tag in BLOCKS else " " if tag in CELLS else "", start, end, True)
        elif mark:
            yield _Piece(unescaped(mark[0]), start, end, True)
        at = end
