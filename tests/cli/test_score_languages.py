"""What the commands do with comments in other languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from running import Command

ENGLISH = "You are a stupid liar"
DUTCH = "Dat kunt u beter vragen aan de gemeente"
WHY = "Dutch: no model here speaks it"


def test_no_score_and_the_reason(score: Command, lines: Callable[..., Path]) -> None:
    rows = lines({"text": DUTCH}, {"text": ENGLISH}, {"text": ENGLISH, "language": "nl"})
    found = score(rows, "--format", "jsonl", "--explain").records
    assert [each["null_reason"] for each in found][::2] == [WHY, WHY]
    assert [each["hostility"] is None for each in found] == [True, False, True]
    assert [each["action"] for each in found][::2] == ["review", "review"]
    assert found[0]["reasons"] == []


@pytest.mark.parametrize("more", [(), ("-o", "out.jsonl"), ("-o", "out.csv", "--jobs", "2")])
def test_the_newsroom_may_have_them_published(
    score: Command, lines: Callable[..., Path], tmp_path: Path, more: tuple[str, ...]
) -> None:
    options = [str(tmp_path / each) if each.startswith("out") else each for each in more]
    found = score(lines({"text": DUTCH}), "--unknown-language", "publish", *options)
    assert found.status == 0
    written = Path(options[1]).read_text() if options else found.out
    assert "publish" in written
    assert WHY in written


def test_the_table_counts_them_by_language(score: Command, lines: Callable[..., Path]) -> None:
    rows = lines({"text": DUTCH}, {"text": DUTCH}, {"text": ENGLISH})
    out = score(rows, "--format", "table").out
    assert f"no score of 2: {WHY}" in out
    assert out.count("hostility   -") == 2


def test_explain_says_why_there_is_nothing(run: Command, model_folder: Path) -> None:
    out = run("explain", "--model", model_folder, "--text", DUTCH).out
    assert f"hostility: no score - {WHY}" in out


def test_a_folder_of_models_and_a_language(run: Command, models_by_language: Path) -> None:
    asked = ("score", "--format", "jsonl", "--quiet", "--model", models_by_language)
    for more, spoke in (((), "en"), (("--language", "nl"), "nl")):
        (record,) = run(*asked, "--text", ENGLISH, *more).records
        assert record["model"].startswith(f"comments-{spoke}-1@")
    found = run(*asked, "--text", ENGLISH, "--language", "pl")
    assert found.status == 2
    assert "no model here speaks Polish" in found.err


def test_the_overview_counts_them_as_unscored(
    run: Command, model_folder: Path, lines: Callable[..., Path]
) -> None:
    rows = lines(*({"text": DUTCH, "author": "Jo"},) * 3, *({"text": ENGLISH, "author": "Al"},) * 3)
    found = run("overview", rows, "--model", model_folder, "--by", "author")
    assert found.status == 0
