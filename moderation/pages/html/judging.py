"""Judge whether elements of one shape are comments: by names, dates, buttons and their text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

import msgspec

from moderation.pages.edges import strip_shared_edges
from moderation.pages.html.credits import Credits, is_chrome, is_credit, split_credits
from moderation.pages.html.selectors import select_inside
from moderation.pages.html.slots import find_slots, plain_hint, read_date
from moderation.pages.html.tree import Tree

_READ_ON = re.compile(
    r"(?:read more|continue reading|read the rest.{0,40}|full story|weiterlesen|lire la suite)"
    r"\W{0,8}$",
    re.IGNORECASE,
)
_TEASER_END = re.compile(
    r"(?:read|view|see|learn) (?:more|full|the rest)|continue reading|full (?:story|article)|more\b"
    r"|weiterlesen|mehr\b|lire la suite|leer más|\[?(?:\.\.\.|…)\]?$",
    re.IGNORECASE,
)
#: The end of a text that a page cut off, as in a list of the latest comments.
_CUT = re.compile(r"(?:\.\.\.|…)\W{0,4}$")
#: The number of members that are read to judge a group; more would cost time and change little.
_SAMPLE = 8
#: The share of the members that must have the features of comments.
MOST = 0.7
#: The longest line that is checked for a button, in characters.
_SHORT = 30
#: The longest text of an element that holds a date, in characters.
_MAX_DATE = 60


class Group(msgspec.Struct):
    """Elements of one shape, and how much they look like comments.

    Attributes
    ----------
    members
        The places, in page order.
    hinted
        1 with a hint around the members, 2 with a hint in their class or id.
    credited
        The share of the members that name an author or a date.
    text
        The number of characters of running text in the members.
    """

    members: list[int]
    hinted: int
    credited: float
    text: int


def judge(tree: Tree, members: list[int], hint: int, dates: Sequence[int]) -> Group | None:
    """Read a sample of the members of a group; return None if they are not comments.

    Parameters
    ----------
    tree
        The page.
    members
        The places, in page order.
    hint
        As in `Group.hinted`.
    dates
        The places of all dates of the page, in order.
    """
    sample = members[:: max(1, len(members) // _SAMPLE)][:_SAMPLE]
    inner = set(members)
    readings = _read_sample(tree, sample, inner)
    share = len(sample)
    dated = sum(reading.date is not None for reading in readings)
    named = sum(reading.author is not None for reading in readings)
    acted = crowded = teasers = cut = 0
    for place, reading in zip(sample, readings, strict=True):
        acted += acts(reading)
        teasers += is_teaser(tree, place, reading.lines)
        cut += bool(reading.body) and _CUT.search(reading.body[-1][-8:]) is not None
        crowded += sum(map(is_credit, reading.body[:60])) > 1 or _holds_dates(
            tree, place, inner, dates
        )
    kept = without_shared_edges(readings)
    texts = sum(len(line) for lines in kept for line in lines)
    bodies = sum(map(bool, kept))
    if not dated and not acted:  # Names found by comparison alone prove little.
        named = sum(reading.alone for reading in readings)
    credited = max(dated, named) / share
    cut_off = share > 2 and cut >= MOST * share
    if cut_off or max(crowded, teasers) > share / 2 or bodies < MOST * share:
        return None
    alike = len({plain_hint(tree, place) for place in sample}) == 1
    if credited < 0.5 and (acted < 0.5 * share or hint < 2 or not alike):
        return None
    return Group(
        members=members,
        hinted=hint,
        credited=max(credited, 0.3),
        text=texts * len(members) // share,
    )


class Reading(msgspec.Struct):
    """One member: its lines, and what of them is neither author nor date."""

    lines: list[str]
    body: list[str]
    author: str | None
    date: str | None


def body_of(credits: Credits) -> list[str]:
    """Return the lines that the credits leave; none of them if all are links and buttons."""
    return [] if all(map(is_chrome, credits.lines)) else credits.lines


def acts(reading: Reading) -> bool:
    """Whether a line of a member is a button."""
    return any(is_chrome(line) for line in reading.lines if len(line) <= _SHORT)


def without_shared_edges(readings: Sequence[Reading]) -> list[list[str]]:
    """Return the body of each member without the lines at its ends that all members share."""
    return strip_shared_edges(
        [reading.body for reading in readings],
        [reading.author for reading in readings],
        keep_one=False,
    )


class _Member(Reading):
    """An element that was read; `alone` says that its author was found without comparison."""

    alone: bool


def _read_sample(tree: Tree, sample: Sequence[int], inner: Collection[int]) -> list[_Member]:
    """Read some members one by one, and by comparison where that leaves names or dates out."""
    readings = [_read_member(tree, place, inner, {}) for place in sample]
    named = sum(reading.author is not None for reading in readings)
    dated = sum(reading.date is not None for reading in readings)
    if min(named, dated) >= MOST * len(sample):
        return readings
    skip = [[place for place in inner if outer < place < tree.ends[outer]] for outer in sample]
    slots = find_slots(tree, [(place, tree.ends[place]) for place in sample], skip)
    for number, place in enumerate(sample):
        known = {
            role: found[number]
            for role, found in (("author", slots.authors), ("date", slots.dates))
            if number in found
        }
        if known:
            readings[number] = _read_member(tree, place, inner, known)
    return readings


def _read_member(tree: Tree, place: int, inner: Collection[int], known: dict[str, int]) -> _Member:
    """Read one member without what it hides, or with it if nothing else is left."""
    end = tree.ends[place]
    skip = {*inner, *known.values()}
    found = Credits(
        tree.phrase(known["author"]) if "author" in known else None,
        read_date(tree, known["date"]) if "date" in known else None,
    )
    hidden = tree.hidden_in(place, end)
    lines = [line for _, line in tree.range_lines(place + 1, end, skip.union(hidden))]
    credits = split_credits(lines, found, bare=True)
    if hidden and not credits.lines:
        lines = [line for _, line in tree.range_lines(place + 1, end, skip)]
        credits = split_credits(lines, found, bare=True)
    return _Member(
        lines=lines,
        body=body_of(credits),
        author=credits.author,
        date=credits.date,
        alone=credits.author is not None
        and ("author" not in known or _is_cited(tree, known["author"])),
    )


def _is_cited(tree: Tree, place: int) -> bool:
    """Whether an element is the name of a source, or is directly inside one."""
    return "cite" in (tree.tags[place], tree.tags[tree.parents[place]])


def _holds_dates(tree: Tree, place: int, inner: Collection[int], dates: Sequence[int]) -> bool:
    """Whether a member holds dates of several comments: two in elements of one kind."""
    kinds: set[tuple[str, str]] = set()
    at, end = bisect_left(dates, place + 1), tree.ends[place]
    for date in dates[at : bisect_left(dates, end, at)]:
        holder = date if tree.tags[date] else tree.parents[date]
        kind = (tree.tags[holder], tree.hints[holder])
        if tree.size(holder) > _MAX_DATE or not (kind[1] or kind[0] == "time"):
            continue
        if any(above in inner and above != place for above in _between(tree, date, place)):
            continue
        if tree.tags[date] == "" and kind[0] == "time":
            continue  # The element itself is counted.
        if kind in kinds:
            return True
        kinds.add(kind)
    return False


def _between(tree: Tree, place: int, outer: int) -> Iterator[int]:
    for above in tree.above(place):
        if above == outer:
            return
        yield above


def is_teaser(tree: Tree, place: int, lines: Sequence[str]) -> bool:
    """Whether a member announces another page: a linked heading, or "read more" at its end."""
    if lines and len(lines[-1]) < 60 and _TEASER_END.match(lines[-1]):
        return True
    if any(_READ_ON.search(line[-60:]) for line in lines):
        return True
    return leads_away(tree, place, tree.ends[place])


def leads_away(tree: Tree, start: int, end: int) -> bool:
    """Whether a range of the page holds a heading that is a link to another page."""
    first = bisect_left(tree.headings, (start, ""))
    for heading, _ in tree.headings[first : bisect_left(tree.headings, (end, ""), first)]:
        for link in select_inside(tree, "a", heading):
            target = tree.attribute(link, "href")
            away = bool(target) and "#" not in target
            if away and tree.parents[link] == heading and tree.size(link) > 12:
                return True
    return False
