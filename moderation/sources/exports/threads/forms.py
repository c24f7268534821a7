"""Where each source keeps what a comment consists of, and how a source is recognised.

A path is the names of nested fields, joined by dots; 0 is the first of a list. Several paths are
alternatives: the first that holds something counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

Paths = tuple[str, ...]


class ArticlePaths(NamedTuple):
    """Where an article's fields are."""

    id: Paths = ()
    title: Paths = ()
    text: Paths = ()
    author: Paths = ()
    published: Paths = ()
    url: Paths = ()


class Form(NamedTuple):
    """Where the answers of one source keep comments.

    Attributes
    ----------
    lists
        The lists of comments in a document. A document without any of them is a comment itself,
        if `alone` says so.
    id, text, parent, author, published
        The fields of a comment.
    key
        The field that `parent` names, if it is not the id.
    replies
        The list of replies within a comment.
    gone
        The fields that say of a comment that it is deleted: they are true, or a time.
    of_document, of_comment
        The article of a document, and of one comment.
    is_article
        A field and its value that mark the article among the comments.
    large
        The list that is read object by object because documents have any length.
    alone
        Whether a document may be a single comment.
    """

    lists: Paths
    id: Paths
    text: Paths
    parent: Paths
    author: Paths
    published: Paths
    key: Paths = ()
    replies: Paths = ()
    gone: Paths = ()
    of_document: ArticlePaths = ArticlePaths()
    of_comment: ArticlePaths = ArticlePaths()
    is_article: tuple[str, object] | None = None
    large: str = ""
    alone: bool = False


#: The forms of the sources, by the names of their formats.
FORMS: Mapping[str, Form] = MappingProxyType({
    "commento": Form(
        lists=("comments",), large="comments", id=("commentHex",), text=("html", "markdown"),
        parent=("parentHex",), author=("commenterName",), published=("creationDate",),
        gone=("deleted",),
        of_comment=ArticlePaths(id=("path", "url"), url=("url",)),
    ),
    "discourse": Form(
        lists=("post_stream.posts", "latest_posts"), id=("id",), text=("cooked", "raw"),
        key=("post_number",), parent=("reply_to_post_number",), author=("name", "username"),
        published=("created_at",), gone=("user_deleted", "deleted_at", "action_code"),
        of_document=ArticlePaths(id=("id",), title=("title",), published=("created_at",)),
        of_comment=ArticlePaths(id=("topic_id",), title=("topic_title",), text=("cooked", "raw"),
                                author=("name", "username"), published=("created_at",)),
        is_article=("post_number", 1), alone=True,
    ),
    "disqus-api": Form(
        lists=("response",), id=("id",), text=("message", "raw_message"), parent=("parent",),
        author=("author.name", "author.username"), published=("createdAt",),
        gone=("isDeleted", "isSpam"),
        of_comment=ArticlePaths(id=("thread.id", "thread"), title=("thread.title",),
                                url=("thread.link",)),
        alone=True,
    ),
    "ghost": Form(
        lists=("comments",), id=("id",), text=("html",), parent=("parent_id", "in_reply_to_id"),
        author=("member.name",), published=("created_at",), replies=("replies",),
        of_comment=ArticlePaths(id=("post_id", "post.id"), title=("post.title",),
                                url=("post.url",)),
    ),
    "hacker-news": Form(
        lists=("children", "hits"), id=("id", "objectID"), text=("text", "comment_text"),
        parent=("parent_id", "parent"), author=("author", "by"),
        published=("created_at", "time"), replies=("children",), gone=("deleted", "dead"),
        of_document=ArticlePaths(id=("id",), title=("title",), text=("text",), author=("author",),
                                 published=("created_at",), url=("url",)),
        of_comment=ArticlePaths(id=("story_id", "id"), title=("story_title", "title"),
                                text=("text",), author=("by",), published=("time",),
                                url=("story_url", "url")),
        is_article=("type", "story"), alone=True,
    ),
    "mastodon": Form(
        lists=("ancestors", "descendants"), id=("id",), text=("content",),
        parent=("in_reply_to_id",), author=("account.display_name", "account.acct"),
        published=("created_at",), alone=True,
        of_document=ArticlePaths(id=("descendants.0.in_reply_to_id",)),
    ),
    "reddit": Form(
        lists=("data.children",), id=("id",), text=("body", "selftext"), parent=("parent_id",),
        author=("author",), published=("created_utc",), replies=("replies.data.children",),
        of_comment=ArticlePaths(id=("link_id", "id"), title=("link_title", "title"),
                                text=("selftext",), author=("author",),
                                published=("created_utc",), url=("link_permalink", "url")),
        is_article=("kind", "t3"), alone=True,
    ),
    "remark42": Form(
        lists=("comments",), id=("id",), text=("text", "orig"), parent=("pid",),
        author=("user.name",), published=("time",), gone=("delete", "deleted"),
        of_comment=ArticlePaths(id=("locator.url",), title=("title",), url=("locator.url",)),
        alone=True,
    ),
    "youtube": Form(
        lists=("comments",), large="comments", id=("id",), text=("text",), parent=("parent",),
        author=("author",), published=("timestamp",),
        of_document=ArticlePaths(id=("id",), title=("title", "fulltitle"), text=("description",),
                                 author=("channel", "uploader"), url=("webpage_url",)),
    ),
})  # fmt: skip


def sniff_thread(keys: Mapping[str, set[str]], text: str) -> str | None:
    """Return the source of a JSON answer, or None.

    Parameters
    ----------
    keys
        The keys of its first object, each with the keys of an object within.
    text
        Its beginning.
    """
    names = keys.keys()
    for fmt, wanted, inside in _MARKS:
        if wanted <= names and all(f'"{each}"' in text for each in inside):
            return fmt
    if "kind" in names and "children" in keys.get("data", ()):
        return "reddit"
    return None


_MARKS: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = tuple(
    (fmt, frozenset(wanted.split()), tuple(inside.split()))
    for fmt, wanted, inside in (
        ("disqus-api", "response code", ""),
        ("disqus-api", "response cursor", ""),
        ("disqus-api", "raw_message thread", ""),
        ("commento", "comments", "commentHex"),
        ("discourse", "post_stream", ""),
        ("discourse", "latest_posts", "cooked"),
        ("discourse", "cooked topic_id", ""),
        ("ghost", "comments", "html member"),
        ("hacker-news", "children story_id parent_id", ""),
        ("hacker-news", "hits", "comment_text story_id"),
        ("hacker-news", "by time type id", ""),
        ("mastodon", "ancestors descendants", ""),
        ("mastodon", "ancestors", "in_reply_to_id"),
        ("mastodon", "in_reply_to_id content account", ""),
        ("reddit", "body link_id parent_id", ""),
        ("remark42", "version users posts", ""),
        ("remark42", "locator pid text", ""),
        ("youtube", "id title formats", ""),
        ("youtube", "id title comments", "author_thumbnail"),
    )
)
