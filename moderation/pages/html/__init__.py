"""Separate a scraped HTML page into its article and its comments."""

from __future__ import annotations

import re
from bisect import bisect_left

from moderation.pages.html.article import choose_lines
from moderation.pages.html.article_lines import ArticleLine, read_lines
from moderation.pages.html.hints import HOLDS, commenting, hinted, hinted_places
from moderation.pages.html.items import HtmlItem, ranges
from moderation.pages.html.jsonld import Stated, read_linked_data
from moderation.pages.html.markup import UNKNOWN, Platform
from moderation.pages.html.masthead import find_author, find_date, find_title
from moderation.pages.html.nodes import INLINE
from moderation.pages.html.parts import read_items, read_spans
from moderation.pages.html.platforms import PLATFORMS
from moderation.pages.html.repeated import find_elements
from moderation.pages.html.runs import find_block, find_runs
from moderation.pages.html.selectors import select
from moderation.pages.html.structure import find_structure
from moderation.pages.html.surroundings import count_declared, list_left_out, name_embed
from moderation.pages.html.tree import Tree
from moderation.records import Article, Comment, LeftOut, Page
from moderation.text.visibility import is_blank

#: If a platform yields fewer comments than this, repeated elements on the page are tried too.
_FEW = 3
#: The share of the text of named elements that comments found by structure must have.
_MOST_LETTERS = 0.8


class Found:
    """The comments of a page, and how they were found.

    Attributes
    ----------
    items
        The comments in page order, including pingbacks and empty ones.
    source
        As in `Comment.source`.
    taken
        Ranges of the tree that are comments.
    opening
        The first post of a forum thread, which is the article.
    """

    def __init__(self, items: list[HtmlItem], source: str, *, opening: bool = False) -> None:
        self.source = source
        self.taken = ranges(items)
        self.opening = items[0] if opening and items and items[0].lines else None
        self.items = items

    @property
    def comments(self) -> list[HtmlItem]:
        """The readers' comments that have text."""
        return [
            item
            for item in self.items
            if not (item.ping or item is self.opening or all(map(is_blank, item.lines)))
        ]


def separate_html(html: str, *, url: str | None = None) -> Page:
    """Separate an HTML page into its article and its comments.

    Parameters
    ----------
    html
        The page, decoded.
    url
        Its address, copied to the article.

    Returns
    -------
    Page
        The comments in page order; `left_out` holds what is neither article nor comment.
    """
    tree = Tree(html)
    if not len(tree):
        return Page(article=Article(title=tree.head.title, url=url))
    stated = read_linked_data(tree.head.linked_data)
    title = find_title(tree, stated)
    found = find_comments(tree, stated, title)
    taken = found.taken
    lines = read_lines(tree, taken, title)
    if found.opening is None:
        apart = [*taken, *_holders(tree, title[0])]
        author = find_author(tree, stated, apart)
        published = find_date(tree, stated, apart)
        kept = choose_lines(lines, title[1], author)
        text = "\n".join(line.text for line, keep in zip(lines, kept, strict=True) if keep)
        if not text and _is_thread(tree, found):
            found.opening = found.items[0]
    if found.opening is not None:
        kept = [False] * len(lines)
        text, author, published = found.opening.text, found.opening.author, found.opening.date
    comments = _comments(found)
    pings = [LeftOut(reason="pingback", text=i.text) for i in found.items if i.ping and i.lines]
    return Page(
        article=Article(title=title[1], text=text, author=author, published=published, url=url),
        comments=comments,
        left_out=(*list_left_out(tree, lines, kept, title[1]), *pings),
        declared_count=count_declared(tree, stated, taken),
        comments_elsewhere=None if comments else name_embed(html),
    )


def _is_thread(tree: Tree, found: Found) -> bool:
    """Whether a page without an article or a word of comments is a thread of posts."""
    posts = found.source == "generic" and len(found.comments) >= _FEW and found.items[0].lines
    return bool(posts) and not tree.head.later_page and not any(map(hinted, commenting(tree)))


def _holders(tree: Tree, title: int) -> list[tuple[int, int]]:
    """Return the ranges of the elements that hold all comments and nothing of the article."""
    places = hinted_places(tree, lambda hint: bool(HOLDS.search(hint)))
    ranged = [(place, tree.ends[place]) for place in places]
    return [(start, end) for start, end in ranged if title >= 0 and not start <= title < end]


def page_lines(html: str) -> list[ArticleLine]:
    """Return the lines outside a page's comments with their features, for fitting and analysis."""
    tree = Tree(html)
    if not len(tree):
        return []
    stated = read_linked_data(tree.head.linked_data)
    title = find_title(tree, stated)
    found = find_comments(tree, stated, title)
    return read_lines(tree, found.taken, title)


