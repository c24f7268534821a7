"""Words with separated letters: ``i d i o t``, ``i . d . i . o . t``, ``y o u  i d i o t``."""

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
# Letters separated by white space, or by white space and the same separator. If letters with
# separators do not end as a word may end ("f* f* f*"), neither does any later start among them. All
# but the last letter are then skipped at once, so that any text takes linear time.
_SPACED = re.compile(
    rf"(?P<run>(?:{_BEGUN}(?:{_APART}(?:{_SINGLE})){{2,}}"
    rf"|{_JOINTED % 'joint'}(?:{_SINGLE})"
    rf"(?:{_AROUND_JOINT}(?P=joint){_APART}(?:{_SINGLE}))+)"
    rf"(?=[{_CLOSING}]*(?!\S)))"
    rf"|{_JOINTED % 'vain'}(?:(?:{_SINGLE}){_AROUND_JOINT}(?P=vain){_APART}(?={_SINGLE}))++"
)
_ANY_JOINT = re.compile(rf"[{_JOINTS}]")

#: The fewest separated letters that may be a word. Capitals need more: "C U R" are initials.
FEWEST_SPACED = 3
_FEWEST_INITIALS = 4
_LONGEST = 24

# Separated letters may spell a word of two letters with a rank below this, or one of these words
# of one letter.
_SHORT_WORDS = 400
_ONE_LETTER = frozenset("ai")
# Added to each rank, so that two of the most common words cost more than one common word.
_FLAT = 50


class Letters(NamedTuple):
    """A run of single letters, their places in the text, and the starts after wider gaps."""

    text: str
    places: list[int]
    starts: list[int]
    small: bool


def join_spaced(text: str) -> str:
    """Join single letters that spell a word: ``i d i o t``.

    Offsets change; :func:`spaced_words` returns the spans that are joined.
    """
    pieces, position = [], 0
    for start, end in spaced_words(text):
        pieces += [text[position:start], "".join(text[start:end].split())]
        position = end
    return "".join([*pieces, text[position:]]) if pieces else text


def spaced_words(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of single letters, separated by white space, that spell a word."""
    for letters in spaced_letters(text):
        for start, end in _words_of(letters):
            yield letters.places[start], letters.places[end - 1] + 1


def spaced_letters(text: str) -> Iterator[Letters]:
    """Yield the runs of single letters that are separated by white space, whatever they spell."""
    for run in _SPACED.finditer(text):
        if run["run"] is not None:
            yield _letters_of(run)


def may_be_spaced(chunk: str) -> bool:
    """Return whether a token may be one letter of a spaced word; punctuation is ignored."""
    return len(chunk) == 1 or len(chunk.strip(_AROUND)) <= 1


def _letters_of(run: re.Match[str]) -> Letters:
    """Return the single characters of a run, without the separators between them."""
    text = run.group()  # once: it is a copy of the whole run
    places = [match.start() for match in re.finditer(r"\S", text)]
    between = "".join({text[place] for place in places[1::2]})
    if _ANY_JOINT.fullmatch(between):
        places = places[::2]
    # Characters that fold to several letters keep the first one, so that places stay aligned.
    written = [text[place] for place in places]
    letters = "".join(letter.casefold()[0] for letter in written)
    gaps = [after - before for before, after in pairwise(places)]
    narrow = min(gaps)
    starts = [i for i, gap in enumerate(gaps, 1) if gap > narrow]
    small = all(map(str.islower, written))
    return Letters(letters, [run.start() + place for place in places], [0, *starts], small)


def _words_of(letters: Letters) -> Iterator[tuple[int, int]]:
    """Yield the bounds of words: all words if the letters form only words, else insults."""
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
    """Return the likeliest words that make up all of `text`.

    The result is None if there are none, or if none is longer than two letters.

    Parameters
    ----------
    text
        The letters.
    starts
        Places where words must begin, including the first letter.
    """
    common, insulting = wordlist.ranks(), insults.words()
    costs, last, begun, reached = [0.0], [0], 0, 0
    for end in range(1, len(text) + 1):
        if begun + 1 < len(starts) and starts[begun + 1] < end:
            begun += 1
        first = max(starts[begun], end - _LONGEST)
        if reached < first:
            return None  # no later letter can be reached either
        cost, start = inf, first
        for at in range(first, end):
            # Most pieces are not words. This check is cheaper than computing the cost.
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
    """Return the cost of a word: it rises with rarity and is infinite if it is not a word."""
    if word in _ONE_LETTER:
        return log(_FLAT)
    if len(word) > 2:
        if not wordlist.is_common(word) and word not in insults.words():
            return inf
    elif wordlist.rank(word) >= _SHORT_WORDS:
        return inf
    return log(unlikeliness(word) + _FLAT)


# A text made to keep the machine busy repeats the same separated letters, so results are cached.
_read = lru_cache(maxsize=1 << 12)(read)


def _spelt(letters: str) -> int:
    """Return the length of the longest disguised word at the start of `letters`, or 0.

    A listed word is preferred to a longer one with an ending: ``f u c k y o u``.
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
