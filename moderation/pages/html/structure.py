"""Find comments by structure alone: weigh what shows that a group of ranges is the comments."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.pages.html.anchors import Span, find_candidates, find_dates
from moderation.pages.html.evidence import describe_page, features
from moderation.pages.html.evidence_weights import THRESHOLD, WEIGHTS
from moderation.pages.html.masthead import find_title_line
from moderation.pages.html.sections import find_headings
from moderation.pages.html.tree import Tree

#: The least letters of a range on average, and the largest share of them in links.
_MIN_SIZE, _MAX_LINKS = 3, 0.8


def find_structure(tree: Tree, title: tuple[int, str]) -> list[Span]:
    """Return the ranges of the comments of a page; empty if nothing shows that it has some.

    Parameters
    ----------
    tree
        The page.
    title
        The place of the title of the article, -1 if no heading holds it, and the title.
    """
    best: tuple[float, list[Span]] = (THRESHOLD, [])
    for spans, found in describe_groups(tree, title):
        weight = weigh(found)
        if weight > best[0]:
            best = (weight, spans)
    return best[1]


def describe_groups(
    tree: Tree, title: tuple[int, str]
) -> Iterator[tuple[list[Span], dict[str, float]]]:
    """Yield the groups of ranges that may be the comments of a page, with their features."""
    dates, headings = find_dates(tree), find_headings(tree)
    place = title[0] if title[0] >= 0 else find_title_line(tree)
    page = describe_page(tree, dates, headings, place)
    for spans in find_candidates(tree, dates, [block for block, _ in headings], place):
        if not _is_running(tree, spans):
            continue
        yield spans, features(tree, spans, page)


def _is_running(tree: Tree, spans: list[Span]) -> bool:
    """Whether a group has text that is worth reading: more than links and a word for each range."""
    size = linked = 0
    for start, end in spans:
        size += tree.letters[end] - tree.letters[start]
        linked += tree.link_letters[end] - tree.link_letters[start]
    return size >= _MIN_SIZE * len(spans) and linked <= _MAX_LINKS * size


def weigh(found: dict[str, float]) -> float:
    """Return the log-odds that a group is the comments of its page."""
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in found.items())
