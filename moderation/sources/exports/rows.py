"""The rows that every reader of an export yields, and the rules that the readers share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from moderation.errors import RecordError
from moderation.records import Comment

LONGEST_FIELD = 4_000_000
"""The largest field, such as a comment, in characters. The highest known limit of a platform is
65,535 bytes (WordPress's column); an article may be longer."""

_REMEMBERED = 50_000
"""The number of replies whose depth is stored, in each of two halves. Replies closely follow their
parents in every export that lists parents first, and memory must not grow with the file."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(Z|[+-]\d\d:?\d\d)?")

_MILLISECONDS = re.compile(r"-?[0-9]{1,18}")


class ExportRow(msgspec.Struct, frozen=True, kw_only=True):
    """One comment as the platform stored it, with the platform's status.

    Attributes
    ----------
    comment
        The comment; its text is that of the latest revision.
    status
        The platform's own word (``1``, ``hold``, ``REJECTED`` ...), unchanged. The import of
        labels decides what it says about hostility.
    skip
        The reason why it is not a reader's comment to score (``pingback``, ``spam``, ``deleted``,
        ``blank`` ...), or None.
    revision_id
        The revision of the text, if the platform keeps revisions. A moderator's decision belongs
        to the revision that was judged, not to the comment.
    """

    comment: Comment
    status: str = ""
    skip: str | None = None
    revision_id: str | None = None


Rows = Iterator[ExportRow | RecordError]


@dataclass(slots=True)
class ExportTally:
    """Counts of the rows of an export, updated during the reading.

    Attributes
    ----------
    comments
        Comments yielded.
    rejected
        Rows that could not be read; each was yielded as an error.
    skipped
        Rows skipped deliberately, by reason.
    """

    comments: int = 0
    rejected: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def read_row(
    make: Callable[[], ExportRow | RecordError], *, name: str, line: int | None
) -> ExportRow | RecordError:
    """Make one row; an unforeseen failure in a comment affects only that comment.

    Parameters
    ----------
    make
        Makes the row from the export's data.
    name, line
        The file, and the line on which the row begins.

    Returns
    -------
    ExportRow or RecordError
        The row, or the error with its location.
    """
    try:
        return make()
    except (ArithmeticError, LookupError, RecursionError, ValueError) as error:
        got, hint = type(error).__name__, "please report it: the rows behind it are read"
        return RecordError("cannot be read as a comment", path=name, line=line, got=got, hint=hint)


class Depths:
    """The depths of comments, in bounded memory.

    Only the latest replies are stored, so a comment with an unknown parent counts as a comment
    on the article. This is correct for nearly all comments. If an export lists replies before
    their parents (WordPress REST, newest first), the depth of a reply to a reply is too small by
    one or more, but never too large.
    """

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._remembered = remembered
        self._recent: dict[str, int] = {}
        self._before: dict[str, int] = {}

    def place(self, comment_id: str, parent_id: str | None) -> int:
        """Return the depth of a comment, counted from 1, and store it for its replies."""
        if parent_id is None:
            return 1
        known = self._recent.get(parent_id) or self._before.get(parent_id) or 1
        if len(self._recent) >= self._remembered:
            self._before, self._recent = self._recent, {}
        self._recent[comment_id] = known + 1
        return known + 1


def timestamp(value: object, *, utc: bool = False) -> str | None:
    """Return a date and time in ISO 8601, or None if `value` is not one.

    Parameters
    ----------
    value
        ``2024-05-01 10:00:00`` or similar, or MongoDB's ``{"$date": ...}`` (text, or
        milliseconds since 1970).
    utc
        Whether a time without a zone is UTC; otherwise no zone is added.

    Returns
    -------
    str or None
        The date and time.
    """
    if isinstance(value, dict):
        value = value.get("$date")
        if isinstance(value, dict):
            value = value.get("$numberLong")
        value = _from_milliseconds(value)
    if not isinstance(value, str):
        return None
    found = _TIME.fullmatch(value.strip())
    if found is None or found[1].startswith("0000"):
        return None
    return f"{found[1]}T{found[2]}{found[3] or ('Z' if utc else '')}"


def _from_milliseconds(value: object) -> object:
    if isinstance(value, str) and _MILLISECONDS.fullmatch(value):
        value = int(value)
    if not isinstance(value, int):
        return value
    try:
        moment = datetime.fromtimestamp(value / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
