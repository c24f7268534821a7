"""Logs of another scorer's answers about comments, in any of the usual formats.

A recorded score is the output of a machine. It is compared with ours and is never used in training.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from moderation.errors import InputError, RecordError
from moderation.files import STDIN, format_of, open_binary, read_records, sniff_format
from moderation.records import Article, Comment
from moderation.text.markup import html_to_text
from moderation.text.visibility import is_blank

# Columns whose names are scores; Perspective's names are in capitals.
_SCORE_NAME = re.compile(r"[A-Z][A-Z_]{2,60}(?:@[\w.@-]{1,80})?")
_PLAIN_NAMES = frozenset({"score", "toxicity"})


class Recording(NamedTuple):
    """One comment and its recorded scores.

    Attributes
    ----------
    line
        The line in the log.
    comment
        The comment with its article and parent, if the log has them.
    scores
        The scores by name, each in [0, 1].
    """

    line: int
    comment: Comment
    scores: dict[str, float]


class _AnyRow(msgspec.Struct, frozen=True):
    """A row of which only the raw fields are used."""


def read_recordings(
    path: str | Path, names: tuple[str, ...] = ()
) -> Iterator[Recording | RecordError]:
    """Read a log.

    A row is a request with its response (``request``, ``response`` as they were sent), a text with
    a response, a text with a column for each score, or a comment of a Coral dump, whose revisions
    contain Perspective's score.

    Parameters
    ----------
    path
        JSON Lines, CSV, TSV or Parquet, compressed or not.
    names
        Names of the scores to read; default: every name of the form that Perspective uses.

    Yields
    ------
    Recording or RecordError
        Each comment with its scores, or the error of its row.

    Raises
    ------
    InputError
        If the log cannot be read.
    """
    if str(path) == STDIN:
        what = "standard input is not read here"
        raise InputError(what, path=path, hint="write the log to a file and name it")
    with open_binary(path) as stream:
        head = stream.peek(4096)
        fmt = format_of(path) or sniff_format(head)
        if fmt is None:
            hint = "a log is JSON Lines, CSV, TSV or Parquet"
            raise InputError("not a log of answers", path=path, hint=hint)
        for row in read_records(stream, fmt, _AnyRow, name=str(path)):
            if isinstance(row, RecordError):
                yield row
                continue
            try:
                yield _recording(row.raw, row.line, names)
            except RecordError as error:
                error.path, error.line = str(path), row.line
                yield error


def _recording(raw: Mapping[str, Any], line: int, names: tuple[str, ...]) -> Recording:
    if isinstance(raw.get("revisions"), list):
        return _of_coral(raw, line, names)
    request = _object(raw.get("request"))
    response = _object(raw.get("response")) or raw
    scores = _answered(response) or _columns(raw, names)
    wanted = {name: score for name, score in scores.items() if not names or name in names}
    comment = _of_request(request) if request else _of_row(raw)
    comment = msgspec.structs.replace(comment, id=str(raw.get("id") or line))
    return _checked(Recording(line, comment, wanted))


def _checked(recording: Recording) -> Recording:
    if is_blank(recording.comment.text):
        hint = "name it text, or request.comment.text"
        raise RecordError("no text of the comment", field="text", hint=hint)
    if not recording.scores:
        hint = "--score names its column"
        raise RecordError("no recorded score", field="response", hint=hint)
    for name, score in recording.scores.items():
        if not (math.isfinite(score) and 0 <= score <= 1):
            raise RecordError("a score is from 0 to 1", field=name, got=f"{score:g}")
    return recording


def _object(value: Any) -> dict[str, Any]:
    """Return an object, which a CSV stores as JSON text, or an empty one for other values."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _answered(response: Mapping[str, Any]) -> dict[str, float]:
    """Return the summary scores of a response from Perspective."""
    found = {}
    for name, scores in _object(response.get("attributeScores")).items():
        value = _number(_object(_object(scores).get("summaryScore")).get("value"))
        if value is not None:
            found[name] = value
    return found


def _columns(raw: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for name, field in raw.items():
        asked = name in names or (
            not names and (_SCORE_NAME.fullmatch(name) or name.lower() in _PLAIN_NAMES)
        )
        value = _number(field) if asked else None
        if value is not None:
            found[name] = value
    return found


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _of_request(request: Mapping[str, Any]) -> Comment:
    """Return the comment of a request, with the article and parent of its context."""
    context = _object(request.get("context"))
    pair = _object(context.get("articleAndParentComment"))
    entries = context.get("entries")
    entries = entries if isinstance(entries, list) else []
    given = [pair.get("article"), pair.get("parentComment")] if pair else [*entries, None, None]
    article, parent = (_text(_object(entry).get("text")) for entry in given[:2])
    return Comment(
        text=_text(_object(request.get("comment")).get("text")),
        article=Article(text=article) if article and not article.startswith("{") else None,
        parent=parent or None,
    )


def _of_row(raw: Mapping[str, Any]) -> Comment:
    article = _object(raw.get("article"))
    text = _text(raw.get("text")) or _text(raw.get("comment"))
    title, body = _text(article.get("title")), _text(article.get("text"))
    known = Article(title=title, text=body) if title or body else None
    return Comment(text=text, article=known, parent=_text(raw.get("parent")) or None)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _of_coral(raw: Mapping[str, Any], line: int, names: tuple[str, ...]) -> Recording:
    """Return the last revision that Perspective has scored, which may not be the last one."""
    for revision in reversed(raw["revisions"]):
        found = _object(_object(_object(revision).get("metadata")).get("perspective"))
        score = _number(found.get("score"))
        name = _text(found.get("model")) or "TOXICITY"
        if score is not None and (not names or name in names):
            text = html_to_text(_text(_object(revision).get("body")))
            comment = Comment(text=text, id=_text(raw.get("id")) or str(line))
            return _checked(Recording(line, comment, {name: score}))
    raise RecordError("no revision of it has a recorded score", field="revisions")
