"""The week: known stores, and figures that were computed by hand."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from scipy.stats import binomtest
from visiting import Visitor, scored

from moderation.desk.outputs.estimates import Estimate, estimate, waiting
from moderation.desk.outputs.period import EVER, Period, last_days, read_period
from moderation.desk.outputs.week import Week, find_week, week_page, week_rows
from moderation.desk.reasons import read_reasons
from moderation.desk.store.database import Database, open_database
from moderation.desk.store.deciding import Decision, DeskStep, decide, last_of, undo
from moderation.desk.store.intake import Intake
from moderation.desk.store.queue import take
from moderation.evaluation.shares import FEWEST, share, wilson

REASONS = read_reasons()
Serve = Any  # the fixture of conftest.py
DRAWN = 60


def judge(
    database: Database,
    item: str,
    reason: str | None = None,
    who: str = "mara",
    *,
    step: DeskStep | None = None,
    blind: bool = False,
) -> None:
    """Publish a comment, reject it for a reason, or take another step."""
    with database.reading() as sql:
        (last,) = sql.execute("SELECT last FROM items WHERE item = ?", (item,)).fetchone()
    step = step or (DeskStep.REJECT if reason else DeskStep.PUBLISH)
    decide(database, Decision(item, who, step, last, reason, blind=blind))


def keys(database: Database, proposal: str, *, drawn: bool = False) -> list[str]:
    """The comments of a proposal, in the order of the input."""
    statement = "SELECT item FROM items WHERE proposal = ? AND drawn = ? ORDER BY place"
    with database.reading() as sql:
        return [row["item"] for row in sql.execute(statement, (proposal, drawn))]


@pytest.fixture(scope="module")
def week_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with 60 comments drawn, 30 held and 40 to review, all of them decided.

    Rejected as hostile are 27 of those held, 10 of those to review and 3 of those drawn; 1 of those
    held is rejected as advertising.
    """
    path = tmp_path_factory.mktemp("week") / "desk.db"
    database = open_database(path, create=True)
    pairs = [scored(n, hostility=0.95) for n in range(30)]
    pairs += [scored(n, hostility=0.65) for n in range(30, 70)]
    pairs += [scored(n, hostility=0.25) for n in range(70, 2_000)]
    list(Intake(database).fill(pairs, "in"))
    for n, item in enumerate(keys(database, "hold")):
        judge(database, item, "insult" if n < 27 else "advertising" if n == 27 else None)
    for n, item in enumerate(keys(database, "review")):
        judge(database, item, "threat" if n < 10 else None, "iven")
    drawn = keys(database, "publish", drawn=True)
    assert len(drawn) > DRAWN
    for n, item in enumerate(drawn[:DRAWN]):
        judge(database, item, "group" if n < 3 else None, blind=n < 40)
    database.close()
    return path


