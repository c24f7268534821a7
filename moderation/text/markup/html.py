"""The text of a comment or article body as an export holds it: HTML, or nearly plain text.

An HTML parser is not used here on purpose. The bodies are fragments that a platform has already
sanitised, there are millions of them, and a tree builder takes quadratic time on a body of
nothing but opening tags (measured with lexbor); one pass over the tags is linear whatever comes.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul",
})  # fmt: skip
"""Tags that begin and end a paragraph."""

CELLS = frozenset({"td", "th"})
"""Tags that part words but not paragraphs."""

HIDDEN = frozenset({
    "!--", "audio", "canvas", "iframe", "noscript", "object", "script", "style", "svg", "template",
    "video",
})  # fmt: skip
"""Elements whose content nobody reads as text; "!--" stands for a comment."""

# One name, then attributes whose quoted values may hold ">". It is tried only on the stretch up
# to the next "<", so a quote that never closes costs no more than that stretch. Nothing that was
# matched is given back: a tag that never closes takes linear time.
_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]*+)((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>")
_SLOPPY_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]*+)([^>]*+)>")
# The number of a character with more digits than the largest one has.
_LONG_NUMBER = re.compile(r"&#([0-9]{8,})")
_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SHORTCODE = re.compile(
    r"\[/?(?:wp_)?(?:caption|gallery|audio|video|embed|playlist)(?:\s[^\[\]]*+)?\]"
)


def html_to_text(body: str, *, breaks: bool = False) -> str:
    """Give the text of an HTML fragment, its paragraphs joined by a newline.

    Parameters
    ----------
    body
        The fragment; plain text without any markup is a fragment too.
    breaks
        Whether a line break of the source is one of the text, as in a WordPress body, whose
        paragraphs are made only when it is shown. Without markup of paragraphs it always is.

    Returns
    -------
    str
        The words as written, entities resolved; white space is one blank, or the newline
        between two paragraphs. What is not a tag ("5 < 6", "<3") stays.
    """
    if "<" not in body:
        return _paragraphs(unescaped(body))
    pieces, has_blocks = _pieces(body)
    breaks = breaks or not has_blocks
    return _paragraphs(
        "".join(text if breaks or keeps else _BREAK.sub(" ", text) for text, keeps in pieces)
    )


def unescaped(text: str) -> str:
    r"""Resolve the entities of `text`, whatever they hold.

    The standard library's function raises an error for a number of more than 4,300 digits; HTML
    reads any number that is too large as U+FFFD.

    >>> unescaped("&lt;3 &#x27;&#" + "0" * 5000 + "65; &#" + "9" * 5000 + ";")
    "<3 'A \ufffd"
    """
    if "&" not in text:
        return text
    return html.unescape(_LONG_NUMBER.sub(_shorter_number, text))


def _shorter_number(found: re.Match[str]) -> str:
    # Eight digits that do not begin with 0 are too large, as all of them together are.
    return "&#" + (found[1].lstrip("0")[:8] or "0")


def plain_line(markup: str) -> str:
    """Give a title or a name as one line of text; Disqus escapes titles twice."""
    return " ".join(unescaped(html_to_text(markup)).split())


def without_shortcodes(body: str) -> str:
    """Remove WordPress's own bracket codes ([caption ...], [gallery ...]), not what they hold."""
    return _SHORTCODE.sub(" ", body) if "[" in body else body


def _paragraphs(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line).replace("\x00", "")


class _Tag(NamedTuple):
    """What follows one "<": a tag, or a comment, whose name is then "!--"; and the text after."""

    name: str
    closing: bool
    after: str


def _pieces(body: str) -> tuple[list[tuple[str, bool]], bool]:
    """Cut `body` into texts, each with whether its line breaks count, and say if it has blocks."""
    first, *stretches = body.split("<")
    pieces = [(unescaped(first), False)]
    has_blocks = False
    hidden = ""  # the element, or the comment, whose content is being passed over
    preformatted = False
    for stretch in stretches:
        tag = _tag(stretch, hidden)
        if hidden:
            if tag is None or tag.name != hidden or not tag.closing:
                continue
            hidden = ""
        elif tag is None:
            pieces.append((unescaped("<" + stretch), preformatted))
            continue
        elif tag.name in HIDDEN and not tag.closing:
            hidden = tag.name
            continue
        if tag.name in BLOCKS:
            has_blocks = True
            pieces.append(("\n", True))
            if tag.name == "pre":
                preformatted = not tag.closing
        elif tag.name in CELLS:
            pieces.append((" ", True))
        pieces.append((unescaped(tag.after), preformatted))
    return pieces, has_blocks


def _tag(stretch: str, hidden: str) -> _Tag | None:
    """Read what follows one "<", within the element `hidden` if any; None where it is text."""
    if hidden == "!--" or (not hidden and stretch.startswith("!--")):
        _, end, after = stretch.partition("-->")
        return _Tag("!--", bool(end), after)
    if not hidden and stretch.startswith(("!", "?")):
        _, end, after = stretch.partition(">")
        return _Tag("!", True, after) if end else None
    found = _TAG.match(stretch) or _SLOPPY_TAG.match(stretch)
    if found is None:
        return None
    closing = bool(found[1]) or found[3].endswith("/")
    return _Tag(found[2].lower(), closing, stretch[found.end() :])
