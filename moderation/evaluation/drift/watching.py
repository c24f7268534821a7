"""Goes through the days, compares each with the weeks before it, and names what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from moderation.evaluation.drift.charts import (
    LEAST_DAYS,
    Unusual,
    unusual_scores,
    unusual_share,
)
from moderation.evaluation.drift.days import Day
from moderation.evaluation.shares import FEWEST
from moderation.records import Attribute

#: The days before a day that it is compared with: eight of each weekday.
BASELINE_DAYS = 56

#: A day alarms if an ordinary one is as unusual in one of its measures with less than this
#: probability. With four measures and 91 days, that is 0.18 alarms a quarter if the model of
#: ordinary days holds; `python -m benchmarks.drift` prints what it is on simulated days.
P_ALARM = 0.0005

#: So many authors of one text, and twice as many as on any day before, are a raid.
LEAST_AUTHORS = 10

#: A day with fewer comments than this share of the usual number is not judged: it may not be whole.
_WHOLE = 0.4

#: So many days on which a measure alarms are what is usual from then on.
_SETTLED = 14

# A model is new on a day if it scored at least this share of its comments.
_SWAPPED = 0.1


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """What moved on a day.

    Attributes
    ----------
    kind
        ``scores``, ``flagged``, ``agreement``, ``copies``, ``section`` or ``model``.
    what
        The section, the model, or the attribute of the scores; empty for others.
    since
        The first of the days in succession on which it alarms.
    value, usual
        The share, the index or the number of authors on this day, and on usual ones.
    p
        The probability of such a day among ordinary ones; None where a rule alarms.
    ids
        Some of the comments that are copies.
    where
        The section that contributes most to a change of the flagged share.
    """

    kind: str
    what: str = ""
    since: date
    value: float
    usual: float
    p: float | None = None
    ids: tuple[str, ...] = ()
    where: str | None = None


class DayFound(msgspec.Struct, frozen=True, kw_only=True):
    """One day beside the weeks before it.

    Attributes
    ----------
    day, n
        The day, and its number of comments.
    flagged, usual
        The share of comments proposed for review or hold, and what is usual on such a day.
    agreed
        The share of agreement among the proposals to hold or publish that people decided about.
    judged
        Whether there were enough days before it, and it seems whole.
    alarms
        What moved.
    """

    day: date
    n: int
    flagged: float
    usual: float | None
    agreed: float | None
    judged: bool
    alarms: tuple[Alarm, ...] = ()


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """The last days, and what moved.

    Attributes
    ----------
    model
        The model of the last day.
    days
        The days that were asked for, in order.
    baseline_days, p_alarm
        The stated limits; see :data:`BASELINE_DAYS` and :data:`P_ALARM`.
    """

    model: str
    days: tuple[DayFound, ...]
    baseline_days: int = BASELINE_DAYS
    p_alarm: float = P_ALARM

    @property
    def alarms(self) -> list[tuple[date, Alarm]]:
        """All alarms with their days."""
        return [(found.day, alarm) for found in self.days for alarm in found.alarms]


def find_drift(days: Sequence[Day], last: int = 7, p_alarm: float = P_ALARM) -> Drift:
    """Judge the last days beside the weeks before each of them.

    Every day is gone through, so that a day that was unusual is no measure for later ones.

    Parameters
    ----------
    days
        All days, in order.
    last
        The number of days to report, counted from the last one.
    p_alarm
        The probability of an alarm of one measure on an ordinary day.
    """
    watch = _Watch(p_alarm)
    found = [watch.judge(day) for day in days]
    first = days[-1].day - timedelta(days=last - 1) if days else date.max
    return Drift(
        model=_main_model(days[-1]) if days else "",
        days=tuple(each for each in found if each.day >= first),
        p_alarm=p_alarm,
    )


class _Watch:
    """What has been seen of the days so far."""

    def __init__(self, p_alarm: float) -> None:
        self._p_alarm = p_alarm
        self._days: list[Day] = []
        # For each measure: since when it alarms without a pause, and on which days it did.
        self._since: dict[tuple[str, str], date] = {}
        self._odd: dict[tuple[str, str], set[date]] = {}

    def judge(self, day: Day) -> DayFound:
        """Compare a day with those before it, and keep it for later ones."""
        begin = day.day - timedelta(days=BASELINE_DAYS)
        before = [each for each in self._days if each.day >= begin]
        # A day of another model is no measure for the scores of this one.
        alike = [each for each in before if _main_model(each) == _main_model(day)]
        usual = self._unusual(alike, day, "flagged", "", _flagged)
        enough = len(before) >= LEAST_DAYS
        whole = enough and day.n >= _WHOLE * float(np.median([each.n for each in before]))
        alarms = tuple(self._alarms(before, alike, day, usual)) if whole else ()
        self._remember(day, alarms)
        return DayFound(
            day=day.day,
            n=day.n,
            flagged=round(day.flagged / day.n, 4) if day.n else 0.0,
            usual=round(usual.usual, 4) if usual else None,
            agreed=round(day.agreed / day.proposed, 4) if day.proposed >= FEWEST else None,
            judged=whole,
            alarms=alarms,
        )

    def _alarms(
        self, before: Sequence[Day], alike: Sequence[Day], day: Day, flagged: Unusual | None
    ) -> Iterator[Alarm]:
        yield from _swapped(before, day)
        yield from _raided(before, day)
        yield from _new_sections(before, day)
        measures = [("flagged", "", flagged)]
        measures += [
            ("scores", attribute.value, self._unusual_scores(alike, day, attribute))
            for attribute in Attribute
        ]
        if day.proposed >= FEWEST:
            some = [each for each in alike if each.proposed >= FEWEST]
            measures += [("agreement", "", self._unusual(some, day, "agreement", "", _agreed))]
        for kind, what, found in measures:
            if found is not None and found.p < self._p_alarm:
                yield Alarm(
                    kind=kind,
                    what=what,
                    since=self._since.get((kind, what), day.day),
                    value=round(found.value, 4),
                    usual=round(found.usual, 4),
                    p=found.p,
                    where=_where(alike, day) if kind == "flagged" else None,
                )

    def _unusual(
        self,
        before: Sequence[Day],
        day: Day,
        kind: str,
        what: str,
        counts: Callable[[Day], tuple[int, int]],
    ) -> Unusual | None:
        some = [*self._ordinary(before, kind, what), day]
        k, n = np.array([counts(each) for each in some], float).T
        return unusual_share(k, n, [each.day for each in some])

    def _unusual_scores(
        self, before: Sequence[Day], day: Day, attribute: Attribute
    ) -> Unusual | None:
        some = [*self._ordinary(before, "scores", attribute.value), day]
        counts = np.array([each.scores[attribute] for each in some])
        return unusual_scores(counts, [each.day for each in some])

    def _ordinary(self, before: Sequence[Day], kind: str, what: str) -> list[Day]:
        """Return the days that a measure may rest on: those on which it did not alarm."""
        odd = self._odd.get((kind, what), set())
        return [each for each in before if each.day not in odd]

    def _remember(self, day: Day, alarms: Sequence[Alarm]) -> None:
        self._days.append(day)
        now = {(alarm.kind, alarm.what) for alarm in alarms}
        for key in self._since.keys() - now:
            del self._since[key]
        for key in now:
            since = self._since.setdefault(key, day.day)
            odd = self._odd.setdefault(key, set())
            odd.add(day.day)
            if (day.day - since).days >= _SETTLED:
                odd.clear()


def _flagged(day: Day) -> tuple[int, int]:
    return day.flagged, day.n


def _agreed(day: Day) -> tuple[int, int]:
    return day.agreed, day.proposed


def _main_model(day: Day) -> str:
    return day.models.most_common(1)[0][0] if day.models else ""


def _swapped(before: Sequence[Day], day: Day) -> Iterator[Alarm]:
    """Yield the models that have scored part of a day and nothing before it."""
    known = {model for each in before for model in each.models}
    for model, n in day.models.items():
        if model not in known and n >= _SWAPPED * day.n:
            usual = _share(before, lambda each: each.flagged, lambda each: each.n)
            value = round(day.flagged / day.n, 4)
            yield Alarm(kind="model", what=model, since=day.day, value=value, usual=usual)


def _raided(before: Sequence[Day], day: Day) -> Iterator[Alarm]:
    """Yield the text that far more authors wrote than any text on a day before."""
    usual = max(each.copied.authors for each in before)
    if day.copied.authors >= max(LEAST_AUTHORS, 2 * usual):
        yield Alarm(
            kind="copies",
            since=day.day,
            value=day.copied.authors,
            usual=usual,
            ids=day.copied.ids,
        )


def _new_sections(before: Sequence[Day], day: Day) -> Iterator[Alarm]:
    """Yield sections of which there were fewer comments in all days before than on this one."""
    known: Counter[str] = Counter()
    for each in before:
        known.update({name: n for name, (n, _) in each.sections.items()})
    if not known:
        return
    for name, (n, flagged) in day.sections.items():
        if n >= FEWEST and known[name] < FEWEST:
            usual = _share(before, lambda each: each.flagged, lambda each: each.n)
            value = round(flagged / n, 4)
            yield Alarm(kind="section", what=name, since=day.day, value=value, usual=usual)


def _where(before: Sequence[Day], day: Day) -> str | None:
    """Return the section whose flagged comments exceed what is usual for it by most."""
    excess = {}
    total = _share(before, lambda each: each.flagged, lambda each: each.n)
    for name, (n, flagged) in day.sections.items():
        past = [each.sections.get(name, (0, 0)) for each in before]
        n_past, flagged_past = (sum(column) for column in zip(*past, strict=True))
        usual = flagged_past / n_past if n_past >= FEWEST else total
        excess[name] = abs(flagged - usual * n)
    return max(excess, key=excess.__getitem__, default=None)


def _share(days: Sequence[Day], counted: Callable[[Day], int], of: Callable[[Day], int]) -> float:
    whole = sum(map(of, days))
    return round(sum(map(counted, days)) / whole, 4) if whole else 0.0
