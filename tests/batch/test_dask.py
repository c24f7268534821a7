"""A cluster does the same work: a real scheduler, two worker processes, one killed in mid-run."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from archive_corpus import OPTIONS, Archive

from moderation.batch.archive import Backend, score_archive
from moderation.errors import UsageError

distributed = pytest.importorskip("distributed", reason="extra [dask] is not installed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers on this machine, each a process."""
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as started,
    ):
        yield started


def _kill(pid: int, parts: Path, killed: list[int]) -> None:
    while not list(parts.glob("*.report")):
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    killed.append(len(list(parts.glob("*.report"))))


def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    cluster: Any, archive: Archive, model_folder: Path, tmp_path: Path
) -> None:
    path = archive(2400)
    score_archive([path], tmp_path / "local.jsonl", OPTIONS, model=model_folder)
    killed: list[int] = []
    out = tmp_path / "o.jsonl"
    with distributed.Client(cluster.scheduler_address) as client:
        pid = next(iter(client.run(os.getpid).values()))
    killer = threading.Thread(target=_kill, args=(pid, Path(f"{out}.parts"), killed))
    killer.start()
    backend = Backend(dask=cluster.scheduler_address)
    summary = score_archive([path], out, OPTIONS, model=model_folder, backend=backend)
    killer.join()
    assert 0 < killed[0] < 60
    assert summary.n_scored == 2400
    assert out.read_bytes() == (tmp_path / "local.jsonl").read_bytes()


def test_no_scheduler_is_one_clear_error(
    archive: Archive, model_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no Dask scheduler"):
        score_archive(
            [archive(5)], tmp_path / "o.jsonl", OPTIONS, model=model_folder,
            backend=Backend(dask="tcp://127.0.0.1:9", patience=0.5),
        )  # fmt: skip
    assert not (tmp_path / "o.jsonl.parts").exists()
