"""Shelves: numbered versions, nothing overwritten, going back is one line more."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderation.errors import ModelError
from moderation.model.registry.registry import Event, Registry, model_folder


def _shelved(folder: Path, *versions: int) -> Registry:
    shelf = Registry(folder)
    for version in versions:
        (folder / str(version)).mkdir(parents=True)
        shelf.record(Event(version=version, event="trained", at="2026-11-22", model=f"m@{version}"))
    return shelf


def test_versions_are_counted_and_the_one_promoted_last_is_current(tmp_path: Path) -> None:
    shelf = _shelved(tmp_path / "s", 1, 2)
    assert (shelf.current, shelf.before, shelf.next) == (None, None, 3)
    for version in (1, 2):
        shelf.promote(version, model=f"m@{version}", why="better")
    assert (shelf.current, shelf.before) == (2, 1)
    assert model_folder(tmp_path / "s") == tmp_path / "s" / "2"
    shelf.promote(1, model="m@1", why="by hand")
    assert (shelf.current, shelf.before) == (1, 2)
    assert [e.event for e in shelf.events()] == ["trained"] * 2 + ["promoted"] * 3


def test_a_number_is_never_given_twice(tmp_path: Path) -> None:
    shelf = _shelved(tmp_path / "s", 1)
    (tmp_path / "s" / "7").mkdir()  # written, but the machine stopped before it was recorded
    assert shelf.next == 8
    (tmp_path / "s" / "7").rmdir()
    (tmp_path / "s" / "1").rmdir()
    assert shelf.next == 2


def test_what_is_no_number_is_no_version(tmp_path: Path) -> None:
    shelf = _shelved(tmp_path / "s", 1)
    (tmp_path / "s" / "\N{SUPERSCRIPT TWO}").mkdir()
    assert shelf.next == 2


def test_a_shelf_may_begin_where_a_first_training_failed(tmp_path: Path) -> None:
    assert Registry.may_begin(tmp_path)
    (tmp_path / "1.rejected.jsonl").write_text("{}\n")
    (tmp_path / ".1.abc").mkdir()
    assert Registry.may_begin(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    assert not Registry.may_begin(tmp_path)
    assert not Registry.may_begin(tmp_path / "manifest.json")


def test_a_lost_version_is_not_among_those_there_are(tmp_path: Path) -> None:
    shelf = _shelved(tmp_path / "s", 1, 2)
    (tmp_path / "s" / "2").rmdir()
    with pytest.raises(ModelError, match=r"it has 1$"):
        shelf.path(2)


def test_a_folder_of_a_model_is_no_shelf(tmp_path: Path) -> None:
    assert model_folder(tmp_path) == tmp_path
    assert not Registry.is_shelf(tmp_path)


def test_without_a_current_version_it_says_what_to_do(tmp_path: Path) -> None:
    _shelved(tmp_path / "s", 1)
    with pytest.raises(ModelError, match="moderation promote"):
        model_folder(tmp_path / "s")


def test_an_unknown_version_names_those_there_are(tmp_path: Path) -> None:
    shelf = _shelved(tmp_path / "s", 1, 2)
    with pytest.raises(ModelError, match="it has 1, 2"):
        shelf.promote(3, model="", why="")
    with pytest.raises(ModelError, match="it is empty"):
        Registry(tmp_path / "new").path(1)


def test_a_line_cut_short_never_took_effect(tmp_path: Path) -> None:
    shelf = _shelved(tmp_path / "s", 1)
    shelf.promote(1, model="m@1", why="better")
    ledger = tmp_path / "s" / "versions.jsonl"
    ledger.write_bytes(ledger.read_bytes() + b'{"version":2,"event":"prom')
    assert shelf.current == 1
    shelf.record(Event(version=2, event="trained", at="2026-11-23"))
    assert [event.version for event in shelf.events()] == [1, 1, 2]


def test_a_ledger_that_was_edited_badly_is_told(tmp_path: Path) -> None:
    shelf = _shelved(tmp_path / "s", 1)
    ledger = tmp_path / "s" / "versions.jsonl"
    ledger.write_bytes(ledger.read_bytes() + b'{"version":"two"}\n')
    with pytest.raises(ModelError, match="line 2"):
        shelf.events()
