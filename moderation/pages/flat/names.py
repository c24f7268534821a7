"""Recognise names above or below comments that nothing else marks as names.

Disqus and some themes print a bare name above each comment; others print "Mia · April 19, 2021"
below it. A single such line may also be the comment's own words, so the neighbouring comments
must agree.
"""

from __future__ import annotations

import re
from collections import Counter

from moderation.pages.flat.interpretations import TERMINAL, Interpretation, take_byline
from moderation.pages.flat.items import flatten
from moderation.pages.wording import phrases
from moderation.pages.wording.bylines import clean_author, looks_like_name, read_byline

_URL_NAME = re.compile(r"https?://\S{3,200}\s+(?P<name>\S.{0,80})$")


def settle_names(readings: list[Interpretation], *, declared: bool = False) -> None:
    """Take a bare name from the first line of every comment if the comments agree on this.

    At least three comments, and 85 % of them, must have a short first paragraph that does not end
    like a sentence, with text below it. From five comments on, 60 % suffice, because guests may
    have no name. Under a heading that declares comments (`declared`), a single name of
    capitalised words is enough.
    """
    everyone = [reading for reading, _, _ in flatten(readings) if not reading.is_ping]
    candidates = [one for one in everyone if one.author is None and _opens_with_name(one)]
    open_ones = [one for one in everyone if one.author is None]
    signed = [one for one in candidates if _URL_NAME.match(one.lines[0])]
    names = [one.lines[0] for one in candidates]
    explicit = sum(one.bylined for one in everyone)
    enough = 0.6 if len(open_ones) >= 5 else 0.85
    agreed = (
        len(candidates) >= 3
        and explicit <= 0.3 * len(everyone)
        and len(candidates) >= enough * len(open_ones)
    )
    repeated = len(candidates) == len(open_ones) and len(set(names)) < len(names)
    dated = sum(one.date is not None for one in open_ones)
    if dated == len(open_ones) > 0 and len(candidates) >= 0.6 * dated:
        named = [one for one in open_ones if _opens_with_title(one)]
    elif agreed or repeated or (signed and len(candidates) == len(open_ones)):
        named = candidates
    elif declared and len(candidates) == len(open_ones):
        named = [
            one
            for one in candidates
            if re.fullmatch(r"[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){0,2}", one.lines[0])
        ]
    else:
        named = _repeated_names(candidates)
    if named:
        for one in named:
            first = one.lines.pop(0)
            one.dropped.insert(0, first)
            one.gaps = {gap - 1 for gap in one.gaps}
            url = _URL_NAME.match(first)
            one.author = clean_author(url["name"] if url else first)


def settle_feet(readings: list[Interpretation]) -> None:
    """Take "Mia · April 19, 2021" off the end of the comments if most of them end like this."""
    everyone = [one for one, _, _ in flatten(readings) if one.author is None and len(one.lines) > 1]
    signed = []
    for one in everyone:
        byline = read_byline(one.lines[-1])
        if byline and byline.author and byline.date and (one.date is None or byline.clock):
            signed.append((one, byline))
    if len(signed) >= 2 and len(signed) >= 0.6 * len(everyone):
        for one, byline in signed:
            take_byline(one, byline)
            one.dropped.append(one.lines.pop())


def _repeated_names(candidates: list[Interpretation]) -> list[Interpretation]:
    """Select the comments whose first line is a name that also opens another comment."""
    counts = Counter(one.lines[0] for one in candidates)
    return [
        one
        for one in candidates
        if counts[one.lines[0]] > 1
        and (one.lines[0].istitle() or " " not in one.lines[0])
        and not phrases.TALK.search(one.lines[0].lower())
    ]


def _opens_with_title(reading: Interpretation) -> bool:
    """Whether a comment opens with a short paragraph, which may be an unusual name."""
    if len(reading.lines) < 2 or 1 not in reading.gaps:
        return False
    first = reading.lines[0]
    return len(first) <= 90 and not TERMINAL.search(first) and not first.startswith("@")


def _opens_with_name(reading: Interpretation) -> bool:
    if len(reading.lines) < 2 or 1 not in reading.gaps:
        return False
    first = reading.lines[0]
    if _URL_NAME.match(first):
        return True
    if first.startswith("@") or len(first) > 50 or len(first.split()) > 5:
        return False
    if not looks_like_name(first):
        return False
    return not TERMINAL.search(first) or bool(re.search(r"(?:\b[A-Z]|\b[JS]r|\))\.?$", first))
