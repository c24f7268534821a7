"""Drift: ordinary days stay silent, and what moves is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import entropy

from moderation.evaluation.drift import Counted, Drift, Watched, agreement, find_drift
from moderation.evaluation.drift.charts import stability_index
from moderation.records import Action

MONDAY = date(2024, 1, 1)
TEXT = "Ask the council who owns the land beside the bypass before the meeting is over. {}"

Change = Callable[[Watched, int], Watched]


def comments(
    n_days: int, change: Change = lambda comment, _: comment, per_day: int = 150, seed: int = 0
) -> Iterator[Watched]:
    """Yield ordinary days, whose comments may be changed; `change` gets the number of the day."""
    random = np.random.default_rng(seed)
    for i in range(n_days):
        mood = 0.2 * random.normal()
        for place, score in enumerate(
            1 / (1 + np.exp(3 - mood - 1.5 * random.normal(size=per_day)))
        ):
            ordinary = Watched(
                day=MONDAY + timedelta(days=i),
                hostility=float(score),
                off_topic=None,
                action=Action.REVIEW if score > 0.2 else Action.PUBLISH,
                model="one",
                id=f"{i}-{place}",
                section="Sport" if place % 3 else "Local",
                agreed=bool(random.random() < 0.9) if place % 3 == 0 else None,
            )
            yield change(ordinary, i)


def watched(*groups: Iterator[Watched] | list[Watched], last: int = 7) -> Drift:
    counted = Counted()
    for group in groups:
        for comment in group:
            counted.add(comment)
    return find_drift(counted.days(), last)


def kinds(found: Drift) -> list[tuple[date, str, str]]:
    return [(day, alarm.kind, alarm.what) for day, alarm in found.alarms]


def day_of(place: int) -> date:
    return MONDAY + timedelta(days=place)


def test_ordinary_days_are_silent_and_the_first_weeks_are_not_judged() -> None:
    found = watched(comments(84), last=84)
    assert [day.judged for day in found.days] == [False] * 28 + [True] * 56
    assert kinds(found) == []
    assert found.days[-1].usual == pytest.approx(0.15, abs=0.05)
    assert found.days[-1].agreed is not None


def test_scores_that_move_are_found_on_their_day() -> None:
    def lower(comment: Watched, day: int) -> Watched:
        score = comment.hostility or 0.0
        return comment._replace(hostility=score * 0.1) if day == 60 else comment

    (when, alarm), *_ = watched(comments(61, lower)).alarms
    assert (when, alarm.kind, alarm.what) == (day_of(60), "scores", "hostility")
    assert alarm.value > alarm.usual
    assert alarm.p is not None
    assert alarm.p < 0.0005


def test_a_flagged_share_that_moves_is_named_with_its_section_and_its_first_day() -> None:
    def flag(comment: Watched, day: int) -> Watched:
        flagged = day >= 58 and comment.section == "Local"
        return comment._replace(action=Action.REVIEW) if flagged else comment

    found = watched(comments(62, flag), last=5)
    alarms = [(day, alarm) for day, alarm in found.alarms if alarm.kind == "flagged"]
    assert [day for day, _ in alarms] == [day_of(place) for place in range(58, 62)]
    assert {alarm.since for _, alarm in alarms} == {day_of(58)}
    assert {alarm.where for _, alarm in alarms} == {"Local"}


def test_a_day_is_compared_with_its_own_weekday() -> None:
    def weekend(comment: Watched, day: int) -> Watched:
        rude = comment.day.weekday() >= 5 or day == 74
        more = rude and int(comment.id.split("-")[1]) % 2 == 0
        return comment._replace(action=Action.REVIEW) if more else comment

    found = watched(comments(77, weekend), last=7)
    assert [day for day, kind, _ in kinds(found) if kind == "flagged"] == [day_of(74)]
    assert day_of(74).weekday() == 4


def test_people_who_agree_less_are_found() -> None:
    def disagree(comment: Watched, day: int) -> Watched:
        known = comment.agreed is not None and day == 60
        return comment._replace(agreed=comment.id.endswith("0")) if known else comment

    assert kinds(watched(comments(61, disagree))) == [(day_of(60), "agreement", "")]


@pytest.mark.parametrize(
    ("text", "authors", "raids"),
    [(TEXT, 12, True), (TEXT, 5, False), ("Shame on them {}", 12, False), (TEXT, 1, False)],
    ids=["raid", "few", "short", "one author"],
)
def test_one_text_by_many_authors_is_a_raid(text: str, authors: int, raids: bool) -> None:
    copies = [
        Watched(
            day_of(40), 0.01, None, Action.PUBLISH, "one", f"copy-{i}",
            text.format(i), f"author {i % authors}", "Local",
        )
        for i in range(12)
    ]  # fmt: skip
    found = watched(comments(41), copies)
    assert kinds(found) == ([(day_of(40), "copies", "")] if raids else [])
    if raids:
        (_, alarm), *_ = found.alarms
        assert (alarm.value, alarm.usual) == (12, 0)
        assert set(alarm.ids) <= {f"copy-{i}" for i in range(12)}


def test_what_is_copied_every_day_is_no_raid() -> None:
    copies = [
        Watched(day_of(day), 0.01, None, Action.PUBLISH, "one", f"{day}-copy-{i}",
                TEXT.format(i), f"author {i}", "Local")
        for day in range(41)
        for i in range(12)
    ]  # fmt: skip
    assert kinds(watched(comments(41), copies)) == []


def test_a_new_section_is_named_once() -> None:
    def open_section(comment: Watched, day: int) -> Watched:
        moved = day >= 38 and int(comment.id.split("-")[1]) < 25
        return comment._replace(section="Motoring") if moved else comment

    assert kinds(watched(comments(41, open_section))) == [(day_of(38), "section", "Motoring")]


def test_another_model_is_named_and_its_scores_are_not_compared_with_the_old_ones() -> None:
    def swap(comment: Watched, day: int) -> Watched:
        raised = (comment.hostility or 0.0) ** 0.5
        action = Action.REVIEW if raised > 0.2 else Action.PUBLISH
        swapped = comment._replace(hostility=raised, model="two", action=action)
        return swapped if day >= 38 else comment

    found = watched(comments(41, swap))
    assert kinds(found) == [(day_of(38), "model", "two")]
    assert found.model == "two"
    assert found.days[-1].usual is None


def test_a_day_that_is_not_whole_is_not_judged() -> None:
    night = [each._replace(action=Action.HOLD) for each in comments(41) if each.day == day_of(40)]
    found = watched(comments(40), night[:50])
    assert [day.judged for day in found.days[-2:]] == [True, False]
    assert found.alarms == []


def test_a_day_that_moved_is_no_measure_for_the_next() -> None:
    def flag(comment: Watched, day: int) -> Watched:
        return comment._replace(action=Action.REVIEW) if day == 59 else comment

    found = watched(comments(61, flag))
    assert day_of(59) in {day for day, _ in found.alarms}
    assert found.days[-1].usual == watched(comments(61)).days[-1].usual


def test_a_day_without_a_score_or_comments_has_nothing_to_say() -> None:
    assert find_drift([]).days == ()
    found = watched([Watched(MONDAY, None, None, Action.PUBLISH, "one")])
    assert (found.days[0].n, found.days[0].judged) == (0, False)


def test_the_stability_index_is_the_divergence_in_both_directions() -> None:
    counts, reference = np.array([10.0, 20.0, 70.0]), np.array([300.0, 300.0, 400.0])
    expected = entropy(counts, reference) + entropy(reference, counts)
    assert stability_index(counts, reference) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("proposal", "rejected", "agrees"),
    [
        ("hold", True, True),
        ("hold", False, False),
        ("publish", True, False),
        ("review", True, None),
    ],
)
def test_agreement(proposal: str, rejected: bool, agrees: bool | None) -> None:
    assert agreement(Action(proposal), rejected) is agrees
