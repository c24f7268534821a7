"""Find comments without separate elements: runs of siblings, or one undivided block."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.pages.html.credits import is_credit, read_line
from moderation.pages.html.hints import HOLDS, NO_HINT, hinted_places
from moderation.pages.html.judging import leads_away
from moderation.pages.html.sections import begins_end
from moderation.pages.html.selectors import select_inside
from moderation.pages.html.tree import Tree
from moderation.pages.wording import phrases

Span = tuple[int, int]

#: Elements in a container of comments that are not comments.
_AROUND = "form, #respond, .comment-respond, h1, h2, h3"
#: The most main headings that are looked for in a container.
_MAX_H1 = 3
#: A block of fewer words is a notice, not a comment.
_BLOCK_WORDS = 20


def find_runs(tree: Tree) -> list[Span]:
    """Find comments that are runs of siblings, each begun or ended by an author line."""
    best: list[Span] = []
    for container, first in _containers(tree):
        spans = _split_runs(tree, container, first)
        if len(spans) > len(best) and not leads_away(tree, first, spans[0][1]):
            best = spans
    return best


def _containers(tree: Tree) -> list[tuple[int, int]]:
    """Find the containers of comments, by heading or name, each with its first child to read."""
    found = []
    for place, text in tree.headings:
        if tree.size(place) < 120 and phrases.is_heading(text):
            above, after = tree.parents[place], tree.ends[place]
            found.append((above, after))
            while after < tree.ends[above] and not tree.size(after):
                after = tree.ends[after]
            if after < tree.ends[above] and tree.tags[after]:
                found.append((after, after + 1))
    for place in hinted_places(tree):
        if tree.size(place) > 40:
            found.append((place, place + 1))
            inner = _main_child(tree, place)
            if inner is not None:
                found.append((inner, inner + 1))
    return found


def _main_child(tree: Tree, place: int) -> int | None:
    """Find the child that holds nearly all text of a container without forms and headings."""
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
    """Cut the children of a container at those that are author lines."""
    children: list[int] = []
    place = first
    while place < tree.ends[container]:
        if tree.tags[place] == "form" or (children and tree.tags[place] in ("h1", "h2", "h3")):
            break
        if tree.size(place):
            children.append(place)
        place = tree.ends[place]
    marks = [_is_mark(tree, place) for place in children]
    while children and not marks[-1] and len(children) > 1 and begins_end(tree, children[-1]):
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
    """Whether a child is only an author line."""
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
    """Find a container that names itself one of comments but cannot be divided, and its lines.

    Lines of forms, headings and buttons are not comments. The remaining lines count only if a
    name, a date or a button shows that somebody commented.
    """
    best: tuple[int, list[str]] | None = None
    end = 0
    for place in hinted_places(tree, lambda hint: bool(HOLDS.search(hint))):
        if place < end or NO_HINT.search(tree.hints[place]):
            continue
        end = tree.ends[place]
        forms = frozenset(select_inside(tree, _AROUND, place))
        lines = [line for _, line in tree.lines(place, forms)]
        if sum(map(len, lines)) < 4 * _BLOCK_WORDS:
            continue
        if any(tree.inside(h1, place) for h1 in tree.by_tag.get("h1", ())[:_MAX_H1]):
            continue
        signs = any(
            is_credit(line) or phrases.is_action(line) for line in lines if len(line) <= 120
        )
        text = [
            line
            for line in lines
            if not (phrases.is_heading(line) or phrases.is_end(line) or phrases.is_action(line))
        ]
        words = sum(line.count(" ") + 1 for line in text)
        if signs and words >= _BLOCK_WORDS and (best is None or words > _count(best[1])):
            best = (place, text)
    return best


def _count(lines: Sequence[str]) -> int:
    return sum(line.count(" ") + 1 for line in lines)
