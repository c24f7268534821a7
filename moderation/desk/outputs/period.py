"""A stretch of time: which decisions are meant, and in which zone their days and hours are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from moderation.errors import UsageError


class Period(NamedTuple):
    """A stretch of time, which may be open at either end.

    Attributes
    ----------
    since, until
        Its first moment, and the first moment after it.
    zone
        The zone of its days and hours; None for that of this machine.
    """

    since: datetime | None = None
    until: datetime | None = None
    zone: tzinfo | None = None

    def holds(self, at: str) -> bool:
        """Return whether a time of the store lies in it."""
        moment = moment_of(at)
        after = self.since is None or moment >= self.since
        return after and (self.until is None or moment < self.until)

    def local(self, at: str) -> datetime:
        """Return a time of the store in the zone of the period."""
        return moment_of(at).astimezone(self.zone)

    @property
    def zone_name(self) -> str:
        """The zone in words, with its distance from UTC at the end of the period."""
        moment = (self.until or datetime.now(UTC)).astimezone(self.zone)
        name = moment.tzname() if self.zone is None else str(self.zone)
        return "UTC" if name == "UTC" else f"{name}, UTC{moment.isoformat()[-6:]}"


#: All time.
EVER = Period()


def read_period(since: str | None, until: str | None, zone: str | None = None) -> Period:
    """Return the period that a person named.

    Parameters
    ----------
    since, until
        A day, or a day and a time, in ISO 8601. The period begins with the day `since`, and the
        day `until` belongs to it. A time `until` does not.
    zone
        The name of a time zone, such as ``Europe/Berlin``; default: that of this machine.

    Raises
    ------
    UsageError
        If a time or a zone cannot be read, or nothing lies between the times.
    """
    where = read_zone(zone)
    begin = _moment(since, where, "--since")
    end = _moment(until, where, "--until", timedelta(days=1))
    if begin is not None and end is not None and begin >= end:
        hint = "name an earlier --since"
        raise UsageError("the period is empty", field="--until", got=until, hint=hint)
    return Period(begin, end, where)


def last_days(days: int, now: datetime, zone: tzinfo | None = None) -> Period:
    """Return the last days up to now, of which today is the last.

    Parameters
    ----------
    days
        How many.
    now
        The present moment.
    zone
        The zone in which the first day begins; None for that of this machine.
    """
    today = now.astimezone(zone).date()
    return Period(_midnight(today - timedelta(days=days - 1), zone), now, zone)


def read_zone(name: str | None) -> tzinfo | None:
    """Return the time zone with a name; None, which stands for this machine's, without one."""
    if name is None:
        return None
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "Europe/Berlin or UTC, for example"
        raise UsageError("no such zone", field="--zone", got=name, hint=hint) from None


def moment_of(at: str) -> datetime:
    """Return a time of the store, which is in UTC if it names no zone."""
    moment = datetime.fromisoformat(at)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _moment(
    text: str | None, zone: tzinfo | None, option: str, whole: timedelta = timedelta()
) -> datetime | None:
    """Return the moment that a person wrote; a day is its beginning, or its end with `whole`."""
    if text is None:
        return None
    try:
        try:
            return _midnight(date.fromisoformat(text) + whole, zone)
        except ValueError:
            moment = datetime.fromisoformat(text)
        return _in_zone(moment, zone)
    except (ValueError, OverflowError):
        hint = "2026-11-23 or 2026-11-23T08:00, for example"
        raise UsageError("no day and no time", field=option, got=text, hint=hint) from None


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return _in_zone(datetime.combine(day, time()), zone)


def _in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    """Return a time of day in a zone; one that names its own zone stays as it is."""
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone) if zone is not None else moment.astimezone()
