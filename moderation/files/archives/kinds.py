"""Recognise archives and saved pages by their first bytes."""

from __future__ import annotations

import re

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
#: What the first file of an office document is called; archives of other files do not begin so.
_OFFICE = re.compile(
    rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|docProps/|xl/|word/|ppt/|mimetype)",
    re.DOTALL,
)
_WORKBOOK = re.compile(rb"xl/|spreadsheetml")
_OTHER_OFFICE = re.compile(rb"PK\x03\x04.{26}mimetype|word/|ppt/", re.DOTALL)

_TAR_MARK = slice(257, 262)

_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]{0,2000}\n"
                     rb"(?:[ \t][^\n]{0,2000}\n){0,20}){1,40}")  # fmt: skip
_RELATED = re.compile(rb"^Content-Type:\s{0,20}multipart/related\b", re.IGNORECASE | re.MULTILINE)
_HTML = re.compile(rb"^Content-Type:\s{0,20}text/html\b", re.IGNORECASE | re.MULTILINE)
_OF_BROWSER = re.compile(
    rb"^(?:Snapshot-Content-Location:|Content-Location:|From: {0,4}.?<?Saved by )",
    re.IGNORECASE | re.MULTILINE,
)
_PLIST = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}<\?xml[^>]{0,200}>\s{0,100}<!DOCTYPE\s+plist\b")


def archive_of(head: bytes) -> str:
    """Return the kind of an archive of files, or an empty string.

    Parameters
    ----------
    head
        The first bytes of a file, decompressed; 300 are enough.

    Returns
    -------
    str
        ``zip``, ``tar``, ``warc``, ``workbook`` (a spreadsheet that is read row by row),
        ``office`` (any other office document), or nothing.
    """
    if _OFFICE.match(head):
        if _OTHER_OFFICE.search(head) or not _WORKBOOK.search(head):
            return "office"
        return "workbook"
    if head.startswith(_ZIP):
        return "zip"
    if head[_TAR_MARK] == b"ustar":
        return "tar"
    return "warc" if head.startswith(b"WARC/1.") else ""


def saved_as(head: bytes) -> str:
    """Return the form in which a browser saved a page whole: ``mhtml``, ``webarchive`` or nothing.

    Parameters
    ----------
    head
        The first bytes of a file; some thousands are enough.
    """
    if head.startswith(b"bplist0") and b"WebMainResource" in head:
        return "webarchive"
    if _PLIST.match(head) and b"WebMainResource" in head:
        return "webarchive"
    fields = _HEADER.match(head)
    if fields is None:
        return ""
    alone = _HTML.search(fields[0]) and _OF_BROWSER.search(fields[0])
    return "mhtml" if alone or _RELATED.search(fields[0]) else ""
