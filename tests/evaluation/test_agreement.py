"""Agreement, against published worked examples and against nltk in every round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from nltk.metrics.agreement import AnnotationTask

from moderation.evaluation.labels.agreement import (
    Labels,
    _alphas,
    _cohen,
    _counted,
    _fleiss,
    agreement,
    agreements,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
)
from moderation.labels.labelled_files import Answer, LabelledRow
from moderation.records import Attribute


def _rows(*answers: Sequence[Answer], guideline: str = "") -> list[LabelledRow]:
    """One sequence of answers an annotator; None where there is no answer."""
    return [
        LabelledRow(
            text="t", id=str(unit), annotator=f"a{who}", hostility=answer, guideline=guideline
        )
        for who, given in enumerate(answers)
        for unit, answer in enumerate(given)
    ]


def _table(cells: Mapping[tuple[str, str], int]) -> Labels:
    """Two annotators' labels with these frequencies."""
    pairs = [pair for pair, n in cells.items() for _ in range(n)]
    return {str(i): {"A": a, "B": b} for i, (a, b) in enumerate(pairs)}


def _columns(*observers: str) -> Labels:
    """A reliability matrix, one row an observer, one column a unit; a point where none is."""
    units = zip(*(row.split() for row in observers), strict=True)
    return {
        str(i): {str(who): label for who, label in enumerate(unit) if label != "."}
        for i, unit in enumerate(units)
    }


def _shared(labels: Labels) -> Labels:
    return {key: given for key, given in labels.items() if len(given) > 1}


def test_cohen_1960_table_2() -> None:
    # Cohen, "A coefficient of agreement for nominal scales" (1960), table 2: 200 patients, three
    # diagnoses; observed agreement .70, expected .41.
    table = {
        ("1", "1"): 88, ("1", "2"): 10, ("1", "3"): 2,
        ("2", "1"): 14, ("2", "2"): 40, ("2", "3"): 6,
        ("3", "1"): 18, ("3", "2"): 10, ("3", "3"): 12,
    }  # fmt: skip
    found = cohen_kappa(_table(table))
    assert found.value == pytest.approx(0.492, abs=5e-4)
    # The large-sample standard error is .0544: the bootstrap's interval is about as wide.
    assert found.low == pytest.approx(0.492 - 1.96 * 0.0544, abs=0.02)
    assert found.high == pytest.approx(0.492 + 1.96 * 0.0544, abs=0.02)


# Fleiss, "Measuring nominal scale agreement among many raters" (1971), table 1: 30 patients, six
# psychiatrists each, not the same ones; depression, personality disorder, schizophrenia, neurosis,
# other.
FLEISS_1971 = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006
10050 11040 03300 10050 02031 00501 30012 51000 02040 10203
00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""


def test_fleiss_1971() -> None:
    table = [[int(n) for n in patient] for patient in FLEISS_1971.split()]
    # As the paper's margins: nobody could copy all 150 cells wrongly and meet these.
    assert np.sum(table, axis=0).tolist() == [26, 26, 30, 55, 43]
    labels = {
        str(i): dict(enumerate(str(label) for label, n in enumerate(row) for _ in range(n)))
        for i, row in enumerate(table)
    }
    found = fleiss_kappa({key: {str(w): x for w, x in g.items()} for key, g in labels.items()})
    assert found.value == pytest.approx(0.430, abs=5e-4)


def test_what_nltk_calls_multi_kappa_is_not_fleiss_1971() -> None:
    labels = _columns("a a a b b c", "a b a b c c", "a b b b c a")
    data = [(who, key, label) for key, given in labels.items() for who, label in given.items()]
    task = AnnotationTask(data)
    counts = np.array([[list(g.values()).count(x) for x in "abc"] for g in labels.values()])
    expected = ((counts.sum(axis=0) / counts.sum()) ** 2).sum()
    observed = ((counts**2).sum(axis=1) - 3).mean() / 6
    by_hand = (observed - expected) / (1 - expected)
    assert fleiss_kappa(labels).value == pytest.approx(by_hand, abs=1e-4)
    assert task.multi_kappa() != pytest.approx(by_hand, abs=1e-3)


