"""Detection of the ends of sentences.

An insult is often one sentence in a comment that is otherwise long and civil. The log-odds of a
comment are therefore drawn towards those of its most hostile sentence (the maximum over instances
of multiple-instance learning, Dietterich et al. 1997). Models depend on these ends, so a change of
them needs a new name for the folding (:mod:`moderation.text.folding`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from moderation.text.scripts import SENTENCE_ENDS

_STOPS = frozenset(".!?\u2026\u3002\uff01\uff1f")
# The ends of sentences in all scripts that people write today (Unicode's Sentence_Terminal).
_ALL_STOPS = _STOPS | frozenset(SENTENCE_ENDS)
# Marks, brackets and emoji that may follow a stop. Tokens are matched backwards in linear time.
_BEHIND = re.compile(r"[\W_]*")
_GOES_ON = frozenset(",;:-")
_POINTED = re.compile(r"([\w.]{0,11}\w)\.\Z")
# Abbreviations whose point does not end a sentence. Single letters (initials) do not either.
_SHORTENED = frozenset(
    "mr mrs ms dr prof sen rep gov gen col sgt capt lt st rev hon jr sr vs etc cf vol fig "
    "e.g i.e a.m p.m u.s u.k u.n d.c inc ltd co corp dept est approx jan feb mar apr jun jul aug "
    "sep sept oct nov dec".split()
)


def closes_sentence(chunk: str) -> bool:
    """Return whether a sentence ends with this token, which contains no white space.

    A line end, which is not part of a token, also ends a sentence.

    >>> [closes_sentence(chunk) for chunk in ('"Never!"', "never", "Dr.", "J.", "3.5", ":-)")]
    [True, False, False, False, False, False]
    """
    return _closes(chunk, _STOPS, _is_shortened)


def ends_sentence(chunk: str, shortened: frozenset[str]) -> bool:
    """Return whether a sentence ends with this token in any script.

    Parameters
    ----------
    chunk
        The token as written, which contains no white space.
    shortened
        Abbreviations whose point does not end a sentence, in small letters without the point.

    Examples
    --------
    >>> [ends_sentence(chunk, frozenset({"bzw"})) for chunk in ("है।", "؟", "bzw.", "Ja.")]
    [True, True, False, True]
    """
    return _closes(
        chunk, _ALL_STOPS, lambda word: word in shortened or (len(word) == 1 and word.isalpha())
    )


def _closes(chunk: str, stops: frozenset[str], is_shortened: Callable[[str], bool]) -> bool:
    """Return whether a token ends with a stop that is not the point of an abbreviation."""
    last = chunk[-1]
    if last.isalnum() or last in _GOES_ON:
        return False
    behind = _BEHIND.match(chunk[::-1])
    if behind is None or stops.isdisjoint(behind[0]):
        return False
    word = _POINTED.search(chunk)
    return word is None or not is_shortened(word[1].lower().lstrip("."))


def _is_shortened(word: str) -> bool:
    return word in _SHORTENED or (len(word) == 1 and word.isalpha() and word != "i")
