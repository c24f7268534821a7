"""Exports of comment platforms: the sample files in exports/, all invented."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from packed import PACKED

from moderation.errors import InputError, RecordError
from moderation.records import Article, Comment
from moderation.sources.exports.reading import (
    FORMATS,
    ExportRow,
    ExportTally,
    read_articles,
    read_export,
    read_export_file,
    read_rows,
)

SAMPLES = Path(__file__).parent / "exports"
FILES = {
    "blogger": SAMPLES / "orchard.blogger.xml",
    "coral": SAMPLES / "coral" / "comments.json",
    "disqus": SAMPLES / "orchard.disqus.xml",
    "intense-debate": SAMPLES / "orchard.intense.xml",
    "isso": SAMPLES / "orchard.isso.db",
    "movable-type": SAMPLES / "lighthouse.mt.txt",
    "staticman": SAMPLES / "swing-bridge" / "comment-1736150400.yml",
    "wordpress-rest": SAMPLES / "lighthouse.rest.json",
    "wxr": SAMPLES / "harbour.wxr.xml",
    **{path.stem: path for path in (SAMPLES / "threads").iterdir()},
}


class Read:
    """An export read whole, for the tests' convenience."""

    def __init__(self, path: Path, articles: dict[str, Article] | None = None) -> None:
        self.tally = ExportTally()
        read = list(read_export_file(path, articles=articles, tally=self.tally))
        self.comments = [row for row in read if isinstance(row, Comment)]
        self.errors = [row for row in read if isinstance(row, RecordError)]
        self.by_id = {comment.id: comment for comment in self.comments}


def test_every_format_has_a_sample() -> None:
    assert sorted(FILES) == sorted(FORMATS)


@pytest.mark.parametrize("fmt", FORMATS)
def test_order_source_and_tally_agree_with_what_comes_out(fmt: str) -> None:
    read = Read(FILES[fmt])
    assert [comment.order for comment in read.comments] == list(range(len(read.comments)))
    assert {comment.source for comment in read.comments} == {f"export:{fmt}"}
    assert read.tally.comments == len(read.comments) > 0
    # A file of Staticman is one comment: it has none that is wrong.
    assert read.tally.rejected == len(read.errors) >= (fmt != "staticman")
    assert all(comment.text == comment.text.strip() != "" for comment in read.comments)


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_article_is_one_object_for_all_its_comments(fmt: str) -> None:
    articles = [comment.article for comment in Read(FILES[fmt]).comments if comment.article]
    by_id: dict[str | None, Article] = {}
    assert all(by_id.setdefault(article.id, article) is article for article in articles)


def test_wxr_articles() -> None:
    read = Read(FILES["wxr"])
    bridge = read.by_id["701"].article
    assert bridge == Article(
        id="41",
        title="The swing bridge & its keeper",
        text="The council will close the swing bridge for eleven weeks.\n"
        "The bridge in February\n"
        "Its keeper, Amos Quill, is to be lent to the lock.",
        author="Ottilie Dorn",
        published="2025-03-03T07:30:00Z",
        url="https://bugle.example/2025/03/swing-bridge/",
    )
    assert read.by_id["702"].article is bridge
    fares = read.by_id["720"].article
    assert fares is not None
    assert fares.title == "Ferry fares for sheep – again"  # an undeclared &nbsp; in it
    assert fares.text == "A sheep pays half.\nA lamb pays nothing."


