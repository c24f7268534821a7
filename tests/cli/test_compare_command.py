"""``moderation compare`` as a user calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from decided import add, settle
from running import Command


def test_compare_proposes_thresholds_and_lists_disagreements(
    run: Command, lines: Callable[..., Path], model_folder: Path
) -> None:
    log = lines(
        {"id": "a", "text": "You idiot.", "TOXICITY": 0.1},
        {"id": "b", "text": "Thank you for the report.", "TOXICITY": 0.9},
        {"id": "c", "text": "A sound idea.", "TOXICITY": 0.2},
    )
    found = run("compare", log, "--model", model_folder, "--threshold", 0.8)
    assert found.status == 0
    assert "TOXICITY beside our hostility: 3 comments" in found.out
    assert "#b" in found.out
    assert "too few to believe" in found.out
    document = json.loads(run("compare", log, "--model", model_folder, "--json").out)
    assert document["compared"][0]["thresholds"][3]["recorded"] == 0.8


def test_rows_that_record_nothing_are_told(
    run: Command, lines: Callable[..., Path], model_folder: Path
) -> None:
    log = lines({"text": "You idiot.", "TOXICITY": 0.1}, {"text": "No score."})
    found = run("compare", log, "--model", model_folder)
    assert found.status == 1
    assert "in.jsonl:2" in found.err
    assert run("compare", log, "--model", model_folder, "--score", "NONE").status == 3


def test_a_log_is_no_standard_input(run: Command, model_folder: Path) -> None:
    found = run("compare", "-", "--model", model_folder, stdin=b'{"text": "x", "TOXICITY": 0.1}\n')
    assert found.status == 3
    assert "standard input is not read" in found.err


def test_decisions_of_a_file_and_of_a_desk_are_compared(
    run: Command, lines: Callable[..., Path], model_folder: Path, tmp_path: Path
) -> None:
    path = lines(
        {"id": "a", "text": "You idiot.", "Urteil": "published"},
        {"id": "b", "text": "Thank you for the report.", "Urteil": "weg"},
    )
    store = tmp_path / "desk.db"
    add(store, [(0.9, {"id": "c", "text": "You fool."}), (0.1, {"id": "d", "text": "Thanks."})])
    settle(store, {"c": "insult", "d": None})
    command = ("compare", "--decisions", path, store, "--model", model_folder)
    words = ("--column", "decision=Urteil", "--means", "weg=rejected")
    found = run(*command, *words)
    assert found.status == 0, found.err
    assert "4 decided comments" in found.out
    assert "#b" in found.out
    assert "Thank you" not in found.out
    assert "too few to say" in found.out
    assert "1 of 4 were decided by somebody who saw the model's proposal" not in found.out
    assert "2 of 4 were decided by somebody who saw the model's proposal" in found.out
    assert "Thank you" in run(*command, *words, "--show-text").out
    document = json.loads(run(*command, *words, "--json").out)
    assert document["n"] == 4
    assert sum(row["rejected"] for row in document["actions"]) == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--decisions", "--score", "TOXICITY"], "--decisions and --score exclude each other"),
        (["--show-text"], "--show-text needs --decisions"),
    ],
)
def test_options_of_the_other_kind_are_refused(
    run: Command, lines: Callable[..., Path], options: list[str], told: str
) -> None:
    found = run("compare", lines({"text": "x", "TOXICITY": 0.1}), *options)
    assert found.status == 2
    assert told in found.err


def test_several_logs_are_refused(run: Command, lines: Callable[..., Path]) -> None:
    log = lines({"text": "x", "TOXICITY": 0.1})
    assert run("compare", log, log).status == 2
