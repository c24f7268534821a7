"""``moderation compare --drift`` as a user calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from decided import add
from running import Command


def scored(n_days: int, **last: object) -> list[dict[str, Any]]:
    """Ten scored comments a day; those of the last day are changed."""
    rows: list[dict[str, Any]] = [
        {
            "id": f"{day}-{i}",
            "text": f"Comment {i} of {day}.",
            "hostility": 0.05 * i,
            "off_topic": None,
            "action": "review" if i > 8 else "publish",
            "model": "one",
            "published": f"{date(2024, 1, 1) + timedelta(days=day)}T{i:02}:30:00Z",
        }
        for day in range(n_days)
        for i in range(10)
    ]
    return [*rows[:-10], *({**row, **last} for row in rows[-10:])]


@pytest.fixture
def drift(run: Command, model_folder: Path) -> Command:
    return lambda *arguments: run(
        "compare", "--drift", "--model", model_folder, "--zone", "UTC", *arguments
    )


def test_what_moved_is_said_and_gives_a_status_if_asked_for(
    drift: Command, lines: Callable[..., Path]
) -> None:
    path = lines(*scored(35, model="two"))
    found = drift(path)
    assert found.status == 0, found.err
    assert "2024-02-04 moved: another model, two" in found.out
    assert drift(path, "--alarm").status == 1
    quiet = drift(path, "--alarm", "--quiet")
    assert len(quiet.out.splitlines()) == 1
    document = json.loads(drift(path, "--json", "--days", 2).out)
    assert [day["n"] for day in document["days"]] == [10, 10]
    assert document["days"][-1]["alarms"][0]["kind"] == "model"


def test_nothing_moved_on_ordinary_days(drift: Command, lines: Callable[..., Path]) -> None:
    found = drift(lines(*scored(35)), "--alarm")
    assert found.status == 0
    assert "nothing moved" in found.out
    assert "nothing can be judged" in drift(lines(*scored(20))).out


def test_comments_without_scores_are_scored(drift: Command, lines: Callable[..., Path]) -> None:
    rows = [
        {"text": "You idiot.", "published": "2024-01-01", "Urteil": "weg"},
        {"text": "Thank you for the report.", "published": "2024-01-01T23:30:00-02:00"},
        {"text": "No day is known."},
    ]
    path = lines(*rows)
    found = drift(path, "--json", "--column", "decision=Urteil", "--means", "weg=rejected")
    days = json.loads(found.out)["days"]
    assert [(day["day"], day["n"]) for day in days] == [("2024-01-01", 1), ("2024-01-02", 1)]
    assert "left out: 1 comments without a readable time" in found.err


def test_a_store_of_a_desk_is_watched(drift: Command, tmp_path: Path) -> None:
    store = tmp_path / "desk.db"
    at = "2024-01-01T10:00:00Z"
    add(store, [(0.9, {"id": "c", "text": "You fool.", "published": at})])
    (day,) = json.loads(drift(store, "--json").out)["days"]
    assert (day["day"], day["n"], day["flagged"]) == ("2024-01-01", 1, 1.0)


def test_damaged_scores_and_missing_days_are_told(
    drift: Command, lines: Callable[..., Path]
) -> None:
    wrong = {**scored(1)[0], "action": "burn"}
    found = drift(lines(*scored(1), wrong))
    assert found.status == 1
    assert "no scored row" in found.err
    assert drift(lines({"text": "No day."})).status == 3


def test_decisions_and_drift_exclude_each_other(drift: Command, lines: Callable[..., Path]) -> None:
    assert drift(lines({"text": "x"}), "--decisions").status == 2
