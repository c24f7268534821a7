"""Reads what an address or a form says; what it does not say, or says wrongly, is the default."""

from __future__ import annotations

from collections.abc import Mapping

from moderation.desk.store.views import QueueOrder, QueuePart, View
from moderation.files.writing import without_surrogates

# Characters of a filter; longer ones name nothing.
_LONGEST = 500


def view_in(fields: Mapping[str, str]) -> View:
    """Return the view of the queue that an address or a form names."""
    show, order = fields.get("show"), fields.get("order")
    return View(
        show=QueuePart(show) if show in set(QueuePart) else QueuePart.WAITING,
        order=QueueOrder(order) if order in set(QueueOrder) else QueueOrder.ARTICLE,
        article=number(fields.get("article")) or None,
        section=_text(fields, "section"),
        author=_text(fields, "author"),
        reason=_text(fields, "reason"),
    )


def _text(fields: Mapping[str, str], name: str) -> str | None:
    found = without_surrogates(fields.get(name, ""))
    return found if 0 < len(found) <= _LONGEST else None


def number(text: str | None) -> int:
    """Return a number that is not negative; 0 if the text is none.

    >>> number("12"), number("-1"), number(None)
    (12, 0, 0)
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
