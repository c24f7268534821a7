"""Find the article of a flattened page, and what surrounds it.

The lines that remain without the comments are read from top to bottom: a title, the body, and
pieces that are neither (navigation, boxes about the authors, embedded posts, notices of the
page). Every line is assigned to one of them; nothing is dropped.
"""

from __future__ import annotations

import re

import msgspec

from moderation.pages.flat.lines import FlatLine
from moderation.pages.wording import phrases
from moderation.pages.wording import surroundings as flat_surroundings
from moderation.pages.wording.bylines import read_byline
from moderation.records import Article, LeftOut

#: The first lines and, after them, the last lines of embedded posts.
EMBED_OPENINGS = (
    "(?:view|see) (?:this|more)? ?(?:post|photos?|reel|video)s? on (?:instagram|facebook|tiktok)",
    "ver esta publicación en instagram",
    "sieh dir diesen beitrag auf instagram an",
    "(?:voir|afficher) cette publication sur instagram",
)
EMBED_CLOSINGS = (
    "a (?:post|photo|video) (?:shared|posted) by .{1,120}",
    "una publicación compartida .{1,120}",
    "ein beitrag geteilt von .{1,120}",
    "une publication partagée par .{1,120}",
    "un post condiviso da .{1,120}",
)
#: Single lines that the page prints into or around an article.
NOTICES = (
    "this slideshow requires javascript\\.?",
    "(?:please )?enable javascript .{0,80}",
    "advertisements?",
    "anzeige",
    "werbung",
    "publicité",
    "publicidad",
    "loading(?: \\.\\.\\.|…)?",
    "share this(?: article| post| story)?:?",
    "teilen mit:",
    "like this:",
    "gefällt mir:",
    "tweet",
    "pin it",
    "print(?: this)?",
    "email(?: this)?",
    "facebook",
    "twitter",
    "(?:you might also|you may also) .{0,40}",
    "related(?: posts?| articles?| stories)?:?",
    "ähnliche beiträge:?",
    "read (?:more|next|also):?.{0,100}",
    "mehr zum thema:?",
    "[«‹←] ?(?:previous|prev|older).{0,120}",
    "(?:next|newer)(?: post)? ?[»›→].{0,60}",
    "previous post",
    "next post",
    "post navigation",
    "continue reading.{0,80}",
    "sign up for .{1,120}",
    "subscribe(?: now| today)?",
    "posted in .{1,80}",
    "filed under:? .{1,120}",
    "tagged:? .{1,200}",
    "tags?: .{1,200}",
    "categories: .{1,120}",
    "skip to (?:main )?content",
    "zum inhalt springen",
    "jump to comments",
    "\\[?image credit.{0,60}",
)
#: Headings and links of a box about the author.
ABOUT_LINES = (
    "about (?:the )?(?:author|writer|contributor|us|me)s?.{0,60}",
    "über (?:den|die) autor.{0,60}",
    "à propos de l['’]auteur.{0,40}",
    "sobre (?:el|la|o|a) autora?.{0,40}",
    "(?:view|see) all (?:posts|articles) by .{1,60}",
    "more (?:posts|articles) by .{1,60}",
    "alle beiträge von .{1,60}",
)
#: Verbs that follow the name: "Mia Ostrow is a reporter …".
BIOGRAPHY_VERBS = (
    "is|was|has|writes|covers|reports|works|serves|joined|holds|lives|ist|schreibt|arbeitet",
    "berichtet|est|écrit|travaille|es|escribe|è|scrive|is een|schrijft",
)


def _any(phrases_: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(phrases_), re.IGNORECASE)


_EMBED_OPEN, _EMBED_CLOSE = _any(EMBED_OPENINGS), _any(EMBED_CLOSINGS)
_NOTICE, _ABOUT = _any(NOTICES), _any(ABOUT_LINES)
_RETWEET = re.compile(
    r"RT @\w{1,30}:.{0,400}|.{0,300} - \d{1,2} (?:minute|hour|day|week|month|year)s? ago$"
)
_BIO_VERB = re.compile(
    rf"\s{{0,2}}(?:\([^)]{{1,60}}\)\s)?,?\s?(?:{'|'.join(BIOGRAPHY_VERBS)})\b", re.IGNORECASE
)
#: A biography stands within this many lines of the end of the article's side.
_BIO_REACH = 40
#: A biography has at least this share of the text above it.
_BIO_BELOW = 0.5
#: The score of a line as running text, in characters: a sentence scores its length up to this
#: bound, and any other line one of the losses below. Set by hand; a change of ten characters
#: has little effect.
_LONGEST = 400
_SHORT_LINE = -30
_LIST_ENTRY = -20
_FOOT_LINE = -120
_IGNORED = -10
#: A list between two paragraphs belongs to the article if it has at most this many entries.
_SHORT_LIST = 15
#: The most lines (author, date, standfirst) between a title and the body that belong to it.
_STANDFIRST = 6
_TITLE_REACH = 12


