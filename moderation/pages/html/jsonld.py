"""Read the comments and the article that a page states as linked data (schema.org JSON-LD)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from moderation.pages.html.items import HtmlItem
from moderation.pages.html.tree import Tree

_COMMENTS = frozenset({"Comment", "UserComments"})
_ARTICLES = frozenset(
    {
        "Article", "NewsArticle", "BlogPosting", "Report", "ReportageNewsArticle",
        "OpinionNewsArticle", "AnalysisNewsArticle", "LiveBlogPosting", "SocialMediaPosting",
        "DiscussionForumPosting", "TechArticle", "ScholarlyArticle", "ReviewNewsArticle",
    }
)  # fmt: skip
#: The most nodes that are read; no real page states as many.
_MAX_NODES = 200_000

Node = dict[str, Any]


class Stated(msgspec.Struct):
    """What a page states about itself.

    Attributes
    ----------
    items
        Its comments in order; parents are indexes into this list.
    count
        The number of comments that it declares.
    title, author, published
        The title, author and date of the article.
    """

    items: list[HtmlItem] = []
    count: int | None = None
    title: str = ""
    author: str | None = None
    published: str | None = None


def read_linked_data(scripts: Sequence[str]) -> Stated:
    """Read the JSON-LD scripts of a page; invalid JSON is ignored."""
    roots = []
    for script in scripts:
        try:
            roots.append(msgspec.json.decode(script.strip().rstrip(";")))
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            continue
    if not roots:
        return Stated()
    found = list(_nodes(roots))
    by_id: dict[str, Node] = {}
    for node, _ in found:
        if isinstance(node.get("@id"), str) and len(node) > 1:  # A lone @id is a reference.
            by_id.setdefault(node["@id"], node)
    stated = Stated()
    comments = [
        (node, above)
        for node, above in found
        if _types(node) & _COMMENTS and _text(node.get("text") or node.get("commentText"))
    ]
    places: dict[int, int] = {}
    keys: dict[str, int] = {}
    for node, above in comments:
        key = _key(node)
        if key and key in keys:
            continue
        places[id(node)] = len(stated.items)
        if key:
            keys[key] = len(stated.items)
        stated.items.append(_item(node, by_id))
        parent = places.get(id(above))
        named = node.get("parentItem")
        if parent is None and isinstance(named, dict):
            parent = keys.get(_key(named))
        if parent is not None and parent < len(stated.items) - 1:
            stated.items[-1].parent = parent
            stated.items[-1].depth = stated.items[parent].depth + 1
    for node, _ in found:
        if _types(node) & _ARTICLES:
            _read_article(node, by_id, stated)
    return stated


def _nodes(roots: Sequence[Any]) -> Iterator[tuple[Node, Node | None]]:
    """Yield all nodes in page order, each with the node around it."""
    stack: list[tuple[Any, Node | None]] = [(root, None) for root in reversed(roots)]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        value, above = stack.pop()
        if isinstance(value, list):
            stack.extend((inner, above) for inner in reversed(value))
        elif isinstance(value, dict):
            yield value, above
            inner = [v for v in value.values() if isinstance(v, dict | list)]
            stack.extend((v, value) for v in reversed(inner))


def _types(node: Node) -> set[str]:
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return {k.rsplit("/", 1)[-1] for k in kinds if isinstance(k, str)}


def _key(node: Node) -> str:
    for name in ("@id", "url", "identifier"):
        value = node.get(name)
        if isinstance(value, str | int) and value != "":
            return str(value)
    return ""


def _item(node: Node, by_id: dict[str, Node]) -> HtmlItem:
    key = _key(node)
    published = node.get("dateCreated") or node.get("datePublished") or node.get("commentTime")
    return HtmlItem(
        place=0,
        end=0,
        native_id=key.rsplit("#", 1)[-1].rstrip("/").rsplit("/", 1)[-1],
        lines=_text(node.get("text") or node.get("commentText")).split("\n"),
        author=_name(node.get("author") or node.get("creator"), by_id),
        date=published if isinstance(published, str) and published else None,
    )


def _text(value: Any) -> str:
    """Return the plain text of a text property, which may hold markup."""
    if not isinstance(value, str):
        return ""
    if "<" in value or "&" in value:
        tree = Tree(value)
        return tree.text(0) if len(tree) else ""
    return "\n".join(line for part in value.split("\n") if (line := " ".join(part.split())))


def _name(value: Any, by_id: dict[str, Node]) -> str | None:
    """Return the name of an author: a text, a node, a reference, or the first of several."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            name = value.get("name")
            value = name if name else by_id.get(str(value.get("@id")), {}).get("name")
        else:
            break
    name = " ".join(value.split()) if isinstance(value, str) else ""
    return name if 0 < len(name) <= 120 and "://" not in name else None


def _read_article(node: Node, by_id: dict[str, Node], stated: Stated) -> None:
    title = node.get("headline") or node.get("name")
    if isinstance(title, str) and not stated.title:
        stated.title = " ".join(title.split())
    stated.author = stated.author or _name(node.get("author"), by_id)
    published = node.get("datePublished")
    if isinstance(published, str) and published and not stated.published:
        stated.published = published
    count = node.get("commentCount")
    if stated.count is None and isinstance(count, int | str) and str(count).isdecimal():
        stated.count = min(int(str(count)[:9]), 10**9)
