"""Comment-section moderation that a newsroom runs on its own machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from moderation.model import Moderator
    from moderation.pages import separate
    from moderation.records import Article, Comment, Page, Verdict

__all__ = ["Article", "Comment", "Moderator", "Page", "Verdict", "separate"]

_HOMES = {
    "Article": "moderation.records",
    "Comment": "moderation.records",
    "Moderator": "moderation.model.moderator",
    "Page": "moderation.records",
    "Verdict": "moderation.records",
    "separate": "moderation.pages",
}


def open_door(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Make a package's ``__getattr__`` that imports each exported name on first use.

    A package that imported all its modules would make every command load what it does not need.

    Parameters
    ----------
    package
        The name of the package.
    homes
        The module that defines each exported name. If the module has the same name, the module
        itself is exported.

    Returns
    -------
    callable
        The function to assign to ``__getattr__`` in the package.
    """

    def exported(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(homes[name])
        value = module if homes[name] == f"{package}.{name}" else getattr(module, name)
        setattr(sys.modules[package], name, value)
        return value

    return exported


__getattr__ = open_door(__name__, _HOMES)
