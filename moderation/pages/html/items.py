"""The comments of a page as ranges of its tree, and their threading."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from moderation.pages.html.markup import REPLY_LISTS, Platform
from moderation.pages.html.selectors import select, select_inside
from moderation.pages.html.tree import Tree
from moderation.pages.wording.phrases import starts_reply

_DEPTH_CLASS = re.compile(r"(?:^|[ _-])(?:depth|level|indent)[-_]?(\d{1,2})(?: |$)")
_DIGITS = re.compile(r"\d+")
_MOST_DIGITS = 9
#: The longest line that says whom a comment answers, in characters.
_REPLY_LINE = 120


@dataclass(slots=True)
class HtmlItem:
    """One comment of an HTML page.

    Attributes
    ----------
    place, end
        Its range of the tree.
    native_id
        Its id on the platform, "" if the page names none.
    lines
        Its text, one line for each paragraph.
    parent
        Index of the parent in the list of items, None for a comment on the article.
    ping
        Whether it is a pingback or trackback and not a reader's comment.
    """

    place: int
    end: int
    native_id: str = ""
    lines: list[str] = field(default_factory=list)
    author: str | None = None
    date: str | None = None
    parent: int | None = None
    depth: int = 1
    ping: bool = False

    @property
    def text(self) -> str:
        """The comment's text, with its paragraphs joined by line breaks."""
        return "\n".join(self.lines)


def span_end(tree: Tree, place: int) -> int:
    """Find the end of a comment that begins at `place`; a term includes its definitions."""
    end = tree.ends[place]
    if tree.tags[place] == "dt":
        limit = tree.ends[tree.parents[place]]
        while end < limit and tree.tags[end] != "dt":
            end = tree.ends[end]
    return end


def native_id(tree: Tree, place: int, platform: Platform) -> str:
    """Return the id that the platform gave a comment, "" if it gave none."""
    value = tree.attribute(place, platform.id_attribute) or tree.attribute(place, "data-id")
    if platform.identity and value:
        found = re.fullmatch(platform.identity, value)
        if found:
            return found.group(1)
    if not value:
        value = _anchor_before(tree, place)
    return value if _DIGITS.search(value) else ""


def _anchor_before(tree: Tree, place: int) -> str:
    """Return the name of an empty anchor directly before an element, "" if there is none."""
    for before in (place - 1, place - 2):
        if before < 0 or tree.letters[before + 1] > tree.letters[before]:
            break
        if tree.tags[before] == "a":
            return tree.attribute(before, "id") or tree.attribute(before, "name")
    return ""


def merge_wrappers(tree: Tree, places: Sequence[int]) -> list[int]:
    """Drop elements that repeat another element's comment, and lists taken for comments.

    The outer one of two elements around one comment is kept, because it holds the replies.
    """
    kept: list[int] = []
    stack: list[tuple[str, int]] = []  # the number and end of each open element
    for place in places:
        while stack and place >= stack[-1][1]:
            stack.pop()
        number = _number(tree, place)
        if stack and stack[-1][0] and number in ("", stack[-1][0]):
            continue
        kept.append(place)
        stack.append((number, span_end(tree, place)))
    return _drop_lists(tree, kept)


def _drop_lists(tree: Tree, places: Sequence[int]) -> list[int]:
    """Drop elements without text of their own: lists of comments, and wrappers around one."""
    inner: dict[int, list[int]] = {}
    stack: list[int] = []
    for place in places:
        while stack and place >= tree.ends[stack[-1]]:
            stack.pop()
        if stack:
            inner.setdefault(stack[-1], []).append(place)
        stack.append(place)
    dropped: set[int] = set()
    for outer, within in inner.items():
        own = tree.size(outer) - sum(tree.size(place) for place in within)
        if own <= 2 or (own < 25 and not _number(tree, outer)):
            first = within[0]
            siblings = [p for p in within if tree.parents[p] == tree.parents[first]]
            dropped.add(outer if len(siblings) > 1 else first)
    return [place for place in places if place not in dropped]


def _number(tree: Tree, place: int) -> str:
    found = _DIGITS.findall(tree.attribute(place, "id"))
    return found[-1] if found else ""


def find_enclosing(items: Sequence[HtmlItem]) -> list[int | None]:
    """Find, for each item, the innermost item around it."""
    found: list[int | None] = []
    stack: list[int] = []
    for number, item in enumerate(items):
        while stack and item.place >= items[stack[-1]].end:
            stack.pop()
        found.append(stack[-1] if stack else None)
        stack.append(number)
    return found


