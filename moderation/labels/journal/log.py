"""An append-only labelled file, written one whole line at a time.

Every line is on disk before :meth:`Journal.append` returns, so that a killed process, a dropped
connection or a power cut loses no acknowledged answer. Several processes may append to one file:
each holds a lock while it writes, where the system has file locks. An incomplete last line, such
as a power cut leaves, is moved to ``<file>.torn`` before anything is appended.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from moderation.errors import InputError, Notice, RecordError, UsageError
from moderation.files import format_of
from moderation.files.records import writable
from moderation.files.rows import LONGEST_LINE
from moderation.labels.labelled_files import LabelledRow

try:
    import fcntl
except ImportError:  # Windows allows one annotator per file, as docs/labelling.md says.
    fcntl = None  # type: ignore[assignment]

_BLOCK = 1 << 16

#: The most bytes of a row, without the line's end, that every reader of labelled files accepts.
LONGEST_ROW = LONGEST_LINE - 1


class Log:
    """An append-only file of lines.

    Parameters
    ----------
    path
        The file. It is created, with its folder, when the first line is written, because other
        readers do not accept an empty file as a labelled file.

    Attributes
    ----------
    mended : list of Notice
        The incomplete lines that were found, and where they are now.

    Raises
    ------
    UsageError
        If the file cannot be written.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.mended: list[Notice] = []
        self._offset = 0
        self._line = 0
        self._handle = -1
        with _told(self.path):
            if self.path.exists():
                with self._locked():
                    self._mend()
            else:
                _refuse_forbidden(self.path)

    def _open(self) -> int:
        missing = [self.path, *self.path.parents]
        missing = missing[: next(i for i, each in enumerate(missing) if each.exists())]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        handle = os.open(self.path, flags | getattr(os, "O_CLOEXEC", 0), 0o666)
        for created in missing:  # A new name is stored in its folder.
            _sync_folder(created.parent)
        return handle

    def append(self, line: bytes, wanted: Callable[[], bool] | None = None) -> bool:
        r"""Write one line and return when it is on disk.

        Parameters
        ----------
        line
            The line, without its ``\n``.
        wanted
            Called while no other process can write. If it returns False, nothing is written.

        Returns
        -------
        bool
            Whether the line was written.

        Raises
        ------
        UsageError
            If the line cannot be written, or is too long for readers of the file. The file is
            then unchanged.
        """
        assert b"\n" not in line
        if len(line) > LONGEST_ROW:
            what = f"a row of {len(line):,} bytes cannot be kept"
            raise UsageError(what, path=self.path, hint=f"at most {LONGEST_ROW:,}")
        with _told(self.path), self._locked():
            self._mend()
            if wanted is not None and not wanted():
                return False
            start = os.fstat(self._handle).st_size
            data = memoryview(line + b"\n")
            try:
                while data:
                    data = data[os.write(self._handle, data) :]
                _sync(self._handle)
            except OSError:
                os.ftruncate(self._handle, start)
                raise
        return True

    def unread(self) -> Iterator[tuple[int, bytes]]:
        """Yield the numbered lines added since the last call, including this process's own."""
        if self._handle < 0 and not self.path.exists():
            return
        with _told(self.path):
            if self._handle < 0:
                self._handle = self._open()
            if os.fstat(self._handle).st_size < self._offset:  # The file was rewritten.
                self._offset = self._line = 0
            rest = b""
            position = self._offset
            while block := self._read(position):
                position += len(block)
                *lines, rest = (rest + block).split(b"\n")
                for line in lines:
                    self._offset += len(line) + 1
                    self._line += 1
                    yield self._line, line
                if len(rest) > LONGEST_LINE:
                    raise InputError("a line without an end", path=self.path, line=self._line + 1)

    def close(self) -> None:
        """Close the file; every line is already on disk."""
        if self._handle >= 0:
            os.close(self._handle)

    def _read(self, position: int, size: int = _BLOCK) -> bytes:
        os.lseek(self._handle, position, os.SEEK_SET)
        return os.read(self._handle, size)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the only right to write to the file that has the name now, not a replaced one."""
        while True:
            if self._handle < 0:
                self._handle = self._open()
            if fcntl is not None:
                fcntl.flock(self._handle, fcntl.LOCK_EX)
            if self._is_current():
                break
            os.close(self._handle)  # This also releases the lock.
            self._handle = -1
            self._offset = self._line = 0
        try:
            yield
        finally:
            if fcntl is not None:
                fcntl.flock(self._handle, fcntl.LOCK_UN)

    def _is_current(self) -> bool:
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self._handle))
        except FileNotFoundError:
            return False

    def _mend(self) -> None:
        """Complete a last line that lacks only its end, or move an incomplete one to a file."""
        size = os.fstat(self._handle).st_size
        if not size or self._read(size - 1, 1) == b"\n":
            return
        start, tail = size, b""
        while start and b"\n" not in tail:
            step = min(_BLOCK, start)
            start -= step
            tail = self._read(start, step) + tail
        cut = tail.rfind(b"\n") + 1
        start, tail = start + cut, tail[cut:]
        if _is_row(tail):
            os.write(self._handle, b"\n")
            _sync(self._handle)
            return
        aside = self.path.with_name(f"{self.path.name}.torn")
        with aside.open("ab") as kept:
            kept.write(tail + b"\n")
            kept.flush()
            _sync(kept.fileno())
        _sync_folder(aside.parent)
        os.ftruncate(self._handle, start)
        _sync(self._handle)
        what = f"its last line was torn ({len(tail):,} bytes)"
        self.mended.append(Notice(what, path=self.path, hint=f"set aside in {aside.name}"))


def _refuse_forbidden(path: Path) -> None:
    """Raise OSError if the file cannot be created, before anybody has answered anything."""
    nearest = next(each for each in path.parents if each.exists())
    if not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _is_row(tail: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(tail), dict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _sync(handle: int) -> None:
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is None:
        os.fsync(handle)
    else:  # On macOS, only this call flushes the drive's own cache.
        fcntl.fcntl(handle, full)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows stores names by itself and cannot open a folder.
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise UsageError(what, path=path, hint="check the disk and the permissions") from None


class Journal:
    """A labelled file in JSON Lines, read and appended to while people answer.

    Parameters
    ----------
    path
        The file. A missing file is created with its first row.

    Attributes
    ----------
    problems : list of RecordError or Notice
        Lines that are not labelled rows, which stay in the file, and incomplete lines, which were
        moved to another file.

    Raises
    ------
    UsageError
        If the file cannot be written, has no name for JSON Lines, or holds other data.
    """

    def __init__(self, path: str | Path) -> None:
        target = Path(path)
        if format_of(target) != "jsonl" or target.suffix.lower() not in {".jsonl", ".ndjson"}:
            hint = "name it .jsonl; `moderation export` writes other formats"
            raise UsageError("answers are kept as JSON Lines", path=target, hint=hint)
        if target.exists() and not target.is_file():
            raise UsageError("is no ordinary file", path=target, hint="name a file")
        if target.is_file() and not _holds_labels(target):
            hint = "is it the input? name another file"
            raise UsageError("holds no labelled rows", path=target, hint=hint)
        self._log = Log(target)
        self.path = target
        self._problems: list[RecordError] = []

    @property
    def problems(self) -> list[RecordError | Notice]:
        """Return the problems found in the part of the file that has been read."""
        return [*self._problems, *self._log.mended]

    def append(self, row: LabelledRow, wanted: Callable[[], bool] | None = None) -> bool:
        """Write one row if `wanted` allows it; the row is on disk when this returns True."""
        return self._log.append(encoded_row(row), wanted)

    def unread(self) -> Iterator[LabelledRow]:
        """Yield the rows added since the last call, by this process and by others."""
        for number, line in self._log.unread():
            row = _row(line)
            if isinstance(row, LabelledRow):
                yield row
            elif row is not None:
                hint = "`moderation check` tells more"
                self._problems.append(RecordError(row, path=self.path, line=number, hint=hint))

    def close(self) -> None:
        """Close the file."""
        self._log.close()


def encoded_row(row: LabelledRow) -> bytes:
    """Return a labelled row as one line of JSON, which always names both answers.

    Parameters
    ----------
    row
        The labelled row.
    """
    fields = msgspec.to_builtins(row)
    answers = {"hostility": row.hostility, "off_topic": row.off_topic}
    first = {name: fields.pop(name) for name in ("id", "text") if name in fields}
    document: dict[str, Any] = {**first, **answers, **fields}
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:  # a lone surrogate, which UTF-8 cannot encode
        return msgspec.json.encode(writable(document))


def _row(line: bytes) -> LabelledRow | str | None:
    """Return the row on a line, None for an empty line, or a description of the problem."""
    if not line.strip():
        return None
    try:
        raw = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
        if not isinstance(raw, dict) or not raw.keys() & {"hostility", "off_topic"}:
            return "a labelled row needs hostility or off_topic"
        return msgspec.convert(raw, LabelledRow)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        return f"not a labelled row ({error})"
    except RecursionError:
        return "not a labelled row (nested too deeply)"


def _holds_labels(path: Path) -> bool:
    """Return whether a file is empty or one of its first whole lines is a labelled row."""
    with path.open("rb") as stream:
        lines = [stream.readline(LONGEST_LINE) for _ in range(100)]
    whole = [line for line in lines if line.endswith(b"\n") and line.strip()]
    return not whole or any(isinstance(_row(line), LabelledRow) for line in whole)
