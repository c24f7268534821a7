"""Archives on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from archive_corpus import Archive, as_jsonl, rows


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Write an archive of so many rows."""

    def write(n: int = 300, name: str = "in.jsonl", first: int = 0) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_jsonl(rows(n, first)))
        return path

    return write
