"""From the elements that are comments to their text, author, date, depth and parent."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from moderation.pages import phrases
from moderation.pages.bylines import Credits, clean_date, split_credits
from moderation.pages.platforms import COMMON, PING_CLASSES, REPLY_LISTS, Platform
from moderation.pages.tree import Tree

_DEPTH_CLASS = re.compile(r"(?:^|[ _-])(?:depth|level)[-_]?(\d{1,2})(?: |$)")
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Item:
    """One comment as it stands in a page.

    Attributes
    ----------
    place, end
        Its range of the tree.
    native_id
        Its id on the platform, "" if the page names none.
    lines
        Its text, a line a paragraph.
    parent
        Place of the parent in the list of items, None for a comment on the article.
    ping
        A pingback or trackback, not a reader.
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
        """The comment's text, paragraphs joined by line breaks."""
        return "\n".join(self.lines)


def read_items(tree: Tree, places: Sequence[int], platform: Platform) -> list[Item]:
    """Take the comments at `places` apart.

    Parameters
    ----------
    tree
        The page.
    places
        Elements that are comments, in page order; wrappers around one comment are merged.
    platform
        Where the parts of a comment are.

    Returns
    -------
    list of Item
        In page order; items without text are left out unless others reply to them.
    """
    places = merge_wrappers(tree, places)
    items = [
        Item(place=place, end=tree.ends[place], native_id=native_id(tree, place, platform))
        for place in places
    ]
    nest(tree, items, platform)
    parts = _Parts(tree, places, platform)
    for number, item in enumerate(items):
        _read(tree, item, number, parts, platform)
    return items


def native_id(tree: Tree, place: int, platform: Platform) -> str:
    """The id that the platform gave a comment, "" if it gave none."""
    value = tree.attribute(place, platform.id_attribute) or tree.attribute(place, "data-id")
    if platform.identity and value:
        found = re.fullmatch(platform.identity, value)
        return found.group(1) if found else ""
    return value if _DIGITS.search(value) else ""


def merge_wrappers(tree: Tree, places: Sequence[int]) -> list[int]:
    """Drop elements that stand for the same comment as another, and lists taken for comments.

    Of a pair of elements around one comment the outer one stays, because the replies hang in it.
    """
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
        first = within[0]
        same_number = _number(tree, outer) and _number(tree, outer) == _number(tree, first)
        if same_number:
            dropped.add(first)
        elif own <= 2 or (own < 25 and not _number(tree, outer)):
            siblings = [p for p in within if tree.parents[p] == tree.parents[first]]
            dropped.add(outer if len(siblings) > 1 else first)
    return [place for place in places if place not in dropped]


def _number(tree: Tree, place: int) -> str:
    found = _DIGITS.findall(tree.attribute(place, "id"))
    return found[-1] if found else ""


def nest(tree: Tree, items: list[Item], platform: Platform) -> None:
    """Find the parent and the depth of every item.

    An item inside another replies to it; one in a list of replies that stands beside the
    comments replies to the last one before that list; else depths written on the items decide.
    """
    lists = tree.select(REPLY_LISTS) if len(items) > 1 else []
    starts = [item.place for item in items]
    written = [_written_depth(tree, item.place, platform) for item in items]
    use_written = len({depth for depth in written if depth}) > 1
    open_items: list[int] = []
    by_depth: dict[int, int] = {}
    nested = False
    for number, item in enumerate(items):
        while open_items and item.place >= items[open_items[-1]].end:
            open_items.pop()
        if open_items:
            item.parent = open_items[-1]
            nested = True
        elif not use_written:
            item.parent = _before_list(tree, item, lists, starts)
            nested = nested or item.parent is not None
        item.depth = 1 if item.parent is None else items[item.parent].depth + 1
        open_items.append(number)
    if nested or not use_written:
        return
    least = min(depth for depth in written if depth)
    for number, item in enumerate(items):
        depth = max(1, written[number] - least + 1)
        while depth > 1 and depth - 1 not in by_depth:
            depth -= 1
        item.depth = depth
        item.parent = by_depth.get(depth - 1) if depth > 1 else None
        by_depth[depth] = number
        for deeper in [level for level in by_depth if level > depth]:
            del by_depth[deeper]


def _before_list(tree: Tree, item: Item, lists: Sequence[int], starts: Sequence[int]) -> int | None:
    """The last item before the innermost list of replies that an item stands in."""
    at = bisect_right(lists, item.place) - 1
    while at >= 0:
        if tree.inside(item.place, lists[at]):
            before = bisect_right(starts, lists[at]) - 1
            return before if before >= 0 else None
        at -= 1
        if at >= 0 and tree.ends[lists[at]] < item.place - 20_000:
            break
    return None


