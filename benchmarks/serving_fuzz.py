"""Made-up input for the service: no crash, no 500 and nothing slow."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.serving_load import service

#: Processor seconds that no case may take: the texts are short.
SLOWEST = 1.0

Cases = Callable[[int, float], Counter[str]]


def fuzz(n: int, seconds: float, draw: int = 0) -> None:
    """Make up `n` cases, for so long at most; the first crash, 500 or slow one ends it.

    Another number `draw` makes up other cases.
    """
    _DRAWN["draw"] = draw
    kinds: dict[str, tuple[float, Cases]] = {
        "tolerant reader": (0.3, _fuzz_reader),
        "offsets": (0.15, _fuzz_offsets),
        "addresses": (0.1, _fuzz_addresses),
        "requests": (0.25, _fuzz_requests),
        "Coral's phase": (0.1, _fuzz_phase),
        "batches": (0.06, _fuzz_batches),
        "schemathesis": (0.04, _fuzz_description),
    }
    logging.getLogger("moderation.service").setLevel(logging.CRITICAL)  # refusals are expected
    total = 0
    for name, (share, run) in kinds.items():
        began = time.perf_counter()
        count = run(round(n * share), time.monotonic() + seconds * share)
        total += sum(count.values())
        told = ", ".join(f"{key}: {value:,}" for key, value in sorted(count.items()))
        print(f"{name:<16} {told} ({time.perf_counter() - began:.0f} s)", flush=True)
    print(f"{total:,} cases, no crash, no 500, none of more than {SLOWEST:g} s")


class _Timed:
    """Ends the run at a case that is slow."""

    def __enter__(self) -> None:
        self._began = time.process_time()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if error is None and time.process_time() - self._began > SLOWEST:
            raise SystemExit("a case took more than a second")


def _made_up(n: int, until: float, strategy: Any, check: Callable[[Any], None]) -> None:
    """Check so many values of a strategy, in rounds, as long as there is time."""
    from hypothesis import HealthCheck, given, seed, settings

    for start in range(0, n, _ROUND):
        if time.monotonic() > until:
            return
        unhurried = settings(
            max_examples=min(_ROUND, n - start),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )

        def once(value: Any) -> None:
            check(value)

        seed(_DRAWN["draw"] * 10**9 + start)(unhurried(given(strategy)(once)))()


_ROUND = 500
_DRAWN = {"draw": 0}


def _fuzz_reader(n: int, until: float) -> Counter[str]:
    from hypothesis import strategies as st

    from moderation.service.errors import Refusal
    from moderation.service.lenient_json import read_json

    count: Counter[str] = Counter()
    letters = st.sampled_from("{}[]:,\"'\\u00d8a1-.eE +$_tfn\n\U0001f600")
    soup = st.text(letters, max_size=80)
    word = st.sampled_from(["1", "-2.5e3", "true", "null", '"a\\n"', "'\\ud83d'", '"\U0001f600"'])
    name = st.sampled_from(["a", "$b_1", '"c d"', "'e'"])
    literal = st.recursive(
        word,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda each: f"[{','.join(each)},]".replace("[,", "[")),
            st.dictionaries(name, inner, max_size=3).map(
                lambda each: "{ " + ", ".join(f"{k}: {v}" for k, v in each.items()) + "}"
            ),
        ),
        max_leaves=6,
    )

    @st.composite
    def changed(draw: st.DrawFn) -> str:
        text = draw(literal)
        at = draw(st.integers(0, len(text)))
        return text[:at] + draw(letters) + text[at + draw(st.integers(0, 2)) :]

    bodies = st.one_of(
        literal.map(str.encode),
        changed().map(str.encode),
        soup.map(str.encode),
        st.binary(max_size=80),
    )

    def read(body: bytes) -> None:
        try:
            with _Timed():
                read_json(body)
            count["read"] += 1
        except Refusal:
            count["refused"] += 1

    _made_up(n, until, bodies, read)
    return count


def _fuzz_offsets(n: int, until: float) -> Counter[str]:
    from hypothesis import strategies as st

    from moderation.service.offsets import sentences, utf16
    from moderation.text.folding import ENGLISH

    count: Counter[str] = Counter()
    letters = st.one_of(st.sampled_from(" .!?\n\"'\u2026aI\U0001f600\u0301"), st.characters())

    def cut(text: str) -> None:
        found = sentences(text, ENGLISH)
        assert "".join(text[begin:end] for begin, end in found) == text
        encoded = text.encode("utf-16-le", "surrogatepass")
        ends = utf16(text, [end for _, end in found])
        assert not ends or 2 * ends[-1] == len(encoded)
        for (begin, end), last in zip(found, ends, strict=True):
            start = utf16(text, [begin])[0]
            piece = encoded[2 * start : 2 * last].decode("utf-16-le", "surrogatepass")
            assert piece == text[begin:end]
        count["cut"] += 1

    _made_up(n, until, st.text(letters, max_size=60), cut)
    return count


def _fuzz_addresses(n: int, until: float) -> Counter[str]:
    from hypothesis import strategies as st

    from moderation.service.articles import address

    count: Counter[str] = Counter()
    letters = st.sampled_from("/?&=#:;%.@[]\\ \n0aeEp\u0130\udcff\U0001f600")
    piece = st.one_of(
        st.sampled_from(
            ["https://", "www.", "?p=1", "&utm_source=x", "&commentID=", "e.org", "//"]
        ),
        st.text(letters, max_size=12),
    )

    def compare(url: str) -> None:
        with _Timed():
            found = address(url)
        more = f"{url}{'&' if '?' in url else '?'}utm_id=5"
        assert found == url or "#" in url or address(more) == found  # the first: no address
        count["compared"] += 1

    _made_up(n, until, st.lists(piece, max_size=8).map("".join), compare)
    return count


def _served(n: int, until: float, ask: Callable[[Any, random.Random], Any]) -> Counter[str]:
    """So many calls of the whole service but its socket; `ask` makes one and names its outcome."""
    from moderation.service import ServiceLimits, Settings
    from moderation.service.app import Api
    from moderation.service.state import State

    async def run() -> Counter[str]:
        count: Counter[str] = Counter()
        draw = random.Random(_DRAWN["draw"])
        with tempfile.TemporaryDirectory() as folder:
            secrets = Path(folder) / "secrets"
            secrets.write_text(_SECRET.decode())
            settings = Settings(
                feedback=Path(folder) / "s.jsonl",
                secrets=secrets,
                limits=ServiceLimits(per_second=0),
                coral_seconds=10.0,
            )
            state = State(settings)
            api = Api(state)
            try:
                for _ in range(n):
                    if time.monotonic() > until:
                        break
                    state.naming = draw.choice(_namings())
                    with _Timed():
                        count[await ask(api, draw)] += 1
                if "moderation_errors_total{" in state.metrics.text("m"):
                    raise SystemExit("an internal error, which the answer hid")
            finally:
                state.close()
        return count

    return asyncio.run(run())


_SECRET = b"a-secret-of-the-benchmark"


def _namings() -> tuple[Any, ...]:
    from moderation.records import Attribute
    from moderation.service.attributes import Naming

    mapped = {"FLIRTATION": Attribute.HOSTILITY, "SPAM": Attribute.HOSTILITY}
    return Naming(), Naming(mapped), Naming(lenient=True), Naming(mapped, lenient=True)


def _fuzz_requests(n: int, until: float) -> Counter[str]:
    """Sound requests with a few bytes or fields changed."""

    async def ask(api: Any, draw: random.Random) -> str:
        # Feedback waits for the disk: a tenth of the cases.
        path = ANALYZE if draw.random() < 0.9 else SUGGEST
        body = _spoilt(_ASKED if path == ANALYZE else _ANSWERED, draw)
        query = draw.choice(_QUERIES)
        reply = await api.called(path, query, {"host": "localhost"}, body)
        if reply.code == 500:
            raise SystemExit(f"500 for {body!r}")
        return str(reply.code)

    return _served(n, until, ask)


def _fuzz_phase(n: int, until: float) -> Counter[str]:
    """Signed requests of Coral's, changed before they are signed: 200 in Coral's form, always."""
    from moderation.service.coral import SIGNATURE, sign

    async def ask(api: Any, draw: random.Random) -> str:
        body = _spoilt(_PHASE, draw)
        reply = await api.phase(_request("/coral/moderate", body, {SIGNATURE: sign(_SECRET, body)}))
        status = reply.document.get("status", "nothing")
        if reply.code != 200 or status not in {"nothing", "SYSTEM_WITHHELD"}:
            raise SystemExit(f"{reply.code} {status} for {body!r}")
        return str(status)

    return _served(n, until, ask)


def _fuzz_batches(n: int, until: float) -> Counter[str]:
    """Batches with bytes changed, moved or left out; ids of any length."""
    from moderation.service.errors import Refusal

    async def ask(api: Any, draw: random.Random) -> str:
        end = draw.choice((b"\n", b"\r\n"))
        parts = []
        for _ in range(draw.randint(0, 4)):
            id_ = draw.choice(("<1>", "", "<a + %F0%9F>", "x" * draw.choice((10, 20_000))))
            heads = [f"Content-ID: {id_}".encode(), b"Content-Type: application/http", b""]
            line = draw.choice((f"POST {ANALYZE} HTTP/1.1", f"GET {ANALYZE}", "POST [", "x"))
            parts.append(end.join([b"--b", *heads, line.encode(), b"", _spoilt(_ASKED, draw), b""]))
        body = bytearray(b"".join(parts) + b"--b--" + end)
        for _ in range(draw.choice((0, 0, 1, 5))):
            at = draw.randint(0, len(body))
            body[at : at + draw.randint(0, 3)] = draw.randbytes(draw.randint(0, 3))
        headers = {"content-type": draw.choice(('multipart/mixed; boundary="b"', _BOUNDARY))}
        try:
            reply = await api.batch(_request("/batch", bytes(body), headers))
        except Refusal as refused:
            if refused.code == 500:  # 503 and 504 tell of a machine that is too busy
                raise SystemExit(f"500 for {bytes(body)!r}") from None
            return str(refused.code)
        if b"HTTP/1.1 500" in reply.document.body:
            raise SystemExit(f"500 in the answer to {bytes(body)!r}")
        return "answered"

    return _served(n, until, ask)


_BOUNDARY = "multipart/mixed; boundary=b"


def _request(path: str, body: bytes, headers: dict[str, str]) -> Any:
    from starlette.requests import Request

    named = [(b"host", b"localhost"), *((k.encode(), v.encode()) for k, v in headers.items())]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": named}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(scope, receive)


ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"
_TEXT = "You idiot \U0001f600. Thank you for the report!\nYours, A. Reader"
_SPAN = {"begin": 0, "end": 3, "score": {"value": 1}}
_ASKED: dict[str, Any] = {
    "comment": {"text": _TEXT, "type": "PLAIN_TEXT"},
    "context": {"articleAndParentComment": {"article": {"text": "News"}, "parentComment": {}}},
    "requestedAttributes": {"TOXICITY": {"scoreType": "PROBABILITY"}, "OFF_TOPIC": {}},
    "spanAnnotations": True,
    "languages": ["en"],
    "clientToken": "t",
}
_ANSWERED: dict[str, Any] = {
    "comment": {"text": _TEXT},
    "context": {"entries": [{"text": '{"url": "u", "Coral_comment_id": "c"}'}]},
    "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}, "spanScores": [_SPAN]}},
    "languages": ["en"],
    "communityId": "forum",
    "clientToken": "t",
}
_PHASE: dict[str, Any] = {
    "action": "NEW",
    "comment": {"body": f"<p>{_TEXT}</p>", "parentID": None},
    "author": {"id": "a", "role": "COMMENTER"},
    "story": {"id": "s", "url": "https://paper.example/?p=1"},
    "site": {"id": "s"},
    "tenantID": "t",
    "tenantDomain": "paper.example",
}
_QUERIES = ("", "key=k", "fields=attributeScores(TOXICITY)", "prettyPrint=true", "alt=media", "&&=")

_STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, "", "x", "\x00", "\U0001f600" * 9, [], {}, [[]], {"a": {}}, "HTML",
    2**70, "nan", "en", ["en"], ["xx"], [""], {"text": "You idiot."}, {"TOXICITY": {}},
    "TOXICITY@6", {"TOXICITY": [], "FLIRTATION": {}, "PROFANITY": None},
    {"INSULT": {"summaryScore": {"value": 0}}}, {"url": "?" + "a=b&" * 200}, "9" * 5_000,
    "&#" + "1" * 5_000 + ";", "&#x" + "f" * 5_000, "&#xD800;&#0;&#x110000;&NotAnEntity;&",
    "<" * 50 + "&lt;" * 50, "a\u202eb\u2028c",
)  # fmt: skip
_SNAKE = {"requestedAttributes": "requested_attributes", "attributeScores": "attribute_scores"}


def _spoilt(sound: dict[str, Any], draw: random.Random) -> bytes:
    """A sound document with up to three fields and three bytes changed."""
    document = copy.deepcopy(sound)
    for _ in range(draw.randint(0, 3)):
        _change(document, draw)
    if draw.random() < 0.2:
        document = {_SNAKE.get(name, name): value for name, value in document.items()}
    body = bytearray(json.dumps(document, ensure_ascii=draw.random() < 0.5).encode())
    for _ in range(draw.choice((0, 0, 1, 3))):
        body[draw.randrange(len(body))] = draw.randrange(256)
    return bytes(body)


def _change(document: Any, draw: random.Random) -> None:
    """Put something strange in one place of a document, or take something out."""
    while True:
        keys = list(document) if isinstance(document, dict) else list(range(len(document)))
        if not keys:
            return
        key = draw.choice(keys)
        if isinstance(document[key], dict | list) and document[key] and draw.random() < 0.7:
            document = document[key]
            continue
        if draw.random() < 0.2:
            del document[key]
        else:
            document[key] = copy.deepcopy(draw.choice(_STRANGE))
        return


def _fuzz_description(n: int, until: float) -> Counter[str]:
    import requests
    import schemathesis
    from schemathesis import Case
    from schemathesis.checks import not_a_server_error

    from moderation.service.openapi import openapi_document

    count: Counter[str] = Counter()
    described = schemathesis.openapi.from_dict(openapi_document("http://127.0.0.1/"))
    operations = [found.ok() for found in described.get_all_operations()]
    posts = [operation for operation in operations if operation.method == "post"]
    cases = [(o, mode) for o in posts for mode in schemathesis.GenerationMode]
    with (
        tempfile.TemporaryDirectory() as folder,
        service("--rate", "0", "--feedback", f"{folder}/s.jsonl") as running,
        requests.Session() as session,
    ):

        def ask(case: Case) -> None:
            answer = case.call(base_url=f"http://127.0.0.1:{running.port}", session=session)
            case.validate_response(answer, checks=[not_a_server_error])
            count[str(answer.status_code)] += 1

        for operation, mode in cases:
            strategy = operation.as_strategy(generation_mode=mode)
            _made_up(max(1, n // len(cases)), until, strategy, ask)
    return count