def test_wxr_comments() -> None:
    read = Read(FILES["wxr"])
    assert [(c.id, c.parent_id, c.depth, c.author, c.published) for c in read.comments] == [
        ("701", None, 1, "Berit Sund", "2025-03-03T09:12:44Z"),
        ("702", "701", 2, "Amos Quill", "2025-03-03T10:00:00Z"),
        ("704", "702", 3, "Pelle", "2025-03-03T13:00:00"),
        ("720", None, 1, None, "2025-03-05T08:00:00Z"),
    ]
    assert read.by_id["701"].text == (
        "Eleven weeks? My ferry ticket costs 4 < 5 crowns, they say.\n"
        "And who pays it? The ferry won't."
    )
    assert read.by_id["702"].text.endswith("a[b[0]]> and that is that.")
    assert read.by_id["720"].text == "Baa.\nSigned, a lamb."
    assert read.tally.skipped == {"pingback": 1, "deleted": 1, "blank": 1}
    (error,) = read.errors
    assert (error.line, error.field) == (149, "wp:comment_content")


def test_disqus() -> None:
    read = Read(FILES["disqus"])
    assert [(c.id, c.parent_id, c.depth, c.author, c.article_id) for c in read.comments] == [
        ("81", None, 1, "Old Mr Finch", "5001"),
        ("82", "81", 2, "ivo_k", "5001"),
        ("84", "83", 4, "Moa", "5001"),  # its parent was deleted, and counts all the same
        ("86", None, 1, "Census taker", "5002"),
        ("88", None, 1, "Stray", "5999"),
    ]
    assert read.by_id["81"].text == (
        "I planted that tree in '71.\n"
        "It bore fruit for forty years & more.\n"
        "Ask @ivo_k, he ate them all."
    )
    assert read.by_id["81"].article == Article(
        id="5001",
        title="Why the pear tree isn't coming back",
        author="Hanne Lyk",
        published="2024-09-01T06:00:00Z",
        url="https://orchardpost.example/pears",
    )
    assert read.by_id["88"].article is None
    assert read.tally.skipped == {"deleted": 1, "spam": 1}
    assert [error.field for error in read.errors] == ["message"]


@pytest.mark.parametrize("path", [FILES["coral"], SAMPLES / "coral"], ids=["file", "folder"])
def test_coral_with_its_stories(path: Path) -> None:
    read = Read(path)
    assert [(c.id, c.parent_id, c.depth, c.author) for c in read.comments] == [
        ("c-1", None, 1, "user-9"),
        ("c-3", "c-2", 3, "user-4"),
        ("c-6", None, 1, "user-2"),
    ]
    first = read.by_id["c-1"]
    assert first.text == "Shame on the owners.\nNinety years & not a word of thanks."
    assert first.article == Article(
        id="story-mill",
        title="The mill stops on Friday",
        text="After ninety years the paper mill closes its gates.",
        author="Runa Falk",
        published="2025-01-10T05:00:00.000Z",
        url="https://valley.example/mill",
    )
    assert read.by_id["c-3"].article is first.article
    assert read.by_id["c-3"].published == "2025-01-10T07:20:00.000Z"
    assert read.by_id["c-6"].published == "2025-01-12T09:00:00.000Z"
    assert read.by_id["c-6"].text.endswith("Half an emoji: \ufffd")
    assert read.tally.skipped == {"deleted": 1, "blank": 1}
    assert [(e.line, e.field) for e in read.errors] == [(5, "revisions")]


@pytest.mark.parametrize("end", [end for end in PACKED if end])
def test_coral_archived_comments_and_compressed_files(tmp_path: Path, end: str) -> None:
    (tmp_path / "archivedComments.json").write_bytes(
        b'{"id":"old","tenantID":"t","storyID":"story-mill","revisions":[{"id":"r","body":"Old."}]}'
    )
    (tmp_path / f"comments.json{end}").write_bytes(PACKED[end](FILES["coral"].read_bytes()))
    shutil.copy(SAMPLES / "coral" / "stories.json", tmp_path)
    read = Read(tmp_path)
    assert [comment.id for comment in read.comments] == ["old", "c-1", "c-3", "c-6"]
    assert [comment.order for comment in read.comments] == [0, 1, 2, 3]
    assert read.by_id["old"].article is read.by_id["c-1"].article is not None


