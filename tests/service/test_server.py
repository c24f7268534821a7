"""From start to end: what is refused, reloaded, logged, and what survives a kill."""

from __future__ import annotations

import ast
import asyncio
import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from served import SUGGEST, Served, link, until

from moderation.errors import UsageError
from moderation.labels.labelled_files import read_labelled
from moderation.model.artifact.folder import write_model
from moderation.service.limits import ServiceLimits
from moderation.service.server import serve
from moderation.service.state import Settings, State
from moderation.training.fitting import Trained

PACKAGE = Path(__file__).parents[2] / "moderation" / "service"
KEY = "0123456789abcdef"

Start = Callable[[Settings], Served]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Served] = []

    def begin(settings: Settings) -> Served:
        started.append(Served(settings, tmp_path))
        return started[-1]

    yield begin
    for service in started:
        if service.process.poll() is None:
            service.kill()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_other_machines_need_keys(host: str) -> None:
    with pytest.raises(UsageError, match="keys"):
        serve(Settings(), host, 0)


def test_a_port_that_is_taken_is_told(model_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match="cannot listen"):
            serve(Settings(model=model_folder), "127.0.0.1", port)


def test_with_keys_nothing_is_scored_without_one(
    start: Start, model_folder: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(f"desk {KEY}\n")
    service = start(
        Settings(model=model_folder, keys=keys, limits=ServiceLimits(per_second=0.01, burst=3))
    )
    missing = service.analyze()
    assert (missing.code, missing.json["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert service.ask("GET", "/metrics").code == 403
    sound = {"comment": {"text": "You idiot."}, "requestedAttributes": {"TOXICITY": {}}}
    path = f"/v1alpha1/comments:analyze?key={KEY}"
    # A proxy's name is as good as ours, with a key.
    assert service.post(path, sound, Host="commentanalyzer.googleapis.com").code == 200
    bearer = {"Authorization": f"Bearer {KEY}"}
    assert service.post("/v1alpha1/comments:analyze", sound, **bearer).code == 200
    assert service.post(path, sound).code == 200
    often = service.post(path, sound)
    assert (often.code, often.json["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert int(often.headers["retry-after"]) >= 1
    wrong = service.post(f"{SUGGEST}?key=other", sound)
    assert (wrong.code, wrong.json["error"]["details"][0]["reason"]) == (400, "API_KEY_INVALID")
    discovery = "/$discovery/rest?version=v1alpha1"  # where clients look whether a key is good
    assert service.ask("GET", discovery).code == 200
    assert service.ask("GET", f"{discovery}&key={KEY}").code == 200
    assert service.ask("GET", f"{discovery}&key=other").code == 400
    assert service.ask("GET", "/healthz").code == 200
    assert KEY not in service.log


def test_feedback_is_never_acknowledged_where_it_is_not_kept(
    start: Start, model_folder: Path
) -> None:
    service = start(Settings(model=model_folder))
    found = service.post(
        SUGGEST,
        {
            "comment": {"text": "You clown."},
            "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        },
    )
    assert found.code == 501


def test_coral_s_phase_is_not_served_without_secrets(start: Start, model_folder: Path) -> None:
    assert start(Settings(model=model_folder)).post("/coral/moderate", b"{}").code == 404


def test_a_reload_swaps_whole_models_and_keeps_the_old_one_where_the_new_is_broken(
    start: Start, model_folder: Path, trained: Trained, tmp_path: Path
) -> None:
    current = tmp_path / "current"
    current.symlink_to(model_folder)
    service = start(Settings(model=current))
    before = service.analyze().json["model"]
    manifest = msgspec.structs.replace(trained.manifest, name="other")
    write_model(tmp_path / "other", manifest, trained.arrays, "# other\n")
    seen = {before}
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            found = service.analyze().json
            seen.add(found["model"])
            assert found["attributeScores"]["TOXICITY"]["model"] == f"hostility {found['model']}"

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        link(current, tmp_path / "other")
        service.process.send_signal(signal.SIGHUP)
        assert until(lambda: any(model.startswith("other@") for model in seen))
        broken = tmp_path / "broken"
        shutil.copytree(tmp_path / "other", broken)
        (broken / "weights.safetensors").write_bytes(b"not weights")
        link(current, broken)
        service.process.send_signal(signal.SIGHUP)
        assert until(lambda: "reload failed" in service.log)
    finally:
        stop.set()
        asking.join()
    assert service.analyze().json["model"].startswith("other@")
    assert seen == {before, service.analyze().json["model"]}
    metrics = service.ask("GET", "/metrics").body
    assert b'moderation_reloads_total{result="done"} 1' in metrics
    assert b'moderation_reloads_total{result="failed"} 1' in metrics


def test_requests_under_way_are_answered_before_the_end(start: Start, model_folder: Path) -> None:
    service = start(Settings(model=model_folder))
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    body = json.dumps({"comment": {"text": "You."}, "requestedAttributes": {"TOXICITY": {}}})
    connection.putrequest("POST", "/v1alpha1/comments:analyze")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:10].encode())
    assert until(service.is_up)
    service.process.send_signal(signal.SIGTERM)
    assert until(lambda: "Shutting down" in service.log)
    connection.send(body[10:].encode())
    assert connection.getresponse().status == 200
    connection.close()
    assert service.process.wait(10) in {0, -15}
    assert "ended" in service.log


def test_no_text_of_a_comment_and_no_key_is_ever_logged(
    start: Start, model_folder: Path, tmp_path: Path
) -> None:
    service = start(Settings(model=model_folder, feedback=tmp_path / "suggested.jsonl"))
    word = "Zyzzyva"
    bodies = [
        {"comment": {"text": f"You {word}."}, "requestedAttributes": {"TOXICITY": {}}},
        {"comment": {"text": word}, "requestedAttributes": {word: {}}},
        {"comment": word},
        {
            "comment": {"text": word},
            "clientToken": word,
            "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        },
    ]
    for path in ("/v1alpha1/comments:analyze", SUGGEST, "/coral/moderate", "/batch", f"/{word}"):
        for body in [*bodies, f"{{broken {word}".encode()]:
            service.post(f"{path}?key={word}", body)
    assert service.stop() in {0, -15}
    assert word not in service.log
    assert word.lower() not in service.log.lower()


def test_every_acknowledged_answer_survives_a_kill_once(
    start: Start, model_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "suggested.jsonl"
    acknowledged: set[str] = set()

    def send(service: Served, tokens: list[str]) -> None:
        for token in tokens:
            asked = {
                "comment": {"text": f"Comment {token}."},
                "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
                "clientToken": token,
            }
            try:
                if service.post(SUGGEST, asked).code == 200:
                    acknowledged.add(token)
            except (OSError, http.client.HTTPException):
                return  # killed

    tokens = [f"t-{i}" for i in range(120)]
    for _ in range(2):  # and all that was not acknowledged is sent again
        service = start(
            Settings(model=model_folder, feedback=path, limits=ServiceLimits(per_second=0))
        )
        had = len(acknowledged)
        senders = [threading.Thread(target=send, args=(service, tokens[i::4])) for i in range(4)]
        for sender in senders:
            sender.start()
        if not had:
            assert until(lambda: len(acknowledged) > 30)
            service.kill()
        for sender in senders:
            sender.join()
    service.kill()
    found = read_labelled([path])
    assert not found.rejected
    assert sorted(row.token or "" for row in found.rows) == sorted(acknowledged) == sorted(tokens)


def test_articles_are_read_again_when_they_change(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.service.state._LOOK_EVERY", 0.01)
    path = tmp_path / "articles.jsonl"
    path.write_text('{"id": "one", "title": "Ferry", "text": "Late."}\n')

    async def known(state: State, names: list[str]) -> bool:
        for _ in range(500):
            if all(state.current.shelf.find([name]) for name in names):
                return True
            await asyncio.sleep(0.01)
        return False

    async def watch() -> None:
        state = State(Settings(model=model_folder, articles=path))
        watching = asyncio.create_task(state.watch_articles())
        path.write_text('{"id": "one", "text": "Late."}\n{"id": "two", "text": "Early."}\n')
        assert await known(state, ["one", "two"])
        path.write_text("half a li")  # being written
        await asyncio.sleep(0.1)
        assert await known(state, ["one", "two"])
        path.write_text('{"id": "three", "text": "Never."}\n')
        assert await known(state, ["three"])
        watching.cancel()
        state.close()

    asyncio.run(watch())


def test_nothing_in_the_service_opens_a_connection() -> None:
    outgoing = {"http.client", "urllib.request", "requests", "httpx", "ssl", "smtplib", "ftplib"}
    calls = {"create_connection", "open_connection", "connect", "connect_ex", "urlopen"}
    for path in sorted(PACKAGE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not {alias.name for alias in node.names} & outgoing, path
            if isinstance(node, ast.ImportFrom):
                assert node.module not in outgoing, path
            if isinstance(node, ast.Attribute) and ast.unparse(node) != "sqlite3.connect":
                assert node.attr not in calls, path


def test_serving_imports_nothing_of_training_and_labelling() -> None:
    code = (
        "import sys, moderation.service.server;"
        "bad = {'sklearn', 'nltk', 'scipy', 'joblib', 'rich', 'requests'} & sys.modules.keys();"
        "sys.exit(', '.join(sorted(bad)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_batch_takes_its_time_where_its_client_may_not_send_all_at_once(
    start: Start, model_folder: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(f"desk {KEY}\n")
    service = start(
        Settings(model=model_folder, keys=keys, limits=ServiceLimits(per_second=10, burst=5))
    )
    sound = '{"comment": {"text": "You idiot."}, "requestedAttributes": {"TOXICITY": {}}}'
    one = f"--b\r\n\r\nPOST /v1alpha1/comments:analyze?key={KEY} HTTP/1.1\r\n\r\n{sound}\r\n"
    body = (one * 12 + "--b--").encode()
    found = service.post("/batch", body, Content_Type="multipart/mixed; boundary=b")
    assert found.body.count(b"HTTP/1.1 200 OK") == 12
