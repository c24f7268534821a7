"""CSS selectors taken apart, so that they are answered from the arrays of a page.

The separator asks some two hundred selectors of every page, and a page has markup for a few of
them. A selector whose classes, tags or attributes the page does not have at all is passed over;
the rest are looked up in an index of classes or tags, and what stands around is checked.

Understood are tags, classes, ids, attributes (``= ~= ^= $= *=``, with ``i`` for any case), and
"within" and "child of" between them: what the platforms' selectors need.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

_COMMA = re.compile(r",(?![^(\[]*[)\]])")
_STEP = re.compile(r"\s*(>?)\s*((?:[\w*-]|[.#][\w-]+|\[[^\]]*\])+)")
_SIMPLE = re.compile(
    r"(?P<tag>[a-z][a-z0-9-]*)|\.(?P<class>[\w-]+)|#(?P<id>[\w-]+)"
    r"|\[(?P<name>[\w-]+)(?:(?P<sign>[~^$*]?=)'(?P<value>[^']*)'(?P<fold> i)?)?\]"
)
#: What an attribute's text and a value must be to each other.
_SIGNS: dict[str, Callable[[str, str], bool]] = {
    "=": str.__eq__,
    "~=": lambda found, value: value in found.split(),
    "^=": str.startswith,
    "$=": str.endswith,
    "*=": str.__contains__,
}


class Test(msgspec.Struct, frozen=True):
    """What an attribute must be: present (``sign`` ""), or as a sign and a value say."""

    name: str
    sign: str
    value: str
    fold: bool

    def holds(self, attributes: dict[str, str | None]) -> bool:
        """Whether the attributes of an element pass."""
        if self.name not in attributes:
            return False
        if not self.sign:
            return True
        found = attributes[self.name] or ""
        if self.fold:
            found = found.lower()
        return _SIGNS[self.sign](found, self.value)


class Step(msgspec.Struct, frozen=True):
    """What one element must be; `child` says that the one before it must be its parent."""

    tag: str
    classes: tuple[str, ...]
    tests: tuple[Test, ...]
    child: bool


class Part(msgspec.Struct, frozen=True):
    """One alternative of a selector.

    Attributes
    ----------
    steps
        From the outermost element to the one that is selected.
    classes, tags, attributes
        What the page must have for the alternative to match anything.
    """

    steps: tuple[Step, ...]
    classes: frozenset[str]
    tags: frozenset[str]
    attributes: frozenset[str]


@lru_cache(maxsize=512)
def plan(selector: str) -> tuple[Part, ...]:
    """Take a selector apart into its alternatives.

    Raises
    ------
    ValueError
        The selector uses what is not understood here.
    """
    return tuple(_part(css.strip()) for css in _COMMA.split(selector))


def _part(css: str) -> Part:
    steps = []
    at = 0
    while found := _STEP.match(css, at):
        steps.append(_step(found[2], child=bool(found[1])))
        at = found.end()
    if at != len(css) or not steps:
        raise ValueError(f"selector not understood: {css}")
    return Part(
        steps=tuple(steps),
        classes=frozenset(name for step in steps for name in step.classes),
        tags=frozenset(step.tag for step in steps if step.tag),
        attributes=frozenset(test.name for step in steps for test in step.tests),
    )


def _step(text: str, *, child: bool) -> Step:
    tag, classes, tests = "", [], []
    at = 0
    while found := _SIMPLE.match(text, at):
        at = found.end()
        if found["tag"]:
            tag = found["tag"]
        elif found["class"]:
            classes.append(found["class"].lower())
        elif found["id"]:
            tests.append(Test("id", "=", found["id"], fold=False))
        else:
            value = found["value"] or ""
            fold = bool(found["fold"])
            tests.append(
                Test(found["name"], found["sign"] or "", value.lower() if fold else value, fold)
            )
    if at != len(text):
        raise ValueError(f"selector not understood: {text}")
    return Step(tag, tuple(classes), tuple(tests), child)