@pytest.fixture
def week_store(week_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of that store."""
    opened = open_database(shutil.copy(week_file, tmp_path / "week.db"))
    yield opened
    opened.close()


def found(database: Database, period: Period = EVER) -> Week:
    return find_week(database, REASONS, period)


def counts(share_: Any) -> tuple[int, int]:
    return share_.k, share_.n


def test_people_are_compared_with_each_proposal(week_store: Database) -> None:
    week = found(week_store)
    assert (week.decided, week.hidden) == (130, 40)
    rows = {(row.proposal, row.hidden): row for row in week.agreement}
    assert counts(rows["hold", False].rejected) == (28, 30)
    assert counts(rows["hold", False].hostile) == (27, 30)
    assert counts(rows["review", False].rejected) == (10, 40)
    assert counts(rows["publish", False].rejected) == (0, 20)
    assert counts(rows["publish", True].rejected) == (3, 40)
    assert rows["hold", True].rejected.value is None
    # 28 of 30 by hand: Wilson's interval of .9333 is [.7868, .9815].
    held = rows["hold", False].rejected
    assert (held.value, held.low, held.high) == (0.9333, 0.7868, 0.9815)


def test_misses_are_estimated_from_those_drawn_alone(week_store: Database) -> None:
    chosen = keys(week_store, "publish")[:25]  # by a person, who looked for them
    for item in chosen:
        judge(week_store, item, "insult")
    whole, shown, hidden = found(week_store).misses
    assert counts(whole.found) == (3, 60)
    assert whole.let_through == 1_200
    # 3 of 60 stand for 60 of 1,200; Wilson's interval of .05 is [.01714, .13697].
    assert whole.missed == Estimate(value=60, low=20, high=165)
    assert (counts(shown.found), counts(hidden.found)) == ((0, 20), (3, 40))
    assert hidden.missed.value == 60
    assert shown.missed.value == 0
    assert shown.missed.high == 65  # none of 20 is not "none": the interval ends at .1611


def test_thresholds_cost_what_the_decisions_say(week_store: Database) -> None:
    costs = {cost.threshold: cost for cost in found(week_store).thresholds}
    # All 70 that were held or reviewed, and 60 drawn that stand for 1,200.
    assert costs[0.2].sent.value == 1_270
    assert costs[0.2].wrongly.value == 2 + 30 + 20 * 57
    assert costs[0.2].missed.value == 0
    # No comment that would be published scores above .25: nothing is estimated.
    assert costs[0.3].sent == Estimate(value=70, low=70, high=70)
    assert costs[0.7].sent == Estimate(value=30, low=30, high=30)
    assert costs[0.7].wrongly.value == 2
    assert costs[0.3].missed == Estimate(value=60, low=20, high=165)
    assert costs[0.7].missed == Estimate(value=70, low=30, high=175)
    assert costs[0.95].missed.value == 70


def test_groups_have_their_own_figures(week_store: Database) -> None:
    week = found(week_store)
    people = {group.name: group for group in week.moderators}
    assert counts(people["iven"].rejected) == (10, 40)
    assert counts(people["mara"].rejected) == (31, 90)
    assert counts(people["mara"].agreed) == (28 + 57, 90)
    assert counts(people["iven"].agreed) == (0, 0)  # a review is no opinion
    assert [reason.share.k for reason in week.reasons] == [27, 10, 3, 1]
    assert {reason.share.n for reason in week.reasons} == {41}
    assert week.reasons[0].name == "Insults a person"
    assert {group.name for group in week.articles} == {"The bridge, part 0", "The bridge, part 1"}
    assert [group.name for group in week.sections] == [""]
    assert len(week.hours) == 1 or len(week.hours) == 2  # the test may run over a full hour


def test_only_what_stands_counts_and_once(filled: Database) -> None:
    first, second, third = keys(filled, "hold")[:3]
    judge(filled, first, "insult")
    judge(filled, first, None, "iven")
    judge(filled, second, "insult")
    judge(filled, third, step=DeskStep.SECOND)
    judge(filled, third, "insult", "iven")
    judge(filled, keys(filled, "hold")[4], step=DeskStep.SKIP)
    judge(filled, keys(filled, "hold")[5], "insult")
    line = last_of(filled, "mara")
    assert line is not None
    undo(filled, "mara", line["seq"])
    week = found(filled)
    assert week.decided == 3
    assert week.steps == {"publish": 1, "reject": 3, "second": 1, "skip": 1, "undone": 1}
    assert counts(week.second_looks.rejected) == (1, 1)
    assert week.second_looks.asked == 1
    assert counts(week.second_looks.same) == (0, 1)  # mara rejected, iven published


def test_fewer_than_twenty_say_nothing(filled: Database) -> None:
    for item in keys(filled, "hold"):
        judge(filled, item, "insult")
    week = found(filled)
    row = next(row for row in week.agreement if row.proposal == "hold" and not row.hidden)
    assert counts(row.rejected) == (6, 6)
    assert row.rejected.value is None
    assert week.misses[0].missed == Estimate()
    assert "6 of 6: too few to say" in week_page(week)


def test_a_period_ends_where_it_says(week_store: Database) -> None:
    now = datetime.now(UTC)
    assert found(week_store, last_days(7, now + timedelta(minutes=1))).decided == 130
    assert found(week_store, Period(since=now + timedelta(minutes=1))).decided == 0
    assert found(week_store, Period(until=now - timedelta(days=1))).decided == 0


def test_hours_are_those_of_the_zone(filled: Database) -> None:
    with filled.writing() as sql:
        (item,) = sql.execute("SELECT item FROM items WHERE id = 'c1'").fetchone()
        sql.execute(
            "INSERT INTO decisions (item, who, what, at, proposal, model, blind)"
            " VALUES (?, 'mara', 'publish', '2026-11-22T23:30:00+00:00', 'hold', 'm', 0)",
            (item,),
        )
    berlin = read_period("2026-11-23", "2026-11-23", "Europe/Berlin")
    assert [group.name for group in found(filled, berlin).hours] == ["00"]
    assert found(filled, read_period("2026-11-23", None, "UTC")).decided == 0


def test_the_time_runs_from_when_the_comment_was_shown(filled: Database) -> None:
    for item in keys(filled, "hold"):
        take(filled, item, "mara")
        judge(filled, item)
    assert found(filled).seconds["hold"].n == 6
    assert found(filled).seconds["review"].n == 0


def test_comments_that_were_decided_together_have_no_time(filled: Database) -> None:
    first, second = keys(filled, "hold")[:2]
    for item, bulk in ((first, 7), (second, None)):
        take(filled, item, "mara")
        decide(filled, Decision(item, "mara", DeskStep.PUBLISH, bulk=bulk))
    week = found(filled)
    assert (week.decided, week.together, week.seconds["hold"].n) == (2, 1, 1)


def test_wilson_is_that_of_scipy() -> None:
    for k, n in ((0, 20), (1, 20), (7, 33), (60, 60), (500, 1_000)):
        low, high = binomtest(k, n).proportion_ci(method="wilson")
        assert wilson(k, n) == pytest.approx((low, high), abs=1e-6)


def test_shares_and_estimates_have_a_floor() -> None:
    assert share(19, FEWEST - 1).value is None
    assert share(19, FEWEST).value == 0.95
    assert estimate(5, 0, FEWEST - 1, 20) == Estimate()
    assert estimate(5, 0, 100, 20) == Estimate(value=5, low=5, high=5 + 74)


def test_times_have_a_median_and_a_ninth_decile() -> None:
    found_ = waiting([float(n) for n in range(100, 0, -1)])
    assert (found_.median, found_.p90) == (50.0, 90.0)
    # 1.96 standard deviations of a binomial of 100 are 9.8 places at .5, and 5.9 at .9.
    assert (found_.median_low, found_.median_high) == (40.0, 61.0)
    assert (found_.p90_low, found_.p90_high) == (84.0, 97.0)
    assert waiting([1.0] * 19).median is None
    assert waiting([3.0] * 20).p90_high == 3.0


def test_the_page_is_whole_by_itself_and_escapes(week_store: Database) -> None:
    title = '<script>alert("x")</script>\u202e'
    with week_store.writing() as sql:
        sql.execute("UPDATE articles SET title = ?", (title,))
    page = week_page(found(week_store, read_period("2001-01-01", None, "UTC")))
    assert "<script" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"https?://|src=|href=|@import|url\(", page)
    assert "default-src 'none'" in page
    assert "Days and hours are in this time zone: UTC." in page
    assert "These are the decisions from 2001-01-01." in page
    assert "prefers-color-scheme: dark" in page
    for table in re.findall(r"(?s)<table>.*?</table>", page):
        assert '<th scope="col">' in table
        assert '<th scope="row">' in table
    assert page.count("<svg") == page.count('<figure role="img" aria-label="')
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert set(levels[1:]) == {2}


def test_rows_and_document_have_the_same_figures(week_store: Database) -> None:
    week = found(week_store)
    rows = {(r["table"], r["row"], r["measure"]): r for r in week_rows(week)}
    assert len(rows) == len(list(week_rows(week)))
    row = rows["misses", "shown or hidden", "missed"]
    assert (row["value"], row["low"], row["high"]) == (60, 20, 165)
    assert rows["agreement", "hold, shown", "rejected"]["k"] == 28
    assert rows["comments", "decided", "count"]["value"] == 130
    document = json.loads(msgspec.json.encode(week))
    assert document["misses"][0]["missed"] == {"value": 60, "low": 20, "high": 165}


def test_the_desk_shows_the_week(week_store: Database, serve: Serve) -> None:
    mara: Visitor = serve(week_store)
    page = mara.open("/week")
    assert page.status == 200
    assert "60 [20, 165]" in page.text
    assert 'href="/week.css"' in page.text
    assert not re.search(r"<style|\sstyle=|<script>", page.text)
    assert mara.ask("GET", "/week.css").headers["content-type"].startswith("text/css")
    for weeks in ("2", "0", "-1", "x", "9" * 15):
        assert mara.open(f"/week?weeks={weeks}").status == 200
    stranger: Visitor = serve(week_store, {"key": "iven"})
    assert "60 [20, 165]" not in stranger.open("/week").text
