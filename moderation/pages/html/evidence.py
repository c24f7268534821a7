"""What shows that a group of ranges is the comments of a page: named features, each a number."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from moderation.pages.html.anchors import Span, count_between, inner_starts
from moderation.pages.html.credits import Credits, split_credits
from moderation.pages.html.hints import NO_HINT, hinted
from moderation.pages.html.judging import (
    Reading,
    acts,
    body_of,
    is_teaser,
    without_shared_edges,
)
from moderation.pages.html.slots import Slots, find_slots, read_date
from moderation.pages.html.tree import Tree
from moderation.pages.wording.phrases import TALK

#: The most ranges of a group that are read.
_SAMPLE = 8
#: The least letters of running text.
_RUNNING = 20
#: The most lines that are read of one range.
_MAX_LINES = 60
#: The number of children by which members are compared.
_SHAPE = 3
_RELATIVE = re.compile(r"\d{1,2}[:.h]\d\d|[ap]\.?m\b|ago\b|uhr\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
#: The number of levels above a group in which its surroundings are named.
_REACH = 6
#: The features that have weights of their own where a group has one member.
_OF_ONE = (
    "bias declared heading heading_far named dated clock running linked talk "
    "page_share field_after hint_around hint_denied near_title unsaid"
).split()
#: Words of classes and ids, and the number of them that shows that a page names its parts.
_SPEAKING = frozenset(
    "header footer content nav navigation menu main article post title sidebar container wrapper "
    "page body author date entry widget search logo banner section column image story text".split()
)
_MIN_WORDS = 4
_WORD = re.compile(r"[a-z]{3,}")
_ASIDE = frozenset("nav aside footer header".split())


class Page(msgspec.Struct):
    """What the features of all groups of a page share.

    Attributes
    ----------
    dates
        The places of all dates.
    headings, counts
        The ends of the blocks that head comments, in order, and the numbers that they declare.
    fields
        The places of text areas, in order.
    title
        The place of the title of the article, -1 if it is unknown.
    speaks
        Whether classes and ids of the page are words that say what its parts are.
    """

    dates: list[int]
    headings: list[int]
    counts: list[int | None]
    fields: list[int]
    title: int
    speaks: bool


def describe_page(
    tree: Tree, dates: list[int], headings: Sequence[tuple[int, int | None]], title: int
) -> Page:
    """Collect what the features of all groups of a page share."""
    return Page(
        dates=dates,
        headings=[tree.ends[place] for place, _ in headings],
        counts=[count for _, count in headings],
        fields=tree.by_tag.get("textarea", []),
        title=title,
        speaks=len(_SPEAKING.intersection(_WORD.findall(" ".join(tree.by_hint)))) >= _MIN_WORDS,
    )


def read_sample(tree: Tree, spans: Sequence[Span]) -> tuple[list[Span], list[Reading]]:
    """Read some ranges of a group, first one by one and then by comparison."""
    inner = inner_starts(spans)
    step = max(1, len(spans) // _SAMPLE)
    chosen, skips = list(spans[::step][:_SAMPLE]), inner[::step][:_SAMPLE]
    slots = find_slots(tree, chosen, skips) if len(chosen) > 1 else Slots()
    readings = []
    for number, (span, skip) in enumerate(zip(chosen, skips, strict=True)):
        readings.append(_read(tree, span, skip, slots, number))
    return chosen, readings


def _read(tree: Tree, span: Span, skip: Sequence[int], slots: Slots, number: int) -> Reading:
    start, end = span
    hidden = {*skip, *tree.hidden_in(start, end)}
    lines = [line for _, line in tree.range_lines(start, end, hidden)][:_MAX_LINES]
    found = split_credits(lines, Credits(), bare=True)
    author, date = slots.authors.get(number), slots.dates.get(number)
    if (found.author is None and author is not None) or (found.date is None and date is not None):
        known = Credits(
            found.author or (tree.phrase(author) if author is not None else None),
            found.date or (read_date(tree, date) if date is not None else None),
        )
        slot = {place for place in (author, date) if place is not None}
        lines = [line for _, line in tree.range_lines(start, end, hidden | slot)][:_MAX_LINES]
        found = split_credits(lines, known, bare=True)
    return Reading(lines, body_of(found), found.author, found.date)


def features(tree: Tree, spans: Sequence[Span], page: Page) -> dict[str, float]:
    """Return the features of a group by name."""
    chosen, readings = read_sample(tree, spans)
    share = len(chosen)
    kept = without_shared_edges(readings)
    sizes = [sum(map(len, lines)) for lines in kept]
    whole = sum(sum(map(len, reading.lines)) for reading in readings) or 1
    names = {reading.author for reading in readings if reading.author}
    start, end = spans[0][0], max(end for _, end in spans)
    letters = tree.letters
    covered = _covered(tree, spans)
    links = _links(tree, chosen)
    teasers = [
        is_teaser(tree, start, reading.lines)
        for (start, _), reading in zip(chosen, readings, strict=True)
    ]
    talk = sum(bool(TALK.search("\n".join(lines).lower())) for lines in kept) / share
    signed = _signed(readings, sizes, teasers) * (1 - links["long_link"])
    found = {
        "bias": 1.0,
        "members": math.log2(min(len(spans), 64)),
        "named": sum(reading.author is not None for reading in readings) / share,
        "dated": sum(reading.date is not None for reading in readings) / share,
        "both": sum(bool(r.author and r.date) for r in readings) / share,
        "clock": sum(bool(_RELATIVE.search(r.date or "")) for r in readings) / share,
        "names_differ": len(names) / share,
        "signed": signed,
        "signed_many": signed * (share > 2),
        "signed_two": float(signed == 1 and len(spans) == 2),
        "alike": _alike(tree, chosen),
        "behind": 1 - letters[end] / max(1, letters[-1]),
        "filled": sum(size >= _RUNNING for size in sizes) / share,
        "running": sum(sizes) / whole,
        "talk": talk,
        "acted": sum(map(acts, readings)) / share,
        "shared_edge": _edges(readings, kept),
        "teasers": sum(teasers) / share,
        "dates_each": min(3.0, count_between(page.dates, start, end) / len(spans)),
        "nested": float(any(after < end for (_, end), (after, _) in pairwise(spans))),
        "gaps": 1 - covered / max(1, letters[end] - letters[start]),
        "page_share": covered / max(1, letters[-1]),
        "before": letters[start] / max(1, letters[-1]),
        "after_title": float(page.title >= 0 and start > page.title),
        "near_title": float(0 <= page.title < start and letters[start] - letters[page.title] < 300),
        "biggest": max(sizes) / (sum(sizes) or 1) if share > 1 else 0.0,
    }
    found |= links
    found |= _surroundings(tree, start, end, page, len(spans))
    if found["signed_many"] == 1:
        found["unsaid"] = 0.0  # Three authors, dates and texts need no class.
    if len(spans) == 1:
        found |= {f"one_{name}": found.pop(name) for name in _OF_ONE}
    return found


def _covered(tree: Tree, spans: Sequence[Span]) -> int:
    """Count the letters of text in the ranges."""
    total = last = 0
    for start, end in spans:
        if end > last:
            total += tree.letters[end] - tree.letters[max(start, last)]
            last = end
    return total


def _signed(readings: Sequence[Reading], sizes: Sequence[int], teasers: Sequence[bool]) -> float:
    """Return the share of the members that have an author, a date and text, and announce none."""
    whole = [
        bool(reading.author and reading.date) and size >= _RUNNING and not teaser
        for reading, size, teaser in zip(readings, sizes, teasers, strict=True)
    ]
    return sum(whole) / len(whole)


def _alike(tree: Tree, spans: Sequence[Span]) -> float:
    """Return the share of the members whose first children have the same tags."""
    shapes: Counter[tuple[str, ...]] = Counter()
    for start, end in spans:
        place = start + 1
        tags: list[str] = []
        while place < min(end, tree.ends[start]) and len(tags) < _SHAPE:
            if tree.tags[place]:
                tags.append(tree.tags[place])
            place = tree.ends[place]
        shapes[tuple(tags)] += 1
    return shapes.most_common(1)[0][1] / len(spans)


def _edges(readings: Sequence[Reading], kept: Sequence[list[str]]) -> float:
    """Return the share of the members at whose ends stands a line that all share."""
    cut = sum(len(lines) < len(r.body) for r, lines in zip(readings, kept, strict=True))
    return cut / len(readings)


def _links(tree: Tree, spans: Sequence[Span]) -> dict[str, float]:
    """Describe the links and pictures of the members."""
    share = len(spans)
    anchors, pictures = tree.by_tag.get("a", []), tree.by_tag.get("img", [])
    linked = 0.0
    long = local = pictured = several = 0
    patterns: Counter[str] = Counter()
    for start, end in spans:
        size = tree.letters[end] - tree.letters[start] or 1
        linked += (tree.link_letters[end] - tree.link_letters[start]) / size
        at = bisect_left(anchors, start)
        own = anchors[at : bisect_left(anchors, end, at)]
        targets = [(place, tree.attribute(place, "href")) for place in own[:20]]
        long += any(
            tree.size(place) > _RUNNING and target and "#" not in target
            for place, target in targets[:4]
        )
        local += any("#" in target and len(target) > target.index("#") + 1 for _, target in targets)
        plain = {_DIGITS.sub("0", target) for _, target in targets if _DIGITS.search(target)}
        patterns.update(plain)
        images = count_between(pictures, start, end)
        pictured += images > 0
        several += images > 1
    common = patterns.most_common(1)
    return {
        "linked": linked / share,
        "long_link": long / share,
        "local_link": local / share,
        "numbered_link": common[0][1] / share if common and share > 1 else 0.0,
        "pictured": pictured / share,
        "pictures": several / share,
    }


def _surroundings(tree: Tree, start: int, end: int, page: Page, members: int) -> dict[str, float]:
    """Describe what stands around the group: a heading before it, a form after it, its names."""
    at = bisect_right(page.headings, start) - 1
    distance = tree.letters[start] - tree.letters[page.headings[at]] if at >= 0 else 1_000_000
    declared = page.counts[at] if at >= 0 and distance <= 1500 else None
    later = bisect_left(page.fields, end)
    field = page.fields[later] if later < len(page.fields) else -1
    earlier = page.fields[later - 1] if later else -1
    hint = aside = 0
    denied = False
    for level, above in enumerate((start, *tree.above(start))):
        aside += tree.tags[above] in _ASIDE
        if level < _REACH and tree.hints[above] and tree.tags[above] != "body":
            denied = denied or NO_HINT.search(tree.hints[above]) is not None
            if not denied and hinted(tree.hints[above]):
                hint = max(hint, 2 if level == 0 else 1)
    return {
        "declared": float(declared == members),
        "declared_other": float(declared is not None and declared != members),
        "heading": float(distance <= 100),
        "heading_far": float(100 < distance <= 1500),
        "field_after": float(field >= 0 and tree.letters[field] - tree.letters[end] < 1500),
        "field_before": float(0 <= earlier < start and field < 0),
        "field_inside": float(start <= earlier < end),
        "fields": float(bool(page.fields)),
        "aside": float(aside > 0),
        "hint_own": float(hint == 2),
        "hint_around": float(hint == 1),
        "hint_denied": float(denied),
        "unsaid": float(page.speaks and not hint),
    }
