"""`train --base none` in a language: what it asks for, what it says below the floor."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import Command

pytestmark = pytest.mark.usefixtures("few_rounds")

_THINGS = "lamppu silta puutarha joki laiva kivi omena".split()
LANGUAGE = ("--base", "none", "--language", "fi")


def _rows(n: int, source: str = "lehti") -> list[dict[str, object]]:
    return [
        {
            "id": f"{source}-{i}",
            "text": f"{'tomppeli' if i % 2 else 'kiitos'} {_THINGS[i % 7]} {i}",
            "hostility": bool(i % 2),
            "annotator": "a",
            "guideline": "1",
            "source": source,
            "labelled_at": "2026-11-01",
            "parent": f"{source} {i // 2 % 6}",
        }
        for i in range(n)
    ]


def _manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_few_labels_give_a_model_and_a_warning(
    run: Command, lines: Callable[..., Path], tmp_path: Path
) -> None:
    done = run("train", lines(*_rows(60)), "-o", tmp_path / "m", *LANGUAGE, "--quiet")
    assert done.status == 1
    assert "do not use this model: it learnt from 30 hostile comments" in done.err
    assert "Do not use this model" in (tmp_path / "m/README.md").read_text(encoding="utf-8")
    assert _manifest(tmp_path / "m")["language"] == "fi"


def test_a_model_below_the_floor_is_not_promoted(
    run: Command, lines: Callable[..., Path], tmp_path: Path
) -> None:
    options = ("-o", tmp_path / "shelf", *LANGUAGE, "--promote")
    done = run("train", lines(*_rows(60)), *options)
    assert "not promoted: it should not be used" in done.out


def test_several_sources_are_held_out_and_weighed(
    run: Command, lines: Callable[..., Path], tmp_path: Path
) -> None:
    labelled = lines(*_rows(240), *_rows(60, "palsta"))
    done = run("train", labelled, "-o", tmp_path / "m", *LANGUAGE, "--source-weight", "palsta=0.5")
    assert done.status == 0, done.err
    assert "grouped by source" in done.out
    training = _manifest(tmp_path / "m")["training"]
    assert training["weight of palsta"] == 0.5
    assert training["held_out"] == "source"


@pytest.mark.parametrize("told", ["palsta=0", "palsta=x", "palsta"])
def test_a_weight_is_a_number_above_zero(
    run: Command, lines: Callable[..., Path], tmp_path: Path, told: str
) -> None:
    done = run("train", lines(*_rows(60)), "-o", tmp_path / "m", "--source-weight", told, *LANGUAGE)
    assert done.status == 2
    assert "--source-weight" in done.err


def test_a_base_speaks_its_own_language(
    run: Command, lines: Callable[..., Path], model_folder: Path, tmp_path: Path
) -> None:
    options = ("--base", model_folder, "--language", "fi")
    done = run("train", lines(*_rows(60)), "-o", tmp_path / "m", *options)
    assert done.status == 2
    assert "the base speaks en, found fi" in done.err


def test_the_base_is_the_installed_model_of_the_language(
    run: Command, lines: Callable[..., Path], tmp_path: Path
) -> None:
    done = run("train", lines(*_rows(60)), "-o", tmp_path / "m", "--language", "fr-CA")
    assert done.status == 0, done.err
    manifest = _manifest(tmp_path / "m")
    assert manifest["training"]["base"].startswith("comments-fr-")
    assert (manifest["language"], manifest["folding"]) == ("fr", "fr-1")


def test_without_a_model_of_the_language_the_command_says_what_to_do(
    run: Command, lines: Callable[..., Path], tmp_path: Path
) -> None:
    done = run("train", lines(*_rows(60)), "-o", tmp_path / "m", "--language", "fi")
    assert done.status == 2
    assert "no model here speaks Finnish - --base none" in done.err
