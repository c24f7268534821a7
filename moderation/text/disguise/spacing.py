"""Words whose letters stand apart: ``i d i o t``, ``i . d . i . o . t``, ``y o u  i d i o t``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, product
from math import inf, log
from typing import NamedTuple

from moderation.text.disguise import common_words as wordlist
from moderation.text.disguise import insults
from moderation.text.disguise.insults import unlikeliness
from moderation.text.disguise.spelling import STANDS_FOR, read

_SINGLE = r"[^\W_]|[@$!*]"
_JOINTS = r".,\-_*~\u00b7|/"
_OPENING, _CLOSING = "\"'(\\[{<\u201c\u2018", "\"')\\]}>.,:;!?\\u2026\u201d\u2019"
_AROUND = "\"'([{<\u201c\u2018)]}>.,:;!?\u2026\u201d\u2019-_*~\u00b7|/"
_APART, _AROUND_JOINT = r"[^\S\n]{1,3}", r"[^\S\n]{0,3}"
_BEGUN = rf"(?<![^\s{_OPENING}])(?:{_SINGLE})"
_JOINTED = rf"{_BEGUN}{_AROUND_JOINT}(?P<%s>[{_JOINTS}]){_APART}"
# White space between all letters, or the same joint with white space. Where letters with joints
# end in no way in which a word may end ("f* f* f*"), no later one of them ends otherwise: all but
# the last are passed over at once, so that a text takes linear time.
_SPACED = re.compile(
    rf"(?P<run>(?:{_BEGUN}(?:{_APART}(?:{_SINGLE})){{2,}}"
    rf"|{_JOINTED % 'joint'}(?:{_SINGLE})"
    rf"(?:{_AROUND_JOINT}(?P=joint){_APART}(?:{_SINGLE}))+)"
    rf"(?=[{_CLOSING}]*(?!\S)))"
    rf"|{_JOINTED % 'vain'}(?:(?:{_SINGLE}){_AROUND_JOINT}(?P=vain){_APART}(?={_SINGLE}))++"
)
_ANY_JOINT = re.compile(rf"[{_JOINTS}]")

#: So many letters apart may be a word: three if they are small ones, "C U R" are initials.
FEWEST_SPACED = 3
_FEWEST_INITIALS = 4
_LONGEST = 24

# Letters apart that are words of two letters among the commonest, or words by themselves.
_SHORT_WORDS = 400
_ONE_LETTER = frozenset("ai")
# Added to each rank, so that two of the very commonest words cost more than one that is common.
_FLAT = 50


class Letters(NamedTuple):
    """A run of single letters, where each stands in the text, and where wider gaps part words."""

    text: str
    places: list[int]
    starts: list[int]
    small: bool


def join_spaced(text: str) -> str:
    """Close up single letters that spell a word: ``i d i o t``.

    Offsets move; :func:`spaced_words` tells which.
    """
    pieces, position = [], 0
    for start, end in spaced_words(text):
        pieces += [text[position:start], "".join(text[start:end].split())]
        position = end
    return "".join([*pieces, text[position:]]) if pieces else text


def spaced_words(text: str) -> Iterator[tuple[int, int]]:
    """Spans of single letters, apart by white space, that spell a word."""
    for run in _SPACED.finditer(text):
        if run["run"] is None:
            continue
        letters = _letters_of(run)
        for start, end in _words_of(letters):
            yield letters.places[start], letters.places[end - 1] + 1


def may_be_spaced(chunk: str) -> bool:
    """Whether a chunk may be one letter of a spaced word, punctuation around it or not."""
    return len(chunk) == 1 or len(chunk.strip(_AROUND)) <= 1


def _letters_of(run: re.Match[str]) -> Letters:
    """The single characters of a run, without the joints if every other one is the same joint."""
    places = [match.start() for match in re.finditer(r"\S", run.group())]
    between = "".join({run.group()[place] for place in places[1::2]})
    if _ANY_JOINT.fullmatch(between):
        places = places[::2]
    # One letter each, also for those that fold to several, so that places stay in step.
    written = [run.group()[place] for place in places]
    text = "".join(letter.casefold()[0] for letter in written)
    gaps = [after - before for before, after in pairwise(places)]
    narrow = min(gaps)
    starts = [i for i, gap in enumerate(gaps, 1) if gap > narrow]
    small = all(map(str.islower, written))
    return Letters(text, [run.start() + place for place in places], [0, *starts], small)


def _words_of(letters: Letters) -> Iterator[tuple[int, int]]:
    """Where the words among the letters lie: all of them, or else the insults."""
    text = letters.text
    wholly = _divided(text, letters.starts) if text.isalpha() and text.isascii() else None
    if wholly and (len(text) >= _FEWEST_INITIALS or letters.small):
        at = 0
        for word in wholly:
            if len(word) > 1:
                yield at, at + len(word)
            at += len(word)
        return
    at = 0
    while at <= len(text) - _FEWEST_INITIALS:
        length = _spelt(text[at : at + _LONGEST])
        if length:
            yield at, at + length
        at += length or 1


def _divided(text: str, starts: Sequence[int]) -> list[str] | None:
    """The likeliest words that make up all of `text`, one of them longer than two letters.

    Parameters
    ----------
    starts
        Where words begin in any case, the first letter included.
    """
    common, insulting = wordlist.ranks(), insults.words()
    costs, last, begun, reached = [0.0], [0], 0, 0
    for end in range(1, len(text) + 1):
        if begun + 1 < len(starts) and starts[begun + 1] < end:
            begun += 1
        first = max(starts[begun], end - _LONGEST)
        if reached < first:
            return None  # and no later letter is reached either
        cost, start = inf, first
        for at in range(first, end):
            # Most pieces are no word at all: told without the price of asking what it costs.
            word = text[at:end]
            if costs[at] < inf and (word in common or word in insulting or word in _ONE_LETTER):
                cost, start = min((cost, start), (costs[at] + _cost(word), at))
        costs.append(cost)
        last.append(start)
        if cost < inf:
            reached = end
    if costs[-1] == inf:
        return None
    words, end = [], len(text)
    while end:
        words.append(text[last[end] : end])
        end = last[end]
    return words[::-1] if max(map(len, words)) > 2 else None


@lru_cache(maxsize=1 << 12)
def _cost(word: str) -> float:
    """Of a word in a division: the rarer, the dearer; infinite if it is none."""
    if word in _ONE_LETTER:
        return log(_FLAT)
    if len(word) > 2:
        if not wordlist.is_common(word) and word not in insults.words():
            return inf
    elif wordlist.rank(word) >= _SHORT_WORDS:
        return inf
    return log(unlikeliness(word) + _FLAT)


# Who writes letters apart to keep a machine busy, writes the same ones again and again.
_read = lru_cache(maxsize=1 << 12)(read)


def _spelt(letters: str) -> int:
    """Length of the longest disguised word that `letters` begin with; 0 for none.

    A word of the list goes before a longer one that an ending makes: ``f u c k y o u``.
    """
    lengths: set[int] = set()
    options = [STANDS_FOR.get(letter, letter) for letter in letters[: insults.PREFIX]]
    for prefix in product(*options):
        lengths |= insults.by_prefix().get("".join(prefix), set())
    spelt = {}
    for length in lengths:
        part = letters[:length]
        if _FEWEST_INITIALS <= length == len(part):
            word = part if part in insults.words() else None if part.isalpha() else _read(part)
            if word is not None:
                spelt[length] = word
    listed = [length for length, word in spelt.items() if word in insults.listed()]
    return max(listed or spelt, default=0)
