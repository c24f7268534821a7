"""Folders that are held, and what killed processes leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from moderation.files.folders.locks import hidden_folder, sweep
from moderation.model.artifact.folder import write_model
from moderation.model.registry.registry import Registry
from moderation.training.fitting import Trained


def test_what_a_killed_training_left_is_swept_by_the_next(trained: Trained, tmp_path: Path) -> None:
    left = tmp_path / ".ours.a1b2c3d4"
    left.mkdir()
    (left / "weights.safetensors").write_bytes(b"half")
    theirs = tmp_path / ".ours.backup_1"
    theirs.mkdir()
    (theirs / "notes.txt").write_text("mine")
    with hidden_folder(tmp_path / "ours") as in_use:
        write_model(tmp_path / "ours", trained.manifest, trained.arrays, "# card\n")
        assert in_use.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".ours.backup_1", "ours"]


def test_a_model_folder_has_the_rights_that_the_umask_leaves(
    trained: Trained, tmp_path: Path
) -> None:
    before = os.umask(0o077)
    try:
        write_model(tmp_path / "ours", trained.manifest, trained.arrays, "# card\n")
    finally:
        os.umask(before)
    assert (tmp_path / "ours").stat().st_mode & 0o777 == 0o700


def _failing(beside: Path, *, keep: bool) -> Path:
    made = []
    with suppress(OSError), hidden_folder(beside, keep=keep) as folder:
        made.append(folder)
        (folder / "model").mkdir()
        raise OSError("full")
    return made[0]


def test_an_error_removes_the_folder_unless_it_is_to_be_kept(tmp_path: Path) -> None:
    assert not _failing(tmp_path / "m", keep=False).exists()
    assert _failing(tmp_path / "m", keep=True).exists()
    sweep(tmp_path / "m", ("model",))
    assert not list(tmp_path.iterdir())


def test_a_shelf_is_held_by_one_process_at_a_time(tmp_path: Path) -> None:
    waiting = (
        "import sys; from moderation.model.registry.registry import Registry\n"
        "with Registry(sys.argv[1]).locked(): print('held')"
    )
    with Registry(tmp_path).locked():
        other = subprocess.Popen(
            [sys.executable, "-c", waiting, str(tmp_path)], stdout=subprocess.PIPE
        )
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(3)
    out, _ = other.communicate(timeout=60)
    assert out.strip() == b"held"
