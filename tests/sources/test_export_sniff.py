"""What is an export, and what must never be taken for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.sources.exports.reading import FORMATS
from moderation.sources.exports.sniff import sniff_export

SAMPLES = Path(__file__).parent / "exports"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    ("file", "fmt"),
    [
        ("harbour.wxr.xml", "wxr"),
        ("orchard.disqus.xml", "disqus"),
        ("coral/comments.json", "coral"),
        ("coral/stories.json", "coral"),
        ("coral/commentModerationActions.json", "coral"),
        ("lighthouse.rest.json", "wordpress-rest"),
    ],
)
def test_the_first_kilobytes_suffice(file: str, fmt: str, encoding: str) -> None:
    body = (SAMPLES / file).read_text(encoding="utf-8")
    assert sniff_export(body.encode(encoding)[:4096]) == fmt


OUR_RECORDS = [
    {"text": "Plain."},
    {"id": "1", "text": "x", "article": {"id": "a", "title": "t", "text": "y"}},
    {
        "id": 1,
        "post": 2,
        "parent": 0,
        "author_name": "n",
        "content": {"rendered": "c"},
        "text": "x",
    },
    {"id": "1", "tenantID": "t", "revisions": [], "storyID": "s", "text": "kept from Coral"},
    {"id": "1", "hostility": True, "off_topic": None, "annotator": "a", "text": "x"},
]


@pytest.mark.parametrize("record", OUR_RECORDS)
def test_records_of_our_own_are_never_an_export(record: dict[str, object]) -> None:
    assert sniff_export(json.dumps(record).encode()) is None
    assert sniff_export(json.dumps([record], indent=1).encode()) is None


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x00\x01\x02",
        b"<!doctype html><html><body>wordpress.org/export/ <rss> <disqus></body></html>",
        b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">'
        b"<html><disqus></html>",
        b"<html><!-- <wp:wxr_version> --></html>",
        b"<div><rss></rss></div>",
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title></channel></rss>',
        b'<?xml version="1.0"?><!-- <disqus> --><feed/>',
        b'{"code":"rest_no_route","message":"No route","data":{"status":404}}',
        b'[{"id":8,"title":{"rendered":"A post"},"content":{"rendered":"no comment"}}]',
        b'{"id": 1, "post": 2, "content": "a string"}',
        b'{"id": "u", "tenantID": "t", "username": "a user of Coral"}',
        b"[1, 2, 3]",
        b"{",
        b"1. Comment by\n<disqus>",
    ],
)
def test_other_files_are_no_export(head: bytes) -> None:
    assert sniff_export(head) is None


def test_an_export_behind_a_document_type_declaration_is_still_known_for_one() -> None:
    assert sniff_export(b'<!DOCTYPE x [<!ENTITY a "b">]>\n<disqus>&a;</disqus>') == "disqus"
    assert sniff_export(b'<!DOCTYPE disqus [<!ENTITY a "') == "disqus"


@given(st.text(alphabet='{}[]":,\\<>!-? adirs', max_size=80) | st.binary(max_size=80))
def test_nothing_crashes(head: str | bytes) -> None:
    body = head.encode() if isinstance(head, str) else head
    assert sniff_export(body) in {None, *FORMATS}
