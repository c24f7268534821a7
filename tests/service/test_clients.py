"""The real client libraries, over real sockets, told nothing but our discovery address."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from googleapiclient import discovery
from googleapiclient.errors import HttpError
from served import ARTICLE, Served

COMMENTS = ("You idiot.", "Thank you for the careful report.", "\U0001f600 \u00fcber moron")


@pytest.fixture(scope="module")
def service(served: Served) -> Iterator[Any]:
    """As users of Perspective build it, with another address."""
    with discovery.build(
        "commentanalyzer",
        "v1alpha1",
        developerKey="any",
        discoveryServiceUrl=f"{served.root}$discovery/rest?version=v1alpha1",
        static_discovery=False,
    ) as built:
        yield built


def body_of(text: str, **fields: Any) -> dict[str, Any]:
    return {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **fields}


def value_of(answer: Any) -> float:
    return float(answer["attributeScores"]["TOXICITY"]["summaryScore"]["value"])


def test_the_python_client_analyses(service: Any) -> None:
    answer = service.comments().analyze(body=body_of(COMMENTS[0], languages=["en"])).execute()
    assert 0 < value_of(answer) <= 1
    assert answer["model"].startswith("tiny@")


def test_the_python_client_asks_for_parts_of_an_answer(service: Any) -> None:
    answer = service.comments().analyze(body=body_of("You idiot."), fields="languages").execute()
    assert answer == {"languages": ["en"]}


def test_the_python_client_gets_off_topic(service: Any) -> None:
    context = {"articleAndParentComment": {"article": {"text": ARTICLE["text"]}}}
    asked = body_of("The ferry.", context=context, requestedAttributes={"OFF_TOPIC": {}})
    answer = service.comments().analyze(body=asked).execute()
    assert list(answer["attributeScores"]) == ["OFF_TOPIC"]


def test_the_python_client_batches(service: Any) -> None:
    single = {
        text: value_of(service.comments().analyze(body=body_of(text)).execute())
        for text in COMMENTS
    }
    found: dict[str, Any] = {}

    def heard(request_id: str, answer: Any, error: Any) -> None:
        found[request_id] = error or answer

    batch = service.new_batch_http_request(callback=heard)
    for text in COMMENTS:
        batch.add(service.comments().analyze(body=body_of(text)), request_id=f"id/{text}")
    batch.add(service.comments().analyze(body=body_of("")), request_id="empty")
    batch.execute()
    assert {text: value_of(found[f"id/{text}"]) for text in COMMENTS} == single
    assert found["empty"].status_code == 400
    assert b"COMMENT_EMPTY" in found["empty"].content


def test_a_text_may_be_the_name_of_its_part(service: Any) -> None:
    # As HELM asks: the id of each part of a batch is its whole text.
    texts = ["\U0001f600" * 5_000, 'First line.\nSecond <line> + (more)\r\n\r\n100% "a" & b']
    found: dict[str, Any] = {}
    batch = service.new_batch_http_request(
        callback=lambda id_, answer, error: found.update({id_: error or answer})
    )
    for text in texts:
        batch.add(service.comments().analyze(body=body_of(text, languages=["en"])), request_id=text)
    batch.execute()
    assert set(found) == set(texts)
    assert all(0 < value_of(answer) <= 1 for answer in found.values())


def test_the_python_client_raises_the_original_s_error(service: Any) -> None:
    with pytest.raises(HttpError) as raised:
        service.comments().analyze(body=body_of("a" * 20_481)).execute()
    assert raised.value.status_code == 400
    assert "Comment text was too many bytes. Value (20481) exceeded" in str(raised.value)
    assert raised.value.error_details[0]["errorType"] == "COMMENT_TOO_LONG"


def test_the_python_client_sends_feedback(service: Any) -> None:
    scores = {"TOXICITY": {"summaryScore": {"value": 1}}}
    asked = {"comment": {"text": "You clown."}, "attributeScores": scores, "clientToken": "py-1"}
    assert service.comments().suggestscore(body=asked).execute()["clientToken"] == "py-1"


def test_the_document_names_the_model_behind_each_name(served: Served) -> None:
    document = served.ask("GET", "/$discovery/rest?version=v1alpha1").json
    assert document["rootUrl"] == served.root
    assert document["id"] == "commentanalyzer:v1alpha1"
    assert document["batchPath"] == "batch"
    told = document["x-moderation"]
    assert told["model"].startswith("tiny@")
    assert told["attributes"]["TOXICITY"]["model"] == "hostility"
    assert told["attributes"]["OFF_TOPIC"]["model"] == "off_topic"
    assert "FLIRTATION" in told["refused"]
    assert told["attributes"]["THREAT"]["model"] == "hostility"
    asked = document["schemas"]["AnalyzeCommentRequest"]["properties"]["requestedAttributes"]
    assert "TOXICITY: hostility" in asked["description"]


def test_another_version_of_the_document_does_not_exist(served: Served) -> None:
    assert served.ask("GET", "/$discovery/rest?version=v2").code == 404
    assert served.ask("GET", "/%24discovery/rest").code == 200


_NODE = """
const {Discovery} = require(process.argv[2]);
(async () => {
  const discovery = new Discovery({debug: false, includePrivate: false});
  const make = await discovery.discoverAPI(process.argv[3]);
  const service = make({auth: 'any'});
  const answer = await service.comments.analyze({
    key: 'any',
    resource: {comment: {text: 'You idiot.'}, requestedAttributes: {TOXICITY: {}}},
  });
  console.log(JSON.stringify(answer.data));
})().catch(error => { console.error(error.message); process.exit(1); });
"""


def _googleapis() -> Path | None:
    """googleapis-common where `npm install --prefix build/node googleapis-common` put it."""
    module = Path(__file__).parents[2] / "build/node/node_modules/googleapis-common"
    return module if module.is_dir() and shutil.which("node") else None


@pytest.mark.skipif(
    _googleapis() is None,
    reason="no Node client: npm install --prefix build/node googleapis-common",
)
def test_the_node_client_analyses(served: Served, tmp_path: Path) -> None:
    script = tmp_path / "client.js"
    script.write_text(_NODE, encoding="utf-8")
    address = f"{served.root}$discovery/rest?version=v1alpha1"
    done = subprocess.run(
        ["node", str(script), str(_googleapis()), address],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert 0 < value_of(json.loads(done.stdout)) <= 1
