"""The lines of a flattened page, and the tree that their list markers and indents form.

Converters print a list item as a marker (``•``, ``*``, ``3.``) at some column, and its further
paragraphs deeper than the marker; the marker of a nested list is deeper still. The same rule for
indents therefore serves Resiliparse, inscriptis, lynx and w3m. html2text keeps only the indent of
the markers, so there a line at column 0 continues the item above it until the next heading.
"""

from __future__ import annotations

import re

import msgspec

from moderation.pages.wording import dates as flat_dates
from moderation.pages.wording import phrases

#: Bullets that converters print for list items, outermost first if they change with depth.
BULLETS = "•*+o◦□☆○■●▪▫★◆◇-"

_MARK = re.compile(rf"(?P<mark>\d{{1,6}}\.|[{re.escape(BULLETS)}])(?:[ \xa0]+(?P<rest>\S.*)?|$)")
#: html2text prints a nested marker on its parent's line: "4.      1. Christian …".
_INNER_MARK = re.compile(r"(?P<gap> {2,})(?P<mark>\d{1,6}\.|[*+-])[ ](?=\S)")

#: Lists nested deeper than this are text of the item above; real threads are far shallower.
MAX_DEPTH = 200


class FlatLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the page.

    Attributes
    ----------
    number
        Its index on the page, from 0.
    indent
        The number of leading spaces.
    text
        The line without surrounding white space and, if it opens a list item, without its marker.
    mark
        ``"ol"`` for a number, the bullet itself for a bullet, None if the line opens no item.
    rank
        The number of a numbered marker.
    """

    number: int
    indent: int
    text: str
    mark: str | None = None
    rank: int = 0

    @property
    def blank(self) -> bool:
        """Whether the line is empty, without even a marker."""
        return not self.text and self.mark is None

    @property
    def shown(self) -> str:
        """The line as the page shows it, including the marker."""
        if self.mark is None:
            return self.text
        return (
            f"{self.rank}. {self.text}" if self.mark == "ol" else f"{self.mark} {self.text}".strip()
        )


class FlatItem(msgspec.Struct, kw_only=True):
    """One list item: the line of its marker, its further lines, and the runs nested in it.

    `parts` holds `FlatLine` (including blank lines) and `LineRun` in page order. `tight` says
    that the item follows the one before it without a blank line.
    """

    head: FlatLine
    parts: list[FlatLine | LineRun] = msgspec.field(default_factory=list)
    last: int = 0
    tight: bool = False


class LineRun(msgspec.Struct, kw_only=True):
    """Neighbouring items of one list.

    Attributes
    ----------
    items
        The items in page order.
    loose
        Whether blank lines separate the items.
    """

    items: list[FlatItem] = msgspec.field(default_factory=list)
    loose: bool = False

    @property
    def ordered(self) -> bool:
        """Whether the markers are numbers."""
        return self.items[0].head.mark == "ol"

    @property
    def first(self) -> int:
        """The number of the first line."""
        return self.items[0].head.number

    @property
    def last(self) -> int:
        """The number of the last line."""
        return self.items[-1].last


def split_lines(text: str) -> list[str]:
    """Split at line ends of any kind, but not at the form feeds and separators inside a line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


_IMAGE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\s]{0,1000}\)")
_LINK = re.compile(r"\[([^\]\n]{0,300})\]\([^)\s]{0,1000}(?: \"[^\"]{0,200}\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,2000}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?=[^\s*_])([^*_\n]{1,2000})(?<=\S)\1(?![\w*_])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!>|~-])")


