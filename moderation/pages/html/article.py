"""Select the lines that belong to the article of a page.

Each line of the page is weighed by its features (`article_lines`). The weights are data, in
`article_weights`, fitted by ``benchmarks/fit_article.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from operator import mul

from moderation.pages.html.article_lines import (
    ASIDE,
    COMMENT,
    FEATURES,
    TEXT_OF_ARTICLE,
    ArticleLine,
    flag_features,
)
from moderation.pages.html.article_weights import WEIGHTS
from moderation.pages.html.masthead import is_byline, plain
from moderation.pages.wording.phrases import heading_count, is_heading

#: Headings near the end of an article after which none of its text follows.
_TAIL_HEADING = re.compile(
    r"(?:about the author|author bio|related (?:posts?|articles?|stories|content|links|reading)|"
    r"you (?:may|might) (?:also )?(?:like|enjoy)|more (?:from|stories)\b|"
    r"read (?:next|more (?:posts|articles|stories|from))|recommended (?:for you|reading|stories)|"
    r"über den autor|ähnliche |verwandte |mehr zum thema|das könnte (?:sie|dich) |"
    r"articles? (?:liés|similaires)|à lire aussi|sur le même sujet|artículos relacionados|"
    r"te puede interesar|articoli correlati|leggi anche).{0,40}$",
    re.IGNORECASE,
)
#: Lines that a page inserts into the text of an article without being part of it.
_BUTTON = re.compile(
    r"(?:share|tweet|pin it|print|email|e-mail|facebook|twitter|whatsapp|pinterest|linkedin|"
    r"copy link|like this|loading|advertisement|anzeige|publicité|publicidad|sponsored|teilen|"
    r"drucken|partager|compartir|condividi|share (?:this|on \w+|via \w+)"
    r"(?: (?:post|article|story|page|entry))?|click to (?:share|email|print) .{0,60}|"
    r"sharing is caring)[\s:.…!]{0,4}",
    re.IGNORECASE,
)
#: The most characters by which a line that repeats the title may be longer or shorter.
_SIMILAR = 40
#: The largest share of an article's words that may follow such a heading.
_TAIL = 0.25
#: A page with at most this many words is too short to weigh; all but its asides is the article.
_TINY = 60
#: The number of spaces from which a line is running text, not a title.
_RUNNING = 8
#: The longest heading of comments in a language that is not known, in characters.
_HEADING = 60


def choose_lines(lines: Sequence[ArticleLine], title: str, author: str | None) -> list[bool]:
    """Decide for each line whether it belongs to the article: whether its weights exceed 0.

    The title, and a line that holds only author and date, are separate fields and not text.
    """
    words, length = plain(title), len(title)
    kept = [weigh(line) > 0 for line in lines]
    if sum(line.text.count(" ") + 1 for line in lines) <= _TINY:
        if not any(kept):
            kept = [not line.flag & ASIDE for line in lines]
        _cut_at_comments(lines, kept)
    _fill_gaps(lines, kept)
    _cut_tail(lines, kept)
    _cut_heading_of_comments(lines, kept)
    return [
        keep
        and not (abs(len(line.text) - length) < _SIMILAR and plain(line.text) == words)
        and not (len(line.text) < 90 and _BUTTON.fullmatch(line.text))
        and not (len(line.text) <= 120 and is_byline(line.text, author))
        for line, keep in zip(lines, kept, strict=True)
    ]


def _cut_at_comments(lines: Sequence[ArticleLine], kept: list[bool]) -> None:
    """Drop a heading that counts the comments, and all after it, if text precedes it."""
    running = False
    for n, line in enumerate(lines):
        if running and heading_count(line.text) is not None:
            kept[n:] = [False] * (len(lines) - n)
            return
        running = running or (kept[n] and line.text.count(" ") >= _RUNNING)


def _cut_heading_of_comments(lines: Sequence[ArticleLine], kept: list[bool]) -> None:
    """Drop the last lines of an article that head its comments or stand among them."""
    for n in range(len(lines) - 1, -1, -1):
        if not kept[n]:
            continue
        text = lines[n].text
        short = text.count(" ") < _RUNNING and len(text) < _HEADING
        if not (is_heading(text) or (short and lines[n].flag & COMMENT)) or not any(kept[:n]):
            return
        kept[n] = False


def _cut_tail(lines: Sequence[ArticleLine], kept: list[bool]) -> None:
    """Drop a heading near the end that opens a biography or other articles, and all after it."""
    words = [
        line.text.count(" ") + 1 if keep else 0 for line, keep in zip(lines, kept, strict=True)
    ]
    left = most = _TAIL * sum(words)
    for n in range(len(lines) - 1, -1, -1):
        left -= words[n]
        if left < 0:
            return
        if kept[n] and left < most and _TAIL_HEADING.match(lines[n].text):
            kept[n:] = [False] * (len(lines) - n)


def _fill_gaps(lines: Sequence[ArticleLine], kept: list[bool]) -> None:
    """Keep the lines between two lines of the article if they are in its text and in no aside.

    A list of links or a short heading in the middle of an article has little weight by itself.
    """
    last = -1
    for n, keep in enumerate(kept):
        if not keep:
            continue
        if 0 <= last < n - 1 and all(
            line.flag & (TEXT_OF_ARTICLE | ASIDE) == TEXT_OF_ARTICLE for line in lines[last + 1 : n]
        ):
            kept[last + 1 : n] = [True] * (n - last - 1)
        last = n


_VECTOR = tuple(WEIGHTS.get(name, 0.0) for name in FEATURES)  # A new feature has no weight yet.


def weigh(line: ArticleLine) -> float:
    """Return the log-odds that a line belongs to the article."""
    return sum(map(mul, _VECTOR, line.own)) + _weigh_flag(line.flag) if line.own else -1.0


@lru_cache(maxsize=4096)  # A page has few distinct flags, and most pages share them.
def _weigh_flag(flag: int) -> float:
    features = flag_features(flag)
    return float(sum(map(mul, _VECTOR[-len(features) :], features)))
