"""Scores tables in memory: Arrow tables, and data frames that can be converted to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moderation.context import in_threads
from moderation.errors import InputError, RecordError, UsageError
from moderation.files.rows import BlockLimits, RowBlock, RowLayout
from moderation.model import Moderator
from moderation.records import Comment
from moderation.sources.comment_rows import REQUIRED, Item, Neighbours, RowContext, RowReader

_NAME = "table"


def score_table(moderator: Moderator, table: Any, context: RowContext | None = None) -> Any:
    """Score the rows of a table in memory.

    Parameters
    ----------
    moderator
        The moderator that scores the comments.
    table
        An Arrow table, or a data frame of pandas or polars, with the columns of a record file:
        ``text`` and, optionally, ``id``, ``article``, ``article_id``, ``parent``, ``parent_id``.
    context
        The articles that the rows do not contain themselves.

    Returns
    -------
    A table of the same type, with one row for each input row, in order: ``id``, ``hostility``,
    ``off_topic``, ``action``, ``model``, ``null_reason``. A row that cannot be scored has nulls and
    the reason.

    Raises
    ------
    InputError
        If there is no column ``text``.
    UsageError
        If `table` is not a table, or pyarrow is not installed.
    """
    context = context or RowContext()
    arrow = _as_arrow(table)
    for column in REQUIRED - set(arrow.column_names):
        raise InputError(f"no column {column}", path=_NAME, hint="name the comments' column so")
    known = [name for name in _COLUMNS if name in arrow.column_names]
    found: dict[str, list[Any]] = {name: [] for name in _RESULT}
    neighbours = Neighbours(context)
    reader = RowReader(RowLayout("parquet"), _NAME, raw=False)
    rows = BlockLimits().rows
    for start in range(0, arrow.num_rows, rows):
        data = arrow.slice(start, rows).select(known).to_pylist()
        neighbours = neighbours.next()
        block = RowBlock(start + 1, start, len(data), data)
        for row in _block(block, reader, neighbours, moderator):
            for name, value in zip(_RESULT, row, strict=True):
                found[name].append(value)
    return _like(table, found)


_COLUMNS = (
    "id text article article_id parent parent_id author published language lang kind title".split()
)
_RESULT = "id hostility off_topic action model null_reason".split()


def _block(
    block: RowBlock, reader: RowReader, neighbours: Neighbours, moderator: Moderator
) -> Iterator[tuple[Any, ...]]:
    """Yield one result for each row, including rows that cannot be scored."""
    items: dict[int, Comment] = {}
    wrong: dict[int, str] = {}
    for item in reader.placed(block, neighbours):
        if isinstance(item, Item):
            items[item.comment.order] = item.comment
        elif isinstance(item, RecordError) and item.line is not None:
            named = item.field and item.field not in item.what
            wrong[item.line - 1] = f"{item.field}: {item.what}" if named else item.what
    verdicts = dict(zip(items, moderator.score_many(in_threads(items.values())), strict=True))
    for number in range(block.offset, block.offset + block.size):
        verdict = verdicts.get(number)
        if verdict is None:
            why = wrong.get(number, "an article")
            yield str(number + 1), None, None, None, None, why
            continue
        values = (score.value for score in verdict.scores)
        yield verdict.id, *values, verdict.action.value, verdict.model, verdict.null_reason


def _as_arrow(table: Any) -> Any:
    try:
        import pyarrow as pa
    except ImportError:
        raise UsageError("tables need pyarrow", hint="pip install pyarrow") from None
    if isinstance(table, pa.Table):
        return table
    try:
        if hasattr(table, "__arrow_c_stream__"):
            return pa.table(table)
        return pa.Table.from_pandas(table, preserve_index=False)
    except (pa.ArrowException, TypeError, AttributeError) as error:
        kind = type(table).__name__
        hint = "give an Arrow table, or a data frame of pandas or polars"
        raise UsageError("no table", got=f"{kind} ({error})", hint=hint) from None


def _like(table: Any, found: dict[str, list[Any]]) -> Any:
    """Return the results as a table of the same type as the input."""
    import pyarrow as pa

    number, text = pa.float64(), pa.string()
    types = [text, number, number, text, text, text]
    arrays = [pa.array(found[name], kind) for name, kind in zip(_RESULT, types, strict=True)]
    result = pa.Table.from_arrays(arrays, names=_RESULT)
    library = type(table).__module__.partition(".")[0]
    if library == "pandas":
        return result.to_pandas().set_index(table.index)
    if library == "polars":
        import polars

        return polars.from_arrow(result)
    return result
