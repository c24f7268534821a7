"""Changes of a text, with and without the origins of its characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from moderation.text.folding.kinds import Folded

#: Letters, and the span of the text in whose place they are put.
Change = tuple[str, int, int]


def replaced(text: str, changes: Iterable[Change]) -> str:
    """Put each change's letters in the place of ``text[start:end]``."""
    pieces, position = [], 0
    for letters, start, end in changes:
        pieces += [text[position:start], letters]
        position = end
    return "".join([*pieces, text[position:]]) if position else text


def rewritten(folded: Folded, changes: Iterable[Change]) -> Folded:
    """Put each change's letters in the place of ``folded.text[start:end]``."""
    pieces: list[str] = []
    origins: list[int] = []
    position = 0
    for letters, start, end in changes:
        pieces += [folded.text[position:start], letters]
        origins += folded.origins[position:start]
        origins += _spread(folded.origins[start:end], len(letters))
        position = end
    pieces.append(folded.text[position:])
    origins += folded.origins[position:]
    return Folded("".join(pieces), origins)


def _spread(origins: Sequence[int], length: int) -> list[int]:
    """Distribute the places of a disguise evenly among `length` plain letters."""
    if length < 2:
        return [*origins[:length]]
    last = len(origins) - 1
    return [origins[round(i * last / (length - 1))] for i in range(length)]
