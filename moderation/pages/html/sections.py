"""Find the headings of comments in a page, and what follows them.

A heading is a block that only counts or names comments, whatever its element.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from moderation.pages.html.nodes import INLINE
from moderation.pages.html.tree import HEADINGS, Joined, Tree
from moderation.pages.wording import phrases

#: The longest heading of the comments and the shortest section under it, in characters.
_MAX_HEADING, _MIN_SECTION = 120, 20
#: A word of every heading of comments.
_COUNTED = tuple(
    "comment kommentar respon replies reply thought antwort gedanke reaktion meinung reacti "
    "comentari comentár réponse réaction opini discussion conversation talkback say leserbrief "
    "komentar komentář коммента комента отзыв ответ обсужден yorum hozzászól σχόλι 评论 コメント "
    "svar avis rispost pensier opmerking ergänzung odpowied diskuss debat".split()
)
#: The most headings of comments on one page that are elements of one kind.
_MAX_ALIKE = 2
#: The share of a heading's text in links from which it is only a link.
_LINKED = 0.8
#: The number of nodes in which the beginning of an element is read.
_BEGINNING = 60
#: Elements that end a run of siblings.
_BREAKS = frozenset("form h1 h2 h3 textarea nav footer aside".split())


def find_headings(tree: Tree) -> list[tuple[int, int | None]]:
    """Return the blocks that hold only a heading of comments, and the numbers that they declare.

    A heading that is only a link leads to the comments, and one that declares none heads none.
    Blocks that say "2 replies" again and again stand in the comments.
    """
    numbers = [n for n, text in enumerate(tree.texts) if 3 < len(text) <= 2 * _MAX_HEADING]
    joined = Joined([tree.texts[number].lower() for number in numbers])
    blocks: set[int] = set()
    for found in joined.with_words(_COUNTED):
        block = tree.parents[tree.text_places[numbers[found]]]
        while block > 0 and tree.tags[block] in INLINE:
            block = tree.parents[block]
        blocks.add(block)
    headings = []
    for block in sorted(blocks):
        if block <= 0 or tree.size(block) > _MAX_HEADING:
            continue
        text = tree.phrase(block)
        linked = tree.link_share(block) > _LINKED and tree.tags[block] not in HEADINGS
        if not linked and phrases.is_heading(text) and (n := phrases.heading_count(text)) != 0:
            headings.append((block, n))
    kinds = Counter((tree.tags[block], tree.hints[block]) for block, _ in headings)
    return [
        (block, n)
        for block, n in headings
        if kinds[tree.tags[block], tree.hints[block]] <= _MAX_ALIKE and not _has_button(tree, block)
    ]


def _has_button(tree: Tree, block: int) -> bool:
    return "button" in tree.tags[block : tree.ends[block]]


def find_sections(tree: Tree, headings: Sequence[int]) -> list[tuple[int, int]]:
    """Return what follows each heading of comments, up to a form or another heading."""
    found = []
    for heading in headings:
        inner, outer = heading, tree.parents[heading]
        while outer > 0 and tree.letters[tree.ends[outer]] <= tree.letters[tree.ends[inner]]:
            inner, outer = outer, tree.parents[outer]
        start = place = tree.ends[inner]
        end = tree.ends[outer]
        while place < end and not closes(tree, place, tree.tags[inner]):
            place = tree.ends[place]
        if tree.letters[place] - tree.letters[start] > _MIN_SECTION:
            found.append((start, place))
    return found


def closes(tree: Tree, place: int, heading: str) -> bool:
    """Whether a node after the comments is none of them: a form, or a heading of another part."""
    tag = tree.tags[place]
    if tag in _BREAKS or (tag == heading and tag in HEADINGS):
        return True
    return begins_end(tree, place)


def opens(tree: Tree, place: int) -> bool:
    """Whether a node before the comments is none of them: a form or a heading."""
    if tree.tags[place] in _BREAKS or tree.tags[place] in HEADINGS:
        return True
    return tree.size(place) <= _MAX_HEADING and phrases.is_heading(tree.phrase(place))


def begins_end(tree: Tree, place: int) -> bool:
    """Whether a child begins with a line that ends the comments; its beginning alone is read."""
    end = min(tree.ends[place], place + _BEGINNING)
    text = "\n".join(line for _, line in tree.range_lines(place, end))
    return phrases.is_end(text[: phrases.MAX_PHRASE])
