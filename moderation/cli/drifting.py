"""``moderation compare --drift``: whether anything moved away from the weeks before."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from moderation.cli.options import columns, pairs
from moderation.cli.own_decisions import OF_DECISION, DecisionFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moderation.cli.problems import Problems
    from moderation.evaluation.drift import Alarm, Drift, Watched
    from moderation.model import Moderator

# One chance in more days than this says no more than "never".
_MOST_DAYS = 10_000


class DriftOptions(NamedTuple):
    """What is judged, and what is said about it.

    Attributes
    ----------
    days
        The number of days to judge.
    zone
        The name of the zone of days; None for that of this machine.
    alarm
        Whether something that moved gives the exit status 1.
    as_json, quiet
        Whether to print one document for machines, or nothing but alarms.
    """

    days: int
    zone: str | None
    alarm: bool
    as_json: bool
    quiet: bool


def watch_files(moderator: Moderator, files: DecisionFiles, options: DriftOptions) -> int:
    """Judge the last days, print what moved, and return the exit status.

    Parameters
    ----------
    moderator
        Scores the comments that have no scores yet.
    files
        Scored comments, comments, or stores of a desk.
    options
        What is judged, and what is said about it.
    """
    from moderation.cli.output import say_json
    from moderation.cli.problems import Problems
    from moderation.errors import InputError
    from moderation.evaluation.drift import Counted, find_drift

    counted, today = Counted(), datetime.now(UTC).astimezone(_zone(options.zone)).date()
    with Problems(None, quiet=options.quiet) as problems:
        for comment in _watched(moderator, files, options.zone, problems):
            if comment.day < today:
                counted.add(comment)
        days = counted.days()
        if not days:
            hint = "give scored comments with `published`: moderation score --keep ..."
            raise InputError("no comment of a whole day", hint=hint)
    found = find_drift(days, options.days)
    if options.as_json:
        say_json(found)
    else:
        _show(found, len(days), quiet=options.quiet)
    return max(problems.status, int(options.alarm and bool(found.alarms)))


def _watched(
    moderator: Moderator, files: DecisionFiles, zone: str | None, problems: Problems
) -> Iterator[Watched]:
    from contextlib import closing

    from moderation.desk import is_store, open_database
    from moderation.desk.outputs.evidence import watched_comments
    from moderation.errors import ModerationError
    from moderation.evaluation.drift import WatchedFiles, read_watched
    from moderation.labels.decided import DecidedNames

    where = _zone(zone)
    names = DecidedNames(columns(files.column, OF_DECISION), pairs("--means", files.means))
    for path in files.paths:
        if is_store(path):
            with closing(open_database(path)) as database:
                yield from watched_comments(database, where)
            continue
        for found in read_watched(WatchedFiles([str(path)], names, where), moderator):
            if isinstance(found, ModerationError):
                problems.add(found)
            else:
                yield found


def _zone(name: str | None) -> tzinfo | None:
    from moderation.desk.outputs import read_period

    return read_period(None, None, name).zone


def _show(found: Drift, n_days: int, *, quiet: bool) -> None:
    from moderation.cli.output import say

    if not quiet:
        beside = f"each beside the {found.baseline_days // 7} weeks before"
        say(f"the last days of {n_days:,}, {beside}; model {found.model}")
        say(f"{'day':<16}{'comments':>9}{'flagged':>10}{'usual':>8}{'agreed':>8}")
        for day in found.days:
            usual = "-" if day.usual is None else f"{day.usual:.1%}"
            agreed = "-" if day.agreed is None else f"{day.agreed:.0%}"
            told = "" if day.judged else "  not judged"
            told = "  moved" if day.alarms else told
            say(
                f"{day.day:%a %Y-%m-%d}  {day.n:>9,}{day.flagged:>10.1%}{usual:>8}{agreed:>8}{told}"
            )
        if not all(day.judged for day in found.days):
            say("not judged: too few days before, or the day has far fewer comments than usual")
    for when, alarm in found.alarms:
        say(_told(when, alarm))
    if not quiet and not found.alarms:
        say("nothing moved" if any(day.judged for day in found.days) else "nothing can be judged")


def _told(when: date, alarm: Alarm) -> str:
    """Return what moved, since when, and how sure that is."""
    since = f"{when} moved" if alarm.since == when else f"{when} moved, since {alarm.since}"
    if alarm.kind == "copies":
        ids = ", ".join(f"#{id_}" for id_ in alarm.ids)
        what = f"{alarm.value:.0f} authors wrote nearly the same text, {ids} among them"
        return f"{since}: {what}; at most {alarm.usual:.0f} on a day before"
    if alarm.kind == "section":
        what = f"the section {alarm.what} is new: {alarm.value:.1%} of it flagged"
        return f"{since}: {what}, {alarm.usual:.1%} of all comments before"
    if alarm.kind == "model":
        what = f"another model, {alarm.what}: {alarm.value:.1%} flagged"
        return f"{since}: {what}, {alarm.usual:.1%} before; only its own days count from now on"
    sure = f"an ordinary day is so unusual once in {_days(alarm.p)} days"
    if alarm.kind == "scores":
        name = alarm.what.replace("_", "-")
        what = f"scores of {name}: stability index {alarm.value:.2f}, usually {alarm.usual:.2f}"
        return f"{since}: {what}; {sure}"
    name = "the flagged share" if alarm.kind == "flagged" else "agreement"
    where = f", most of it in {alarm.where}" if alarm.where else ""
    return f"{since}: {name} is {alarm.value:.1%}, usually {alarm.usual:.1%}{where}; {sure}"


def _days(p: float | None) -> str:
    return f"more than {_MOST_DAYS:,}" if not p or p < 1 / _MOST_DAYS else f"{1 / p:,.0f}"
