"""When a comment was written, as far as its input says so in a form that can be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

_SECONDS, _MILLISECONDS = re.compile(r"\d{9,10}(\.\d+)?"), re.compile(r"\d{12,13}")
_LONGEST = 64
# Earlier times are what databases write where they know none: 1990 in seconds since 1970.
_EARLIEST = 631_152_000


class Moment(NamedTuple):
    """A point in time.

    Attributes
    ----------
    at
        Seconds since 1970.
    is_own
        Whether the comment itself says so to the minute; else it is when the comment was read, or
        the end of its day.
    """

    at: float
    is_own: bool


def moment(published: str | None, read: float) -> Moment:
    """Return when a comment was written, or else when it was read.

    A time without a zone is this machine's. A date without a time counts as the end of its day, so
    that no comment looks older than it is. Nothing is later than when it was read.

    Parameters
    ----------
    published
        What the input says: ISO 8601, the form of mail, or seconds or milliseconds since 1970.
    read
        When the comment was read, in seconds since 1970.
    """
    found = time_in(published or "")
    at, is_own = None, isinstance(found, datetime)
    if isinstance(found, datetime):
        at = _seconds(found)
    elif found is not None:
        at = _seconds(datetime.combine(found, time()), days=1)
    if at is None or at < _EARLIEST:
        return Moment(read, is_own=False)
    return Moment(min(at, read), is_own)


def _seconds(found: datetime, days: int = 0) -> float | None:
    """Return the seconds since 1970 of some days after a time; None if no clock has them."""
    try:
        return (found + timedelta(days=days)).timestamp()
    except (OverflowError, ValueError, OSError):
        return None


def time_in(told: str) -> datetime | date | None:
    """Return the time or the day that a text tells, or None.

    Parameters
    ----------
    told
        ISO 8601, the form of mail, or seconds or milliseconds since 1970. A time without a zone
        gets none.

    Examples
    --------
    >>> time_in("2026-11-30"), time_in("yesterday")
    (datetime.date(2026, 11, 30), None)
    """
    told = told.strip()
    if not told or len(told) > _LONGEST:
        return None
    if told[4:5].isdigit():
        for pattern, unit in ((_SECONDS, 1), (_MILLISECONDS, 1000)):
            if pattern.fullmatch(told):
                return datetime.fromtimestamp(float(told) / unit, UTC)
    if len(told) <= len("2026-11-30"):
        try:
            return date.fromisoformat(told)
        except ValueError:
            return None
    readers: Sequence[Callable[[str], datetime]] = (datetime.fromisoformat, parsedate_to_datetime)
    for read in readers:
        try:
            return read(told)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None
