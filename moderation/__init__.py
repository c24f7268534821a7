"""Comment-section moderation that a newsroom runs on its own machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from moderation.moderator import Moderator
    from moderation.pages import separate
    from moderation.records import Article, Comment, Page, Verdict

__all__ = ["Article", "Comment", "Moderator", "Page", "Verdict", "separate"]

_HOME = {
    "Article": "records",
    "Comment": "records",
    "Moderator": "moderator",
    "Page": "records",
    "Verdict": "records",
    "separate": "pages",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for: ``moderation --help`` loads nothing."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
