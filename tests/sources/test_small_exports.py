"""Exports of one reader each: IntenseDebate's XML and Staticman's files."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.errors import InputError, ModerationError, RecordError
from moderation.records import Comment
from moderation.sources import expanded, read_comments
from moderation.sources.comment_rows import Item
from moderation.sources.exports.reading import read_export
from moderation.sources.exports.sniff import sniff_export

SAMPLES = Path(__file__).parent / "exports"
INTENSE = (SAMPLES / "orchard.intense.xml").read_bytes()
YAML = SAMPLES / "swing-bridge" / "comment-1736150400.yml"
UID = "70c33c00-17b3-11eb-b998-2f3171fcf8ce"


def _read(body: bytes, fmt: str, name: str = "x") -> tuple[list[Comment], list[RecordError]]:
    found = list(read_export(io.BytesIO(body), fmt, name=name))
    return (
        [each for each in found if isinstance(each, Comment)],
        [each for each in found if isinstance(each, RecordError)],
    )


# --- IntenseDebate ---


def test_intense_debate() -> None:
    assert sniff_export(INTENSE) == "intense-debate"
    comments, (error,) = _read(INTENSE, "intense-debate")
    assert [(c.id, c.parent_id, c.depth, c.author, c.published) for c in comments] == [
        ("81", None, 1, "Old Mr Finch", "2009-09-01T06:00:00Z"),
        ("82", "81", 2, "ivo_k", "2009-09-01T09:00:00"),
        ("91", None, 1, None, None),
    ]
    assert [c.text for c in comments[:2]] == ["I planted it in '71.\nFive < six.", "So you did."]
    first, _, last = (comment.article for comment in comments)
    assert first is not None
    assert (first.title, first.url) == (
        "Why the pear tree isn't coming back",
        "https://orchardpost.example/pears",
    )
    assert last is not None
    assert last.title == "Apples"
    assert (error.line, error.field) == (18, "text")
    shown = f"{comments}{error}"
    assert "192.0.2" not in shown
    assert "@" not in shown


@pytest.mark.parametrize("root", [b"output", b"intensedebate", b"blog"])
def test_the_name_of_the_root_does_not_matter(root: bytes) -> None:
    body = INTENSE.replace(b"output>", root + b">")
    assert sniff_export(body) == "intense-debate"
    assert len(_read(body, "intense-debate")[0]) == 3


def test_an_export_that_breaks_off_gives_what_precedes(tmp_path: Path) -> None:
    comments, errors = _read(INTENSE[: INTENSE.index(b"So you") + 4], "intense-debate")
    assert [comment.id for comment in comments] == ["81"]
    assert (errors[-1].line, "those after it were not" in errors[-1].what) == (15, True)
    bomb = INTENSE.replace(b"<output>", b'<!DOCTYPE output [<!ENTITY a "lol">]><output>')
    with pytest.raises(InputError, match="document type declaration refused"):
        _read(bomb, "intense-debate")


# --- flavours of Movable Type and of WordPress ---


def test_typepad_writes_the_format_of_movable_type() -> None:
    body = (
        b"AUTHOR: Desk\nTITLE: Swing bridge shut\nSTATUS: Publish\nALLOW COMMENTS: 1\n"
        b"CONVERT BREAKS: __default__\nALLOW PINGS: 0\nBASENAME: swing\nCATEGORY: News\n"
        b"UNIQUE URL: https://bugle.example/swing.html\n\nDATE: 01/06/2025 06:00:00 AM\n-----\n"
        b"BODY:\n<p>The bridge is shut.</p>\n-----\nEXTENDED BODY:\n\n-----\nEXCERPT:\n\n-----\n"
        b"KEYWORDS:\n\n-----\nPING:\nTITLE: x\nIP: 192.0.2.1\n-----\n"
        b"COMMENT:\nAUTHOR: Ada Quist\nEMAIL: ada@bugle.example\nIP: 192.0.2.1\n"
        b"URL: http://profile.typepad.com/6p0\nDATE: 01/06/2025 08:00:00 AM\n"
        b"<p>It&#39;s shut <em>again</em>.</p>\n-----\n\n\n--------\n"
    )
    assert sniff_export(body) == "movable-type"
    ((comment,), errors) = _read(body.replace(b"\n", b"\r\n"), "movable-type")
    assert (comment.text, comment.author) == ("It's shut again.", "Ada Quist")
    assert comment.article is not None
    assert (comment.article.text, comment.article.url) == (
        "The bridge is shut.", "https://bugle.example/swing.html")  # fmt: skip
    assert not errors
    assert "192.0.2" not in f"{comment}"


def test_squarespace_writes_the_format_of_wordpress() -> None:
    body = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<rss xmlns:content="http://purl.org/rss/1.0/modules'
        b'/content/" xmlns:wp="http://wordpress.org/export/1.1/" version="2.0"><channel>'
        b"<title>Bugle</title><wp:wxr_version>1.1</wp:wxr_version><item><title>Swing bridge shut"
        b"</title><link>/blog/swing</link><content:encoded><![CDATA[<div class='sqs-layout'><p>The "
        b"bridge is shut.</p></div>]]></content:encoded><wp:post_id>2</wp:post_id><wp:comment>"
        b"<wp:comment_id>31</wp:comment_id><wp:comment_author>Ada Quist</wp:comment_author>"
        b"<wp:comment_author_email>ada@bugle.example</wp:comment_author_email>"
        b"<wp:comment_date_gmt>2025-01-06 08:00:00</wp:comment_date_gmt><wp:comment_content>"
        b"<![CDATA[<p>So it is.</p>]]></wp:comment_content><wp:comment_approved>1"
        b"</wp:comment_approved><wp:comment_parent>0</wp:comment_parent></wp:comment></item>"
        b"</channel></rss>"
    )
    assert sniff_export(body) == "wxr"
    ((comment,), errors) = _read(body, "wxr")
    assert (comment.text, comment.author, comment.published) == (
        "So it is.", "Ada Quist", "2025-01-06T08:00:00Z")  # fmt: skip
    assert comment.article is not None
    assert comment.article.text == "The bridge is shut."
    assert not errors


# --- Staticman ---


def test_staticman_in_yaml() -> None:
    assert sniff_export(YAML.read_bytes()) == "staticman"
    (item,) = read_comments([YAML])
    assert isinstance(item, Item)
    comment = item.comment
    assert (comment.id, comment.author, comment.article_id) == (UID, "Ada Quist", "swing-bridge")
    assert comment.parent_id == "60c33c00-17b3-11eb-b998-2f3171fcf8ce"
    assert comment.published == "2025-01-06T08:00:00.000Z"
    assert comment.text == (
        "It's shut *again*, and nobody in the council has said a word about it in all of these "
        "weeks.\n\nFive < six."
    )


@pytest.mark.parametrize(
    ("date", "published"),
    [
        (1736150400, "2025-01-06T08:00:00Z"),
        (1736150400000, "2025-01-06T08:00:00Z"),
        ("2025-01-06T08:00:00Z", "2025-01-06T08:00:00Z"),
        (True, None),
        (10**40, None),
        ({}, None),
    ],
)
def test_staticman_in_json(date: object, published: str | None) -> None:
    fields = {"_id": UID, "name": "Ada", "email": "0bc8", "message": "So &lt; it is.", "date": date}
    body = json.dumps(fields).encode()
    assert sniff_export(body) == "staticman"
    ((comment,), _) = _read(body, "staticman", "site/_data/comments/bridge/1.json")
    assert (comment.text, comment.published) == ("So < it is.", published)
    assert (comment.article_id, comment.parent_id) == ("bridge", None)


@pytest.mark.parametrize(
    "date", ["2025-01-06 08:00:00 +0000", "2025-01-06T08:00:00Z", "1736150400"]
)
def test_times_of_yaml_are_read(date: str) -> None:
    body = f"_id: {UID}\nname: Ada\nmessage: So it is.\ndate: {date}\n".encode()
    ((comment,), _) = _read(body, "staticman")
    assert str(comment.published).replace("+0000", "Z") == "2025-01-06T08:00:00Z"


def test_a_folder_of_files_is_read(tmp_path: Path) -> None:
    for number in range(3):
        folder = tmp_path / "comments" / f"page-{number}"
        folder.mkdir(parents=True)
        (folder / "entry1.yml").write_bytes(YAML.read_bytes())
    (tmp_path / "comments" / "page-0" / "entry2.yml").write_text("_id: 5\nname: x\nbody_: 7\n")
    found = list(read_comments(p for p in expanded([str(tmp_path)]) if isinstance(p, str)))
    articles = [item.comment.article_id for item in found if isinstance(item, Item)]
    assert articles == ["page-0", "page-1", "page-2"]
    assert any(isinstance(each, ModerationError) for each in found)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"_id: 5\nmessage: 'so it\nname: x\n", "damaged YAML"),
        (b"_id: 5\nmessage: " + b"[" * 5_000, "damaged YAML"),
        (b"_id: &a [x]\nmessage: *b\n", "damaged YAML"),
        (b"_id: !!python/object/apply:os.system [ls]\nmessage: x\n", "damaged YAML"),
        (b"_id: 5\nmessage: x\n" + b"x" * 2**20, "a comment of more than"),
        (b'{"_id": "70c33c00-17b3-11eb-b998-2f3171fcf8ce", "message": "x', "damaged JSON"),
    ],
)
def test_damaged_files_are_refused_with_their_place(body: bytes, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong) as raised:
        _read(body, "staticman")
    assert raised.value.path == "x"


def test_aliases_do_not_expand() -> None:
    lines = [b"a0: &a0 [x, x]"] + [b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9))
                                   for n in range(1, 30)]  # fmt: skip
    body = b"_id: 5\n" + b"\n".join(lines) + b"\nmessage: *a29\nbody: So it is.\n"
    ((comment,), _) = _read(body, "staticman")
    assert comment.text == "So it is."


def test_without_a_text_the_fields_are_named() -> None:
    _, (error,) = _read(b"_id: 5\nname: x\nremarks: y\n", "staticman")
    assert (error.field, error.got) == ("message", "fields _id, name, remarks")


def test_without_pyyaml_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(InputError, match="PyYAML") as raised:
        _read(YAML.read_bytes(), "staticman")
    assert "pip install '.[yaml]'" in str(raised.value)


@pytest.mark.parametrize(
    "head",
    [
        b"name: x\nmessage: y\n",
        b"comments:\n  path: _data\n",
        b'{"_id": {"$oid": "65a1"}, "message": "x"}',
        b"_identity: 5\nmessage: x\n",
        b"He said:\n_id: is no word\n",
    ],
)
def test_other_files_are_not_staticmans(head: bytes) -> None:
    assert sniff_export(head) is None


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_mutated_files_never_crash(data: st.DataObject) -> None:
    fmt = data.draw(st.sampled_from(["staticman", "intense-debate"]))
    body = bytearray(YAML.read_bytes() if fmt == "staticman" else INTENSE)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 60)))
        piece = [b"", b"{", b"<", b"&x;", b"- ", b"*a", b"!!", b"\xff", b"\n"]
        body[start:end] = data.draw(st.sampled_from(piece))
    try:
        comments, errors = _read(bytes(body), fmt)
    except InputError as error:
        str(error)
    else:
        assert all(comment.text for comment in comments)
        assert all(str(error) for error in errors)
