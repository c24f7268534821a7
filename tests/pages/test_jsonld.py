"""Comments stated as linked data."""

from __future__ import annotations

import json

import pytest

from moderation.pages.html.jsonld import read_linked_data


def test_references_lists_and_parents() -> None:
    graph = {
        "@graph": [
            {"@type": "Person", "@id": "#p", "name": " Ada  Lune "},
            {"@type": ["Comment"], "@id": "x#comment-1", "text": "One", "author": {"@id": "#p"}},
            {"@type": "Comment", "@id": "x#comment-1", "text": "One again"},
            {
                "@type": "https://schema.org/Comment",
                "url": "x#comment-2",
                "text": "Two<br>lines",
                "author": ["Bo"],
                "parentItem": {"@id": "x#comment-1"},
            },
        ]
    }
    items = read_linked_data([json.dumps(graph)]).items
    assert [(i.native_id, i.text, i.author, i.parent, i.depth) for i in items] == [
        ("comment-1", "One", "Ada Lune", None, 1),
        ("comment-2", "Two\nlines", "Bo", 0, 2),
    ]


def test_count_alone_is_no_comment() -> None:
    stated = read_linked_data(['{"@type": "NewsArticle", "headline": "H", "commentCount": "7"}'])
    assert stated.items == []
    assert (stated.count, stated.title) == (7, "H")


def test_comments_without_text_are_passed_over() -> None:
    assert read_linked_data(['{"@type": "Comment", "author": "Bo"}']).items == []


@pytest.mark.parametrize(
    "script",
    ["", "{", "null", "[1, 2]", '{"@type": 3, "text": {}}', '{"comment":' * 9_000, "\ud800",
     '{"@type":"Comment","text":' + "[" * 5_000],
)  # fmt: skip
def test_broken_data_is_no_data(script: str) -> None:
    assert read_linked_data([script]).items == []


def test_author_that_refers_to_itself_ends() -> None:
    loop = {"@type": "Comment", "@id": "#a", "text": "t", "author": {"@id": "#a", "name": []}}
    assert read_linked_data([json.dumps(loop)]).items[0].author is None
