"""Lengths of time as the command line takes them."""

from __future__ import annotations

import re

from moderation.errors import UsageError

_UNITS = {"m": 60, "h": 3_600, "d": 86_400}
_GIVEN = re.compile(r"([1-9]\d{0,4})\s*([mhd])")


def seconds_in(given: str, field: str) -> float:
    """Return the seconds of a length of time, such as ``30m``, ``2h`` or ``1d``.

    Raises
    ------
    UsageError
        If it is none; the message names the field.
    """
    found = _GIVEN.fullmatch(given.strip().lower())
    if found is None:
        hint = "write minutes, hours or days: 30m, 2h, 1d"
        raise UsageError("is no length of time", field=field, got=given, hint=hint)
    return float(int(found[1]) * _UNITS[found[2]])
