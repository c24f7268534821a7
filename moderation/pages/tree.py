"""A parsed page as flat arrays in document order.

Everything that the separator asks of a page (what stands inside an element, what follows it, how
much of its text is links) is a range of these arrays, so no stage recurses and each takes time
linear in the page, however deeply it is nested.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from moderation.pages.guards import tame
from moderation.pages.selectors import plan

#: Longest class and id that are looked at, in characters.
_MAX_HINT = 500
#: Elements whose text nobody reads on the page.
INVISIBLE = ("script", "style", "noscript", "template", "svg", "iframe", "object", "select", "head")
#: Elements that stand in a line of text; every other one begins and ends a line.
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font g-emoji i img ins kbd label mark "
    "nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr "
    "shreddit-timeago input button".split()
)
_DIGIT = re.compile(r"\d")
_SPACE = re.compile(r"\s+")
_TEXT, _COMMENT = 2, 4
_NO_ATTRIBUTES: dict[str, str | None] = {}


class Tree:
    """The visible part of a page, one entry a node, in document order.

    Attributes
    ----------
    tags
        Name of each element, "" for text.
    parents
        Place of the parent, -1 for the root.
    ends
        Place after the last node inside.
    texts
        Text of a text node as it stands in the source; "" for elements.
    attributes
        Attributes of each element.
    hints
        Class and id of each element in one string, lower case, a space between; "" without.
    by_hint, by_tag
        Places of the elements of each distinct hint and of each tag.
    head
        What the page says of itself apart from what it shows: see `Head`.
    """

    def __init__(self, html: str) -> None:
        self.parser = LexborHTMLParser(tame(html))
        self.head = Head(self.parser)
        self.parser.strip_tags(list(INVISIBLE))
        self.tags: list[str] = []
        self.parents: list[int] = []
        self.ends: list[int] = []
        self.texts: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.hints: list[str] = []
        self.by_hint: dict[str, list[int]] = {}
        self.by_tag: dict[str, list[int]] = {}
        self._places: dict[int, int] = {}
        self._selected: dict[str, list[int]] = {}
        self._fill()

    def __len__(self) -> int:
        return len(self.tags)

    def _fill(self) -> None:  # noqa: PLR0912, PLR0915 - one loop: calls would double its time
        node: Any = self.parser.body
        tags, parents, ends = self.tags, self.parents, self.ends
        texts, attributes, places = self.texts, self.attributes, self._places
        hints, by_hint, by_tag = self.hints, self.by_hint, self.by_tag
        names: dict[int, str] = {}
        stack: list[tuple[Any, int]] = []
        here = -1
        after_space = True  # where more white space changes nothing
        while node is not None:
            kind = node.tag_id
            place = len(tags)
            child = None
            if kind == _TEXT:
                text = node.text_content or ""
                blank = text.isspace()
                if not (blank and after_space):
                    tags.append("")
                    parents.append(here)
                    ends.append(place + 1)
                    texts.append(text)
                    attributes.append(_NO_ATTRIBUTES)
                    hints.append("")
                    after_space = blank
            elif kind != _COMMENT:
                name = names.get(kind)
                if name is None or kind >= 256:  # unknown elements share no fixed number
                    name = names[kind] = node.tag or "-"
                if name not in INLINE:
                    after_space = True
                tags.append(name)
                parents.append(here)
                ends.append(place + 1)
                texts.append("")
                by_tag.setdefault(name, []).append(place)
                own = node.attributes
                hint = ""
                if own:
                    attributes.append(own)
                    if "class" in own or "id" in own:
                        hint = f"{own.get('class') or ''} {own.get('id') or ''}"[:_MAX_HINT].lower()
                        by_hint.setdefault(hint, []).append(place)
                else:
                    attributes.append(_NO_ATTRIBUTES)
                hints.append(hint)
                places[node.mem_id] = place
                child = node.first_child
            if child is not None:
                stack.append((node, here))
                here, node = place, child
                continue
            while True:
                following = node.next if stack else None
                if following is not None or not stack:
                    node = following
                    break
                if tags[here] not in INLINE:
                    after_space = True
                node, above = stack.pop()
                ends[here] = len(tags)
                here = above

    # --------------------------------------------------------------------------- navigation

    def select(self, selector: str) -> list[int]:
        """Places of the elements that match a CSS selector, in document order."""
        found: set[int] = set()
        rest = []
        for part in plan(selector):
            if not (part.classes <= self.by_class.keys() and part.tags <= self.by_tag.keys()):
                continue
            if not part.attributes <= self.attribute_names:
                continue
            if part.kind == "css":
                rest.append(part.css)
            elif part.kind == "class":
                places = self.by_class[part.name]
                found.update(p for p in places if not part.tag or self.tags[p] == part.tag)
            elif part.kind == "tag":
                found.update(self.by_tag[part.tag])
            else:
                found.update(
                    place
                    for name, place in self.ids
                    if name.startswith(part.name) and (not part.tag or self.tags[place] == part.tag)
                )
        if rest:
            known = self._places
            nodes = self.parser.css(", ".join(rest))
            found.update(known[node.mem_id] for node in nodes if node.mem_id in known)
        return sorted(found)

    def select_inside(self, selector: str, outer: int) -> list[int]:
        """Places of the elements within `outer` that match a CSS selector."""
        found = self._selected.get(selector)
        if found is None:
            found = self._selected[selector] = self.select(selector)
        return found[bisect_left(found, outer) : bisect_left(found, self.ends[outer])]

    def children(self, place: int) -> Iterator[int]:
        """Places of the children of a node, text included."""
        child, end = place + 1, self.ends[place]
        while child < end:
            yield child
            child = self.ends[child]

    def inside(self, place: int, outer: int) -> bool:
        """Whether a node is `outer` or lies within it."""
        return outer <= place < self.ends[outer]

    def above(self, place: int) -> Iterator[int]:
        """Ancestors of a node, nearest first."""
        place = self.parents[place]
        while place >= 0:
            yield place
            place = self.parents[place]

    def attribute(self, place: int, name: str) -> str:
        """An attribute, "" if absent or empty."""
        return self.attributes[place].get(name) or ""

    @cached_property
    def by_class(self) -> dict[str, list[int]]:
        """Places of the elements of each class, lower case."""
        found: dict[str, list[int]] = {}
        for hint, places in self.by_hint.items():
            names = set(hint.split())
            if identity := self.attributes[places[0]].get("id"):
                names -= set(identity.lower().split()) - set(
                    (self.attributes[places[0]].get("class") or "").lower().split()
                )
            for name in names:
                found.setdefault(name, []).extend(places)
        return found

    @cached_property
    def ids(self) -> list[tuple[str, int]]:
        """Ids as written, each with its place."""
        return [(a["id"] or "", place) for place, a in enumerate(self.attributes) if "id" in a]

    @cached_property
    def attribute_names(self) -> frozenset[str]:
        """Names of all attributes of the page."""
        return frozenset().union(*self.attributes)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Classes, beginnings of ids up to the first digit, tags and names of attributes."""
        ids = {_DIGIT.split(name, maxsplit=1)[0].lower() for name, _ in self.ids}
        return self.attribute_names.union(self.by_class, self.by_tag, ids)

    @cached_property
    def letters(self) -> list[int]:
        """Characters of text before each node, and in all: differences are text lengths."""
        return [0, *accumulate([len(text.strip()) if text else 0 for text in self.texts])]

    @cached_property
    def link_letters(self) -> list[int]:
        """Like `letters`, counting text inside links only."""
        counts = [0] * len(self)
        end = 0
        for place, tag in enumerate(self.tags):
            if tag == "a" and place >= end:
                end = self.ends[place]
                for within in range(place + 1, end):
                    if text := self.texts[within]:
                        counts[within] = len(text.strip())
        return [0, *accumulate(counts)]

    def size(self, place: int) -> int:
        """Characters of text in a node, white space not counted."""
        return self.letters[self.ends[place]] - self.letters[place]

    def link_share(self, place: int) -> float:
        """Share of the text of a node that is in links; 0 without text."""
        size = self.size(place)
        links = self.link_letters[self.ends[place]] - self.link_letters[place]
        return links / size if size else 0.0

    # --------------------------------------------------------------------------------- text

    def lines(self, place: int, skip: Collection[int] = ()) -> list[tuple[int, str]]:
        """Lines of text as the page shows them, each with the place of its first text node.

        Parameters
        ----------
        place
            The node to read.
        skip
            Nodes left out with everything in them.
        """
        return self.range_lines(place, self.ends[place], skip)

    def range_lines(
        self, start: int, end: int, skip: Collection[int] = ()
    ) -> list[tuple[int, str]]:
        """Lines of text of the nodes from `start` to before `end`."""
        lines: list[tuple[int, str]] = []
        parts: list[str] = []
        first = start
        closes: list[int] = []  # ends of the open blocks
        tags, ends, texts = self.tags, self.ends, self.texts
        place = start

        def cut() -> None:
            if parts:
                line = " ".join("".join(parts).split())
                if line:
                    lines.append((first, line))
                parts.clear()

        while place < end:
            while closes and place >= closes[-1]:
                closes.pop()
                cut()
            if place in skip:
                cut()
                place = ends[place]
                continue
            tag = tags[place]
            if not tag:
                if not parts:
                    first = place
                parts.append(texts[place])
            elif tag not in INLINE:
                cut()
                closes.append(ends[place])
            place += 1
        cut()
        return lines

    def phrase(self, place: int) -> str:
        """Text of a node on one line."""
        end = self.ends[place]
        if all(tag in INLINE for tag in self.tags[place + 1 : end] if tag):
            return " ".join("".join(self.texts[place:end]).split())
        return " ".join(line for _, line in self.range_lines(place, end))

    def text(self, place: int, skip: Collection[int] = ()) -> str:
        """Text of a node, one line a block."""
        return "\n".join(line for _, line in self.lines(place, skip))


class Head:
    """What a page says of itself: title, meta elements, linked data, embeds.

    Attributes
    ----------
    title
        The page's title element.
    meta
        Contents of the meta elements by lower-case name or property, first one kept.
    linked_data
        Raw texts of the JSON-LD scripts.
    later_page
        The page says that another comes before it, as the later pages of a thread do.
    """

    def __init__(self, parser: LexborHTMLParser) -> None:
        title = parser.css_first("title")
        self.title = _SPACE.sub(" ", title.text()).strip() if title is not None else ""
        self.meta: dict[str, str] = {}
        for node in parser.css("meta[content]"):
            marks = node.attributes
            name = marks.get("property") or marks.get("name") or marks.get("itemprop")
            if name and marks.get("content"):
                self.meta.setdefault(name.lower(), marks["content"] or "")
        self.later_page = parser.css_first("link[rel~='prev' i]") is not None
        self.linked_data = [
            node.text() for node in parser.css("script[type='application/ld+json' i]")
        ]
