"""The comments that ``score`` and ``explain`` are given: typed ones, and those of inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moderation.errors import ModerationError
    from moderation.files.rows import BlockLimits
    from moderation.sources.comment_rows import Item, RowContext

    Items = Iterator[Item | ModerationError]


def items(
    inputs: list[str],
    texts: list[str],
    context: RowContext,
    *,
    raw: bool = False,
    limits: BlockLimits | None = None,
) -> Items:
    """Yield comments in order, those of `--text` first; an error stands in its place.

    Parameters
    ----------
    inputs, texts
        What the command was given.
    context
        The articles beside the inputs.
    raw, limits
        As for :func:`~moderation.sources.inputs.read_comments`.
    """
    from moderation.errors import ModerationError, RecordError
    from moderation.records import Comment
    from moderation.sources import expanded, read_comments
    from moderation.sources.comment_rows import Item
    from moderation.text.visibility import is_blank

    for number, text in enumerate(texts, start=1):
        if not is_blank(text):
            yield Item(context.place(Comment(text=text, id=str(number), order=number - 1)))
        else:
            yield RecordError("text is empty", field=f"--text {number}", hint="nothing to score")
    for path in expanded(inputs):
        if isinstance(path, ModerationError):
            yield path
            continue
        yield from read_comments([path], context, raw=raw, limits=limits)
