"""The plan of a run: the inputs are cut into parts before any work starts.

A plan depends only on the inputs, the options and the model, not on the number of processes or
machines. So every backend gives the same bytes, and a new plan shows whether anything has changed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from moderation import __version__
from moderation.batch.records.selecting import Selection
from moderation.batch.records.shaping import Shape, record
from moderation.errors import InputError, ModerationError, UsageError
from moderation.files import COMPRESSED, STDIN, is_compressed, open_binary, storage
from moderation.files.records import Record, encoded, flattened, problem_record
from moderation.files.rows import (
    LONGEST_LINE,
    BlockLimits,
    ParquetRows,
    RowBlock,
    RowLayout,
    cut,
)
from moderation.records import Action, Attribute, Comment, Score, Verdict
from moderation.sources import SUFFIXES, read_comments
from moderation.sources.comment_rows import Item, RowContext
from moderation.sources.record_files import Kind, kind_of, open_rows, row_layout

FORMAT = 1
_HEAD = 1 << 16
# Number of records at the start of an input whose fields are the columns of a CSV.
_LOOKED_AT = 1000


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The options that the output depends on, besides the inputs and the model.

    Attributes
    ----------
    format
        ``jsonl``, ``csv`` or ``parquet``.
    explain, keep
        Whether to add the reasons, and whether to copy the fields of the input.
    article, articles
        Files of articles, as for :class:`~moderation.sources.comment_rows.reading.Context`.
    longest
        Largest number of bytes of a row; a longer row is rejected.
    columns
        Pairs of one of our fields and its name in the record files.
    sheet
        The sheet of a workbook that holds the rows; empty for the first.
    only, status
        Which comments are written and scored, as
        :class:`~moderation.batch.records.selecting.Selection` says.
    language
        The language of comments that name none; None identifies it.
    unknown_language
        The action for a comment in a language that no model speaks: ``review`` or ``publish``.
    part_rows, part_size
        Rows and bytes of a part.
    """

    format: str = "jsonl"
    explain: bool = False
    keep: bool = False
    article: str | None = None
    articles: str | None = None
    longest: int = LONGEST_LINE
    columns: tuple[tuple[str, str], ...] = ()
    sheet: str = ""
    only: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    language: str | None = None
    unknown_language: str = Action.REVIEW.value
    part_rows: int = BlockLimits().rows
    part_size: int = BlockLimits().size

    @property
    def limits(self) -> BlockLimits:
        """Return the limits with which inputs are cut."""
        return BlockLimits(self.part_rows, self.part_size, self.longest)

    @property
    def shape(self) -> Shape:
        """Return the shape of a record."""
        return Shape(self.explain, self.keep, Selection(self.only, self.status))


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that are scored together and written as one file.

    Attributes
    ----------
    line, offset, size
        As in :class:`~moderation.files.rows.Block`.
    checksum
        CRC-32 of its bytes, if it has any.
    too_long
        Whether the part is a single line that is too long to be read.
    """

    line: int = 1
    offset: int = 0
    size: int = 0
    checksum: int | None = None
    too_long: bool = False


class PlannedInput(msgspec.Struct, frozen=True, kw_only=True):
    """One input.

    Attributes
    ----------
    path
        The path as the user gave it.
    stored
        The actual path, if it differs, because standard input is first copied to a file.
    what
        ``rows``, ``export``, ``page`` or ``archive``; each but the first is one part.
    layout
        The layout of rows.
    compressed
        Whether the file is compressed and can only be read forward.
    wrapped
        What wraps its rows, as :class:`~moderation.sources.record_files.kinds.Kind` says; such a
        file can only be read forward as well.
    size
        Size of the stored file in bytes.
    digest
        Digest of the stored bytes.
    output
        The file that receives its records.
    columns
        The columns of the output, if it is CSV.
    problem
        A problem with the whole input: it is missing, or it is damaged after its parts.
    """

    path: str
    output: str
    what: str = "rows"
    layout: RowLayout = RowLayout("jsonl")
    compressed: bool = False
    wrapped: str = ""
    size: int = 0
    digest: str = ""
    columns: tuple[str, ...] | None = None
    parts: tuple[Part, ...] = ()
    problem: Record | None = None
    stored: str = ""

    @property
    def place(self) -> str:
        """Return the path of the file to read."""
        return self.stored or self.path


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of a run, which is written as ``manifest.json``.

    Attributes
    ----------
    model, model_digest
        Version and digest of the model.
    articles_digest
        Digest of the files of articles.
    """

    format: int = FORMAT
    moderation: str = __version__
    model: str
    model_digest: str
    options: Options
    articles_digest: tuple[str, ...] = ()
    sources: tuple[PlannedInput, ...]

    def encoded(self) -> bytes:
        """Return the plan as the bytes of the manifest."""
        return msgspec.json.format(encoded(msgspec.to_builtins(self)), indent=1) + b"\n"


def make_plan(
    inputs: Sequence[str],
    outputs: Sequence[str],
    options: Options,
    model: tuple[str, str],
    stdin: str = "",
) -> Plan:
    """Read all inputs once and cut them into parts.

    Parameters
    ----------
    inputs
        Single files; see :func:`~moderation.sources.inputs.expanded`.
    outputs
        For each input, the file that receives its records.
    model
        Version and digest of the model.
    stdin
        The file that standard input was copied to, if it is among the inputs.
    """
    named = [
        PlannedInput(path=path, output=output, stored=stdin if path == STDIN else "")
        for path, output in zip(inputs, outputs, strict=True)
    ]
    sources = [_source(source, options) for source in named]
    if options.format == "csv":
        sources = _with_columns(sources, options)
    beside = [path for path in (options.article, options.articles) if path is not None]
    return Plan(
        model=model[0],
        model_digest=model[1],
        options=options,
        articles_digest=tuple(storage.digest(path) for path in beside),
        sources=tuple(sources),
    )


