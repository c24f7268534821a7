"""Where sentences end, and what the most hostile one of a comment counts.

Readers insult each other in a sentence; the rest of a comment may be long and civil. A comment's
log-odds are drawn towards those of its most hostile sentence (the maximum over instances of
multiple-instance learning, Dietterich et al. 1997). Where sentences end is part of what a model
means: a change needs a new name of the folding (:mod:`moderation.text.folding`).
"""

from __future__ import annotations

import re

_STOPS = frozenset(".!?\u2026\u3002\uff01\uff1f")
# Marks, brackets, emoji: what may stand behind a stop; backwards, to take linear time.
_BEHIND = re.compile(r"[\W_]*")
_GOES_ON = frozenset(",;:-")
_POINTED = re.compile(r"([\w.]{0,11}\w)\.\Z")
# Shortened words whose point ends no sentence; single letters (initials) neither.
_SHORTENED = frozenset(
    "mr mrs ms dr prof sen rep gov gen col sgt capt lt st rev hon jr sr vs etc cf vol fig "
    "e.g i.e a.m p.m u.s u.k u.n d.c inc ltd co corp dept est approx jan feb mar apr jun jul aug "
    "sep sept oct nov dec".split()
)


def closes_sentence(chunk: str) -> bool:
    """Tell whether a sentence ends with this chunk of text, which holds no white space.

    A line end, which is no part of a chunk, ends a sentence too.

    >>> [closes_sentence(chunk) for chunk in ('"Never!"', "never", "Dr.", "J.", "3.5", ":-)")]
    [True, False, False, False, False, False]
    """
    last = chunk[-1]
    if last.isalnum() or last in _GOES_ON:
        return False
    behind = _BEHIND.match(chunk[::-1])
    if behind is None or _STOPS.isdisjoint(behind[0]):
        return False
    word = _POINTED.search(chunk)
    return word is None or not _is_shortened(word[1].lower().lstrip("."))


def _is_shortened(word: str) -> bool:
    return word in _SHORTENED or (len(word) == 1 and word.isalpha() and word != "i")
