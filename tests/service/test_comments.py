"""Our own endpoint: verdicts, precise errors, articles by id."""

from __future__ import annotations

import json
from typing import Any

import pytest
from called import call
from served import ARTICLE, Answer, Served

from moderation.model import Moderator
from moderation.records import Article
from moderation.service.app import make_app
from moderation.service.comments import KnownArticles
from moderation.service.comments.wire import MOST_COMMENTS
from moderation.service.limits import Keys, ServiceLimits
from moderation.service.state import Settings, Snapshot, State

PATH = "/v1/comments"
HOSTILE = "You idiot, shut up, you stupid moron."


def sent(served: Served, *comments: Any, **more: Any) -> Answer:
    return served.post(PATH, {"comments": list(comments), **more})


def test_a_comment_gets_the_verdict_that_score_gives(served: Served, moderator: Moderator) -> None:
    answer = sent(served, {"id": 7, "text": "You fool.", "revision": 2})
    assert answer.code == 200
    (found,) = answer.json["comments"]
    verdict = moderator.score(_plain("You fool."))
    assert found["id"] == "7"
    assert found["revision"] == "2"
    assert found["hostility"] == pytest.approx(verdict.hostility.value, abs=1e-6)
    assert found["action"] == verdict.action.value
    assert found["model"] == answer.json["model"] == verdict.model
    assert found["off_topic"] is None
    assert found["null_reason"].startswith("off_topic: ")
    assert (found["article"], found["desk"]) == (None, "off")
    assert answer.json["rejected"] == []
    assert sent(served, {"id": 7, "text": "You fool.", "revision": 2}).body == answer.body


def _plain(text: str) -> Any:
    from moderation.records import Comment

    return Comment(text=text)


def test_what_is_not_published_has_its_reasons(served: Served) -> None:
    hostile, civil = sent(
        served, {"id": "1", "text": HOSTILE}, {"id": "2", "text": "Thank you for the report."}
    ).json["comments"]
    assert hostile["action"] != "publish"
    spans = [r for r in hostile["reasons"] if r["end"]]
    assert spans
    assert all(HOSTILE[r["start"] : r["end"]] == r["text"] for r in spans)
    assert (civil["action"], civil["reasons"]) == ("publish", None)
    (found,) = sent(served, {"id": "1", "text": HOSTILE}, explain=False).json["comments"]
    assert found["reasons"] is None


def test_markup_is_taken_out_and_reasons_point_into_it(served: Served) -> None:
    written = "<p>You <b>idiot</b>, shut up, you stupid moron &amp; fool.</p>"
    (found,) = sent(served, {"id": "1", "text": written, "format": "html"}).json["comments"]
    spans = [r for r in found["reasons"] if r["end"]]
    assert spans
    assert all(written[r["start"] : r["end"]] == r["text"] for r in spans)


def test_an_article_is_sent_once_and_then_named(served: Served) -> None:
    article = {"id": "a-1", "title": ARTICLE["title"], "text": ARTICLE["text"]}
    about = {"text": "The ferry timetable is late again."}

    def seen(**fields: Any) -> tuple[Any, bool]:
        (found,) = sent(served, {"id": "1", **about, **fields}).json["comments"]
        return found["article"], found["off_topic"] is not None

    assert seen(article_id="a-1") == ("unknown", False)
    assert seen(article=article) == ("known", True)
    assert seen(article_id="a-1") == ("known", True)
    assert seen(article_id="story-1") == ("known", True)  # of --articles
    assert seen(article={"url": ARTICLE["url"] + "?utm_source=x"}) == ("known", True)
    assert seen(parent="What about the ferry and its timetable?") == (None, True)
    both = sent(served, {"id": "1", **about, "article": article}, {"id": "2", **about})
    assert [c["article"] for c in both.json["comments"]] == ["known", None]


@pytest.mark.parametrize(
    ("comment", "field", "found"),
    [
        ({"id": "1"}, "comments[0].text", "nothing"),
        ({"text": "a"}, "comments[0].id", "nothing"),
        ({"id": "1", "text": 5}, "comments[0].text", "a number"),
        ({"id": "1", "text": " \u200b\n"}, "comments[0].text", "no words"),
        ({"id": "1", "text": "<br><p></p>", "format": "html"}, "comments[0].text", "no words"),
        ({"id": "", "text": "a"}, "comments[0].id", "an empty text"),
        ({"id": "x" * 501, "text": "a"}, "comments[0].id", "a text that is too long"),
        ({"id": 1.5, "text": "a"}, "comments[0].id", "a number with a fraction"),
        ({"id": "1", "text": "a", "artcle": {}}, "comments[0].artcle", "a field that does not"),
        ({"id": "1", "text": "a", "article": {"name": "x"}}, "comments[0].article.name", "a field"),
        ({"id": "1", "text": "a", "article": []}, "comments[0].article", "a list"),
        ({"id": "1", "text": "a", "format": "bbcode"}, "comments[0].format", "a value"),
        ({"id": "1", "text": "a", "published": "yesterday"}, "comments[0].published", "'yester"),
        (
            {"id": "1", "text": "a", "article": {"id": "2", "title": "t"}, "article_id": "3"},
            "comments[0].article_id",
            "another id",
        ),
        ("a comment", "comments[0]", "a text"),
        (None, "comments[0]", "null"),
    ],
)
def test_a_wrong_comment_is_told_by_field_find_and_remedy(
    served: Served, comment: Any, field: str, found: str
) -> None:
    alone = sent(served, comment)
    assert alone.code == 400
    (detail,) = alone.json["error"]["details"]
    assert detail["field"] == field
    assert detail["found"].startswith(found)
    assert detail["hint"]
    assert field in alone.message
    beside = sent(served, {"id": "good", "text": "The bridge is closed."}, comment)
    assert beside.code == 200
    assert [c["id"] for c in beside.json["comments"]] == ["good"]
    (rejected,) = beside.json["rejected"]
    assert (rejected["index"], rejected["field"]) == (1, field.replace("[0]", "[1]"))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"[]", "no object"),
        (b"{}", "comments: nothing"),
        (b'{"comments": []}', "0 of them"),
        (b'{"comments": {}}', "comments: an object"),
        (b'{"comments": [1], "explian": true}', "explian"),
        (b'{"comments": [1], "explain": "yes"}', "explain: a text. Send true or false."),
        (b"not json", "JSON"),
        (json.dumps({"comments": [{}] * (MOST_COMMENTS + 1)}).encode(), "101 of them"),
    ],
)
def test_a_wrong_request_is_refused_as_a_whole(served: Served, body: bytes, told: str) -> None:
    answer = served.post(PATH, body)
    assert answer.code == 400
    assert told in answer.message


