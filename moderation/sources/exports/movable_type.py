"""Read Movable Type's export format, which TypePad and others write as well.

An entry is fields, then sections: ``BODY:`` and ``COMMENT:`` among them. Five hyphens end a
section, and eight an entry. Addresses (``EMAIL:``, ``IP:``) are read past and never kept.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import BinaryIO, NamedTuple

from moderation.errors import RecordError
from moderation.records import Article, Comment
from moderation.sources.exports.decoding import utf8_chunks
from moderation.sources.exports.rows import LONGEST_FIELD, ExportRow, Rows, read_row
from moderation.text.markup import html_to_text, plain_line
from moderation.text.visibility import is_blank

SOURCE = "export:movable-type"

_END_OF_SECTION = "-----"
_END_OF_ENTRY = "--------"
_FIELD = re.compile(r"([A-Z][A-Z ]{1,30}):[ \t]?(.*)")
_OF_COMMENT = frozenset({"AUTHOR", "EMAIL", "IP", "URL", "DATE"})
_OF_ENTRY = re.compile(r"(?:TITLE|AUTHOR|DATE|BASENAME|STATUS|ALLOW COMMENTS): ?.*")
_SECTION = re.compile(r"^-----\n(?:BODY|COMMENT|EXTENDED BODY):\s*$", re.MULTILINE)
_TIMES = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S")


def is_movable_type(text: str) -> bool:
    r"""Return whether a file begins like an export: fields, five hyphens and a section.

    >>> is_movable_type("TITLE: A\nDATE: 01/02/2024 10:00:00 AM\n-----\nBODY:\nx\n")
    True
    """
    text = text.lstrip("\ufeff \r\n").replace("\r\n", "\n")
    return _OF_ENTRY.match(text) is not None and _SECTION.search(text[:20_000]) is not None


class _Section(NamedTuple):
    """One section of an entry: its name ("" for the fields at the top), its lines, its place."""

    name: str
    lines: list[str]
    line: int
    too_long: bool = False


def read_movable_type(stream: BinaryIO, *, name: str, articles: Mapping[str, Article]) -> Rows:
    """Yield the comments of an export, each with its entry.

    Comments have no ids in this format: they get ``ENTRY.COMMENT``, their numbers in the file.
    """
    number = order = 0
    top: dict[str, str] = {}
    body = ""
    article: Article | None = None
    for section in _sections(stream, name):
        if section.name == "":
            number, order, body, article = number + 1, 0, "", None
            top = dict(_fields(section.lines))
        elif section.name in {"BODY", "EXTENDED BODY"} and not section.too_long:
            body = "\n".join([body, *section.lines])
        elif section.name == "COMMENT":
            order += 1
            article = article or articles.get(str(number)) or _article(number, top, body)
            made = f"{number}.{order}"
            yield read_row(
                partial(_row, section, article, made, name), name=name, line=section.line
            )


def _sections(stream: BinaryIO, name: str) -> Iterator[_Section]:
    found: list[str] = []
    heading, line, size, begins = "", 1, 0, True
    number = 0
    for number, text in enumerate(_lines(stream, name), start=1):
        if text in (_END_OF_SECTION, _END_OF_ENTRY):
            if found or heading:
                yield _Section(heading, found, line, size > LONGEST_FIELD)
            begins, heading, found, size = text == _END_OF_ENTRY, "", [], 0
            line = number + 1
        elif not heading and not found and not begins and text.strip():
            heading, line = text.strip().rstrip(":"), number
        else:
            size += len(text)
            if size <= LONGEST_FIELD and (text.strip() or found):
                found.append(text)
    if heading or found:  # An entry without its end.
        yield _Section(heading, found, line, size > LONGEST_FIELD)


def _lines(stream: BinaryIO, name: str) -> Iterator[str]:
    rest = ""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for chunk in utf8_chunks(stream, name=name):
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in whole:
            yield line.rstrip("\r")
        if len(rest) > LONGEST_FIELD:
            rest = rest[: LONGEST_FIELD + 1]
    if rest:
        yield rest.rstrip("\r")


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if found := _FIELD.fullmatch(line):
            yield found[1], found[2].strip()


def _article(number: int, top: Mapping[str, str], body: str) -> Article:
    return Article(
        id=str(number),
        title=plain_line(top.get("TITLE", "")),
        text=html_to_text(body, breaks=True),
        author=plain_line(top.get("AUTHOR", "")) or None,
        published=_time(top.get("DATE", "")),
        url=top.get("UNIQUE URL") or None,
    )


def _row(section: _Section, article: Article, made: str, name: str) -> ExportRow | RecordError:
    fields = _head(section.lines)
    for field, wrong in (("DATE", not fields), ("text", section.too_long)):
        if wrong:
            what = "field too long" if field == "text" else "a comment without any field"
            return RecordError(what, path=name, line=section.line, field=field)
    text = html_to_text("\n".join(section.lines[len(fields) :]), breaks=True)
    comment = Comment(
        id=made,
        text=text,
        article=article,
        article_id=article.id,
        author=plain_line(fields.get("AUTHOR", "")) or None,
        published=_time(fields.get("DATE", "")),
        source=SOURCE,
    )
    return ExportRow(comment=comment, skip="blank" if is_blank(text) else None)


def _head(lines: list[str]) -> dict[str, str]:
    """Return the fields above a comment's text.

    Each stands there once, and the date comes last. Whatever follows was written by a reader, who
    must not be able to hide words in what looks like one more field.
    """
    fields: dict[str, str] = {}
    for line in lines:
        found = _FIELD.fullmatch(line)
        if found is None or found[1] not in _OF_COMMENT or found[1] in fields or "DATE" in fields:
            break
        fields[found[1]] = found[2].strip()
    return fields


def _time(given: str) -> str | None:
    for form in _TIMES:
        try:
            return datetime.strptime(given, form).isoformat()
        except ValueError:
            continue
    return None
