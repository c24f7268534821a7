"""Files of no known format: they are named, and nobody's address is shown."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moderation.errors import InputError, ModerationError
from moderation.sources import read_comments, read_pages
from moderation.sources.comment_rows import Item, RowContext

SECRETS = ("ada@bugle.example", "192.0.2.1")

UNKNOWN = {
    "mysql": "-- MySQL dump 10.13\n--\n/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `c`;\n"
             "CREATE TABLE `c` (\n  `ip` varchar(9)\n);\nINSERT INTO `c` VALUES ('192.0.2.1');\n",
    "sqlite": "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE c (ip, mail);\n"
              "INSERT INTO c VALUES('192.0.2.1','ada@bugle.example');\nCOMMIT;\n",
    "postgres": "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n\n"
                "COPY public.comments (id, mail) FROM stdin;\n1\tada@bugle.example\n\\.\n",
    "mail": "From ada@bugle.example Mon Jan  6 08:00:00 2025\nReceived: from [192.0.2.1]\n"
            "From: Ada <ada@bugle.example>\nSubject: the bridge\n\nIt is shut again.\n",
    "fields": "name: Ada\nemail: ada@bugle.example\nip: 192.0.2.1\nbody: It is shut.\n\n" * 3,
    "yaml": '- name: "Ada"\n  email: "ada@bugle.example"\n  body: "It is shut."\n' * 3,
    "ini": "[comment]\nName=Ada\nIP=192.0.2.1\nE-Mail=ada@bugle.example\nText=It is shut.\n" * 2,
    "table": "id\tauthor\temail\tbody\n1\tAda\tada@bugle.example\tIt is shut.\n"
             "2\tBo\tada@bugle.example\tSo it is.\n",
    "commas": 'id,author,ip,body\n1,Ada,192.0.2.1,"It is, once more, shut."\n2,Bo,192.0.2.1,No\n',
    "xml": "<items><item><mail>ada@bugle.example</mail><say>It is shut.</say></item></items>",
    "declared": '<?xml version="1.0"?><items><mail>ada@bugle.example</mail></items>',
    "json": '{"items": [{"mail": "ada@bugle.example", "say": "It is shut."}]}\n',
    "indented": json.dumps({"items": [{"mail": "ada@bugle.example"}]}, indent=2),
    "array": '[{"mail": "ada@bugle.example", "say": "It is shut."}]',
    "rtf": "{\\rtf1\\ansi ada@bugle.example}",
}  # fmt: skip


@pytest.mark.parametrize("kind", UNKNOWN)
@pytest.mark.parametrize("name", ["comments", "comments.txt"])
def test_it_is_said_to_be_unknown_and_nothing_of_it_is_shown(
    tmp_path: Path, kind: str, name: str
) -> None:
    path = tmp_path / name
    path.write_text(UNKNOWN[kind])
    found: list[object] = [*read_comments([path]), *read_pages(str(path))]
    assert not [each for each in found if isinstance(each, Item)]
    assert any(isinstance(each, InputError) for each in found)
    errors = [each for each in found if isinstance(each, ModerationError)]
    assert len(errors) == len(found)
    said = " ".join(map(str, errors))
    assert all(secret not in said for secret in SECRETS)
    assert all(error.path == str(path) and (error.hint or error.field) for error in errors)


ARTICLES: dict[str, dict[str, Any]] = {
    "trafilatura": {"title": "Bridge", "text": "x", "fingerprint": "a1", "raw_text": "x"},
    "newspaper": {"title": "Bridge", "text": "x", "authors": ["A"], "top_image": "https://x"},
    "readability": {"title": "Bridge", "textContent": "x", "byline": "Desk", "content": "<p>"},
    "mercury": {"title": "Bridge", "content": "<p>x</p>", "lead_image_url": None, "url": "x"},
    "goose": {"title": "Bridge", "cleaned_text": "x", "meta_keywords": "x"},
    "news-please": {"title": "Bridge", "maintext": "x", "source_domain": "x", "authors": []},
    "diffbot": {"request": {"api": "article"}, "objects": [{"title": "x", "text": "x"}]},
}


@pytest.mark.parametrize("kind", ARTICLES)
@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("comments", [None, "You idiot. You fool."])
def test_an_article_that_an_extractor_wrote_has_no_comments_one_by_one(
    tmp_path: Path, kind: str, listed: bool, comments: str | None
) -> None:
    article = dict(ARTICLES[kind]) | ({"comments": comments} if comments else {})
    path = tmp_path / "article.json"
    path.write_text(json.dumps([article] if listed else article))
    (error,) = read_comments([path])
    assert isinstance(error, InputError)
    what = "its comments are one text" if comments else "without comments"
    assert error.what == f"an article that an extractor wrote{'; ' if comments else ', '}{what}"
    assert "give the page itself" in str(error)


def test_an_extractors_article_with_a_list_of_comments_is_read(tmp_path: Path) -> None:
    article = ARTICLES["newspaper"] | {"comments": [{"text": "So it is.", "author": "Bo"}]}
    (tmp_path / "a.json").write_text(json.dumps(article))
    (item,) = read_comments([tmp_path / "a.json"])
    assert isinstance(item, Item)
    assert (item.comment.text, item.comment.author) == ("So it is.", "Bo")
    assert item.comment.article is not None
    assert item.comment.article.title == "Bridge"


def test_lines_of_articles_are_refused_and_lines_of_records_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(ARTICLES["trafilatura"]) + "\n")
    (error,) = read_comments([path])
    assert "an article that an extractor wrote" in str(error)
    path.write_text('{"title": "Bridge", "text": "So it is.", "hostname": "bugle.example"}\n')
    (item,) = read_comments([path])
    assert isinstance(item, Item)


PAGES = {
    "letter": "Dear editor,\nwrite to me: ada@bugle.example\nYours, Ada\n",
    "contact": "News, Sport, Weather\nEmail: desk@bugle.example\nPhone: 555 1234\nThe bridge\n",
    "menu": "Home, Author, Comment\nThe bridge, which is old, is shut.\nNobody knows why.\n",
    "quoted": "Home\nHe wrote INSERT INTO comments in his text.\n",
    "fragment": "<h1>Bridge</h1>It is shut.<br>So <b>it</b> is.",
    "custom": "<x-app><div><p>It is shut.</p></div></x-app>",
    "svg": "<p>x</p><svg><g></g><g></g></svg>",
}


@pytest.mark.parametrize("kind", PAGES)
def test_pages_are_not_taken_for_anything_else(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "page"
    path.write_text(PAGES[kind] * 2)
    assert not [each for each in read_pages(str(path)) if isinstance(each, InputError)]


def test_a_table_on_standard_input_is_read_once_its_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_text(UNKNOWN["table"])
    (error,) = read_comments([path])
    assert "its columns: id, author, email, body; say --column text=NAME" in str(error)
    items = list(read_comments([path], RowContext(names={"text": "body"})))
    assert [item.comment.text for item in items if isinstance(item, Item)] == [
        "It is shut.", "So it is."]  # fmt: skip


def test_corals_download_for_a_reader_is_known_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "my_comments.csv"
    path.write_text(
        "Comment ID,Published Timestamp,Article URL,Comment URL,Comment Text,Media\n"
        'c1,"1/6/2025, 08:00:00",https://bugle.example/a,https://bugle.example/a?c=c1,'
        '"<p>It&#39;s shut.</p>",\n'
    )
    (item, *_) = read_comments([path])
    assert isinstance(item, Item)
    comment = item.comment
    assert (comment.id, comment.text) == ("c1", "It's shut.")
    assert (comment.article_id, comment.published) == (
        "https://bugle.example/a", "1/6/2025, 08:00:00")  # fmt: skip


@pytest.mark.parametrize(
    "of",
    [
        lambda n: "/* */ " * n,
        lambda n: "-- x\n" * n,
        lambda n: "email: " * n,
        lambda n: "a,b,id\n" + "x," * n,
        lambda n: "<" * n,
        lambda n: "<a" + " </" * n,
        lambda n: "Received:" * n,
    ],
)
def test_looking_is_quick(tmp_path: Path, of: Callable[[int], str]) -> None:
    path = tmp_path / "x"
    path.write_text(of(200_000)[:200_000])
    began = time.process_time()
    list(read_comments([path]))
    assert time.process_time() - began < 20
