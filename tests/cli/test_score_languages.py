"""What the commands do with comments in other languages."""

from __future__ import annotations

import json
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


def test_the_overview_scores_in_the_language_that_it_is_told(
    run: Command, model_folder: Path, models_by_language: Path, lines: Callable[..., Path]
) -> None:
    rows = lines({"text": DUTCH}, {"text": ENGLISH})

    def scored_by(*more: object) -> tuple[list[str], bool]:
        with_model = ("overview", rows, "-o", rows.with_name("found.json"), "--force", *more)
        assert run(*with_model).status == 0
        found = json.loads(rows.with_name("found.json").read_text())
        return sorted(each.split("@")[0] for each in found["models"]), bool(found["thresholds"])

    assert scored_by("--model", models_by_language) == (["comments-en-1", "comments-nl-1"], False)
    named = ("--model", models_by_language, "--language", "nl")
    assert scored_by(*named) == (["comments-nl-1"], True)
    found = run("overview", rows, "--model", model_folder, "--language", "nl")
    assert found.status == 3
    assert "no scored comment" in found.err


def test_compare_scores_in_the_language_that_it_is_told(
    run: Command, model_folder: Path, lines: Callable[..., Path]
) -> None:
    asked = ("compare", "--decisions", "--model", model_folder)
    rows = lines(*({"text": ENGLISH, "decision": each} for each in ("rejected", "published")))
    assert run(*asked, rows).status == 0
    assert "has no hostility" in run(*asked, rows, "--language", "nl").err
    drift = ("compare", "--drift", "--zone", "UTC", "--json", "--model", model_folder)
    rows = lines({"text": ENGLISH, "published": "2024-01-01"})
    for more, n in (((), 1), (("--language", "nl"), 0)):
        (day,) = json.loads(run(*drift, rows, *more).out)["days"]
        assert day["n"] == n


def test_labelling_shows_no_score_in_a_language_that_the_model_does_not_speak(
    run: Command, model_folder: Path, lines: Callable[..., Path], tmp_path: Path
) -> None:
    asked = (
        "label",
        lines({"text": ENGLISH}),
        "-o",
        tmp_path / "mine.jsonl",
        "--assist",
        "--plain",
    )
    for more, told in (((), True), (("--language", "nl"), False)):
        named = ("--annotator", "anna", "--model", model_folder)
        found = run(*asked, *named, *more, stdin=b"q\n")
        assert found.status == 0, found.err
        assert ("MODEL: hostility" in found.out) is told
