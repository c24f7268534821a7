"""What a decision asks of WordPress."""

from __future__ import annotations

from typing import NamedTuple

#: WordPress's words for a comment that is shown, and for one in the bin.
APPROVED, TRASH = "approved", "trash"


class Wish(NamedTuple):
    """A status that a comment shall have, and the decision behind it.

    Attributes
    ----------
    id
        WordPress's number of the comment.
    status
        ``approved`` or ``trash``.
    text
        The text that was decided.
    decision
        The number of the decision.
    moderator, decided_at
        Who decided, and when.
    """

    id: str
    status: str
    text: str
    decision: int
    moderator: str
    decided_at: str
