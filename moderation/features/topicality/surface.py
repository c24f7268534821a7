"""Signals of a comment alone: advertising, notices, talk about the site, shouting and length.

Phrases are data, grouped by the kinds that the guideline names (``labelled/guidelines``). Each is
listed under words of which one must occur in the text, so that few phrases are searched for. Each
search takes linear time for any text.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderation._types import Floats
from moderation.features.reading.batch import Batch, TokenTable
from moderation.features.sparse.growing import Growing
from moderation.features.topicality.background import Background
from moderation.features.topicality.profiles import Profiles
from moderation.features.topicality.stems import stems_of
from moderation.text import fold

#: For each signal, the patterns for lower-case text, each under words of which one must occur.
PHRASES: Mapping[str, Mapping[str, str]] = {
    "contact": {
        "whatsapp app": r"whats ?app",
        "telegram": r"telegram",
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
        "wanted": r"wanted:",
        "answers": r"answers to",
        "room flat house garage cottage caravan": r"(?:room|flat|house|garage|cottage|caravans?) "
        r"(?:wanted|to let|for rent|to rent|for sale)",
        "selling": r"selling (?:my|a|an|\d+)|any(?:one|body) selling",
        "sofa bike buggy pram cot": r"(?:sofa|bike|buggy|pram|cot) (?:for|free|going)",
        "home": r"free to (?:a )?good home",
        "flat room plumber babysitter lift tutor": r"looking for a (?:flat|room|"
        r"plumber|babysitter|lift|tutor)",
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
        r"keeps?|been|disappeared|vanished|removed|deleted)",
        "comment comments": r"comments? (?:section|system|policy|box|form|deleted|removed|closed|"
        r"disabled)",
        "post": r"to post here",
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
# In comments of more words than this, phrases count less: one phrase does not make an advert.
_WHOLE = 30
# The most phrases or addresses that count.
_MOST = 3

# Names have length limits as in DNS and mail, so that any text takes linear time.
_SUFFIX = r"\.(?:com|net|org|info|biz|shop|ly|me|io)\b"
_LINK = re.compile(r"https?://|www\.\w|\b\w[\w-]{1,62}" + _SUFFIX)
_MAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}\.\w")
_PHONE = re.compile(r"(?:\+\d|\b0\d|\(\d{2,4}\)|\b\d{3}[ .-]\d{3}[ .-])[\d ().-]{3,18}\d", re.ASCII)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CAPITALS = re.compile(r"\b[^\W\d_]{4,}\b")

# Hints in tokens: beginnings of web addresses, beginnings of contact details, and words without
# small letters. A text is searched only if it has as many hints as `_ENOUGH` gives.
_HINTS = (
    re.compile(r"://|www\.|" + _SUFFIX),
    re.compile(r"@|\+\d|\b0\d|\(\d{2,4}\)|\b\d{3}(?:[.-]|$)", re.ASCII | re.MULTILINE),
    re.compile(r"\b[^\W\d_a-z]{4,}\b"),
)
_ENOUGH = (1, 1, 2)

# People call one in three comments of up to some 20 words irrelevant, and hardly any of 60 or more
# words (both in labelled/ and on c3).
_BRIEF, _LONG = 20, 60
# 1 up to 20 words, 0 from 60 words on, and linear in the logarithm in between.
_BREVITY = np.array(
    [math.log(_LONG / n) / math.log(_LONG / _BRIEF) for n in range(_BRIEF, _LONG + 1)]
)


class Phrases:
    """Finds the `PHRASES` in comments.

    Parameters
    ----------
    background
        It numbers the stems of comments.
    """

    def __init__(self, background: Background) -> None:
        self._phrases: list[_Phrase] = []
        self._under: dict[int, list[int]] = {}
        for name, phrases in PHRASES.items():
            for words, pattern in phrases.items():
                for number in {background.forms.number(stem) for stem in stems_of(fold(words))}:
                    self._under.setdefault(number, []).append(len(self._phrases))
                self._phrases.append(_Phrase(name, pattern))
        # All stems that the background lacks share one entry.
        self._asked = np.zeros(len(background.form_weight), bool)
        self._asked[background.places(np.array([*self._under], np.int64))] = True

    def found(self, texts: Sequence[str], profiles: Profiles) -> dict[str, Floats]:
        """Count the distinct phrases in each text for each signal of `PHRASES`.

        Parameters
        ----------
        texts
            The texts as written.
        profiles
            Their profiles.
        """
        counts = {name: np.zeros(len(texts)) for name in PHRASES}
        asked = np.flatnonzero(self._asked.take(profiles.places))
        rows, numbers = profiles.vectors[asked] >> 1, profiles.forms[asked]
        searched: dict[int, set[int]] = {}
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            if number in self._under:
                searched.setdefault(row, set()).update(self._under[number])
        for row, numbered in searched.items():
            lowered = texts[row].lower()
            phrases = [self._phrases[i] for i in numbered]
            turns = {(one.name, hit) for one in phrases for hit in one.found(lowered)}
            for name, _ in turns:
                counts[name][row] += 1
        return counts


class _Phrase(NamedTuple):
    """A phrase, which is compiled when it is first searched for."""

    name: str
    pattern: str

    def found(self, lowered: str) -> list[str]:
        """Return all occurrences in a lower-case text."""
        loose, bounded = _compiled(self.pattern)
        found: list[str] = bounded.findall(lowered) if loose.search(lowered) else []
        return found


@cache
def _compiled(pattern: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Compile a phrase without and with word bounds; searching without them is much faster."""
    return re.compile(pattern), re.compile(rf"\b(?:{pattern})(?!\w)")


