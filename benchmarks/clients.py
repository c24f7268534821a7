"""Requests as 36 clients of the old API send them, and whether each can use the answer.

    python -m benchmarks.clients

It starts `moderation serve` three times: as it comes, with `--map`, with `--lenient`; each asks
for a key. The shapes of the requests, and how a client reads what comes back, are facts from the
named public repositories, as they stood in November 2026; the texts are invented. The clients
themselves are not run. The table is that of docs/migrating.md.
"""

from __future__ import annotations

import http.client
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from benchmarks.serving_load import service

KEY = "0123456789abcdef0123456789abcdef"
ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"
DISCOVERY = "/$discovery/rest?version=v1alpha1"
TEXT = "You are a liar and a clown."

ONE = ("TOXICITY",)
SIX = (*ONE, "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT")
EIGHT = (*SIX, "SEXUALLY_EXPLICIT", "FLIRTATION")
DEBIASING = (
    "TOXICITY", "SEVERE_TOXICITY", "SEXUALLY_EXPLICIT", "THREAT", "PROFANITY", "IDENTITY_ATTACK",
)  # fmt: skip
GO = (*SIX, "SEXUALLY_EXPLICIT", "ATTACK_ON_AUTHOR")
OSMOD = ("INFLAMMATORY", "OBSCENE", "OFF_TOPIC")

#: Names that the second service gives a model.
MAPPED = ("SEXUALLY_EXPLICIT", "FLIRTATION", "ATTACK_ON_AUTHOR", "INFLAMMATORY")


class Unusable(Exception):  # noqa: N818 - the finding, not a fault
    """What a client cannot use, and why."""