def test_coral_without_stories_keeps_the_id(tmp_path: Path) -> None:
    shutil.copy(FILES["coral"], tmp_path)
    first = Read(tmp_path).comments[0]
    assert (first.article, first.article_id) == (None, "story-mill")


def test_coral_rows_carry_status_and_revision_for_the_import_of_decisions() -> None:
    with FILES["coral"].open("rb") as stream:
        rows = [row for row in read_rows(stream, "coral", name="c") if isinstance(row, ExportRow)]
    assert [(row.comment.id, row.status, row.skip, row.revision_id) for row in rows] == [
        ("c-1", "APPROVED", None, "r-1b"),
        ("c-2", "APPROVED", "deleted", None),
        ("c-3", "REJECTED", None, "r-3"),
        ("c-4", "NONE", "blank", "r-4"),
        ("c-6", "SYSTEM_WITHHELD", None, "r-6"),
    ]
    assert all(row.comment.revision == row.revision_id for row in rows)


def test_coral_every_revision_on_request() -> None:
    from moderation.sources.exports.coral.dump import read_coral

    with FILES["coral"].open("rb") as stream:
        rows = list(read_coral(stream, name="c", articles={}, every_revision=True))
    judged = {row.revision_id: row.comment.text for row in rows if isinstance(row, ExportRow)}
    assert judged["r-1a"] == "Shame on you all"
    assert judged["r-1b"].startswith("Shame on the owners.")


@pytest.mark.parametrize(
    ("file", "found"),
    [("stories.json", "stories"), ("commentModerationActions.json", "actions on comments")],
)
def test_another_collection_of_the_dump_is_named(file: str, found: str) -> None:
    with pytest.raises(InputError, match=found):
        list(read_export_file(SAMPLES / "coral" / file))


def test_wordpress_rest() -> None:
    read = Read(FILES["wordpress-rest"])
    assert [(c.id, c.parent_id, c.depth, c.author, c.article_id) for c in read.comments] == [
        ("33", "31", 2, "Keeper’s son", "7"),
        ("31", None, 1, None, "7"),
        ("27", None, 1, "Netta", "8"),
    ]
    assert read.by_id["33"].text == (
        "My father lit it for thirty winters.\n"
        'It will never need a {computer}, "they" said \\o/ [sic].'
    )
    assert read.by_id["31"].text == 'Typed "so"\nby hand'
    assert read.by_id["33"].article == Article(
        id="7",
        title="A lamp that minds itself",
        text="The lighthouse will be run from the mainland.",
        published="2025-05-01T09:00:00",
        url="https://coast.example/lighthouse/",
    )
    assert read.by_id["27"].article is None
    assert read.tally.skipped == {"trackback": 1, "spam": 1}
    assert [(e.line, e.field) for e in read.errors] == [(38, "content.rendered"), (39, "content")]


def test_wordpress_posts_as_articles() -> None:
    with (SAMPLES / "posts.rest.json").open("rb") as stream:
        posts = list(read_articles(stream, "wordpress-rest", name="posts"))
    known = {post.id: post for post in posts if isinstance(post, Article) and post.id}
    nets = Read(FILES["wordpress-rest"], articles=known).by_id["27"].article
    assert nets is known["8"]
    assert (nets.title, nets.text) == ("Mending nets & manners", "Mend before noon.\nTalk after.")


def test_a_wordpress_file_of_one_object_a_line_and_of_arrays_in_a_row() -> None:
    one = b'{"id":1,"post":7,"author_name":"A","content":{"rendered":"<p>One.</p>"}}'
    two = b'{"id":2,"post":7,"author_name":"B","content":{"rendered":"<p>Two.</p>"}}'
    for body in (
        one + b"\r\n\n" + two,
        b"[" + one + b"]\n[" + two + b"]",
        b"[[" + one + b"," + two,
    ):
        read = list(read_export(io.BytesIO(body), "wordpress-rest", name="r"))
        assert [c.text for c in read if isinstance(c, Comment)] == ["One.", "Two."]
        assert len(read) == 2