class Body(msgspec.Struct, kw_only=True):
    """The article and the pieces around it."""

    article: Article
    left_out: list[tuple[int, LeftOut]]


def read_body(lines: list[FlatLine], *, comments_follow: bool) -> Body:
    """Read the article from the lines that belong to no comment.

    Parameters
    ----------
    lines
        The lines before the comment section, in order, including blank lines.
    comments_follow
        Whether a comment section follows, in which case the end is searched for biographies.

    Returns
    -------
    Body
        The article, and the pieces left out with their reasons.
    """
    texts = [line for line in lines if not line.blank]
    reasons: dict[int, str] = {}
    _mark_embeds(texts, reasons)
    _mark_biographies(texts, reasons, near_end=comments_follow)
    _mark_navigation(texts, reasons)
    first, last = _body_stretch(texts, reasons)
    title = _title(texts, reasons, first)
    author, published = _own_byline(texts, reasons, title)
    _mark_surroundings(texts, reasons, title, (first, last))
    kept = [line for at, line in enumerate(texts) if at not in reasons and at != title]
    article = Article(
        title=texts[title].text.lstrip("# ").strip() if title is not None else "",
        text=_paragraphs(kept),
        author=author,
        published=published,
    )
    return Body(article=article, left_out=_pieces(texts, reasons))


def _paragraphs(lines: list[FlatLine]) -> str:
    """Join lines with a line end inside a paragraph and a blank line between paragraphs."""
    out: list[str] = []
    before: FlatLine | None = None
    for line in lines:
        if before is not None:
            out.append("\n" if line.number == before.number + 1 else "\n\n")
        out.append(line.shown)
        before = line
    return "".join(out)


def _mark_embeds(texts: list[FlatLine], reasons: dict[int, str]) -> None:
    opened: int | None = None
    for at, line in enumerate(texts):
        if _EMBED_OPEN.fullmatch(line.text[: phrases.MAX_PHRASE]):
            opened = at
            reasons[at] = "embedded post"
        elif _EMBED_CLOSE.fullmatch(line.text[: phrases.MAX_PHRASE]):
            for inside in range(opened if opened is not None and at - opened <= 12 else at, at + 1):
                reasons[inside] = "embedded post"
            opened = None
        elif len(line.text) <= phrases.MAX_PHRASE and _NOTICE.fullmatch(line.text):
            reasons[at] = "notice of the page"


def _mark_biographies(texts: list[FlatLine], reasons: dict[int, str], *, near_end: bool) -> None:
    """Find the first box about an author near the end; everything after it belongs to it too."""
    if not near_end:
        return
    whole, above, early = sum(len(line.text) for line in texts), 0, 0
    while early < len(texts) and above < _BIO_BELOW * whole:
        above += len(texts[early].text)
        early += 1
    bound = max(1, len(texts) - _BIO_REACH, early)
    start = next((at for at in range(bound, len(texts)) if _opens_biography(texts, at)), None)
    if start is None:
        return
    for at in range(start, len(texts)):
        line = texts[at].text
        long_story = len(line) > 900
        if long_story:
            return
        reasons.setdefault(
            at, "embedded post" if _RETWEET.fullmatch(line[:400]) else "author biography"
        )


def _opens_biography(texts: list[FlatLine], at: int) -> bool:
    """Whether a line is an author's name above lines that describe this author."""
    name = texts[at].text
    if texts[at].mark is not None:
        return False
    if len(name) <= phrases.MAX_PHRASE and _ABOUT.fullmatch(name):
        return True
    words = name.split()
    if not 1 <= len(words) <= 5 or len(name) > 50 or name[-1] in ".!?:,;":
        return False
    for line in texts[at + 1 : at + 5]:
        if line.text.startswith(name) and _BIO_VERB.match(line.text[len(name) : len(name) + 80]):
            return True
    return False


def _mark_navigation(texts: list[FlatLine], reasons: dict[int, str]) -> None:
    """Leave out lists of links: neighbouring short bullets that are not sentences."""
    at = 0
    while at < len(texts):
        if texts[at].mark is None or texts[at].mark == "ol":
            at += 1
            continue
        end = at
        while end < len(texts) and (
            texts[end].mark is not None
            or (texts[end].indent > texts[at].indent and _prose_value(texts[end]) < 0)
        ):
            end += 1
        items = [line for line in texts[at:end] if line.mark is not None]
        if len(items) == 1:
            end = at + 1
        linkish = sum(
            len(line.text.split()) <= 12 and not line.text.endswith((".", "!", ";", ","))
            for line in items
        )
        inside_text = at > 0 and end < len(texts) and len(items) <= _SHORT_LIST
        if inside_text and _prose_value(texts[at - 1]) > 0 and _prose_value(texts[end]) > 0:
            at = end  # The list belongs to the article.
            continue
        if linkish >= 0.8 * len(items) and (
            at == 0 or not texts[at - 1].text.endswith((":", "："))
        ):
            for inside in range(at, end):
                reasons.setdefault(inside, "navigation or list of links")
        at = max(end, at + 1)


