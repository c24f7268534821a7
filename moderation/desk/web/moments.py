"""Times as people write them."""

from __future__ import annotations

from datetime import datetime


def moment(text: str | None) -> str:
    """Return a time of ISO 8601 by the clock of this machine; any other text stays as it is.

    Examples
    --------
    >>> moment("2026-11-30T06:09")
    '30 Nov 2026, 06:09'
    >>> moment("yesterday")
    'yesterday'
    """
    try:
        at = datetime.fromisoformat(text or "")
        at = at.astimezone() if at.tzinfo else at
    except (ValueError, OverflowError, OSError):
        return text or ""
    clock = f", {at:%H:%M}" if len(text or "") > len("2026-11-30") else ""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}{clock}"


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
