"""Takes comments out of files of rows: labelled files, feedback, and the files that were scored.

A row about a forgotten comment goes. In other rows, its words go where they stand as a parent, in
a thread or as a quotation. All other rows keep their bytes. Beside the file, ``FILE.forgotten``
says how many rows went and how they were labelled, and never what they said.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from moderation.desk.forgetting.rows import FileRow, rewritten, rows_of
from moderation.desk.forgetting.traces import Traces
from moderation.errors import InputError, Notice, RecordError
from moderation.files import COMPRESSED, format_of, is_compressed, open_binary, sniff_format
from moderation.files.writing import write_atomically
from moderation.records import now

try:
    import fcntl
except ImportError:  # Windows has no such locks: stop the service before
    fcntl = None  # type: ignore[assignment]

_FORMATS = frozenset({"jsonl", "csv", "tsv"})

# Parts of the names of fields that name a reader.
_NAMING = ("author", "user", "name", "reply")

_LOG = ".forgotten"


class FileFindings(NamedTuple):
    """What was found in a file, and was taken out unless only a look was asked for.

    Attributes
    ----------
    rows
        The rows about the comments.
    others
        The other rows that carried their words or the author's name.
    answers
        How the rows were labelled, as pairs of a field and an answer, with their number.
    problems
        Rows that cannot be read and stay, and what else there is to know.
    is_empty
        Whether nothing is left. The file then keeps an empty line.
    """

    rows: int
    others: int
    answers: dict[str, int]
    problems: tuple[RecordError | Notice, ...]
    is_empty: bool


def files_in(path: Path) -> Iterator[Path]:
    """Yield the files of rows in a folder and in its folders, or the file itself.

    Files of articles hold no comments. Files of other formats are passed over in a folder.

    Raises
    ------
    InputError
        If there is no such file.
    """
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and format_of(each) and not each.name.startswith("articles."):
                yield each
    elif path.is_file():
        yield path
    else:
        raise InputError("no such file or folder", path=path, hint="check the name")


def gather_from_file(path: Path, traces: Traces) -> None:
    """Take note of the comments in a file that the rule of the traces means.

    Raises
    ------
    InputError
        If the file has another format, or cannot be cut into rows.
    """
    with _opened(path) as (stream, fmt):
        for row in rows_of(stream, fmt, str(path)):
            if row.fields is not None and _is_meant(row.fields, traces):
                text = row.fields.get("text")
                traces.add(text if isinstance(text, str) else "", row.fields.get("id"))


def forget_in_file(path: Path, traces: Traces, who: str, *, write: bool) -> FileFindings:
    """Take comments out of a file, which is replaced as a whole; or only count them.

    Parameters
    ----------
    path
        The file. A link is followed.
    traces
        The rule, and the words that were found in all inputs.
    who
        The person who erases, for the line in ``FILE.forgotten``.
    write
        Whether to replace the file.

    Raises
    ------
    InputError
        If the file has another format, or cannot be cut into rows.
    """
    target = path.resolve()
    with _held(target):
        found = _looked_through(target, path, traces, None)
        if write and found.rows + found.others:
            with write_atomically(target, force=True) as out:
                _looked_through(target, path, traces, out)
                if found.is_empty:  # a labelled file without a byte is refused
                    out.write(b"\n")
            _log(target, found, traces.rule.kind, who)
    return found


def _looked_through(target: Path, path: Path, traces: Traces, out: BinaryIO | None) -> FileFindings:
    """Go through a file; write what stays if there is an output."""
    n = Counter(rows=0, others=0, left=0)
    answers: Counter[str] = Counter()
    problems: list[RecordError | Notice] = [*_notices(target, path)]
    with _opened(target) as (stream, fmt):
        for row in rows_of(stream, fmt, str(path)):
            raw = row.raw
            if row.problem is not None:
                problems.append(row.problem)
            if row.fields is not None:
                if _is_theirs(row.fields, traces):
                    n["rows"] += 1
                    answers.update(_answers(row.fields))
                    continue
                raw = _without(row, traces, fmt, problems, str(path))
                n["others"] += raw is not row.raw
            n["left"] += bool(raw.strip())
            if out is not None:
                out.write(raw)
    is_empty = n["left"] == 0 and n["rows"] > 0
    return FileFindings(n["rows"], n["others"], dict(answers), tuple(problems), is_empty)


def _is_meant(fields: dict[str, Any], traces: Traces) -> bool:
    return traces.rule.is_meant(fields.get("author"), fields.get("id"))


def _is_theirs(fields: dict[str, Any], traces: Traces) -> bool:
    """Return whether a row is about a forgotten comment: by the rule, or by id and text."""
    if _is_meant(fields, traces):
        return True
    return not fields.get("author") and traces.is_copy(fields.get("text"), fields.get("id"))


def _answers(fields: dict[str, Any]) -> Iterator[str]:
    for name in ("hostility", "off_topic", "decision"):
        if name in fields:
            yield f"{name} {str(fields[name]).lower()[:20]}"


def _without(
    row: FileRow,
    traces: Traces,
    fmt: str,
    problems: list[RecordError | Notice],
    name: str,
) -> bytes:
    """Return the bytes of another comment's row, without forgotten words and names."""
    assert row.fields is not None
    try:
        fields = {key: _cleared(value, key, traces) for key, value in row.fields.items()}
    except RecursionError:
        hint = "it stays as it is; look yourself whether it carries the words"
        problems.append(RecordError("nested too deeply", path=name, line=row.line, hint=hint))
        return row.raw
    if traces.is_parent(row.fields.get("parent"), row.fields.get("parent_id")):
        fields |= {name: None for name in ("parent", "parent_id") if name in fields}
    return row.raw if fields == row.fields else rewritten(row, fields, fmt)


