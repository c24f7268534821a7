"""The guidelines that annotators follow, and their versions: in every labelled row stands which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from moderation.errors import InputError, UsageError
from moderation.records import Attribute

# In a wheel the guidelines lie inside the package; in a checkout, among the labelled files.
_SHELVES = (
    Path(__file__).parents[1] / "guidelines",
    Path(__file__).parents[2] / "labelled" / "guidelines",
)
_VERSION = re.compile(r"^\W*version\W{1,5}(\S.{0,40})$", re.IGNORECASE | re.MULTILINE)


class Guideline(NamedTuple):
    """What annotators were told.

    Attributes
    ----------
    text
        Markdown.
    version
        As the text itself names it, in a line ``Version: 1``.
    """

    text: str
    version: str


def shipped_guideline(attribute: Attribute, shelves: Sequence[Path] = _SHELVES) -> Guideline:
    """The guideline of one attribute that comes with the package.

    Raises
    ------
    InputError
        If the installation lacks it.
    """
    for shelf in shelves:
        path = shelf / f"{attribute.value}.md"
        if path.is_file():
            return read_guideline(path)
    raise InputError("the guideline is missing", path=shelves[0], hint="install again")


def read_guideline(path: str | Path) -> Guideline:
    """Read a newsroom's own guideline.

    Raises
    ------
    InputError
        If it cannot be read.
    UsageError
        If it names no version: rows could not say which rules they follow.
    """
    try:
        text = Path(path).read_text("utf-8")
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", path=path) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8", path=path, hint="save it as UTF-8 text") from None
    found = _VERSION.search(text)
    if found is None:
        hint = "write a line such as `Version: 1`, and count on when a rule changes"
        raise UsageError("the guideline names no version", path=path, hint=hint)
    return Guideline(text, found[1].strip())


def guideline_for(
    attributes: Sequence[Attribute],
    own: str | Path | None = None,
    shelves: Sequence[Path] = _SHELVES,
) -> Guideline:
    """The guideline to follow: one's own, or the shipped ones of some attributes, joined."""
    if own is not None:
        return read_guideline(own)
    found = {attribute: shipped_guideline(attribute, shelves) for attribute in attributes}
    versions = {guideline.version for guideline in found.values()}
    if len(versions) == 1:
        version = versions.pop()
    else:
        version = ", ".join(f"{a.value} {g.version}" for a, g in found.items())
    return Guideline("\n\n".join(g.text for g in found.values()), version)
