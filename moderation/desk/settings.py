"""What a desk is started with."""

from __future__ import annotations

from typing import NamedTuple

from moderation.desk.front import Front
from moderation.desk.reasons import Reasons
from moderation.desk.store.database import Database
from moderation.model import Moderator
from moderation.service import Keys


class DeskSettings(NamedTuple):
    """What the pages of a desk need.

    Attributes
    ----------
    database
        The open store.
    moderator
        The model that explains scores on the card.
    reasons
        The reasons for a rejection.
    keys
        The keys of the moderators; without any, only this machine is admitted.
    name
        The moderator's name where no keys are needed.
    blind
        Whether the proposal stays hidden until a comment is decided.
    within
        Seconds within which a comment should be decided; None without such a target.
    front
        How browsers reach the desk.
    """

    database: Database
    moderator: Moderator
    reasons: Reasons
    keys: Keys
    name: str
    blind: bool = False
    within: float | None = None
    front: Front = Front()
