"""The gate of separation: floors that hold wherever the repository is."""

from __future__ import annotations

import json
from pathlib import Path

import gate
import pytest

KEPT = json.loads(gate.FLOORS.read_text(encoding="utf-8"))


def test_the_floors_hold_for_these_pages() -> None:
    assert gate.corpus() == KEPT["corpus"], (
        "pages were added or changed: python tests/pages/gate.py --lower 'what changed'"
    )


@pytest.mark.parametrize("kind", gate.SPOILS)
def test_no_figure_is_below_its_floor(kind: str) -> None:
    assert gate.below(gate.figures(kind), KEPT["floors"][kind]) == []


def test_what_spoils_changes_pages_and_nothing_else() -> None:
    for kind, spoils in gate.SPOILS.items():
        for name, spoil in spoils.items():
            changed = [case for case in gate.cases(kind) if spoil(case.page) != case.page]
            assert bool(changed) == (name != "as written"), name


def test_a_floor_falls_only_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gate, "figures", lambda kind: {"as written": {"comments": 0.8}})
    path = tmp_path / "floors.json"
    floors = {kind: {"as written": {"comments": 0.9}} for kind in gate.SPOILS}
    path.write_text(json.dumps({"corpus": gate.corpus(), "floors": floors}), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(SystemExit, match="--lower REASON"):
        gate.main(["--write"], path)
    assert path.read_bytes() == before
    gate.main([], path)
    assert path.read_bytes() == before
    gate.main(["--lower", "an experiment"], path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["floors"]["html"]["as written"]["comments"] == 0.795
    assert [change["reason"] for change in kept["changes"]] == ["an experiment"]
    assert "0.800" in capsys.readouterr().out


def test_writing_raises_floors_and_lowers_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"as written": {"comments": 0.901, "article": 1.0}}
    monkeypatch.setattr(gate, "figures", lambda kind: found)
    path = tmp_path / "floors.json"
    floors = {kind: {"as written": {"comments": 0.9, "article": 0.9}} for kind in gate.SPOILS}
    path.write_text(json.dumps({"corpus": gate.corpus(), "floors": floors}), encoding="utf-8")
    gate.main(["--write"], path)
    kept = json.loads(path.read_text(encoding="utf-8"))["floors"]["html"]
    assert kept == {"as written": {"comments": 0.9, "article": 1.0}}


def test_another_corpus_takes_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "figures", lambda kind: {"as written": {"comments": 1.0}})
    path = tmp_path / "floors.json"
    path.write_text(json.dumps({"corpus": {}, "floors": {}}), encoding="utf-8")
    with pytest.raises(SystemExit, match="pages changed"):
        gate.main(["--write"], path)
