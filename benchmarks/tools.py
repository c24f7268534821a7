"""The separator and the tools it is measured beside, each behind the same small face."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec


@dataclass
class Separation:
    """What a tool makes of a page; tools that give one text of comments give one item a paragraph.

    Attributes
    ----------
    article
        Text of the article.
    texts, depths, parents
        The comments in order; a parent is a place in the list.
    names
        Author and date of the comments, where the tool tells them apart from the text.
    """

    article: str
    texts: list[str]
    depths: list[int]
    parents: list[int | None]
    names: list[str]

    @classmethod
    def flat(cls, article: str, texts: list[str]) -> Separation:
        """Build it for a tool that knows no threads."""
        return cls(article, texts, [1] * len(texts), [None] * len(texts), [])


def moderation(page: str) -> Separation:
    """Run this package."""
    from moderation.errors import InputError
    from moderation.pages import separate

    try:
        got = separate(page)
    except InputError:
        return Separation.flat("", [])
    places = {comment.id: place for place, comment in enumerate(got.comments)}
    return Separation(
        article=f"{got.article.title}\n{got.article.text}",
        texts=[comment.text for comment in got.comments],
        depths=[comment.depth for comment in got.comments],
        parents=[places.get(comment.parent_id or "") for comment in got.comments],
        names=[f"{c.author or ''} {c.published or ''}" for c in got.comments],
    )


def trafilatura_with_comments(page: str) -> Separation:
    """Run trafilatura: its article and its comments, a paragraph an item."""
    import trafilatura

    found = trafilatura.bare_extraction(page, include_comments=True)
    if found is None:
        return Separation.flat("", [])
    comments = (found.comments or "").split("\n")
    return Separation.flat(found.text or "", [text for text in comments if text.strip()])


def trafilatura_without_comments(page: str) -> Separation:
    """Run trafilatura: its article, comments cut."""
    import trafilatura

    found = trafilatura.bare_extraction(page, include_comments=False)
    return Separation.flat("" if found is None else found.text or "", [])


def resiliparse(page: str) -> Separation:
    """Run Resiliparse: its main content; the comments are what it drops when told to drop them."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(page)
    with_comments = extract_plain_text(tree, main_content=True, comments=True)
    without = extract_plain_text(tree, main_content=True, comments=False)
    lines = Counter(line.strip() for line in with_comments.split("\n"))
    lines -= Counter(line.strip() for line in without.split("\n"))
    return Separation.flat(without, [line for line in lines.elements() if line])


def resiliparse_article(page: str) -> Separation:
    """Run one call of Resiliparse's extraction, for the comparison of times."""
    from resiliparse.extract.html2text import extract_plain_text

    return Separation.flat(extract_plain_text(page, main_content=True, comments=False), [])


def readability(page: str) -> Separation:
    """Run readability-lxml: its article."""
    import lxml.html
    from readability import Document

    try:
        summary = Document(page).summary()
        return Separation.flat(lxml.html.fromstring(summary).text_content(), [])
    except (ValueError, lxml.etree.LxmlError, TypeError):
        return Separation.flat("", [])


def naive_cut(page: str) -> Separation:
    """Cut every element with "comment" in class or id; the rest of the body is the article.

    Elements that hold most of the page speak of comments without being them and stay.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(page)
    for node in tree.css("script, style, noscript, head, form"):
        node.decompose()
    if tree.body is None:
        return Separation.flat("", [])
    most = 0.8 * len(tree.body.text())
    hinted = {
        node.mem_id: node
        for node in tree.css("body [class*=comment i], body [id*=comment i]")
        if len(node.text()) <= most
    }
    outermost = []
    for node in hinted.values():
        above = node.parent
        while above is not None and above.mem_id not in hinted:
            above = above.parent
        if above is None:
            outermost.append(node)
    texts = [node.text(separator=" ") for node in outermost]
    for node in outermost:
        node.decompose()
    return Separation.flat(tree.body.text(separator=" "), texts)


_TOOLS: dict[str, tuple[str, Callable[[str], Separation]]] = {
    "moderation": ("moderation", moderation),
    "trafilatura": ("trafilatura", trafilatura_with_comments),
    "trafilatura-article": ("trafilatura", trafilatura_without_comments),
    "resiliparse": ("resiliparse", resiliparse),
    "resiliparse-article": ("resiliparse", resiliparse_article),
    "readability": ("readability", readability),
    "naive-cut": ("selectolax", naive_cut),
}


def html_tools(only: list[str] | None = None) -> dict[str, Callable[[str], Separation]]:
    """Find the tools that are installed, by name; the absent ones are named on standard error."""
    found = {}
    for name, (module, tool) in _TOOLS.items():
        if only is not None and name not in only:
            continue
        if find_spec(module) is None:
            print(f"absent: {name} (pip install {module})", file=sys.stderr)
            continue
        found[name] = tool
    return found
