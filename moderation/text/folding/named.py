"""The foldings by name and by language."""

from __future__ import annotations

from moderation.text.folding.english import ENGLISH
from moderation.text.folding.kinds import Folding

_FOLDINGS: dict[str, Folding] = {folding.name: folding for folding in (ENGLISH,)}
_BY_LANGUAGE = {"en": ENGLISH.name}


def folding_of(name: str) -> Folding:
    """Return the folding with a name, which the manifest of a model gives.

    Parameters
    ----------
    name
        The name of the folding.

    Raises
    ------
    ValueError
        If this version knows no such folding.

    Examples
    --------
    >>> folding_of("fold-3").fold("ＩＤⅰОТ")
    'idiot'
    """
    if name not in _FOLDINGS:
        raise ValueError(f"no folding {name!r}; known are {', '.join(sorted(_FOLDINGS))}")
    return _FOLDINGS[name]


def folding_for(language: str) -> Folding:
    """Return the folding with which a new model of a language is trained.

    Parameters
    ----------
    language
        A BCP 47 tag; only its first part counts.
    """
    return _FOLDINGS[_BY_LANGUAGE.get(language.lower().partition("-")[0], ENGLISH.name)]
