"""The foldings by name and by language.

The modules of other languages are imported only when one of these is asked for.
"""

from __future__ import annotations

from moderation.text.folding.english import ENGLISH
from moderation.text.folding.kinds import Folding


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
    >>> folding_of("fold-3").fold("ＩＤⅰОТ"), folding_of("ko-1").fold("시1발")
    ('idiot', '시발')
    """
    if name == ENGLISH.name:
        return ENGLISH
    from moderation.text.folding.languages import PLAIN, RULES
    from moderation.text.folding.world import world

    known = {rules.name: rules for rules in (*RULES.values(), PLAIN)}
    if name not in known:
        names = ", ".join([ENGLISH.name, *sorted(known)])
        raise ValueError(f"no folding {name!r}; this version knows {names}")
    return world(known[name])


def folding_for(language: str) -> Folding:
    """Return the folding with which a new model of a language is trained.

    Parameters
    ----------
    language
        A BCP 47 tag; only its first part counts.

    Examples
    --------
    >>> [folding_for(language).name for language in ("en-GB", "tr", "fi")]
    ['fold-3', 'tr-1', 'plain-1']
    """
    primary = language.lower().partition("-")[0]
    if primary == "en":
        return ENGLISH
    from moderation.text.folding.languages import PLAIN, RULES
    from moderation.text.folding.world import world

    return world(RULES.get(primary, PLAIN))
