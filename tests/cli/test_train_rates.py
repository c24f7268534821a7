"""`train` on labels that are no fair sample, and beside another training."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import Command

import moderation.training
from moderation.model.registry.registry import Registry

OPTIONS = ("--base", "none", "--force")


pytestmark = pytest.mark.usefixtures("few_rounds", "no_floor")


def _rows(true: int, false: int, *, told: bool = True, **more: object) -> list[dict[str, object]]:
    """Rude and kind comments under eight articles; untold ones say the same, whatever the label."""
    rows = []
    for i in range(true + false):
        rude = i < true
        words = ("lamp", "bridge", "garden", "river", "kite", "stone", "apple")
        text = f"{words[i % 7]} {words[i // 7 % 7]} {words[i // 49 % 7]} {i}"
        rows.append(
            {
                "id": str(i),
                "text": f"you idiot {text}" if rude and told else text,
                "hostility": rude,
                "off_topic": None,
                "annotator": "a",
                "guideline": "1",
                "source": "invented",
                "labelled_at": "2026-11-01",
                "article_id": str(i % 8),
                **more,
            }
        )
    return rows


def _hostility(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())["hostility"]
    return found


def test_balanced_labels_are_corrected_to_the_base_rate(
    run: Command, lines: Callable[..., Path], tmp_path: Path
) -> None:
    labelled = lines(*_rows(60, 60))
    done = run("train", labelled, "-o", tmp_path / "m", *OPTIONS)
    assert done.status == 0, done.err
    assert "for a base rate of 0.1" in done.err
    assert _hostility(tmp_path / "m")["thresholds"]["base_rate"] == 0.1
    assert "share at review       0.1" in done.out
    asked = run("train", labelled, "-o", tmp_path / "r", "--base-rate", "0.02", *OPTIONS)
    assert "for a base rate of 0.02" in asked.err
    assert _hostility(tmp_path / "r")["intercept"] < _hostility(tmp_path / "m")["intercept"] - 1
    table = run("thresholds", "--model", tmp_path / "m")
    assert "weighted to a base rate of 0.1" in table.out
    assert (
        "weighted to a base rate of 0.3"
        in run("thresholds", "--model", tmp_path / "m", "--base-rate", "0.3").out
    )


def test_random_labels_tell_their_own_rate(
    run: Command, lines: Callable[..., Path], tmp_path: Path
) -> None:
    labelled = lines(*_rows(60, 60, selection="random"))
    done = run("train", labelled, "-o", tmp_path / "m", *OPTIONS)
    assert "base rate" not in done.err
    assert _hostility(tmp_path / "m")["thresholds"]["base_rate"] is None


def test_more_than_half_to_review_is_a_warning(
    run: Command, lines: Callable[..., Path], tmp_path: Path
) -> None:
    labelled = lines(*_rows(90, 40, selection="random"))
    done = run("train", labelled, "-o", tmp_path / "m", *OPTIONS)
    assert done.status == 0
    assert "of comments would go to review" in done.err
    assert re.search(r"hostility: (6|7|8|9|10)\d% of comments", done.err)


def test_the_new_model_is_compared_with_what_is_current_when_its_turn_comes(
    run: Command,
    labelled_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another training promotes its version while this one is still fitting."""
    shelf = tmp_path / "shelf"
    begun = ("train", labelled_folder, "-o", shelf, "--base", "none", "--promote", "--force")
    assert run(*begun).status == 0
    assert run(*begun).status == 0
    assert run("promote", shelf, 1).status == 0
    fit = moderation.training.train

    def overtaken(*arguments: Any, **options: Any) -> Any:
        trained = fit(*arguments, **options)
        Registry(shelf).promote(2, model="", why="the other training")
        return trained

    monkeypatch.setattr(moderation.training, "train", overtaken)
    done = run(*begun)
    assert done.status == 0, done.err
    assert "against shelf-2@" in done.out
