"""Comment markup of the known platforms, as data.

A `Platform` names the elements that are comments and the parts inside one. Parts that most
platforms share stand once, in `COMMON`. Where a selector came from memory and not from a page or
the platform's own source, a remark says so.
"""

from __future__ import annotations

import msgspec


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """How one platform marks its comments up.

    Attributes
    ----------
    name
        Goes into `Comment.source` as ``platform:NAME``.
    signs
        Strings of which the page holds at least one if it uses the platform.
    items
        CSS selector of a comment.
    identity
        Pattern that the id of an item must match (group 1: the native id); "" for any.
    classes
        Instead of the id, one of these class tokens proves an item.
    text, author, date
        CSS selectors of the parts, best first; those of `COMMON` come after them.
    author_attribute, date_attribute, id_attribute, parent_attribute, depth_attribute
        Attributes of the item that hold a part.
    depth_from
        Depth of items that stand side by side: selector of an element in the item, its attribute,
        and the width of one level.
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


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """Selectors of the parts of a comment."""

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
        "[itemprop='author'] [itemprop='name'], [itemprop='creator'] [itemprop='name'], "
        "[itemprop='creator'], [itemprop='author']",
        "cite.fn, .fn, .comment-author-name, .comment-author cite, .comment_author_name",
        ".comment-author a, .comment-author, .comment_author, .commentauthor, .commenter, "
        ".comment-user, .comment-username, .author-name, .comment-name, .username, cite",
    ),
    date=(
        "time[datetime], [itemprop='commentTime'], [itemprop='datePublished'], "
        "[itemprop='dateCreated'], abbr.published, abbr[title].date",
        ".comment-date, .comment_date, .commentdate, .comment-time, .comment-timestamp, "
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

_WORDPRESS_ID = r"(?:li-|div-|wp-|dsq-)?(comment-\d+)"

PLATFORMS: tuple[Platform, ...] = (
    Platform(
        name="wpdiscuz",
        signs=("wpd-comment",),
        items=".wpd-comment[id], .wpd-comment",
        text=(".wpd-comment-text",),
        author=(".wpd-comment-author",),
        date=(".wpd-comment-date[title]", ".wpd-comment-date"),
    ),
    Platform(
        name="disqus",
        signs=("dsq-comment-",),
        items="[id^='dsq-comment-']",
        identity=r"(?:dsq-)?(?:comment-)?(dsq-comment-\d+|\d+)",
        text=(".dsq-comment-message", "[id^='dsq-comment-message-']"),
        author=("[id^='dsq-author-user-']", ".dsq-comment-header cite"),
    ),
    Platform(
        name="blogger",
        signs=("comment-holder", "comments-content"),
        items="#comment-holder li.comment, .comments-content li.comment, li.comment[id^='c']",
        identity=r"(c\d+)",
        text=(".comment-content",),
        author=("cite.user", ".user"),
        date=(".datetime a", ".datetime"),
    ),
    Platform(
        name="wordpress",
        signs=("comment",),
        items=(
            "li[id^='comment-'], div[id^='comment-'], article[id^='comment-'], "
            "li[id^='li-comment-'], div[id^='div-comment-'], .commentlist > li, "
            ".comment-list > li, .wp-block-comment-template > li, li.comment, div.comment, "
            "article.comment, li.pingback, li.trackback, div.pingback, div.trackback"
        ),
        identity=_WORDPRESS_ID,
        classes=("comment", "pingback", "trackback"),
    ),
)

#: Class tokens by which WordPress and its kin mark a comment that other software left.
PING_CLASSES = frozenset({"pingback", "trackback", "ping", "trackbacks", "pingbacks"})

#: Elements that hold replies to the comment before them without lying inside it.
REPLY_LISTS = ".indented, .children, .comment-replies, .replies, .comment-children"

#: Embeds that fetch their comments by script: a string of the page, and whose embed it is.
EMBEDS: tuple[tuple[str, str], ...] = (
    ("disqus_thread", "disqus"),
    ("disqus_shortname", "disqus"),
    ("fb-comments", "facebook"),
    ("fb:comments", "facebook"),
    ("launcher.spot.im", "openweb"),
    ("data-spotim-module", "openweb"),
    ("coral-container", "coral"),
    ("coral_talk_stream", "coral"),
    ("coral-talk-stream", "coral"),
    ("vf-comments", "viafoura"),
    ("viafoura", "viafoura"),
    ("hyvor-talk-comments", "hyvor"),
    ("remark42", "remark42"),
    ("livefyre", "livefyre"),
    ("intensedebate", "intensedebate"),
    ("commento", "commento"),
    ("utteranc.es", "utterances"),
    ("giscus.app", "giscus"),
    ("jetpack_remote_comment", ""),
)
