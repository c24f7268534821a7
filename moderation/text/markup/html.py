"""Plain text of comment and article bodies in exports, which are HTML or nearly plain text.

This module deliberately uses no HTML parser. The bodies are fragments that a platform has already
sanitised, and there are millions of them. A tree builder takes quadratic time on a body of only
opening tags (measured with lexbor), while one pass over the tags is linear for any input.
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
"""Tags that separate words but not paragraphs."""

HIDDEN = frozenset({
    "!--", "audio", "canvas", "iframe", "noscript", "object", "script", "style", "svg", "template",
    "video",
})  # fmt: skip
"""Elements whose content is not shown as text; "!--" is an HTML comment."""

# A name, then attributes whose quoted values may contain ">". The pattern is applied only to the
# text up to the next "<", so an unclosed quote costs no more than that text. Possessive quantifiers
# prevent backtracking, so an unclosed tag takes linear time.
_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]*+)((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>")
_SLOPPY_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]*+)([^>]*+)>")
# A character reference with more digits than the largest code point.
_LONG_NUMBER = re.compile(r"&#([0-9]{8,})")
_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SHORTCODE = re.compile(
    r"\[/?(?:wp_)?(?:caption|gallery|audio|video|embed|playlist)(?:\s[^\[\]]*+)?\]"
)


def html_to_text(body: str, *, breaks: bool = False) -> str:
    """Return the text of an HTML fragment, with its paragraphs joined by newlines.

    Parameters
    ----------
    body
        The fragment; it may be plain text without any markup.
    breaks
        Whether line breaks in the source are line breaks of the text, as in WordPress bodies,
        which get their paragraphs only on display. Without block tags, they always are.

    Returns
    -------
    str
        The words as written, with entities resolved and white space reduced to single spaces and
        the newlines between paragraphs. Text that is not a tag ("5 < 6", "<3") stays.
    """
    if "<" not in body:
        return paragraphs(unescaped(body))
    pieces, has_blocks = _pieces(body)
    breaks = breaks or not has_blocks
    return paragraphs(
        "".join(text if breaks or keeps else _BREAK.sub(" ", text) for text, keeps in pieces)
    )


def unescaped(text: str) -> str:
    r"""Resolve all entities of `text`.

    The standard library's function raises an error for a number of more than 4,300 digits; HTML
    reads any number that is too large as U+FFFD.

    >>> unescaped("&lt;3 &#x27;&#" + "0" * 5000 + "65; &#" + "9" * 5000 + ";")
    "<3 'A \ufffd"
    """
    if "&" not in text:
        return text
    return html.unescape(_LONG_NUMBER.sub(_shorter_number, text))


def _shorter_number(found: re.Match[str]) -> str:
    # Eight digits without a leading 0 are already too large, as the whole number is.
    return "&#" + (found[1].lstrip("0")[:8] or "0")


def plain_line(markup: str) -> str:
    """Return a title or name as one line of text. Disqus escapes titles twice."""
    return " ".join(unescaped(html_to_text(markup)).split())


def without_shortcodes(body: str) -> str:
    """Remove WordPress shortcodes ([caption ...], [gallery ...]), but keep their content."""
    return _SHORTCODE.sub(" ", body) if "[" in body else body


def paragraphs(text: str) -> str:
    """Return a text without empty lines, and with single blanks."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line).replace("\x00", "")


class _Tag(NamedTuple):
    """A tag, or an HTML comment with the name "!--", and the text after it."""

    name: str
    closing: bool
    after: str


def _pieces(body: str) -> tuple[list[tuple[str, bool]], bool]:
    """Split `body` into texts with flags for kept line breaks; also return if it has blocks."""
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
    """Parse the text after one "<", inside the element `hidden` if any; None if it is no tag."""
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
