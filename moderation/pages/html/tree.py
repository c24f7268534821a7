"""A parsed page, and the questions that are asked of it.

Every question about a page (what is inside an element, what follows it, how much of its text is
links) concerns a range of the arrays in `nodes`. No stage therefore recurses, and each takes time
linear in the size of the page, however deeply it is nested.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import accumulate, chain

from moderation.pages.html.nodes import MAX_HINT, Nodes

#: The level of each heading.
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
#: The longest heading that is read, in characters of text.
_MAX_HEADING = 300
_DIGIT = re.compile(r"\d")
_HIDING = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)


class Joined:
    """Texts in one string, in which a word is found faster than in each of them.

    Parameters
    ----------
    texts
        The texts, as they are searched: a text that is put in lower case may become longer.
    """

    def __init__(self, texts: Collection[str]) -> None:
        self.text = "\n".join(texts)
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)]

    def with_words(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of the texts that contain one of the words, in order."""
        numbers: set[int] = set()
        for word in words:
            at = self.text.find(word)
            while at >= 0:
                number = bisect_right(self._starts, at) - 1
                numbers.add(number)
                at = self.text.find(word, self._starts[number + 1])
        return sorted(numbers)


class Tree(Nodes):
    """The visible part of a page, its nodes in document order, with indices for questions.

    Attributes
    ----------
    selected
        The places that selectors found, kept by `select_inside`.
    """

    def __init__(self, html: str) -> None:
        self._hints_with: dict[tuple[str, ...], list[str]] = {}
        self._of_class: dict[str, list[int]] = {}
        self._with_attribute: dict[str, list[int]] = {}
        self.selected: dict[str, list[int]] = {}
        super().__init__(html)

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
            distinct = list(self.by_hint)
            numbers = self._joined_hints.with_words(words)
            found = self._hints_with[words] = [distinct[number] for number in numbers]
        return found

    @cached_property
    def _joined_hints(self) -> Joined:
        return Joined(self.by_hint)

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
                if named and name in named[:MAX_HINT].lower().split():
                    places += of_hint
            places.sort()
        return places

    @cached_property
    def hint_names(self) -> frozenset[str]:
        """All classes and ids of the page, in lower case."""
        return frozenset(self._joined_hints.text.split())

    @cached_property
    def attribute_names(self) -> frozenset[str]:
        """The names of all attributes of the page."""
        return frozenset(chain.from_iterable(filter(None, self.attributes)))

    def with_attribute(self, name: str) -> list[int]:
        """Return the places of the elements that have an attribute, in order."""
        places = self._with_attribute.get(name)
        if places is None:
            known = name in self.attribute_names
            places = [at for at, own in enumerate(self.attributes) if name in own] if known else []
            self._with_attribute[name] = places
        return places

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Classes, ids, beginnings of ids up to the first digit, tags and names of attributes."""
        ids = {_DIGIT.split(name, maxsplit=1)[0].lower() for name, _ in self.ids}
        return self.attribute_names.union(self.hint_names, self.by_tag, ids)

    @cached_property
    def hidden(self) -> list[int]:
        """The places of the elements that the page itself hides, in order."""
        dialogs = set(self.by_tag.get("dialog", ()))
        hidden = {*self.with_attribute("hidden"), *dialogs.difference(self.with_attribute("open"))}
        for place in self.with_attribute("style"):
            if _HIDING.search(self.attribute(place, "style")):
                hidden.add(place)
        return sorted(hidden)

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
