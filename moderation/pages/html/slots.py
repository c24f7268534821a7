"""Find the names and dates of comments by comparing the comments of a page with each other.

A comment's markup is filled in by a program: the author stands in the same element in every
comment, and so does the date. Elements of one tag and class are a *slot*. The slot whose short
texts differ from comment to comment and look like names holds the authors, and the slot whose
texts have the shape of dates holds the dates, in any language and wherever they stand.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import lru_cache

import msgspec

from moderation.pages.html.credits import clean_date, is_chrome
from moderation.pages.html.tree import Tree
from moderation.pages.wording.bylines import looks_like_name

#: What a slot of a tag and a class, below an element of a tag and a class, is called.
Key = tuple[str, str, str, str]

#: The longest text of a slot, in characters.
_MAX_SLOT = 100
#: The longest name and the longest date in a slot, in characters.
_MAX_NAME, _MAX_DATE = 60, 70
#: The most slots that are read in one comment, the first ones.
_MAX_SLOTS = 24
#: At least so many texts of a slot are read, if it has more.
_SAMPLE = 40
#: The share of the comments in which a slot must be, and the share of its texts that must fit.
_MOST = 0.6
#: The share of the names of a page that must differ.
_DISTINCT = 0.4
_STATE = re.compile(r"^(?:odd|even|alt|first|last|by\S*|depth\S*|level\S*|op|is-.*|has-.*)$")
_NAME_HINT = re.compile(
    r"auth?or|auteur|autore|user|nick|poster|person|commenter|member|who\b|pseudo|profile|"
    r"name|\bfn\b|\bby\b|creator|login|handle"
)
_NO_NAME_HINT = re.compile(r"avatar|title|place|role|badge|rank|reply|parent|action|count|tool")
_DATE_HINT = re.compile(r"date|time|when|stamp|posted|\bago\b|published")
#: A year in our calendar, the Thai or the Persian one, or a day in numbers.
_YEAR = re.compile(
    r"(?<!\d)(?:19|20|25|1[34]|١٤|١٩|٢٠|۱۳|۱۴|۲۰)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
)
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_SHORT_AGO = re.compile(
    r"\d{1,3}\s?(?:s|sec|m|min|mins|h|hr|hrs|d|w|wk|wks|mo|mos|mth|y|yr|yrs|j|a|t|std|tg)\.?",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]{2}|[^\x00-\x7f]")
_HAS_DIGIT = re.compile(r"\d")


class Slots(msgspec.Struct):
    """The elements that hold the author and the date of each comment, by its number."""

    authors: dict[int, int] = {}
    dates: dict[int, int] = {}


def find_slots(
    tree: Tree, spans: Sequence[tuple[int, int]], skip: Sequence[Collection[int]]
) -> Slots:
    """Find the slots of authors and dates.

    Parameters
    ----------
    tree
        The page.
    spans
        The range of each comment.
    skip
        For each comment, the nodes inside it that are not its own, such as replies.

    Returns
    -------
    Slots
        Empty where no slot fits.
    """
    slots: dict[Key, dict[int, int]] = {}
    sizes: dict[Key, int] = {}
    order: dict[Key, int] = {}
    for number, (start, end) in enumerate(spans):
        for key, place, size in _elements(tree, start, end, skip[number]):
            sizes[key] = sizes.get(key, 0) + size
            if size <= _MAX_SLOT and number not in (of_key := slots.setdefault(key, {})):
                of_key[number] = place
                order.setdefault(key, len(order))
    if not sizes:
        return Slots()
    body = max(sizes, key=lambda key: sizes[key])
    enough = _MOST * len(spans)
    usable = {
        key: {n: tree.phrase(slot[n]) for n in list(slot)[:: max(1, len(slot) // _SAMPLE)]}
        for key, slot in slots.items()
        if key != body and len(slot) >= enough
    }
    dates = _best_dates(tree, slots, usable)
    authors = _best_names(usable, dates, order)
    return Slots(
        authors=slots[authors] if authors is not None else {},
        dates=slots[dates] if dates is not None else {},
    )


def _elements(
    tree: Tree, start: int, end: int, skip: Collection[int]
) -> list[tuple[Key, int, int]]:
    """List the elements of a comment that hold text directly, with their slots and sizes."""
    found: list[tuple[Key, int, int]] = []
    seen: set[int] = set()
    gaps = sorted(place for place in skip if start <= place < end)
    gap = 0
    at = bisect_left(tree.text_places, start)
    while at < len(tree.text_places) and tree.text_places[at] < end and len(seen) < _MAX_SLOTS:
        place = tree.text_places[at]
        while gap < len(gaps) and tree.ends[gaps[gap]] <= place:
            gap += 1
        if gap < len(gaps) and gaps[gap] <= place:
            at = bisect_left(tree.text_places, tree.ends[gaps[gap]], at)
            continue
        at += 1
        holder = tree.parents[place]
        if holder < start or holder in seen or not tree.size(place):
            continue
        seen.add(holder)
        found.append((_key(tree, holder, start), holder, tree.size(holder)))
    return found


def _key(tree: Tree, place: int, start: int) -> Key:
    above = tree.parents[place]
    outer = (tree.tags[above], plain_hint(tree, above)) if above > start else ("", "")
    return (tree.tags[place], plain_hint(tree, place), *outer)


def plain_hint(tree: Tree, place: int) -> str:
    """Return a class and id without what differs between the members of a list.

    A number in a class or id that several elements share, such as ``css-1x2``, is part of a name.
    """
    hint = tree.hints[place]
    return _plain(hint, shared=bool(hint) and len(tree.by_hint[hint]) > 1)


@lru_cache(maxsize=4096)  # Class names repeat within a page and between pages.
def _plain(hint: str, *, shared: bool) -> str:
    return " ".join(
        token
        for token in hint.split()
        if not (_STATE.match(token) or (not shared and _HAS_DIGIT.search(token)))
    )


def read_date(tree: Tree, place: int) -> str | None:
    """Read the date in an element: machine-readable, in words, or in the mere shape of one."""
    for name in ("datetime", "title"):
        value = tree.attribute(place, name).strip()
        if value and (found := clean_date(value)):
            return found
    text = tree.phrase(place)
    if len(text) > _MAX_DATE:
        return None
    return clean_date(text) or (text.strip(" ,.|-·•") if _shaped(text) else None)


def is_short_ago(text: str) -> bool:
    """Whether a text is a number and a short unit of time, such as "2 d"."""
    return len(text) <= 9 and _SHORT_AGO.fullmatch(text) is not None


def _shaped(text: str) -> bool:
    """Whether a text has the shape of a date in some language: a year or a day, or "2 d"."""
    if _SHORT_AGO.fullmatch(text):
        return True
    year = _YEAR.search(text)
    rest = text[: year.start()] + text[year.end() :] if year else text
    return year is not None and (
        bool(_HAS_DIGIT.search(rest)) or "/" in year.group() or "." in year.group()
    )


def _best_dates(
    tree: Tree, slots: dict[Key, dict[int, int]], usable: dict[Key, dict[int, str]]
) -> Key | None:
    best: tuple[int, Key] | None = None
    for key, texts in usable.items():
        timed = key[0] == "time"
        if not timed and not all(map(_HAS_DIGIT.search, texts.values())):
            continue
        fit = sum(read_date(tree, slots[key][n]) is not None for n in texts)
        if fit < _MOST * len(texts):
            continue
        rank = 2 * timed + bool(_DATE_HINT.search(f"{key[1]} {key[3]}"))
        if best is None or rank > best[0]:
            best = (rank, key)
    return best[1] if best is not None else None


def _best_names(
    usable: dict[Key, dict[int, str]], dates: Key | None, order: dict[Key, int]
) -> Key | None:
    best: tuple[float, Key] | None = None
    for key, texts in usable.items():
        if key == dates or sum(map(is_name, texts.values())) < _MOST * len(texts):
            continue
        own, outer = key[1], key[3]
        cited = "cite" in (key[0], key[2])
        hint = cited or bool(_NAME_HINT.search(own or outer))
        distinct = len(set(texts.values()))
        least = 2 if hint else max(2, _DISTINCT * len(texts))
        if (not hint) if len(texts) == 1 else distinct < least:
            continue
        rank = 3.0 * hint - 3.0 * bool(_NO_NAME_HINT.search(own))
        rank += (key[0] == "a") + (key[0] in ("b", "strong", "cite"))
        rank -= order[key] / 100
        if best is None or rank > best[0]:
            best = (rank, key)
    return best[1] if best is not None and best[0] > -1 else None


def is_name(text: str) -> bool:
    """Whether a short text in a slot may be a name: no button, no number, no date."""
    return (
        1 < len(text) <= _MAX_NAME
        and bool(_LETTERS.search(text))
        and looks_like_name(text)
        and not is_chrome(text)
        and not text.endswith((":", "?", "!"))
        and "/" not in text
        and not (_HAS_DIGIT.search(text) and (_shaped(text) or _CLOCK.search(text)))
    )