class Server(NamedTuple):
    """One service, and how it is asked."""

    port: int

    def ask(
        self, path: str, document: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Ask once with a key; the document goes as JSON, bytes as they are."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            if document is None:
                connection.request("GET", path)
            else:
                body = document if isinstance(document, bytes) else json.dumps(document).encode()
                connection.request("POST", path, body, headers or {})
            answer = connection.getresponse()
            body = answer.read()
            told = answer.getheader("content-type", "")
        finally:
            connection.close()
        return answer.status, json.loads(body) if "json" in told else (told, body)


Check = Callable[[Server], None]


class Client(NamedTuple):
    """One client: what it asks for by default, and how it uses the answer."""

    name: str
    asks: Sequence[str]
    uses: Check
    option: str = ""  # what helps, if anything has to


def analysed(
    names: Sequence[str],
    *,
    reads: str = "each",
    headers: dict[str, str] | None = None,
    query: str = f"?key={KEY}",
    parameters: Any = None,
    **fields: Any,
) -> Check:
    """A request for scores, and a reader of them.

    A client reads `each` name that it asked for, its `spans`, or `whatever` comes back. One that
    takes a missing name for harmless is one that reads each: a missing score would deceive it.
    """
    asked = {"comment": {"text": TEXT}, "requestedAttributes": dict.fromkeys(names, parameters)}
    if parameters is None:
        asked["requestedAttributes"] = {name: {} for name in names}

    def check(server: Server) -> None:
        code, found = server.ask(ANALYZE + query, {**asked, **fields}, headers)
        read(code, found, names, reads)

    return check


def read(code: int, found: Any, names: Sequence[str], reads: str = "each") -> None:
    if code != 200:
        raise Unusable(found["error"]["message"])
    scores = found["attributeScores"]
    if not scores:
        raise Unusable("no score at all")
    for name in scores if reads == "whatever" else names:
        if name not in scores:
            raise Unusable(f"no score for {name}")
        value = scores[name]["summaryScore"]["value"]
        if reads == "spans":
            value = scores[name]["spanScores"][0]["score"]["value"]
        if not 0 < value < 1 or not scores[name]["model"]:
            raise Unusable(f"a score of {value}")


def suggested(scores: dict[str, float], **fields: Any) -> Check:
    document = {
        "comment": {"text": TEXT},
        "attributeScores": {name: {"summaryScore": {"value": v}} for name, v in scores.items()},
        **fields,
    }

    def check(server: Server) -> None:
        code, found = server.ask(f"{SUGGEST}?key={KEY}", document)
        if code != 200:
            raise Unusable(found["error"]["message"])

    return check


def keyed(place: str = DISCOVERY) -> Check:
    """A client that tells its user that a key is wrong, by the original's words."""

    def check(server: Server) -> None:
        document = None if place == DISCOVERY else {"comment": {"text": TEXT}}
        mark = "&" if "?" in place else "?"
        code, found = server.ask(f"{place}{mark}key=AIzaWrongWrongWrong", document)
        told = found["error"]["message"] if code != 200 else "no error"
        if (code, told) != (400, "API key not valid. Please pass a valid API key."):
            raise Unusable(f"a wrong key is {code} {told}")

    return check


def batched(texts: Sequence[str], ids: Sequence[str], names: Sequence[str], reads: str) -> Check:
    """A batch as Google's Python client writes one."""

    def part(text: str, id_: str) -> bytes:
        asked = {
            "comment": {"text": text},
            "requestedAttributes": {name: {} for name in names},
            "languages": ["en"],
        }
        head = f"Content-Type: application/http\nContent-ID: <base + {quote(id_)}>\n\n"
        line = f"POST {ANALYZE}?key={KEY}&alt=json HTTP/1.1\nContent-Type: application/json\n\n"
        return f"--==\n{head}{line}{json.dumps(asked)}\n".encode()

    def check(server: Server) -> None:
        body = b"".join(map(part, texts, ids)) + b"--==--\n"
        headers = {"Content-Type": 'multipart/mixed; boundary="=="'}
        code, found = server.ask("/batch", body, headers)
        if code != 200:
            raise Unusable(found["error"]["message"])
        content_type, answer = found
        parser = BytesParser(policy=HTTP)
        whole = parser.parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + answer)
        answered = {}
        for each in whole.iter_parts():
            line, _, rest = each.get_content().partition(b"\r\n")
            named = str(each["Content-ID"]).partition(" + ")[2].removesuffix(">")
            answered[unquote(named)] = (int(line.split()[1]), rest.partition(b"\r\n\r\n")[2])
        for id_ in ids:
            if id_ not in answered:
                raise Unusable("a part of the batch is lost")
            code, content = answered[id_]
            read(code, json.loads(content), names, reads)

    return check


def both(*checks: Check) -> Check:
    def check(server: Server) -> None:
        for each in checks:
            each(server)

    return check


def _discovered(server: Server) -> None:
    code, found = server.ask(DISCOVERY)
    if code != 200 or found["rootUrl"] != f"http://127.0.0.1:{server.port}/":
        raise Unusable("the discovery document leads elsewhere")


def _with_nulls(server: Server) -> None:
    empty = dict.fromkeys(("context", "languages", "clientToken", "sessionId"))
    asked = {"comment": {"type": "PLAIN_TEXT", "text": TEXT}, "requestedAttributes": {ONE[0]: None}}
    code, found = server.ask(f"{ANALYZE}?key={KEY}", {**asked, **empty, "doNotStore": True})
    read(code, found, ONE)


_ENGLISH: dict[str, Any] = {"languages": ["en"]}
_CORAL_NOTE = json.dumps({"url": "https://paper.example/a?commentID=c1", "Coral_comment_id": "c1"})
_ENTRIES: dict[str, Any] = {
    "context": {"entries": [{"text": "A bus lane on Harbour Street"}, {"text": "Good."}]}
}
_SINGLE_ENTRY: dict[str, Any] = {
    "context": {"entries": {"text": "off-topic", "type": "PLAIN_TEXT"}}
}
_ANY: dict[str, Any] = {"scoreType": "PROBABILITY", "scoreThreshold": 0}
_LONG_IDS = ["The council voted on Tuesday. " * 600, "\u00e9\U0001f600 " * 900, "Short."]
_MANY = [f"An invented comment, number {i}." for i in range(500)]
_PHP = both(
    analysed(ONE, parameters=_ANY, spanAnnotations=True, **_SINGLE_ENTRY, **_ENGLISH),
    keyed(ANALYZE),
)

