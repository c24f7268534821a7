"""From the elements that are comments to their text, author, date, depth and parent."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from moderation.pages import phrases
from moderation.pages.bylines import Credits, clean_date, is_chrome, split_credits
from moderation.pages.platforms import COMMON, PING_CLASSES, REPLY_LISTS, Platform
from moderation.pages.tree import Tree

_DEPTH_CLASS = re.compile(r"(?:^|[ _-])(?:depth|level|indent)[-_]?(\d{1,2})(?: |$)")
#: Blogger writes the moment of a comment into its link, in milliseconds.
_MILLISECONDS = re.compile(r"showComment=(\d{10,13})\b")
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
        In page order; an item may turn out to have no text.
    """
    spans = [(place, span_end(tree, place)) for place in merge_wrappers(tree, places)]
    return read_spans(tree, spans, platform)


def span_end(tree: Tree, place: int) -> int:
    """Where a comment ends that begins at `place`: a term runs over its definitions."""
    end = tree.ends[place]
    if tree.tags[place] == "dt":
        limit = tree.ends[tree.parents[place]]
        while end < limit and tree.tags[end] != "dt":
            end = tree.ends[end]
    return end


def read_spans(tree: Tree, spans: Sequence[tuple[int, int]], platform: Platform) -> list[Item]:
    """Take comments apart that are ranges of the page, nested or disjoint, in page order."""
    items = [
        Item(place=start, end=end, native_id=native_id(tree, start, platform))
        for start, end in spans
    ]
    enclosing = _enclosing(items)
    nest(tree, items, enclosing, platform)
    parts = _Parts(tree, items, enclosing, platform)
    for number, item in enumerate(items):
        _read(tree, item, number, parts, platform)
    return items


def native_id(tree: Tree, place: int, platform: Platform) -> str:
    """The id that the platform gave a comment, "" if it gave none."""
    value = tree.attribute(place, platform.id_attribute) or tree.attribute(place, "data-id")
    if platform.identity and value:
        found = re.fullmatch(platform.identity, value)
        if found:
            return found.group(1)
    if not value:
        value = _anchor_before(tree, place)
    return value if _DIGITS.search(value) else ""


def _anchor_before(tree: Tree, place: int) -> str:
    """The name of an empty anchor just before an element, "" if there is none."""
    for before in (place - 1, place - 2):
        if before < 0 or tree.texts[before].strip():
            break
        if tree.tags[before] == "a":
            return tree.attribute(before, "id") or tree.attribute(before, "name")
    return ""


def merge_wrappers(tree: Tree, places: Sequence[int]) -> list[int]:
    """Drop elements that stand for the same comment as another, and lists taken for comments.

    Of a pair of elements around one comment the outer one stays, because the replies hang in it.
    """
    kept: list[int] = []
    stack: list[int] = []
    for place in places:
        while stack and place >= tree.ends[stack[-1]]:
            stack.pop()
        if stack and (outer := _number(tree, stack[-1])):
            number = _number(tree, place)
            if not number or number == outer:
                continue
        kept.append(place)
        stack.append(place)
    return _drop_lists(tree, kept)


def _drop_lists(tree: Tree, places: Sequence[int]) -> list[int]:
    """Drop elements with no text of their own: lists of comments, and doubles around one."""
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


def _enclosing(items: Sequence[Item]) -> list[int | None]:
    """For each item the innermost item around it."""
    found: list[int | None] = []
    stack: list[int] = []
    for number, item in enumerate(items):
        while stack and item.place >= items[stack[-1]].end:
            stack.pop()
        found.append(stack[-1] if stack else None)
        stack.append(number)
    return found


def nest(
    tree: Tree, items: list[Item], enclosing: Sequence[int | None], platform: Platform
) -> None:
    """Find the parent and the depth of every item.

    An item inside another replies to it; one in a list of replies that stands beside the
    comments replies to the last one before that list; else depths written on the items decide.
    """
    parents = list(enclosing)
    if not any(parent is not None for parent in parents):
        parents = _parents_by_attribute(tree, items, platform)
    if not any(parent is not None for parent in parents):
        parents = _parents_by_depth([_written_depth(tree, item.place, platform) for item in items])
    if not any(parent is not None for parent in parents):
        parents = _parents_by_list(tree, items)
    for number, item in enumerate(items):
        parent = parents[number]
        item.parent = parent
        item.depth = 1 if parent is None else items[parent].depth + 1


def _parents_by_attribute(
    tree: Tree, items: Sequence[Item], platform: Platform
) -> list[int | None]:
    """Parents that the items name themselves."""
    if not platform.parent_attribute:
        return [None] * len(items)
    numbers = {item.native_id: number for number, item in enumerate(items) if item.native_id}
    found = []
    for number, item in enumerate(items):
        named = numbers.get(tree.attribute(item.place, platform.parent_attribute))
        found.append(named if named is not None and named < number else None)
    return found


def _parents_by_depth(depths: Sequence[int]) -> list[int | None]:
    """Parents of items side by side whose depths are known (0: not written)."""
    parents: list[int | None] = []
    path: list[tuple[int, int]] = []  # depth and number of the open items
    for number, depth in enumerate(depths):
        while path and path[-1][0] >= max(1, depth):
            path.pop()
        parents.append(path[-1][1] if path and depth else None)
        path.append((max(1, depth), number))
    return parents


def _parents_by_list(tree: Tree, items: Sequence[Item]) -> list[int | None]:
    """Parents of items in lists of replies that stand beside the comments."""
    lists = tree.select(REPLY_LISTS) if len(items) > 1 else []
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


