"""The sample that a person reads, and what it says about all comments."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from moderation.evaluation.overview.correction import Checked, stratified
from moderation.evaluation.overview.inputs.placing import Placing
from moderation.evaluation.overview.inputs.reading import ScoredComment
from moderation.evaluation.overview.sampling import Sample, allotted, sample_id, sample_numbers
from moderation.labels.gold import Gold
from moderation.records import Comment


def comments(publish: int, review: int, hold: int) -> list[ScoredComment]:
    actions = ["publish"] * publish + ["review"] * review + ["hold"] * hold
    return [
        ScoredComment(action, True, "m", {"id": f"c{at % 7}", "text": f"Comment {at}."})
        for at, action in enumerate(actions)
    ]


def draw(some: list[ScoredComment], size: int, seed: int = 0) -> Sample:
    sample = Sample(size, seed, Placing())
    assert list(sample.watch(some)) == some
    return sample


def test_a_sample_has_the_chances_with_which_it_was_drawn() -> None:
    some = comments(900, 70, 30)
    rows = draw(some, 200).rows()
    actions = Counter(some[int(row["id"].partition(":")[0])].action for row in rows)
    assert actions == {"publish": 120, "review": 50, "hold": 30}  # hold has no more
    for row in rows:
        action = some[int(row["id"].partition(":")[0])].action
        assert row["chance"] == pytest.approx(
            actions[action] / {"publish": 900, "review": 70, "hold": 30}[action]
        )
    assert len({row["id"] for row in rows}) == 200
    assert draw(some, 200).rows() == rows
    assert draw(some, 200, seed=1).rows() != rows


def test_a_sample_is_blind() -> None:
    """Neither the fields nor the order tell what the model says."""
    some = comments(500, 400, 300)
    rows = draw(some, 200).rows()
    assert all(set(row) == {"id", "text", "selection", "chance"} for row in rows)
    first = Counter(some[int(row["id"].partition(":")[0])].action for row in rows[:100])
    assert 30 < first["publish"] < 70


def test_every_comment_of_a_stratum_has_the_same_chance() -> None:
    some = comments(60, 5, 5)
    drawn = Counter(row["id"] for seed in range(400) for row in draw(some, 24, seed).rows())
    counts = [drawn[sample_id([at], some[at].row)] for at in range(60)]
    assert stats.chisquare(counts).pvalue > 0.001


@pytest.mark.parametrize(
    ("size", "sizes", "expected"),
    [
        (100, {"publish": 10, "review": 500, "hold": 3}, {"publish": 10, "review": 87, "hold": 3}),
        (100, {"publish": 9, "hold": 3}, {"publish": 9, "hold": 3}),
        (1, {"publish": 9, "review": 9, "hold": 9}, {"publish": 1}),
        (5, {}, {}),
    ],
)
def test_what_a_small_stratum_cannot_give_another_gives(
    size: int, sizes: dict[str, int], expected: dict[str, int]
) -> None:
    assert allotted(size, sizes) == expected


def test_rows_without_text_or_score_are_not_drawn() -> None:
    some = [
        ScoredComment("hold", True, "m", {"id": "1"}),
        ScoredComment("hold", False, "m", {"id": "2", "text": "Nicht englisch."}),
        ScoredComment("hold", True, "m", {"id": "3", "text": "Read me."}),
    ]
    sample = draw(some, 10)
    assert [row["id"] for row in sample.rows()] == ["2:3"]
    assert sample.n_textless == 1


def test_copies_are_one_row_that_counts_for_all_of_them() -> None:
    row = {"id": "c1", "text": "First!"}
    some = [ScoredComment("hold" if at < 3 else "publish", True, "m", row) for at in range(6)]
    (one,) = draw(some, 12).rows()
    assert sorted(sample_numbers(one["id"])) == [0, 1, 2, 3, 4, 5]
    assert one["chance"] == pytest.approx(1 / 6)
    checked = Checked(
        [Gold(comment=Comment(id=one["id"], text="First!"), group="g", hostility=1.0)]
    )
    assert list(checked.watch(some)) == some
    found = checked.correction()
    assert [(stratum.n, stratum.read, stratum.hostile) for stratum in found.strata] == [
        (3, 3, 3)
    ] * 2
    assert found.n_unmatched == 0


def read(
    some: list[ScoredComment], hostile: dict[str, float], seed: int, size: int = 200
) -> tuple[Checked, list[bool]]:
    """A sample that was read, where so many of each action are hostile, and what is true."""
    random = np.random.default_rng(seed)
    truth = [bool(random.random() < hostile[each.action]) for each in some]
    gold = [
        Gold(
            comment=Comment(id=row["id"], text=row["text"]),
            group="g",
            hostility=float(truth[int(row["id"].partition(":")[0])]),
            off_topic=0.0,
        )
        for row in draw(some, size, seed).rows()
    ]
    checked = Checked(gold)
    for _ in checked.watch(some):
        pass
    return checked, truth


def test_samples_correct_the_shares() -> None:
    """Sixty samples of 200 comments: on average right, and the intervals cover."""
    some = comments(1_600, 300, 100)
    shares = {"publish": 0.02, "review": 0.4, "hold": 0.9}
    apart, covered = [], Counter[str]()
    for seed in range(60):
        checked, truth = read(some, shares, seed)
        found = checked.correction()
        assert found.missed is not None
        assert found.wrongly is not None
        assert found.found is not None
        assert (found.n_unmatched, found.n_undecided) == (0, 0)
        parts = (
            ("all", found.shares["hostility"], sum(truth) / 2_000),
            ("missed", found.missed, sum(truth[:1_600]) / 1_600),
            ("wrongly", found.wrongly, 1 - sum(truth[1_600:]) / 400),
            ("found", found.found, sum(truth[1_600:]) / sum(truth)),
        )
        for name, share, true in parts:
            covered[name] += share.low <= true <= share.high
        apart.append(parts[0][1].value - parts[0][2])
    assert abs(np.mean(apart)) < 3 * np.std(apart) / 60**0.5
    assert min(covered.values()) >= stats.binom.ppf(0.001, 60, 0.95), covered


def test_corrected_shares_cover_the_truth() -> None:
    """Nominal 95 %, also where the sample shows not one hostile comment among those published."""
    random = np.random.default_rng(2)
    sizes, n = [90_000, 7_000, 3_000], [100, 50, 50]
    for publish in (0.0, 0.004, 0.02, 0.05):
        shares = np.array([publish, 0.4, 0.85])
        truth = float((np.array(sizes) * shares).sum() / sum(sizes))
        covered, rounds = 0, 600
        for _ in range(rounds):
            found = stratified(sizes, random.binomial(n, shares).tolist(), n)
            covered += found.low <= truth <= found.high
        assert covered >= stats.binom.ppf(0.001, rounds, 0.95), publish


def test_what_has_been_read_wholly_is_certain() -> None:
    found = stratified([40, 10], [4, 5], [40, 10])
    assert (found.value, found.low, found.high, found.count) == (0.18, 0.18, 0.18, 9)


def test_too_few_answers_correct_nothing() -> None:
    some = comments(900, 70, 30)
    shares = {"publish": 0.0, "review": 0.5, "hold": 1.0}
    found = read(some, shares, seed=3, size=12)[0].correction()
    assert found.shares == {}
    assert found.missed is found.wrongly is found.found is None
    assert [stratum.read for stratum in found.strata] == [6, 3, 3]


def test_other_comments_are_not_taken_for_those_that_were_read() -> None:
    """The inputs have changed since the sample was drawn: one comment more stands first."""
    some = comments(50, 20, 20)
    gold = [
        Gold(comment=Comment(id=row["id"], text="x"), group="g", hostility=1.0)
        for row in draw(some[1:], 30).rows()
    ]
    moved = Checked(gold)
    assert list(moved.watch(some)) == some
    found = moved.correction()
    assert found.n_unmatched == 30
    assert all(stratum.read == 0 for stratum in found.strata)
