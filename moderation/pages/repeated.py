"""Comments of an unknown platform: what repeats on the page and carries names and dates.

Three ways, tried in this order: elements of one shape (`find_elements`), runs of siblings between
lines that name an author or a date (`find_runs`), and, where a container says that it holds
comments but its parts cannot be told apart, the container as one block (`find_block`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

from moderation.pages import phrases
from moderation.pages.bylines import Credits, is_chrome, read_line, split_credits
from moderation.pages.tree import INLINE, Tree

Span = tuple[int, int]

#: Class or id of an element that holds comments or is one.
HINT = re.compile(
    r"comment|kommentar|coment|reaktion|reactie|respons|discuss|diskuss|talkback|feedback|guestbook|"
    r"reader-?(?:reply|opinion)|replies|leserbrief|forum|thread|postlist|messages?(?:$|[ _-])|coms\b"
)
#: Class or id of an element that speaks of comments without holding those of this page.
NO_HINT = re.compile(
    r"recent|latest|newest|top-?comment|count|comments?-?(?:link|num|number|form|policy|rules|rss|"
    r"feed|button|toggle|closed|nav|login|bubble|subscri|meta|off)|popular|most-?comment|respond|"
    r"reply-?(?:form|title|link)|widget|sidebar|commentform|addcomment|add-comment|post-comment|"
    r"leave-?(?:a-?)?(?:comment|reply)|no-?comments?|comments?-open|comments?-off"
)
#: Class tokens that tell members of one list apart without changing what they are.
_STATE = re.compile(
    r"^(?:odd|even|alt|alternate|first|last|clearfix|clear|cf|parent|bypostauthor|byuser|by-.*|"
    r"thread-.*|depth-.*|level-.*|comment-author-.*|row|current|active|hidden|user-.*|author-.*)$"
)
_DIGITS = re.compile(r"\d+")
#: An id that counts: its members share all but the number, whatever their classes.
_NUMBERED = re.compile(r"([a-z][a-z_:-]{0,40}?)[_:-]?\d{2,}$")
_SHAPED = frozenset(
    "article blockquote dd details div dl dt fieldset li p section span table tbody td tr".split()
)
#: An element that is alone of its shape must name itself a comment more plainly.
_SINGLE = re.compile(
    r"(?:^| )(?:\S*(?:comment|reply|response|kommentar)\S*?[-_]?\d+\S*|comment|user-?comment|"
    r"comment-?(?:item|wrap\w*|box|body|block|entry|post|text|content|container|single))(?: |$)"
)
_READ_ON = re.compile(
    r"(?:read more|continue reading|read the rest.{0,40}|full story|weiterlesen|lire la suite)\W{0,8}$",
    re.IGNORECASE,
)
_TEASER_END = re.compile(
    r"(?:read|view|see|learn) (?:more|full|the rest)|continue reading|full (?:story|article)|more\b"
    r"|weiterlesen|mehr\b|lire la suite|leer más|\[?(?:\.\.\.|…)\]?$",
    re.IGNORECASE,
)
#: Class or id of an element that holds all comments of a page.
_HOLDS = re.compile(
    r"(?:^| )(?:comments?-?(?:list|area|section|block|thread|container|wrap\w*|content|body)?|"
    r"(?:all|user|reader)-?comments|commentlist|comments?_\w{1,12}|kommentare|commentaires|"
    r"comentarios|reacties|responses|discussion)(?: |$)"
)
#: A block of fewer words is a notice, not somebody's comment.
_BLOCK_WORDS = 20
#: Members of a group that are read to judge it; reading every one would cost and change little.
_SAMPLE = 8
#: Longest line that is looked at for a button, in characters.
_SHORT = 30
#: Groups that are read, the largest first, and nodes that a member may have on average: bounds
#: for hostile pages, far above what comments need.
_MAX_GROUPS = 40
_MAX_NODES = 2_000


class Group(msgspec.Struct):
    """Elements of one shape, and how much they look like comments.

    Attributes
    ----------
    members
        Places, in page order.
    hinted
        0: nothing says so; 1: something around them does; 2: their own class or id does.
    credited
        Share of the members that name an author or a date.
    text
        Characters of running text in the members.
    """

    members: list[int]
    hinted: int
    credited: float
    text: int


def hinted(hint: str) -> bool:
    """Whether a class and id say that an element holds comments or is one."""
    if not HINT.search(hint):
        return False
    return any(HINT.search(token) and not NO_HINT.search(token) for token in hint.split())


def find_elements(tree: Tree) -> list[int]:
    """Find repeated elements that look like comments, or none."""
    shapes = [m for key, m in _shapes(tree).items() if _worth(tree, key, m)]
    shapes.sort(key=lambda members: sum(map(tree.size, members)), reverse=True)
    groups = [g for members in shapes[:_MAX_GROUPS] if (g := _judge(tree, members)) is not None]
    if not groups:
        return []
    return max(groups, key=_likeness).members


def _worth(tree: Tree, key: tuple[object, ...], members: list[int]) -> bool:
    """Whether a group is worth reading, by its size alone."""
    if len(members) < 2 and "in" in key:
        return False
    size = sum(map(tree.size, members))
    nodes = sum(tree.ends[place] - place for place in members)
    return size >= max(30, 12 * len(members)) and nodes <= _MAX_NODES * len(members)


def _likeness(group: Group) -> tuple[bool, float]:
    """Rank groups: hinted ones first, then text and names, then more rather than fewer members."""
    several = min(len(group.members), 4) ** 0.25
    return group.hinted > 0, group.credited * group.text * (1 + group.hinted) * several


def _shapes(tree: Tree) -> dict[tuple[object, ...], list[int]]:
    """Elements that may be of one kind.

    By tag and by the id without its number, or by the classes without states; elements that call
    themselves comments also by that one class, whatever else they are called; and the children
    of a list that calls itself a list of comments.
    """
    shapes: dict[tuple[object, ...], list[int]] = {}
    hints, parents = tree.hints, tree.parents
    says = {hint: hinted(hint) for hint in tree.by_hint}
    keys: dict[tuple[str, str], list[tuple[object, ...]]] = {}
    for place, tag in enumerate(tree.tags):
        if tag not in _SHAPED:
            continue
        above = parents[place]
        held = says.get(hints[above], False)
        whole = tag not in ("p", "span")
        if held and whole:
            shapes.setdefault((tag, "in", above), []).append(place)
        hint = hints[place]
        if len(hint) <= 1:
            if whole and not held:
                shapes.setdefault((tag, above), []).append(place)
            continue
        own = keys.get((tag, hint))
        if own is None:
            own = keys[tag, hint] = _shape_keys(tag, hint, tree.attribute(place, "id").lower())
        for key in own:
            shapes.setdefault(key, []).append(place)
    return shapes


def _shape_keys(tag: str, hint: str, identity: str) -> list[tuple[object, ...]]:
    """The kinds that an element may belong to by its tag, class and id."""
    prefix = _NUMBERED.match(identity)
    if prefix is not None:
        return [(tag, "#", prefix[1])]
    tokens = [_DIGITS.sub("", token) for token in hint.split() if not _STATE.match(token)]
    keys: list[tuple[object, ...]] = [(tag, *sorted({t for t in tokens if t.strip("-_")})[:3])]
    named = next((token for token in tokens if hinted(token)), None)
    if named is not None and len(tokens) > 1:
        keys.append((tag, ".", named))
    return keys


def _judge(tree: Tree, members: list[int]) -> Group | None:
    """Read a sample of the members; None if they are no comments."""
    hint = _hint_of(tree, members)
    if len(members) < (1 if hint == 2 else 2 if hint else 3):
        return None
    if len(members) == 1 and not _SINGLE.search(tree.hints[members[0]]):
        return None
    size = sum(tree.size(place) for place in members)
    if hint:
        linked = sum(tree.link_share(place) * tree.size(place) for place in members) / size
    else:
        linked = sorted(tree.link_share(place) for place in members)[len(members) * 7 // 10]
    if linked > (0.6 if hint else 0.35):
        return None
    inner = set(members)
    step = max(1, len(members) // _SAMPLE)
    sample = members[::step][:_SAMPLE]
    if not hint and not all(_has_digit(tree, place) for place in sample[: _SAMPLE // 2]):
        return None
    dated = named = acted = crowded = texts = bodies = teasers = 0
    for place in sample:
        lines = [line for _, line in tree.range_lines(place + 1, tree.ends[place], inner)]
        if len(lines) > 400:
            return None
        credits = split_credits(lines, Credits(), bare=True)
        dated += credits.date is not None
        named += credits.author is not None
        acted += any(is_chrome(line) for line in lines if len(line) <= _SHORT)
        teasers += _is_teaser(tree, place, lines)
        crowded += sum(map(_is_credit, credits.lines[:60])) > 1
        words = sum(len(line) for line in credits.lines)
        texts += words
        bodies += words > 0
    share = len(sample)
    credited = max(dated, named) / share
    if crowded > share / 2 or teasers > share / 2 or bodies < 0.7 * share:
        return None
    if hint:
        if credited < 0.5 and (acted < 0.5 * share or hint < 2):
            return None
    elif min(dated, max(named, acted)) < 0.7 * share or texts < 60 * share:
        return None
    return Group(
        members=members,
        hinted=hint,
        credited=max(credited, 0.3),
        text=texts * len(members) // share,
    )


def _has_digit(tree: Tree, place: int) -> bool:
    """Whether a member can hold a date at all."""
    return any(
        not text.isspace() and _DIGITS.search(text)
        for text in tree.texts[place : tree.ends[place]]
        if text
    )


def _is_teaser(tree: Tree, place: int, lines: Sequence[str]) -> bool:
    """Whether a member announces another page: a linked heading, or "read more" at its end."""
    if lines and len(lines[-1]) < 60 and _TEASER_END.match(lines[-1]):
        return True
    if any(_READ_ON.search(line[-60:]) for line in lines):
        return True
    for heading in tree.select_inside("h1, h2, h3, h4, h5", place):
        for link in tree.select_inside("a[href]", heading):
            target = tree.attribute(link, "href")
            if tree.parents[link] == heading and "#" not in target and tree.size(link) > 12:
                return True
    return False


def _is_credit(line: str) -> bool:
    if len(line) > 120:
        return False
    byline = read_line(line)
    return byline is not None and byline.strong


def _hint_of(tree: Tree, members: Sequence[int]) -> int:
    first = members[0]
    own = tree.hints[first]
    if hinted(own):
        return 2
    for level, above in enumerate(tree.above(first)):
        if level == 5 or tree.tags[above] == "body":
            break
        if NO_HINT.search(tree.hints[above]):
            return 0
        if hinted(tree.hints[above]):
            return 1
    return 0


def find_runs(tree: Tree) -> list[Span]:
    """Find comments that are runs of siblings, each begun or ended by an author line."""
    best: list[Span] = []
    if not HINT.search(tree.vocabulary) and not tree.select("h1, h2, h3, h4"):
        return best
    for container, first in _containers(tree):
        spans = _split_runs(tree, container, first)
        if len(spans) > len(best):
            best = spans
    return best


def _containers(tree: Tree) -> list[tuple[int, int]]:
    """Elements that say they hold comments, and the first child after a heading that says so."""
    found = [
        (tree.parents[place], tree.ends[place])
        for place in tree.select("h1, h2, h3, h4, h5, h6")
        if tree.size(place) < 120 and phrases.is_heading(tree.phrase(place))
    ]
    for place in _hinted_places(tree, hinted):
        if tree.size(place) > 40:
            found.append((place, place + 1))
            inner = _main_child(tree, place)
            if inner is not None:
                found.append((inner, inner + 1))
    return found


def _main_child(tree: Tree, place: int) -> int | None:
    """The child that holds nearly all text of a container, forms and headings aside."""
    sizes = {
        child: tree.size(child)
        for child in tree.children(place)
        if tree.tags[child] not in ("form", "h1", "h2", "h3", "h4", "")
    }
    if not sizes:
        return None
    largest = max(sizes, key=lambda child: sizes[child])
    return largest if sizes[largest] > 0.7 * sum(sizes.values()) else None


def _split_runs(tree: Tree, container: int, first: int) -> list[Span]:
    """Cut the children of a container where one of them is an author line."""
    children: list[int] = []
    place = first
    while place < tree.ends[container]:
        if tree.tags[place] == "form" or (children and tree.tags[place] in ("h1", "h2", "h3")):
            break
        if tree.size(place):
            children.append(place)
        place = tree.ends[place]
    marks = [_is_mark(tree, place) for place in children]
    while (
        children
        and not marks[-1]
        and len(children) > 1
        and phrases.is_end(tree.text(children[-1])[:200])
    ):
        children.pop()
        marks.pop()
    if sum(marks) < 1 or len(children) < 2 * sum(marks) or not children:
        return []
    at = [n for n, mark in enumerate(marks) if mark]
    if marks[0]:
        starts = [children[n] for n in at]
        stops = [*starts[1:], tree.ends[children[-1]]]
        return list(zip(starts, stops, strict=True))
    if not marks[-1] and len(at) < 2:
        return []
    starts = [children[0], *(tree.ends[children[n]] for n in at[:-1])]
    return [(start, tree.ends[children[n]]) for start, n in zip(starts, at, strict=True)]


def _is_mark(tree: Tree, place: int) -> bool:
    """Whether a child is an author line and nothing else."""
    if tree.size(place) > 150 or not tree.tags[place]:
        return False
    line = tree.phrase(place)
    if len(line) > 120:
        return False
    byline = read_line(line)
    if byline is None:
        return False
    return byline.strong or (byline.date is not None and tree.tags[place] in ("dt", "h4", "h5"))


def find_block(tree: Tree) -> tuple[int, list[str]] | None:
    """Find a container that says it holds comments, and its lines, where nothing splits it.

    Lines of forms, headings and buttons are no comments; what is left counts only if a name, a
    date or a button says that somebody commented.
    """
    best: tuple[int, list[str]] | None = None
    end = 0
    for place in _hinted_places(tree, lambda hint: bool(_HOLDS.search(hint))):
        if place < end or NO_HINT.search(tree.hints[place]):
            continue
        end = tree.ends[place]
        forms = frozenset(tree.select_inside("form, #respond, .comment-respond, h1, h2, h3", place))
        lines = [line for _, line in tree.lines(place, forms)]
        if sum(map(len, lines)) < 4 * _BLOCK_WORDS:
            continue
        signs = any(is_chrome(line) or _is_credit(line) for line in lines if len(line) <= 120)
        text = [
            line
            for line in lines
            if not (phrases.is_heading(line) or phrases.is_end(line) or phrases.is_action(line))
        ]
        words = sum(line.count(" ") + 1 for line in text)
        if signs and words >= _BLOCK_WORDS and (best is None or words > _count(best[1])):
            best = (place, text)
    return best


def _hinted_places(tree: Tree, fits: Callable[[str], bool]) -> list[int]:
    """Places, in page order, of the elements whose class and id fit."""
    return sorted(
        place
        for hint, places in tree.by_hint.items()
        if fits(hint)
        for place in places
        if tree.tags[place] not in INLINE
    )


def _count(lines: Sequence[str]) -> int:
    return sum(line.count(" ") + 1 for line in lines)
