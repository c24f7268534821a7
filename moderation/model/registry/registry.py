"""A shelf: the numbered versions of a newsroom's model, and which of them is current.

A shelf is a folder: one model folder a version, named by its number, and ``versions.jsonl``, one
line for everything that happened to them. Nothing in it is ever overwritten; the current version
is the one promoted last, so that going back is one more line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec

from moderation.errors import ModelError
from moderation.files.folders import locked
from moderation.files.storage import naming
from moderation.records import now

_LEDGER = "versions.jsonl"
# Bytes of a ledger at most: those of some ten thousand versions.
_LONGEST_LEDGER = 2**25

#: Number of the model that scored before any was trained for the shelf.
BEFORE = 0


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a version.

    Attributes
    ----------
    version
        Its number, counted from 1; 0 is what was there before.
    event
        ``trained``: it was put on the shelf. ``promoted``: it became the current one.
    at
        When, ISO 8601, UTC.
    model
        Name and digest, as in every verdict.
    base
        The model that it started from.
    why
        What the comparison said, or that a person decided.
    compared
        The comparison with what was current then, an attribute each.
    """

    version: int
    event: Literal["trained", "promoted"]
    at: str
    model: str = ""
    base: str = ""
    why: str = ""
    compared: tuple[dict[str, Any], ...] = ()


class Registry:
    """Versions of one model in a folder."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    @staticmethod
    def is_shelf(folder: str | Path) -> bool:
        """Whether a folder is a shelf."""
        return (Path(folder) / _LEDGER).is_file()

    @staticmethod
    def may_begin(folder: Path) -> bool:
        """Whether a folder holds nothing but what a first training left that did not end well."""
        own = (path.name.partition(".")[0] for path in folder.iterdir()) if folder.is_dir() else "?"
        return all(name == "" or name.isdecimal() for name in own)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others from making a version current meanwhile.

        Whoever compares a new version with the current one and then promotes it does both in here:
        the current one is then the one that it replaces.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder):
            yield

    def events(self) -> list[Event]:
        """All that happened, oldest first.

        Raises
        ------
        ModelError
            If a line of the ledger is not an event.
        """
        path = self.folder / _LEDGER
        data = _read(path) if path.is_file() else b""
        whole = data[: data.rfind(b"\n") + 1]  # a line cut short by a crash never took effect
        events = []
        for number, line in enumerate(whole.splitlines(), start=1):
            try:
                events.append(msgspec.json.decode(line, type=Event))
            except (msgspec.DecodeError, RecursionError) as error:
                hint = "restore the file from a copy, or promote a version into a new shelf"
                what = f"line {number} is no event of a version: {error}"
                raise ModelError(what, path=path, hint=hint) from None
        return events

    @property
    def current(self) -> int | None:
        """Number of the current version; None if none was promoted."""
        promoted = [event.version for event in self.events() if event.event == "promoted"]
        return promoted[-1] if promoted else None

    @property
    def before(self) -> int | None:
        """Number of the version that was current before the current one."""
        current = self.current
        promoted = [event.version for event in self.events() if event.event == "promoted"]
        return next((version for version in reversed(promoted) if version != current), None)

    @property
    def next(self) -> int:
        """Number of the next version: above all that are there, whether recorded or not."""
        there = [int(path.name) for path in self.folder.glob("*") if path.name.isdecimal()]
        return max([0, *there, *(event.version for event in self.events())]) + 1

    def path(self, version: int) -> Path:
        """Model folder of a version.

        Raises
        ------
        ModelError
            If there is none of that number.
        """
        path = self.folder / str(version)
        if not path.is_dir():
            numbers = sorted({event.version for event in self.events()})
            known = [number for number in numbers if (self.folder / str(number)).is_dir()]
            hint = f"it has {', '.join(map(str, known))}" if known else "it is empty"
            raise ModelError(f"no version {version}", path=self.folder, hint=hint)
        return path

    def record(self, event: Event) -> None:
        """Append an event; it is on the disk when this returns."""
        path = self.folder / _LEDGER
        self.folder.mkdir(parents=True, exist_ok=True)
        with naming(path), path.open("ab+") as stream:
            stream.seek(0, os.SEEK_END)
            if stream.tell():
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n":  # what a crash left
                    stream.truncate(path.read_bytes().rfind(b"\n") + 1)
            stream.write(msgspec.json.encode(event) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def promote(self, version: int, *, model: str, why: str) -> None:
        """Make a version the current one."""
        self.path(version)
        self.record(Event(version=version, event="promoted", at=now(), model=model, why=why))


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(_LONGEST_LEDGER + 1)
    if len(data) > _LONGEST_LEDGER:
        raise ModelError(f"is larger than {_LONGEST_LEDGER:,} bytes", path=path)
    return data


def model_folder(folder: str | Path) -> Path:
    """The folder itself, or the current version of the shelf that it is.

    Raises
    ------
    ModelError
        If it is a shelf without a current version.
    """
    if not Registry.is_shelf(folder):
        return Path(folder)
    shelf = Registry(folder)
    current = shelf.current
    if current is None:
        hint = f"moderation promote {folder} NUMBER makes one current; or name {folder}/NUMBER"
        raise ModelError("no version of it is current", path=folder, hint=hint)
    return shelf.path(current)
