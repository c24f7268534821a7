"""Joins scored parts into complete output files, in the order of the input."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import msgspec

from moderation.batch.plan import Plan, PlannedInput
from moderation.batch.work import Done, report_path, rows_path
from moderation.errors import InputError, ModerationError, UsageError
from moderation.files import REJECTED, open_binary, storage
from moderation.files.records import Parquet, Record, csv_header, encoded, problem_record
from moderation.files.writing import write_atomically
from moderation.sources import all_rejected


class Output(msgspec.Struct, frozen=True):
    """One output file: its inputs and the names of their parts."""

    path: str
    sources: tuple[PlannedInput, ...]
    names: tuple[tuple[str, ...], ...]

    @property
    def rejected_path(self) -> str:
        """Return the path of the file of rejected rows, beside the output."""
        return f"{self.path}{REJECTED}"

    @property
    def parts(self) -> list[str]:
        """Return the names of all its parts, in order."""
        return [name for names in self.names for name in names]


class Total(Done, frozen=True, kw_only=True):
    """The totals of an output: the counts of all its parts.

    Attributes
    ----------
    problems
        Problems with whole inputs.
    """

    problems: tuple[ModerationError, ...] = ()


def outputs(plan: Plan, names: Sequence[Sequence[str]]) -> list[Output]:
    """Return the output files of a plan, each with its inputs."""
    found: dict[str, list[int]] = {}
    for i, source in enumerate(plan.sources):
        found.setdefault(source.output, []).append(i)
    return [
        Output(
            path,
            tuple(plan.sources[i] for i in numbers),
            tuple(tuple(names[i]) for i in numbers),
        )
        for path, numbers in found.items()
    ]


def assemble(output: Output, plan: Plan, folder: str) -> None:
    """Write an output and its file of rejected rows from its parts."""
    _write_rejected(output, folder)
    if not output.parts and all(source.problem for source in output.sources):
        return  # nothing could be read
    with write_atomically(output.path, force=True) as stream:
        write_rows(output, output.parts, plan, folder, stream)


def total_of(output: Output, folder: str) -> Total:
    """Return the totals of an output from the reports on its parts."""
    whole = Done()
    problems: list[ModerationError] = []
    for source, names in zip(output.sources, output.names, strict=True):
        of_source = Done()
        for name in names:
            of_source = of_source.plus(read_report(folder, name)[0])
        whole = whole.plus(of_source)
        problem = source.problem or _all_rejected(source, of_source)
        if problem is not None:
            problems.append(_problem_of(problem))
    return Total(**msgspec.structs.asdict(whole), problems=tuple(problems))


def write_rows(
    output: Output, names: Iterable[str], plan: Plan, folder: str, stream: BinaryIO
) -> None:
    """Write the records of the parts in sequence, with the header that the format needs."""
    fmt = plan.options.format
    paths = [rows_path(folder, name, fmt) for name in names]
    if fmt == "parquet":
        _join_tables(paths, stream)
        return
    if fmt == "csv":
        stream.write(csv_header(output.sources[0].columns or ()))
    for path in paths:
        with storage.open_to_read(path) as part:
            shutil.copyfileobj(part, stream, 2**20)


def _join_tables(paths: Sequence[str], stream: BinaryIO) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schemas = []
    for path in paths:
        with storage.open_to_read(path) as part:
            schema = pq.read_schema(part)
        if schema.names and schema not in schemas:
            schemas.append(schema)
    if not schemas:
        Parquet(stream).close()
        return
    try:
        whole = pa.unify_schemas(schemas, promote_options="permissive")
        with pq.ParquetWriter(stream, whole) as writer:
            for path in paths:
                with storage.open_to_read(path) as part:
                    table = pq.read_table(part)
                if table.num_rows:
                    columns = [_column(table, field) for field in whole]
                    writer.write_table(pa.Table.from_arrays(columns, schema=whole))
    except pa.ArrowException as error:
        hint = "write --format jsonl, whose rows may differ"
        raise UsageError(f"parts that do not fit into one table ({error})", hint=hint) from None


def _column(table: Any, field: Any) -> Any:
    import pyarrow as pa

    if field.name not in table.schema.names:
        return pa.nulls(table.num_rows, field.type)
    return table.column(field.name).cast(field.type)


def _write_rejected(output: Output, folder: str) -> None:
    """Write the rejected rows, if any; delete the file of an earlier run."""
    lines = rejected_lines(output, folder)
    first = next(lines, None)
    if first is None:
        storage.remove(output.rejected_path)
        return
    with write_atomically(output.rejected_path, force=True) as stream:
        stream.write(first)
        stream.writelines(lines)


def rejected_lines(output: Output, folder: str) -> Iterator[bytes]:
    """Yield the rejected rows of an output, in the order of its inputs."""
    for source, names in zip(output.sources, output.names, strict=True):
        of_source = Done()
        for name in names:
            done, lines = read_report(folder, name)
            of_source = of_source.plus(done)
            yield from lines
        problem = source.problem or _all_rejected(source, of_source)
        if problem is not None:
            yield encoded(problem) + b"\n"


def _all_rejected(source: PlannedInput, done: Done) -> Record | None:
    if source.what != "rows" or done.n_scored or done.left_out or not done.n_rejected:
        return None
    return problem_record(all_rejected(source.path, done.n_rejected))


def read_report(folder: str, name: str) -> tuple[Done, list[bytes]]:
    """Return the totals of a part, and the lines of its rejected rows."""
    with open_binary(report_path(folder, name)) as stream:
        first, *rest = stream.read().splitlines(keepends=True)
    return msgspec.json.decode(first, type=Done), rest


def _problem_of(record: Record) -> InputError:
    """Restore a problem with an input from its record."""
    return InputError(
        record["reason"],
        path=record["file"],
        line=record["line"],
        field=record["field"],
        got=record["found"],
        hint=record["hint"],
    )
