"""Where each source keeps what a comment consists of, and how a source is recognised.

A path is the names of nested fields, joined by dots; 0 is the first of a list. Several paths are
alternatives: the first that holds something counts.
"""

from __future__ import annotations

import re
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


class People(NamedTuple):
    """A list of people behind the comments, which name them by a key."""

    listed: str
    key: Paths
    name: Paths
    of_comment: Paths


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
    people
        The list that has the names of authors, if comments only have keys of them.
    roots
        What stands in place of a parent if there is none.
    numbered
        Whether comments may lack ids, and get their numbers; such comments may be bare texts.
    rich
        Whether texts may be documents of an editor: paragraphs and texts as nested objects.
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
    people: People | None = None
    roots: frozenset[str] = frozenset({"", "0", "root"})
    numbered: bool = False
    rich: bool = False


#: The forms of the sources, by the names of their formats.
FORMS: Mapping[str, Form] = MappingProxyType({
    "commento": Form(
        lists=("comments",), large="comments", id=("commentHex",), text=("html", "markdown"),
        parent=("parentHex",), author=(), published=("creationDate",), gone=("deleted",),
        of_comment=ArticlePaths(id=("path", "url"), url=("url",)),
        people=People("commenters", ("commenterHex",), ("name",), ("commenterHex",)),
    ),
    "cusdis": Form(
        lists=("data.data", "data.comments.data"), id=("id",), text=("parsedContent", "content"),
        parent=("parentId",), author=("by_nickname", "moderator.displayName"),
        published=("createdAt",), replies=("replies.data",), gone=("deletedAt",), alone=True,
        of_comment=ArticlePaths(id=("page.id", "pageId", "page.slug"), title=("page.title",),
                                url=("page.url",)),
    ),
    "diffbot": Form(
        lists=("objects.0.discussion.posts", "objects.0.posts"), id=("id",),
        text=("text", "html"), parent=("parentId",), author=("author",), published=("date",),
        roots=frozenset({""}),
        of_document=ArticlePaths(id=("objects.0.pageUrl",), title=("objects.0.title",),
                                 text=("objects.0.text",), author=("objects.0.author",),
                                 published=("objects.0.date",), url=("objects.0.pageUrl",)),
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
        lists=("comments",), id=("id",), text=("html",), parent=("in_reply_to_id", "parent_id"),
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
    "hyvor": Form(
        lists=("comments",), large="comments", id=("id",), text=("body", "body_html"),
        parent=("parent_id",), author=("user.name", "user.username", "guest_name"),
        published=("created_at",), rich=True,
        of_comment=ArticlePaths(id=("page.id", "page.identifier", "page.url"),
                                title=("page.title",), url=("page.url",)),
    ),
    "mastodon": Form(
        lists=("ancestors", "descendants"), id=("id",), text=("content",),
        parent=("in_reply_to_id",), author=("account.display_name", "account.acct"),
        published=("created_at",), alone=True,
        of_document=ArticlePaths(id=("descendants.0.in_reply_to_id",)),
    ),
    "nested": Form(
        lists=("comments",), id=("id",), text=("text", "body", "content", "message", "comment"),
        parent=("parent_id", "parent"), author=("author", "author.name", "user.name", "name"),
        published=("published", "created_at", "created", "date"),
        replies=("replies", "children", "comments"), numbered=True,
        of_document=ArticlePaths(
            id=("article.id", "id", "article.url", "url"), title=("article.title", "title"),
            text=("article.text", "text"), url=("article.url", "url"),
        ),
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
    "talk4": Form(
        lists=(), id=("id",), text=("body",), parent=("parent_id",), author=("author_id",),
        published=("created_at",), gone=("deleted_at",), alone=True,
        of_comment=ArticlePaths(id=("asset_id",)),
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
    # A comment of our own may have a list of comments as well; an article has a title.
    nested = "comments" in names and ("text" not in names or "title" in names)
    return "nested" if nested and _LISTED.search(text) else None


_LISTED = re.compile(r'"comments"\s*+:\s*+\[\s*+[{"\]]')


_MARKS: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = tuple(
    (fmt, frozenset(wanted.split()), tuple(inside.split()))
    for fmt, wanted, inside in (
        ("disqus-api", "response code", ""),
        ("disqus-api", "response cursor", ""),
        ("disqus-api", "raw_message thread", ""),
        ("commento", "comments", "commentHex"),
        ("cusdis", "data", "by_nickname createdAt content"),
        ("cusdis", "by_nickname content id", ""),
        ("diffbot", "request objects", "posts"),
        ("discourse", "post_stream", ""),
        ("discourse", "latest_posts", "cooked"),
        ("discourse", "cooked topic_id", ""),
        ("ghost", "comments", "html member"),
        ("hyvor", "comments", "page user body"),
        ("hacker-news", "children story_id parent_id", ""),
        ("hacker-news", "hits", "comment_text story_id"),
        ("hacker-news", "by time type id", ""),
        ("mastodon", "ancestors descendants", ""),
        ("mastodon", "ancestors", "in_reply_to_id"),
        ("mastodon", "in_reply_to_id content account", ""),
        ("reddit", "body link_id parent_id", ""),
        ("remark42", "version users posts", ""),
        ("remark42", "locator pid text", ""),
        ("talk4", "body asset_id author_id", ""),
        ("youtube", "id title formats", ""),
        ("youtube", "id title comments", "author_thumbnail"),
    )
)