def _source(source: PlannedInput, options: Options) -> PlannedInput:
    path, replace = source.place, msgspec.structs.replace
    if storage.is_folder(path):  # the folder of a Coral dump
        files = storage.files_below(path)
        size = sum(storage.size(file) for file in files)
        digest = " ".join(storage.digest(file) for file in files)
        parts = (Part(size=size),)
        return replace(source, what="export", size=size, digest=digest, parts=parts)
    try:
        with open_binary(path) as stream:
            kind = kind_of(path, stream.peek(_HEAD), dict(options.columns))
    except InputError as error:
        return replace(source, problem=_problem(error, source.path))
    source = replace(
        source,
        what=kind.what,
        compressed=_compressed(path),
        wrapped=kind.wrapped,
        size=storage.size(path),
        digest=storage.digest(path),
    )
    if kind.what == "rows":
        return _cut(source, kind, options)
    return replace(source, parts=(Part(size=source.size),))


def _compressed(path: str) -> bool:
    with storage.open_to_read(path) as raw:
        return is_compressed(raw)


def _problem(error: ModerationError, path: str) -> Record:
    error.path = path
    return problem_record(error)


def _cut(source: PlannedInput, kind: Kind, options: Options) -> PlannedInput:
    layout, parts, problem = RowLayout(kind.fmt), list[Part](), None
    try:
        limits = options.limits
        with open_rows(source.place, kind.wrapped, options.sheet) as stream:
            layout, head = row_layout(stream, kind, dict(options.columns), source.path)
            if kind.fmt == "parquet" and not source.compressed:
                blocks: Iterable[RowBlock] = ParquetRows(stream, source.path).blocks(limits)
            else:
                blocks = cut(stream, layout, head, limits, source.path)
            for block in blocks:
                parts.append(_part(block, kind.fmt))
    except InputError as error:
        problem = _problem(error, source.path)
    return msgspec.structs.replace(source, layout=layout, parts=tuple(parts), problem=problem)


def _part(block: RowBlock, fmt: str) -> Part:
    data = block.data if isinstance(block.data, bytes) else None
    return Part(
        line=block.line,
        offset=block.offset,
        size=block.size,
        checksum=None if data is None else zlib.crc32(data),
        too_long=block.data is None and fmt != "parquet",
    )


def _with_columns(sources: Sequence[PlannedInput], options: Options) -> list[PlannedInput]:
    """Add the columns of its output to each input, because one part alone cannot know them."""
    known: dict[str, tuple[str, ...]] = {}
    for source in sources:
        if columns := _columns(source, options):
            so_far = known.get(source.output, ())
            known[source.output] = tuple(dict.fromkeys((*so_far, *columns)))
    bare = tuple(record(Item(Comment(text="")), _verdict(""), Shape(explain=options.explain)))
    return [
        msgspec.structs.replace(source, columns=known.get(source.output, bare))
        for source in sources
    ]


def _columns(source: PlannedInput, options: Options) -> tuple[str, ...]:
    """Return the columns of the first records of an input."""
    columns: dict[str, None] = {}
    n = 0
    context = RowContext(names=dict(options.columns), sheet=options.sheet)
    limits = options.limits._replace(rows=_LOOKED_AT)
    for item in read_comments([source.place], context, limits=limits):
        if isinstance(item, Item):
            found = flattened(record(item, _verdict(item.comment.id), options.shape))
            columns |= dict.fromkeys(found)
            n += 1
        if n == _LOOKED_AT or (n and not options.keep):
            break
    return tuple(columns)


def _verdict(id_: str) -> Verdict:
    """Return a verdict that only serves to find the output fields."""
    hostility, off_topic = (
        Score(attribute=attribute, value=None, review=1.0, hold=1.0) for attribute in Attribute
    )
    return Verdict(
        id=id_, hostility=hostility, off_topic=off_topic, action=Action.PUBLISH, model=""
    )


def output_names(inputs: Sequence[str], folder: str, fmt: str) -> list[str]:
    """Return a path in `folder` for each input: its name with the extension of the format.

    Folders that the inputs do not share are kept. The whole name is kept if two names would
    otherwise be equal.
    """
    parts = [Path(path).parts for path in inputs]
    shared = 0
    while all(len(p) > shared + 1 and p[shared] == parts[0][shared] for p in parts):
        shared += 1
    below = [Path(*p[shared:]) for p in parts]
    short = [str(path.with_name(_bare(path.name))) for path in below]
    names = [
        str(path) if short.count(name) > 1 else name
        for path, name in zip(below, short, strict=True)
    ]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError("the same input twice", path=twice, hint="name it once")
    return [storage.join(folder, *Path(f"{name}.{fmt}").parts) for name in names]


def _bare(name: str) -> str:
    """Return a file name without the extensions of its format."""
    path = Path("stdin" if name == STDIN else name)
    if path.suffix.lower() in COMPRESSED:
        path = path.with_suffix("")
    return path.stem if path.suffix.lower() in SUFFIXES and path.stem else path.name
