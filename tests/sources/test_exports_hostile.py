"""Exports that are damaged, hostile or huge."""

from __future__ import annotations

import gc
import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moderation.errors import InputError, RecordError
from moderation.records import Article, Comment
from moderation.sources.exports.json_files import LONGEST_ROW
from moderation.sources.exports.reading import read_articles, read_export, read_export_file
from moderation.sources.exports.rows import LONGEST_FIELD, Depths, timestamp
from moderation.text.markup import html_to_text

SAMPLES = Path(__file__).parent / "exports"
BODIES = {
    "coral": (SAMPLES / "coral" / "comments.json").read_bytes(),
    "disqus": (SAMPLES / "orchard.disqus.xml").read_bytes(),
    "wordpress-rest": (SAMPLES / "lighthouse.rest.json").read_bytes(),
    "wxr": (SAMPLES / "harbour.wxr.xml").read_bytes(),
}
BOMB = b'<!DOCTYPE %s [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


def read(body: bytes, fmt: str) -> list[Comment | RecordError]:
    return list(read_export(io.BytesIO(body), fmt, name="export"))


@pytest.mark.parametrize(
    "body",
    [
        BOMB % b"disqus" + b'<disqus><post dsq:id="1"><message>&c;</message></post></disqus>',
        b'<!DOCTYPE disqus SYSTEM "file:///etc/passwd"><disqus/>',
        b'<!DOCTYPE disqus [<!ENTITY x SYSTEM "http://localhost:9/">]><disqus>&x;</disqus>',
        b'<!DOCTYPE disqus [<!ENTITY % x SYSTEM "file:///etc/passwd">%x;]><disqus/>',
        b"<!DOCTYPE disqus><disqus/>",
    ],
    ids=["bomb", "external-dtd", "external-entity", "parameter-entity", "bare"],
)
def test_document_type_declarations_are_refused(body: bytes) -> None:
    with pytest.raises(InputError, match="document type declaration refused"):
        read(body, "disqus")