class _Hints(threading.local):
    """Caches the number of each of the `_HINTS` in every token of a table."""

    def __init__(self) -> None:
        self._table: TokenTable | None = None

    def worth(self, batch: Batch) -> list[list[int]]:
        """Return, for each of the `_HINTS`, the rows of the texts worth searching."""
        if self._table is not batch.table:
            self._table = batch.table
            self._hints, self._any = Growing(np.uint8, len(_HINTS)), Growing(np.bool_)
        new = batch.table.written[len(self._any) :]
        if new:
            hints = _hints_of(new)
            self._hints.extend(hints)
            self._any.extend(hints.max(axis=1) > 0)
        read = batch.read
        at = np.flatnonzero(self._any.values[read.chunks])
        found = np.zeros((len(batch.texts), len(_HINTS)), np.int64)
        np.add.at(found, read.rows[at], self._hints.values[read.chunks[at]])
        worth = found >= _ENOUGH
        worth[list(read.closed_up)] = True
        return [np.flatnonzero(of_all).tolist() for of_all in worth.T]


def _hints_of(chunks: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Count each of the `_HINTS` in tokens, at most 2; shape (n_chunks, 3)."""
    together = "\n".join(chunks)
    ends = np.cumsum(np.fromiter(map(len, chunks), np.int64, len(chunks)) + 1)
    hints = np.empty((len(chunks), len(_HINTS)), np.uint8)
    for i, pattern in enumerate(_HINTS):
        starts = [found.start() for found in pattern.finditer(together)]
        chunk = np.searchsorted(ends, starts, side="right")
        hints[:, i] = np.minimum(np.bincount(chunk, minlength=len(chunks)), max(_ENOUGH))
    return hints


def links(text: str) -> float:
    """Return the number of web addresses, at most 3."""
    return float(min(_MOST, len(_LINK.findall(text))))


def contact(text: str) -> float:
    """Return 1 if the text has an e-mail address or a telephone number, else 0."""
    return float(bool(("@" in text and _MAIL.search(text)) or _PHONE.search(text)))


def shouting(text: str) -> float:
    """Return the share of words of four or more letters in capitals, if at least two are."""
    if sum(map(str.isupper, text.split())) < 2:
        return 0.0
    words = _CAPITALS.findall(text)
    loud = sum(map(str.isupper, words))
    return loud / len(words) if loud > 1 else 0.0


def emptiness(text: str) -> float:
    """Return 1 if the text has fewer than two words of letters, else 0."""
    return float(len(list(islice(_WORD.finditer(text), 2))) < 2)


class Surface:
    """Computes the signals of comments alone.

    Parameters
    ----------
    background
        It numbers the stems of comments.
    """

    def __init__(self, background: Background) -> None:
        self._phrases = Phrases(background)
        self._hints = _Hints()

    def signals(self, batch: Batch, profiles: Profiles) -> dict[str, Floats]:
        """Compute the signals by name. Phrases count less in long comments.

        Parameters
        ----------
        batch
            The texts.
        profiles
            Their profiles.

        Returns
        -------
        dict
            An array of one value per text for each signal.
        """
        texts, read = batch.texts, batch.read
        found = self._phrases.found(texts, profiles)
        sizes = np.bincount(read.rows, minlength=len(texts))
        for row in read.closed_up:
            sizes[row] = len(texts[row].split())
        part = np.minimum(1.0, _WHOLE / np.maximum(1, sizes))
        linking, reachable, loud = self._hints.worth(batch)
        return {
            "links": _of_some(links, texts, linking),
            "contact": np.minimum(1.0, _of_some(contact, texts, reachable) + found["contact"]),
            "promotion": np.minimum(_MOST, found["promotion"]) * part,
            "notice": np.minimum(1.0, found["notice"]) * part,
            "site_talk": np.minimum(1.0, found["site_talk"]) * part,
            "shouting": _of_some(shouting, texts, loud),
            "emptiness": np.array([emptiness(text) for text in texts]),
            "brevity": _BREVITY[np.clip(sizes, _BRIEF, _LONG) - _BRIEF],
        }


def _of_some(signal: Callable[[str], float], texts: Sequence[str], rows: Iterable[int]) -> Floats:
    """Compute a signal for the texts at some rows; it is 0 for all others."""
    found = np.zeros(len(texts))
    for row in rows:
        found[row] = signal(texts[row])
    return found
