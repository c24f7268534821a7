"""Recognise the converter that printed a page by its markers and indents.

Each row of `LAYOUTS` describes one converter. Detection counts the marks that only one of them
leaves.
"""

from __future__ import annotations

import re

import msgspec

from moderation.pages.wording import phrases


class FlatLayout(msgspec.Struct, frozen=True, kw_only=True):
    """How one converter prints lists.

    Attributes
    ----------
    name
        The part after ``flat:`` in a comment's source.
    bullets
        The characters that it prints before the items of a bullet list.
    min_indent
        The smallest indent of its markers.
    hanging
        The fewest columns by which the further lines of an item are indented deeper than its
        marker; None if they are not indented at all.
    right_aligned
        Whether numbers end, rather than start, in one column.
    inner_marks
        Whether the first item of a nested list may stand on its parent's line.
    markdown
        Whether it writes Markdown, whose escapes and emphasis must be removed.
    """

    name: str
    bullets: str = "•"
    min_indent: int = 2
    hanging: int | None = 1
    right_aligned: bool = False
    inner_marks: bool = False
    markdown: bool = False


LAYOUTS = {
    layout.name: layout
    for layout in (
        FlatLayout(name="resiliparse"),
        FlatLayout(name="html2text", bullets="*", hanging=None, inner_marks=True, markdown=True),
        FlatLayout(name="inscriptis", bullets="*+o", hanging=0),
        FlatLayout(name="lynx", bullets="*+o#@-", min_indent=2),
        FlatLayout(name="w3m", bullets="•□☆○■◆◇★●", min_indent=1, right_aligned=True),
        FlatLayout(name="markdown", bullets="-*", min_indent=0, markdown=True),
        FlatLayout(name="beautifulsoup", bullets="", min_indent=2),
        FlatLayout(name="text", bullets="•*", min_indent=1),
    )
}

_STAR = re.compile(r"^(?P<indent> +)[*] \S", re.MULTILINE)
_DOT = re.compile(r"^(?:  )+• ?", re.MULTILINE)
_EVEN_NUMBER = re.compile(r"^(?:  )+\d{1,5}\. ", re.MULTILINE)
_NUMBER = re.compile(r"^(?P<indent> *)\d{1,5}\. ", re.MULTILINE)
_PLUS = re.compile(r"^ {3,}[+o] \S", re.MULTILINE)
_HASH = re.compile(r"^#{1,6} \S", re.MULTILINE)
_DASH = re.compile(r"^- \S", re.MULTILINE)
_BOX = re.compile(r"^ +[□☆■] ", re.MULTILINE)
_STUB = re.compile(r"^.{0,8}\[[\w.-]{4,24}\] \S", re.MULTILINE)
_FILLED = re.compile(r"^.*\S", re.MULTILINE)
_MARGIN = re.compile(r"^ {3}\S", re.MULTILINE)
_DEEP = re.compile(r"^ {6,}\S", re.MULTILINE)
_VERB_ALONE = re.compile(rf"^[ \t]*(?:{'|'.join(phrases.SAYS)}):[ \t]*$", re.MULTILINE)
_PARTED = re.compile(r"\n[ \t]*\n[ \t]*\n[ \t]*\n")


def detect_layout(text: str) -> FlatLayout:  # noqa: PLR0911 - one return for each layout
    """Recognise the converter that printed a page.

    Parameters
    ----------
    text
        The page as a converter printed it.

    Returns
    -------
    FlatLayout
        Without any distinguishing mark, this is Resiliparse if the page has its markers and plain
        text otherwise. Both are read alike; only the name differs.
    """
    sample = text[:400_000]
    lines = sample.count("\n") + 1
    filled = len(_FILLED.findall(sample))
    stars = len(_STAR.findall(sample))
    dots = len(_DOT.findall(sample))
    boxes = len(_BOX.findall(sample))
    odd_numbers = sum(len(indent) % 2 for indent in _NUMBER.findall(sample))
    numbers = len(_NUMBER.findall(sample))
    hashes = len(_HASH.findall(sample))
    margin = len(_MARGIN.findall(sample))
    deep = len(_DEEP.findall(sample))
    if hashes and not dots:
        return LAYOUTS[
            "html2text" if stars or (numbers and not _DASH.search(sample)) else "markdown"
        ]
    if boxes or (dots and odd_numbers > numbers / 2) or (dots and len(_STUB.findall(sample)) > 2):
        return LAYOUTS["w3m"]
    if numbers and odd_numbers > numbers / 2 and not stars:
        return LAYOUTS["w3m"]
    if stars and not dots:
        if margin > filled / 6:
            return LAYOUTS["lynx"]
        return LAYOUTS["inscriptis" if deep > stars or _PLUS.search(sample) else "html2text"]
    if dots or _EVEN_NUMBER.search(sample):
        return LAYOUTS["resiliparse"]
    if margin > lines / 3:
        return LAYOUTS["lynx"]
    if _VERB_ALONE.search(sample) or len(_PARTED.findall(sample)) > max(4, lines / 40):
        return LAYOUTS["beautifulsoup"]
    return LAYOUTS["markdown" if _DASH.search(sample) else "text"]
