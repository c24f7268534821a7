"""``moderation recipe``, where it can be tried without public files."""

from __future__ import annotations

from pathlib import Path

from running import Command


def test_missing_files_and_notes_are_told_before_the_training(run: Command, tmp_path: Path) -> None:
    found = run("recipe", tmp_path, "-o", tmp_path / "m")
    assert (found.status, len(found.told)) == (3, 1)
    assert ".jsonl.gz: no such file" in found.err
    found = run("recipe", tmp_path, "-o", tmp_path / "m", "--notes", tmp_path / "none.md")
    assert found.status == 3
    assert "none.md: no such file" in found.err
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    found = run("recipe", tmp_path, "-o", tmp_path / "m", "--notes", tmp_path / "latin.md")
    assert "latin.md: not UTF-8" in found.err
    assert not (tmp_path / "m").exists()
