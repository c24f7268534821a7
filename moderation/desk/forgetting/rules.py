"""Which comments are to be forgotten."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from unicodedata import normalize

from moderation.errors import UsageError

_AGE = re.compile(r"(?P<number>[1-9]\d{0,4})(?P<unit>[dw])")

# What the desk and the service add to an id in labelled files.
_ADDED = re.compile(r"(?::[0-9a-f]{12}|-[0-9a-f]{8})")


class ForgetRule(NamedTuple):
    """Which comments are meant; of an author and an id, both have to hold.

    Attributes
    ----------
    author
        The name of the author, exactly as it is written. Only the ways in which Unicode writes the
        same letters count as equal.
    id
        The id that the platform gave the comment.
    before
        Comments of a store whose last decision is older than this time.
    """

    author: str | None = None
    id: str | None = None
    before: str | None = None

    @property
    def kind(self) -> str:
        """What is told about the rule in the record of an erasure, which names nobody."""
        told = {"author": self.author, "id": self.id, "age": self.before}
        return " and ".join(name for name, value in told.items() if value is not None)

    def is_author(self, name: object) -> bool:
        """Return whether a name is the author's."""
        return (
            self.author is not None
            and isinstance(name, str)
            and normalize("NFC", name) == normalize("NFC", self.author)
        )

    def is_meant(self, author: object, id_: object) -> bool:
        """Return whether a comment with this author and this id is meant."""
        if self.author is None and self.id is None:
            return False
        of_author = self.author is None or self.is_author(author)
        return of_author and (self.id is None or is_same_id(id_, self.id))


def is_same_id(given: object, id_: str) -> bool:
    """Return whether an id of a labelled file is a comment's own, with or without our addition.

    >>> is_same_id("c1:0123456789ab", "c1"), is_same_id("c1-2", "c1"), is_same_id(17, "17")
    (True, False, True)
    """
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str) or not given.startswith(id_):
        return False
    added = given[len(id_) :]
    return not added or _ADDED.fullmatch(added) is not None


def time_before(age: str) -> str:
    """Return the time that lies an age ago, as decisions hold it.

    Parameters
    ----------
    age
        A number of days or weeks: ``180d``, ``26w``.

    Raises
    ------
    UsageError
        If it is no such number.
    """
    found = _AGE.fullmatch(age.strip())
    if found is None:
        hint = "a number of days or weeks, such as 180d or 26w"
        raise UsageError("is no age", field="--older-than", got=age[:40], hint=hint)
    days = int(found["number"]) * (7 if found["unit"] == "w" else 1)
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
