"""``moderation compare`` as a user calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

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
