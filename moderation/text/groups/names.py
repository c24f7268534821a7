"""Words that name a group of people.

The bias audit uses them, and training makes sure that a name alone does not count as evidence. Only
neutral names are listed. Slurs are left out, because they do count as evidence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from functools import cache

from moderation.text.disguise.common_words import ranks

#: The groups of each kind, with the words that name them.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    kind: {words.split("/")[0]: tuple(words.split("/")) for words in listed.split()}
    for kind, listed in {
        "orientation and gender": """
            gay/gays lesbian/lesbians bisexual/bisexuals homosexual/homosexuals/homosexuality
            heterosexual/heterosexuals trans transgender/transgenders queer lgbt/lgbtq nonbinary
            pansexual/pansexuals asexual/asexuals
            woman/women/female/females feminist/feminists man/men/male/males
        """,
        "faith": """
            muslim/muslims/islam/islamic jew/jews/jewish/judaism christian/christians/christianity
            catholic/catholics protestant/protestants hindu/hindus sikh/sikhs buddhist/buddhists
            mormon/mormons taoist/taoists atheist/atheists
            sunni/sunnis shia/shias/shiite/shiites ahmadi/ahmadis alevi/alevis alawite/alawites
            ismaili/ismailis sufi/sufis druze yazidi/yazidis copt/copts/coptic
            maronite/maronites jain/jains parsi/parsis/zoroastrian/zoroastrians bahai/bahais
            quaker/quakers methodist/methodists baptist/baptists anglican/anglicans
            presbyterian/presbyterians lutheran/lutherans calvinist/calvinists
            pentecostal/pentecostals evangelical/evangelicals adventist/adventists
            mennonite/mennonites/amish unitarian/unitarians rastafarian/rastafarians
            hasidic/hasid/hasidim/haredi/haredim wiccan/wiccans/pagan/pagans
            shintoist/shintoists zionist/zionists islamist/islamists
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
            british/brit/brits scottish/scots welsh cornish/cornishman/cornishwoman
            manx breton/bretons basque/basques catalan/catalans spanish/spaniard/spaniards
            portuguese italian/italians sicilian/sicilians greek/greeks cypriot/cypriots
            maltese swiss austrian/austrians dutch belgian/belgians danish/dane/danes
            swedish/swede/swedes norwegian/norwegians finnish/finn/finns sami
            icelander/icelanders/icelandic estonian/estonians latvian/latvians
            lithuanian/lithuanians belarusian/belarusians czech/czechs slovak/slovaks
            hungarian/hungarians romanian/romanians bulgarian/bulgarians serb/serbs/serbian
            croat/croats/croatian bosnian/bosnians bosniak/bosniaks albanian/albanians
            kosovan/kosovans macedonian/macedonians montenegrin/montenegrins
            georgian/georgians chechen/chechens kazakh/kazakhs uzbek/uzbeks tajik/tajiks
            mongolian/mongolians tibetan/tibetans uyghur/uyghurs/uighur/uighurs
            taiwanese filipino/filipinos thai/thais cambodian/cambodians laotian/laotians
            malay/malays malaysian/malaysians indonesian/indonesians papuan/papuans
            maori/maoris samoan/samoans tongan/tongans fijian/fijians hawaiian/hawaiians
            australian/australians inuit navajo/navajos bangladeshi/bangladeshis
            bengali/bengalis tamil/tamils sinhalese nepali/nepalis punjabi/punjabis
            gujarati/gujaratis kashmiri/kashmiris dalit/dalits brahmin/brahmins
            adivasi/adivasis afghan/afghans pashtun/pashtuns hazara/hazaras
            baloch/balochi kurd/kurds/kurdish iraqi/iraqis saudi/saudis yemeni/yemenis
            lebanese jordanian/jordanians egyptian/egyptians libyan/libyans
            tunisian/tunisians algerian/algerians moroccan/moroccans berber/berbers
            sudanese ethiopian/ethiopians eritrean/eritreans amhara oromo tigrayan/tigrayans
            kenyan/kenyans kikuyu luo ugandan/ugandans rwandan/rwandans hutu/hutus
            tutsi/tutsis congolese ghanaian/ghanaians ashanti hausa fulani igbo yoruba
            zimbabwean/zimbabweans malawian/malawians zulu/zulus xhosa/xhosas
            afrikaner/afrikaners cuban/cubans haitian/haitians dominican/dominicans
            guyanese colombian/colombians venezuelan/venezuelans ecuadorian/ecuadorians
            bolivian/bolivians peruvian/peruvians chilean/chileans brazilian/brazilians
            paraguayan/paraguayans argentinian/argentinians guatemalan/guatemalans
            honduran/hondurans salvadoran/salvadorans gypsy/gypsies traveller/travellers
            newcomer/newcomers
        """,
        "age and body": """
            old/older elderly young/younger teenage/teenager/teenagers millennial/millennials
            pensioner/pensioners
            blind deaf paralyzed disabled autistic amputee/amputees epileptic/epileptics
            dyslexic/dyslexics schizophrenic/schizophrenics albino/albinos
        """,
    }.items()
}

# Common words with other meanings. They get the same penalty as all other terms.
_AMBIGUOUS = frozenset(
    """
    woman women man men male males female females old older young younger american americans
    canadian canadians polish irish french german germans british brit brits scottish scots welsh
    spanish italian italians greek greeks dutch swiss danish swedish australian australians
    pensioner pensioners traveller travellers newcomer newcomers
    """.split()
)

_NAMES = (
    frozenset(word for groups in GROUPS.values() for words in groups.values() for word in words)
    - _AMBIGUOUS
)

# N-grams of a name that hardly occur in other words: the name itself, and at least 4 characters of
# the padded name, unless many of the project's common words hold them. The number was not tuned.
_SHORTEST_PIECE = 4
_MOST_WORDS = 25


@cache
def _pieces() -> frozenset[str]:
    return _NAMES | pieces_of(_NAMES, _MOST_WORDS)


def pieces_of(words: Collection[str], most: int) -> frozenset[str]:
    """Return the character n-grams of padded words that few other words hold.

    Parameters
    ----------
    words
        Folded words.
    most
        The most of the project's common words, `words` left out, that may hold an n-gram.
    """
    held = Counter(piece for word in ranks() if word not in words for piece in _cut(word))
    cut = {piece for word in words for piece in _cut(word)}
    return frozenset(piece for piece in cut if held[piece] <= most)


def _cut(word: str) -> set[str]:
    """Return the n-grams of a padded word."""
    padded = f" {word} "
    return {
        padded[start:end]
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
        return term in _pieces()
    return not _NAMES.isdisjoint(term.split(" "))


def named_groups(folded: str) -> set[str]:
    """Return the groups that a folded text mentions, each by its first word.

    >>> sorted(named_groups("two women and a sikh"))
    ['sikh', 'woman']
    """
    known = _groups_of_words()
    return {name for word in re.findall(r"\w+", folded) for name in known.get(word, ())}


@cache
def _groups_of_words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for groups in GROUPS.values():
        for name, forms in groups.items():
            for form in forms:
                found.setdefault(form, []).append(name)
    return found
