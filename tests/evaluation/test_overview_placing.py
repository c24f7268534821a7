"""To which groups a comment belongs, whatever its input calls them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from moderation.errors import UsageError
from moderation.evaluation.overview.counting import MOST_SPREAD, Counting
from moderation.evaluation.overview.inputs.placing import TABLES, Placing, named, when_written
from moderation.evaluation.overview.inputs.reading import ScoredComment

BERLIN = ZoneInfo("Europe/Berlin")


def placed(row: Mapping[str, object], placing: Placing | None = None) -> dict[str, str | None]:
    placing = placing or Placing()
    return {table: groups[0] for table, groups in placing.places([row]).groups.items()}


def test_a_row_says_where_it_belongs() -> None:
    row = {
        "article": {"id": "a1", "title": "Swing bridge shut", "section": "Local"},
        "author": " Ann ",
        "published": "2026-01-01T23:30:00+00:00",
        "lang": "en",
    }
    assert placed(row) == {
        "article": "a1",
        "section": "Local",
        "author": "Ann",
        "language": "en",
        "hour": "23",
        "weekday": "Thursday",
        "day": "2026-01-01",
        "week": "2026-W01",
    }
    assert Placing().places([row, {}]).titles == ["Swing bridge shut", None]
    assert set(placed({}).values()) == {None}
    assert placed(row, Placing(zone=BERLIN))["day"] == "2026-01-02"


def test_the_input_s_own_names_count() -> None:
    names = {"author": "meta.user", "published": "am", "article_id": "story"}
    placing = Placing(["author", "ressort", "meta.device"], names=names)
    row = {
        "meta": {"user": "Bo", "device": "phone"},
        "story": 7,
        "ressort": ["Sport", 1],
        "am": "2026-05-04",
    }
    found = placed(row, placing)
    assert [found[name] for name in ("author", "ressort", "meta.device", "article")] == [
        "Bo", '["Sport",1]', "phone", "7",
    ]  # fmt: skip
    assert found["day"] == "2026-05-04"
    assert placed({"meta.user": "Cy"}, placing)["author"] == "Cy"


def test_pseudonyms_hide_authors_and_nothing_else() -> None:
    row = {"author": "Ann", "section": "Ann"}
    here, again = (placed(row, Placing(key=b"one")) for _ in range(2))
    other = placed(row, Placing(key=b"two"))
    assert here == again
    assert here["section"] == "Ann"
    assert "Ann" not in str(here["author"])
    assert here["author"] != other["author"]
    renamed = Placing(["user"], names={"author": "user"}, key=b"one")
    assert placed({"user": "Ann"}, renamed)["user"] == here["author"]


@pytest.mark.parametrize("column", ["text", "parent", "reasons", "Kommentar"])
def test_what_readers_wrote_is_no_group(column: str) -> None:
    with pytest.raises(UsageError, match="words are no groups"):
        Placing([column], names={"text": "Kommentar"})


@pytest.mark.parametrize(
    ("told", "day", "hour"),
    [
        ("2026-03-29T01:30:00Z", date(2026, 3, 29), 3),  # the clocks go forward
        ("2026-03-29T01:30:00", date(2026, 3, 29), 1),  # without a zone, as it is written
        ("2026-03-29", date(2026, 3, 29), None),
        ("Sun, 29 Mar 2026 01:30:00 +0000", date(2026, 3, 29), 3),
        (1774747800, date(2026, 3, 29), 3),
        ("1774747800000", date(2026, 3, 29), 3),
    ],
)
def test_times_are_read(told: object, day: date, hour: int | None) -> None:
    assert when_written(told, BERLIN) == (day, hour)


@pytest.mark.parametrize(
    "told",
    [None, "", True, "2 hours ago", "2026-02-30", "1970-01-01T00:00:00Z", "9" * 500, 10**14, 1e300,
     float("nan"), "9999-12-31T23:59:59-14:00", [], "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_no_time_is_invented(told: object) -> None:
    assert when_written(told, BERLIN) is None


def test_long_names_stay_short_and_different() -> None:
    one, other = named("x" * 10**5 + "1"), named("x" * 10**5 + "2")
    assert one != other
    assert len(str(one)) < 140
    assert named("  ") is None
    assert named("\ud800") == "\ud800"


def test_counts_of_groups() -> None:
    counting = Counting(Placing())
    rows = [("a1", "Ann", "hold"), ("a1", "Bo", "publish"), ("a2", "Ann", "review")]
    counting.count(
        ScoredComment(action, True, "m-1", {"article_id": article, "author": author})
        for article, author, action in rows
    )
    counting.count([ScoredComment("review", False, "m-2", {"article_id": "a1"})])
    assert (counting.n, counting.n_unjudged) == (3, 1)
    assert (counting.measured("hold"), counting.measured("review")) == (1, 2)
    assert counting.groups("article") == {"a1": (2, 1, 1, 2), "a2": (1, 1, 0, 1)}
    assert counting.groups("author") == {"Ann": (2, 2, 1, 2), "Bo": (1, 0, 0, 1)}
    assert counting.n_missing("section") == 3
    assert counting.groups("section") == {}


def test_comments_under_one_article_are_counted_by_pairs() -> None:
    counting = Counting(Placing(["section"]))
    rows = [{"article_id": f"a{at % 3}", "section": "one"} for at in range(8)]
    counting.count(ScoredComment("publish", True, "m", row) for row in rows)
    assert counting.groups("section")["one"].squares == 9 + 9 + 4


def test_a_table_with_very_many_groups_forgets_the_articles() -> None:
    """Memory then grows with the groups, and not with their pairs with articles."""
    counting = Counting(Placing(["device"]))
    rows = [
        {"article_id": f"a{at}", "device": f"d{at % (3 * MOST_SPREAD + 1)}"} for at in range(9_000)
    ]
    counting.count(ScoredComment("publish", True, "m", row) for row in rows)
    groups = counting.groups("device")
    assert len(groups) == 3 * MOST_SPREAD + 1
    assert all(group.squares == group.n for group in groups.values())
    assert counting._counted["device"].articles is None


def test_every_table_has_a_name() -> None:
    assert set(TABLES) == set(Placing().tables)
