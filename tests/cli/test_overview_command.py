"""``moderation overview`` as a journalist calls it."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import Command

Lines = Callable[..., Path]


@pytest.fixture
def overview(run: Command, model_folder: Path) -> Command:
    """Run ``moderation overview --model TINY ARGUMENTS``."""
    return lambda *arguments, **more: run("overview", "--model", model_folder, *arguments, **more)


def rows(n: int = 120) -> list[dict[str, Any]]:
    """Invented comments of two sections; those on politics are worse."""
    return [
        {
            "id": f"c{at}",
            "text": "You idiot, shut up." if at % 4 == 0 else "Thank you for the report.",
            "section": "politics" if at % 2 == 0 else "=sport",
            "author": f"reader {at % 5}",
            "published": f"2026-01-{1 + at % 28:02}T0{at % 3}:00:00Z",
            "article_id": f"a{at % 30}",
        }
        for at in range(n)
    ]


def told(found: list[dict[str, Any]], table: str) -> dict[str, dict[str, Any]]:
    """The rows of a table by group."""
    return {row["group"]: row for row in found if row["table"] == table}


def test_comments_are_scored_and_counted(overview: Command, lines: Lines) -> None:
    found = overview(lines(*rows()), "--worst", "review", "--quiet")
    assert (found.status, found.err) == (0, "")
    assert {row["table"] for row in found.records} == {
        "all", "article", "section", "author", "hour", "weekday", "day", "week",
    }  # fmt: skip
    assert found.records[0]["comments"] == 120
    sections = told(found.records, "section")
    assert sections["politics"]["review"] == 30
    assert sections["politics"]["finding"] == "above the rest"
    assert sections["=sport"]["review"] == 0
    assert set(told(found.records, "hour")) == {"00", "01", "02"}


@pytest.mark.parametrize("name", ["s.jsonl", "s.csv", "s.parquet", "s.jsonl.gz", "s.csv.zst"])
def test_every_format_that_score_writes_gives_the_same(
    overview: Command, score: Command, lines: Lines, tmp_path: Path, name: str
) -> None:
    path = lines(*rows())
    assert score(path, "--keep", "-o", tmp_path / name).status == 0
    assert overview(tmp_path / name).out == overview(path).out


def test_a_folder_that_score_wrote(
    overview: Command, score: Command, lines: Lines, tmp_path: Path
) -> None:
    one, two = lines(*rows()[:70], name="one.jsonl"), lines(*rows()[70:], name="two.jsonl")
    assert score(one, two, "--keep", "-o", f"{tmp_path}/scored/").status == 0
    assert (tmp_path / "scored/manifest.json").exists()
    found = overview(tmp_path / "scored")
    assert (found.status, found.err) == (0, "")
    assert found.records[0]["comments"] == 120


def test_a_table_for_the_terminal(overview: Command, lines: Lines) -> None:
    found = overview(lines(*rows()), "--format", "table", "--worst", "review", "--top", 3)
    assert found.status == 0
    assert found.out.startswith("120 comments, 30 articles, 5 authors; 2026-01-01 to 2026-01-28;")
    assert "1 of 2 sections is above the rest by more than chance" in found.out
    assert "* politics" in found.out
    assert "No comment says anything about: languages." in found.out
    assert max(map(len, found.out.splitlines())) <= 110


def test_any_column_and_no_column(overview: Command, lines: Lines) -> None:
    path = lines(*({**row, "meta": {"device": "phone"}} for row in rows()))
    found = overview(path, "--by", "meta.device", "--by", "nothing", "--by", "section")
    assert [row["table"] for row in found.records] == ["all", "meta.device", "section", "section"]
    assert "--by: no comment has such a column, found nothing" in found.err
    assert overview(path, "--by", "text").status == 2


def test_times_in_no_known_form_are_counted(overview: Command, lines: Lines) -> None:
    unread = [{**row, "published": "25.05.2026 01:45"} for row in rows(30)]
    undated = [{**row, "id": "u", "published": None} for row in rows(1)]
    found = overview(lines(*rows()[30:], *unread, *undated))
    assert "published: 30 comments have a time in no known form" in found.err
    assert "2026-05-25T01:45" in found.err


def test_pseudonyms(overview: Command, lines: Lines, tmp_path: Path) -> None:
    path, key = lines(*rows()), tmp_path / "key"
    one, two = (overview(path, "--by", "author", "--pseudonyms", "--key", key) for _ in range(2))
    assert one.out == two.out
    assert "reader" not in one.out
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    other = overview(path, "--by", "author", "--pseudonyms")
    assert "reader" not in other.out
    assert not set(told(one.records, "author")) & set(told(other.records, "author"))
    key.write_text("short")
    assert overview(path, "--key", key).status == 3
    assert overview(path, "--key", tmp_path).status == 2
    assert overview(path, "--key", tmp_path / "missing/key").status == 2


def test_a_spreadsheet_runs_no_cell(overview: Command, lines: Lines, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    assert overview(lines(*rows()), "--by", "section", "-o", out).status == 0
    with out.open(encoding="utf-8", newline="") as stream:
        assert [row["group"] for row in csv.DictReader(stream)] == ["all", "politics", "'=sport"]
    refused = overview(lines(*rows()), "-o", out)
    assert refused.status == 2
    assert "exists already" in refused.err


def test_a_document_has_all_figures(overview: Command, lines: Lines, tmp_path: Path) -> None:
    out = tmp_path / "o.json"
    assert overview(lines(*rows()), "-o", out).status == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["trends"]["hold"]["unit"] == "day"
    assert found["since"] == "2026-01-01"
    assert [table["by"] for table in found["tables"]][:2] == ["article", "section"]


def test_damaged_rows_are_told_and_the_rest_is_counted(
    overview: Command, score: Command, lines: Lines, tmp_path: Path
) -> None:
    scored = tmp_path / "s.jsonl"
    assert score(lines(*rows(30)), "--keep", "-o", scored).status == 0
    with scored.open("a", encoding="utf-8") as stream:
        stream.write('{"action": "burn", "hostility": 0.2, "model": "m"}\n{"id": 1\n')
    found = overview(scored)
    assert found.status == 1
    assert f"{scored}:31:action" in found.err
    assert f"{scored}:32: not a line of JSON" in found.err
    assert found.records[0]["comments"] == 30


def test_a_damaged_file_does_not_stop_the_others(
    overview: Command, score: Command, lines: Lines, tmp_path: Path
) -> None:
    whole, cut = tmp_path / "whole.parquet", tmp_path / "cut.jsonl.gz"
    assert score(lines(*rows(30)), "--keep", "-o", whole).status == 0
    assert score(lines(*rows(30)), "--keep", "-o", cut).status == 0
    cut.write_bytes(cut.read_bytes()[:-40])
    found = overview(cut, whole)
    assert found.status == 3
    assert f"{cut}: damaged compression" in found.err
    assert found.records[0]["comments"] >= 30


def test_nothing_to_count(overview: Command, tmp_path: Path) -> None:
    empty = tmp_path / "s.csv"
    empty.write_text("id,hostility,action,model\n")
    found = overview(empty)
    assert (found.status, found.out) == (3, "")
    assert "no scored comment" in found.err
    assert overview(tmp_path / "missing.jsonl").status == 3


def test_a_sample_is_read_and_corrects_the_share(
    overview: Command, run: Command, lines: Lines, tmp_path: Path
) -> None:
    path, sample, read = lines(*rows()), tmp_path / "sample.jsonl", tmp_path / "read.jsonl"
    asked = overview(path, "--sample", 60, "-o", sample)
    assert asked.status == 0
    drawn = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    assert 15 <= len(drawn) < 60  # copies are one row
    assert f"{len(drawn)} comments drawn (60 with those of the same words)" in asked.err
    assert not {"hostility", "action", "author"} & set(drawn[0])
    # Off-topic is not asked: the row names an article that nobody knows.
    keys = "".join("h\n" if "idiot" in row["text"] else "n\n" for row in drawn).encode()
    label = ("label", sample, "-o", read, "--order", "given", "--annotator", "ann", "--plain")
    done = run(*label, stdin=keys)
    assert done.status == 0
    labelled = [json.loads(line) for line in read.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in labelled] == [row["id"] for row in drawn]
    assert [row["chance"] for row in labelled] == [row["chance"] for row in drawn]
    found = overview(path, "--checked", read, "--format", "table")
    assert found.status == 0
    assert "A person has read 60 comments drawn at random, of all 120." in found.out
    assert "Hostile as a person reads: 25.0 %" in found.out
    corrected = told(overview(path, "--checked", read).records, "corrected")
    assert corrected["all, as people read"]["hold_share"] == 0.25
    other = overview(lines(*rows()[7:], name="other.jsonl"), "--checked", read, "--format", "table")
    assert f"{len(drawn)} labelled comments not found among the comments" in other.out


def test_a_sample_needs_the_text(
    overview: Command, score: Command, lines: Lines, tmp_path: Path
) -> None:
    scored = tmp_path / "scored.jsonl"
    assert score(lines(*rows(30)), "-o", scored).status == 0
    found = overview(scored, "--sample", 9)
    assert found.status == 3
    assert "score with --keep" in found.err


def test_a_page(overview: Command, lines: Lines, tmp_path: Path) -> None:
    out = tmp_path / "o.html"
    assert overview(lines(*rows()), "-o", out).status == 0
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "idiot" not in page
    assert "from 0." in page  # the thresholds of the model that scored
