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
        Classes, beginnings of ids up to their number, tags or attributes, lower case, of which
        the page has at least one if it uses the platform; () to look on every page.
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
    chrome
        CSS selector of what inside an item is neither text nor author nor date.
    opening
        The platform is a forum: the first item of a thread's first page is the article.
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

_WORDPRESS_ID = r"(?:li-|div-|wp-)?(comment-\d+)"

PLATFORMS: tuple[Platform, ...] = (
    Platform(
        name="wpdiscuz",
        signs=("wpd-comment",),
        items=".wpd-comment",
        text=(".wpd-comment-text",),
        author=(".wpd-comment-author",),
        date=(".wpd-comment-date[title]", ".wpd-comment-date"),
        chrome=".wpd-comment-header, .wpd-comment-footer, .wpd-comment-left, .wpd-tools",
    ),
    Platform(
        name="disqus",
        signs=("dsq-comment-",),
        items="li[id^='dsq-comment-'], div[id^='dsq-comment-']",
        identity=r"(dsq-comment-\d+)",
        text=(".dsq-comment-message", "[id^='dsq-comment-message-']"),
        author=("[id^='dsq-author-user-']", ".dsq-comment-header cite"),
    ),
    Platform(  # inside Disqus's own frame, where a scraper saved it; from memory
        name="disqus",
        signs=("post-message",),
        items="li.post[id^='post-']",
        text=(".post-message",),
        author=(".post-byline .author", ".author"),
        date=(".time-ago[title]", ".post-meta a[title]"),
        chrome=".post-byline, .post-meta, .comment__footer",
    ),
    Platform(
        name="blogger",
        signs=("comment-holder", "comment-thread"),
        items="#comment-holder li.comment, .comment-thread li.comment",
        identity=r"(c\d+)",
        text=(".comment-content",),
        author=("cite.user", ".user"),
        date=(".datetime a", ".datetime"),
        chrome=".comment-header, .comment-actions, .comment-replybox-single",
    ),
    Platform(
        name="blogger",
        signs=("comments-block", "comment-author"),
        items="#comments-block dt, dt.comment-author",
        identity=r"(c\d+)",
        text=("dd.comment-body", ".comment-body"),
        date=(".comment-timestamp a", ".comment-timestamp", "dd.comment-footer"),
        chrome="dd.comment-footer, .comment-timestamp",
    ),
    Platform(
        name="typepad",
        signs=("comment-",),
        items="div.comment[id^='comment-6a'], li.comment[id^='comment-6a']",
        text=(".comment-content",),
        chrome=".comment-footer, .comment-header",
    ),
    Platform(
        name="drupal",
        signs=("data-comment-user-id", "typeof", "js-comment"),
        items="article.js-comment, [data-comment-user-id], [typeof~='schema:Comment'], "
        "[typeof~='Comment']",
        text=(
            "[property='schema:text']",
            ".field--name-comment-body .field__item",
            ".field--name-comment-body",
            ".comment__content",
        ),
        author=(
            "[rel='schema:author'] [property='schema:name']",
            ".comment__author .username",
            ".comment__submitted .username",
            "[property='foaf:name']",
            ".username",
        ),
        date=("[property='schema:dateCreated']", ".comment__time", ".comment__submitted"),
        chrome="footer, .comment__meta, .comment__links, .links, .comment__title, "
        ".comment__permalink",
    ),
    Platform(  # Drupal 6 and 7
        name="drupal",
        signs=("submitted",),
        items="#comments div.comment, #comments article.comment, .comment-wrapper .comment",
        text=(".field-name-comment-body", ".content"),
        author=(".submitted .username", ".submitted"),
        date=(".submitted",),
        chrome=".links, .submitted, h3, .new, .user-picture",
    ),
    Platform(
        name="discourse",
        signs=("crawler-post", "topic-post"),
        items=".crawler-post, .topic-post",
        text=(".post[itemprop='text']", ".cooked", "[itemprop='text']", ".post"),
        author=("[itemprop='author'] [itemprop='name']", ".creator a", ".names .username"),
        date=("time.post-time[datetime]", ".relative-date[title]"),
        chrome=".crawler-post-meta, .crawler-linkback-list, .post-menu-area, .topic-meta-data",
        opening=True,
    ),
    Platform(
        name="xenforo",
        signs=("message--post",),
        items="article.message--post, .message--post[data-author]",
        identity=r"(?:js-)?(post-\d+)",
        text=(".message-body .bbWrapper", ".message-content .bbWrapper", ".bbWrapper"),
        date=(".message-attribution-main time[datetime]", "time.u-dt[datetime]"),
        author_attribute="data-author",
        chrome=".message-user, .message-attribution, .message-signature, .message-footer, "
        ".bbCodeBlock-expandLink",
        opening=True,
    ),
    Platform(  # XenForo 1
        name="xenforo",
        signs=("messagetext",),
        items="li.message[data-author]",
        text=(".messageText", ".messageContent"),
        date=(".DateTime[title]", ".DateTime"),
        author_attribute="data-author",
        chrome=".messageUserInfo, .messageMeta, .signature",
        opening=True,
    ),
    Platform(
        name="phpbb",
        signs=("postprofile", "postbody"),
        items="div.post[id^='p'], li.post[id^='p']",
        identity=r"(p\d+)",
        text=(".postbody .content", ".content"),
        author=(
            ".postprofile .username",
            ".author .username",
            ".author a[class*='username']",
            ".username, .username-coloured",
            ".author strong",
        ),
        date=(".author time[datetime]", "p.author"),
        chrome=".postprofile, .author, .post-buttons, .profile-icons, .signature, .notice, "
        ".back2top, h3",
        opening=True,
    ),
    Platform(
        name="vbulletin",
        signs=("post_message_",),
        items="li[id^='post_'], table[id^='post'], div[id^='post_'].postcontainer",
        identity=r"(post_?\d+)",
        text=("[id^='post_message_'] .postcontent", "[id^='post_message_']"),
        author=(".bigusername", ".username strong", "a.username", ".username"),
        date=(".postdate .date", ".date", ".thead"),
        chrome=".posthead, .userinfo, .postfoot, .signature, .thead, .postuserinfo, .after_content",
        opening=True,
    ),
    Platform(
        name="vbulletin",
        signs=("b-post",),
        items="li.b-post[data-node-id]",
        text=(".js-post__content-text", ".b-post__content"),
        author=(".author [itemprop='name']", ".author a", ".author"),
        date=("time[itemprop='dateCreated']", "time[datetime]"),
        id_attribute="data-node-id",
        opening=True,
    ),
    Platform(
        name="invision",
        signs=("cpost_contentwrap", "elcomment_", "ipscomment"),
        items="article[id^='elComment_'], div[id^='comment-'][id$='_wrap'], [data-commentid]",
        identity=r"(?:elComment_|comment-)(\d+)(?:_wrap)?",
        text=("[data-role='commentContent']", ".cPost_contentWrap"),
        author=(".cAuthorPane_author", ".ipsComment_author .ipsType_break", ".ipsComment_author"),
        date=("time[datetime]",),
        chrome=".cAuthorPane, .ipsComment_meta, .ipsComment_controls, .ipsItemControls, "
        "[data-role='memberSignature']",
        opening=True,
    ),
    Platform(
        name="bbpress",
        signs=("bbp-reply-content",),
        items=".bbp-body > div.reply, .bbp-body > div.topic, .bbp-body > .hentry, "
        "li.bbp-body .hentry, .bbp-reply[id^='post-'], .bbp-topic[id^='post-']",
        text=(".bbp-reply-content", ".bbp-topic-content"),
        author=(".bbp-author-name",),
        date=(".bbp-reply-post-date", ".bbp-topic-post-date"),
        chrome=".bbp-meta, .bbp-reply-author, .bbp-topic-author, .bbp-reply-header",
        opening=True,
    ),
    Platform(
        name="coral",
        signs=("coral-comment",),
        items=".coral-comment",
        text=(".coral-comment-content",),
        author=(".coral-comment-username",),
        date=(".coral-comment-timestamp[datetime]", ".coral-comment-timestamp"),
        chrome=".coral-comment-inReplyTo, .coral-comment-actionBar, .coral-comment-userTag, "
        ".coral-comment-topBar",
    ),
    Platform(
        name="viafoura",
        signs=("vf-comment-container",),
        items=".vf-comment-container",
        id_attribute="data-id",
    ),
    Platform(  # item classes from memory
        name="openweb",
        signs=("spcv_message-stack", "data-spot-im-class", "spcv_root-message"),
        items=".spcv_message-stack, [data-spot-im-class='message-view'], "
        ".spcv_root-message, .spcv_children-list > li",
        text=("[data-spot-im-class='message-text']", "[class*='spcv_messageEntities']"),
        author=("[data-spot-im-class='message-username']", "[class*='spcv_username']"),
        date=("[data-spot-im-class='message-timestamp']", "time"),
    ),
    Platform(
        name="facebook",
        signs=("fbfeedbackpost",),
        items=".fbFeedbackPost",
        text=(".postText",),
        author=(".profileName",),
        date=("abbr[title]", ".timestamp"),
        chrome=".postActions, .fsm, .uiUfi",
    ),
    Platform(
        name="livefyre",
        signs=("fyre-comment", "lf_comment_container"),
        items="article.fyre-comment-article, .lf_comment_container",
        text=(".fyre-comment", ".lf_body"),
        author=(".fyre-comment-username", ".lf_author, .lf_profile_name"),
        date=(".fyre-comment-date",),
    ),
    Platform(
        name="stackexchange",
        signs=("comment-copy",),
        items="li.js-comment, li.comment[data-comment-id], tr.comment[id^='comment-']",
        text=(".comment-copy",),
        author=(".comment-user",),
        date=(".comment-date span[title]", ".comment-date"),
        id_attribute="data-comment-id",
    ),
    Platform(
        name="reddit",
        signs=("shreddit-comment",),
        items="shreddit-comment",
        text=("[slot='comment']",),
        author_attribute="author",
        date=("time[datetime]",),
        id_attribute="thingid",
        parent_attribute="parentid",
        depth_attribute="depth",
    ),
    Platform(
        name="reddit",
        signs=("usertext-body",),
        items=".thing.comment",
        text=(".usertext-body .md",),
        author_attribute="data-author",
        author=(".tagline .author", ".author"),
        date=(".tagline time[datetime]", "time[datetime]"),
        id_attribute="data-fullname",
        chrome=".tagline, .flat-list, .midcol, .parent",
    ),
    Platform(
        name="hackernews",
        signs=("comtr", "commtext"),
        items="tr.comtr",
        text=(".commtext",),
        author=(".hnuser",),
        date=(".age[title]", ".age"),
        chrome=".reply, .comhead, .navs",
        depth_from=(".ind img", "width", 40),
    ),
    Platform(
        name="lwn",
        signs=("commentbox",),
        items=".CommentBox",
        text=(".FormattedComment",),
        author=(".CommentPoster b",),
        date=(".CommentPoster",),
        chrome=".CommentPoster, .CommentTitle, .CommentReplyButton, summary",
    ),
    Platform(
        name="slashdot",
        signs=("comment_body_",),
        items="li[id^='tree_']",
        text=("[id^='comment_body_']",),
        author=(".by a", ".by"),
        date=(".otherdetails",),
        chrome=".title, .details, .commentSub, .commentTop",
    ),
    Platform(
        name="jomcomment",
        signs=("jc_commentsdiv",),
        items="#jc_commentsDiv > div[id^='pc_']",
        text=(".comment-text",),
    ),
    Platform(
        name="jcomments",
        signs=("comment-item-",),
        items=".comments-list [id^='comment-item-'], #comments-list [id^='comment-item-']",
        identity=r"(comment-item-\d+)",
        text=("[id^='comment-body-']", ".comment-body"),
        chrome=".comments-buttons, .comments-vote, .comment-anchor",
    ),
    Platform(
        name="microdata",
        signs=("itemtype",),
        items="[itemtype*='schema.org/comment' i], [itemtype*='schema.org/usercomment' i]",
    ),
    Platform(
        name="wordpress",
        signs=(),
        items=(
            "[id^='comment-'], li[id^='li-comment-'], div[id^='div-comment-'], "
            ".commentlist > li, .comment-list > li, .wp-block-comment-template > li, "
            "li.comment, div.comment, article.comment, section.comment, li.pingback, "
            "li.trackback, div.pingback, div.trackback"
        ),
        identity=_WORDPRESS_ID,
        classes=("comment", "pingback", "trackback"),
    ),
)

#: Markup of no known platform: the common parts only.
UNKNOWN = Platform(name="", signs=(), items="")

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
)
