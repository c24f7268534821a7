"""Refuse files of no known format, which would be read as pages or rows that they are not.

A message names the form that was found and what to do. It never contains a value of the file.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from moderation.errors import InputError
from moderation.files import format_of
from moderation.sources.exports import outer_keys

KNOWN = (
    "looked for: JSON Lines, a JSON array, CSV, xlsx, Parquet, the exports that the guide lists, "
    "HTML; export the comments to CSV or JSON Lines"
)

_PAGE = re.compile(rb"<(?:html|body|!doctype\s+html|div|p|table|ul|ol|article)\b", re.IGNORECASE)
_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]{0,60})[\s>]")
#: HTML elements that a fragment may begin with, if none of those above is in it.
_OF_HTML = frozenset(
    "a b blockquote br center dd dl dt em font footer form h1 h2 h3 h4 h5 h6 head header hr i img "
    "li link main meta nav pre script section span strong style td title tr u".split()
)
#: The fields of the articles that extractors write, of which a comment has none: by one of these
#: sets, a JSON object is an article; trafilatura, newspaper, readability, Mercury, goose,
#: news-please and Diffbot in turn.
_ARTICLES = tuple(
    (frozenset(needed.split()), frozenset(telling.split()))
    for needed, telling in (
        ("title text", "raw_text fingerprint source-hostname hostname"),
        ("title text", "top_image top_img article_html meta_keywords"),
        ("title textContent", "byline siteName length excerpt"),
        ("title content", "lead_image_url next_page_url word_count"),
        ("title cleaned_text", "meta_keywords domain opengraph"),
        ("title maintext", "source_domain date_publish"),
        ("request objects", "request"),
    )
)
#: The most telling of these fields: with two of them, lines of JSON are articles as well.
_TELLING = frozenset(
    {"raw_text", "fingerprint", "source-hostname", "article_html", "top_image", "source_domain"}
)

_SQL = re.compile(
    r"(?:--[^\n]*+\n|(?>/\*.{0,300}?\*/);?+|\s++"
    r"|(?:SET|DROP|USE|BEGIN|PRAGMA|START|SELECT)\b[^\n]*+\n)*+"
    r"(?:CREATE TABLE [\w.`\"]|INSERT INTO [\w.`\"]|COPY [\w.\"]+ \()",
    re.DOTALL,
)
_MAIL = re.compile(
    r"^(?:Received|Message-ID|Delivered-To|Return-Path):", re.MULTILINE | re.IGNORECASE
)
_FIELD = re.compile(r"[-*]?\s*[\"']?([A-Za-z][\w .-]{1,30}?)[\"']?\s?[:=]\s?(.*)")
_PERSONAL = frozenset(
    "email e-mail mail ip ip-address ip_address ip address ipaddr remote_addr author_ip "
    "author_email comment_author_ip comment_author_email".split()
) | {"ip address", "e-mail address", "email address"}
_ADDRESS = re.compile(
    r"[^@\s]+@[^@\s]+\.\w+|(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}"
)
#: The columns by which lines of cells are known for a table, one of which its header has.
_COLUMNS = frozenset(
    "id author name user username email ip date time created created_at published comment body "
    "message content parent parent_id article_id url".split()
)
_COLUMN = re.compile(r"[\w. -]{1,40}")


def refuse_unknown(path: str | Path, head: bytes) -> None:
    """Refuse what would be read as something that it is not.

    Parameters
    ----------
    path
        The name of the input.
    head
        Its first bytes; no export and no archive.

    Raises
    ------
    InputError
        If it is an article that an extractor wrote, or XML of no known format.
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")):
        _refuse_article(path, start.decode("utf-8", "replace"))
    if not start.startswith(b"<") or _PAGE.search(head):
        return
    root = _ROOT.match(start)
    known = root is None or root[1].decode().lower() in _OF_HTML
    if start.startswith(b"<?xml") or (not known and head.count(b"</") > 1):
        hint = "XML is read from WordPress, Disqus, Blogger and IntenseDebate; else convert it to "
        what = "XML of no format that is known"
        raise InputError(what, path=path, hint=f"{hint}JSON Lines")


def _refuse_article(path: str | Path, text: str) -> None:
    names = outer_keys(text).keys()
    if format_of(path) == "jsonl" and len(names & _TELLING) < 2:
        return
    if any(needed <= names and names & telling for needed, telling in _ARTICLES):
        beside = "; its comments are one text" if "comments" in names else ", without comments"
        hint = "give the page itself, which has its comments one by one"
        raise InputError(f"an article that an extractor wrote{beside}", path=path, hint=hint)


def refuse_no_page(path: str | Path, head: bytes) -> None:
    """Refuse text that is neither rows nor a page, and so would be shown with all that is in it.

    Raises
    ------
    InputError
        If it is a dump of a database, mail, a table without a column of texts, or lines of fields
        with people's addresses.
    """
    text = head.decode("utf-8-sig", "replace").lstrip()
    if text.startswith("<"):
        return
    if text.startswith("{\\rtf"):
        raise InputError("a document in RTF", path=path, hint="save it as plain text or HTML")
    if _SQL.match(text[:5_000]):
        raise InputError("a dump of a database (SQL)", path=path, hint=KNOWN)
    if text.startswith(("From ", "Received:", "Return-Path:", "Delivered-To:")) and _MAIL.search(
        text[:5_000]
    ):
        raise InputError("mail, not a page", path=path, hint=KNOWN)
    if columns := _columns(text):
        hint = f"its columns: {', '.join(columns[:12])}; say --column text=NAME"
        raise InputError("a table without a column text", path=path, line=1, hint=hint)
    if fields := _personal_fields(text.splitlines()):
        got = f"lines of fields ({', '.join(fields)})"
        raise InputError("of no format that is known", path=path, got=got, hint=KNOWN)


def _columns(text: str) -> list[str]:
    """Return the header of a table: several names, one of them usual, and rows as long as it."""
    for separator in (",", ";", "\t"):
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            header, *others = islice(rows, 4)
        except (csv.Error, ValueError):
            continue
        names = [name.strip() for name in header]
        usual = {name.lower() for name in names} & _COLUMNS
        if len(names) > 2 and usual and others and all(map(_COLUMN.fullmatch, names)):
            whole = others[:-1] or others  # The last may be cut.
            if all(len(row) == len(names) for row in whole):
                return names
    return []


def _personal_fields(lines: Iterable[str]) -> list[str]:
    """Return the names of fields with people's addresses, if most lines are fields."""
    found: Counter[str] = Counter()
    n_lines = n_fields = 0
    for line in islice(filter(str.strip, lines), 2_000):
        field = _FIELD.fullmatch(line.strip()[:300])
        n_lines, n_fields = n_lines + 1, n_fields + (field is not None)
        if field is None or field[1].strip().lower() not in _PERSONAL:
            continue
        if _ADDRESS.fullmatch(field[2].strip().strip("\"',")):
            found[field[1].strip()] += 1
    return sorted(found) if found.total() > 1 and 2 * n_fields > n_lines else []
