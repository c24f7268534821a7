"""What a comment alone tells: selling, talk about the site, shouting, length.

Patterns are data; each runs in linear time over any text.
"""

from __future__ import annotations

import math
import re

_LINK = re.compile(r"https?://|www\.\w|\b\w[\w-]{1,62}\.(?:com|net|org|info|biz|shop|ly|me|io)\b")
# Names are bounded as in the DNS and in mail, so that no text takes more than linear time.
_CONTACT = re.compile(
    r"\b[\w.+-]{1,64}@[\w-]{1,63}\.\w|\+?\d[\d ().-]{7,20}\d|\b(?:whats ?app|telegram|dm me)\b",
    re.IGNORECASE,
)
_PROMOTION = re.compile(
    r"\b(?:discounts?|promo(?: ?code)?|code [A-Z0-9]{3,}|voucher|coupon|free (?:delivery|quote|"
    r"trial|shipping|consultation|estimates?)|no obligation|order (?:now|today|yours)|buy (?:now|"
    r"my|our)|for sale|% off|half price|limited (?:time|offer)|special offer|click (?:here|the|my|"
    r"on)|link in|(?:on|see|check out|visit) (?:my|our) (?:profile|bio|channel|page|website|site|"
    r"blog|shop|store|stall)|my (?:channel|podcast|youtube|newsletter|blog|ebook|e-book|book|"
    r"course|website|shop)|subscribe|follow me|sign up|message me|call (?:us|me|now)|text me|"
    r"work from home|earn(?:ed|ing)? (?:£|\$|€|up to|from home|money)|passive income|bitcoin|crypto"
    r"|forex|investment (?:opportunity|platform)|guaranteed (?:returns?|results)|financial freedom|"
    r"spell ?caster|herbal|detox|weight loss|fully insured|family[- ]run|dating|singles)\b"
    r"|(?:£|\$|€)\s?\d+ (?:a|per) (?:day|week|hour)|\d\s?% off",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"\b(?:my|our|this|that|the|your) (?:last |earlier |previous |other |first )?"
    r"(?:comments?|posts?|replies) (?:was|were|is|are|has|have|had|got|gets|keeps?|been|"
    r"disappeared|vanished|removed|deleted|about)\b|"
    r"\bcomments? (?:section|system|policy|deleted|removed|closed|disabled)|"
    r"\b(?:moderators?|moderated|moderation|mods|admin|webmaster|censor(?:ed|s|ing|ship)?|paywall|"
    r"pop-?ups?|crossword|sudoku|horoscope|log(?:ged|s)? (?:in|me|out)|password|cookie (?:banner|"
    r"notice)|your app|the app|this app|your (?:website|site)|this (?:website|site)|unsubscribe|"
    r"upvotes?|downvotes?|thumbs (?:up|down)|dislikes?|flagged|my subscription|cancel(?:led|ling|"
    r"ed|ing)? my|newsletter|autoplay|adverts on|notifications?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LETTERS = re.compile(r"[^\W\d_]")


def links(text: str) -> float:
    """Number of web addresses, at most 3."""
    return float(min(3, len(_LINK.findall(text))))


def contact(text: str) -> float:
    """1 with an e-mail address, a telephone number or a service to write to."""
    return float(bool(_CONTACT.search(text)))


def promotion(text: str) -> float:
    """Number of different turns of phrase of those who sell or recruit, at most 3."""
    return float(min(3, len({match.group().lower() for match in _PROMOTION.finditer(text)})))


def site_talk(text: str) -> float:
    """1 where the site, its moderation or the other comments are spoken of."""
    return float(bool(_SITE.search(text)))


def shouting(text: str) -> float:
    """Share of words in capitals, of texts with at least three words."""
    words = _WORD.findall(text)
    return sum(map(str.isupper, words)) / len(words) if len(words) >= 3 else 0.0


def emptiness(text: str) -> float:
    """1 for a text with fewer than two words of letters."""
    return float(len(_WORD.findall(text)) < 2)


def log_length(text: str) -> float:
    """ln(1 + number of words)."""
    return math.log1p(len(text.split()))
