"""``moderation explain``: a comment of an input, in its context, with the scores that it got."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from running import Command

Lines = Callable[..., Path]
EXAMPLES = Path(__file__).parents[2] / "examples"
FERRY = {"id": "n1", "title": "Ferry timetable", "text": "The ferry runs at night from June."}


@pytest.fixture
def explain(run: Command, model_folder: Path) -> Command:
    return lambda *arguments, **more: run("explain", "--model", model_folder, *arguments, **more)


def test_a_comment_of_a_page_has_the_scores_that_score_gives(
    explain: Command, score: Command
) -> None:
    page = EXAMPLES / "page.html"
    scored = {record["id"]: record for record in score(page, "--quiet").records}
    found = explain(page, *(part for id_ in scored for part in ("--id", id_)), "--json")
    assert found.status == 0
    assert [hostility["id"] for hostility, _ in found.records] == list(scored)
    for explained in found.records:
        for part in explained:
            expected = scored[part["id"]][part["attribute"]]
            assert part["value"] == pytest.approx(expected, abs=1e-6)
            added = part["intercept"] + sum(reason["weight"] for reason in part["reasons"])
            assert added == pytest.approx(part["log_odds"])


def test_a_comment_is_shown_with_what_it_is_compared_with(explain: Command, lines: Lines) -> None:
    path = lines(
        {"id": 1, "text": "The ferry is late", "article": FERRY},
        {"id": 2, "text": "You idiot", "article": FERRY, "parent_id": 1, "author": "Gull",
         "status": "hold"},
        *({"text": f"The harbour is cold, {n}", "article": FERRY} for n in range(8)),
    )  # fmt: skip
    shown = explain(path, "--id", 2).out
    for expected in (
        "#2  Gull  (pending)",
        "on: Ferry timetable  [n1]",
        "in reply to: The ferry is late",
        "beside: 9 other comments\n",
        "  You idiot\n",
        "off-topic 0.",
    ):
        assert expected in shown


def test_an_article_beside_the_file_counts(explain: Command, lines: Lines) -> None:
    rows = lines({"text": "The ferry", "article_id": "n1"})
    shelf = lines(FERRY, name="articles.jsonl")
    assert "off-topic: no score" in explain(rows).out
    assert "off-topic 0." in explain(rows, "--articles", shelf).out


def test_without_an_id_the_only_comment_is_meant_or_the_ids_are_named(
    explain: Command, lines: Lines
) -> None:
    assert "idiot" in explain(lines({"text": "You idiot"})).out
    several = lines(*({"id": f"c{n}", "text": "The ferry"} for n in range(9)))
    found = explain(several)
    assert (found.status, found.out) == (2, "")
    assert "holds 9 comments" in found.err
    assert "--id ID; its comments are c0, c1, c2, c3, c4, ..." in found.err
    wrong = explain(several, "--id", "c99")
    assert wrong.status == 2
    assert "no comment of this id" in wrong.err
    for wrongly in ((), ("--id", "c1"), ("--id", "c1", "--text", "x")):
        assert explain(*wrongly).status == 2


def test_an_id_of_several_pages_is_explained_in_each(explain: Command, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_bytes((EXAMPLES / "page.html").read_bytes())
    found = explain(tmp_path, "--id", "comment-40214", "--json")
    pages = [json.loads(line)[0]["page"] for line in found.out.splitlines()]
    assert pages == [str(tmp_path / "a.html"), str(tmp_path / "b.html")]


def test_what_cannot_be_read_is_told(explain: Command, tmp_path: Path) -> None:
    assert explain(tmp_path / "none.jsonl", "--id", "x").status == 3
    (tmp_path / "page.html").write_text("<html><body><p>Nobody has written.</p></body></html>")
    empty = explain(tmp_path / "page.html", "--id", "x")
    assert (empty.status, empty.out) == (3, "")
    assert "no comment to explain" in empty.err
    (tmp_path / "in.csv").write_text("body,id\nYou idiot,k\n")
    assert explain(tmp_path / "in.csv", "--id", "k").status == 3
    shown = explain(tmp_path / "in.csv", "--id", "k", "--column", "text=body")
    assert "idiot" in shown.out
