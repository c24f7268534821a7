"""What a moderator looks at: a part of the queue, its order, and filters that combine."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlencode


class QueuePart(StrEnum):
    """The parts of the queue."""

    WAITING = "waiting"
    HOLD = "hold"
    REVIEW = "review"
    SECOND = "second"
    DECIDED = "decided"
    PUBLISHED = "published"
    REJECTED = "rejected"


#: The parts in which nothing waits.
SETTLED = frozenset({QueuePart.DECIDED, QueuePart.PUBLISHED, QueuePart.REJECTED})


class QueueOrder(StrEnum):
    """The orders of the queue within its parts: by article, or the most hostile first."""

    ARTICLE = "article"
    NEED = "need"


class View(NamedTuple):
    """The part of the queue that a moderator looks at, its order and its filters.

    Attributes
    ----------
    show
        The part.
    order
        The order.
    article
        The number of an article, whose comments alone are shown.
    section, author, reason
        Only comments of this section, of this author, or rejected for this reason are shown.
    late
        A comment written before this time is late: it rises above the rest of its tier. None if
        there is no target. An address does not name it.
    """

    show: QueuePart = QueuePart.WAITING
    order: QueueOrder = QueueOrder.ARTICLE
    article: int | None = None
    section: str | None = None
    author: str | None = None
    reason: str | None = None
    late: float | None = None

    @property
    def filters(self) -> dict[str, str | int]:
        """The filters that are set."""
        named = {name: getattr(self, name) for name in ("article", "section", "author", "reason")}
        return {name: value for name, value in named.items() if value}

    @property
    def query(self) -> str:
        """The view as the query of an address."""
        return urlencode({"show": self.show.value, "order": self.order.value} | self.filters)

    @property
    def parameters(self) -> dict[str, Any]:
        """What the conditions of this view refer to."""
        return {**self.filters, "late": self.late}


# A plus keeps SQLite from an index in whose order the comments would have to be sorted.
# A drawn comment stands in the tier that its hash gives it, so that a filter does not mark it.
_TIERS = ("i.state = 'open' AND i.tier = 0", "i.state = 'open' AND i.tier = 1")
_SECOND = "i.state = 'second'"
_STRETCHES = {
    QueuePart.WAITING: (*_TIERS, _SECOND),
    QueuePart.HOLD: _TIERS[:1],
    QueuePart.REVIEW: _TIERS[1:],
    QueuePart.SECOND: (_SECOND,),
    QueuePart.DECIDED: ("i.last > 0 AND +i.state IN ('publish', 'reject')",),
    QueuePart.PUBLISHED: ("i.last > 0 AND +i.state = 'publish'",),
    QueuePart.REJECTED: ("i.last > 0 AND +i.state = 'reject'",),
}
_ORDERS = {
    QueueOrder.ARTICLE: "i.tier, i.shelf, i.place",
    QueueOrder.NEED: "i.tier, i.need DESC, i.place",
}
_FILTERS = {
    "article": "i.shelf = :article",
    "section": "i.section = :section",
    "author": "i.author = :author",
    "reason": "i.reason = :reason",
}


def filtered(view: View) -> str:
    """Return the condition of the filters of a view, which begins with AND, or nothing."""
    return "".join(f" AND {_FILTERS[name]}" for name in view.filters)


def shown(view: View) -> str:
    """Return the condition of the comments that a view shows."""
    return f"({' OR '.join(f'({part})' for part in _STRETCHES[view.show])}){filtered(view)}"


def stretches(view: View) -> list[str]:
    """Return the stretches of a view, each as a condition with its order.

    An index has the comments of each stretch in its order, so that a long queue is not sorted for
    the sake of its beginning.
    """
    order = "i.last DESC" if view.show in SETTLED else _ORDERS[view.order]
    parts = [f"{part}{filtered(view)}" for part in _STRETCHES[view.show]]
    if view.late is not None and view.show not in SETTLED:
        aged = ("+i.at < :late", "+i.at >= :late")
        parts = [f"{part} AND {age}" for part in parts for age in aged]
    return [f"{part} ORDER BY {order}" for part in parts]
