"""``moderation decisions``: what leaves the desk, and what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from decided import add, settle
from running import Command


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three decisions: about a comment of WordPress, one of Coral, and a text like a formula."""
    path = tmp_path / "desk.db"
    add(
        path,
        [
            (0.95, {"id": "7", "text": "You fool", "source": "export:wxr"}),
            (0.6, {"id": "c-1", "text": "Fine", "source": "export:coral", "revision": "r-1"}),
            (0.6, {"id": "=1+1", "text": '=HYPERLINK("https://evil.example")', "author": "@me"}),
        ],
    )
    settle(path, {"7": "insult", "c-1": None, "=1+1": "advertising"})
    return path


def test_the_script_for_wordpress_names_what_it_leaves_out(
    run: Command, store: Path, tmp_path: Path
) -> None:
    output = tmp_path / "wordpress.sh"
    found = run("decisions", store, "--to", "wp-cli", "-o", output)
    assert found.status == 1
    assert len(found.told) == 2
    script = output.read_text()
    assert 'decide trash trash 7 "$@"' in script
    assert "decide approve" not in script
    kept = (tmp_path / "wordpress.sh.rejected.jsonl").read_text()
    assert "not of WordPress but of export:coral" in kept
    assert "evil.example" not in kept + found.err
    assert run("decisions", store, "--to", "wp-cli", "-o", output).status == 2  # it exists
    assert run("decisions", store, "--to", "wp-cli").out == script


def test_mutations_are_lines_ready_to_be_posted(run: Command, store: Path, tmp_path: Path) -> None:
    found = run("decisions", store, "--to", "coral")
    assert found.status == 1
    (mutation,) = found.records
    assert mutation["variables"]["input"]["commentRevisionID"] == "r-1"
    refused = run("decisions", store, "--to", "coral", "-o", tmp_path / "coral.csv")
    assert refused.status == 2
    assert "mutations are JSON Lines" in refused.err
    assert not (tmp_path / "coral.csv").exists()


def test_statements_are_written_as_a_table_too(run: Command, store: Path, tmp_path: Path) -> None:
    output = tmp_path / "statements.csv"
    assert run("decisions", store, "--to", "statements", "-o", output).status == 0
    with output.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["incompatible_content_ground"] for row in rows] == [
        "Insults a person",
        "Advertising or spam",
    ]
    assert json.loads(rows[0]["content_type"]) == ["CONTENT_TYPE_TEXT"]


def test_a_table_has_no_formula_and_labels_stay_as_they_are(
    run: Command, store: Path, tmp_path: Path
) -> None:
    assert run("decisions", store, "-o", tmp_path / "all.csv").status == 0
    with (tmp_path / "all.csv").open(newline="") as stream:
        row = list(csv.DictReader(stream))[2]
    assert row["text"] == '\'=HYPERLINK("https://evil.example")'
    assert (row["id"], row["author"]) == ("'=1+1", "'@me")
    assert row["hostility"] == "0.6"
    labels = tmp_path / "labels.csv"
    assert run("decisions", store, "--to", "labels", "-o", labels).status == 0
    with labels.open(newline="") as stream:
        assert {row["text"] for row in csv.DictReader(stream)} == {"You fool", "Fine"}
    records = run("decisions", store, "--format", "jsonl").records
    assert records[2]["text"] == '=HYPERLINK("https://evil.example")'


@pytest.mark.parametrize("to", ["records", "labels", "coral", "statements", "wp-cli"])
def test_a_period_limits_whatever_is_written(run: Command, store: Path, to: str) -> None:
    before = run("decisions", store, "--to", to, "--until", "2001-01-01", "--quiet")
    assert before.status == 0
    assert before.err == ""
    assert "7" not in before.out.replace("wp-cli", "")
    since = run("decisions", store, "--to", to, "--since", "2001-01-01", "--zone", "UTC")
    assert since.out != before.out


@pytest.mark.parametrize("to", ["records", "labels"])
def test_a_client_is_for_what_leaves_for_a_platform(run: Command, store: Path, to: str) -> None:
    found = run("decisions", store, "--to", to, "--client", "blog")
    assert (found.status, len(found.told)) == (2, 1)
    assert "--client" in found.err
    assert run("decisions", store, "--to", "wp-cli", "--client", "blog").status == 0


def test_a_wrong_period_is_one_line(run: Command, store: Path) -> None:
    found = run("decisions", store, "--since", "monday")
    assert (found.status, len(found.told)) == (2, 1)
    assert "--since" in found.err


def test_the_week_is_a_page_a_document_or_rows(run: Command, store: Path, tmp_path: Path) -> None:
    week = ("decisions", store, "--weekly", "--zone", "UTC")
    for name in ("week.html", "week.json", "week.csv"):
        assert run(*week, "-o", tmp_path / name).status == 0
        assert run(*week, "-o", tmp_path / name).status == 2  # it exists
    assert "Comments decided</dt><dd>3<" in (tmp_path / "week.html").read_text()
    assert json.loads((tmp_path / "week.json").read_text())["decided"] == 3
    with (tmp_path / "week.csv").open(newline="") as stream:
        assert next(csv.DictReader(stream))["value"] == "3"
    assert run(*week).records[0]["value"] == 3
    earlier = run("decisions", store, "--weekly", "--until", "2001-01-01")
    assert earlier.records[0]["value"] == 0


@pytest.mark.parametrize(
    "arguments",
    [("--weekly", "--to", "labels"), ("--weeks", "2", "--since", "2026-11-01"), ("--weeks", "0")],
)
def test_a_week_of_something_else_is_refused(
    run: Command, store: Path, arguments: tuple[str, ...]
) -> None:
    assert run("decisions", store, *arguments).status == 2
