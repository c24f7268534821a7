"""Reads what an address or a form says; what it does not say, or says wrongly, is the default."""

from __future__ import annotations

from collections.abc import Mapping

from moderation.desk.store.queue import QueueOrder, QueuePart, View


def view_in(fields: Mapping[str, str]) -> View:
    """Return the view of the queue that an address or a form names."""
    show, order = fields.get("show"), fields.get("order")
    return View(
        show=QueuePart(show) if show in set(QueuePart) else QueuePart.WAITING,
        order=QueueOrder(order) if order in set(QueueOrder) else QueueOrder.ARTICLE,
        article=number(fields.get("article")) or None,
    )


def number(text: str | None) -> int:
    """Return a number that is not negative; 0 if the text is none.

    >>> number("12"), number("-1"), number(None)
    (12, 0, 0)
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
