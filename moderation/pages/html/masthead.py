"""Find the title, author and date of the article of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from moderation.pages.html.credits import clean_date, read_line
from moderation.pages.html.jsonld import Stated
from moderation.pages.html.selectors import select, select_inside
from moderation.pages.html.tree import Tree

_SPLIT_TITLE = re.compile(r"\s{1,4}[|»«·–—:-]{1,3}\s{1,4}|[|»«]")
_AUTHOR = (
    "[rel='author'], [itemprop='author'] [itemprop='name'], [itemprop='author'], .byline .author, "
    ".author .fn, .byline-name, .author-name, .post-author, .entry-author, .article-author, "
    ".byline, .author"
)
_DATE = (
    "time[itemprop='datePublished'], [itemprop='datePublished'], time[pubdate], "
    "time.published[datetime], time.entry-date[datetime], abbr.published[title], time[datetime]"
)
_PLAIN_DATE = (
    ".entry-date, .post-date, .published, .date-header, .pubdate, .dateline, .article-date, "
    ".posted-on, .entry-meta, .post-meta, .byline, .postmetadata, .date"
)
_DATE_META = ("article:published_time", "datepublished", "date", "dc.date.issued", "dc.date",
              "parsely-pub-date", "pubdate", "sailthru.date", "publishdate")  # fmt: skip
_AUTHOR_META = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author",
                "byl", "article:author_name")  # fmt: skip
#: The shortest part of a page's title that names its article, in characters.
_MIN_TITLE = 12
#: The most letters between the name of a site and the title of its article.
_HEADER = 300
_HOME = re.compile(r"(?:https?:)?//[^/?#]{1,253}/?|/(?:index\.\w{2,5})?", re.IGNORECASE)
_NO_WORD = re.compile(r"\W+")
_BY = re.compile(
    r"^(?:(?:posted|written|published|article|submitted|text|words|story)\s)?"
    r"(?:by|von|par|por|di|door|av|af)\b[\s:]*", re.IGNORECASE
)  # fmt: skip
_AFTER_NAME = re.compile(r"\s(?:on|at|am|in|le|el|il|op|den)\s(?=\S*\s?\d).*|\s*[|•·,/–—].*")


def find_title(tree: Tree, stated: Stated) -> tuple[int, str]:
    """Find the title of the page: a heading that the page's title element repeats.

    Returns
    -------
    tuple
        The place of the heading, -1 if no heading holds the title; then the title.
    """
    claimed = tree.head.meta.get("og:title", "") or stated.title or tree.head.title
    parts = {plain(part) for part in _SPLIT_TITLE.split(tree.head.title)}
    whole = plain(claimed)
    parts |= {whole, plain(tree.head.title), plain(stated.title)}
    best: tuple[float, int, str] = (0.0, -1, "")
    for place, text in tree.headings:
        words = plain(text)
        if not words:
            continue
        if words in parts:
            score = 2 + (words == whole) / 2 + len(words) / 1000
        elif len(words) > 12 and whole and (words in whole or whole in words):
            score = 1 + len(words) / 1000
        else:
            continue
        if _leads_home(tree, place):
            score -= 1  # It is the name of the site.
        if score > best[0] + 0.02:
            best = (score, place, text)
    if best[1] >= 0:
        return best[1], best[2]
    return -1, " ".join(claimed.split())


def _leads_home(tree: Tree, heading: int) -> bool:
    """Whether the whole of a heading is a link to the first page of a site."""
    if tree.link_share(heading) < 1:
        return False
    targets = (tree.attribute(link, "href") for link in select_inside(tree, "a[href]", heading))
    return any(map(_HOME.fullmatch, targets))


def find_title_line(tree: Tree) -> int:
    """Find the first text that repeats the page's title or a part of it; -1 if there is none.

    A text shortly behind it that repeats a longer part is preferred: the first is the site's name.
    """
    claimed = (tree.head.meta.get("og:title", ""), tree.head.title)
    parts = {plain(part) for title in claimed for part in (title, *_SPLIT_TITLE.split(title))}
    parts = {part for part in parts if len(part) > _MIN_TITLE}
    longest = 2 * max(map(len, parts), default=0)
    best, found = _MIN_TITLE, -1
    for place, text in zip(tree.text_places, tree.texts, strict=True):
        if found >= 0 and tree.letters[place] - tree.letters[found] > _HEADER:
            break
        if best < len(text) <= longest and (words := plain(text)) in parts:
            best, found = len(words), place
    return found


def plain(text: str) -> str:
    """Reduce a text to its words without case and punctuation, to compare titles."""
    return _NO_WORD.sub(" ", text).strip().casefold()


def find_author(tree: Tree, stated: Stated, taken: Sequence[tuple[int, int]]) -> str | None:
    """Find the author of the article; return None if the page does not say."""
    if stated.author:
        return stated.author
    for place in select(tree, _AUTHOR)[:20]:
        if not _within(place, taken) and (name := _clean(tree.phrase(place))):
            return name
    for key in _AUTHOR_META:
        if name := _clean(tree.head.meta.get(key, "")):
            return name
    return None


def _clean(text: str) -> str | None:
    """Remove "by" before a name and a date after it; return None if it is not a name."""
    line = " ".join(text.split())[:200]
    found = read_line(line)
    if found is not None and found.author:
        line = found.author
    name = _AFTER_NAME.sub("", _BY.sub("", line)).strip(" :,|-–—")
    if not 1 < len(name) <= 60 or "://" in name or len(name.split()) > 6 or "@" in name:
        return None
    return None if any(mark in name for mark in "<>{}=#") or name.isdecimal() else name


def is_byline(line: str, author: str | None) -> bool:
    """Whether a line names only the author or the date of the article."""
    if author is not None and plain(_BY.sub("", line)) == plain(author):
        return True
    found = read_line(line)
    if found is None or (found.author is None and found.date is None):
        return False
    return found.author is None or author is None or plain(found.author) in plain(author)


def find_date(tree: Tree, stated: Stated, taken: Sequence[tuple[int, int]]) -> str | None:
    """Find the date of the article, in machine-readable form if the page has it."""
    if stated.published:
        return stated.published
    for key in _DATE_META:
        if (value := tree.head.meta.get(key)) and (date := clean_date(value)):
            return date
    for place in select(tree, _DATE)[:20]:
        if _within(place, taken):
            continue
        for value in (*(tree.attribute(place, n) for n in ("datetime", "content", "title")),
                      tree.phrase(place)):  # fmt: skip
            if value and (date := clean_date(value)):
                return date
    for place in select(tree, _PLAIN_DATE)[:20]:
        if not _within(place, taken) and (date := clean_date(tree.phrase(place))):
            return date
    return None


def _within(place: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in taken)
