"""Find the comments of an unknown platform whose classes or ids hint at comments.

They are elements of one shape. Because the page says what they are, few other conditions apply.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence

import msgspec

from moderation.pages.html.credits import DATE_SHAPE, DIGIT, Credits, split_credits
from moderation.pages.html.hints import EMBED, NO_HINT, commenting, hinted
from moderation.pages.html.judging import MOST, Group, judge
from moderation.pages.html.selectors import select
from moderation.pages.html.tree import Tree
from moderation.pages.wording import phrases

#: Class tokens that distinguish members of one list without changing their kind.
_STATE = re.compile(
    r"^(?:odd|even|alt|alternate|first|last|clearfix|clear|cf|parent|bypostauthor|byuser|by-.*|"
    r"thread-.*|depth-.*|level-.*|comment-author-.*|row|current|active|hidden|user-.*|author-.*)$"
)
_DIGITS = re.compile(r"\d+")
#: An id with a number: the members share all of it except the number, whatever their classes.
_NUMBERED = re.compile(r"([a-z][a-z_:-]{0,40}?)[_:-]?\d{2,}$")
_SHAPED = frozenset(
    "article blockquote dd details div dl dt fieldset li p section span table tbody td tr".split()
)
#: A class or id that names a comment plainly enough for an element alone of its shape.
_SINGLE = re.compile(
    r"(?:^| )(?:\S{0,20}(?:comment|reply|response|kommentar)[^\s\d]{0,20}\d+\S*|comment|"
    r"user-?comment|comment-?(?:item|wrap\w*|box|body|block|entry|post|text|content|container|"
    r"single))(?: |$)"
)
#: The number of levels above an element in which a hint counts.
_REACH = 5
#: The largest share of text in links, such as readers' signatures.
_MAX_LINKS = 0.6
#: The longest heading of the comments, in characters.
_MAX_HEADING = 60
#: The most main headings that are looked for in the members of a group.
_MAX_H1 = 3
#: The most groups that are read, the largest first, and the most nodes that a member may have on
#: average. These bounds are for hostile pages and far above what comments need.
_MAX_GROUPS = 40
_MAX_NODES = 2_000


def find_elements(tree: Tree) -> list[int]:
    """Find repeated elements that look like comments; empty if there are none."""
    if not any(map(hinted, commenting(tree))):
        return []
    dates = _date_places(tree)
    shapes = [m for key, m in _shapes(tree, dates).items() if _worth(tree, key, m)]
    shapes.sort(key=lambda members: sum(map(tree.size, members)), reverse=True)
    groups = [
        group
        for members in shapes[:_MAX_GROUPS]
        if not _is_of_the_article(tree, members)
        and _may_be_comments(tree, members, hint := _hint_of(tree, members))
        and (group := judge(tree, members, hint, dates)) is not None
    ]
    if not groups:
        return []
    best = max(groups, key=_likeness)
    places = _with_kin(tree, _with_siblings(tree, best, groups))
    return [place for place in places if not _is_heading(tree, place)]


def _is_heading(tree: Tree, place: int) -> bool:
    """Whether an element holds only the heading of the comments, such as "5 comments"."""
    return tree.size(place) < _MAX_HEADING and phrases.is_heading(tree.phrase(place))


def _with_siblings(tree: Tree, best: Group, groups: Sequence[Group]) -> Group:
    """Add to a group other groups of comments beside its members, such as replies of another shape.

    Their members are children of the same element, and no member is inside another.
    """
    parents = {tree.parents[place] for place in best.members}
    taken = list(best.members)
    for group in groups:
        if group is best or group.credited < MOST:
            continue
        if all(tree.parents[place] in parents for place in group.members):
            taken += [place for place in group.members if _is_apart(tree, place, taken)]
    return msgspec.structs.replace(best, members=sorted(taken))


def _is_apart(tree: Tree, place: int, taken: Sequence[int]) -> bool:
    """Whether an element neither is, nor is inside, nor holds one of the elements taken."""
    return not any(tree.inside(place, other) or tree.inside(other, place) for other in taken)


def _with_kin(tree: Tree, group: Group) -> list[int]:
    """Return the members of a group, and signed elements among them in lists of the same name.

    Many pages give the comments of the article's author a class of their own.
    """
    members = group.members
    known = set(members)
    tag = tree.tags[members[0]]
    lists = {hint for p in members if hinted(hint := tree.hints[tree.parents[p]])}
    if not lists:
        return members
    kin: list[int] = []
    at = 0
    for place in tree.by_tag[tag]:
        if place in known:
            at = max(at, tree.ends[place])
        elif members[0] < place < members[-1] and place >= at:
            at = tree.ends[place]
            holds_known = bisect_left(members, place) < bisect_left(members, at)
            if not holds_known and tree.hints[tree.parents[place]] in lists:
                kin += [place] if _is_signed(tree, place) else []
    return sorted(members + kin)


def _is_signed(tree: Tree, place: int) -> bool:
    lines = [line for _, line in tree.lines(place)]
    credits = split_credits(lines[:40], Credits(), bare=True)
    return credits.date is not None and bool(credits.lines)


def _date_places(tree: Tree) -> list[int]:
    """Return the places of short texts that may hold a date, and of machine-readable dates."""
    found = [
        place
        for place, text in zip(tree.text_places, tree.texts, strict=True)
        if 3 < len(text) < 200
        and (digit := DIGIT.search(text)) is not None
        and DATE_SHAPE.search(text, digit.start())
    ]
    return sorted({*found, *select(tree, "time")})


def _likeness(group: Group) -> float:
    """Rank groups by their text and names, their hint and the number of their members."""
    several: float = min(len(group.members), 4) ** 0.25
    return group.credited * group.text * (1 + group.hinted) * several


def _shapes(tree: Tree, dates: Sequence[int]) -> dict[tuple[object, ...], list[int]]:
    """Group the elements near a hint or around a date that may be of one kind.

    The key is the tag with the id without its number, or with the classes without states. An
    element with a class that names comments is also grouped by that class alone. The children of
    a list that names itself a list of comments form a group as well.
    """
    shapes: dict[tuple[object, ...], list[int]] = {}
    tags, hints, parents = tree.tags, tree.hints, tree.parents
    says = frozenset(hint for hint in commenting(tree) if hinted(hint))
    keys: dict[tuple[str, str], list[tuple[object, ...]]] = {}
    for place in sorted(tree.around(dates) | _near(tree, says)):
        tag = tags[place]
        if tag not in _SHAPED:
            continue
        above = parents[place]
        hint = hints[place]
        held = above >= 0 and hints[above] in says
        whole = tag not in ("p", "span")
        if held and whole:
            shapes.setdefault((tag, "in", above), []).append(place)
        if len(hint) <= 1:
            if whole and not held:
                shapes.setdefault((tag, above), []).append(place)
            continue
        own = keys.get((tag, hint))
        if own is None:
            own = keys[tag, hint] = _shape_keys(tag, hint, tree.attribute(place, "id").lower())
            if len(tree.by_hint[hint]) > 1 and _DIGITS.search(hint):
                own.append((tag, "=", hint))  # A number that several share belongs to the name.
        for key in own:
            shapes.setdefault(key, []).append(place)
    return shapes


def _near(tree: Tree, says: Collection[str]) -> set[int]:
    """Return the elements with a hint, and those fewer than `_REACH` levels below one."""
    near: set[int] = set()
    level = [place for hint in says for place in tree.by_hint[hint]]
    for _ in range(_REACH):
        level = [place for place in level if place not in near]
        near.update(level)
        level = [child for place in level for child in tree.children(place) if tree.tags[child]]
    return near


def _shape_keys(tag: str, hint: str, identity: str) -> list[tuple[object, ...]]:
    """Return the keys of an element's possible groups from its tag, class and id."""
    prefix = _NUMBERED.match(identity)
    if prefix is not None:
        return [(tag, "#", prefix[1])]
    tokens = [_DIGITS.sub("", token) for token in hint.split() if not _STATE.match(token)]
    keys: list[tuple[object, ...]] = [(tag, *sorted({t for t in tokens if t.strip("-_")})[:3])]
    named = next((token for token in tokens if hinted(token)), None)
    if named is not None and len(tokens) > 1:
        keys.append((tag, ".", named))
    return keys