def test_what_stands_between_the_objects_of_an_array_is_reported() -> None:
    body = b'[\n{"id":1,"content":{"rendered":"<p>One.</p>"}},\n 17,\n{"id":2,"content":"Two."}]'
    first, error, second = read_export(io.BytesIO(body), "wordpress-rest", name="r")
    assert isinstance(first, Comment)
    assert isinstance(error, RecordError)
    assert isinstance(second, Comment)
    assert (error.line, second.text) == (3, "Two.")


def test_disqus_import_format_is_read_like_wxr() -> None:
    body = b"""<rss xmlns:wp="http://wordpress.org/export/1.0/"><channel><item>
    <title>A ford</title><link>https://ford.example/</link>
    <content:encoded><![CDATA[Shallow today]]></content:encoded>
    <dsq:thread_identifier>ford-1</dsq:thread_identifier>
    <wp:comment><dsq:remote><dsq:id>u1</dsq:id></dsq:remote><wp:comment_id>65</wp:comment_id>
    <wp:comment_author>Wader</wp:comment_author>
    <wp:comment_content><![CDATA[Not that shallow.]]></wp:comment_content>
    <wp:comment_approved>1</wp:comment_approved><wp:comment_parent>0</wp:comment_parent>
    </wp:comment></item></channel></rss>"""
    (comment,) = read_export(io.BytesIO(body), "wxr", name="w")
    assert isinstance(comment, Comment)
    assert comment.article is not None
    assert (comment.article.id, comment.text) == ("ford-1", "Not that shallow.")


def test_depth_does_not_leak_from_one_post_to_the_next() -> None:
    item = (
        "<item><wp:post_id>{0}</wp:post_id>"
        "<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_content>a</wp:comment_content>"
        "<wp:comment_parent>{0}</wp:comment_parent></wp:comment></item>"
    )
    body = f"<rss><channel>{item.format(9)}{item.format(1)}</channel></rss>".encode()
    read = [c for c in read_export(io.BytesIO(body), "wxr", name="w") if isinstance(c, Comment)]
    assert [(c.parent_id, c.depth) for c in read] == [("9", 2), (None, 1)]  # its own parent: none


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252", "iso-8859-1", "utf-8-sig"])
def test_declared_encodings(encoding: str) -> None:
    body = (
        f'<?xml version="1.0" encoding="{encoding}"?><disqus><post dsq:id="1">'
        "<message>Brücke zu – für elf Wochen</message></post></disqus>"
    )
    written = "windows-1252" if encoding == "iso-8859-1" else encoding
    (comment,) = read_export(io.BytesIO(body.encode(written)), "disqus", name="d")
    assert isinstance(comment, Comment)
    assert comment.text == "Brücke zu – für elf Wochen"


def test_a_comment_without_an_id_is_one_row_rejected() -> None:
    body = b'<disqus><post dsq:id=" "><message>Who am I?</message></post></disqus>'
    (error,) = read_export(io.BytesIO(body), "disqus", name="d")
    assert isinstance(error, RecordError)
    assert (error.field, error.line) == ("dsq:id", 1)


def test_an_encoding_that_is_none_is_refused() -> None:
    body = b'<?xml version="1.0" encoding="zlib"?><disqus/>'
    with pytest.raises(InputError, match="unknown encoding"):
        list(read_export(io.BytesIO(body), "disqus", name="d"))


def test_bytes_of_another_encoding_and_control_characters_cost_nothing() -> None:
    body = (
        b'<?xml version="1.0" encoding="UTF-8"?><disqus><post dsq:id="1">'
        b"<message>caf\xe9 na\xc3\xafve\x08 bell\x07</message></post></disqus>"
    )
    (comment,) = read_export(io.BytesIO(body), "disqus", name="d")
    assert isinstance(comment, Comment)
    assert comment.text == "café naïve bell"