CLIENTS = (
    Client("EleutherAI/lm-evaluation-harness", ONE, analysed(ONE, **_ENGLISH)),
    Client("Yilmaz4/perspective.py", SIX, both(analysed(SIX), keyed())),
    Client(
        "WPRuby/toxic-comments-protection",
        ONE,
        analysed(
            ONE, parameters={"scoreType": "PROBABILITY"}, languages="en", doNotStore=True
        ),
    ),
    Client("Stajor/perspectiveapi", ONE, _PHP),
    Client("inzanty/perspectiveapi", ONE, _PHP),
    Client("Conway/perspective", ONE, analysed(ONE, reads="whatever")),
    Client("Computerwhz/Perspectiveapi-Java", ONE, analysed(ONE, doNotStore=True, **_ENGLISH)),
    Client(
        "Meme-Development/perspectiveapi-wrapper",
        ONE,
        both(_discovered, analysed(ONE)),
    ),
    Client(
        "Microsoft-community/Dotsimus",
        ("TOXICITY", "INSULT"),
        both(
            analysed(("TOXICITY", "INSULT"), **_ENGLISH),
            suggested({"INSULT": 1}, communityId="A guild/general", **_ENGLISH),
        ),
    ),
    Client("allenai/real-toxicity-prompts", EIGHT,
           batched(_MANY[:25], _MANY[:25], EIGHT, "whatever"), "map"),
    Client("atom/biohazard-alert", EIGHT, analysed(EIGHT, reads="whatever"), "map"),
    Client(
        "blue-pen5805/dify-plugin-moderation-perspective-api",
        SIX,
        analysed(SIX, reads="whatever", query="", headers={"x-goog-api-key": KEY}),
    ),
    Client("bredmor/comment-analyzer", SIX, analysed(SIX)),
    Client(
        "conversationai/conversationai-moderator",
        OSMOD,
        analysed(OSMOD, reads="whatever", spanAnnotations=True, **_ENTRIES, **_ENGLISH),
        "map",
    ),
    Client(
        "conversationai/conversationai-moderator-reddit",
        ("TOXICITY", "SEVERE_TOXICITY"),
        analysed(("TOXICITY", "SEVERE_TOXICITY"), reads="whatever", doNotStore=True),
    ),
    Client(
        "conversationai/firestore-perspective-toxicity",
        SIX,
        analysed(SIX, reads="whatever", doNotStore=True, **_ENGLISH),
    ),
    Client(
        "conversationai/perspectiveapi-js-client",
        ("SPAM", "TOXICITY"),
        analysed(("SPAM", "TOXICITY"), reads="whatever", doNotStore=True, **_ENGLISH),
        "lenient",
    ),
    Client(
        "coralproject/talk",
        ONE,
        both(
            analysed(ONE, doNotStore=True, **_ENGLISH),
            suggested(
                {"TOXICITY": 1},
                context={"entries": [{"text": _CORAL_NOTE}]},
                communityId="Coral:https://paper.example",
                clientToken="comment:c1",
                **_ENGLISH,
            ),
        ),
    ),
    Client("digitalmethodsinitiative/4cat", SIX, both(analysed(SIX), keyed())),
    Client(
        "discourse/discourse-perspective-api",
        ONE,
        analysed(ONE, parameters={"scoreType": "PROBABILITY"}, sessionId="https://f.example_1"),
    ),
    Client("favstats/peRspective", ONE, analysed(ONE, reads="spans", spanAnnotations=False)),
    Client("freema/perspective-api-bundle", SIX, analysed(SIX, **_ENGLISH)),
    Client("ghostcap-gaming/sm-perspective-api", SIX, analysed(SIX)),
    Client("jamespy-rs/jamespy", SIX, analysed(SIX, doNotStore=True, **_ENGLISH)),
    Client("john-baringhaus/PerspectiveApiClient", ("THREAT", "TOXICITY"),
           analysed(("THREAT", "TOXICITY"), parameters={**_ANY, "scoreThreshold": 0.0})),
    Client("kumarde/go-perspectiveapi", GO, analysed(GO, reads="whatever", **_ENGLISH), "map"),
    Client("leondz/garak", ONE, analysed(ONE, **_ENGLISH)),
    Client("matsukky/perspective-api-client", ONE, analysed(ONE)),
    Client("mlcommons/modelgauge", EIGHT, batched(_MANY, _MANY, EIGHT, "each"), "map"),
    Client("origma/Google-PerspectiveAPI-Java-Client", ONE, _with_nulls),
    Client("perspective_api (Rust crate)", ONE, analysed(ONE)),
    Client("sloria/perspective-api-client", ONE, analysed(ONE, doNotStore=True)),
    Client(
        "smogon/pokemon-showdown",
        EIGHT,
        both(
            analysed(EIGHT, reads="whatever", **_ENGLISH),
            suggested({"TOXICITY": 1, "INSULT": 0.4}),
        ),
        "map",
    ),
    Client("stanford-crfm/helm", ONE, batched(_LONG_IDS, _LONG_IDS, ONE, "spans")),
    Client(
        "timoschick/self-debiasing",
        DEBIASING,
        analysed(DEBIASING, spanAnnotations=False, **_ENGLISH),
        "map",
    ),
    Client("wongma7/perspectiveapi-irc-bot", ONE, analysed(ONE, doNotStore=True, **_ENGLISH)),
)  # fmt: skip