def _worth(tree: Tree, key: tuple[object, ...], members: list[int]) -> bool:
    """Whether the size of a group alone makes it worth checking."""
    if len(members) < 2 and "in" in key:
        return False
    size = sum(map(tree.size, members))
    nodes = sum(tree.ends[place] - place for place in members)
    return size >= max(30, 12 * len(members)) and nodes <= _MAX_NODES * len(members)


def _hint_of(tree: Tree, members: Sequence[int]) -> int:
    """Return 2 if the members name themselves comments, 1 if an element around does, else 0."""
    first = members[0]
    if hinted(tree.hints[first]):
        return 2
    for level, above in enumerate(tree.above(first)):
        if level == _REACH or tree.tags[above] == "body" or NO_HINT.search(tree.hints[above]):
            return 0
        if hinted(tree.hints[above]):
            return 1
    return 0


def _is_of_the_article(tree: Tree, members: Sequence[int]) -> bool:
    """Whether the members are posts of other sites, or one of them holds the main heading."""
    headings = [place for place in tree.by_tag.get("h1", ())[:_MAX_H1] if tree.size(place)]
    return bool(EMBED.search(tree.hints[members[0]])) or any(
        tree.inside(heading, place) for heading in headings for place in members
    )


def _may_be_comments(tree: Tree, members: Sequence[int], hint: int) -> bool:
    """Whether a group is worth reading: a hint, enough members and few links."""
    if not hint or len(members) < 3 - hint:
        return False
    if len(members) == 1 and not _SINGLE.search(tree.hints[members[0]]):
        return False
    size = sum(map(tree.size, members))
    return sum(tree.link_share(p) * tree.size(p) for p in members) <= _MAX_LINKS * size
