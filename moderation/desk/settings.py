"""What a desk is started with."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from moderation.desk.front import Front
from moderation.desk.reasons import Reasons
from moderation.desk.store.database import Database
from moderation.records import Action
from moderation.service import Keys

if TYPE_CHECKING:
    from moderation.model import Moderator


class LateModerator:
    """A model that is loaded once, by whoever needs it first: the first page needs none.

    Parameters
    ----------
    folder
        The folder of the model or models; None for those installed.
    unknown
        The action for a comment in a language that no model speaks.
    language
        The language of comments that name none; None identifies it.
    """

    def __init__(
        self,
        folder: Path | None,
        unknown: Action = Action.REVIEW,
        language: str | None = None,
    ) -> None:
        self._asked = (folder, unknown, language)
        self._lock = threading.Lock()
        self._loaded: Moderator | None = None

    def get(self) -> Moderator:
        """Return the model; the first call loads it, and others wait for that."""
        from moderation.model import Moderator

        with self._lock:
            if self._loaded is None:
                self._loaded = Moderator.load(*self._asked)
            return self._loaded


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
    mask
        Whether insults are masked until a moderator wants to see them.
    """

    database: Database
    moderator: Moderator | LateModerator
    reasons: Reasons
    keys: Keys
    name: str
    blind: bool = False
    within: float | None = None
    front: Front = Front()
    mask: bool = False

    @property
    def model(self) -> Moderator:
        """The model that explains scores; it may still have to be loaded."""
        return self.moderator.get() if isinstance(self.moderator, LateModerator) else self.moderator
