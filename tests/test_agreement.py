"""Agreement, against published worked examples."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from moderation.agreement import agreement
from moderation.labelled import Answer, LabelledRow
from moderation.records import Attribute


def _rows(*answers: Sequence[Answer]) -> list[LabelledRow]:
    """One sequence of answers an annotator; ``...`` where there is no row."""
    return [
        LabelledRow(text="t", id=str(unit), annotator=f"a{who}", hostility=answer)
        for who, given in enumerate(answers)
        for unit, answer in enumerate(given)
    ]


def _contingency(both: int, first: int, second: int, neither: int) -> list[LabelledRow]:
    pairs = [(True, True)] * both + [(True, False)] * first
    pairs += [(False, True)] * second + [(False, False)] * neither
    return _rows(*zip(*pairs, strict=True))


def test_alpha_of_krippendorff_2011_binary_data() -> None:
    # Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section A.
    one = [False, True, False, False, False, False, False, False, True, False]
    two = [True, True, True, False, False, True, False, False, False, False]
    found = agreement(_rows(one, two), Attribute.HOSTILITY)
    assert found.alpha == pytest.approx(0.095, abs=5e-4)
    assert found.observed == pytest.approx(0.6)
    assert (found.n_comments, found.n_annotators) == (10, 2)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ((20, 5, 10, 15), 0.400),  # fifty grant proposals
        ((45, 15, 25, 15), 0.130),  # the same observed agreement, other margins
        ((25, 35, 5, 35), 0.259),
    ],
)
def test_kappa_of_worked_examples(table: tuple[int, int, int, int], kappa: float) -> None:
    found = agreement(_contingency(*table), Attribute.HOSTILITY)
    assert found.kappa == pytest.approx(kappa, abs=5e-4)


def test_perfect_agreement_and_its_opposite() -> None:
    same = agreement(_rows([True, False, "unsure"], [True, False, "unsure"]), Attribute.HOSTILITY)
    assert (same.observed, same.alpha, same.kappa) == (1.0, 1.0, 1.0)
    opposite = agreement(_rows([True, False], [False, True]), Attribute.HOSTILITY)
    assert opposite.observed == 0.0
    assert opposite.alpha is not None
    assert opposite.alpha < 0


def test_missing_answers_leave_kappa_out_and_alpha_in() -> None:
    rows = _rows([True, False, None, True], [True, False, True, None], [None, None, True, True])
    found = agreement(rows, Attribute.HOSTILITY)
    assert found.kappa is None
    assert found.alpha == pytest.approx(1.0)
    assert (found.n_comments, found.n_annotators) == (4, 3)


def test_nobody_to_agree_with() -> None:
    for rows in ([], _rows([True, False]), _rows([None, None], [True, False])):
        found = agreement(rows, Attribute.HOSTILITY)
        assert (found.n_comments, found.observed, found.alpha) == (0, None, None)


def test_one_answer_only_is_no_measure() -> None:
    found = agreement(_rows([True, True], [True, True]), Attribute.HOSTILITY)
    assert (found.observed, found.alpha, found.kappa) == (1.0, None, None)


def test_two_annotators_who_never_vary_beside_one_who_does() -> None:
    found = agreement(_rows([True, True], [True, True], [True, False]), Attribute.HOSTILITY)
    assert found.observed == pytest.approx(2 / 3)
    assert found.kappa is not None
    assert found.alpha is not None


def test_shares_count_as_what_most_say_and_attributes_stand_apart() -> None:
    rows = _rows([0.8, 0.2, True], [True, False, 1.0])
    assert agreement(rows, Attribute.HOSTILITY).observed == 1.0
    assert agreement(rows, Attribute.OFF_TOPIC).n_comments == 0
