"""Paths, here and far away, by one set of functions."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from moderation.errors import InputError
from moderation.files import storage


@pytest.fixture(params=["", "file://", "memory://"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty folder, named in each way."""
    scheme: str = request.param
    path = f"/{tmp_path.name}" if scheme == "memory://" else str(tmp_path)
    storage.make_folder(f"{scheme}{path}")
    return f"{scheme}{path}"


def put(path: str, data: bytes) -> None:
    fs, name = fsspec.core.url_to_fs(path)
    fs.makedirs(name.rpartition("/")[0], exist_ok=True)
    fs.pipe_file(name, data)


def test_files_are_found_measured_read_and_removed(folder: str) -> None:
    one, two = storage.join(folder, "a.x"), storage.join(folder, "in", "b.x")
    put(one, b"one")
    put(two, b"two!")
    assert [Path(path).name for path in storage.files_below(folder)] == ["a.x", "b.x"]
    assert [Path(path).name for path in storage.matches(f"{folder}/*.x")] == ["a.x"]
    assert storage.matches(f"{folder}/none") == [f"{folder}/none"]
    assert storage.size(two) == 4
    with storage.open_to_read(one) as stream:
        assert stream.read() == b"one"
    assert storage.is_folder(folder)
    assert not storage.is_folder(one)
    before = storage.digest(one)
    assert storage.digest(one) == before != storage.digest(two)
    put(one, b"ONE")
    assert storage.digest(one) != before
    storage.remove(one)
    storage.remove(one)
    assert not storage.exists(one)
    storage.remove(storage.join(folder, "in"))
    assert not storage.exists(two)


def test_a_scheme_that_nobody_knows_is_one_clear_error() -> None:
    with pytest.raises(InputError, match="cannot be reached"):
        storage.exists("nowhere://x")


def test_windows_drives_and_colons_are_no_schemes() -> None:
    assert not storage.is_remote("C:/a")
    assert not storage.is_remote("a:b")
    assert not storage.is_remote("file:///a")
    assert storage.is_remote("s3://bucket/a")
