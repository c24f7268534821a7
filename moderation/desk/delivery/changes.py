"""The memory of what was changed on platforms: one line of JSON for each comment and change.

No text of a reader and no name of a reader is in it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from moderation.errors import InputError
from moderation.labels.journal import Log


class Change(msgspec.Struct, frozen=True, kw_only=True, rename={"was": "from", "became": "to"}):
    """A change of a comment's status on a platform.

    Attributes
    ----------
    at
        When it was made, or in a dry run, when the platform was asked.
    site
        The address of the platform.
    id
        The platform's number of the comment.
    was, became
        The platform's word for the status before and after; the same word if there was nothing to
        change.
    decision
        The number of the desk's decision.
    moderator, decided_at
        Who decided at the desk, and when.
    user
        The account in whose name the platform was changed.
    """

    at: str
    site: str
    id: str
    was: str
    became: str
    decision: int
    moderator: str
    decided_at: str
    user: str


class ChangeLog:
    """The changes of earlier runs, and a file to which each new one is appended.

    Parameters
    ----------
    path
        The file, in JSON Lines; it is made with its first line.

    Raises
    ------
    InputError
        If the file holds something else.
    UsageError
        If the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._log = Log(path)
        self._last: dict[tuple[str, str], Change] = {}
        for number, line in self._log.unread():
            try:
                change = msgspec.json.decode(line, type=Change)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                hint = "name the log of earlier runs, or a new file"
                raise InputError(
                    "is no log of changes", path=path, line=number, hint=hint
                ) from None
            self._last[change.site, change.id] = change

    def last(self, site: str, id_: str) -> Change | None:
        """Return the last change of a comment that was made from here."""
        return self._last.get((site, id_))

    def append(self, change: Change) -> None:
        """Remember a change; it is on the disk on return."""
        self._log.append(msgspec.json.encode(change))
        self._last[change.site, change.id] = change

    def close(self) -> None:
        """Close the file."""
        self._log.close()
