"""Turns faults in rows into errors with an address and advice."""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import islice
from typing import Any

import msgspec

from moderation.errors import RecordError
from moderation.files.rows.blocks import ParsedBlock

_WHERE = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(?P<field>[^`]*)`")
_MISSING_FIELD = re.compile(r"Object missing required field `(?P<field>[^`]*)`")
# Largest number of a row's fields that an error names.
_SHOWN = 12
_NAME = re.compile(r"[\w.-]{1,30}( [\w.-]{1,30})?")


def invalid(message: str, line: int, raw: dict[str, Any], reading: ParsedBlock[Any]) -> RecordError:
    """Turn a validation message into an error with field, value and advice."""
    match = _WHERE.match(message)
    assert match is not None
    name = reading.name
    path = (match["path"] or "").lstrip(".")
    if unknown := _UNKNOWN_FIELD.match(message):
        field = unknown["field"]
        known = [f.name for f in msgspec.structs.fields(reading.type)]
        close = get_close_matches(field, known, 1)
        hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
        return RecordError("unknown field", path=name, line=line, field=named(field), hint=hint)
    if missing := _MISSING_FIELD.match(message):
        field = ".".join(filter(None, [path, missing["field"]]))
        there = ", ".join(map(named, islice(raw, _SHOWN)))
        hint = f"fields in this row: {there or 'none'}"
        what = "required field is missing"
        return RecordError(what, path=name, line=line, field=field, hint=hint)
    what = match["what"].replace("`", "")
    return RecordError(what, path=name, line=line, field=path or None)


def named(field: str) -> str:
    """Return a field's name for an error, unless it looks like a comment (no header)."""
    return field if _NAME.fullmatch(field) else f"a name of {len(field)} characters"


def shown(line: bytes) -> str:
    """Return the start of a line for an error: enough to recognise its kind, not to read it."""
    return f"{line[:2].decode('utf-8', errors='replace')!r} and {max(0, len(line) - 2):,} bytes"
