"""Answers of platforms' interfaces: the samples in exports/threads tell one invented thread."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.errors import InputError, RecordError
from moderation.records import Comment
from moderation.sources.exports.reading import ExportTally, read_export
from moderation.sources.exports.sniff import sniff_export
from moderation.sources.exports.threads import FORMS

SAMPLES = {path.stem: path for path in (Path(__file__).parent / "exports" / "threads").iterdir()}
NO_TITLE = {"mastodon", "commento", "talk4"}
LINES = {"remark42", "talk4"}


def _read(body: bytes, fmt: str) -> tuple[list[Comment], list[RecordError], ExportTally]:
    tally = ExportTally()
    found = list(read_export(io.BytesIO(body), fmt, name="thread.json", tally=tally))
    return (
        [each for each in found if isinstance(each, Comment)],
        [each for each in found if isinstance(each, RecordError)],
        tally,
    )


def test_every_form_has_a_sample() -> None:
    assert SAMPLES.keys() == FORMS.keys()


@pytest.mark.parametrize("fmt", SAMPLES)
def test_a_source_is_recognised(fmt: str) -> None:
    assert sniff_export(SAMPLES[fmt].read_bytes()) == fmt


@pytest.mark.parametrize("fmt", SAMPLES)
def test_comments_come_with_their_context(fmt: str) -> None:
    (first, reply), (error,), tally = _read(SAMPLES[fmt].read_bytes(), fmt)
    assert first.text.replace("’", "'") == "It's shut again.\nFive < six."
    assert (first.id, first.author) == ("501", "Ada Quist")
    assert str(first.published).startswith("2025-01-06T08:00:00")
    assert (reply.id, reply.text, reply.author) == ("502", "So it is.", "bolind")
    assert (reply.parent_id, reply.depth) == ("501", 2)
    assert tally.skipped.total() > 0
    assert error.path == "thread.json"
    assert error.line is not None
    if fmt in NO_TITLE:
        return
    assert first.parent_id is None
    assert first.article is not None
    assert first.article is reply.article
    assert first.article.title == "Swing bridge shut"


@pytest.mark.parametrize(
    "fmt", ["reddit", "hacker-news", "discourse", "youtube", "diffbot", "nested"]
)
def test_the_article_has_its_text_or_address(fmt: str) -> None:
    first, *_ = _read(SAMPLES[fmt].read_bytes(), fmt)[0]
    assert first.article is not None
    assert first.article.text == "The bridge is shut." or first.article.url is not None


@pytest.mark.parametrize("fmt", sorted(SAMPLES.keys() - LINES))
def test_the_layout_of_the_json_does_not_matter(fmt: str) -> None:
    document = json.loads(SAMPLES[fmt].read_bytes())
    for indent in (None, 2):
        body = json.dumps(document, indent=indent).encode()
        assert sniff_export(body) == fmt
        assert _read(body, fmt)[0] == _read(SAMPLES[fmt].read_bytes(), fmt)[0]


@pytest.mark.parametrize("fmt", sorted(SAMPLES.keys() - LINES - {"commento", "hyvor", "youtube"}))
def test_answers_may_follow_one_another_line_by_line(fmt: str) -> None:
    document = json.loads(SAMPLES[fmt].read_bytes())
    answers = document if isinstance(document, list) else [document]
    body = "".join(json.dumps(answer) + "\n" for answer in answers * 2).encode()
    comments, errors, _ = _read(body, fmt)
    assert [comment.id for comment in comments] == ["501", "502"] * 2
    assert [error.line for error in errors] == [len(answers), 2 * len(answers)]


@pytest.mark.parametrize("fmt", SAMPLES)
def test_no_address_of_a_person_is_shown(fmt: str) -> None:
    comments, errors, _ = _read(SAMPLES[fmt].read_bytes(), fmt)
    shown = f"{comments}{[str(error) for error in errors]}"
    assert "192.0.2" not in shown
    assert "@" not in shown


@pytest.mark.parametrize("fmt", SAMPLES)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_mutated_answers_never_crash(fmt: str, data: st.DataObject) -> None:
    body = bytearray(SAMPLES[fmt].read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 60)))
        body[start:end] = data.draw(st.sampled_from([b"", b"{", b"}", b"[]", b"null", b'"', b"5"]))
    try:
        comments, errors, _ = _read(bytes(body), fmt)
    except InputError:
        return
    assert all(comment.text and comment.id for comment in comments)
    assert all(str(error) for error in errors)


@pytest.mark.parametrize("fmt", ["youtube", "commento", "disqus-api"])
def test_an_answer_that_breaks_off_says_where(fmt: str) -> None:
    body = SAMPLES[fmt].read_bytes()
    _, errors, _ = _read(body[: body.index(b"502") + 20], fmt) if fmt != "disqus-api" else (
        [], [_broken(body[: body.index(b"502")], fmt)], None)  # fmt: skip
    assert errors[-1].line in {1, 3}
    assert "ends in the midst" in errors[-1].what


def _broken(body: bytes, fmt: str) -> Any:
    with pytest.raises(InputError) as raised:
        _read(body, fmt)
    return raised.value


def test_a_video_without_comments_says_so() -> None:
    with pytest.raises(InputError, match="no list of comments"):
        _read(b'{"id": "9", "title": "Swing", "formats": []}', "youtube")


def test_the_memory_for_a_large_list_does_not_grow_with_it() -> None:
    def peak(n: int) -> int:
        row = {"parent": "root", "text": "So it is. " * 30, "author": "Ada Quist"}
        rows = ",".join(json.dumps({**row, "id": str(number)}) for number in range(n))
        head = b'{"id": "9", "title": "Swing", "formats": [], "comments": ['
        stream = io.BytesIO(head + rows.encode() + b"]}")
        tracemalloc.start()
        found = sum(1 for _ in read_export(stream, "youtube", name="x"))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found == n
        return top

    peak(10)
    assert peak(6_000) < 1.3 * peak(1_000)


def test_own_records_are_no_answers_of_a_platform() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "1", "text": "x", "parent_id": "2", "author": "Ann", "published": "2025-01-01"},
        {"kind": "comment", "page": "p", "article_id": "a", "id": "1", "text": "x", "source": "y"},
        {"id": 1, "text": "x", "type": "reply", "children": []},
    ]
    assert [sniff_export(json.dumps(row).encode()) for row in rows] == [None] * 3


def test_single_items_of_several_stories_keep_their_articles() -> None:
    items: list[dict[str, Any]] = [
        {"id": 9, "type": "story", "by": "desk", "time": 1736150000, "title": "Swing bridge shut"},
        {"id": 8, "type": "story", "by": "desk", "time": 1736150000, "title": "Orchard sold"},
        {"id": 501, "type": "comment", "by": "A", "time": 1736150400, "parent": 9, "text": "&gt;"},
        {"id": 502, "type": "comment", "by": "Bo", "time": 1736150700, "parent": 501, "text": "So"},
        {"id": 503, "type": "comment", "time": 1736150700, "parent": 8, "deleted": True},
    ]  # fmt: skip
    body = "".join(json.dumps(item) + "\n" for item in items).encode()
    assert sniff_export(body) == "hacker-news"
    (first, reply), errors, tally = _read(body, "hacker-news")
    assert not errors
    assert first.article is not None
    assert (first.article.title, first.text, first.parent_id) == ("Swing bridge shut", ">", None)
    assert (reply.article, reply.parent_id) == (None, "501")
    assert tally.skipped == {"deleted": 1}


def test_lines_of_a_reddit_dump_are_read() -> None:
    row = {"id": "c1", "link_id": "t3_9", "parent_id": "t3_9", "body": "So it is.", "author": "bo",
           "created_utc": 1736150700, "subreddit": "bridges"}  # fmt: skip
    body = json.dumps(row).encode() + b"\n" + b'{"id": "c2", "link_id": "t3_9"}\n'
    assert sniff_export(body) == "reddit"
    (comment,), (error,), _ = _read(body, "reddit")
    assert (comment.article_id, comment.parent_id) == ("9", None)
    assert (error.line, error.field) == (2, "body")


def test_names_are_found_behind_the_comments_of_commento() -> None:
    body = SAMPLES["commento"].read_bytes()
    without = body[: body.index(b'"commenters"')] + b'"x": 1}'
    assert [comment.author for comment in _read(without, "commento")[0]] == [None, None]
    broken = body[: body.index(b'"bo@')]
    assert [comment.author for comment in _read(broken, "commento")[0]] == ["Ada Quist", None]


def test_nested_comments_may_be_bare(tmp_path: Path) -> None:
    document: dict[str, Any] = {
        "title": "Swing bridge shut",
        "text": "The bridge is shut.",
        "comments": ["So it is.", {"body": "No.", "children": [{"body": "Yes."}]}, 5],
    }
    body = json.dumps(document).encode()
    assert sniff_export(body) == "nested"
    comments, (error,), _ = _read(body, "nested")
    assert [(c.id, c.parent_id, c.depth, c.text) for c in comments] == [
        ("1", None, 1, "So it is."), ("2", None, 1, "No."), ("3", "2", 2, "Yes."),
    ]  # fmt: skip
    assert comments[2].article is not None
    assert comments[2].article.text == "The bridge is shut."
    assert error.got == "comment 4"


def test_a_list_of_threads_keeps_each_article() -> None:
    """The form that isso imports."""
    thread = {"author": "James", "created": "2025-01-06 08:00:00", "email": "a@bugle.example",
              "id": "1", "remote_addr": "192.0.2.1", "website": ""}  # fmt: skip
    threads = [
        {"id": f"/{n}", "title": f"Bridge {n}", "comments": [thread | {"text": f"Number {n}."}]}
        for n in range(3)
    ]
    body = json.dumps(threads).encode()
    assert sniff_export(body) == "nested"
    comments, errors, _ = _read(body, "nested")
    assert [(c.article_id, c.text, c.published) for c in comments] == [
        (f"/{n}", f"Number {n}.", "2025-01-06T08:00:00Z") for n in range(3)
    ]
    assert not errors


def test_records_that_have_comments_of_their_own_are_records() -> None:
    assert sniff_export(b'{"id": 1, "text": "x", "comments": [{"text": "y"}]}') is None
    assert sniff_export(b'{"title": "x", "text": "x", "comments": "You idiot."}') is None


def test_the_text_of_an_editors_document_is_what_it_shows() -> None:
    text = [{"type": "text", "text": "So "}, {"type": "mention", "attrs": {"label": "@bo"}},
            {"type": "hardBreak"}, {"type": "text", "text": "it is."}]  # fmt: skip
    deep: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(50):
        deep = {"type": "blockquote", "content": [deep]}
    document = {"type": "doc", "content": [{"type": "paragraph", "content": text}, deep]}
    comment = {"id": 1, "page": {"id": 2}, "user": {"name": "x"}, "body": json.dumps(document)}
    plain = comment | {"id": 2, "body": "{ not a document"}
    body = json.dumps({"comments": [comment, plain]}).encode()
    comments, errors, _ = _read(body, "hyvor")
    assert [each.text for each in comments] == ["So @bo\nit is.\ndeep", "{ not a document"]
    assert not errors


def test_a_reply_of_ghost_names_whom_it_answers() -> None:
    reply = {"id": "3", "post_id": "9", "html": "<p>Yes.</p>", "member": {"name": "Cy"},
             "status": "published", "parent_id": "1", "in_reply_to_id": "2"}  # fmt: skip
    first = {**reply, "id": "2", "in_reply_to_id": None}
    top = {**first, "id": "1", "parent_id": None, "replies": [first, reply]}
    comments, _, _ = _read(json.dumps({"comments": [top]}).encode(), "ghost")
    assert [(c.id, c.parent_id, c.depth) for c in comments] == [
        ("1", None, 1),
        ("2", "1", 2),
        ("3", "2", 3),
    ]
