"""The lines of a page, with the features that decide whether they belong to the article.

The features describe the line itself (length, links, punctuation), its position (the classes and
tags around it, the distance from the title, before or after the comments) and its surroundings
(how much running text its neighbours and its container hold).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import log1p

from moderation.pages.html.credits import DIGIT
from moderation.pages.html.nodes import INLINE
from moderation.pages.html.tree import HEADINGS, Tree

#: Class tokens of elements that are never the article.
_NEGATIVE = re.compile(
    r"^(?:.*[-_])?(?:nav\w*|menu\w*|sidebar\w*|side|widget\w*|footer\w*|foot|masthead|breadcrumb\w*|"
    r"share\w*|sharing|social\w*|related\w*|promo\w*|advert\w*|ads?|adsense|banner\w*|sponsor\w*|"
    r"newsletter\w*|subscri\w*|signup|login|search\w*|respond|tagcloud|pagination|pager|paging|"
    r"previous|cookie\w*|popup|modal|outbrain|taboola|recommend\w*|trending|popular\w*|"
    r"skip|toolbar|copyright|disclaimer|rating\w*|blogroll|archives?|calendar|rss|feed\w*|"
    r"trackbacks?\w*|pingbacks?|toc|hidden|rail|rightcol\w*|leftcol\w*|bottom|header\w*|hd|ft|"
    r"module\w*|carousel|slider|gallery\w*|bio|about\w*|twitter\w*|facebook\w*|tweet\w*|likes?)"
    r"(?:[-_].*)?$"
)
_META = re.compile(
    r"^(?:.*[-_])?(?:meta\w*|byline\w*|posted\w*|date\w*|time\w*|timestamp|author\w*|tags?|"
    r"categor\w*|cat|info|credit\w*|caption\w*|utility|postmetadata|filed|permalink|labels?|"
    r"edit|options|print|tools?|links?|actions?|count\w*|votes?)(?:[-_].*)?$"
)
_POSITIVE = re.compile(
    r"^(?:.*[-_])?(?:article\w*|entry\w*|post|story\w*|content\w*|body\w*|text|main|blog\w*|hentry|"
    r"single|postcontent|postbody|maincontent|copy|prose|asset)(?:[-_].*)?$"
)
#: Class tokens that blogs use only for the text of an article.
_TEXT_OF_ARTICLE = re.compile(
    r"^(?:entry-?content|post-?content|post-?body|entry-?body|article-?body|articlebody|"
    r"article-?content|article-?text|story-?body|story-?content|asset-?body|asset-?content|"
    r"entry-?text|post-?entry|post-?text|storycontent|postentry|entry|format_text|body-?copy|"
    r"articletext|article__body|post__content|story-text|snap_preview|main-?content|bodytext)$"
)
_COMMENT = re.compile(r"comment|respon[ds]|disqus|discuss")
#: Classes that describe the topic or the kind of a post, not its position.
_NOT_PLACE = re.compile(r"^(?:tag|category|cat|post|type|status|format|author|page|format)-")

(NEGATIVE, META, POSITIVE, TEXT_OF_ARTICLE, COMMENT, NAV, FOOTER, FORM, MAIN, LIST, TABLE, QUOTE,
 HEADER) = (1 << bit for bit in range(13))  # fmt: skip
#: Flags of elements inside the text of an article that are not part of it.
ASIDE = NEGATIVE | META | COMMENT | NAV | FOOTER | FORM
#: Flags that are ignored on an element with most of the page or the article's text in it.
_APART = NEGATIVE | META | COMMENT
#: What an element around most of the page is not, such as the form around an ASP.NET page.
_NOT_WHOLE = _APART | FORM
_TAG_FLAGS = {
    "nav": NAV, "footer": FOOTER, "aside": NAV, "header": HEADER, "form": FORM, "button": FORM,
    "textarea": FORM, "label": FORM, "main": MAIN, "article": MAIN, "ul": LIST, "ol": LIST,
    "td": TABLE, "blockquote": QUOTE, "pre": QUOTE,
}  # fmt: skip
_ENDS_SENTENCE = re.compile(r"[.!?…:;][\"'”’»)\]]{0,2}$")
_RIGHTS = re.compile(r"©|\(c\) ?\d{4}|all rights reserved|powered by|privacy policy|terms of", re.I)
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d\d\b", re.IGNORECASE
)
_BY = re.compile(r"^(?:by|posted|written|von|par|por|di)\b", re.IGNORECASE)

FEATURES = (
    "bias", "words", "long", "links", "sentence", "commas", "paragraph", "item", "heading",
    "high_heading", "has_text_of_article", "before_title", "title",
    "after_title", "near_title", "after_comments", "near_comments", "has_comments", "container",
    "container_far", "in_deep", "in_wide", "before", "behind", "linked_before", "linked_behind",
    "rights", "date", "by", "place", "capitals", "running", "running_in_text",
    "running_in_container", "running_in_deep", "running_negative", "linked_item",
    "negative", "meta", "positive", "text_of_article", "comment", "nav", "footer",
    "form", "main", "list", "table", "quote", "header",
)  # fmt: skip


#: The features of a line that is never the article: a link in a list of links.
NEVER: tuple[float, ...] = ()


@dataclass(slots=True)
class ArticleLine:
    """A line of a page, with the features that decide whether it belongs to the article.

    Attributes
    ----------
    place
        The place of its first text node.
    own
        The features that do not come from `flag`; `NEVER` for a link in a list of links.
    flag
        The tags and classes around it, one bit each; these make the last features.
    """

    place: int
    text: str
    own: tuple[float, ...]
    flag: int

    @property
    def features(self) -> tuple[float, ...]:
        """The features in the order of `FEATURES`, or `NEVER`."""
        return (*self.own, *flag_features(self.flag)) if self.own else NEVER


def _flags(tree: Tree, raw: Sequence[tuple[int, str]]) -> list[int]:
    """Find, for each line, the flags from the tags and classes of the nodes around it."""
    tags, hints, parents, letters, ends = (
        tree.tags,
        tree.hints,
        tree.parents,
        tree.letters,
        tree.ends,
    )
    most = int(tree.size(0) * 0.6)
    known = {-1: 0}
    of_hints = {"": 0}
    places = [place for place, _ in raw]
    for place in sorted(tree.around(places)):
        hint = hints[place]
        own = of_hints.get(hint)
        if own is None:
            own = of_hints[hint] = _hint_flags(hint)
        above = known[parents[place]]
        own |= _TAG_FLAGS.get(tags[place], 0)
        if own:
            if own & _NOT_WHOLE and letters[ends[place]] - letters[place] > most:
                own &= ~_NOT_WHOLE
            if own & TEXT_OF_ARTICLE:
                above &= ~NEGATIVE
        known[place] = above | own
    return [known[parents[place]] for place in places]


def _hint_flags(hint: str) -> int:
    flags = 0
    tokens = hint.split()
    for token in tokens:
        flags |= _token_flags(token)
    if flags & TEXT_OF_ARTICLE or "hentry" in tokens:
        flags &= ~_APART
    return flags


@lru_cache(maxsize=4096)  # Class names repeat within a page and between pages.
def _token_flags(token: str) -> int:
    if _NOT_PLACE.match(token):
        return 0
    flags = COMMENT if _COMMENT.search(token) else 0
    if _TEXT_OF_ARTICLE.match(token):
        return flags | TEXT_OF_ARTICLE | POSITIVE
    if _NEGATIVE.match(token):
        return flags | NEGATIVE
    if _META.match(token):
        return flags | META
    if _POSITIVE.match(token):
        return flags | POSITIVE
    return flags


def read_lines(
    tree: Tree, taken: Sequence[tuple[int, int]], title: tuple[int, str]
) -> list[ArticleLine]:
    """Return the lines outside the comments with their features, in page order."""
    raw = tree.range_lines(0, len(tree), frozenset(_roots(tree, taken)))
    if not raw:
        return []
    flags = _flags(tree, raw)
    tags, parents = tree.tags, tree.parents
    blocks = [
        above if tags[above := parents[place]] not in INLINE else _block(tree, above)
        for place, _ in raw
    ]
    sizes, linked = _sizes(tree, raw, taken)
    good = [
        len(text) if len(text) > 40 and links < 0.5 and not flag & (NAV | FORM) else 0
        for (_, text), links, flag in zip(raw, linked, flags, strict=True)
    ]
    in_links = [size * links for size, links in zip(sizes, linked, strict=True)]
    context = zip(
        flags,
        blocks,
        linked,
        *_container_shares(tree, blocks, good),
        _fading(good, in_links),
        _fading(good[::-1], in_links[::-1])[::-1],
        strict=True,
    )
    deep, wide = _best_containers(tree, raw, good)
    first = taken[0][0] if taken else len(tree)
    title_at = next((n for n, (place, _) in enumerate(raw) if place >= title[0] >= 0), -1)
    last = next((n for n, (place, _) in enumerate(raw) if place >= first), len(raw))
    count = len(raw)
    any_text = float(any(flag & TEXT_OF_ARTICLE for flag in flags))
    any_comment = float(last < count)
    lines = []
    for n, ((place, text), around) in enumerate(zip(raw, context, strict=True)):
        flag, block, links, share, far, above, below = around
        words = text.count(" ") + 1
        tag = tags[block]
        if links > 0.9 and words < 12 and n != title_at and _in_menu(flag):
            lines.append(ArticleLine(place, text, NEVER, flag))
            continue
        after_title = -1 < title_at < n
        level = HEADINGS.get(tag, 0)
        in_deep = deep[0] <= place < deep[1]
        running = words > 12 and links < 0.4
        features = (
            1.0,
            log1p(words),
            words > 12,
            links,
            bool(_ENDS_SENTENCE.search(text[-5:])),
            min(text.count(",") / words, 0.3),
            tag == "p",
            tag == "li",
            level > 0,
            0 < level <= 2,
            any_text,
            n < title_at,
            n == title_at,
            after_title,
            1 / (1 + n - title_at) if after_title else 0.0,
            n >= last,
            1 / (1 + last - n) if n < last < count else 0.0,
            any_comment,
            share,
            far,
            in_deep,
            wide[0] <= place < wide[1],
            above[0],
            below[0],
            above[1],
            below[1],
            words < 60 and _reserves_rights(text),
            words < 15 and _shows_date(text),
            words < 12 and bool(_BY.match(text)),
            n / count,
            words > 1 and text.isupper(),
            running,
            running and flag & TEXT_OF_ARTICLE > 0,
            share if running else 0.0,
            running and in_deep,
            running and flag & ASIDE > 0,
            links > 0.5 and flag & LIST > 0,
        )
        lines.append(ArticleLine(place, text, features, flag))
    return lines


def _reserves_rights(text: str) -> bool:
    """Whether a line is about rights, terms or the software of the page."""
    low = text.lower()  # Checking for each sign is many times faster than the pattern.
    return (
        "©" in low or "(c)" in low or "rights" in low
        or "powered" in low or "privacy" in low or "terms" in low
    ) and bool(_RIGHTS.search(text))  # fmt: skip


def _shows_date(text: str) -> bool:
    digit = DIGIT.search(text)
    return digit is not None and bool(_DATE.search(text, max(0, digit.start() - 1)))


def _in_menu(flag: int) -> bool:
    """Whether a link is one of many: in navigation, or in a list outside the article."""
    return bool(flag & (NAV | FOOTER | NEGATIVE)) or flag & (LIST | TEXT_OF_ARTICLE) == LIST


def _sizes(
    tree: Tree, raw: Sequence[tuple[int, str]], taken: Sequence[tuple[int, int]]
) -> tuple[list[int], list[float]]:
    """Return the characters of each line, and the share of them in links."""
    starts = [start for start, _ in taken]
    letters, links = tree.letters, tree.link_letters
    sizes, linked = [], []
    following = [place for place, _ in raw[1:]] + [len(tree)]
    for (place, _), end in zip(raw, following, strict=True):
        if starts and (at := bisect_right(starts, place)) < len(starts):
            end = min(end, starts[at])  # noqa: PLW2901 - a comment ends the line before it
        size = letters[end] - letters[place]
        sizes.append(size)
        linked.append((links[end] - links[place]) / size if size else 0.0)
    return sizes, linked


@lru_cache(maxsize=4096)
def flag_features(flag: int) -> tuple[float, ...]:
    """Return the last thirteen features, which come from the tags and classes around a line."""
    return tuple(float(flag >> bit & 1) for bit in range(13))


def _roots(tree: Tree, ranges: Sequence[tuple[int, int]]) -> list[int]:
    roots = []
    for start, end in ranges:
        place = start
        while place < end:
            roots.append(place)
            place = tree.ends[place]
    return roots


def _block(tree: Tree, place: int) -> int:
    """Find the innermost block element at or around an element."""
    while place > 0 and tree.tags[place] in INLINE:
        place = tree.parents[place]
    return max(place, 0)


def _container_shares(
    tree: Tree, blocks: Sequence[int], good: Sequence[int]
) -> tuple[list[float], list[float]]:
    """Compare each line's container, and the one above, with those that hold most running text."""
    sums: dict[int, int] = {}
    wider: dict[int, int] = {}
    own = []
    tags, parents = tree.tags, tree.parents
    for block, letters in zip(blocks, good, strict=True):
        container = block if tags[block] in ("div", "td") else max(parents[block], 0)
        outer = max(parents[container], 0)
        own.append((container, outer))
        if letters:
            sums[container] = sums.get(container, 0) + letters
            wider[outer] = wider.get(outer, 0) + letters
    most, widest = max(sums.values(), default=1), max(wider.values(), default=1)
    return (
        [sums.get(container, 0) / most for container, _ in own],
        [wider.get(outer, 0) / widest for _, outer in own],
    )


def _best_containers(
    tree: Tree, raw: Sequence[tuple[int, str]], good: Sequence[int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Find the deepest elements that hold 60 % and 90 % of the running text of their parents."""
    weights = [0] * (len(tree) + 1)
    for (place, _), letters in zip(raw, good, strict=True):
        weights[place + 1] = letters
    running = list(accumulate(weights))
    ends = tree.ends
    here = 0
    found = []
    for share in (0.9, 0.6):
        while True:
            enough = share * (running[ends[here]] - running[here])
            for child in tree.children(here):
                if running[ends[child]] - running[child] >= enough > 0:
                    break
            else:
                break
            if tree.tags[child] in ("", "p"):
                break
            here = child
        found.append((here, ends[here]))
    return found[1], found[0]


def _fading(first: Sequence[float], second: Sequence[float]) -> list[tuple[float, float]]:
    """Sum what precedes each place in both sequences, decayed by distance, on a log scale."""
    faded = []
    one = other = 0.0
    for value, another in zip(first, second, strict=True):
        faded.append((log1p(one) / 5, log1p(other) / 5))
        one = 0.6 * one + value
        other = 0.6 * other + another
    return faded
