"""Find the text, author and date of a comment in its markup or in its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime

from moderation.pages.edges import strip_shared_edges
from moderation.pages.html.credits import (
    Credits,
    clean_date,
    is_name_line,
    read_line,
    split_credits,
    without_verb,
)
from moderation.pages.html.items import (
    HtmlItem,
    find_enclosing,
    merge_wrappers,
    native_id,
    nest,
    span_end,
)
from moderation.pages.html.markup import COMMON, PING_CLASSES, UNKNOWN, Platform
from moderation.pages.html.selectors import select
from moderation.pages.html.slots import Slots, find_slots, read_date
from moderation.pages.html.tree import Tree
from moderation.pages.wording import phrases
from moderation.pages.wording.bylines import clean_author

#: Blogger writes the time of a comment into its link, in milliseconds.
_MILLISECONDS = re.compile(r"showComment=(\d{10,13})\b")
#: Words that stand in the place of a name but are not names.
_NO_NAMES = frozenset({"profile", "avatar", "author", "says", "post author", "autor"})
#: The number of lines beside the text of a comment that are checked for its author.
_HEAD_LINES = 6
_ROLE = re.compile(
    r"(?<=\S)\s\(?(?:(?:post|article|site) )?(?:author|autor|auteur)\)?$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_NUMBER_AFTER = re.compile(r"\S\s\d{1,5}$")
#: The share of the comments in which a name and a date are read one by one, without comparing.
_READ = 0.7
#: At least so many comments show, if there are more, whether they have to be compared.
_SAMPLE = 40


def read_items(tree: Tree, places: Sequence[int], platform: Platform) -> list[HtmlItem]:
    """Read the parts of the comments at `places`.

    Parameters
    ----------
    tree
        The page.
    places
        Elements that are comments, in page order; wrappers around one comment are merged.
    platform
        The description of the platform's markup.

    Returns
    -------
    list of HtmlItem
        The items in page order; an item may have no text.
    """
    spans = [(place, span_end(tree, place)) for place in merge_wrappers(tree, places)]
    return read_spans(tree, spans, platform)


def read_spans(tree: Tree, spans: Sequence[tuple[int, int]], platform: Platform) -> list[HtmlItem]:
    """Read the parts of comments that are ranges of the page, nested or disjoint, in page order."""
    items = [
        HtmlItem(place=start, end=end, native_id=native_id(tree, start, platform))
        for start, end in spans
    ]
    enclosing = find_enclosing(items)
    nest(tree, items, enclosing, platform)
    parts = _Parts(tree, items, enclosing, platform)
    step = max(1, len(items) // _SAMPLE)
    sample = items[::step]
    for number, item in enumerate(sample):
        _read(tree, item, number * step, parts, platform)
    if _lacks_credits(sample):
        skip = [parts.inner.get(number, ()) for number in range(len(items))]
        parts.slots = find_slots(tree, spans, skip)
    for number, item in enumerate(items):
        if number % step or number in parts.slots.authors or number in parts.slots.dates:
            _read(tree, item, number, parts, platform)
    if items and platform is UNKNOWN:
        _cut_form(items[-1])
    kept = strip_shared_edges([item.lines for item in items], [item.author for item in items])
    for item, lines in zip(items, kept, strict=True):
        item.lines = lines
    return items


def _lacks_credits(items: Sequence[HtmlItem]) -> bool:
    """Whether too many comments that were read one by one have no name or date of their own."""
    filled = [item for item in items if item.lines]
    enough = _READ * len(filled)
    same = len(filled) > 1 and len({item.author for item in filled}) == 1
    return (
        same
        or sum(map(_is_named, filled)) < enough
        or sum(item.date is not None for item in filled) < enough
    )


def _cut_form(item: HtmlItem) -> None:
    """Drop the heading of the form below the last comment, and all lines after it."""
    for number, line in enumerate(item.lines):
        if number and phrases.is_end(line):
            del item.lines[number:]
            return


class _Parts:
    """The parts of all items: each is searched once on the page and given to its innermost item."""

    def __init__(
        self,
        tree: Tree,
        items: Sequence[HtmlItem],
        enclosing: Sequence[int | None],
        platform: Platform,
    ) -> None:
        self.tree = tree
        self.items = items
        self.enclosing = enclosing
        self.starts = [item.place for item in items]
        self.text = self._roles((*platform.text, *COMMON.text))
        self.author = self._roles((*platform.author, *COMMON.author))
        self.date = self._roles((*platform.date, *COMMON.date))
        chrome = (platform.chrome, *COMMON.chrome) if platform.chrome else COMMON.chrome
        self.chrome = self._roles(chrome)
        self.slots = Slots()
        everything = "\n".join(tree.texts)
        self.pings = "ngback" in everything or "ackback" in everything
        self.inner: dict[int, set[int]] = {}
        for number, outer in enumerate(enclosing):
            if outer is not None:
                self.inner.setdefault(outer, set()).update(_roots(tree, items[number]))

    def _roles(self, selectors: Sequence[str]) -> list[dict[int, list[int]]]:
        """Find what each selector matches in each item; selectors without a match are left out."""
        return [owned for css in selectors if (owned := self._owned(css))]

    def _owned(self, selector: str) -> dict[int, list[int]]:
        owned: dict[int, list[int]] = {}
        for place in select(self.tree, selector):
            owner = self.owner(place)
            if owner is not None:
                owned.setdefault(owner, []).append(place)
        return owned

    def owner(self, place: int) -> int | None:
        """Return the number of the innermost item around a node."""
        number: int | None = bisect_right(self.starts, place) - 1
        if number == -1:
            return None
        while number is not None and place >= self.items[number].end:
            number = self.enclosing[number]
        if number is not None and place == self.items[number].place:
            return None if self.tree.tags[place] != "dt" else number
        return number

    def named_inside(self, number: int, body: int) -> bool:
        """Whether the author or date of an item is inside the element that holds its text."""
        return any(
            self.tree.inside(place, body)
            for role in (*self.author, *self.date)
            for place in role.get(number, ())
        )


def _roots(tree: Tree, item: HtmlItem) -> list[int]:
    """Return the adjacent nodes that make up the range of an item."""
    roots = []
    place = item.place
    while place < item.end:
        roots.append(place)
        place = tree.ends[place]
    return roots


def _read(tree: Tree, item: HtmlItem, number: int, parts: _Parts, platform: Platform) -> None:
    """Fill in the text, author, date and kind of one item."""
    tokens = set(tree.hints[item.place].split())
    nested = parts.inner.get(number, set())
    item.author = _author(tree, item, number, parts, platform)
    item.date = _date(tree, number, parts)
    body = _body(tree, number, parts)
    skip = nested | _chrome(tree, item, number, parts, body) | _in_slots(tree, item, number, parts)
    start, end = (item.place, item.end) if body is None else (body, tree.ends[body])
    hidden = tree.hidden_in(start, end)
    lines = [line for _, line in tree.range_lines(start, end, skip.union(hidden))]
    bare = body is None or parts.named_inside(number, body)
    credits = split_credits(lines, Credits(author=item.author, date=item.date), bare=bare)
    if hidden and not credits.lines:
        lines = [line for _, line in tree.range_lines(start, end, skip)]
        credits = split_credits(lines, Credits(author=item.author, date=item.date), bare=bare)
    item.lines = credits.lines
    if credits.author is None or credits.date is None:
        beside = nested if body is None else nested | {body}
        credits = _credits_beside(tree, item, beside, sorted(skip - nested), credits)
        if credits.author and len(item.lines) > 1 and is_name_line(item.lines[0], credits.author):
            item.lines = item.lines[1:]
    item.author = credits.author
    item.date = credits.date
    item.ping = (
        bool(tokens & PING_CLASSES)
        or (parts.pings and _says_ping(tree, item))
        or phrases.is_excerpt(item.text)
    )


def _is_named(item: HtmlItem) -> bool:
    """Whether an item has an author to whose name no number was joined, such as a score."""
    return item.author is not None and not _NUMBER_AFTER.search(item.author)


def _in_slots(tree: Tree, item: HtmlItem, number: int, parts: _Parts) -> set[int]:
    """Read the author and date of an item in the slots of its page; return their places."""
    taken: set[int] = set()
    name = parts.slots.authors.get(number)
    if name is not None and not _is_named(item):
        written = split_credits([tree.phrase(name)], Credits(), bare=True).author
        item.author = clean_author(without_verb(_ROLE.sub("", written or tree.phrase(name))))
        taken.add(name)
    date = parts.slots.dates.get(number)
    if date is not None and item.date is None:
        item.date = read_date(tree, date)
        taken.add(date)
    return taken


def _credits_beside(
    tree: Tree, item: HtmlItem, taken: set[int], chrome: Sequence[int], known: Credits
) -> Credits:
    """Read author and date in the parts of an item that are not its text."""
    heads = [[line for _, line in tree.lines(place)] for place in chrome]
    beside = taken.union(tree.hidden_in(item.place, item.end))
    heads.append([line for _, line in tree.range_lines(item.place, item.end, beside)])
    for lines in heads:
        if known.author is not None and known.date is not None:
            break
        known = split_credits(lines[:40], Credits(known.author, known.date), bare=True)
        for line in known.lines[:_HEAD_LINES]:
            if known.author is None and (byline := read_line(line)) is not None and byline.strong:
                known.author = byline.author
                known.date = known.date or byline.date
    return known


def _says_ping(tree: Tree, item: HtmlItem) -> bool:
    """Whether the first or last line of an item says that other software left it."""
    if tree.letters[item.end] - tree.letters[item.place] > 1500:
        return False
    lines = [line for _, line in tree.range_lines(item.place, item.end)]
    return any(phrases.is_ping(line) for line in (*lines[:2], *lines[-1:]))


def _body(tree: Tree, number: int, parts: _Parts) -> int | None:
    """Find the element that holds the text of an item; return None if none is marked."""
    for role in parts.text:
        candidates = [place for place in role.get(number, ()) if tree.size(place)]
        if candidates:
            return max(candidates, key=tree.size)
    return None


def _chrome(tree: Tree, item: HtmlItem, number: int, parts: _Parts, body: int | None) -> set[int]:
    """Find the parts of an item that are not its text: author, date, links, forms."""
    skip: set[int] = set()
    size = tree.letters[item.end] - tree.letters[item.place]
    for role in (*parts.author, *parts.date, *parts.chrome):
        for place in role.get(number, ()):
            holds_body = body is not None and tree.inside(body, place)
            if not holds_body and tree.size(place) <= max(80, size // 2):
                skip.add(place)
    return skip


def _author(
    tree: Tree, item: HtmlItem, number: int, parts: _Parts, platform: Platform
) -> str | None:
    """Find the author of an item, as far as its markup names one."""
    if platform.author_attribute:
        written = tree.attribute(item.place, platform.author_attribute).strip()
        if written:
            return written
    for role in parts.author:
        for place in role.get(number, ()):
            name = tree.attribute(place, "content") or tree.phrase(place)
            name = split_credits([name], Credits(), bare=True).author or name
            name = without_verb(_ROLE.sub("", name))
            nobody = name.casefold() in _NO_NAMES or phrases.is_action(name)
            if 0 < len(name) <= 80 and not nobody:
                return name
    return None


def _date(tree: Tree, number: int, parts: _Parts) -> str | None:
    """Find the date of an item, as far as its markup has one."""
    for role in parts.date:
        for place in role.get(number, ()):
            found = clean_date(machine_date(tree, place) or tree.phrase(place))
            if found:
                return found
    return None


def machine_date(tree: Tree, place: int) -> str:
    """Return the machine-readable date on an element, "" if it has none."""
    for name in ("datetime", "content", "title"):
        value = tree.attribute(place, name).strip()
        if value and _DIGITS.search(value):
            return value
    stamp = _MILLISECONDS.search(tree.attribute(place, "href"))
    if stamp is not None:
        moment = datetime.fromtimestamp(int(stamp[1]) // 1000, tz=UTC)
        return moment.isoformat().replace("+00:00", "Z")
    return ""
