"""What an overview says about chance, tried on comments whose shares are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from moderation.evaluation.overview import chance
from moderation.evaluation.overview.counting import Counting
from moderation.evaluation.overview.differences import differences
from moderation.evaluation.overview.finding import GroupTable, find_overview
from moderation.evaluation.overview.inputs.placing import Placing
from moderation.evaluation.overview.inputs.reading import ScoredComment
from moderation.evaluation.overview.trend import PeriodShare, find_trend
from moderation.evaluation.shares import wilson


def test_wilson_and_newcombe_give_the_published_examples() -> None:
    """Newcombe (1998), his examples of both methods: 81 of 263, and 56/70 with 48/80."""
    low, high = wilson(np.array([81.0]), np.array([263.0]))
    assert (round(low[0], 4), round(high[0], 4)) == (0.2553, 0.3662)
    apart, low, high = differences(
        (np.array([56.0]), np.array([70.0])), (np.array([48.0]), np.array([80.0]))
    )
    assert [round(each[0], 4) for each in (apart, low, high)] == [0.2, 0.0524, 0.3339]


def test_wilson_agrees_with_scipy() -> None:
    for k, n in ((0, 20), (1, 20), (10, 20), (20, 20), (3, 4000)):
        ours = [float(each[0]) for each in wilson(np.array([float(k)]), np.array([float(n)]))]
        theirs = stats.binomtest(k, n).proportion_ci(method="wilson")
        assert ours == pytest.approx([theirs.low, theirs.high], abs=1e-6)


def table_of(k: np.ndarray, n: np.ndarray, by: str = "author") -> GroupTable:
    """The table of groups with so many comments, and of these so many held."""
    counting = Counting(Placing([by]))
    for at in range(len(n)):
        row = {by: f"g{at}"}
        held = [ScoredComment("hold", True, "m", row)] * int(k[at])
        counting.count(held + [ScoredComment("publish", True, "m", row)] * int(n[at] - k[at]))
    return find_overview(counting, [by]).tables[0]


def test_pure_chance_names_nobody_more_often_than_stated() -> None:
    """200 tables of 300 authors with one share: at most 1 in 20 may name somebody."""
    random = np.random.default_rng(1)
    tables = 200
    named = ranked = sure = 0
    for at in range(tables):
        n = np.ceil(random.pareto(1.2, 300) * 15 + 20)
        k = random.binomial(n.astype(int), 0.04).astype(float)
        rest = (k.sum() - k, n.sum() - n)
        named += bool((chance.holm(chance.excess(k, n, rest)) < chance.ERROR).any())
        low, high = chance.ranks(k, n)
        ranked += bool((high < len(n)).any() or (low > 1).any())  # all ranks are shared
        if at % 10 == 0:
            among = chance.among_worst(k, n, chance.fit(k, n), 10, seed=0)
            sure += bool((among > 0.95).any())
    most = stats.binom.ppf(0.999, tables, chance.ERROR)
    assert named <= most
    assert ranked <= most
    assert sure <= stats.binom.ppf(0.999, tables // 10, chance.ERROR)


def test_whoever_is_really_worse_is_found() -> None:
    random = np.random.default_rng(2)
    share = np.full(200, 0.03)
    share[:5] = 0.25
    n = np.full(200, 120.0)
    k = random.binomial(n.astype(int), share).astype(float)
    table = table_of(k, n)
    above = {group.name for group in table.groups if group.finding == "above the rest"}
    assert above == {f"g{at}" for at in range(5)}
    assert {group.name for group in table.groups[:5]} == above
    assert all(group.among_worst > 0.95 for group in table.groups[:5])  # type: ignore[operator]
    assert all(group.rank_high < 200 for group in table.groups[:5])  # type: ignore[operator]
    assert table.alike == 0.001
    assert table.spread is not None
    assert table.spread > 0.02


def test_a_few_comments_with_many_held_are_drawn_towards_the_rest() -> None:
    """Six of 34 held does not come before 60 of 400, and is not said to be more than chance."""
    n = np.array([34.0, 400.0] + [100.0] * 300)
    k = np.array([6.0, 60.0] + [4.0, 5.0, 6.0] * 100)
    table = table_of(k, n)
    names = [group.name for group in table.groups]
    assert names[0] == "g1"
    by_name = {group.name: group for group in table.groups}
    assert by_name["g1"].finding == "above the rest"
    assert by_name["g0"].finding == "may be chance"
    assert by_name["g0"].hold.value == pytest.approx(6 / 34, abs=1e-6)
    assert by_name["g0"].shrunken < 0.12  # type: ignore[operator]


def test_too_few_comments_say_nothing() -> None:
    table = table_of(np.array([10.0, 2.0, 3.0]), np.array([19.0, 20.0, 60.0]))
    few = table.groups[-1]
    assert (few.name, few.n, few.finding) == ("g0", 19, "too few to say")
    assert few.hold.value is few.shrunken is few.rank_low is None
    assert table.n_judged == 2


def clustered(random: np.random.Generator, articles: int, share: float) -> Counting:
    """Comments in two sections, all with the same share, but alike under one article."""
    counting = Counting(Placing(["section"]))
    for at in range(articles):
        own = random.beta(share * 15, (1 - share) * 15)
        n = int(random.integers(5, 60))
        row = {"article_id": f"a{at}", "section": "one" if at % 2 else "two"}
        held = random.random(n) < own
        counting.count(ScoredComment("hold" if h else "publish", True, "m", row) for h in held)
    return counting


def test_intervals_of_dependent_comments_cover() -> None:
    """Nominal 95 %, of the whole and of sections; intervals without clusters cover far less."""
    random = np.random.default_rng(3)
    share, rounds = 0.1, 40
    covered = plain = in_sections = named = 0
    for _ in range(rounds):
        counting = clustered(random, 60, share)
        overview = find_overview(counting, ["section"])
        whole = overview.hold
        covered += whole.low <= share <= whole.high  # type: ignore[operator]
        low, high = wilson(np.array([float(whole.k)]), np.array([float(overview.n)]))
        plain += bool(low[0] <= share <= high[0])
        groups = overview.tables[0].groups
        in_sections += sum(g.hold.low <= share <= g.hold.high for g in groups)  # type: ignore[operator]
        named += any(g.finding == "above the rest" for g in groups)
        assert overview.independent < overview.n
    assert covered >= stats.binom.ppf(0.001, rounds, 0.94)
    assert in_sections >= stats.binom.ppf(0.001, 2 * rounds, 0.94)
    assert plain < 0.8 * rounds
    assert named <= stats.binom.ppf(0.999, rounds, 0.05)


def test_the_correlation_within_articles_is_estimated() -> None:
    random = np.random.default_rng(4)
    own = random.beta(2, 18, 2_000)  # a correlation of 1 / (1 + 20)
    n = random.integers(2, 80, 2_000).astype(float)
    k = random.binomial(n.astype(int), own).astype(float)
    assert chance.intraclass(k, n) == pytest.approx(1 / 21, abs=0.006)
    alone = np.ones(50)
    assert chance.intraclass(alone, alone) == 0.0


def test_the_distribution_of_the_shares_is_found() -> None:
    random = np.random.default_rng(7)
    own = random.beta(3, 57, 3_000)
    n = random.integers(20, 200, 3_000).astype(float)
    k = random.binomial(n.astype(int), own).astype(float)
    found = chance.fit(k, n)
    assert found.mean == pytest.approx(0.05, abs=0.002)
    assert found.spread == pytest.approx(np.sqrt(0.05 * 0.95 / 61), rel=0.05)
    same = chance.fit(random.binomial(n.astype(int), 0.05).astype(float), n)
    assert same.spread < 0.006


def test_holm_gives_the_textbook_s_numbers() -> None:
    corrected = chance.holm(np.array([0.01, 0.04, 0.03, 0.005]))
    assert corrected == pytest.approx([0.03, 0.06, 0.06, 0.02])


def periods(shares: np.ndarray) -> list[PeriodShare]:
    """Periods without a gap."""
    return [
        PeriodShare(name=f"w{at:02}", at=at, value=float(each), low=0.0, high=1.0)
        for at, each in enumerate(shares)
    ]


def test_a_trend_is_that_of_scipy_and_is_found() -> None:
    random = np.random.default_rng(5)
    at = np.arange(40.0)
    shares = 0.05 + 0.001 * at + random.normal(0, 0.005, 40)
    found = find_trend("week", periods(shares))
    theirs = stats.theilslopes(shares, at)
    assert found.slope == pytest.approx(theirs.slope)
    assert found.low <= theirs.low_slope  # type: ignore[operator]
    assert found.high >= theirs.high_slope  # type: ignore[operator]
    assert found.low > 0  # type: ignore[operator]
    assert found.chance < 0.001  # type: ignore[operator]
    assert (found.periods[0].name, found.periods[-1].name, found.span) == ("w00", "w39", 39)


def test_weeks_that_resemble_their_neighbours_show_no_trend_more_often_than_stated() -> None:
    """Without the correction for likeness, one in five of such series has a trend."""
    random = np.random.default_rng(6)
    rounds, found = 200, 0
    for _ in range(rounds):
        noise = random.normal(0, 1, 60)
        for week in range(1, 60):
            noise[week] += 0.4 * noise[week - 1]
        found += find_trend("week", periods(0.05 + 0.01 * noise)).chance < 0.05  # type: ignore[operator]
    assert found <= stats.binom.ppf(0.999, rounds, 0.05)


def test_few_or_equal_weeks_have_no_trend() -> None:
    few = find_trend("day", periods(np.arange(9) / 10))
    assert (few.slope, len(few.periods)) == (None, 9)
    equal = find_trend("day", periods(np.full(12, 0.1)))
    assert (equal.slope, equal.chance) == (0.0, 1.0)


def test_groups_that_are_alike_are_listed_by_what_is_seen_of_them_and_not_by_their_size() -> None:
    counting = Counting(Placing())
    flagged = {f"like {number}": (5, 70 + number) for number in range(30)}
    flagged["most hold"] = (8, 65)
    counting.count(
        ScoredComment("hold" if at < held else "publish", True, "m", {"section": section})
        for section, (held, n) in flagged.items()
        for at in range(n)
    )
    (table,) = find_overview(counting, ["section"]).tables
    assert len({round(group.shrunken or 0, 4) for group in table.groups}) == 1
    assert table.groups[0].name == "most hold"
    low = [group.hold.low for group in table.groups]
    assert low == sorted(low, key=lambda each: -(each or 0))
