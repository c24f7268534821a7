"""Gold by each rule, and how reliable annotators are found to be."""

from __future__ import annotations

import numpy as np
import pytest

from moderation.labels.gold.computing import (
    GoldRule,
    dawid_skene,
    gold_labels,
    gold_shares,
    reliabilities,
)
from moderation.labels.labelled_files import Answer, LabelledRow, LabelledSet, rows_in_force
from moderation.records import Attribute

HOSTILITY = Attribute.HOSTILITY


def _row(comment: str, who: str, answer: Answer, *, adjudicated: bool = False) -> LabelledRow:
    return LabelledRow(
        text="t", id=comment, annotator=who, hostility=answer, adjudicated=adjudicated
    )


def _rows(*answers: Answer) -> list[LabelledRow]:
    return [_row("c", f"a{who}", answer) for who, answer in enumerate(answers)]


@pytest.mark.parametrize(
    ("answers", "mean", "majority"),
    [
        ((True, True, False), 2 / 3, 1.0),
        ((True, False), 0.5, 0.5),
        ((False, False, True, "unsure"), 1 / 3, 0.0),
        ((0.8, 0.4), 0.6, 1.0),
        (("unsure",), None, None),
        ((None, True), 1.0, 1.0),
    ],
)
def test_mean_and_majority(
    answers: tuple[Answer, ...], mean: float | None, majority: float | None
) -> None:
    for rule, expected in ((GoldRule.MEAN, mean), (GoldRule.MAJORITY, majority)):
        found = gold_shares(_rows(*answers), HOSTILITY, rule).get("c")
        assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize("rule", GoldRule)
def test_an_adjudicated_line_overrides_whatever_the_rule(rule: GoldRule) -> None:
    rows = [*_rows(True, True, True), _row("c", "judge", False, adjudicated=True)]
    assert gold_shares(rows, HOSTILITY, rule) == {"c": 0.0}
    undecided = [*_rows(True, True), _row("c", "judge", "unsure", adjudicated=True)]
    assert gold_shares(undecided, HOSTILITY, rule) == {}
    other = LabelledRow(text="t", id="c", annotator="judge", off_topic=True, adjudicated=True)
    assert gold_shares([*_rows(True), other], HOSTILITY, rule) == {"c": 1.0}
    assert gold_shares([*_rows(True), other], Attribute.OFF_TOPIC, rule) == {"c": 1.0}


@pytest.mark.parametrize("rule", GoldRule)
def test_the_last_line_of_an_annotator_counts(rule: GoldRule) -> None:
    rows = [_row("c", "a", True), _row("d", "a", True), _row("c", "a", False)]
    assert gold_shares(rows, HOSTILITY, rule) == {"c": 0.0, "d": 1.0}
    rows += [_row("d", "a", None)]
    assert gold_shares(rows, HOSTILITY, rule) == {"c": 0.0}


def test_lines_in_force() -> None:
    first, second = _row("c", "a", True), _row("c", "a", False)
    settled = _row("c", "a", True, adjudicated=True)
    other = _row("c", "b", "unsure")
    withdrawn = [_row("d", "a", True), _row("d", "a", None)]
    assert rows_in_force([first, other, settled, second, *withdrawn]) == [second, other, settled]


def test_a_comment_whose_answers_were_withdrawn_stays_without_label() -> None:
    labelled = LabelledSet(
        rows=(_row("c", "a", True), _row("c", "a", None)), articles={}, rejected=()
    )
    (item,) = gold_labels(labelled)
    assert (item.hostility, item.off_topic) == (None, None)


def _crowd(seed: int, right: list[float]) -> tuple[list[LabelledRow], dict[str, bool]]:
    """Two hundred comments answered by annotators who are right this often."""
    random = np.random.default_rng(seed)
    truth = {f"c{i}": bool(random.random() < 0.3) for i in range(200)}
    rows = [
        _row(comment, f"a{who}", true == bool(random.random() < share))
        for comment, true in truth.items()
        for who, share in enumerate(right)
    ]
    return rows, truth


def _correct(shares: dict[str, float], truth: dict[str, bool]) -> float:
    return float(np.mean([(shares[key] > 0.5) == true for key, true in truth.items()]))


@pytest.mark.parametrize("seed", range(3))
def test_reliability_finds_who_is_right_and_beats_the_majority(seed: int) -> None:
    right = [0.97, 0.95, 0.55, 0.55, 0.55]
    rows, truth = _crowd(seed, right)
    weighted = _correct(gold_shares(rows, HOSTILITY, GoldRule.RELIABILITY), truth)
    assert weighted > _correct(gold_shares(rows, HOSTILITY, GoldRule.MAJORITY), truth) + 0.05
    assert weighted > 0.9
    for found, share in zip(reliabilities(rows, HOSTILITY), right, strict=True):
        assert found.n == 200
        assert (found.finds_true + found.finds_false) / 2 == pytest.approx(share, abs=0.1)


def test_one_answer_has_nothing_to_weigh_it_against() -> None:
    rows = [_row(f"c{i}", "alone", i == 0) for i in range(100)]
    assert gold_shares(rows, HOSTILITY, GoldRule.RELIABILITY) == {
        f"c{i}": float(i == 0) for i in range(100)
    }
    assert reliabilities(rows, HOSTILITY) == []


def test_what_is_settled_tells_who_is_right() -> None:
    rows = [_row(f"c{i}", who, (i % 2 == 0) == (who == "good")) for i in range(20)
            for who in ("good", "bad")]  # fmt: skip
    rows += [_row(f"c{i}", "judge", i % 2 == 0, adjudicated=True) for i in range(12)]
    shares = gold_shares(rows, HOSTILITY, GoldRule.RELIABILITY)
    assert all((share > 0.9) == (int(key[1:]) % 2 == 0) for key, share in shares.items())
    bad, good = reliabilities(rows, HOSTILITY)
    assert bad.finds_true < 0.2 < 0.8 < good.finds_true


def test_who_agrees_is_believed() -> None:
    # Two who always agree against one who always differs.
    comments, who = np.repeat(np.arange(10), 3), np.tile(np.arange(3), 10)
    truth = np.arange(10) % 2
    said = np.where(who == 2, 1 - truth[comments], truth[comments]).astype(float)
    posterior, right = dawid_skene(comments, who, said, np.full(10, np.nan))
    assert np.array_equal(posterior > 0.5, truth == 1)
    assert right[:2].min() > 0.8 > 0.3 > right[2].max()


def test_every_rule_is_described() -> None:
    told = {rule.description for rule in GoldRule}
    assert len(told) == 3
    assert all("adjudication overrides" in description for description in told)