def test_markup_that_was_not_escaped_is_still_markup() -> None:
    body = b'<disqus><post dsq:id="1"><message><p>One.</p><p>Two.</p></message></post></disqus>'
    (comment,) = read_export(io.BytesIO(body), "disqus", name="d")
    assert isinstance(comment, Comment)
    assert comment.text == "One.\nTwo."


def test_an_unknown_format_is_the_callers_error() -> None:
    with pytest.raises(ValueError, match="no export format"):
        read_export(io.BytesIO(), "livejournal", name="x")
    with pytest.raises(ValueError, match="no files of articles"):
        read_articles(io.BytesIO(), "disqus", name="x")


def test_neither_a_page_nor_an_empty_folder_is_an_export(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><p>hello")
    with pytest.raises(InputError, match="known platform"):
        list(read_export_file(tmp_path / "page.html"))
    with pytest.raises(InputError, match="no export in this folder"):
        list(read_export_file(tmp_path))


def test_blogger_comments_stand_under_their_posts() -> None:
    first, reply = Read(FILES["blogger"]).comments
    assert first.text == "It was time.\nFive < six."
    assert (first.author, first.published) == ("Ada Quist", "2025-01-06T08:00:00Z")
    assert (reply.parent_id, reply.depth, reply.article) == ("comment-1", 2, first.article)
    assert first.article is not None
    assert (first.article.title, first.article.text) == ("Orchard sold", "The orchard is sold.")


def test_movable_type_entries_have_their_comments() -> None:
    read = Read(FILES["movable-type"])
    first, second = read.comments
    assert first.text == "Seen from where?\nNote: five < six."
    assert (first.id, first.author, first.published) == ("1.1", "Ada Quist", "2025-01-06T13:00:00")
    assert first.article is not None
    assert first.article.text == "The lighthouse is lit.\nIt is seen from afar."
    assert second.article is not None
    assert (second.article.title, second.text) == ("Harbour dredged", "So it was.")
    assert [error.line for error in read.errors] == [20]
    assert read.tally.skipped == {"blank": 1}


@pytest.mark.parametrize("line", ["URL: you filthy liar", "AUTHOR: you filthy liar"])
def test_a_comment_of_movable_type_hides_nothing_in_what_looks_like_a_field(
    tmp_path: Path, line: str
) -> None:
    head = "AUTHOR: Bo\nURL:\nDATE: 01/06/2025 01:00:00 PM\n"
    path = tmp_path / "export.txt"
    entry = "TITLE: A pier\nDATE: 01/06/2025 01:00:00 PM\n-----\nBODY:\nIt is open.\n-----\n"
    path.write_text(f"{entry}COMMENT:\n{head}{line}\nGood.\n-----\n--------\n")
    (comment,) = Read(path).comments
    assert (comment.author, comment.text) == ("Bo", f"{line}\nGood.")


@pytest.mark.parametrize("fmt", ["blogger", "movable-type"])
def test_nobodys_address_is_kept(fmt: str) -> None:
    read = Read(FILES[fmt])
    shown = f"{read.comments}{[str(error) for error in read.errors]}"
    assert "192.0.2" not in shown
    assert ".example>" not in shown
    assert "@" not in shown


@pytest.mark.parametrize("before", [b"\n", b"\r\n \n", b"\xef\xbb\xbf\n", b"<!-- cached -->\n",
                                    b"Warning: a theme's note on line 3\n"])  # fmt: skip
@pytest.mark.parametrize("fmt", ["wxr", "disqus", "blogger"])
def test_what_stands_before_the_declaration_is_passed_over(
    tmp_path: Path, before: bytes, fmt: str
) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(before + FILES[fmt].read_bytes())
    read, clean = Read(path), Read(FILES[fmt])
    assert read.comments == clean.comments
    shift = before.count(b"\n")
    lines = [error.line and error.line + shift for error in clean.errors]
    assert [error.line for error in read.errors] == lines