def find_comments(tree: Tree, stated: Stated, title: tuple[int, str]) -> Found:
    """Find the comments of a page by the most reliable source that has them.

    Linked data is preferred if it has more comments than the markup of a known platform, or at
    least as many as a search without a known platform. Repeated elements come next, and a block
    that nothing separates comes last.
    """
    found = _by_platform(tree)
    sure = any(item.native_id for item in found.items)
    if len(found.items) < _FEW and (not sure or _declares_more(tree, stated, found)):
        generic = _by_repetition(tree, stated, title)
        if _letters(generic) > 2 * _letters(found) and (not sure or _covers(generic, found)):
            found = generic
    if stated.items:
        surplus = len(stated.items) - len(found.comments)
        if surplus > 0 or (surplus == 0 and found.source == "generic"):
            taken = found.taken
            found = Found(stated.items, "jsonld")
            found.taken = taken
    if not found.items and (block := find_block(tree)) is not None:
        place, text = block
        found = Found([HtmlItem(place=place, end=tree.ends[place], lines=text)], "unsegmented")
    return found


def _declares_more(tree: Tree, stated: Stated, found: Found) -> bool:
    """Whether a page declares more comments than were found, or shares only ids with WordPress."""
    named = any("comment" in tree.hints[item.place].split() for item in found.items)
    if found.source == "platform:wordpress" and not named:
        return True
    return (count_declared(tree, stated, found.taken) or 0) > len(found.items)


def _covers(wide: Found, narrow: Found) -> bool:
    """Whether each item of one finding is among the items of another."""
    places = {item.place for item in wide.items}
    return all(item.place in places for item in narrow.items)


def _letters(found: Found) -> int:
    return sum(len(line) for item in found.comments for line in item.lines)


def _by_platform(tree: Tree) -> Found:
    best = Found([], "")
    for platform in PLATFORMS:
        if platform.signs and tree.vocabulary.isdisjoint(platform.signs):
            continue
        places = _item_places(tree, platform)
        if not places:
            continue
        items = read_items(tree, places, platform)
        if not any(item.native_id for item in items) and not _credited(items):
            continue
        if sum(bool(item.lines) for item in items) > len(best.items):
            opening = platform.opening and not tree.head.later_page
            best = Found(items, f"platform:{platform.name}", opening=opening)
            if platform.name == "microdata":
                best.source = "microdata"
    return best


def _credited(items: list[HtmlItem]) -> bool:
    """Whether half of the items with text name an author or a date."""
    texts = [item for item in items if item.lines]
    return 2 * sum(bool(item.author or item.date) for item in texts) >= len(texts) > 0


def _by_repetition(tree: Tree, stated: Stated, title: tuple[int, str]) -> Found:
    """Find comments by their names, by structure where these miss some, and by author lines."""
    places = find_elements(tree)
    if not places:
        spans = find_structure(tree, title) or find_runs(tree)
        return Found(read_spans(tree, spans, UNKNOWN) if spans else [], "generic")
    named = Found(read_items(tree, places, UNKNOWN), "generic")
    missing = (count_declared(tree, stated, named.taken) or 0) - len(named.items)
    if missing > 0 and (spans := find_structure(tree, title)):
        found = Found(read_spans(tree, spans, UNKNOWN), "generic")
        nearer = abs(len(named.items) + missing - len(found.items)) < missing
        if nearer and _letters(found) > _MOST_LETTERS * _letters(named):
            return found
    return named


def _item_places(tree: Tree, platform: Platform) -> list[int]:
    """Find the elements that are comments by id, or by class if the page gives no ids."""
    places = [p for p in select(tree, platform.items) if tree.tags[p] not in INLINE]
    if not platform.identity:
        return places
    known = [p for p in places if re.fullmatch(platform.identity, tree.attribute(p, "id"))]
    lists = {tree.parents[place] for place in known}
    classes = set(platform.classes)
    chosen = set(known)
    for place in places:
        if place in chosen or not classes & set(tree.hints[place].split()):
            continue
        at = bisect_left(known, place)
        holds_known = at < len(known) and known[at] < tree.ends[place]
        if not known or holds_known or tree.parents[place] in lists:
            chosen.add(place)
    return sorted(chosen)


def _comments(found: Found) -> tuple[Comment, ...]:
    """Number the comments, and attach each to the nearest comment above it that is kept."""
    kept = {id(item) for item in found.comments}
    ids: dict[int, str] = {}
    depths: dict[int, int] = {}
    used = {item.native_id for item in found.comments}
    comments: list[Comment] = []
    for number, item in enumerate(found.items):
        if id(item) not in kept:
            continue
        order = len(comments)
        name = item.native_id
        if name and name in used:
            used.discard(name)  # A second comment with the same id gets another id.
        else:
            name = f"c{order + 1}"
        ids[number] = name
        parent = item.parent
        while parent is not None and parent not in ids:
            parent = found.items[parent].parent
        depths[number] = 1 if parent is None else depths[parent] + 1
        comments.append(
            Comment(
                id=name,
                text=item.text,
                author=item.author,
                published=item.date,
                parent_id=None if parent is None else ids[parent],
                depth=depths[number],
                order=order,
                source=found.source,
            )
        )
    return tuple(comments)
