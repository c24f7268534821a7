"""A scraped HTML page into article and comments."""

from __future__ import annotations

import re
from bisect import bisect_left

from moderation.pages.article import Line, article_text, find_title, read_lines
from moderation.pages.items import Item, ranges, read_items, read_spans
from moderation.pages.platforms import EMBEDS, PLATFORMS, UNKNOWN, Platform
from moderation.pages.repeated import find_elements, find_runs
from moderation.pages.tree import INLINE, Tree
from moderation.records import Article, Comment, LeftOut, Page


#: A platform that yields fewer comments than this is checked against what repeats on the page.
_FEW = 3


def _letters(items: list[Item]) -> int:
    return sum(len(line) for item in items for line in item.lines if not item.ping)


def separate_html(html: str, *, url: str | None = None) -> Page:
    """Separate an HTML page.

    Parameters
    ----------
    html
        The page, decoded.
    url
        Its address, carried into the article.

    Returns
    -------
    Page
        Comments in page order; what is neither article nor comment in `left_out`.
    """
    tree = Tree(html)
    if not len(tree):
        return Page(article=Article(url=url))
    source, items = find_items(tree, html)
    comments = tuple(_comments(items, source))
    title = find_title(tree)
    lines = read_lines(tree, ranges(items), title)
    text = article_text(lines, title)
    article = Article(title=title[1], text=text, url=url)
    left_out = [LeftOut(reason="pingback", text=item.text) for item in items if item.ping]
    elsewhere = None
    if not comments:
        elsewhere = next((name for sign, name in EMBEDS if name and sign in html), None)
    return Page(
        article=article, comments=comments, left_out=tuple(left_out), comments_elsewhere=elsewhere
    )


def page_lines(html: str) -> list[Line]:
    """Lines of a page outside its comments, with their features: for fitting and looking."""
    tree = Tree(html)
    if not len(tree):
        return []
    _, items = find_items(tree, html)
    return read_lines(tree, ranges(items), find_title(tree))


def find_items(tree: Tree, html: str) -> tuple[str, list[Item]]:
    """Find the comments of a page, and what found them."""
    source, items = _platform_items(tree, html)
    if len(items) < _FEW and not any(item.native_id for item in items):
        generic = _repeated_items(tree)
        if _letters(generic) > 2 * _letters(items):
            source, items = "generic", generic
    return source, items


def _platform_items(tree: Tree, html: str) -> tuple[str, list[Item]]:
    best: list[Item] = []
    source = ""
    for platform in PLATFORMS:
        if not any(sign in html for sign in platform.signs):
            continue
        places = _item_places(tree, platform)
        if not places:
            continue
        items = read_items(tree, places, platform)
        if not any(item.native_id for item in items) and not _credited(items):
            continue
        if sum(bool(item.lines) for item in items) > len(best):
            best, source = items, f"platform:{platform.name}"
    return source, best


def _credited(items: list[Item]) -> bool:
    """Whether half of the items with text name an author or a date."""
    texts = [item for item in items if item.lines]
    return 2 * sum(bool(item.author or item.date) for item in texts) >= len(texts) > 0


def _repeated_items(tree: Tree) -> list[Item]:
    places = find_elements(tree)
    if places:
        return read_items(tree, places, UNKNOWN)
    spans = find_runs(tree)
    return read_spans(tree, spans, UNKNOWN) if spans else []


def _item_places(tree: Tree, platform: Platform) -> list[int]:
    """Elements that are comments by their id, or by their class where the page gives no ids."""
    places = [p for p in tree.select(platform.items) if tree.tags[p] not in INLINE]
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


def _comments(items: list[Item], source: str) -> list[Comment]:
    ids: dict[int, str] = {}
    kept = [n for n, item in enumerate(items) if item.lines and not item.ping]
    used: set[str] = set()
    for order, number in enumerate(kept):
        native = items[number].native_id
        name = native if native and native not in used else f"c{order + 1}"
        used.add(name)
        ids[number] = name
    comments = []
    depths: dict[int, int] = {}
    for order, number in enumerate(kept):
        item = items[number]
        parent = item.parent
        while parent is not None and parent not in ids:
            parent = items[parent].parent
        depths[number] = 1 if parent is None else depths[parent] + 1
        comments.append(
            Comment(
                id=ids[number],
                text=item.text,
                author=item.author,
                published=item.date,
                parent_id=None if parent is None else ids[parent],
                depth=depths[number],
                order=order,
                source=source,
            )
        )
    return comments