def _cleared(value: Any, key: str, traces: Traces) -> Any:
    if isinstance(value, str):
        if value in traces:
            return value if key == "text" else None
        is_named = any(part in key for part in _NAMING) and traces.rule.is_author(value)
        if is_named or (key == "note" and traces.names(value)):
            return None
        return traces.without(value)
    if isinstance(value, dict):
        return {each: _cleared(inner, each, traces) for each, inner in value.items()}
    if isinstance(value, list):
        cleared = [(_cleared(inner, key, traces), inner) for inner in value]
        return [new for new, old in cleared if new is not None or old is None]
    return value


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, str]]:
    with open_binary(path) as stream:
        fmt = format_of(path) or sniff_format(stream.peek(4096))
        if fmt not in _FORMATS:
            hint = "words are taken out of JSON Lines, CSV and TSV; make other files anew"
            raise InputError("cannot be written again row by row", path=path, hint=hint)
        yield stream, str(fmt)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Keep others from appending to a file that is being replaced, as the journal does."""
    if fcntl is None:
        yield
        return
    while True:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            if os.path.samestat(path.stat(), os.fstat(stream.fileno())):
                yield
                return


def _notices(target: Path, path: Path) -> Iterator[Notice]:
    if target.stat().st_nlink > 1:
        what = "has another name, under which it keeps the words"
        yield Notice(what, path=path, hint="a hard link; delete the other one")
    torn = target.with_name(f"{target.name}.torn")
    if torn.exists():
        yield Notice(
            "holds lines that a power cut tore", path=torn, hint="look through it yourself"
        )
    with target.open("rb") as stream:
        packed = is_compressed(stream)
    if packed and target.suffix.lower() not in COMPRESSED:
        yield Notice("is compressed, and will be plain", path=path)


def _log(target: Path, found: FileFindings, kind: str, who: str) -> None:
    """Add a line to the record beside a file."""
    line = {
        "forgotten_at": now(),
        "by": who,
        "rule": kind,
        "rows": found.rows,
        "other_rows": found.others,
        "answers": found.answers,
    }
    with target.with_name(f"{target.name}{_LOG}").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")
