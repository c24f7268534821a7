"""Classes and ids that mark a page's comments, whatever the platform."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from moderation.pages.html.nodes import INLINE
from moderation.pages.html.tree import Tree

#: Class or id of an element that holds comments or is one.
HINT = re.compile(
    r"comment|kommentar|coment|reaktion|reactie|respons|discuss|diskuss|talkback|feedback|"
    r"guestbook|reader-?(?:reply|opinion)|replies|leserbrief|forum|thread|postlist|"
    r"messages?(?:$|[ _-])|coms\b"
)
#: Class or id of an element that mentions comments without holding those of this page.
NO_HINT = re.compile(
    r"recent|latest|newest|top-?comment|count|comments?-?(?:link|num|number|form|policy|rules|rss|"
    r"feed|button|toggle|closed|nav|login|bubble|subscri|meta|off)|popular|most-?comment|respond|"
    r"reply-?(?:form|title|link)|widget|sidebar|commentform|addcomment|add-comment|post-comment|"
    r"leave-?(?:a-?)?(?:comment|reply)|no-?comments?|comments?-open|comments?-off|controls?$|"
    r"toolbar|loading|sorting|filters?$|notice$"
)
#: Class or id of a post of another site that a script shows inside an article.
EMBED = re.compile(
    r"(?:^| )(?:twitter-(?:tweet|video)|instagram-media|bluesky-embed|mastodon-embed|tiktok-embed|"
    r"fb-(?:post|video)|reddit-(?:card|embed-bq)|telegram-post|threads-post|text-post-media|"
    r"embedly-card|wp-embedded-content)(?: |$)"
)
#: Class or id of an element that holds all comments of a page.
HOLDS = re.compile(
    r"(?:^| )(?:comments?-?(?:list|area|section|block|thread|container|wrap\w{0,9}|content|body)?|"
    r"(?:all|user|reader)-?comments|commentlist|comments?_\w{1,12}|kommentare|commentaires|"
    r"comentarios|reacties|responses|discussion)(?: |$)"
)
#: Every class and id that may match one of these patterns contains one of these words.
_WORDS = (
    "comment", "kommentar", "coment", "reakti", "reacti", "respons", "discuss", "diskuss",
    "talkback", "feedback", "guestbook", "reader", "replies", "leserbrief", "forum", "thread",
    "postlist", "message", "coms",
)  # fmt: skip


def commenting(tree: Tree) -> list[str]:
    """Return the few distinct hints of a page that may concern comments; this is fast."""
    return tree.hints_with(_WORDS)


@lru_cache(maxsize=4096)  # Class names repeat within a page and between pages.
def hinted(hint: str) -> bool:
    """Whether a class and id say that an element holds comments or is one."""
    if not HINT.search(hint):
        return False
    return any(HINT.search(token) and not NO_HINT.search(token) for token in hint.split())


def hinted_places(tree: Tree, fits: Callable[[str], bool] = hinted) -> list[int]:
    """Return, in page order, the places of the elements whose class and id match."""
    return sorted(
        place
        for hint in commenting(tree)
        if fits(hint)
        for place in tree.by_hint[hint]
        if tree.tags[place] not in INLINE
    )
