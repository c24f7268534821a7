"""Words by which a comment means a person or a group."""

from __future__ import annotations

from enum import StrEnum

from moderation.text.folding import fold
from moderation.text.groups.names import names_group


class Target(StrEnum):
    """Whom a word means."""

    ADDRESSED = "the person addressed"
    SPOKEN_OF = "a person spoken of"
    GROUP = "the name of a group"


_WORDS = {
    Target.ADDRESSED: "you your yours yourself yourselves u ur ya yer youre yall thou thy",
    Target.SPOKEN_OF: "he she him her his hers hes shes they them their theirs theyre these those",
}
_TARGETS = {word: target for target, words in _WORDS.items() for word in words.split()}

#: Folded words, other than names of groups, by which a comment refers to a person.
PERSONS = tuple(_TARGETS)


def target_of(word: str) -> Target | None:
    """Return whom a word refers to, or None.

    Parameters
    ----------
    word
        One word as written.

    Examples
    --------
    >>> target_of("You").value, target_of("Turks").value, target_of("policy")
    ('the person addressed', 'the name of a group', None)
    """
    folded = fold(word)
    if folded in _TARGETS:
        return _TARGETS[folded]
    return Target.GROUP if names_group(folded) else None