@contextmanager
def services() -> Iterator[dict[str, Server]]:
    """The service as it comes, with names mapped, and leaving them out."""
    options = {
        "": (),
        "map": ("--map", f"{','.join(MAPPED)}=hostility"),
        "lenient": ("--lenient",),
    }
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        keys = folder / "keys.txt"
        keys.write_text(f"client {KEY}\n")
        servers = {}
        for name, more in options.items():
            fixed = ("--keys", str(keys), "--feedback", str(folder / f"s{name}.jsonl"))
            servers[name] = Server(stack.enter_context(service(*fixed, *more)).port)
        yield servers


def outcome(client: Client, servers: dict[str, Server]) -> str:
    """What the table says of a client."""
    try:
        client.uses(servers[""])
    except Unusable as error:
        why = str(error)
    else:
        return "works"
    if client.option:
        refused = [name for name in client.asks if name in MAPPED]
        told = f"--map {','.join(refused)}=hostility" if client.option == "map" else "--lenient"
        try:
            client.uses(servers[client.option])
        except Unusable as error:
            why = str(error)
        else:
            return f"works with `{told}`"
    return f"does not: {why}"


def main() -> None:
    lines, found = [], []
    with services() as servers:
        for client in sorted(CLIENTS, key=lambda each: each.name.lower()):
            found.append(outcome(client, servers))
            asks = _short(client.asks)
            lines.append(f"| {client.name} | {asks} | {found[-1]} |")
    print("| client | asks by default for | |\n|---|---|---|")
    print("\n".join(lines))
    some = sum(each.startswith("works") for each in found)
    print(
        f"\n{len(found)} clients: {found.count('works')} work as they come, {some} with an option"
    )


def _short(names: Sequence[str]) -> str:
    if set(names) >= set(SIX):
        more = "".join(f", `{name}`" for name in names[len(SIX) :])
        return f"the six{more}"
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    main()
