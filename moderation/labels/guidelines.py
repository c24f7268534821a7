"""The guidelines that annotators follow. Each labelled row names the version it was made with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from moderation.errors import InputError, UsageError
from moderation.records import Attribute

# The guidelines are inside the package in a wheel, and among the labelled files in a checkout.
_SHELVES = (
    Path(__file__).parents[1] / "guidelines",
    Path(__file__).parents[2] / "labelled" / "guidelines",
)
_VERSION = re.compile(r"^\W*version\W{1,5}(\S.{0,40})$", re.IGNORECASE | re.MULTILINE)


class Guideline(NamedTuple):
    """The instructions for annotators.

    Attributes
    ----------
    text
        The guideline in Markdown.
    version
        The version from the text's own line ``Version: 1``.
    """

    text: str
    version: str


def shipped_guideline(attribute: Attribute, shelves: Sequence[Path] = _SHELVES) -> Guideline:
    """Return the guideline of one attribute that comes with the package.

    Parameters
    ----------
    attribute
        The attribute that the guideline is about.
    shelves
        The folders to search, in order.

    Raises
    ------
    InputError
        If the installation has no such guideline.
    """
    for shelf in shelves:
        path = shelf / f"{attribute.value}.md"
        if path.is_file():
            return read_guideline(path)
    raise InputError("the guideline is missing", path=shelves[0], hint="install again")


def read_guideline(path: str | Path) -> Guideline:
    """Read a newsroom's own guideline.

    Parameters
    ----------
    path
        The Markdown file.

    Raises
    ------
    InputError
        If the file cannot be read.
    UsageError
        If the text names no version. Rows could not then say which rules they follow.
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
    """Return the guideline to follow.

    Parameters
    ----------
    attributes
        The attributes that annotators are asked about.
    own
        The newsroom's own guideline; default: the shipped guidelines of `attributes`, joined.
    shelves
        The folders to search for shipped guidelines, in order.
    """
    if own is not None:
        return read_guideline(own)
    found = {attribute: shipped_guideline(attribute, shelves) for attribute in attributes}
    versions = {guideline.version for guideline in found.values()}
    if len(versions) == 1:
        version = versions.pop()
    else:
        version = ", ".join(f"{a.value} {g.version}" for a, g in found.items())
    return Guideline("\n\n".join(g.text for g in found.values()), version)