def test_krippendorff_2011() -> None:
    # Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), sections A, B and C: two
    # observers, binary; two observers, nominal; four observers, nominal, with answers missing.
    binary = _columns("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
    assert krippendorff_alpha(binary).value == pytest.approx(0.095, abs=5e-4)
    nominal = _columns("a a b b d c c c e d d a", "b a b b b c c c e d d d")
    assert krippendorff_alpha(nominal).value == pytest.approx(0.692, abs=5e-4)
    missing = _columns(
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )
    assert krippendorff_alpha(_shared(missing)).value == pytest.approx(0.743, abs=5e-4)


def test_the_same_through_labelled_rows() -> None:
    one = [False, True, False, False, False, False, False, False, True, False]
    two = [True, True, True, False, False, True, False, False, False, False]
    found = agreement(_rows(one, two), Attribute.HOSTILITY)
    assert found.alpha.value == pytest.approx(0.095, abs=5e-4)
    assert found.observed.value == pytest.approx(0.6)
    assert (found.n_comments, found.n_annotators, found.n_fleiss) == (10, 2, 10)


@pytest.mark.parametrize("seed", range(5))
def test_what_the_bootstrap_computes_is_what_nltk_computes(seed: int) -> None:
    random = np.random.default_rng(seed)
    labels = {
        str(i): {str(w): str(random.choice(3, p=[0.6, 0.3, 0.1])) for w in range(3)}
        for i in range(40)
    }
    data = [(who, key, label) for key, given in labels.items() for who, label in given.items()]
    task = AnnotationTask(data)
    patterns, weights = _counted(labels)
    assert _alphas(patterns, weights[None])[0] == pytest.approx(task.alpha(), abs=1e-12)
    assert _fleiss(patterns, weights[None])[0] == pytest.approx(task.pi(), abs=1e-12)
    table = np.zeros((1, 3, 3))
    for given in labels.values():
        table[0, int(given["0"]), int(given["1"])] += 1
    assert _cohen(table)[0] == pytest.approx(task.kappa_pairwise("0", "1"), abs=1e-12)


def test_intervals_hold_the_figure_and_narrow_with_more_comments() -> None:
    one, two = [True, False, True, True, False] * 4, [True, False, False, True, True] * 4
    few = agreement(_rows(one, two), Attribute.HOSTILITY).alpha
    many = agreement(_rows(one * 20, two * 20), Attribute.HOSTILITY).alpha
    for found in (few, many):
        assert found.low is not None
        assert found.high is not None
        assert found.value is not None
        assert found.low <= found.value <= found.high
    assert many.high - many.low < (few.high - few.low) / 3  # type: ignore[operator]


def test_perfect_agreement_and_its_opposite() -> None:
    same = agreement(_rows([True, False, "unsure"], [True, False, "unsure"]), Attribute.HOSTILITY)
    (pair,) = same.pairs
    figures = (same.observed, same.alpha, same.fleiss, pair.kappa)
    assert [figure.value for figure in figures] == [1.0, 1.0, 1.0, 1.0]
    opposite = agreement(_rows([True, False], [False, True]), Attribute.HOSTILITY)
    assert opposite.observed.value == 0.0
    assert opposite.alpha.value is not None
    assert opposite.alpha.value < 0


def test_missing_answers() -> None:
    rows = _rows([True, False, None, True], [True, False, True, None], [None, None, True, True])
    found = agreement(rows, Attribute.HOSTILITY)
    assert found.alpha.value == pytest.approx(1.0)
    assert (found.n_comments, found.n_annotators, found.n_fleiss) == (4, 3, 4)
    assert [(p.annotators, p.n_comments) for p in found.pairs] == [
        (("a0", "a1"), 2), (("a0", "a2"), 1), (("a1", "a2"), 1)
    ]  # fmt: skip
    assert [p.kappa.value for p in found.pairs] == [1.0, None, None]


def test_fleiss_takes_the_comments_with_the_commonest_number_of_answers() -> None:
    rows = _rows([True, False, True, False], [True, False, False, True], [None, None, None, True])
    assert agreement(rows, Attribute.HOSTILITY).n_fleiss == 3


def test_of_a_crowds_pairs_those_who_share_most_are_told() -> None:
    crowd = [[True, False, None] for _ in range(20)] + [[None, False, True] for _ in range(2)]
    found = agreement(_rows(*crowd), Attribute.HOSTILITY)
    assert found.n_annotators == 22
    assert len(found.pairs) == 100
    assert {pair.n_comments for pair in found.pairs} == {2}


def test_nobody_to_agree_with() -> None:
    for rows in ([], _rows([True, False]), _rows([None, None], [True, False])):
        found = agreement(rows, Attribute.HOSTILITY)
        assert (found.n_comments, found.observed.value, found.alpha.value) == (0, None, None)
        assert found.pairs == ()


def test_one_answer_only_is_no_measure() -> None:
    found = agreement(_rows([True, True], [True, True]), Attribute.HOSTILITY)
    assert found.observed.value == 1.0
    assert (found.alpha.value, found.fleiss.value, found.pairs[0].kappa.value) == (None,) * 3


def test_shares_count_as_what_most_say_and_attributes_stand_apart() -> None:
    rows = _rows([0.8, 0.2, True], [True, False, 1.0])
    assert agreement(rows, Attribute.HOSTILITY).observed.value == 1.0
    assert agreement(rows, Attribute.OFF_TOPIC).n_comments == 0


def test_the_last_line_counts_and_adjudicated_lines_do_not() -> None:
    rows = _rows([True, False], [True, True])
    rows += [LabelledRow(text="t", id="1", annotator="a1", hostility=False)]
    rows += [LabelledRow(text="t", id="0", annotator="z", hostility=False, adjudicated=True)]
    found = agreement(rows, Attribute.HOSTILITY)
    assert found.observed.value == 1.0
    assert found.n_annotators == 2


def test_each_version_of_the_guideline_is_measured_by_itself() -> None:
    old = _rows([True, False, True], [False, True, True], guideline="1")
    new = [
        LabelledRow(text="t", id=f"n{i}", annotator=f"a{who}", hostility=bool(i), guideline="2")
        for i in range(2)
        for who in range(2)
    ]
    found = agreements([*old, *new])
    assert [(a.attribute, a.guideline) for a in found] == [
        (attribute, version) for attribute in Attribute for version in (None, "1", "2")
    ]
    assert [a.n_comments for a in found[:3]] == [5, 3, 2]
    assert found[2].alpha.value == 1.0
    assert found[1].alpha.value is not None
    assert found[1].alpha.value < 0.5
    assert [a.guideline for a in agreements(old)] == [None, None]
