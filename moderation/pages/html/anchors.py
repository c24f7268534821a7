"""Find groups of ranges that may be comments, whatever their elements are called.

A program writes the comments of a page, and it writes a date or a button into each. Dates that
stand in elements of one kind, and buttons with one text, are *anchors*. The comment of an anchor
is the largest element around it that does not reach back to the anchor before; because it may
reach forward, replies may stand inside it. The comments of a group are equally many levels above
their anchors. Where the elements at this level hold little but the anchor, the comments are runs
of siblings, each with the anchor at its head or at its foot.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from moderation.pages.html.credits import DATE_SHAPE, DIGIT, clean_date
from moderation.pages.html.hints import EMBED
from moderation.pages.html.nodes import INLINE
from moderation.pages.html.sections import closes, find_sections, opens
from moderation.pages.html.slots import is_short_ago, plain_hint
from moderation.pages.html.tree import Tree
from moderation.pages.wording import phrases

Span = tuple[int, int]

#: The longest text that is the anchor of a comment, in characters, and the longest button.
_MAX_DATE, _MAX_BUTTON = 120, 30
#: The longest text that may hold a date of an unknown shape, in characters.
_SHORT = 40
#: The share of the anchors of a group that must agree on a level, and the most levels tried.
_AGREE, _MAX_LEVELS = 0.2, 3
#: The most groups of anchors that are looked at, those with most anchors first.
_MAX_KINDS, _MAX_VERBS, _MAX_BUTTONS = 12, 4, 6
#: What stands behind a verb of saying.
_AFTER_VERB = (":", ",", ".", "…")
#: The most lists into which the comments of a group are divided, the largest first.
_MAX_LISTS = 4
#: The letters of a first range that is the article, and how much longer than the others it is.
_ARTICLE, _FAR_LONGER = 2_000, 5
#: The longest run at an end of the comments, in those between two anchors.
_MAX_RUN = 3


def find_dates(tree: Tree) -> list[int]:
    """Return the places of short texts that hold a date, and of elements that state a time."""
    times = tree.by_tag.get("time", [])
    inside = set(times)
    found = list(times)
    for place, text in zip(tree.text_places, tree.texts, strict=True):
        if len(text) > _MAX_DATE + 80 or (digit := DIGIT.search(text)) is None:
            continue
        words = " ".join(text.split())
        if len(words) > _MAX_DATE or tree.parents[place] in inside:
            continue
        if len(words) > _SHORT and DATE_SHAPE.search(text, digit.start()) is None:
            continue
        if clean_date(words) is not None or is_short_ago(words):
            found.append(place)
    return sorted(found)


def find_buttons(tree: Tree) -> list[list[int]]:
    """Return the places of links and buttons that have one text, for each such text."""
    found: dict[tuple[str, str], list[int]] = {}
    tags, parents = tree.tags, tree.parents
    for place, text in zip(tree.text_places, tree.texts, strict=True):
        if len(text) <= 3 * _MAX_BUTTON and (tag := tags[parents[place]]) in ("a", "button"):
            found.setdefault((tag, text.strip()), []).append(place)
    return [
        places
        for (_, words), places in found.items()
        if len(places) > 1
        and 1 < len(words) <= _MAX_BUTTON
        and DIGIT.search(words) is None
        and (len(places) > 2 or phrases.is_action(words))
    ]


def find_verbs(tree: Tree) -> list[int]:
    """Return the places of short texts that end in a verb of saying, such as "Mia said:"."""
    found = []
    for place, text in zip(tree.text_places, tree.texts, strict=True):
        if len(text) <= _MAX_DATE and text.rstrip()[-1:] in _AFTER_VERB:
            verb = phrases.SAYS_END.search(" ".join(text.split()))
            if verb is not None and verb["colon"]:
                found.append(place)
    return found


def find_candidates(
    tree: Tree, dates: Sequence[int], headings: Sequence[int], title: int
) -> list[list[Span]]:
    """Return groups of ranges that may be the comments of a page; most of them are not.

    Parameters
    ----------
    tree
        The page.
    dates, headings
        The places of its dates, and of the headings of comments, in order.
    title
        The place of the title of the article, which no comment holds; -1 if it is unknown.

    Returns
    -------
    list of list of tuple
        The ranges of each group, in page order; a range is inside another one or outside it.
    """
    kinds = sorted(_kinds(tree, dates), key=len, reverse=True)[:_MAX_KINDS]
    kinds += sorted(_kinds(tree, find_verbs(tree)), key=len, reverse=True)[:_MAX_VERBS]
    kinds += sorted(find_buttons(tree), key=len, reverse=True)[:_MAX_BUTTONS]
    found: dict[tuple[Span, ...], None] = {}
    found.update(((span,), None) for span in find_sections(tree, headings))
    for anchors in kinds:
        for members in _levels(tree, anchors):
            for some in _lists(tree, members):
                for spans in _as_spans(tree, some):
                    found.setdefault(tuple(spans))
    embeds = _embeds(tree)
    apart = (
        [span for span in _behind(tree, spans, headings) if not span[0] <= title < span[1]]
        for spans in found
    )
    return [spans for spans in apart if spans and not _is_inside(spans[0], embeds)]


def _behind(tree: Tree, spans: Sequence[Span], headings: Sequence[int]) -> Sequence[Span]:
    """Return the ranges behind a heading of comments in one of the first two, cut at its end.

    What stands before the heading is the article, which may be signed as the comments are.
    """
    for number in range(min(2, len(spans)) - 1, -1, -1):
        start, end = spans[number]
        at = bisect_left(headings, end) - 1
        if at >= 0 and start <= headings[at]:
            after = tree.ends[headings[at]]
            rest = [span for span in spans[number + 1 :] if span[0] >= after]
            return [(after, end), *rest] if tree.letters[end] > tree.letters[after] else rest
    return spans[1:] if _begins_with_article(tree, spans) else spans


def _begins_with_article(tree: Tree, spans: Sequence[Span]) -> bool:
    """Whether the first range is far longer than the others, and longer than all before it."""
    start, end = spans[0]
    sizes = sorted(tree.letters[end] - tree.letters[start] for start, end in spans[1:])
    first = tree.letters[end] - tree.letters[start]
    return (
        len(sizes) > 2
        and spans[1][0] >= end
        and first > max(_ARTICLE, _FAR_LONGER * sizes[len(sizes) // 2], tree.letters[start])
    )


def _embeds(tree: Tree) -> list[Span]:
    """Return the ranges of the posts of other sites that the page shows."""
    hints = (hint for hint in tree.by_hint if EMBED.search(hint))
    places = sorted(place for hint in hints for place in tree.by_hint[hint])
    return [(place, tree.ends[place]) for place in places]


def _is_inside(span: Span, outer: Sequence[Span]) -> bool:
    return any(start <= span[0] < end for start, end in outer)


def _kinds(tree: Tree, dates: Sequence[int]) -> list[list[int]]:
    """Group dates by the elements around them, once with their classes and once without."""
    named: dict[tuple[object, ...], list[int]] = {}
    for place in dates:
        holder = place if tree.tags[place] else tree.parents[place]
        above = tree.parents[holder]
        if above < 0:
            continue
        tags = (tree.tags[holder], tree.tags[above])
        named.setdefault(tags[:1], []).append(place)
        named.setdefault(tags, []).append(place)
        if hint := plain_hint(tree, holder) or plain_hint(tree, above):
            named.setdefault((*tags, hint), []).append(place)
    distinct = {tuple(places) for places in named.values() if len(places) > 1}
    return [list(places) for places in distinct]


def _levels(tree: Tree, anchors: Sequence[int]) -> Iterator[list[int]]:
    """Yield, for each number of levels that the anchors agree on, the nodes so far above them."""
    highest = _free_levels(tree, anchors)
    counts = Counter(highest[1:])
    enough = max(1.0, _AGREE * len(anchors))
    for level, _ in counts.most_common(_MAX_LEVELS):
        if sum(count for high, count in counts.items() if high >= level) < enough:
            continue
        members = _above(tree, anchors, highest, level)
        nested = len(members) > 1 and tree.inside(members[1], members[0])
        lower = _above(tree, anchors, highest, level - 1) if level and nested else []
        yield from (some for some in (members, lower) if len(some) > 1)


def _free_levels(tree: Tree, anchors: Sequence[int]) -> list[int]:
    """Count the levels above each anchor that do not hold the anchor before."""
    parents = tree.parents
    found: list[int] = []
    before = -1
    for place in anchors:
        level, above = 0, parents[place]
        while above > before >= 0:
            above = parents[above]
            level += 1
        found.append(level)
        before = place
    return found


def _above(tree: Tree, anchors: Sequence[int], highest: Sequence[int], level: int) -> list[int]:
    """Return the nodes a number of levels above the anchors, those of the most frequent tag."""
    members = []
    for number, anchor in enumerate(anchors):
        if number and highest[number] < level:
            continue
        place = anchor
        for _ in range(level):
            place = tree.parents[place] if place > 0 else 0
        if place > 0:
            members.append(place)
    tags = Counter(tree.tags[place] for place in members)
    most = tags.most_common(1)[0][0] if tags else ""
    return sorted({place for place in members if tree.tags[place] == most})


def _lists(tree: Tree, members: Sequence[int]) -> Iterator[list[int]]:
    """Yield all members, and those of each list if they are in several."""
    yield list(members)
    for rise in (1, 2):
        lists: dict[int, list[int]] = {}
        end = holder = -1
        for place in members:
            if place >= end:
                end = tree.ends[place]
                holder = place
                for _ in range(rise):
                    holder = max(0, tree.parents[holder])
            lists.setdefault(holder, []).append(place)
        if len(lists) == 1:
            continue
        of_size = sorted(lists.values(), key=len, reverse=True)
        yield from (some for some in of_size[:_MAX_LISTS] if len(some) > 1)


def _as_spans(tree: Tree, members: list[int]) -> Iterator[list[Span]]:
    """Yield the members as ranges, and the runs of siblings that they head or close."""
    plain = [(place, tree.ends[place]) for place in members]
    if tree.tags[members[0]]:
        yield plain
    parents = {tree.parents[place] for place in members}
    if len(parents) > 1:
        return
    between = sum(
        tree.letters[after] - tree.letters[end] for (_, end), (after, _) in pairwise(plain)
    )
    own = sum(tree.size(place) for place in members[:-1])
    if between >= own / 2:
        yield from _runs(tree, members, parents.pop())


def _runs(tree: Tree, members: list[int], parent: int) -> Iterator[list[Span]]:
    """Yield the runs of siblings that begin with a member, and those that end with one."""
    children = list(tree.children(parent))
    numbers = {place: number for number, place in enumerate(children)}
    at = [numbers[place] for place in members]
    starts = [_line_start(tree, children, number) for number in at]
    stops = [_line_end(tree, children, number) for number in at]
    longest = max(after - before for before, after in pairwise(starts))
    last = stops[-1]
    while last < len(children) and not closes(tree, children[last], ""):
        last += 1
    if last - starts[-1] > _MAX_RUN * longest:  # What follows is something else.
        last = min(last, starts[-1] + longest)
    first = starts[0]
    while first and not opens(tree, children[first - 1]):
        first -= 1
    if stops[0] - first > _MAX_RUN * longest:
        first = max(first, stops[0] - longest)

    def span(begin: int, end: int) -> Span:
        return children[begin], tree.ends[children[end - 1]]

    def text(begin: int, end: int) -> int:
        return sum(map(tree.size, children[begin:end]))

    if text(stops[-1], last):
        edges = [*starts, last]
        yield [span(*pair) for pair in pairwise(edges) if pair[0] < pair[1]]
    if text(first, starts[0]):
        edges = [first, *stops]
        yield [span(*pair) for pair in pairwise(edges) if pair[0] < pair[1]]


def _line_start(tree: Tree, children: Sequence[int], number: int) -> int:
    """Return the number of the first child on the line of a child."""
    tags = tree.tags
    if tags[children[number]] in INLINE or not tags[children[number]]:
        while number and (tags[children[number - 1]] in INLINE or not tags[children[number - 1]]):
            number -= 1
    return number


def _line_end(tree: Tree, children: Sequence[int], number: int) -> int:
    """Return the number after the last child on the line of a child."""
    tags = tree.tags
    inline = tags[children[number]] in INLINE or not tags[children[number]]
    number += 1
    while (
        inline
        and number < len(children)
        and (tags[children[number]] in INLINE or not tags[children[number]])
    ):
        number += 1
    return number


def inner_starts(spans: Sequence[Span]) -> list[list[int]]:
    """Return, for each range, the beginnings of the outermost ranges inside it."""
    found: list[list[int]] = [[] for _ in spans]
    open_spans: list[int] = []
    for number, (start, _) in enumerate(spans):
        while open_spans and spans[open_spans[-1]][1] <= start:
            open_spans.pop()
        if open_spans:
            found[open_spans[-1]].append(start)
        open_spans.append(number)
    return found


def count_between(places: Sequence[int], start: int, end: int) -> int:
    """Count the places of an ordered list from `start` to before `end`."""
    at = bisect_left(places, start)
    return bisect_left(places, end, at) - at