def _body_stretch(texts: list[FlatLine], reasons: dict[int, str]) -> tuple[int, int]:
    """Find the first and last line of the stretch that reads most like running text.

    Sentences score their length; short lines and list entries score below zero. The best stretch
    of neighbouring lines is found in one pass (the maximum subarray).
    """
    best, best_span = 0, (0, len(texts) - 1)
    total, start = 0, 0
    for at, line in enumerate(texts):
        if total <= 0:
            total, start = 0, at
        total += _IGNORED if at in reasons else _prose_value(line)
        if total > best:
            best, best_span = total, (start, at)
    return best_span


def _prose_value(line: FlatLine) -> int:
    text = line.text
    if flat_surroundings.is_foot(text):
        return _FOOT_LINE
    sentence = text.endswith((".", "!", "?", "…", ".”", '."', "»", "”", ":", ".)"))
    if len(text) >= 100 or (sentence and len(text) >= 30):
        return min(len(text), _LONGEST)
    return _LIST_ENTRY if line.mark is not None else _SHORT_LINE


def _mark_surroundings(
    texts: list[FlatLine], reasons: dict[int, str], title: int | None, body: tuple[int, int]
) -> None:
    """Leave out the lines above the title, between title and body, and below the body."""
    first, last = body
    for at in range(len(texts)):
        if at < first and at != title:
            near = title is not None and title < at and first - title <= _STANDFIRST
            if not near:
                reasons.setdefault(at, "page above the article")
        elif at > last:
            reasons.setdefault(at, "page below the article")


def _title(texts: list[FlatLine], reasons: dict[int, str], body: int) -> int | None:
    """Find the page's title: the short line above the body that is nearest to the top or to it.

    A main-content text opens with the title. A whole page opens with its menus; its title is the
    line that repeats the page's first line, or else the nearest line of three words or more.
    """
    above = [
        at
        for at in range(max(0, body - _TITLE_REACH), min(body + 1, len(texts)))
        if at not in reasons and _could_be_title(texts[at])
    ]
    page = texts[0].text.casefold() if texts else ""
    for at in above:
        if at and len(texts[at].text) > 8 and page.startswith(texts[at].text.casefold()):
            return at
    if body > _TITLE_REACH or (above and above[0] > 3):
        headed = [at for at in above if texts[at].text.startswith("#")]
        return next(iter(headed or reversed(above)), None)
    return _first_title(texts, reasons)


def _could_be_title(line: FlatLine) -> bool:
    words = line.text.split()
    return (
        line.mark is None
        and 3 <= len(words) <= 30
        and len(line.text) <= phrases.MAX_PHRASE
        and not line.text.endswith((":", ","))
        and not _is_sentence(line.text)
        and read_byline(line.text) is None
    )


def _is_sentence(text: str) -> bool:
    """Whether a line reads like a sentence rather than a title."""
    return len(text) > 90 and text.endswith(".")


def _first_title(texts: list[FlatLine], reasons: dict[int, str]) -> int | None:
    """Find the first short line above a body."""
    for at, line in enumerate(texts[:60]):
        if at in reasons or line.mark is not None:
            continue
        if len(line.text) > phrases.MAX_PHRASE or _is_sentence(line.text):
            return None
        if read_byline(line.text) or (
            len(line.text.split()) < 2 and at + 1 < len(texts) and len(texts[at + 1].text) < 200
        ):
            continue
        return at
    return None


def _own_byline(
    texts: list[FlatLine], reasons: dict[int, str], title: int | None
) -> tuple[str | None, str | None]:
    """Read the article's author and date from a byline under its title, if there is one."""
    if title is None:
        return None, None
    for at in range(title + 1, min(title + 4, len(texts))):
        byline = read_byline(texts[at].text)
        named = re.match(
            r"(?:by|von|par|por|di|door|av)\s+(?P<name>[^|•·]{2,60})$",
            texts[at].text,
            re.IGNORECASE,
        )
        if byline and byline.date and not byline.says:
            reasons[at] = "author line"
            return byline.author, byline.date
        if named and len(named["name"].split()) <= 6 and not named["name"].endswith("."):
            reasons[at] = "author line"
            return named["name"].strip(), None
    return None, None


def _pieces(texts: list[FlatLine], reasons: dict[int, str]) -> list[tuple[int, LeftOut]]:
    """Join neighbouring lines that are left out for the same reason into one piece."""
    pieces: list[tuple[int, LeftOut]] = []
    group: list[int] = []
    for at in sorted(reasons):
        if group and (at != group[-1] + 1 or reasons[at] != reasons[group[0]]):
            pieces.append(_piece(texts, reasons, group))
            group = []
        group.append(at)
    if group:
        pieces.append(_piece(texts, reasons, group))
    return pieces


def _piece(texts: list[FlatLine], reasons: dict[int, str], group: list[int]) -> tuple[int, LeftOut]:
    lines = [texts[at] for at in group]
    return lines[0].number, LeftOut(reason=reasons[group[0]], text=_paragraphs(lines))
