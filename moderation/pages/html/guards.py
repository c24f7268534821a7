"""Simplify markup that would slow the parser down, before the page is parsed."""

from __future__ import annotations

import re

#: The deepest nesting kept, in elements; deeper elements are moved up to this level. Chromium's
#: parser has the same limit. Without one, 100,000 open elements take the parser quadratic time.
MAX_DEPTH = 512
#: A page with fewer tags than this cannot slow the parser down by nesting.
_FEW_TAGS = 20_000
#: A page with fewer characters than this cannot slow the parser down by one long tag.
_LONG_PAGE = 200_000

#: Elements that open no level of nesting: void elements, and those with an optional end tag.
_FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr "
    "option".split()
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})")
#: A longer start tag is a picture written into the page, or an attack on the parser, which takes
#: quadratic time for 100,000 attributes.
_LONG_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]{0,30})([^<>]{20000,})")
_KEPT_ATTRIBUTE = re.compile(r"""\s(class|id)\s?=\s?("[^"]{0,500}"|'[^']{0,500}')""")


def _shorten(tag: re.Match[str]) -> str:
    kept = _KEPT_ATTRIBUTE.findall(tag[2][:10_000])
    return f"<{tag[1]} " + " ".join(f"{name}={value}" for name, value in kept)


def _depth(html: str) -> int:
    """Measure the deepest nesting, without the copies of the page that flattening makes."""
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        closing, name = tag.groups()
        if name.lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _flatten(html: str) -> str:
    """Move markup nested deeper than `MAX_DEPTH` up to that level."""
    depth = excess = 0

    def level(tag: re.Match[str]) -> str:
        nonlocal depth, excess
        closing, name = tag.groups()
        if name.lower() in _FLAT:
            return tag.group()
        if closing:
            if excess:
                excess -= 1
                return "<wbr "
            depth = max(0, depth - 1)
        elif depth >= MAX_DEPTH:
            excess += 1
            return "<wbr "
        else:
            depth += 1
        return tag.group()

    return _TAG.sub(level, html)


def tame(html: str) -> str:
    """Return a page that parses in time linear in its length.

    Markup nested too deeply is moved up, and giant start tags keep only their class and id.
    Ordinary pages are returned unchanged.
    """
    if html.count("<") > _FEW_TAGS and _depth(html) > MAX_DEPTH:
        html = _flatten(html)
    if len(html) > _LONG_PAGE:
        html = _LONG_TAG.sub(_shorten, html)
    return html
