"""What a comment alone tells: selling, notices, talk about the site, shouting, length.

Patterns are data: turns of phrase of the kinds that the guideline names (``labelled/guidelines``).
Each runs in linear time over any text.
"""

from __future__ import annotations

import math
import re

_LINK = re.compile(r"https?://|www\.\w|\b\w[\w-]{1,62}\.(?:com|net|org|info|biz|shop|ly|me|io)\b")
# All but the first and the last are searched in lower case: several times as fast as ignoring it.
# Names are bounded as in the DNS and in mail, so that no text takes more than linear time.
_CONTACT = re.compile(
    r"\b[\w.+-]{1,64}@[\w-]{1,63}\.\w"
    r"|(?:\+\d|\b0\d|\(\d{2,4}\)|\b\d{3}[ .-]\d{3}[ .-])[\d ().-]{3,18}\d"
    r"|\b(?:whats ?app|telegram|[dp]m me|dm for|inbox me)\b"
)
_PROMOTION = re.compile(
    r"\b(?:(?:with|use|discount|promo) code|[a-z]+ discount for|discounts? (?:on|code|today)|promo|"
    r"free (?:delivery|quotes?|trial|shipping|consultations?|estimates?|samples?|webinar)|"
    r"no (?:obligation|job too small|agencies|crb|credit check)|order (?:now|today|yours)|"
    r"buy (?:now|my|yours|online)|apply now|book (?:now|online|via|your|today)|"
    r"for (?:sale|hire)|sale now on|(?:now|we(?: are|'re)|urgently) (?:hiring|recruiting)|"
    r"best (?:price|rates?)s?|(?:limited|special) offers?|limited edition|"
    r"(?:first|1st) (?:lesson|month|session) (?:is )?free|(?:first|1st) (?:lesson|session)|"
    r"first month (?:0|free)|click (?:here|the link|my|below)|link (?:in|on|below)|"
    r"(?:see|on|visit|via|check out|search) (?:my|our) (?:profile|bio|page|website|site|blog|shop|"
    r"store|stall|channel)|my (?:new )?(?:channel|podcast|youtube|newsletter|blog|ebook|e-book|"
    r"book|novel|course|etsy|patreon|substack|album)|"
    r"(?:copies|slots|places|spaces) (?:on my|still|left)|"
    r"available (?:for (?:weddings|parties|hire|bookings)|from £)|subscribe|follow me|sign up|"
    r"message me|(?:call|ring|text|phone|contact|email) (?:us|now|today|\+?\d)|"
    r"kindly (?:contact|call|message)|work from home|earn (?:£|\$|€|up to|from home|\d)|"
    r"passive income|(?:bitcoin|crypto|forex) (?:trad\w{2,6}|signals?|wallet|invest\w{2,6}|mining)|"
    r"instant (?:loan|cash|mobile loan)|need cash|bad credit|investment (?:opportunity|platform)|"
    r"guaranteed? (?:returns?|results|profit)|financial freedom|spell ?caster|cured my|"
    r"fully insured|\d+ ?(?:years?|yrs) experience|serious buyers|ono|"
    r"sleeps (?:two|four|six|\d+))\b|\d\s?% off"
)
_NOTICE = re.compile(
    r"\b(?:lost (?:dog|cat|keys|phone|wallet)|lost:|found:|wanted:|answers to|"
    r"(?:room|flat|house|garage|cottage|caravans?) (?:to let|for rent|to rent|for sale|wanted)|"
    r"selling (?:my|a|an|\d+)|(?:sofa|bike|buggy|pram|cot) (?:for|free|going)|"
    r"free to (?:a )?good home|looking for a (?:flat|room|plumber|babysitter|lift|tutor)|"
    r"(?:has|have|can|could) (?:anyone|anybody) (?:else )?(?:got|recommend|lend|picked up|lost)|"
    r"any(?:one|body) (?:got an?|recommend|selling|going to)|happy birthday|how was (?:spain|your)|"
    r"give my (?:love|regards) to|good morning (?:all|everyone|from)|hello from|"
    r"hi (?:all|everyone|everybody))\b"
)
_SITE = re.compile(
    r"\b(?:my|our) (?:last |earlier |previous |other |first )?(?:comments?|posts?|replies) "
    r"(?:was|were|is|are|has|have|had|got|gets|keeps?|been|disappeared|vanished|removed|deleted)\b|"
    r"\bcomments? (?:section|system|policy|box|form|deleted|removed|closed|disabled)|"
    r"\b(?:moderators?|mods|webmaster|paywall|pop-?ups?|crossword|sudoku|horoscopes?|tide tables|"
    r"log(?:ged|s)? me|my login|my password|captcha|not a robot|cookie (?:banner|notice|thing)|"
    r"your app|(?:the|this) app (?:is|keeps|won't|logs|crashes)|your (?:website|site)|"
    r"this website|(?:the|this) (?:site|page) (?:is down|keeps|won't|gives)|unsubscribe|upvotes?|"
    r"downvotes?|my subscription|autoplay|to post here|"
    r"(?:print(?:ed)?|publish(?:ed)?) my (?:letters?|comments?))\b"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CAPITALS = re.compile(r"\b[^\W\d_]{4,}\b")

# Comments of more words than this are hardly ever called irrelevant (1 % on c3, none in labelled/).
_BRIEF = 45
# A comment is judged as a whole: in more words than this, one phrase makes no advert.
_WHOLE = 30


def _part(text: str) -> float:
    """How much of the comment a turn of phrase can be: 1 up to 30 words, less beyond."""
    return min(1.0, _WHOLE / max(1, len(text.split())))


def links(text: str) -> float:
    """Number of web addresses, at most 3."""
    return float(min(3, len(_LINK.findall(text))))


def contact(text: str) -> float:
    """1 with an e-mail address, a telephone number or a service to write to."""
    return float(bool(_CONTACT.search(text.lower())))


def promotion(text: str) -> float:
    """Number of different turns of phrase of those who sell or recruit, at most 3; thinned out."""
    found = set(_PROMOTION.findall(text.lower()))
    return min(3, len(found)) * _part(text)


def notice(text: str) -> float:
    """1 where it reads like a notice board: lost dogs, rooms to let, greetings; thinned out."""
    return bool(_NOTICE.search(text.lower())) * _part(text)


def site_talk(text: str) -> float:
    """1 where the site, its moderation or the comments are spoken of; thinned out."""
    return bool(_SITE.search(text.lower())) * _part(text)


def shouting(text: str) -> float:
    """Share of words of four letters and more in capitals, if there are two."""
    words = _CAPITALS.findall(text)
    loud = sum(map(str.isupper, words))
    return loud / len(words) if loud > 1 else 0.0


def emptiness(text: str) -> float:
    """1 for a text with fewer than two words of letters."""
    return float(len(_WORD.findall(text)) < 2)


def brevity(text: str) -> float:
    """How much shorter than 45 words: ln(45 / words), 0 for what is longer."""
    return max(0.0, math.log(_BRIEF / max(1, len(text.split()))))
