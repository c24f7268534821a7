"""What a page says of itself apart from what it shows."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

_HEAD = "title, meta[content], link[rel~='prev' i], script[type='application/ld+json' i]"
_SPACE = re.compile(r"\s+")


class Head:
    """What a page says of itself: title, meta elements, linked data, embeds.

    Attributes
    ----------
    title
        The page's title element.
    meta
        Contents of the meta elements by lower-case name or property, first one kept.
    linked_data
        Raw texts of the JSON-LD scripts.
    later_page
        The page says that another comes before it, as the later pages of a thread do.
    """

    def __init__(self, parser: LexborHTMLParser) -> None:
        self.title = ""
        self.meta: dict[str, str] = {}
        self.later_page = False
        self.linked_data: list[str] = []
        titled = False
        for node in parser.css(_HEAD):  # one query: each goes through the whole page
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
