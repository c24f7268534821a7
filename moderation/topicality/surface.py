"""What a comment alone tells: selling, notices, talk about the site, shouting, length.

Turns of phrase are data: kinds that the guideline names (``labelled/guidelines``), each under the
words without which it cannot occur, so that hardly any is searched for. Each runs in linear time
over any text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np

from moderation.ngrams import Floats
from moderation.text import fold
from moderation.topicality.background import Stems
from moderation.topicality.profiles import Bag
from moderation.topicality.stems import stems_of

#: Of each signal, what is searched in lower-case text, under words of which one must occur in it.
PHRASES: Mapping[str, Mapping[str, str]] = {
    "contact": {
        "whats whatsapp telegram": r"whats ?app|telegram",
        "dm pm inbox": r"[dp]m me|dm for|inbox me",
    },
    "promotion": {
        "code": r"(?:with|use|discount|promo) code",
        "discount discounts": r"[a-z]{1,30} discount for|discounts? (?:on|code|today)",
        "promo": r"promo",
        "free": r"free (?:delivery|quotes?|trial|shipping|consultations?|estimates?|samples?|"
        r"webinar)|(?:first|1st) (?:lesson|month|session) (?:is )?free|first month free",
        "lesson session": r"(?:first|1st) (?:lesson|session)",
        "month": r"first month 0",
        "obligation agencies crb credit small": r"no (?:obligation|job too small|agencies|crb|"
        r"credit check)",
        "order": r"order (?:now|today|yours)",
        "buy": r"buy (?:now|my|yours|online)",
        "apply": r"apply now",
        "book": r"book (?:now|online|via|your|today)",
        "sale hire": r"for (?:sale|hire)|sale now on",
        "hiring recruiting": r"(?:now|we(?: are|'re)|urgently) (?:hiring|recruiting)",
        "price prices rate rates": r"best (?:price|rates?)s?",
        "offer offers edition": r"(?:limited|special) offers?|limited edition",
        "click": r"click (?:here|the link|my|below)",
        "link": r"link (?:in|on|below)",
        "profile bio page website site blog shop store stall channel": r"(?:see|on|visit|via|"
        r"check out|search) (?:my|our) (?:profile|bio|page|website|site|blog|shop|store|stall|"
        r"channel)",
        "channel podcast youtube newsletter blog ebook book novel course etsy patreon substack "
        "album": r"my (?:new )?(?:channel|podcast|youtube|newsletter|blog|e-?book|book|novel|"
        r"course|etsy|patreon|substack|album)",
        "copies slots places spaces": r"(?:copies|slots|places|spaces) (?:on my|still|left)",
        "available": r"available (?:for (?:weddings|parties|hire|bookings)|from £)",
        "subscribe": r"subscribe",
        "follow": r"follow me",
        "sign": r"sign up",
        "message": r"message me",
        "call ring text phone contact email": r"(?:call|ring|text|phone|contact|email) "
        r"(?:us|now|today|\+?\d+)",
        "kindly": r"kindly (?:contact|call|message)",
        "earn": r"earn (?:£|\$|€|up to|from home|\d+)",
        "home": r"work from home",
        "income": r"passive income",
        "bitcoin crypto forex": r"(?:bitcoin|crypto|forex) (?:trad\w{2,6}|signals?|wallet|"
        r"invest\w{2,6}|mining)",
        "loan cash": r"instant (?:loan|cash|mobile loan)|need cash",
        "bad": r"bad credit",
        "investment": r"investment (?:opportunity|platform)",
        "guarantee guaranteed": r"guaranteed? (?:returns?|results|profit)",
        "freedom": r"financial freedom",
        "caster spellcaster": r"spell ?caster",
        "cured": r"cured my",
        "insured": r"fully insured",
        "experience": r"\d+ ?(?:years?|yrs) experience",
        "buyers": r"serious buyers",
        "ono": r"ono",
        "sleeps": r"sleeps (?:two|four|six|\d+)",
        "off": r"\d+\s?% off",
    },
    "notice": {
        "lost": r"lost (?:dog|cat|keys|phone|wallet)|lost:",
        "found": r"found:",
        "wanted": r"wanted:|(?:room|flat|house|garage|cottage|caravans?) wanted",
        "answers": r"answers to",
        "room flat house garage cottage caravan": r"(?:room|flat|house|garage|cottage|caravans?) "
        r"(?:to let|for rent|to rent|for sale)",
        "selling": r"selling (?:my|a|an|\d+)|any(?:one|body) selling",
        "sofa bike buggy pram cot": r"(?:sofa|bike|buggy|pram|cot) (?:for|free|going)",
        "home": r"free to (?:a )?good home",
        "looking": r"looking for a (?:flat|room|plumber|babysitter|lift|tutor)",
        "anyone anybody": r"(?:has|have|can|could) (?:anyone|anybody) (?:else )?(?:got|recommend|"
        r"lend|picked up|lost)|any(?:one|body) (?:got an?|recommend|going to)",
        "birthday": r"happy birthday",
        "how": r"how was (?:spain|your)",
        "regards love": r"give my (?:love|regards) to",
        "morning": r"good morning (?:all|everyone|from)",
        "hello": r"hello from",
        "hi": r"hi (?:all|everyone|everybody)",
    },
    "site_talk": {
        "comment comments post posts reply replies": r"(?:my|our) (?:last |earlier |previous |"
        r"other |first )?(?:comments?|posts?|replies) (?:was|were|is|are|has|have|had|got|gets|"
        r"keeps?|been|disappeared|vanished|removed|deleted)|comments? (?:section|system|"
        r"policy|box|form|deleted|removed|closed|disabled)|to post here",
        "moderator moderators mods webmaster paywall pop popups": r"(?:moderators?|mods|"
        r"webmaster|paywall|pop-?ups?)",
        "crossword sudoku horoscope horoscopes tide": r"(?:crossword|sudoku|horoscopes?|"
        r"tide tables)",
        "log logs logged login password": r"(?:log(?:ged|s)? me|my login|my password)",
        "captcha robot cookie": r"(?:captcha|not a robot|cookie (?:banner|notice|thing))",
        "app": r"your app|(?:the|this) app (?:is|keeps|won't|logs|crashes)",
        "website site page": r"your (?:website|site)|this website|"
        r"(?:the|this) (?:site|page) (?:is down|keeps|won't|gives)",
        "unsubscribe upvote upvotes downvote downvotes autoplay": r"(?:unsubscribe|upvotes?|"
        r"downvotes?|autoplay)",
        "subscription": r"my subscription",
        "letter letters comment comments": r"(?:print(?:ed)?|publish(?:ed)?) my "
        r"(?:letters?|comments?)",
    },
}
# A comment is judged as a whole: in more words than this, one phrase makes no advert.
_WHOLE = 30
# More turns of phrase, or addresses, say no more.
_MOST = 3

# Names are bounded as in the DNS and in mail, so that no text takes more than linear time.
_SUFFIX = re.compile(r"\.(?:com|net|org|info|biz|shop|ly|me|io)\b")
_LINK = re.compile(r"https?://|www\.\w|\b\w[\w-]{1,62}" + _SUFFIX.pattern)
_MAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}\.\w")
_PHONE = re.compile(r"(?:\+\d|\b0\d|\(\d{2,4}\)|\b\d{3}[ .-]\d{3}[ .-])[\d ().-]{3,18}\d", re.ASCII)
_DIGIT = re.compile(r"[0-9]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CAPITALS = re.compile(r"\b[^\W\d_]{4,}\b")

# People call one comment in three irrelevant below some 20 words, however short, and hardly any
# from 60 words on (both in labelled/ and on c3).
_BRIEF, _LONG = 20, 60


class Phrases:
    """Finds the turns of phrase of all `PHRASES` whose words a comment has.

    Parameters
    ----------
    stems
        What numbers the stems of comments.
    """

    def __init__(self, stems: Stems) -> None:
        under: dict[int, list[tuple[str, re.Pattern[str]]]] = {}
        for name, phrases in PHRASES.items():
            for words, pattern in phrases.items():
                compiled = re.compile(rf"\b(?:{pattern})(?!\w)")
                for number in {stems.number(stem) for stem in stems_of(fold(words))}:
                    under.setdefault(number, []).append((name, compiled))
        self._under = under
        self._numbers = np.array(sorted(under), np.int64)

    def found(self, texts: Sequence[str], bags: Sequence[Bag]) -> dict[str, Floats]:
        """How many different turns of phrase each text has, of each of `PHRASES`.

        Parameters
        ----------
        texts
            As written.
        bags
            Stems of each.
        """
        counts = {name: np.zeros(len(texts)) for name in PHRASES}
        stems = np.concatenate([bag.numbers for bag in bags])
        rows = np.repeat(np.arange(len(bags)), [len(bag.numbers) for bag in bags])
        at = np.minimum(np.searchsorted(self._numbers, stems), len(self._numbers) - 1)
        telling = np.flatnonzero(self._numbers[at] == stems)
        searched: dict[int, set[tuple[str, re.Pattern[str]]]] = {}
        for row, number in zip(rows[telling].tolist(), stems[telling].tolist(), strict=True):
            searched.setdefault(row, set()).update(self._under[number])
        for row, patterns in searched.items():
            lowered = texts[row].lower()
            turns = {(name, hit) for name, each in patterns for hit in each.findall(lowered)}
            for name, _ in turns:
                counts[name][row] += 1
        return counts


def links(text: str) -> float:
    """Number of web addresses, at most 3."""
    if "://" in text or "www." in text or _SUFFIX.search(text):
        return float(min(_MOST, len(_LINK.findall(text))))
    return 0.0


def contact(text: str) -> float:
    """1 with an e-mail address or a telephone number."""
    if "@" in text and _MAIL.search(text):
        return 1.0
    return float(bool(_DIGIT.search(text) and _PHONE.search(text)))


def shouting(text: str, chunks: Sequence[str]) -> float:
    """Share of words of four letters and more in capitals, if there are two."""
    if sum(map(str.isupper, chunks)) < 2:
        return 0.0
    words = _CAPITALS.findall(text)
    loud = sum(map(str.isupper, words))
    return loud / len(words) if loud > 1 else 0.0


def emptiness(text: str) -> float:
    """1 for a text with fewer than two words of letters."""
    return float(len(list(islice(_WORD.finditer(text), 2))) < 2)


def brevity(n_words: int) -> float:
    """1 up to 20 words, 0 from 60 on, falling with the logarithm in between."""
    return math.log(_LONG / min(max(n_words, _BRIEF), _LONG)) / math.log(_LONG / _BRIEF)


def surface_signals(
    texts: Sequence[str], bags: Sequence[Bag], phrases: Phrases
) -> dict[str, Floats]:
    """All that comments tell alone, by name; turns of phrase thinned out in long comments."""
    found = phrases.found(texts, bags)
    chunks = [text.split() for text in texts]
    sizes = [len(own) for own in chunks]
    part = np.array([min(1.0, _WHOLE / max(1, size)) for size in sizes])
    addresses = np.array([contact(text) for text in texts])
    return {
        "links": np.array([links(text) for text in texts]),
        "contact": np.minimum(1.0, addresses + found["contact"]),
        "promotion": np.minimum(_MOST, found["promotion"]) * part,
        "notice": np.minimum(1.0, found["notice"]) * part,
        "site_talk": np.minimum(1.0, found["site_talk"]) * part,
        "shouting": np.array([shouting(*pair) for pair in zip(texts, chunks, strict=True)]),
        "emptiness": np.array([emptiness(text) for text in texts]),
        "brevity": np.array([brevity(size) for size in sizes]),
    }