def test_a_bomb_in_a_file_is_refused_and_not_taken_for_a_page(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(b'<?xml version="1.0"?>\n' + BOMB % b"rss" + BODIES["wxr"].partition(b"?>")[2])
    with pytest.raises(InputError, match="document type declaration refused"):
        list(read_export_file(path))


def test_an_undeclared_entity_that_html_does_not_know_stays_as_it_is() -> None:
    body = b'<disqus><post dsq:id="1"><message>a &frobnicate; &eacute;</message></post></disqus>'
    (comment,) = read(body, "disqus")
    assert isinstance(comment, Comment)
    assert comment.text == "a &frobnicate; é"


@pytest.mark.parametrize("fmt", ["disqus", "wxr", "wordpress-rest"])
@pytest.mark.parametrize("share", [0.6, 0.8, 0.95])
def test_a_truncated_file_gives_what_was_whole_and_one_last_error(fmt: str, share: float) -> None:
    whole = [row for row in read(BODIES[fmt], fmt) if isinstance(row, Comment)]
    *before, last = read(BODIES[fmt][: int(len(BODIES[fmt]) * share)], fmt)
    comments = [row for row in before if isinstance(row, Comment)]
    assert comments == whole[: len(comments)] != []
    assert isinstance(last, RecordError)
    assert last.line is not None
    assert "those after it were not" in str(last)


def test_a_truncated_line_costs_only_itself() -> None:
    lines = BODIES["coral"].splitlines(keepends=True)
    lines[0] = lines[0][:100] + b"\n"
    first, *rest = read(b"".join(lines), "coral")
    assert isinstance(first, RecordError)
    assert (first.line, first.what) == (1, "not valid JSON")
    assert [row.id for row in rest if isinstance(row, Comment)] == ["c-3", "c-6"]


def test_a_truncated_download_gives_what_was_whole(tmp_path: Path) -> None:
    path = tmp_path / "export.xml.gz"
    posts = b"".join(
        b'<post dsq:id="%d"><message>Number %d of many.</message></post>' % (i, i * i)
        for i in range(20_000)
    )
    packed = gzip.compress(b"<disqus>" + posts + b"</disqus>")
    path.write_bytes(packed[: len(packed) // 2])
    *before, last = read_export_file(path)
    assert len(before) > 1_000
    assert isinstance(last, RecordError)
    assert "cannot be read to its end" in last.what


@pytest.mark.parametrize("fmt", ["disqus", "wxr"])
@pytest.mark.parametrize("body", [b"", b"   \n", b"<rdf/>", b"<disqus", b"<rss><", b"plain text"])
def test_nothing_to_read_is_an_error_of_the_file(fmt: str, body: bytes) -> None:
    with pytest.raises(InputError):
        read(body, fmt)


@pytest.mark.parametrize(
    "body",
    [
        b'<disqus><post a="' + b"x" * 3_000_000,
        b"<disqus><!--" + b"x" * 3_000_000,
        b"<disqus>" + b"<a>" * 100_000,
    ],
    ids=["attribute", "comment", "nesting"],
)
def test_xml_that_would_take_its_reader_long_is_refused(body: bytes) -> None:
    with pytest.raises(InputError, match=r"more than"):
        read(body, "disqus")


def test_a_text_too_long_is_one_row_rejected() -> None:
    long = b"x" * (LONGEST_FIELD + 1)
    body = (
        b'<disqus><post dsq:id="1"><message>' + long + b"</message></post>"
        b'<post dsq:id="2"><message>Short.</message></post></disqus>'
    )
    error, comment = read(body, "disqus")
    assert isinstance(error, RecordError)
    assert (error.what, error.field) == ("field too long", "message")
    assert isinstance(comment, Comment)


def test_a_line_too_long_is_one_row_rejected() -> None:
    long = b'{"id":"' + b"x" * LONGEST_ROW + b'"}\n'
    error, comment = read(long + b'{"id":"a","revisions":[{"body":"Short."}]}', "coral")
    assert isinstance(error, RecordError)
    assert (error.what, error.line) == ("line too long", 1)
    assert isinstance(comment, Comment)


def test_an_object_without_an_end_ends_the_reading() -> None:
    whole = b'[{"id":1,"content":{"rendered":"Here."}},{"id":"'
    comment, error = read(whole + b"x" * (LONGEST_ROW + 100_000), "wordpress-rest")
    assert isinstance(comment, Comment)
    assert isinstance(error, RecordError)
    assert error.what.startswith("an object of more than 16,000,000 bytes")


def test_deeply_nested_json_is_one_row_rejected() -> None:
    nested = b"[" * 100_000 + b"]" * 100_000
    body = b'[{"id":1,"content":"a","z":' + nested + b'},{"id":2,"content":"b"}]'
    error, comment = read(body, "wordpress-rest")
    assert isinstance(error, RecordError)
    assert isinstance(comment, Comment)


def test_errors_do_not_show_what_people_wrote() -> None:
    body = b'{"id":"a","revisions":[{"body":["my secret"]}]}\n{"id":"b","revisions":"my secret'
    rows = read(body, "coral")
    assert [type(row) for row in rows] == [RecordError, RecordError]
    assert not any("secret" in str(row) for row in rows)


class Generated(io.RawIOBase):
    """A file that is written while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._ready = b""
        self.size = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._ready) < size and (piece := next(self._pieces, None)) is not None:
            self._ready += piece
        taken, self._ready = self._ready[:size], self._ready[size:]
        self.size += len(taken)
        return taken


SAYING = b"The bridge has stood since my grandmother was a girl, and it will stand when I am gone. "


def big(fmt: str, comments: int) -> Iterator[bytes]:
    """An export of that many comments, every second one a reply to the one before it."""
    head, row, tail = {
        "coral": (
            b"",
            b'{"id":"%d","tenantID":"t","storyID":"s","parentID":"%d","revisions":'
            b'[{"id":"r","body":"<p>%s</p>"}]}\n',
            b"",
        ),
        "disqus": (
            b'<disqus><thread dsq:id="7"><title>A bridge</title></thread>',
            b'<post dsq:id="%d"><parent dsq:id="%d"/><message>%s</message>'
            b'<thread dsq:id="7"/></post>\n',
            b"</disqus>",
        ),
        "wordpress-rest": (
            b'[{"id":0,"post":7,"content":"First."}',
            b',{"id":%d,"parent":%d,"post":7,"content":{"rendered":"<p>%s</p>"}}',
            b"]",
        ),
        "wxr": (
            b"<rss><channel><item><wp:post_id>7</wp:post_id><title>A bridge</title>",
            b"<wp:comment><wp:comment_id>%d</wp:comment_id><wp:comment_parent>%d"
            b"</wp:comment_parent><wp:comment_content>%s</wp:comment_content></wp:comment>\n",
            b"</item></channel></rss>",
        ),
    }[fmt]
    yield head
    for number in range(1, comments + 1):
        yield row % (number, number - 1 if number % 2 == 0 else 0, SAYING * 16)
    yield tail


def peak_of_reading(fmt: str, comments: int) -> tuple[int, int]:
    """Give the bytes held at most while reading, and the bytes of the file."""
    stream = Generated(big(fmt, comments))
    gc.collect()
    tracemalloc.start()
    try:
        rows = read_export(cast(BinaryIO, stream), fmt, name="big")
        count = sum(isinstance(row, Comment) for row in rows)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count >= comments
    return peak, stream.size


@pytest.mark.parametrize("fmt", BODIES)
def test_memory_does_not_grow_with_the_comments(fmt: str) -> None:
    peak_of_reading(fmt, 10)  # whatever is imported or compiled once
    few, _ = peak_of_reading(fmt, 500)
    many, size = peak_of_reading(fmt, 6_000)
    assert size > 8_000_000
    # Replies' depths are remembered: some hundred bytes for each of 6,000, and no more than
    # `Depths` keeps; the comments themselves would be 8 MB.
    assert many - few < 2_500_000
    assert many < size / 2


def test_depths_are_remembered_in_bounded_memory() -> None:
    depths = Depths(remembered=10)
    for number in range(1, 1_000):
        assert depths.place(str(number), str(number - 1)) == number + 1
    held = len(depths._recent) + len(depths._before)
    assert held <= 20
    assert depths.place("late", "3") == 2  # forgotten, so taken for a comment on the article


@pytest.mark.parametrize("fmt", BODIES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_mutated_files_never_crash(fmt: str, data: st.DataObject) -> None:
    body = bytearray(BODIES[fmt])
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 200)))
        body[start:end] = data.draw(
            st.binary(max_size=12)
            | st.sampled_from([b"<", b">", b'"', b"{", b"}", b"]]>", b"<![CDATA[", b"\\", b"\x00"])
        )
    try:
        rows = read(bytes(body), fmt)
    except InputError:
        return
    for row in rows:
        assert isinstance(row, Comment | RecordError)
        assert str(row)
        if isinstance(row, Comment):
            assert row.text
            row.text.encode("utf-8")
            assert row.depth >= 1


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
@example(b'[{"id":1,"title":{"rendered":"\\ud83d"}}]')
@example(b'{"id":"s","metadata":null,"url":null}')
def test_files_of_articles_never_crash(body: bytes) -> None:
    for fmt in ("coral", "wordpress-rest"):
        try:
            rows = list(read_articles(io.BytesIO(body), fmt, name="articles"))
        except InputError:
            continue
        assert all(isinstance(row, Article | RecordError) for row in rows)


@pytest.mark.parametrize("fmt", BODIES)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_where_a_chunk_ends_changes_nothing(
    fmt: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(BODIES[fmt], fmt)
    monkeypatch.setattr("moderation.sources.exports.decoding.CHUNK_BYTES", size)
    pieces = read(BODIES[fmt], fmt)
    assert [row if isinstance(row, Comment) else str(row) for row in pieces] == [
        row if isinstance(row, Comment) else str(row) for row in whole
    ]


ENTITY = "You are a liar. &#" + "1" * 4400
_WXR = (
    '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><title>{bad}</title>'
    "<wp:post_id>1</wp:post_id>"
    "<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>{bad}</wp:comment_author>"
    "<wp:comment_content>{bad}</wp:comment_content></wp:comment><wp:comment><wp:comment_id>2"
    "</wp:comment_id><wp:comment_content>Fine.</wp:comment_content></wp:comment>"
    "</item></channel></rss>"
)
_DISQUS = (
    '<disqus xmlns:dsq="http://disqus.com/disqus-internals"><thread dsq:id="9"><title>{bad}</title>'
    '<message>{bad}</message></thread><post dsq:id="1"><message>{bad}</message><author><name>{bad}'
    '</name></author><thread dsq:id="9"/></post><post dsq:id="2"><message>Fine.</message>'
    '<thread dsq:id="9"/></post></disqus>'
)


def _hostile(fmt: str, bad: str) -> bytes:
    escaped = bad.replace("&", "&amp;")
    if fmt in ("wxr", "disqus"):
        return (_WXR if fmt == "wxr" else _DISQUS).format(bad=escaped).encode()
    if fmt == "coral":
        rows = [
            {"id": str(i), "storyID": "s", "createdAt": date, "revisions": [{"id": "r", "body": b}]}
            for i, b, date in ((1, bad, {"$date": {"$numberLong": "9" * 5000}}), (2, "Fine.", None))
        ]
        return "\n".join(map(json.dumps, rows)).encode()
    rows = [
        {"id": i, "post": 1, "author_name": bad, "content": {"rendered": b}}
        for i, b in ((1, bad), (2, "Fine."))
    ]
    return json.dumps(rows).encode()


@pytest.mark.parametrize("fmt", BODIES)
def test_an_entity_of_any_length_costs_no_comment(fmt: str) -> None:
    first, second = read(_hostile(fmt, ENTITY), fmt)
    assert isinstance(first, Comment)
    assert first.text == "You are a liar. \ufffd"
    assert isinstance(second, Comment)


@pytest.mark.parametrize("fmt", BODIES)
def test_what_no_reader_foresees_costs_one_comment(
    fmt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The net beneath the readers: a fault that is still in one of them stops no run."""

    def faulty(body: str, **options: bool) -> str:
        if body.startswith("You"):
            raise ValueError
        return html_to_text(body, **options)

    module = {"wordpress-rest": "wordpress", "coral": "coral.dump"}.get(fmt, fmt)
    monkeypatch.setattr(f"moderation.sources.exports.{module}.html_to_text", faulty)
    body = _hostile(fmt, "You").replace(b"<message>You</message></thread>", b"</thread>")
    error, second = read(body, fmt)
    assert isinstance(error, RecordError)
    assert "cannot be read as a comment" in str(error)
    assert error.line == 1
    assert isinstance(second, Comment)


@pytest.mark.parametrize("fmt", BODIES)
def test_a_comment_of_which_nothing_is_seen_is_blank(fmt: str) -> None:
    assert [row.id for row in read(_hostile(fmt, "\u200b"), fmt)] == ["2"]


@pytest.mark.parametrize("value", ["9" * 5000, "--5", "\u0665" * 5000])
def test_a_date_that_is_no_number_of_milliseconds_is_none(value: str) -> None:
    assert timestamp({"$date": {"$numberLong": value}}) is None
