"""The article of a page: where it stands, and what inside it is not the article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from moderation.pages.tree import Tree

_NOT_ARTICLE = re.compile(
    r"(?:^|[ _-])(?:nav|navi|navigation|menu|sidebar|side-bar|widget|footer|foot|masthead|"
    r"breadcrumbs?|share|sharing|sharedaddy|social|related|relatedposts|promo|advert|ads?|"
    r"banner|sponsor|newsletter|subscribe|subscription|signup|login|search|searchform|"
    r"comment-?form|respond|comments?|commentlist|comments-area|tags?|tagcloud|pagination|pager|"
    r"post-?nav|prev|next|author-?(?:bio|box|info)|about-?author|bio|cookie|popup|modal|"
    r"outbrain|taboola|recommend|recommended|trending|popular|most-?read|skip-link|toolbar|"
    r"copyright|disclaimer|rating|print|metadata|postmeta|post-meta|entry-utility)(?:$|[ _-])"
)
_NOT_TAGS = frozenset({"nav", "footer", "aside", "form", "button", "textarea"})
#: Share of the running text that a child must hold for the search to go down into it.
_MOST = 0.75


def find_article(tree: Tree, taken: Sequence[tuple[int, int]]) -> tuple[int, list[int]]:
    """Find the element that holds the article, and what in it is no article."""
    barred = bytearray(len(tree))
    for start, end in taken:
        barred[start:end] = b"\1" * (end - start)
    skip = _boilerplate(tree, barred)
    good = [0] * (len(tree) + 1)
    for place, line in tree.lines(0, skip):
        if len(line) > 40 and not barred[place]:
            good[place + 1] = len(line)
    for place in range(len(tree)):
        good[place + 1] += good[place]
    here = 0
    while True:
        total = good[tree.ends[here]] - good[here]
        best = None
        for child in tree.children(here):
            if good[tree.ends[child]] - good[child] >= max(1, _MOST * total):
                best = child
        if best is None or not tree.tags[best] or tree.tags[best] == "p":
            return here, skip
        here = best


def _boilerplate(tree: Tree, barred: bytearray) -> set[int]:
    skip = set()
    place = 0
    total = tree.size(0)
    while place < len(tree):
        if barred[place]:
            skip.add(place)
            place = tree.ends[place]
            continue
        tag = tree.tags[place]
        if (
            tag
            and place
            and (
                (tag in _NOT_TAGS or _NOT_ARTICLE.search(tree.hints[place]))
                and tree.size(place) < 0.5 * total
            )
        ):
            skip.add(place)
            place = tree.ends[place]
            continue
        place += 1
    return skip


def read_title(tree: Tree, here: int) -> str:
    """The title of the page."""
    for level in ("h1", "h2"):
        places = [p for p, tag in enumerate(tree.tags) if tag == level]
        for place in places:
            text = " ".join(tree.text(place).split())
            if text and text.casefold() in tree.head.title.casefold():
                return text
    return tree.head.title