def strip_markdown(text: str) -> str:
    """Remove Markdown's images, links, emphasis and escapes from a page, line by line."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    return _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))


def read_lines(
    text: str, bullets: str = "•", *, inner_marks: bool = False, markdown: bool = False
) -> list[FlatLine]:
    """Read the indent and the marker of every line.

    Parameters
    ----------
    text
        The flattened page.
    bullets
        The characters that count as list markers; in most layouts the others are text.
    inner_marks
        Whether a nested marker may stand on its parent's line (html2text).
    markdown
        Whether the text is Markdown, whose markup is then removed.

    Returns
    -------
    list of FlatLine
        The lines in page order.
    """
    lines: list[FlatLine] = []
    if markdown:
        text = strip_markdown(text)
    for number, raw in enumerate(split_lines(text)):
        lines.append(_read_line(number, raw, bullets))
        if inner_marks and lines[-1].mark is not None:
            line = lines[-1]
            found = _INNER_MARK.match(raw, line.indent + len(raw.strip().split(" ", 1)[0]))
            if found:
                inner = _read_line(
                    number, " " * found.start("mark") + raw[found.start("mark") :], bullets
                )
                lines[-1] = msgspec.structs.replace(line, text="")
                lines.append(inner)
    if markdown:
        lines = [
            msgspec.structs.replace(line, text=_ESCAPE.sub(r"\1", line.text))
            if "\\" in line.text
            else line
            for line in lines
        ]
    return lines


def _read_line(number: int, raw: str, bullets: str) -> FlatLine:
    stripped = raw.lstrip(" ")
    indent = len(raw) - len(stripped)
    text = raw.strip()
    found = _MARK.match(text)
    if found:
        mark = found["mark"]
        if mark[0].isdigit() and not flat_dates.DAY_NOT_RANK.match(text[:60]):
            return FlatLine(
                number=number,
                indent=indent,
                text=(found["rest"] or "").strip(),
                mark="ol",
                rank=int(mark[:-1]),
            )
        if mark in bullets:
            return FlatLine(
                number=number, indent=indent, text=(found["rest"] or "").strip(), mark=mark
            )
    return FlatLine(number=number, indent=indent, text=text)


def build_tree(
    lines: list[FlatLine], *, min_indent: int, hanging: int | None = 1, right_aligned: bool = False
) -> list[FlatLine | LineRun]:
    """Nest lines into runs and items by their indents, in one pass.

    Parameters
    ----------
    lines
        The lines of the page.
    min_indent
        Markers further left than this are text (a year at the start of a paragraph).
    hanging
        The fewest columns by which an item's further lines are indented deeper than its marker;
        None for html2text, where all lines after a marker belong to it until a heading.
    right_aligned
        Whether numbers end in one column, so that "10." starts further left than "9.".

    Returns
    -------
    list of FlatLine or LineRun
        The page's top level in order.
    """
    root: list[FlatLine | LineRun] = []
    stack: list[FlatItem] = []
    blanks: list[FlatLine] = []
    for line in lines:
        if line.blank:
            blanks.append(line)
            continue
        indent = line.indent + (
            len(str(line.rank)) - 1 if right_aligned and line.rank < 1000 else 0
        )
        is_mark = line.mark is not None and indent >= min_indent
        if is_mark and len(stack) < MAX_DEPTH:
            while stack and not _inside(line, stack[-1]):
                stack.pop()
            _open_item(line, stack, root, blanks)
        else:
            while stack and _outside(line, stack[-1], hanging=hanging):
                stack.pop()
            parts = stack[-1].parts if stack else root
            parts.extend(blanks)
            parts.append(line)
        for item in stack:
            item.last = line.number
        blanks = []
    return root


def _inside(line: FlatLine, item: FlatItem) -> bool:
    """Whether a marker opens an item nested in `item`, not one beside or above it."""
    return line.indent > item.head.indent and not _same_column(line, item.head)


def _same_column(one: FlatLine, other: FlatLine) -> bool:
    """Whether two markers belong to one column, left- or right-aligned."""
    if one.indent == other.indent:
        return True
    if one.mark != "ol" or other.mark != "ol":
        return False
    return (
        one.indent + len(str(one.rank)) == other.indent + len(str(other.rank))
        and one.rank > other.rank
    )


def _outside(line: FlatLine, item: FlatItem, *, hanging: int | None) -> bool:
    """Whether a line without a marker does not continue `item`."""
    if hanging is None:
        closed = item.tight and not item.parts
        return closed or line.text.startswith("#") or phrases.is_end(line.text)
    if line.indent >= item.head.indent + hanging:
        return False
    # lynx prints a heading inside an item two columns to the left of the item's own marker.
    empty = not item.head.text and not item.parts
    return not (empty and line.indent >= item.head.indent - 2 and line.indent > 0)


def _open_item(
    line: FlatLine, stack: list[FlatItem], root: list[FlatLine | LineRun], blanks: list[FlatLine]
) -> None:
    """Append a new item to the run that it continues, or to a new run."""
    siblings = stack[-1].parts if stack else root
    item = FlatItem(head=line, last=line.number)
    last = siblings[-1] if siblings else None
    if isinstance(last, LineRun) and _continues(last, line):
        last.loose = last.loose or bool(blanks)
        item.tight = not blanks and not last.items[-1].parts
        last.items.append(item)
    else:
        siblings.extend(blanks)
        siblings.append(LineRun(items=[item]))
    stack.append(item)


def _continues(run: LineRun, line: FlatLine) -> bool:
    """Whether a marker continues a run: same kind of marker, same column, rising numbers."""
    head = run.items[-1].head
    if head.mark != line.mark or not _same_column(line, head):
        return False
    return line.mark != "ol" or line.rank > head.rank