def nest(
    tree: Tree, items: list[HtmlItem], enclosing: Sequence[int | None], platform: Platform
) -> None:
    """Find the parent and the depth of every item.

    An item inside another replies to it. An item in a list of replies beside the comments replies
    to the last comment before that list. Otherwise the depths written on the items decide.
    """
    parents = list(enclosing)
    if not any(parent is not None for parent in parents):
        parents = _parents_by_attribute(tree, items, platform)
    if not any(parent is not None for parent in parents):
        parents = _parents_by_depth([_written_depth(tree, item.place, platform) for item in items])
    if not any(parent is not None for parent in parents):
        parents = _parents_by_list(tree, items)
    if not any(parent is not None for parent in parents):
        parents = _parents_by_link(tree, items)
    for number, item in enumerate(items):
        parent = parents[number]
        item.parent = parent
        item.depth = 1 if parent is None else items[parent].depth + 1


def _parents_by_attribute(
    tree: Tree, items: Sequence[HtmlItem], platform: Platform
) -> list[int | None]:
    """Find the parents that the items name themselves."""
    if not platform.parent_attribute:
        return [None] * len(items)
    numbers = {item.native_id: number for number, item in enumerate(items) if item.native_id}
    found = []
    for number, item in enumerate(items):
        named = numbers.get(tree.attribute(item.place, platform.parent_attribute))
        found.append(named if named is not None and named < number else None)
    return found


def _parents_by_depth(depths: Sequence[int]) -> list[int | None]:
    """Find the parents of adjacent items from their depths (0: not written)."""
    parents: list[int | None] = []
    path: list[tuple[int, int]] = []  # the depth and number of each open item
    for number, depth in enumerate(depths):
        while path and path[-1][0] >= max(1, depth):
            path.pop()
        parents.append(path[-1][1] if path and depth else None)
        path.append((max(1, depth), number))
    return parents


def _parents_by_list(tree: Tree, items: Sequence[HtmlItem]) -> list[int | None]:
    """Find the parents of items in lists of replies beside the comments."""
    lists = select(tree, REPLY_LISTS) if len(items) > 1 else []
    starts = [item.place for item in items]
    parents: list[int | None] = []
    open_lists: list[int] = []
    waiting = 0
    for item in items:
        while waiting < len(lists) and lists[waiting] < item.place:
            while open_lists and lists[waiting] >= tree.ends[open_lists[-1]]:
                open_lists.pop()
            open_lists.append(lists[waiting])
            waiting += 1
        while open_lists and item.place >= tree.ends[open_lists[-1]]:
            open_lists.pop()
        before = bisect_right(starts, open_lists[-1]) - 1 if open_lists else -1
        parents.append(before if before >= 0 else None)
    return parents


def _parents_by_link(tree: Tree, items: Sequence[HtmlItem]) -> list[int | None]:
    """Find the parents to which a link "in reply to Mia" leads."""
    parents: list[int | None] = [None] * len(items)
    numbers = {item.native_id: number for number, item in enumerate(items) if item.native_id}
    if len(numbers) < 2:
        return parents
    starts = [item.place for item in items]
    links = tree.by_tag.get("a", [])
    for place in links[bisect_left(links, starts[0]) :]:
        target = numbers.get(tree.attribute(place, "href").rpartition("#")[2])
        at = bisect_right(starts, place) - 1
        if target is None or not target < at or place >= items[at].end or parents[at] is not None:
            continue
        above = tree.parents[place]
        if any(starts_reply(tree.phrase(p)) for p in (above, place) if tree.size(p) < _REPLY_LINE):
            parents[at] = target
    return parents


def _written_depth(tree: Tree, place: int, platform: Platform) -> int:
    """Return the depth that the page writes on an item, 0 if it writes none."""
    if platform.depth_attribute:
        value = tree.attribute(place, platform.depth_attribute)
        return _written(value) + 1 if value.isdecimal() else 0
    if platform.depth_from is not None:
        selector, attribute, width = platform.depth_from
        for within in select_inside(tree, selector, place):
            value = tree.attribute(within, attribute)
            if value.isdecimal():
                return _written(value) // width + 1
        return 0
    found = _DEPTH_CLASS.search(tree.hints[place])
    return int(found.group(1)) + 1 if found else 0


def _written(digits: str) -> int:
    """Read a number that a page writes; a number too long for Python becomes the largest one."""
    return int(digits) if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS


def ranges(items: Iterable[HtmlItem]) -> list[tuple[int, int]]:
    """Return the disjoint ranges of the tree that the items cover."""
    covered: list[tuple[int, int]] = []
    for item in items:
        if not covered or item.place >= covered[-1][1]:
            covered.append((item.place, item.end))
    return covered
