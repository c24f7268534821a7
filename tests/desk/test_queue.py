"""The order, the filters and the groups of the queue."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from time import time

import msgspec
import pytest
from visiting import scored

from moderation.desk.store.alike import Raid, largest_raid
from moderation.desk.store.counts import articles, counted, sections
from moderation.desk.store.database import Database
from moderation.desk.store.deciding import Decision, DeskStep, decide
from moderation.desk.store.intake import Intake
from moderation.desk.store.queue import groups_on, listed, members, take_next
from moderation.desk.store.views import QueueOrder, QueuePart, View, stretches
from moderation.sources import section_of
from moderation.sources.times import moment

TEXT = "They sold the bridge to their friends and nobody in this town was ever asked, vote them out"

MOST_LEADS = "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM copy_keys GROUP BY key)"


def hours_ago(hours: float) -> str:
    return datetime.fromtimestamp(time() - hours * 3_600, UTC).isoformat()


def ids(database: Database, view: View, who: str = "mara") -> list[str]:
    with database.reading() as sql:
        named = dict(sql.execute("SELECT item, id FROM items").fetchall())
    return [named[row["item"]] for row in listed(database, view, who)]


def place(database: Database, statement: str) -> object:
    with database.reading() as sql:
        return sql.execute(statement).fetchone()[0]


@pytest.mark.parametrize("order", list(QueueOrder))
def test_what_is_late_rises_within_its_tier(database: Database, order: QueueOrder) -> None:
    ages = {0: 1, 1: 5, 2: 0.5, 3: 9}
    pairs = [
        scored(n, hostility=0.6 if n == 3 else 0.99 - n / 100, published=hours_ago(age))
        for n, age in ages.items()
    ]
    list(Intake(database).fill(pairs, "in"))
    view = View(order=order, late=time() - 2 * 3_600)
    assert ids(database, view) == ["c1", "c0", "c2", "c3"]
    assert take_next(database, view, "mara") == place(
        database, "SELECT item FROM items WHERE id = 'c1'"
    )
    assert counted(database, view).late == 2
    assert counted(database, View()).late == 0


@pytest.mark.parametrize(
    ("published", "before", "is_own"),
    [
        ("2026-03-01T10:00:00Z", 0.0, True),
        ("2026-03-01T11:00:00+01:00", 0.0, True),
        ("Sun, 01 Mar 2026 10:00:00 GMT", 0.0, True),
        ("1772359200", 0.0, True),
        ("1772359200000", 0.0, True),
        ("three hours ago", None, False),
        ("9999-99-99", None, False),
        ("0001-01-01", None, False),
        ("0001-01-01T00:00:00Z", None, False),
        ("1970-01-01T00:00:00Z", None, False),
        ("2126-03-01T10:00:00Z", None, True),
        ("x" * 10_000, None, False),
        (None, None, False),
    ],
)
def test_the_age_counts_from_the_comments_own_time(
    published: str | None, before: float | None, is_own: bool
) -> None:
    read = 1772359200.0 + 3_600
    found = moment(published, read)
    assert found == (read if before is None else read - 3_600, is_own)


def test_a_day_without_a_time_counts_from_its_end() -> None:
    read = datetime(2026, 3, 4, 12).timestamp()
    assert moment("2026-03-01", read) == (datetime(2026, 3, 2).timestamp(), False)
    assert moment("2026-03-04", read) == (read, False)


@pytest.mark.parametrize(
    ("row", "address", "section"),
    [
        ({"section": "Sport", "category": "x"}, "https://p.example/a/b", "Sport"),
        ({"category": " Local "}, None, "Local"),
        ({"article": {"section": "Culture"}}, None, "Culture"),
        ({}, "https://p.example/politics/bridge-sold", "politics"),
        ({}, "https://p.example/de/2026/11/30/kultur/oper.html", "kultur"),
        ({}, "https://p.example/bridge-sold", None),
        ({}, "https://p.example/article/12345", None),
        ({"section": ["a"], "category": True}, "http://[", None),
    ],
)
def test_the_section_is_the_rows_or_the_addresss(
    row: dict[str, object], address: str | None, section: str | None
) -> None:
    assert section_of(row, address) == section


def test_filters_combine_and_counts_follow_them(database: Database) -> None:
    pairs = []
    for n in range(24):
        item, verdict = scored(n, author=f"Reader {n % 3}")
        section = "sport" if n % 4 < 2 else "local"
        pairs.append((item._replace(raw={**item.raw, "section": section}), verdict))
    list(Intake(database).fill(pairs, "in"))
    view = View(section="sport", author="Reader 1", article=1)
    assert ids(database, view) == ["c4", "c16"]
    assert counted(database, view).parts[QueuePart.WAITING] == 2
    assert counted(database, View(section="sport")).parts[QueuePart.HOLD] == 12
    assert sections(database) == ["local", "sport"]
    assert [(each.place, each.waiting) for each in articles(database, view)] == [(1, 2), (2, 2)]

    item = take_next(database, view, "mara") or ""
    decide(database, Decision(item, "mara", DeskStep.REJECT, reason="insult"))
    rejected = view._replace(show=QueuePart.REJECTED, reason="insult")
    assert ids(database, rejected) == ["c4"]
    assert counted(database, rejected).parts[QueuePart.REJECTED] == 1
    assert ids(database, rejected._replace(reason="threat")) == []
    assert ids(database, view) == ["c16"]


def test_near_copies_are_one_row_with_their_members(database: Database) -> None:
    texts = [TEXT, "Something else", f"{TEXT.upper()}!!!", TEXT.replace("bridge", "harbour")]
    pairs = [
        scored(n, text, published=hours_ago(3 - n / 60), author=f"Reader {n % 2}")
        for n, text in enumerate(texts)
    ]
    list(Intake(database).fill(pairs, "in"))
    rows = listed(database, View(), "mara")
    assert len(rows) == 2
    (group,) = groups_on(database, View(), rows).values()
    assert (group.n, group.authors, group.raid) == (3, 2, None)
    assert 119 < group.last - group.first < 241
    found, page = members(database, View(), group.number)
    assert found == group
    assert [row["text"] for row in page] == [texts[0], texts[2], texts[3]]
    # A filter that leaves one of them leaves no group, and decided ones are listed one by one.
    lone = View(article=2)
    assert groups_on(database, lone, listed(database, lone, "mara")) == {}
    for row in page:
        decide(database, Decision(row["item"], "mara", DeskStep.PUBLISH))
    assert len(listed(database, View(QueuePart.DECIDED), "mara")) == 3


def test_a_raid_is_many_authors_with_one_text_within_minutes(database: Database) -> None:
    pairs = [
        scored(n, TEXT, published=hours_ago(24 if n == 0 else 1 - n / 60), author=f"Reader {n}")
        for n in range(8)
    ]
    list(Intake(database).fill(pairs, "in"))
    (group,) = groups_on(database, View(), listed(database, View(), "mara")).values()
    assert group.raid is not None
    assert group.raid.authors == 7
    assert group.raid.seconds == pytest.approx(360, abs=1)


def test_comments_without_times_are_no_raid(database: Database) -> None:
    list(Intake(database).fill([scored(n, TEXT) for n in range(8)], "in"))
    (group,) = groups_on(database, View(), listed(database, View(), "mara")).values()
    assert (group.authors, group.raid) == (8, None)


def test_the_largest_raid_is_found_in_any_order() -> None:
    written = [(float(n * 100), f"Reader {n % 9}") for n in range(30)]
    assert largest_raid(written) == largest_raid(written[::-1]) == Raid(7, 600.0)
    assert largest_raid([(0.0, "a")] * 50) is None


def test_thousands_of_copies_keep_one_fingerprint(database: Database) -> None:
    pairs = [scored(n, f"{TEXT} {n % 7}", author=f"Reader {n}") for n in range(600)]
    list(Intake(database).fill(pairs, "in"))
    assert place(database, "SELECT COUNT(*) FROM copy_leads") == 1
    assert (
        place(database, "SELECT MAX(n) FROM (SELECT COUNT(*) n FROM copy_keys GROUP BY key)") == 1
    )
    assert len(listed(database, View(), "mara")) == 1


def test_a_key_keeps_three_first_comments(database: Database) -> None:
    from moderation.desk.store.alike import join_alike
    from moderation.text import CopyPrint

    own = CopyPrint.of(TEXT)
    with database.writing() as sql:
        for n in range(10):
            other = own._replace(exact=n, samples=bytes([n]) * len(own.samples))
            join_alike(sql, n + 1, other)
    assert (
        place(database, "SELECT MAX(n) FROM (SELECT COUNT(*) n FROM copy_keys GROUP BY key)") == 3
    )


@pytest.mark.parametrize("order", list(QueueOrder))
@pytest.mark.parametrize("filters", [{}, {"article": 3}, {"section": "sport"}, {"author": "x"}])
@pytest.mark.parametrize("part", list(QueuePart))
def test_every_view_reads_an_index(
    database: Database, part: QueuePart, filters: dict[str, str | int], order: QueueOrder
) -> None:
    view = View(part, order, late=0.0)._replace(**filters)  # type: ignore[arg-type]
    plans = []
    with database.reading() as sql:
        for stretch in stretches(view):
            plan = sql.execute(
                f"EXPLAIN QUERY PLAN SELECT i.place, i.item, i.alike FROM items i WHERE {stretch}",
                view.parameters,
            )
            plans += [str(row["detail"]) for row in plan]
    assert not [plan for plan in plans if plan.startswith("SCAN")]
    if not filters:
        assert not [plan for plan in plans if "TEMP B-TREE" in plan], plans


def test_an_older_store_gets_its_places_and_times(tmp_path: Path) -> None:
    import sqlite3

    from moderation.desk.store import database as database_module
    from moderation.desk.store import tables
    from moderation.desk.store.database import open_database

    path = tmp_path / "old.db"
    old = sqlite3.connect(path)
    old.execute(f"PRAGMA application_id={database_module._APPLICATION}")
    for statement in tables._statements(tables._FIRST):
        old.execute(statement)
    old.execute("PRAGMA user_version=1")
    old.execute("INSERT INTO articles VALUES (7, 'a', 'a', 'The bridge', '', NULL)")
    old.execute(
        "INSERT INTO items (item, id, text, published, article, copies, source, proposal, model,"
        " drawn, tier, need) VALUES ('00', 'c', 'x', '2026-03-01T10:00:00Z', 'a', 0, 's', 'hold',"
        " 'm', 0, 0, 0.9)"
    )
    old.commit()
    old.close()
    database = open_database(path)
    (row,) = listed(database, View(article=7), "mara")
    assert row["at"] == 1772359200.0
    database.close()


def test_an_article_that_is_only_named_is_offered_by_its_name(database: Database) -> None:
    item, verdict = scored(1)
    comment = msgspec.structs.replace(item.comment, article=None, article_id="tram-7")
    list(Intake(database).fill([(item._replace(comment=comment), verdict)], "in"))
    assert [(each.title, each.id) for each in articles(database)] == [("", "tram-7")]
