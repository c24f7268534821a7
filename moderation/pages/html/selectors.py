"""Parse CSS selectors and answer them from the arrays of a page.

The separator asks some two hundred selectors of every page, and a page has markup for only a few.
A selector whose classes, tags or attributes are absent from the page is skipped. The others are
looked up in an index of classes or tags, and then the elements around each match are checked.

The parser supports what the platforms' selectors need: tags, classes, ids, attributes
(``= ~= ^= $= *=``, with ``i`` for any case), and the descendant and child combinators.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from moderation.pages.html.tree import Tree

_COMMA = re.compile(r",(?![^(\[]*[)\]])")
_STEP = re.compile(r"\s*(>?)\s*((?:[\w*-]|[.#][\w-]+|\[[^\]]*\])+)")
_SIMPLE = re.compile(
    r"(?P<tag>[a-z][a-z0-9-]*)|\.(?P<class>[\w-]+)|#(?P<id>[\w-]+)"
    r"|\[(?P<name>[\w-]+)(?:(?P<sign>[~^$*]?=)'(?P<value>[^']*)'(?P<fold> i)?)?\]"
)
#: The test of each operator, for the text of an attribute and a value.
_SIGNS: dict[str, Callable[[str, str], bool]] = {
    "=": str.__eq__,
    "~=": lambda found, value: value in found.split(),
    "^=": str.startswith,
    "$=": str.endswith,
    "*=": str.__contains__,
}


class Test(msgspec.Struct, frozen=True):
    """A condition on an attribute: present (``sign`` ""), or compared with a value by a sign."""

    name: str
    sign: str
    value: str
    fold: bool

    def holds(self, attributes: dict[str, str | None]) -> bool:
        """Whether the attributes of an element meet the condition."""
        if self.name not in attributes:
            return False
        if not self.sign:
            return True
        found = attributes[self.name] or ""
        if self.fold:
            found = found.lower()
        return _SIGNS[self.sign](found, self.value)


class Step(msgspec.Struct, frozen=True):
    """The conditions on one element; `child` says that the step before must be its parent."""

    tag: str
    classes: tuple[str, ...]
    tests: tuple[Test, ...]
    child: bool


class SelectorPart(msgspec.Struct, frozen=True):
    """One alternative of a selector.

    Attributes
    ----------
    steps
        The steps from the outermost element to the selected one.
    classes, tags, attributes
        What the page must have for the alternative to match anything.
    """

    steps: tuple[Step, ...]
    classes: frozenset[str]
    tags: frozenset[str]
    attributes: frozenset[str]


@lru_cache(maxsize=512)
def plan(selector: str) -> tuple[SelectorPart, ...]:
    """Parse a selector into its alternatives.

    Raises
    ------
    ValueError
        The selector uses unsupported syntax.
    """
    return tuple(_part(css.strip()) for css in _COMMA.split(selector))


def _part(css: str) -> SelectorPart:
    steps = []
    at = 0
    while found := _STEP.match(css, at):
        steps.append(_step(found[2], child=bool(found[1])))
        at = found.end()
    if at != len(css) or not steps:
        raise ValueError(f"selector not understood: {css}")
    return SelectorPart(
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


def select(tree: Tree, selector: str) -> list[int]:
    """Return the places of the elements that match a CSS selector, in document order."""
    found: set[int] = set()
    classes, tags, names = tree.hint_names, tree.by_tag.keys(), tree.attribute_names
    for part in plan(selector):
        if (
            (not part.classes or part.classes <= classes)
            and (not part.tags or part.tags <= tags)
            and (not part.attributes or part.attributes <= names)
        ):
            found.update(_within(tree, part.steps))
    return sorted(found) if found else []


def _within(tree: Tree, steps: Sequence[Step]) -> list[int]:
    """Return the matches of the last step inside the matches of the steps before it."""
    first, *rest = steps
    places = _passing(tree, _candidates(tree, first), first)
    for step in rest:
        inner = _candidates(tree, step)
        if step.child:
            outer = set(places)
            inner = [place for place in inner if tree.parents[place] in outer]
        else:
            inner = _inside(tree, sorted(inner), sorted(places))
        places = _passing(tree, inner, step)
    return places


def _inside(tree: Tree, inner: Sequence[int], outer: Sequence[int]) -> list[int]:
    """Return the nodes of `inner` inside one of the nodes of `outer`; both are in order."""
    found: list[int] = []
    end = 0
    for place in outer:
        if place >= end:
            end = tree.ends[place]
            found += inner[bisect_right(inner, place) : bisect_left(inner, end)]
    return found


def _candidates(tree: Tree, step: Step) -> list[int]:
    """Return places that include every match of a step."""
    if step.classes:
        return tree.of_class(step.classes[0])
    for test in step.tests:
        if test.name == "id" and test.sign:
            hints = tree.hints_with((test.value.lower(),))
            return [place for hint in hints for place in tree.by_hint[hint]]
    if step.tag:
        return tree.by_tag[step.tag]
    return tree.with_attribute(step.tests[0].name)


def _passing(tree: Tree, places: list[int], step: Step) -> list[int]:
    """Return the candidates that match a step."""
    if step.tag and step.classes:
        tags = tree.tags
        places = [place for place in places if tags[place] == step.tag]
    for name in step.classes[1:]:
        named = set(tree.of_class(name))
        places = [place for place in places if place in named]
    for test in step.tests:
        places = [place for place in places if test.holds(tree.attributes[place])]
    return places


def select_inside(tree: Tree, selector: str, outer: int) -> list[int]:
    """Return the places of the elements inside `outer` that match a CSS selector."""
    found = tree.selected.get(selector)
    if found is None:
        found = tree.selected[selector] = select(tree, selector)
    return found[bisect_left(found, outer) : bisect_left(found, tree.ends[outer])]
