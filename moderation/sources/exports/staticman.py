"""Read Staticman's files: one comment a file, as YAML or JSON, in a folder for each page.

Staticman writes ``_id`` and, for a reply, ``_parent`` (lib/Staticman.js); what else a comment has
is decided by each site, and called as here by its examples. A file of YAML is at most 1 MiB long,
because the reader of YAML is slow and reads it whole.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import partial
from pathlib import PurePath
from typing import Any, BinaryIO

import msgspec

from moderation.errors import InputError, RecordError
from moderation.records import Article, Comment
from moderation.sources.exports.rows import ExportRow, Rows, read_row, timestamp
from moderation.text.markup import decode, plain_line, shown_text
from moderation.text.visibility import is_blank

SOURCE = "export:staticman"

_LONGEST = 1 << 20
_TEXTS = ("message", "comment", "body", "content")
_PARENTS = ("_parent", "parent_id", "parent", "replyTo", "reply_to", "replying_to_uid")
_NAMES = ("name", "author")
_TIMES = ("date", "timestamp")

_YAML = re.compile(
    r"(?:---\s*\n)?(?:(?:[A-Za-z_][\w-]{0,60}:|[ \t#])[^\n]{0,5000}\n|\n){0,200}?_id:[ \t]"
)
_JSON = re.compile(r'"_id"\s*+:\s*+"[0-9a-fA-F-]{20,}"')
_BODY = re.compile(rf"^(?:{'|'.join(_TEXTS)}):", re.MULTILINE)


def is_staticman(text: str) -> bool:
    r"""Return whether a file begins like a comment of Staticman.

    >>> is_staticman("_id: 70c33c00-17b3-11eb\nname: Ada\nmessage: So it is.\n")
    True
    """
    if text.startswith("{"):
        texts = any(f'"{each}"' in text for each in _TEXTS)
        return texts and '"text"' not in text and _JSON.search(text) is not None
    return _YAML.match(text) is not None and _BODY.search(text) is not None


def read_staticman(stream: BinaryIO, *, name: str, articles: Mapping[str, Article]) -> Rows:
    """Yield the comment of a file; its page is called as the folder around it.

    Raises
    ------
    InputError
        If it is too long, or neither YAML nor JSON.
    """
    data = stream.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        what = f"a comment of more than {_LONGEST:,} bytes"
        raise InputError(what, path=name, hint="Staticman writes one comment a file")
    text = decode(data)
    fields = _json(text, name) if text.lstrip().startswith("{") else _yaml(text, name)
    yield read_row(partial(_row, fields, name, articles), name=name, line=1)


def _json(text: str, name: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError("damaged JSON", path=name, got=str(error)[:100]) from None


def _yaml(text: str, name: str) -> dict[str, Any]:
    try:
        import yaml
    except ImportError:
        hint = "pip install '.[yaml]', in moderation's folder"
        raise InputError("YAML needs PyYAML", path=name, hint=hint) from None
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        what = getattr(error, "problem", None) or type(error).__name__
        hint = "repair that line"
        raise InputError("damaged YAML", path=name, line=line, got=what, hint=hint) from None
    if not isinstance(found, dict):
        raise InputError("YAML that is no comment", path=name, got=type(found).__name__)
    return {str(key): value for key, value in found.items()}


def _row(
    fields: Mapping[str, Any], name: str, articles: Mapping[str, Article]
) -> ExportRow | RecordError:
    comment_id = _first(fields, ("_id", "id"))
    body = _first(fields, _TEXTS)
    if comment_id is None or body is None:
        field = "_id" if comment_id is None else _TEXTS[0]
        got = f"fields {', '.join(sorted(fields)[:12])}"
        return RecordError("field missing", path=name, line=1, field=field, got=got)
    page = PurePath(name.replace("\\", "/")).parent.name or None
    parent = _first(fields, _PARENTS)
    text = shown_text(body).strip()
    comment = Comment(
        id=comment_id,
        text=text,
        article=articles.get(page or ""),
        article_id=page,
        parent_id=None if parent in ("", "0", comment_id, page) else parent,
        author=plain_line(_first(fields, _NAMES) or "") or None,
        published=_moment(next((fields[each] for each in _TIMES if fields.get(each)), None)),
        source=SOURCE,
    )
    return ExportRow(comment=comment, skip="blank" if is_blank(text) else None)


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    values = (fields.get(name) for name in names)
    found = (each for each in values if isinstance(each, str | int) and not isinstance(each, bool))
    return next((str(each) for each in found), None)


def _moment(value: object) -> str | None:
    """Return a time from what YAML makes of it: a date, a text, or seconds or thousandths."""
    if isinstance(value, datetime.date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) > 10**11 else value
        try:
            found = datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC)
        except (ValueError, OverflowError, OSError):
            return None
        return found.isoformat().replace("+00:00", "Z")
    return timestamp(value)
