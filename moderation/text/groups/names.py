"""Words that name a group of people.

The bias audit uses them, and training makes sure that a name alone does not count as evidence. Only
neutral names are listed. Slurs are left out, because they do count as evidence.
"""

from __future__ import annotations

import re

#: The groups of each kind, with the words that name them.
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

# Common words with other meanings. They get the same penalty as all other terms.
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

# N-grams of a name that hardly occur in other words: the name itself, and at least 4 characters of
# the padded name.
_SHORTEST_PIECE = 4
_PIECES = _NAMES | {
    padded[start:end]
    for padded in (f" {name} " for name in _NAMES)
    for start in range(len(padded))
    for end in range(start + _SHORTEST_PIECE, len(padded) + 1)
}


def names_group(term: str, *, characters: bool = False) -> bool:
    """Return whether a term of a vocabulary names a group.

    Parameters
    ----------
    term
        One or more folded words or, with `characters`, a character n-gram.
    characters
        Whether the term is a character n-gram, so that a part of a name counts.

    Examples
    --------
    >>> names_group("is gay"), names_group("idiot"), names_group("musli", characters=True)
    (True, False, True)
    """
    if characters:
        return term in _PIECES
    return not _NAMES.isdisjoint(term.split(" "))


def named_groups(folded: str) -> set[str]:
    """Return the groups that a folded text mentions, each by its first word.

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
