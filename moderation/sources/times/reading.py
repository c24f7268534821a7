"""When a comment was written, as far as its input says so in a form that can be read."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
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
    told = (published or "").strip()
    if not told or len(told) > _LONGEST:
        return Moment(read, is_own=False)
    try:
        day = date.fromisoformat(told)
    except ValueError:
        at, is_own = _seconds(told), True
    else:
        at, is_own = _end_of(day), False
    if at is None or at < _EARLIEST:
        return Moment(read, is_own=False)
    return Moment(min(at, read), is_own)


def _end_of(day: date) -> float | None:
    try:
        return datetime.combine(day + timedelta(days=1), time()).timestamp()
    except (OverflowError, ValueError, OSError):
        return None


def _seconds(told: str) -> float | None:
    if _SECONDS.fullmatch(told):
        return float(told)
    if _MILLISECONDS.fullmatch(told):
        return float(told) / 1_000
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(told).timestamp()
        except (ValueError, OverflowError, OSError, TypeError, IndexError):
            continue
    return None
