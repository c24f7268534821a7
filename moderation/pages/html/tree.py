"""A parsed page as flat arrays in document order.

Every question about a page (what is inside an element, what follows it, how much of its text is
links) concerns a range of these arrays. No stage therefore recurses, and each takes time linear
in the size of the page, however deeply it is nested.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, MutableSequence
from functools import cached_property
from itertools import accumulate, chain
from sys import intern
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from moderation.pages.html.guards import tame
from moderation.pages.html.head import Head

#: On a page with more characters than this, memory matters more than time.
_LONG_PAGE = 1_000_000
#: The longest class and id that are read, in characters.
_MAX_HINT = 500
#: The level of each heading.
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
#: The longest heading that is read, in characters of text.
_MAX_HEADING = 300
#: Elements whose text is not visible on the page.
INVISIBLE = frozenset("script style noscript template svg iframe object select head".split())
#: Elements inside a line of text; every other element begins and ends a line.
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font g-emoji i img ins kbd label mark "
    "nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr "
    "shreddit-timeago input button".split()
)
_DIGIT = re.compile(r"\d")
_HIDING = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
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


class Tree:
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
        self._hints_with: dict[tuple[str, ...], list[str]] = {}
        self._of_class: dict[str, list[int]] = {}
        self.selected: dict[str, list[int]] = {}
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
                            hint = f"{named or ''} {identity or ''}"[:_MAX_HINT].lower()
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

    # --------------------------------------------------------------------------- navigation

    def children(self, place: int) -> Iterator[int]:
        """Yield the places of the children of a node, including text."""
        child, end = place + 1, self.ends[place]
        while child < end:
            yield child
            child = self.ends[child]

    def inside(self, place: int, outer: int) -> bool:
        """Whether a node is `outer` or inside it."""
        return outer <= place < self.ends[outer]

    def above(self, place: int) -> Iterator[int]:
        """Yield the ancestors of a node, nearest first."""
        place = self.parents[place]
        while place >= 0:
            yield place
            place = self.parents[place]

    def hints_with(self, words: tuple[str, ...]) -> list[str]:
        """Return the distinct hints of the page that contain one of the words, in order."""
        found = self._hints_with.get(words)
        if found is None:
            starts = self._hint_starts
            numbers: set[int] = set()
            joined = self._joined_hints
            for word in words:
                at = joined.find(word)
                while at >= 0:
                    number = bisect_right(starts, at) - 1
                    numbers.add(number)
                    at = joined.find(word, starts[number + 1])
            distinct = list(self.by_hint)
            found = self._hints_with[words] = [distinct[number] for number in sorted(numbers)]
        return found

    @cached_property
    def _joined_hints(self) -> str:
        return "\n".join(self.by_hint)

    @cached_property
    def _hint_starts(self) -> list[int]:
        return [0, *accumulate(len(hint) + 1 for hint in self.by_hint)]

    @cached_property
    def headings(self) -> list[tuple[int, str]]:
        """Return the place and text of each heading that is not too long."""
        places = sorted(place for tag in HEADINGS for place in self.by_tag.get(tag, ()))
        return [
            (place, self.phrase(place)) for place in places if 0 < self.size(place) < _MAX_HEADING
        ]

    def around(self, places: Iterable[int]) -> set[int]:
        """Return all elements around some nodes."""
        found: set[int] = set()
        parents = self.parents
        for place in places:
            above = parents[place]
            while above >= 0 and above not in found:
                found.add(above)
                above = parents[above]
        return found

    def attribute(self, place: int, name: str) -> str:
        """Return an attribute, "" if absent or empty."""
        return self.attributes[place].get(name) or ""

    def of_class(self, name: str) -> list[int]:
        """Return the places of the elements of a class in lower case."""
        places = self._of_class.get(name)
        if places is None:
            places = self._of_class[name] = []
            for hint in self.hints_with((name,)):
                of_hint = self.by_hint[hint]
                named = self.attributes[of_hint[0]].get("class")
                if named and name in named[:_MAX_HINT].lower().split():
                    places += of_hint
            places.sort()
        return places

    @cached_property
    def hint_names(self) -> frozenset[str]:
        """All classes and ids of the page, in lower case."""
        return frozenset(self._joined_hints.split())

    @cached_property
    def attribute_names(self) -> frozenset[str]:
        """The names of all attributes of the page."""
        return frozenset(chain.from_iterable(filter(None, self.attributes)))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Classes, ids, beginnings of ids up to the first digit, tags and names of attributes."""
        ids = {_DIGIT.split(name, maxsplit=1)[0].lower() for name, _ in self.ids}
        return self.attribute_names.union(self.hint_names, self.by_tag, ids)

    @cached_property
    def hidden(self) -> list[int]:
        """The places of the elements that the page itself hides, in order."""
        found = [place for place in self.by_tag.get("dialog", ()) if not self._has(place, "open")]
        if not self.attribute_names.isdisjoint(("hidden", "style")):
            for place, own in enumerate(self.attributes):
                if own and ("hidden" in own or _HIDING.search(own.get("style") or "")):
                    found.append(place)
        return sorted(found)

    def _has(self, place: int, name: str) -> bool:
        return name in self.attributes[place]

    def hidden_in(self, start: int, end: int) -> list[int]:
        """Return the places of the hidden elements inside a range, not at its beginning."""
        places = self.hidden
        return places[bisect_right(places, start) : bisect_left(places, end)]

    @cached_property
    def link_letters(self) -> list[int]:
        """Like `letters`, but counting only text inside links."""
        letters, ends = self.letters, self.ends
        counts: list[int] = []
        total = end = 0
        for place in self.by_tag.get("a", ()):
            if place >= end:
                counts += [total] * (place + 1 - len(counts))
                end = ends[place]
                base = letters[place] - total
                counts += [count - base for count in letters[place + 1 : end + 1]]
                total = counts[-1]
        return counts + [total] * (len(letters) - len(counts))

    def size(self, place: int) -> int:
        """Count the characters of text in a node, without white space."""
        return self.letters[self.ends[place]] - self.letters[place]

    def link_share(self, place: int) -> float:
        """Return the share of the text of a node that is in links; 0 without text."""
        size = self.size(place)
        links = self.link_letters[self.ends[place]] - self.link_letters[place]
        return links / size if size else 0.0

    # --------------------------------------------------------------------------------- text

    def lines(self, place: int, skip: Collection[int] = ()) -> list[tuple[int, str]]:
        """Return the lines of text that the page shows, with the places of their first nodes.

        Parameters
        ----------
        place
            The node to read.
        skip
            Nodes that are left out with everything inside them.

        Returns
        -------
        list of tuple
            The place of the first text node of each line, and the line.
        """
        return self.range_lines(place, self.ends[place], skip)

    def range_lines(
        self, start: int, end: int, skip: Collection[int] = ()
    ) -> list[tuple[int, str]]:
        """Return the lines of text of the nodes from `start` to before `end`."""
        lines: list[tuple[int, str]] = []
        at = start
        for gap in sorted(place for place in skip if start <= place < end) if skip else ():
            if gap >= at:
                self._read_lines(at, gap, lines)
                at = self.ends[gap]
        self._read_lines(at, end, lines)
        return lines

    def _read_lines(self, start: int, end: int, lines: list[tuple[int, str]]) -> None:
        places, texts, numbers = self.text_places, self.texts, self.text_lines
        n = bisect_left(places, start)
        stop = bisect_left(places, end, n)
        while n < stop:
            first = n
            number = numbers[n]
            n += 1
            while n < stop and numbers[n] == number:
                n += 1
            text = texts[first] if n == first + 1 else self._join(first, n)
            if words := text.split():
                lines.append((places[first], " ".join(words)))

    def _join(self, first: int, stop: int) -> str:
        """Join the texts of one line, with a blank between elements of different kinds.

        A page shows ``<a>Mia</a><span>2 d</span>`` as two parts. Marks within a word, such as
        ``<b>M</b>ia``, leave no element between them.
        """
        places, texts, ends = self.text_places, self.texts, self.ends
        pieces = [texts[first]]
        for n in range(first + 1, stop):
            before, after = texts[n - 1], texts[n]
            if len(before) + len(after) > 2 and before[-1:].isalnum() and after[:1].isalnum():
                left, right = self.parents[places[n - 1]], self.parents[places[n]]
                apart = right > places[n - 1] and ends[left] <= places[n]
                if apart and (self.tags[left], self.hints[left]) != (
                    self.tags[right],
                    self.hints[right],
                ):
                    pieces.append(" ")
            pieces.append(after)
        return "".join(pieces)

    def phrase(self, place: int) -> str:
        """Return the text of a node on one line, with spaces between its blocks."""
        return " ".join(line for _, line in self.range_lines(place, self.ends[place]))

    def text(self, place: int, skip: Collection[int] = ()) -> str:
        """Return the text of a node, one line for each block."""
        return "\n".join(line for _, line in self.lines(place, skip))
