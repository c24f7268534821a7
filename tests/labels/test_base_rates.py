"""What share of comments is hostile: which rows tell it, and what follows where none do."""

from __future__ import annotations

import numpy as np
import pytest

from moderation.labels.base_rates.rates import BASE_RATES, drawn_rows, prior_shift, rate_weights
from moderation.labels.gold.computing import Gold
from moderation.labels.gold.training_rows import rows_of
from moderation.records import Attribute, Comment


def _gold(true: int, false: int, natural: bool | None) -> list[Gold]:
    return [
        Gold(comment=Comment(text=str(i)), group=str(i), hostility=float(i < true), natural=natural)
        for i in range(true + false)
    ]


@pytest.mark.parametrize(
    ("gold", "rate"),
    [
        (_gold(10, 90, None), None),
        (_gold(25, 75, None), None),
        (_gold(32, 32, None), 0.1),
        (_gold(5, 95, None), 0.1),
        (_gold(32, 32, True), None),
        (_gold(32, 32, False), 0.1),
        (_gold(10, 90, True) + _gold(400, 10, None), None),
    ],
    ids=["untold", "a quarter", "half", "few", "random", "sought", "random beside half"],
)
def test_which_rows_tell_the_base_rate(gold: list[Gold], rate: float | None) -> None:
    rows = rows_of(gold, Attribute.HOSTILITY)
    assert rows.base_rate(Attribute.HOSTILITY) == rate
    assert rows.base_rate(Attribute.HOSTILITY, 0.03) == 0.03
    assert rows.measured.sum() == (100 if len(gold) > 200 else len(gold))
    assert BASE_RATES[Attribute.HOSTILITY] == 0.1


def test_rows_that_do_not_say_count_as_a_whole() -> None:
    labels = np.repeat([1.0, 0.0], [30, 70])
    assert not drawn_rows([None] * 100, labels).any()
    assert drawn_rows([True] * 10 + [None] * 90, labels).tolist() == [True] * 100


def test_weights_make_the_rate() -> None:
    true = np.repeat([True, False], [30, 10])
    weights = rate_weights(true, 0.1)
    assert weights.mean() == pytest.approx(1.0)
    assert weights[true].sum() / weights.sum() == pytest.approx(0.1)
    assert rate_weights(true, None).tolist() == [1.0] * 40
    assert rate_weights(np.ones(3, bool), 0.1).tolist() == [1.0] * 3


def test_a_shift_takes_one_rate_to_another() -> None:
    odds = np.log(0.5 / 0.5) + prior_shift(0.5, 0.1)
    assert 1 / (1 + np.exp(-odds)) == pytest.approx(0.1)
