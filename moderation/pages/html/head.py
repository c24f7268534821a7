"""What a page states about itself apart from its visible content."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

_HEAD = "title, meta[content], link[rel~='prev' i], script[type='application/ld+json' i]"
_SPACE = re.compile(r"\s+")


class Head:
    """What a page states about itself: title, meta elements, linked data.

    Attributes
    ----------
    title
        The text of the page's title element.
    meta
        Contents of the meta elements by lower-case name or property; the first of each is kept.
    linked_data
        Raw texts of the JSON-LD scripts.
    later_page
        Whether the page names a previous page, as the later pages of a thread do.
    """

    def __init__(self, parser: LexborHTMLParser) -> None:
        self.title = ""
        self.meta: dict[str, str] = {}
        self.later_page = False
        self.linked_data: list[str] = []
        titled = False
        for node in parser.css(_HEAD):  # Each query searches the whole page, so there is one.
            tag = node.tag
            if tag == "meta":
                marks = node.attributes
                name = marks.get("property") or marks.get("name") or marks.get("itemprop")
                if name and (content := marks.get("content")):
                    self.meta.setdefault(name.lower(), content)
            elif tag == "link":
                self.later_page = True
            elif tag == "script":
                self.linked_data.append(node.text())
            elif not titled:
                titled = True
                self.title = _SPACE.sub(" ", node.text()).strip()
