"""What surrounds article and comments: the declared number of comments, and what is left out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from moderation.pages.html.article_lines import ArticleLine
from moderation.pages.html.hints import commenting
from moderation.pages.html.jsonld import Stated
from moderation.pages.html.platforms import EMBEDS
from moderation.pages.html.selectors import select
from moderation.pages.html.tree import HEADINGS, Tree
from moderation.pages.wording import phrases
from moderation.records import LeftOut

#: Class or id of an element whose text may be the number of comments.
_COUNT_HINTS = ("comment", "respons", "replies", "wpd-thread", "kommentar", "reakti", "reacti")
_DIGIT = re.compile(r"\d")
_COUNT_NUMBER = re.compile(r"\(?(\d{1,6})\)?")

#: The reason for leaving an element out, by tag or by a token of class or id; the first applies.
_BY_TAG = {"nav": "navigation", "footer": "footer", "form": "form", "aside": "aside",
           "button": "form", "textarea": "form", "label": "form"}  # fmt: skip
_HINTS = (
    (
        r"respond|comment-?form|commentform|leave-?(?:a-)?(?:comment|reply)|reply-?form",
        "comment form",
    ),
    (
        r"author-?(?:bio|box|info|card|description)|about-?(?:the-?)?author|bio(?:graphy)?\b",
        "author biography",
    ),
    (
        r"related|recommend|more-?(?:from|stories|news)|you-?may|read-?next|outbrain|taboola|"
        r"popular|trending|most-?(?:read|viewed|popular)|yarpp|crp_related",
        "related articles",
    ),
    (r"share|sharing|social|addthis|sharedaddy|follow-?us|twitter|facebook", "sharing"),
    (r"newsletter|subscri|signup|sign-?up", "newsletter"),
    (r"cookie|consent|gdpr|privacy", "cookie notice"),
    (r"ads?\b|advert|sponsor|promo|banner|adsense", "advertisement"),
    (r"nav|menu|breadcrumb|pagination|pager|paging|skip|prev\b|next\b", "navigation"),
    (r"embed|instagram|tweet|youtube|wp-block-embed", "embed"),
    (r"caption|credit|gallery|slideshow|wp-caption", "caption"),
    (r"tags?\b|tag-?links|categor|cat-?links|topics|labels?\b", "tags"),
    (r"sidebar|side-?bar|widget|blogroll|archive|calendar|recent", "sidebar"),
    (r"footer|colophon|copyright|site-info", "footer"),
    (r"masthead|site-?header|header|topbar|logo", "header"),
    (r"meta|byline|dateline|posted|entry-?(?:date|utility)|post-?info", "byline"),
    (r"comment|respon|discuss", "around the comments"),
)
_REASONS = {f"r{number}": reason for number, (_, reason) in enumerate(_HINTS)}
_BY_HINT = re.compile(
    "(?:^|[_-])(?:" + "|".join(f"(?P<r{n}>{words})" for n, (words, _) in enumerate(_HINTS)) + ")"
)
#: Reasons that do not replace the reason of an element further out.
_WEAK = frozenset({"around the comments", "byline", "header"})


def count_declared(tree: Tree, stated: Stated, taken: Sequence[tuple[int, int]]) -> int | None:
    """Read the number of comments that the page declares.

    Parameters
    ----------
    tree
        The page.
    stated
        Its linked data.
    taken
        Ranges of the comments. A number inside them is not a declaration, and the nearest heading
        before the first of them counts most.

    Returns
    -------
    int or None
        None if the page declares no number.
    """
    found: list[tuple[int, int]] = []
    hinted = [
        place
        for hint in commenting(tree)
        if any(word in hint for word in _COUNT_HINTS)
        for place in tree.by_hint[hint]
    ]
    starts = [start for start, _ in taken]
    headings = dict(tree.headings)
    for place in sorted({*headings, *hinted}):
        at = bisect_right(starts, place) - 1
        if at >= 0 and place < taken[at][1]:
            continue
        if not 0 < tree.size(place) <= (150 if tree.tags[place] in HEADINGS else 60):
            continue
        text = headings.get(place) or tree.phrase(place)
        if not _DIGIT.search(text) and text.split(" ", 1)[0].lower() not in phrases.NUMBER_WORDS:
            continue
        count = phrases.heading_count(text)
        if count is not None:
            found.append((place, count))
    if found:
        before = [count for place, count in found if not taken or place < taken[0][0]]
        return before[-1] if before else found[0][1]
    for place in select(tree, "[itemprop='commentCount'], [itemprop='interactionCount']"):
        text = tree.attribute(place, "content") or tree.text(place)
        number = _COUNT_NUMBER.fullmatch(text.replace("UserComments:", "").strip())
        if number:
            return int(number[1])
    return stated.count


def name_embed(html: str) -> str | None:
    """Name the platform whose embed the page holds; return None if there is none."""
    return next((name for sign, name in EMBEDS if sign in html), None)


def list_left_out(
    tree: Tree, lines: Sequence[ArticleLine], kept: Sequence[bool], title: str
) -> list[LeftOut]:
    """List each piece that is not article, title or comment, with the reason."""
    dropped = [line.place for line, keep in zip(lines, kept, strict=True) if not keep]
    reasons = _reasons(tree, dropped)
    pieces: list[tuple[str, list[str]]] = []
    for line, keep in zip(lines, kept, strict=True):
        if keep:
            pieces.append(("", []))
            continue
        if line.text == title:
            continue
        reason = reasons[tree.parents[line.place]] or "boilerplate"
        if not pieces or pieces[-1][0] != reason:
            pieces.append((reason, []))
        pieces[-1][1].append(line.text)
    return [LeftOut(reason=reason, text="\n".join(texts)) for reason, texts in pieces if texts]


def _reasons(tree: Tree, places: Sequence[int]) -> dict[int, str]:
    """Find the reasons for leaving out the nodes around some places, from tags and classes."""
    tags, hints, parents, letters, ends = (
        tree.tags,
        tree.hints,
        tree.parents,
        tree.letters,
        tree.ends,
    )
    half = tree.size(0) // 2
    known = {-1: ""}
    of_hints = {"": ""}
    for place in sorted(tree.around(places)):
        by_tag = _BY_TAG.get(tags[place], "")
        if by_tag and not (by_tag == "form" and letters[ends[place]] - letters[place] > half):
            known[place] = by_tag
            continue
        above = known[parents[place]]
        hint = hints[place]
        own = of_hints.get(hint)
        if own is None:
            own = of_hints[hint] = next(filter(None, map(_token_reason, hint.split())), "")
        if own and not (above and own in _WEAK) and letters[ends[place]] - letters[place] <= half:
            above = own
        known[place] = above
    return known


@lru_cache(maxsize=4096)  # Class names repeat within a page and between pages.
def _token_reason(token: str) -> str:
    found = _BY_HINT.search(token)
    return _REASONS[found.lastgroup or ""] if found else ""
