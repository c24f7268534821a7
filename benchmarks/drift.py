"""How soon `compare --drift` finds what moved, and how often it alarms in vain.

    python -m benchmarks.drift [--years 12] [--events 40] [--p 0.0005]

Days of some 800 comments are simulated. The comments of `labelled/` are scored once by the shipped
model, with their articles. Each day has stories, which live for some days; a story takes one of the
87 articles and draws comments from its own, so that the comments of a day resemble each other as
they do at a newspaper. Weekends have fewer comments and more of some sections. Some days bring more
hostile stories than others. Flagged comments are drawn less often than others, so that they are
about as many as at a newspaper. The first line says how much more days differ than days of
independent comments would.

False alarms are counted over years of ordinary days. Then, after nine ordinary weeks, something
begins, and the benchmark counts on how many of the draws it is found on its first day:

raid
    12 or 25 authors write one text of three sentences, each with one word added.
section
    A new section brings 80 or 320 comments a day of another nature: the test part of the contrast
    corpus, of which half is hostile.
    "Unnamed" means that the comments do not say their section.
model
    Another model scores. "Announced" means that the records name it. "Next version" is the shipped
    model trained further with 500 labels, and "anew" one that learnt from 3,000 other comments.
people
    Moderators agree with three in four proposals instead of nine in ten.

The texts of `labelled/` are drawn again and again, so their copies say nothing about those of real
days. Each stands for a text of its own, and six authors at most share a slogan on ordinary days.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import stats

from moderation.context import in_threads
from moderation.evaluation.drift import Day, find_drift
from moderation.evaluation.drift.days import Copied, Watched, binned, counted
from moderation.evaluation.drift.watching import P_ALARM
from moderation.evaluation.shares import wilson
from moderation.labels import read_labelled
from moderation.labels.gold import Gold, GoldRule, gold_labels
from moderation.model import Model, Moderator, load_model, shipped_model
from moderation.records import Action, Attribute, Comment
from moderation.training import train

LABELLED = Path("labelled")
START = date(2026, 1, 5)
QUARTER = 365.25 / 4
N = 800
ORDINARY = 63
THINNED = 0.15
SECTIONS = ("Politics", "Local", "Sport", "Business", "Culture", "World")


class Scored(NamedTuple):
    """Comments beside what a model says of them; row by row."""

    hostility: np.ndarray
    off_topic: np.ndarray
    flagged: np.ndarray
    held: np.ndarray
    hostile: np.ndarray
    article: np.ndarray


def labelled_gold() -> list[Gold]:
    """The comments that were written for articles."""
    found = read_labelled([LABELLED / "comments.jsonl", LABELLED / "asked"])
    return gold_labels(found, GoldRule("mean"))


def contrast(name: str, most: int) -> list[Gold]:
    """Comments of the contrast corpus."""
    with (LABELLED / "contrast" / name).open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    chosen = np.random.default_rng(0).permutation(len(rows))[:most]
    return [
        Gold(
            comment=Comment(id=row["id"], text=row["text"]),
            group=f"batch {row['batch']}",
            hostility=float(row["hostility"]),
            natural=None,
        )
        for row in (rows[i] for i in chosen)
        if isinstance(row["hostility"], bool)
    ]


def scored(model: Model, gold: Sequence[Gold], other: Model | None = None) -> Scored:
    """Score comments; with `other`, hostility is its, and off-topic that of `model`."""
    comments = in_threads(item.comment for item in gold)
    verdicts = list(Moderator(model).score_many(comments))
    hostile = list(Moderator(other or model).score_many(comments))
    names = {name: i for i, name in enumerate(sorted({item.group for item in gold}))}
    off = [verdict.off_topic for verdict in verdicts]
    own = [verdict.hostility for verdict in hostile]
    values = np.array([score.value for score in own], float)
    strays = np.array([np.nan if score.value is None else score.value for score in off])
    return Scored(
        hostility=values,
        off_topic=strays,
        flagged=(values >= own[0].review) | (strays >= off[0].review),
        held=(values >= own[0].hold) | (strays >= off[0].hold),
        hostile=np.array([(item.hostility or 0) > 0.5 for item in gold]),
        article=np.array([names[item.group] for item in gold]),
    )


class Newspaper:
    """Simulated days: which comments arrive on each.

    Parameters
    ----------
    found
        The comments that can be drawn, with their scores.
    seed
        The seed of everything.
    """

    def __init__(self, found: Scored, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        n_articles = int(found.article.max()) + 1
        self._rows = [np.flatnonzero(found.article == i) for i in range(n_articles)]
        weights = [np.where(found.flagged[rows], THINNED, 1.0) for rows in self._rows]
        self._cumulated = [np.cumsum(each) / each.sum() for each in weights]
        self.section = self.random.integers(len(SECTIONS), size=n_articles)
        rate = np.array([found.hostile[rows].mean() for rows in self._rows])
        self._heat = (rate - rate.mean()) / rate.std()
        self._stories: list[tuple[int, float]] = []

    def draw(self, day: date) -> np.ndarray:
        """Return the comments of a day, as places in the list of all."""
        weekend = day.weekday() >= 5
        mood = 0.3 * self.random.normal()
        favour = np.exp(mood * self._heat) * np.where((self.section == 2) & weekend, 2.0, 1.0)
        fresh = self.random.choice(len(self._rows), size=30, p=favour / favour.sum())
        self._stories = [(a, size * 0.3) for a, size in self._stories if size > 0.1]
        self._stories += [(int(a), float(np.exp(self.random.normal()))) for a in fresh]
        size = np.array([size for _, size in self._stories])
        n = self.random.poisson(N * (0.75 if weekend else 1.1) * np.exp(0.1 * self.random.normal()))
        counts = self.random.multinomial(n, size / size.sum())
        drawn = [
            self._rows[a][np.searchsorted(self._cumulated[a], self.random.random(k))]
            for (a, _), k in zip(self._stories, counts, strict=True)
        ]
        return np.concatenate(drawn)


def as_day(
    day: date,
    paper: Newspaper,
    drawn: np.ndarray,
    found: Scored,
    model: str = "one",
    agrees: float = 0.9,
) -> Day:
    """Count a day, as `moderation.evaluation.drift.days.counted` counts single comments."""
    flagged = found.flagged[drawn]
    decided = (~flagged | found.held[drawn]) & (paper.random.random(len(drawn)) < 0.2)
    places = paper.section[found.article[drawn]]
    return Day(
        day=day,
        n=len(drawn),
        flagged=int(flagged.sum()),
        scores={
            Attribute.HOSTILITY: binned(found.hostility[drawn]),
            Attribute.OFF_TOPIC: binned(found.off_topic[drawn]),
        },
        proposed=int(decided.sum()),
        agreed=int(paper.random.binomial(int(decided.sum()), agrees)),
        sections={
            name: (int((places == i).sum()), int(flagged[places == i].sum()))
            for i, name in enumerate(SECTIONS)
        },
        models=Counter({model: len(drawn)}),
        copied=Copied(authors=int(paper.random.integers(7))),
    )


def days_of(n: int) -> Iterator[date]:
    """The first days of the simulation."""
    return (START + timedelta(days=i) for i in range(n))


def dispersion(k: np.ndarray, n: np.ndarray) -> float:
    """How many times the variance of shares exceeds that of independent comments (Pearson)."""
    share = k.sum() / n.sum()
    return float(((k - n * share) ** 2 / (n * share * (1 - share))).sum() / (len(n) - 1))


def rate(k: int, quarters: float) -> str:
    """A number of events a quarter with its exact 95 % interval (Garwood 1936)."""
    low = stats.chi2.ppf(0.025, 2 * k) / 2 if k else 0.0
    high = stats.chi2.ppf(0.975, 2 * k + 2) / 2
    return f"{k / quarters:.2f} [{low / quarters:.2f}, {high / quarters:.2f}]"


def false_alarms(found: Scored, years: int, p_alarm: float) -> None:
    """Print how often ordinary days alarm."""
    kinds: Counter[str] = Counter()
    n_days, n_alarms, spread = 0, 0, []
    for seed in range(years):
        paper = Newspaper(found, seed)
        days = [as_day(d, paper, paper.draw(d), found) for d in days_of(56 + 365)]
        drift = find_drift(days, last=365, p_alarm=p_alarm)
        n_days += len(drift.days)
        n_alarms += sum(bool(each.alarms) for each in drift.days)
        kinds.update(f"{alarm.kind} {alarm.what}".strip() for _, alarm in drift.alarms)
        week = [each for each in days if each.day.weekday() < 5]
        spread.append(
            dispersion(np.array([d.flagged for d in week]), np.array([d.n for d in week]))
        )
    quarters = n_days / QUARTER
    print(f"variance of the flagged share, in times that of independent comments: "
          f"{np.mean(spread):.1f}")  # fmt: skip
    print(f"days with a false alarm, a quarter, at p = {p_alarm:g}: {rate(n_alarms, quarters)} "
          f"({n_alarms} on {n_days:,} days)")  # fmt: skip
    for kind, k in kinds.most_common():
        print(f"    {kind:<22}{rate(k, quarters)}")


RAID = (
    "The council has already signed the contract and the meeting on Monday is theatre. "
    "Ask them who owns the land beside the bypass. Share this before it is deleted."
)


def raid(day: Day, authors: int) -> Day:
    """Add a raid to a day; its texts are compared as those of any day are."""
    words = RAID.split()
    copies = [
        Watched(
            day=day.day,
            hostility=0.05,
            off_topic=None,
            action=Action.PUBLISH,
            model="one",
            id=str(i),
            text=" ".join([*words[: i % len(words)], "really", *words[i % len(words) :]]),
            author=f"author {i}",
        )
        for i in range(authors)
    ]
    return day._replace(copied=counted(day.day, copies).copied)


class Event(NamedTuple):
    """What begins, and which alarms name it."""

    name: str
    names: frozenset[str]


def joined(day: Day, more: Day) -> Day:
    """Return a day with the comments of two."""
    return day._replace(
        n=day.n + more.n,
        flagged=day.flagged + more.flagged,
        scores={each: day.scores[each] + more.scores[each] for each in Attribute},
        sections={**day.sections, **more.sections},
    )


def section(day: date, found: Scored, drawn: np.ndarray, name: str | None) -> Day:
    """A day's comments of the new section alone."""
    n, flagged = len(drawn), int(found.flagged[drawn].sum())
    return Day(
        day=day,
        n=n,
        flagged=flagged,
        scores={
            Attribute.HOSTILITY: binned(found.hostility[drawn]),
            Attribute.OFF_TOPIC: binned(found.off_topic[drawn]),
        },
        proposed=0,
        agreed=0,
        sections={name: (n, flagged)} if name else {},
        models=Counter(one=n),
        copied=Copied(),
    )