def _written_depth(tree: Tree, place: int, platform: Platform) -> int:
    """The depth that the page writes on an item, 0 if it writes none."""
    if platform.depth_attribute:
        value = tree.attribute(place, platform.depth_attribute)
        return int(value) + 1 if value.isdigit() else 0
    found = _DEPTH_CLASS.search(tree.hints[place])
    return int(found.group(1)) if found else 0


class _Parts:
    """The parts of all items: each found once in the page and given to the innermost item."""

    def __init__(self, tree: Tree, places: Sequence[int], platform: Platform) -> None:
        self.tree = tree
        self.places = list(places)
        self.members = frozenset(places)
        self.text = [self._owned(css) for css in (*platform.text, *COMMON.text)]
        self.author = [self._owned(css) for css in (*platform.author, *COMMON.author)]
        self.date = [self._owned(css) for css in (*platform.date, *COMMON.date)]
        self.chrome = [self._owned(css) for css in COMMON.chrome]
        self.inner: dict[int, list[int]] = {}
        stack: list[int] = []
        for number, place in enumerate(self.places):
            while stack and place >= tree.ends[self.places[stack[-1]]]:
                stack.pop()
            if stack:
                self.inner.setdefault(stack[-1], []).append(place)
            stack.append(number)

    def _owned(self, selector: str) -> dict[int, list[int]]:
        owned: dict[int, list[int]] = {}
        for place in self.tree.select(selector):
            owner = self.owner(place)
            if owner is not None:
                owned.setdefault(owner, []).append(place)
        return owned

    def owner(self, place: int) -> int | None:
        """Number of the innermost item around a node that is not an item itself."""
        if place in self.members:
            return None
        for above in self.tree.above(place):
            if above in self.members:
                return bisect_right(self.places, above) - 1
        return None


def _read(tree: Tree, item: Item, number: int, parts: _Parts, platform: Platform) -> None:
    """Fill in text, author, date and kind of one item."""
    tokens = set(tree.hints[item.place].split())
    nested = set(parts.inner.get(number, ()))
    item.author = _author(tree, item, number, parts, platform)
    item.date = _date(tree, item, number, parts, platform)
    body = _body(tree, number, parts)
    skip = nested | _chrome(tree, item, number, parts, body)
    if body is None:
        lines = [line for _, line in tree.lines(item.place, skip)]
    else:
        lines = [line for _, line in tree.lines(body, skip)]
    credits = split_credits(lines, Credits(author=item.author, date=item.date), bare=body is None)
    item.lines = credits.lines
    item.author = credits.author
    item.date = credits.date
    first = tree.range_lines(item.place, min(item.place + 40, item.end))[:1]
    item.ping = bool(tokens & PING_CLASSES) or (
        bool(first) and phrases.is_ping(first[0][1]) and "trackback" not in (item.author or "")
    )


def _body(tree: Tree, number: int, parts: _Parts) -> int | None:
    """The element that holds the text of an item, None if none is marked."""
    for role in parts.text:
        candidates = [place for place in role.get(number, ()) if tree.size(place)]
        if candidates:
            return max(candidates, key=tree.size)
    return None


def _chrome(tree: Tree, item: Item, number: int, parts: _Parts, body: int | None) -> set[int]:
    """Parts of an item that are not its text: author, date, links, forms."""
    skip: set[int] = set()
    size = tree.size(item.place)
    for role in (*parts.author, *parts.date, *parts.chrome):
        for place in role.get(number, ()):
            holds_body = body is not None and tree.inside(body, place)
            if not holds_body and tree.size(place) <= max(80, size // 2):
                skip.add(place)
    return skip


def _author(tree: Tree, item: Item, number: int, parts: _Parts, platform: Platform) -> str | None:
    if platform.author_attribute:
        written = tree.attribute(item.place, platform.author_attribute).strip()
        if written:
            return written
    for role in parts.author:
        for place in role.get(number, ()):
            name = tree.attribute(place, "content") or " ".join(tree.text(place).split())
            name = split_credits([name], Credits(), bare=True).author or name
            if 0 < len(name) <= 80:
                return name
    return None


def _date(tree: Tree, item: Item, number: int, parts: _Parts, platform: Platform) -> str | None:
    for role in parts.date:
        for place in role.get(number, ()):
            found = clean_date(machine_date(tree, place) or " ".join(tree.text(place).split()))
            if found:
                return found
    return None


def machine_date(tree: Tree, place: int) -> str:
    """The machine-readable date on an element, "" if it has none."""
    for name in ("datetime", "content", "title"):
        value = tree.attribute(place, name).strip()
        if value and _DIGITS.search(value):
            return value
    return ""


def ranges(items: Iterable[Item]) -> list[tuple[int, int]]:
    """The disjoint ranges of the tree that items cover."""
    covered: list[tuple[int, int]] = []
    for item in items:
        if not covered or item.place >= covered[-1][1]:
            covered.append((item.place, item.end))
    return covered
