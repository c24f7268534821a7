"""Short comments with an insult of another language, and without an English word.

A few words do not tell their language to an identifier, and "filho da puta" means nothing to an
English model. The word books of :mod:`moderation.text.disguise` know insults and common words.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib import import_module
from typing import NamedTuple

from moderation.text.disguise import is_listed
from moderation.text.scripts import without_marks

# The languages in Latin letters that have a word book.
_LANGUAGES = ("de", "es", "fr", "pt", "tr")


class _Book(NamedTuple):
    insults: frozenset[str]
    words: frozenset[str]


def insulted_in(words: Collection[str]) -> str | None:
    """Return the language of an insult; None if there is none, or a word is English.

    Parameters
    ----------
    words
        The words of a short text, in lower case.

    Examples
    --------
    >>> insulted_in(["filho", "da", "puta"]), insulted_in(["hijo", "de", "puta"])
    ('pt', 'es')
    >>> insulted_in(["you", "puta"])
    """
    plain = {without_marks(word.lower()) for word in words}
    if all(map(is_listed, plain)):  # so that most comments need no book
        return None
    known = {code: len(plain & _book(code).words) for code in _LANGUAGES if _has(code, plain)}
    return max(known, key=lambda code: known[code], default=None)


def _has(code: str, words: Collection[str]) -> bool:
    book = _book(code)
    others = [word for word in words if word not in book.words]
    return not book.insults.isdisjoint(words) and not any(map(is_listed, others))


@cache
def _book(code: str) -> _Book:
    book = import_module(f"moderation.text.disguise.wordbooks.{code}").BOOK
    aliases = (pair.partition("=")[0] for pair in book.aliases.split())
    insults = {without_marks(word.lower()) for word in (*book.insults.split(), *aliases)}
    common = {without_marks(word.lower()) for word in book.common.split()}
    foreign = frozenset(word for word in insults if not is_listed(word))
    return _Book(foreign, foreign | common)