def found_after(days: list[Day], names: frozenset[str], p_alarm: float) -> int | None:
    """Return after how many days an alarm names what began, or None."""
    drift = find_drift(days, last=len(days) - ORDINARY, p_alarm=p_alarm)
    first = days[ORDINARY].day
    return next(
        (1 + (day - first).days for day, alarm in drift.alarms if alarm.kind in names), None
    )


def events(
    found: Scored, others: dict[str, Scored], strangers: Scored, draws: int, p_alarm: float
) -> None:
    """Print how soon each event is found."""
    moved = frozenset({"scores", "flagged"})
    table = [Event(f"raid of {n} authors", frozenset({"copies"})) for n in (12, 25)]
    table += [Event("new section of 80, named", frozenset({"section"}))]
    table += [Event(f"new section of {n}, unnamed", moved) for n in (80, 320)]
    for name in others:
        table += [Event(f"model: {name}, announced", frozenset({"model"}))]
        table += [Event(f"model: {name}, silent", moved)]
    table += [Event("people agree less", frozenset({"agreement"}))]
    print(f"{'what begins':<34}found on its first day       within a week  median day")
    for event in table:
        delays = [
            found_after(
                list(story(event.name, found, others, strangers, seed)), event.names, p_alarm
            )
            for seed in range(1000, 1000 + draws)
        ]
        first = sum(delay == 1 for delay in delays)
        week = sum(delay is not None for delay in delays)
        low, high = map(float, wilson(first, draws))
        median = np.median([99 if delay is None else delay for delay in delays])
        shown = f"{median:.0f}" if median < 99 else "-"
        print(
            f"{event.name:<34}{first / draws:4.0%} [{low:.0%}, {high:.0%}] of {draws}"
            f"{week / draws:>16.0%}{shown:>12}",
            flush=True,
        )


