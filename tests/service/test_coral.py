"""Coral's requests, byte for byte as it writes them, and what it is told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
import pytest
from called import call
from served import ARTICLE, SECRETS, SUGGEST, Served

from moderation.labels.labelled_files import read_labelled
from moderation.model.moderator import Moderator
from moderation.records import Action, Article, Attribute, Score, Verdict
from moderation.service.app import make_app
from moderation.service.articles import ArticleIndex
from moderation.service.coral import UNSCORED, comment_of, opinion, read_comment, sign, verify
from moderation.service.errors import Refusal
from moderation.service.state import Settings, State

PHASE = "/coral/moderate"
NEW, OLD = (secret.encode() for secret in SECRETS)
HOSTILE = "<div>You idiot,</div><div>shut up, you stupid moron &amp; clown.</div>"


def phase_body(body: str = HOSTILE, **comment: Any) -> bytes:
    """The bytes of ``JSON.stringify(data, null, 2)``, as Coral signs them."""
    data = {
        "action": "NEW",
        "comment": {"body": body, "parentID": None, **comment},
        "author": {"id": "a-77", "role": "COMMENTER"},
        "story": {"id": "story-1", "url": ARTICLE["url"]},
        "site": {"id": "site-1"},
        "tenantID": "tenant-1",
        "tenantDomain": "comments.example.org",
    }
    return json.dumps(data, indent=2, ensure_ascii=False).encode()


def sent(served: Served, body: bytes, signature: str | None) -> Any:
    headers = {"X-Coral-Signature": signature} if signature is not None else {}
    named = {"User-Agent": "Coral Moderation/9.11.8", **headers}
    return served.ask("POST", PHASE, body, {"Content-Type": "application/json", **named})


@pytest.mark.parametrize(
    "signature",
    [
        sign(NEW, phase_body()),
        sign(OLD, phase_body()),
        f"{sign(NEW, phase_body())},{sign(b'not ours', phase_body())}",
        f"{sign(b'not ours', phase_body())},{sign(OLD, phase_body())}",
    ],
    ids=["of today", "of last week", "rotating, ours first", "rotating, ours last"],
)
def test_a_signed_comment_gets_an_opinion(served: Served, signature: str) -> None:
    found = sent(served, phase_body(), signature)
    assert found.code == 200
    assert found.json["actions"] == [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}]


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        sign(b"not ours", phase_body()),
        sign(NEW, phase_body() + b" "),
        sign(NEW, phase_body()).removeprefix("sha256="),
        sign(NEW, phase_body()).replace("sha256", "sha1"),
        ",".join(["sha256=" + "1" * 64] * 50),
        "sha256=" + "z" * 64,
    ],
)
def test_an_unsigned_or_wrongly_signed_one_gets_none(served: Served, signature: str) -> None:
    assert sent(served, phase_body(), signature).code == 403


def test_the_bytes_are_signed_and_not_what_they_mean(served: Served) -> None:
    compact = json.dumps(json.loads(phase_body())).encode()
    assert sent(served, compact, sign(NEW, phase_body())).code == 403
    assert sent(served, compact, sign(NEW, compact)).code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"comment": 5}', b"\xff", b"{" * 9999])
def test_a_signed_body_that_cannot_be_read_withholds_its_comment(
    served: Served, body: bytes
) -> None:
    found = sent(served, body, sign(NEW, body))
    assert (found.code, found.json) == (200, UNSCORED["withhold"])
    assert served.is_up()


class _Broken:
    """A moderator that fails as none should."""

    def __init__(self, moderator: Moderator, fail: Any) -> None:
        self.model = moderator.model
        self.is_quick = moderator.is_quick
        self.score_many = fail


def _raise(error: Exception) -> Any:
    def fail(comments: Any) -> Any:
        raise error

    return fail


async def _never(*asked: Any) -> Any:
    await asyncio.sleep(60)


def _not_a_number(comments: Any) -> Any:
    return [verdict(float("nan"), None) for _ in comments]


@pytest.mark.parametrize("told", ["withhold", "publish"])
@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        (_raise(ValueError("You idiot.")), "500"),
        (_raise(RecursionError()), "500"),
        (_raise(MemoryError()), "500"),
        (_raise(Refusal("Too much.", code=503)), "503"),
        (_not_a_number, "500"),
        (None, "late"),
    ],
    ids=["an error", "too deep", "no memory", "a refusal", "not a number", "too slow"],
)
def test_a_comment_without_a_score_is_withheld(
    settings: Settings,
    moderator: Moderator,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    told: Any,
    fail: Any,
    kind: str,
) -> None:
    seconds = 0.1 if fail is None else 10.0
    changed: Any = {"on_failure": told, "coral_seconds": seconds, "feedback": None}
    state = State(msgspec.structs.replace(settings, **changed))
    if fail is None:
        monkeypatch.setattr(state, "score", _never)
    else:
        broken: Any = _Broken(moderator, fail)
        state.current = state.current._replace(moderator=broken)
    body = phase_body()
    headers = {"X-Coral-Signature": sign(NEW, body)}
    answer = call(make_app(state), "POST", PHASE, body, headers)
    assert (answer.code, answer.json) == (200, UNSCORED[told])
    assert answer.json.get("status") == ("SYSTEM_WITHHELD" if told == "withhold" else None)
    counted = state.metrics.text("m")
    assert f'moderation_coral_failures_total{{kind="{kind}",told="{told}"}} 1' in counted
    assert "idiot" not in caplog.text
    state.close()


def test_too_many_comments_are_withheld_and_not_let_through(settings: Settings) -> None:
    limits = msgspec.structs.replace(settings.limits, per_second=0.01, burst=1)
    state = State(msgspec.structs.replace(settings, limits=limits, feedback=None))
    body = phase_body("<p>Thank you.</p>")
    headers = {"X-Coral-Signature": sign(NEW, body)}
    app = make_app(state)
    answers = [call(app, "POST", PHASE, body, headers) for _ in range(2)]
    assert [answer.code for answer in answers] == [200, 200]
    assert answers[1].json == UNSCORED["withhold"]
    state.close()


def test_a_stranger_s_body_is_neither_read_nor_counted(settings: Settings) -> None:
    limits = msgspec.structs.replace(settings.limits, body=10)
    state = State(msgspec.structs.replace(settings, limits=limits, feedback=None))
    app = make_app(state)
    body = phase_body()  # more than may come
    assert call(app, "POST", PHASE, body).code == 403
    assert "moderation_coral_failures_total{" not in state.metrics.text("m")
    signed = call(app, "POST", PHASE, body, {"X-Coral-Signature": sign(NEW, body)})
    assert (signed.code, signed.json) == (200, UNSCORED["withhold"])
    state.close()


@pytest.mark.parametrize("n", [100, 4_301, 20_000])
def test_digits_without_end_get_no_insult_past_the_phase(settings: Settings, n: int) -> None:
    state = State(msgspec.structs.replace(settings, feedback=None))
    app = make_app(state)
    for entity in ("&#" + "1" * n + ";", "&#x" + "f" * n, "&#" + "9" * n, "&" + "a" * n + ";"):
        body = phase_body(f"{HOSTILE} {entity}")
        found = call(app, "POST", PHASE, body, {"X-Coral-Signature": sign(NEW, body)})
        assert found.code == 200
        assert found.json != {}
    state.close()


def test_a_harmless_comment_gets_no_opinion(served: Served) -> None:
    body = phase_body("<p>I wonder who pays for lunch in the end, but the idea is sound.</p>")
    body = body.replace(b"story-1", b"story-2").replace(b"ferry-timetable", b"library")
    assert sent(served, body, sign(NEW, body)).body == b"{}"


@pytest.mark.parametrize("text", ["", "<div><br></div>"])
def test_a_rating_without_text_gets_no_opinion(served: Served, text: str) -> None:
    body = phase_body(text)
    assert sent(served, body, sign(NEW, body)).body == b"{}"


def test_without_secrets_nothing_is_accepted() -> None:
    with pytest.raises(Refusal):
        verify(sign(b"", b"x"), b"x", ())


def verdict(hostility: float, off_topic: float | None) -> Verdict:
    scores = [
        Score(attribute=attribute, value=value, review=0.3, hold=0.7)
        for attribute, value in zip(Attribute, (hostility, off_topic), strict=True)
    ]
    return Verdict(
        id="", hostility=scores[0], off_topic=scores[1], action=Action.PUBLISH, model="m@1"
    )


FLAG = {"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}


@pytest.mark.parametrize(
    ("hostility", "off_topic", "status", "code", "actions"),
    [
        (0.1, 0.1, None, None, None),
        (0.1, None, None, None, None),
        (0.5, 0.1, None, None, [FLAG]),
        (0.1, 0.5, None, None, None),
        (0.9, 0.1, "SYSTEM_WITHHELD", "OFFENSIVE", [FLAG]),
        (0.1, 0.9, "SYSTEM_WITHHELD", "IRRELEVANT_CONTENT", None),
        (0.5, 0.9, "SYSTEM_WITHHELD", "IRRELEVANT_CONTENT", [FLAG]),
        (0.9, 0.9, "SYSTEM_WITHHELD", "OFFENSIVE", [FLAG]),
    ],
)
def test_the_policy(
    hostility: float, off_topic: float | None, status: Any, code: Any, actions: Any
) -> None:
    found = opinion(verdict(hostility, off_topic))
    assert found.get("status") == status
    assert found.get("actions") == actions
    if status is None:
        assert "moderationAction" not in found
    else:
        action = found["moderationAction"]
        assert action["status"] == status
        assert action["rejectionReason"]["code"] == code
        assert "m@1" in action["rejectionReason"]["detailedExplanation"]


def test_the_article_is_found_by_story_and_by_address() -> None:
    article = Article(**ARTICLE)
    sent = read_comment(phase_body())
    for shelf, found in (
        (ArticleIndex({"story-1": article}), article),
        (ArticleIndex({"another": article}), article),
        (ArticleIndex(), Article(id="story-1", url=ARTICLE["url"])),
    ):
        comment = comment_of(sent, shelf)
        assert comment is not None
        assert comment.article == found
        assert comment.author == "a-77"
        assert comment.text == "You idiot,\nshut up, you stupid moron & clown."


def test_half_an_emoji_gets_no_comment_past_the_phase(served: Served) -> None:
    body = phase_body().replace(b"idiot", rb"idiot \ud83d")  # as JSON.stringify writes it
    found = sent(served, body, sign(NEW, body))
    assert (found.code, found.json["status"]) == (200, "SYSTEM_WITHHELD")


def test_the_toxic_phase_s_request(served: Served) -> None:
    # What Coral's built-in phase posts to {endpoint}/comments:analyze?key=KEY.
    body = (
        b'{"comment":{"text":"You idiot."},"doNotStore":true,'
        b'"requestedAttributes":{"TOXICITY":{}},"languages":["en"]}'
    )
    found = served.post("/v1alpha1/comments:analyze?key=any", body)
    assert 0 < found.json["attributeScores"]["TOXICITY"]["summaryScore"]["value"] <= 1


def test_the_moderators_answers_come_back_as_labels(served: Served) -> None:
    note = {
        "url": f"{ARTICLE['url']}?commentID=c-2&utm_source=letter",
        "reply_to_id_Coral_comment_id": "c-1",
        "Coral_comment_id": "c-2",
    }

    def feedback(value: int) -> Any:
        return served.post(
            f"{SUGGEST}?key=any",
            {
                "comment": {"text": "You moron of the ferry."},
                "context": {"entries": [{"text": json.dumps(note)}]},
                "attributeScores": {"TOXICITY": {"summaryScore": {"value": value}}},
                "languages": ["EN"],
                "communityId": "Coral:https://comments.example.org",
                "clientToken": "comment:c-2",
            },
        )

    shown = served.analyze("You moron of the ferry.").json
    found = feedback(1)
    assert found.code == 200
    assert found.json["clientToken"] == "comment:c-2"
    assert feedback(1).code == 200  # sent again: known
    assert feedback(0).code == 200  # a changed mind: another fact
    assert served.settings.feedback is not None
    rows = [
        row for row in read_labelled([served.settings.feedback]).rows if row.token == "comment:c-2"
    ]
    assert [row.hostility for row in rows] == [True, False]
    first = rows[0]
    assert first.annotator == "Coral:https://comments.example.org"
    assert first.source == "suggestscore"
    assert first.model == shown["model"]
    assert first.score_seen == shown["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
    assert first.article is not None
    assert first.article.title == ARTICLE["title"]
    assert first.id.startswith("c-2:")
