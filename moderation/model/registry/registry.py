"""A registry: the numbered versions of a newsroom's model, one of which is current.

A registry is a folder. It has a model folder for each version, named by its number, and
``versions.jsonl``, with one line for each event. Nothing in it is ever overwritten. The current
version is the one promoted last, so a rollback appends one more line.
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
# The most bytes of a ledger: enough for some ten thousand versions.
_LONGEST_LEDGER = 2**25

#: The number of the model that was in use before the first version of the registry.
BEFORE = 0


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event in the history of a version.

    Attributes
    ----------
    version
        The number of the version, counted from 1; 0 is the model before the first version.
    event
        ``trained`` if it was added to the registry, ``promoted`` if it became current.
    at
        The time in ISO 8601, UTC.
    model
        The name and digest, as in every verdict.
    base
        The model from which the training started.
    why
        The result of the comparison, or a note that a person decided.
    compared
        The comparison with the version that was then current, one for each attribute.
    """

    version: int
    event: Literal["trained", "promoted"]
    at: str
    model: str = ""
    base: str = ""
    why: str = ""
    compared: tuple[dict[str, Any], ...] = ()


class Registry:
    """The versions of one model in a folder."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    @staticmethod
    def is_shelf(folder: str | Path) -> bool:
        """Return whether a folder is a registry."""
        return (Path(folder) / _LEDGER).is_file()

    @staticmethod
    def may_begin(folder: Path) -> bool:
        """Return whether a folder holds nothing but the remains of a failed first training."""
        own = (path.name.partition(".")[0] for path in folder.iterdir()) if folder.is_dir() else "?"
        return all(name == "" or name.isdecimal() for name in own)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the registry, so that no other process promotes a version meanwhile.

        A caller that compares a new version with the current one and then promotes it must do both
        under the lock. The version that was compared is then the one that is replaced.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder):
            yield

    def events(self) -> list[Event]:
        """Return all events, oldest first.

        Raises
        ------
        ModelError
            If a line of the ledger is not an event.
        """
        path = self.folder / _LEDGER
        data = _read(path) if path.is_file() else b""
        whole = data[: data.rfind(b"\n") + 1]  # a line cut short by a crash does not count
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
        """The number of the current version; None if none was promoted."""
        promoted = [event.version for event in self.events() if event.event == "promoted"]
        return promoted[-1] if promoted else None

    @property
    def before(self) -> int | None:
        """The number of the version that was current before the current one, or None."""
        current = self.current
        promoted = [event.version for event in self.events() if event.event == "promoted"]
        return next((version for version in reversed(promoted) if version != current), None)

    @property
    def next(self) -> int:
        """The number of the next version, larger than all existing or recorded ones."""
        there = [int(path.name) for path in self.folder.glob("*") if path.name.isdecimal()]
        return max([0, *there, *(event.version for event in self.events())]) + 1

    def path(self, version: int) -> Path:
        """Return the model folder of a version.

        Raises
        ------
        ModelError
            If there is no version of that number.
        """
        path = self.folder / str(version)
        if not path.is_dir():
            numbers = sorted({event.version for event in self.events()})
            known = [number for number in numbers if (self.folder / str(number)).is_dir()]
            hint = f"it has {', '.join(map(str, known))}" if known else "it is empty"
            raise ModelError(f"no version {version}", path=self.folder, hint=hint)
        return path

    def record(self, event: Event) -> None:
        """Append an event; it is on disk when this method returns."""
        path = self.folder / _LEDGER
        self.folder.mkdir(parents=True, exist_ok=True)
        with naming(path), path.open("ab+") as stream:
            stream.seek(0, os.SEEK_END)
            if stream.tell():
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n":  # an incomplete line after a crash
                    stream.truncate(path.read_bytes().rfind(b"\n") + 1)
            stream.write(msgspec.json.encode(event) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def promote(self, version: int, *, model: str, why: str) -> None:
        """Make a version current."""
        self.path(version)
        self.record(Event(version=version, event="promoted", at=now(), model=model, why=why))


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(_LONGEST_LEDGER + 1)
    if len(data) > _LONGEST_LEDGER:
        raise ModelError(f"is larger than {_LONGEST_LEDGER:,} bytes", path=path)
    return data


def model_folder(folder: str | Path) -> Path:
    """Return the folder itself, or the current version if it is a registry.

    Raises
    ------
    ModelError
        If it is a registry without a current version.
    """
    if not Registry.is_shelf(folder):
        return Path(folder)
    shelf = Registry(folder)
    current = shelf.current
    if current is None:
        hint = f"moderation promote {folder} NUMBER makes one current; or name {folder}/NUMBER"
        raise ModelError("no version of it is current", path=folder, hint=hint)
    return shelf.path(current)