def story(
    name: str, found: Scored, others: dict[str, Scored], strangers: Scored, seed: int
) -> Iterator[Day]:
    """Yield ordinary days, and a week of what begins then."""
    paper = Newspaper(found, seed)
    start = seed % 7  # each weekday begins as often
    swapped = next((other for other in others if f": {other}," in name), None)
    for i, day in enumerate(days_of(ORDINARY + start + 7)):
        if i < start:
            paper.draw(day)
            continue
        begun = i >= ORDINARY + start
        scores = others[swapped] if begun and swapped else found
        announced = begun and name.endswith("announced")
        agrees = 0.75 if begun and name.startswith("people") else 0.9
        made = as_day(day, paper, paper.draw(day), scores, "two" if announced else "one", agrees)
        if begun and name.startswith("raid"):
            made = raid(made, int(name.split()[2]))
        if begun and name.startswith("new section"):
            called = None if name.endswith("unnamed") else "Opinion"
            drawn = paper.random.integers(len(strangers.hostility), size=int(name.split()[3][:-1]))
            made = joined(made, section(day, strangers, drawn, called))
        yield made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=12)
    parser.add_argument("--events", type=int, default=40)
    parser.add_argument("--p", type=float, default=P_ALARM)
    options = parser.parse_args()
    begin = time.process_time()
    shipped = load_model(shipped_model())
    gold = labelled_gold()
    found = scored(shipped, gold)
    false_alarms(found, options.years, options.p)
    test = contrast("test/comments.jsonl", 5000)
    made = {
        "next version": train(test[:500], name="next", base=shipped, jobs=1),
        "anew": train(contrast("comments.jsonl", 3000), name="anew", base=None, jobs=1),
    }
    models = {name: Model(each.manifest, each.arrays, "0" * 64) for name, each in made.items()}
    others = {name: scored(shipped, gold, model) for name, model in models.items()}
    for name, other in others.items():
        print(f"{name}: flags {other.flagged.mean():.1%} of the comments instead of "
              f"{found.flagged.mean():.1%}")  # fmt: skip
    events(found, others, scored(shipped, test[500:]), options.events, options.p)
    print(f"{time.process_time() - begin:.0f} s of processor")


if __name__ == "__main__":
    main()
