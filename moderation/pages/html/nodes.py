"""The nodes of a page as flat arrays in document order."""

from __future__ import annotations

from array import array
from collections.abc import MutableSequence
from sys import intern
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from moderation.pages.html.guards import tame
from moderation.pages.html.head import Head

#: On a page with more characters than this, memory matters more than time.
_LONG_PAGE = 1_000_000
#: The longest class and id that are read, in characters.
MAX_HINT = 500
#: Elements whose text is not visible on the page.
INVISIBLE = frozenset("script style noscript template svg iframe object select head".split())
#: Elements inside a line of text; every other element begins and ends a line.
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font g-emoji i img ins kbd label mark "
    "nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr "
    "shreddit-timeago input button".split()
)
_TEXT, _COMMENT = 2, 4
#: Tag numbers from here on stand for names that differ from page to page.
_UNKNOWN = 256
_NO_ATTRIBUTES: dict[str, str | None] = {}


def _numbers(*, compact: bool) -> MutableSequence[int]:
    """Create an empty sequence of numbers, either fast or a fifth of the size."""
    return array("q") if compact else []


def _share(attributes: dict[str, str | None]) -> dict[str, str | None]:
    """Copy attributes so that names and classes are stored once for all elements of the page."""
    shared = {intern(name): value for name, value in attributes.items()}
    if named := shared.get("class"):
        shared["class"] = intern(named)
    return shared


class Nodes:
    """The visible part of a page, with one entry for each node, in document order.

    Attributes
    ----------
    tags
        Name of each element, "" for text.
    parents
        Place of the parent, -1 for the root.
    ends
        The place after the last node inside.
    letters
        Characters of text before each node, and in total. Differences are lengths of text,
        without the white space at the ends of its nodes.
    attributes
        Attributes of each element.
    hints
        Class and id of each element in one lower-case string, separated by a space; "" without.
    text_places, texts, text_lines
        For each text node: its place, its text as in the source, and the number of its line,
        which increases wherever a block begins or ends.
    by_hint, by_tag
        Places of the elements of each distinct hint and of each tag.
    ids
        Ids as written, each with its place.
    head
        What the page states about itself apart from its visible content: see `Head`.
    """

    def __init__(self, html: str) -> None:
        parser = LexborHTMLParser(tame(html))
        self.head = Head(parser)
        long = len(html) > _LONG_PAGE
        self.tags: list[str] = []
        self.parents = _numbers(compact=long)
        self.ends = _numbers(compact=long)
        self.letters = _numbers(compact=long)
        self.letters.append(0)
        self.attributes: list[dict[str, str | None]] = []
        self.hints: list[str] = []
        self.text_places = _numbers(compact=long)
        self.texts: list[str] = []
        self.text_lines = _numbers(compact=long)
        self.by_hint: dict[str, list[int]] = {}
        self.by_tag: dict[str, list[int]] = {}
        self.ids: list[tuple[str, int]] = []
        self._fill(parser.body, long=long)

    def __len__(self) -> int:
        return len(self.tags)

    def _fill(self, node: Any, *, long: bool) -> None:  # noqa: PLR0912, PLR0915 - one loop: calls would double its time
        if node is None:
            return
        tags, parents, ends, letters = self.tags, self.parents, self.ends, self.letters
        attributes, hints, ids = self.attributes, self.hints, self.ids
        text_places, texts, text_lines = self.text_places, self.texts, self.text_lines
        by_hint, by_tag = self.by_hint, self.by_tag
        # For each kind of element: its name, whether it is a block, its places (None: hidden).
        kinds: dict[int, tuple[str, bool, list[int] | None]] = {}
        stack: list[tuple[Any, int, bool]] = []
        here, place, size, line = -1, 0, 0, 0
        after_space = True  # Further white space changes nothing here.
        block = False
        while True:
            kind = node.tag_id
            if kind == _TEXT:
                text = node.text_content or ""
                count = len(text.strip())
                if count or not after_space:
                    tags.append("")
                    parents.append(here)
                    place += 1
                    ends.append(place)
                    size += count
                    letters.append(size)
                    attributes.append(_NO_ATTRIBUTES)
                    hints.append("")
                    text_places.append(place - 1)
                    texts.append(text)
                    text_lines.append(line)
                    after_space = not count
            elif kind != _COMMENT:
                known = kinds.get(kind)
                if known is None:
                    name = node.tag or "-"
                    shown = None if name in INVISIBLE else by_tag.setdefault(name, [])
                    known = (name, name not in INLINE, shown)
                    if kind < _UNKNOWN:
                        kinds[kind] = known
                name, opens, places = known
                if places is not None:
                    places.append(place)
                    tags.append(name)
                    parents.append(here)
                    letters.append(size)
                    own = node.attributes
                    hint = ""
                    if own:
                        if long:
                            own = _share(own)
                        attributes.append(own)
                        named, identity = own.get("class"), own.get("id")
                        if named or identity:
                            hint = f"{named or ''} {identity or ''}"[:MAX_HINT].lower()
                            if (alike := by_hint.get(hint)) is not None:
                                hint = hints[alike[0]]  # one string for all equal hints
                                alike.append(place)
                            else:
                                by_hint[hint] = [place]
                            if identity:
                                ids.append((identity, place))
                    else:
                        attributes.append(_NO_ATTRIBUTES)
                    hints.append(hint)
                    if opens:
                        after_space = True
                        line += 1
                    child = node.first_child
                    place += 1
                    ends.append(place)
                    if child is not None:
                        stack.append((node, here, block))
                        here, node, block = place - 1, child, opens
                        continue
                    if opens:
                        line += 1
            if not stack:
                return
            node = node.next
            while node is None:
                if block:
                    after_space = True
                    line += 1
                ends[here] = place
                node, here, block = stack.pop()
                if not stack:
                    return
                node = node.next