def _written_depth(tree: Tree, place: int, platform: Platform) -> int:
    """The depth that the page writes on an item, 0 if it writes none."""
    if platform.depth_attribute:
        value = tree.attribute(place, platform.depth_attribute)
        return int(value) + 1 if value.isdecimal() else 0
    if platform.depth_from is not None:
        selector, attribute, width = platform.depth_from
        for within in tree.select_inside(selector, place):
            value = tree.attribute(within, attribute)
            if value.isdecimal():
                return int(value) // width + 1
        return 0
    found = _DEPTH_CLASS.search(tree.hints[place])
    return int(found.group(1)) + 1 if found else 0


class _Parts:
    """The parts of all items: each found once in the page and given to the innermost item."""

    def __init__(
        self,
        tree: Tree,
        items: Sequence[Item],
        enclosing: Sequence[int | None],
        platform: Platform,
    ) -> None:
        self.tree = tree
        self.items = items
        self.enclosing = enclosing
        self.starts = [item.place for item in items]
        self.text = [self._owned(css) for css in (*platform.text, *COMMON.text)]
        self.author = [self._owned(css) for css in (*platform.author, *COMMON.author)]
        self.date = [self._owned(css) for css in (*platform.date, *COMMON.date)]
        chrome = (platform.chrome, *COMMON.chrome) if platform.chrome else COMMON.chrome
        self.chrome = [self._owned(css) for css in chrome]
        self.pings = any("ngback" in text or "ackback" in text for text in tree.texts)
        self.inner: dict[int, set[int]] = {}
        for number, outer in enumerate(enclosing):
            if outer is not None:
                self.inner.setdefault(outer, set()).update(_roots(tree, items[number]))

    def _owned(self, selector: str) -> dict[int, list[int]]:
        owned: dict[int, list[int]] = {}
        for place in self.tree.select(selector):
            owner = self.owner(place)
            if owner is not None:
                owned.setdefault(owner, []).append(place)
        return owned

    def owner(self, place: int) -> int | None:
        """Number of the innermost item around a node."""
        number: int | None = bisect_right(self.starts, place) - 1
        if number == -1:
            return None
        while number is not None and place >= self.items[number].end:
            number = self.enclosing[number]
        if number is not None and place == self.items[number].place:
            return None if self.tree.tags[place] != "dt" else number
        return number

    def named_inside(self, number: int, body: int) -> bool:
        """Whether author or date of an item stand in the element that holds its text."""
        return any(
            self.tree.inside(place, body)
            for role in (*self.author, *self.date)
            for place in role.get(number, ())
        )


def _roots(tree: Tree, item: Item) -> list[int]:
    """The nodes side by side that make up the range of an item."""
    roots = []
    place = item.place
    while place < item.end:
        roots.append(place)
        place = tree.ends[place]
    return roots


def _read(tree: Tree, item: Item, number: int, parts: _Parts, platform: Platform) -> None:
    """Fill in text, author, date and kind of one item."""
    tokens = set(tree.hints[item.place].split())
    nested = parts.inner.get(number, set())
    item.author = _author(tree, item, number, parts, platform)
    item.date = _date(tree, item, number, parts, platform)
    body = _body(tree, number, parts)
    skip = nested | _chrome(tree, item, number, parts, body)
    start, end = (item.place, item.end) if body is None else (body, tree.ends[body])
    lines = [line for _, line in tree.range_lines(start, end, skip)]
    bare = body is None or parts.named_inside(number, body)
    credits = split_credits(lines, Credits(author=item.author, date=item.date), bare=bare)
    item.lines = credits.lines
    if credits.author is None or credits.date is None:
        beside = nested if body is None else nested | {body}
        rest = [line for _, line in tree.range_lines(item.place, item.end, beside)]
        credits = split_credits(rest[:40], Credits(credits.author, credits.date), bare=True)
    item.author = credits.author
    item.date = credits.date
    item.ping = bool(tokens & PING_CLASSES) or (parts.pings and _says_ping(tree, item))


def _says_ping(tree: Tree, item: Item) -> bool:
    """Whether the first or last line of an item says that other software left it."""
    if tree.letters[item.end] - tree.letters[item.place] > 1500:
        return False
    lines = [line for _, line in tree.range_lines(item.place, item.end)]
    return any(phrases.is_ping(line) for line in (*lines[:2], *lines[-1:]))


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
    size = tree.letters[item.end] - tree.letters[item.place]
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
            name = tree.attribute(place, "content") or tree.phrase(place)
            name = split_credits([name], Credits(), bare=True).author or name
            if 0 < len(name) <= 80 and not is_chrome(name):
                return name
    return None


def _date(tree: Tree, item: Item, number: int, parts: _Parts, platform: Platform) -> str | None:
    for role in parts.date:
        for place in role.get(number, ()):
            found = clean_date(machine_date(tree, place) or tree.phrase(place))
            if found:
                return found
    return None


def machine_date(tree: Tree, place: int) -> str:
    """The machine-readable date on an element, "" if it has none."""
    for name in ("datetime", "content", "title"):
        value = tree.attribute(place, name).strip()
        if value and _DIGITS.search(value):
            return value
    stamp = _MILLISECONDS.search(tree.attribute(place, "href"))
    if stamp is not None:
        moment = datetime.fromtimestamp(int(stamp[1]) // 1000, tz=UTC)
        return moment.isoformat().replace("+00:00", "Z")
    return ""


def ranges(items: Iterable[Item]) -> list[tuple[int, int]]:
    """The disjoint ranges of the tree that items cover."""
    covered: list[tuple[int, int]] = []
    for item in items:
        if not covered or item.place >= covered[-1][1]:
            covered.append((item.place, item.end))
    return covered
