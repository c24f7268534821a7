"""Several processes at one port: one file of feedback, one set of counts, one end."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from served import SUGGEST, Served, link, until

from moderation.labels.labelled_files import read_labelled
from moderation.model.artifact.folder import write_model
from moderation.service.limits import ServiceLimits
from moderation.service.state import Settings
from moderation.training.fitting import Trained

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture
def pair(model_folder: Path, tmp_path: Path) -> Iterator[Served]:
    current = tmp_path / "current"
    current.symlink_to(model_folder)
    limits = ServiceLimits(per_second=0)
    settings = Settings(model=current, feedback=tmp_path / "kept.jsonl", limits=limits)
    service = Served(settings, tmp_path, workers=2)
    assert until(lambda: len(processes(service)) == 2)
    yield service
    if service.process.poll() is None:
        service.stop()


def processes(service: Served) -> set[int]:
    return {int(found) for found in re.findall(r"Started server process \[(\d+)\]", service.log)}


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def asked(service: Served, n: int) -> set[str]:
    return {service.analyze(f"You idiot {i}.").json["model"] for i in range(n)}


def test_two_processes_are_one_service(pair: Served, trained: Trained, tmp_path: Path) -> None:
    asked(pair, 30)
    counted = rb'moderation_requests_total\{code="200",route="analyze"\} 30\.0'
    assert re.search(counted, pair.ask("GET", "/metrics").body)

    tokens = [f"t-{i}" for i in range(20)]

    def send() -> None:
        for token in tokens:
            answer = {
                "comment": {"text": f"Comment {token}."},
                "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
                "clientToken": token,
            }
            assert pair.post(SUGGEST, answer).code == 200

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    found = read_labelled([tmp_path / "kept.jsonl"])
    assert not found.rejected
    assert sorted(row.token or "" for row in found.rows) == sorted(tokens)  # each of them once

    manifest = msgspec.structs.replace(trained.manifest, name="other")
    write_model(tmp_path / "other", manifest, trained.arrays, "# other\n")
    link(tmp_path / "current", tmp_path / "other")
    pair.process.send_signal(signal.SIGHUP)
    assert until(lambda: pair.log.count("reloaded: other@") == 2)
    assert all(model.startswith("other@") for model in asked(pair, 20))


def test_a_process_that_dies_is_replaced_and_all_end_together(pair: Served) -> None:
    before = processes(pair)
    os.kill(before.pop(), signal.SIGKILL)
    assert until(lambda: len(processes(pair)) == 3)
    assert until(pair.is_up)
    assert pair.stop() in {0, -15}
    assert pair.log.count("INFO moderation.service: ended") == 2
    assert not any(is_running(each) for each in processes(pair))


def test_none_outlives_the_first(pair: Served) -> None:
    pair.kill()
    assert until(lambda: pair.log.count("INFO moderation.service: ended") == 2)
