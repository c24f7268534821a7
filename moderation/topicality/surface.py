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
    r"\b[\w.+-]{1,64}@[\w-]{1,63}\.\w|\+?\d[\d ().-]{7,20}\d|\b(?:whats ?app|telegram|[dp]m me|"
    r"[dp]m for|inbox me|text \d)\b",
)
_PROMOTION = re.compile(
    r"\b(?:discounts?|promo(?:tion)?s?|(?:promo |with |use |discount )code|vouchers?|coupons?|"
    r"free (?:delivery|quotes?|trial|shipping|consultations?|estimates?|samples?|webinar)|"
    r"no (?:obligation|job too small|agencies|fees?|crb|credit check)|order (?:now|today|yours)|"
    r"buy (?:now|my|our|yours|online)|apply now|book (?:now|online|via|your|today)|on sale|"
    r"for (?:sale|hire)|now (?:on|hiring)|hiring|we(?: are|'re) recruiting|half price|"
    r"best (?:price|rates?)s?|(?:limited|special) (?:time|offers?|edition)|"
    r"(?:first|1st) (?:lesson|month|session|order)|"
    r"click (?:here|the|my|on|below)|link (?:in|on|below)|(?:see|on|visit|via|check out|search) "
    r"(?:my|our) (?:profile|bio|page|website|site|blog|shop|store|stall|channel)|my (?:new )?"
    r"(?:channel|podcast|youtube|newsletter|blog|ebook|e-book|book|novel|course|etsy|patreon|"
    r"substack|website|shop|single|album)|(?:copies|tickets|slots|places) (?:on|from|at|available|"
    r"still|left)|available (?:for|from|now|at)|subscrib(?:e|ers)|follow me|sign up|message me|"
    r"(?:call|ring|text|phone|contact|email) (?:us|me|now|today|\+?\d)|"
    r"kindly (?:contact|call|message)|work from home|earn(?:ed|ing)? (?:£|\$|€|up to|from home|"
    r"money|\d)|passive income|bitcoin|crypto|forex|instant (?:loan|cash)|need cash|bad credit|"
    r"investment (?:opportunity|platform|advis[eo]r)|guaranteed? (?:returns?|results|profit)|"
    r"financial freedom|spell ?caster|herbal|detox|weight loss|cured my|fully insured|"
    r"family[- ]run|\d+ ?(?:years?|yrs) experience|webinar|wholesale|installers?|"
    r"serious buyers|ono|o\.n\.o|per night|sleeps (?:two|four|six|eight|\d+))\b|\d\s?% off",
)
_NOTICE = re.compile(
    r"\b(?:lost (?:dog|cat|keys|phone|ring|wallet)|found (?:dog|cat|keys)|(?:room|flat|house|"
    r"garage|cottage|caravans?) (?:to let|for rent|to rent|for sale|wanted)|"
    r"selling (?:my|a|an|the|\d+)|"
    r"(?:sofa|bike|buggy|pram|piano|cot) (?:for|free|going)|free to (?:a )?good home|wanted:|"
    r"(?:does|do|has|have|did|is|can|could|anyone|anybody|somebody) (?:anyone|anybody|somebody) "
    r"(?:know|got|have|want|watch|see|else watch|recommend|get|remember where|selling|tell me|"
    r"lend|going to|with a spare)|any(?:one|body) (?:know|got|want|watch|seen|recommend|selling|"
    r"going|here (?:from|know|speak))|looking for a (?:flat|room|plumber|babysitter|good|lift|"
    r"tutor|job)|happy birthday|how was (?:spain|your|the holiday|the wedding)|give my (?:love|"
    r"regards) to|good morning (?:all|everyone|from)|hello from|hi (?:all|everyone|everybody))\b",
)
_SITE = re.compile(
    r"\b(?:my|our|this|that|the|your) (?:last |earlier |previous |other |first )?"
    r"(?:comments?|posts?|replies) (?:was|were|is|are|has|have|had|got|gets|keeps?|been|"
    r"disappeared|vanished|removed|deleted|about)\b|"
    r"\bcomments? (?:section|system|policy|box|form|deleted|removed|closed|disabled)|"
    r"\b(?:moderators?|moderated|moderation|mods|admin|webmaster|censor(?:ed|s|ing|ship)?|paywall|"
    r"pop-?ups?|crossword|sudoku|horoscopes?|tide tables|log(?:ged|s)? (?:in|me|out)|my login|"
    r"password|captcha|not a robot|cookie (?:banner|notice|thing)|your app|the app|this app|"
    r"(?:your|this) (?:website|site)|the (?:site|website) (?:is|keeps|was|won't)|unsubscribe|"
    r"upvotes?|downvotes?|thumbs (?:up|down)|dislikes?|flagged|my subscription|"
    r"cancel(?:led|ling|ed|ing)? my|autoplay|adverts on|notifications?|to post here|"
    r"(?:print(?:ed)?|publish(?:ed)?) my (?:letters?|comments?))\b",
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