def test_no_error_quotes_a_text(served: Served) -> None:
    secret = "Zyzzyva"
    wrong = {"id": "1", "text": secret, "parent": {"deep": secret}, "author": [secret]}
    answer = served.post(PATH, {"comments": [wrong]})
    assert answer.code == 400
    assert secret.encode() not in answer.body
    assert secret not in served.log


def test_strange_texts_are_scored(served: Served) -> None:
    texts = ["half \ud83d", "\u202eabc", "a\x00b", "x" * 300_000, "\U0001f642" * 50]
    comments = [{"id": str(i), "text": text} for i, text in enumerate(texts)]
    answer = sent(served, *comments)
    assert answer.code == 200
    assert len(answer.json["comments"]) == len(texts)


def test_without_a_desk_there_are_no_decisions(served: Served) -> None:
    answer = served.ask("GET", "/v1/decisions?after=0")
    assert answer.code == 501
    assert "--desk" in answer.message


@pytest.mark.parametrize("query", ["after=-1", "after=1e3", "after=9" + "9" * 30, "limit=x"])
def test_a_number_that_is_none_is_refused(served: Served, query: str) -> None:
    name = query.partition("=")[0]
    answer = served.ask("GET", f"/v1/decisions?{query}")
    assert answer.code == 400
    assert answer.message.startswith(f"{name}: ")


def keyed(moderator: Moderator, **limits: Any) -> State:
    """A service that admits two clients."""
    snapshot = Snapshot(moderator, _shelf(), Keys({"k" * 16: "paper", "o" * 16: "other"}), ())
    return State(Settings(limits=ServiceLimits(**limits)), snapshot)


def _shelf() -> Any:
    from moderation.service.articles import ArticleIndex

    return ArticleIndex()


def asked(state: State, key: str | None, *comments: Any, path: str = PATH) -> Answer:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    body = json.dumps({"comments": list(comments)}).encode()
    method = "POST" if path == PATH else "GET"
    return call(make_app(state), method, path, body, headers)


def test_without_a_key_nobody_is_answered(moderator: Moderator) -> None:
    state = keyed(moderator)
    comment = {"id": "1", "text": "a"}
    for path in (PATH, "/v1/decisions"):
        assert asked(state, None, comment, path=path).code == 403
        assert asked(state, "w" * 16, comment, path=path).code == 400
    assert asked(state, "k" * 16, comment).code == 200
    state.close()


def test_each_comment_of_a_request_counts(moderator: Moderator) -> None:
    state = keyed(moderator, per_second=1.0, burst=3)
    three = [{"id": str(i), "text": "a"} for i in range(3)]
    assert asked(state, "k" * 16, *three).code == 200
    refused = asked(state, "k" * 16, three[0])
    assert refused.code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert asked(state, "o" * 16, three[0]).code == 200
    state.close()


def test_known_articles_are_each_clients_own_and_bounded() -> None:
    known = KnownArticles(most=5_000)
    for i in range(5):
        known.remember("paper", Article(id=f"a{i}", title="t", text="x" * 999))
    assert known.find("paper", "a4") is not None
    assert known.find("paper", "a0") is None
    assert known.find("other", "a4") is None
    known.remember("paper", Article(id="a4", title="new", text="x" * 999))
    assert known.find("paper", "a4").title == "new"
    assert known.find("paper", "a2") is not None


FOREIGN = [
    {"host": "evil.example"},  # a name that points at this machine
    {"host": "127.0.0.1:8080", "origin": "https://evil.example"},
    {"host": "127.0.0.1:8080", "origin": "null"},
    {"host": "127.0.0.1:8080", "x-forwarded-for": "192.0.2.1"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(("method", "path"), [("POST", PATH), ("GET", "/v1/decisions")])
def test_without_keys_only_this_machine_is_answered(
    served: Served, headers: dict[str, str], method: str, path: str
) -> None:
    body = json.dumps({"comments": [{"id": "1", "text": "a"}]}).encode()
    answer = served.ask(method, path, body, {"Content-Type": "text/plain", **headers})
    assert answer.code == 403
    assert "access-control-allow-origin" not in answer.headers
