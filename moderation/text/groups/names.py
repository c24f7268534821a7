"""Words that name a group of people: for the bias audit, and so that a name alone is no evidence.

Neutral names only; slurs are not among them, for what a slur does to a person counts.
"""

from __future__ import annotations

import re

#: Groups by kind, each with the words that name it.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    kind: {words.split("/")[0]: tuple(words.split("/")) for words in listed.split()}
    for kind, listed in {
        "orientation and gender": """
            gay/gays lesbian/lesbians bisexual/bisexuals homosexual/homosexuals/homosexuality
            heterosexual/heterosexuals trans transgender/transgenders queer lgbt/lgbtq nonbinary
            woman/women/female/females feminist/feminists man/men/male/males
        """,
        "faith": """
            muslim/muslims/islam/islamic jew/jews/jewish/judaism christian/christians/christianity
            catholic/catholics protestant/protestants hindu/hindus sikh/sikhs buddhist/buddhists
            mormon/mormons taoist/taoists atheist/atheists
        """,
        "origin": """
            african/africans black/blacks white/whites asian/asians arab/arabs hispanic/hispanics
            latino/latinos/latina/latinas/latinx mexican/mexicans american/americans
            canadian/canadians european/europeans chinese japanese indian/indians
            pakistani/pakistanis turkish/turk/turks russian/russians polish irish german/germans
            french jamaican/jamaicans somali/somalis nigerian/nigerians syrian/syrians
            israeli/israelis palestinian/palestinians iranian/iranians korean/koreans
            vietnamese armenian/armenians azeri/azeris/azerbaijani ukrainian/ukrainians
            aboriginal/indigenous roma immigrant/immigrants migrant/migrants refugee/refugees
            foreigner/foreigners
        """,
        "age and body": """
            old/older elderly young/younger teenage/teenager/teenagers millennial/millennials
            blind deaf paralyzed disabled autistic
        """,
    }.items()
}

# Common words with other meanings; they keep the penalty of all other terms.
_AMBIGUOUS = frozenset(
    """
    woman women man men male males female females old older young younger american americans
    canadian canadians polish irish french german germans
    """.split()
)

_NAMES = (
    frozenset(word for groups in GROUPS.values() for words in groups.values() for word in words)
    - _AMBIGUOUS
)

# n-grams of a name that hardly occur in other words: the name, and 4 characters and more of it
# with its padding.
_SHORTEST_PIECE = 4
_PIECES = _NAMES | {
    padded[start:end]
    for padded in (f" {name} " for name in _NAMES)
    for start in range(len(padded))
    for end in range(start + _SHORTEST_PIECE, len(padded) + 1)
}


def names_group(term: str, *, characters: bool = False) -> bool:
    """Tell whether a term of a vocabulary names a group.

    Parameters
    ----------
    term
        A folded word or several, or with `characters` an n-gram of characters.
    characters
        Whether a piece of a name counts.

    Examples
    --------
    >>> names_group("is gay"), names_group("idiot"), names_group("musli", characters=True)
    (True, False, True)
    """
    if characters:
        return term in _PIECES
    return not _NAMES.isdisjoint(term.split(" "))


def named_groups(folded: str) -> set[str]:
    """Name the groups, by their first words, that a folded text mentions.

    >>> sorted(named_groups("two women and a sikh"))
    ['sikh', 'woman']
    """
    words = set(re.findall(r"\w+", folded))
    return {
        name
        for groups in GROUPS.values()
        for name, forms in groups.items()
        if not words.isdisjoint(forms)
    }
