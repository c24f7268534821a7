"""The bias audit, against an example worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from moderation.evaluation.bias import BiasReport, audit
from moderation.evaluation.metrics import audit_bias
from moderation.labels.gold.computing import Gold
from moderation.model.moderator import Moderator
from moderation.records import Comment

# (does the comment name the group, is it hostile, score, how often)
ROWS = (
    (True, True, 0.5, 10),
    (True, False, 0.6, 5),
    (True, False, 0.2, 5),
    (False, True, 0.7, 5),
    (False, True, 0.4, 5),
    (False, False, 0.1, 8),
    (False, False, 0.5, 2),
)


def _audit(rows: tuple[tuple[bool, bool, float, int], ...] = ROWS) -> BiasReport | None:
    texts, true, scores = [], [], []
    for named, hostile, score, n in rows:
        texts += [f"The {'Sikh' if named else 'quiet'} choir sang again."] * n
        true += [hostile] * n
        scores += [score] * n
    return audit(texts, np.array(true), np.array(scores), review=0.5)


def test_figures_by_hand() -> None:
    found = _audit()
    assert found is not None
    (group,) = found.groups
    assert (group.group, group.n, group.n_true) == ("sikh", 20, 10)
    # 0.5 against 0.6 (lost) and 0.2 (won).
    assert group.subgroup_auc == pytest.approx(0.5)
    # Hostile ones of the background, 0.7 and 0.4, against harmless 0.6 and 0.2 of the group.
    assert group.bpsn_auc == pytest.approx(0.75)
    # Hostile 0.5 of the group against harmless 0.1 (eight, won) and 0.5 (two, even).
    assert group.bnsp_auc == pytest.approx(0.9)
    assert group.false_positive_rate == pytest.approx(0.5)
    assert found.false_positive_rate == pytest.approx(7 / 20)
    assert found.equality_difference == pytest.approx(0.15)
    assert found.overall_auc == pytest.approx((10 * 0.7 + 5 * 1.0 + 5 * 0.65) / 20)
    assert found.largest_gap == pytest.approx(0.7625 - 0.5)


def test_a_name_that_raises_scores_lowers_bpsn_alone() -> None:
    raised = ((True, True, 0.9, 10), (True, False, 0.8, 10), (False, True, 0.7, 10))
    found = _audit((*raised, (False, False, 0.1, 10)))
    assert found is not None
    (group,) = found.groups
    assert (group.subgroup_auc, group.bpsn_auc, group.bnsp_auc) == (1.0, 0.0, 1.0)
    assert group.false_positive_rate == 1.0


def test_a_group_with_too_few_comments_is_not_judged() -> None:
    found = _audit(((True, True, 0.5, 9), *ROWS[1:]))
    assert found is not None
    assert (found.groups, found.largest_gap, found.equality_difference) == ((), None, None)
    assert [(each.group, each.n, each.n_true) for each in found.too_few] == [("sikh", 19, 9)]
    assert _audit(ROWS[3:]) is None  # no comment names a group


def test_every_group_that_is_named_is_told_the_most_frequent_first() -> None:
    texts = ["A Mormon wrote.", *["A Sikh wrote."] * 20, *["Two Quakers and a Mormon wrote."] * 3]
    true = np.arange(len(texts)) % 2 == 0
    found = audit(texts, true, np.linspace(0, 1, len(texts)), review=0.5)
    assert found is not None
    assert [each.group for each in found.groups] == ["sikh"]
    assert [(each.group, each.n) for each in found.too_few] == [("mormon", 4), ("quaker", 3)]


def test_without_a_background_there_is_nothing_to_compare_with() -> None:
    found = _audit(ROWS[:3])
    assert found is not None
    assert math.isnan(found.groups[0].bpsn_auc)
    assert math.isnan(found.groups[0].bnsp_auc)
    assert found.largest_gap == 0.0


def test_groups_whose_name_alone_weighs_most_come_first() -> None:
    texts = ["A Sikh wrote this."] * 20 + ["A Mormon wrote this."] * 20 + ["Somebody wrote."] * 20
    true = np.tile([True, False], 30)
    scores = np.where(true, 0.6, 0.2)
    scores[20:40] += 0.5
    found = audit(texts, true, scores, review=0.5)
    assert found is not None
    assert [group.group for group in found.groups] == ["mormon", "sikh"]


def _gold(text: str, hostility: float | None, n: int) -> list[Gold]:
    item = Gold(comment=Comment(text=text), group="g", hostility=hostility)
    return [item] * n


def test_contested_and_unjudged_comments_stay_out(moderator: Moderator) -> None:
    named = "The Sikh choir sang again"
    gold = _gold(f"{named}, you idiot.", 1.0, 10) + _gold(f"{named}.", 0.0, 10)
    gold += _gold(named, 0.5, 3) + _gold(named, None, 4)
    found = audit_bias(moderator, gold)
    assert found is not None
    assert found.groups[0].n == 20


def test_one_kind_of_comment_has_no_audit(moderator: Moderator) -> None:
    assert audit_bias(moderator, _gold("The Sikh choir sang again.", 0.0, 30)) is None
    assert audit_bias(moderator, []) is None
