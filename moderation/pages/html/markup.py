"""The description of comment markup, and the parts that most platforms share."""

from __future__ import annotations

import msgspec


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """The comment markup of one platform.

    Attributes
    ----------
    name
        The part of `Comment.source` after ``platform:``.
    signs
        Classes, beginnings of ids up to their number, tags or attributes, in lower case. A page
        of the platform has at least one of them; () means that every page is searched.
    items
        CSS selector of a comment.
    identity
        Pattern that the id of an item must match (group 1: the native id); "" for any.
    classes
        Class tokens of which one, in place of the id, proves an item.
    text, author, date
        CSS selectors of the parts, best first; those of `COMMON` are tried after them.
    author_attribute, date_attribute, id_attribute, parent_attribute, depth_attribute
        Attributes of the item that hold a part.
    depth_from
        The source of the depth of adjacent items: the selector of an element in the item, its
        attribute, and the width of one level.
    chrome
        CSS selector of the parts of an item that are not text, author or date.
    opening
        Whether the platform is a forum, where the first item of a thread's first page is the
        article.
    """

    name: str
    signs: tuple[str, ...]
    items: str
    identity: str = ""
    classes: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    author_attribute: str = ""
    date_attribute: str = ""
    id_attribute: str = "id"
    parent_attribute: str = ""
    depth_attribute: str = ""
    depth_from: tuple[str, str, int] | None = None
    chrome: str = ""
    opening: bool = False


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """The selectors of the parts of a comment."""

    text: tuple[str, ...]
    author: tuple[str, ...]
    date: tuple[str, ...]
    chrome: tuple[str, ...]


COMMON = Parts(
    text=(
        "[itemprop='commentText'], [itemprop='text'], [property='schema:text']",
        ".comment-content, .comment_content, .commentcontent, .comment-text, .comment_text, "
        ".commenttext, .comment-message, .comment-copy, .comment-entry, .commententry, "
        ".comment-bodytext, .comment-body-text, .wp-block-comment-content, .entry-comment",
        ".comment-body, .comment_body, .commentbody, .commentBody, .comment-inner-content",
    ),
    author=(
        "[itemprop='author'] [itemprop='name'], [itemprop='creator'] [itemprop='name']",
        "[itemprop='creator'], [itemprop='author']",
        "cite.fn, .fn, .comment-author-name, .comment-author cite, .comment_author_name, "
        ".wp-block-comment-author-name",
        ".comment-author a, .comment-author, .comment_author, .commentauthor, .commenter, "
        ".comment-user, .comment-username, .author-name, .comment-name, .username, cite, "
        ".byline-author, .vcard",
    ),
    date=(
        "time[datetime], [itemprop='commentTime'], [itemprop='datePublished'], "
        "[itemprop='dateCreated'], abbr.published, abbr[title].date",
        ".wp-block-comment-date, .comment-date, .comment_date, .commentdate, .comment-time, "
        ".comment-timestamp, "
        ".comment-permalink, .comment-metadata a, .comment-meta a[href*='#comment'], "
        ".commentmetadata a[href*='#comment'], .comment-meta-date",
        ".comment-metadata, .comment-meta, .commentmetadata, .comment_meta, .datetime, .date, "
        ".timestamp, .posted, .time",
    ),
    chrome=(
        ".reply, .comment-reply-link, .comment-reply, .comment-actions, .comment-meta, "
        ".comment-metadata, .commentmetadata, .comment_meta, .comment-author, .comment-footer, "
        ".comment-header, .comment-info, .comment-awaiting-moderation, .comment-edit-link, "
        ".comment-permalink, .vcard, .says, .avatar, .comment-notes, .comment-number, "
        ".commentnumber, .comment-count, .comment-date, .comment-time, .comment_date, "
        ".comment_author, .wpd-comment-footer, .comment-tools, .comment-options, .comment-likes, "
        ".comment-rating, .comment-gravatar, .gravatar, .sd-sharing, .sharedaddy",
        "form, button, textarea, #respond, .comment-respond, #cancel-comment-reply-link",
    ),
)

#: The markup of an unknown platform: only the common parts.
UNKNOWN = Platform(name="", signs=(), items="")

#: Class tokens by which WordPress and similar software mark a comment left by other software.
PING_CLASSES = frozenset({"pingback", "trackback", "ping", "trackbacks", "pingbacks"})

#: Elements that hold replies to the comment before them and are not inside it.
REPLY_LISTS = ".indented, .children, .comment-replies, .replies, .comment-children"
