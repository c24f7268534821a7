"""Separate a page that was converted to plain text into its article and its comments.

Resiliparse, html2text, inscriptis, lynx, w3m, BeautifulSoup and trafilatura print comments in
whatever their lists and lines still show. The steps are: recognise the converter (`layouts`),
nest the lines (`lines`), weigh the lists (`sections`) and read their items (`items`). If no list
holds comments, the page is cut at the lines that name authors (`segments`). The article is read
from the remaining lines (`body`).
"""

from __future__ import annotations

import itertools

import msgspec

from moderation.pages.edges import strip_shared_edges
from moderation.pages.flat.body import read_body
from moderation.pages.flat.interpretations import Interpretation
from moderation.pages.flat.items import flatten
from moderation.pages.flat.layouts import FlatLayout, detect_layout
from moderation.pages.flat.lines import FlatLine, build_tree, read_lines
from moderation.pages.flat.sections import Section, find_sections
from moderation.pages.flat.segments import Segments, find_segments
from moderation.pages.wording import phrases
from moderation.pages.wording import surroundings as flat_surroundings
from moderation.records import Comment, LeftOut, Page
from moderation.text.visibility import is_blank

#: Bylines replace a list of comments if they mark this many times as many comments: a page of
#: plain comments may hold a small list that resembles comments.
_OUTVOTE = 2
#: The fewest words that make the lines between two lists of comments a part of the article.
_PROSE_WORDS = 25


class _Found(msgspec.Struct, kw_only=True):
    """All comments of the page, and the lines that they occupy."""

    rows: list[tuple[Interpretation, int, int | None]]
    stretches: list[tuple[int, int]]
    headings: list[int]
    declared: int | None
    unsegmented: bool = False


def separate_flattened(text: str) -> Page:
    """Separate the plain text of a page into its article and its comments.

    The time is linear in the length of the text.

    Parameters
    ----------
    text
        The page as a converter printed it.

    Returns
    -------
    Page
        `Comment.source` names the converter (``flat:resiliparse``), or is ``unsegmented`` if the
        comments form one block that cannot be divided. Authors and dates are kept as written;
        they are None if the text has none.
    """
    layout = detect_layout(text)
    lines = read_lines(
        text, layout.bullets, inner_marks=layout.inner_marks, markdown=layout.markdown
    )
    tree = build_tree(
        lines,
        min_indent=layout.min_indent,
        hanging=layout.hanging,
        right_aligned=layout.right_aligned,
    )
    sections = find_sections(tree, lines)
    found = _from_sections(sections) if sections else None
    segments = find_segments(lines)
    if segments is not None and (found is None or _outvotes(segments, found)):
        found = _from_segments(segments)
    return _page(lines, found, layout)


def _outvotes(segments: Segments, found: _Found) -> bool:
    """Whether the bylines outweigh the lists that were taken for comments."""
    if segments.unsegmented or found.declared == len(found.rows):
        return False
    return len(segments.readings) >= max(3, _OUTVOTE * len(found.rows))


def _from_sections(sections: list[Section]) -> _Found:
    rows: list[tuple[Interpretation, int, int | None]] = []
    for section in sections:
        base = len(rows)
        rows.extend(
            (reading, depth, None if parent is None else base + parent)
            for reading, depth, parent in flatten(section.readings)
        )
    declared = [section.declared for section in sections if section.declared is not None]
    return _Found(
        rows=rows,
        stretches=[(section.first, section.last) for section in sections],
        headings=[section.heading for section in sections if section.heading is not None],
        declared=declared[0] if declared else None,
    )


def _from_segments(segments: Segments) -> _Found:
    rows: list[tuple[Interpretation, int, int | None]] = []
    above: list[int] = []
    for reading, depth in zip(segments.readings, segments.depths, strict=True):
        del above[depth - 1 :]
        rows.append((reading, depth, above[-1] if above else None))
        above.append(len(rows) - 1)
    return _Found(
        rows=rows,
        stretches=[(segments.first, segments.last)],
        headings=[] if segments.heading is None else [segments.heading],
        declared=segments.declared,
        unsegmented=segments.unsegmented,
    )


def _page(lines: list[FlatLine], found: _Found | None, layout: FlatLayout) -> Page:
    if found is None:
        body = read_body(lines, comments_follow=False)
        declared, service = _told(lines)
        return Page(
            article=body.article,
            left_out=tuple(piece for _, piece in body.left_out),
            declared_count=declared,
            comments_elsewhere=service,
        )
    left_out: list[tuple[int, LeftOut]] = []
    comments = _comments(found, layout, left_out)
    before, after = _split_rest(lines, found)
    body = read_body(before, comments_follow=True)
    left_out.extend(body.left_out)
    left_out.extend(_rest(after))
    left_out.sort(key=lambda piece: piece[0])
    return Page(
        article=body.article,
        comments=tuple(comments),
        left_out=tuple(piece for _, piece in left_out),
        declared_count=found.declared,
    )


def _told(lines: list[FlatLine]) -> tuple[int | None, str | None]:
    """Read how many comments a page without comments declares, and which service hosts them.

    The count is used only if all headings of the page agree on it.
    """
    counts = {phrases.heading_count(line.text) for line in lines if line.mark is None and line.text}
    counts -= {None}
    services = (flat_surroundings.comment_service(line.text) for line in lines)
    service = next((name for name in services if name is not None), None)
    return (counts.pop() if len(counts) == 1 else None), service


def _comments(
    found: _Found, layout: FlatLayout, left_out: list[tuple[int, LeftOut]]
) -> list[Comment]:
    """Number the comments; leave out pingbacks and empty items, and move their replies up."""
    _drop_shared_ends([reading for reading, _, _ in found.rows])
    source = "unsegmented" if found.unsegmented else f"flat:{layout.name}"
    comments: list[Comment] = []
    numbered: dict[int, tuple[str | None, int]] = {}
    for place, (reading, _, parent) in enumerate(found.rows):
        parent_id, parent_depth = numbered[parent] if parent is not None else (None, 0)
        dropped = "\n".join(reading.dropped)
        if reading.pings:
            left_out.append(
                (reading.last, LeftOut(reason="pingback", text="\n".join(reading.pings)))
            )
        if reading.is_ping or is_blank(reading.text):
            numbered[place] = (parent_id, parent_depth)
            reason = "pingback" if reading.is_ping else "comment without text"
            text = "\n".join(piece for piece in (dropped, reading.text) if piece)
            if text:
                left_out.append((reading.head, LeftOut(reason=reason, text=text)))
            continue
        if dropped:
            left_out.append((reading.head, LeftOut(reason="lines around a comment", text=dropped)))
        identity = f"c{len(comments) + 1}"
        numbered[place] = (identity, parent_depth + 1)
        comments.append(
            Comment(
                id=identity,
                text=reading.text,
                author=reading.author,
                published=reading.date,
                parent_id=parent_id,
                depth=parent_depth + 1,
                order=len(comments),
                source=source,
            )
        )
    return comments


def _drop_shared_ends(readings: list[Interpretation]) -> None:
    """Take the lines that close nearly every comment off the comments."""
    readings = [reading for reading in readings if not reading.is_ping]
    kept = strip_shared_edges(
        [reading.lines for reading in readings], [r.author for r in readings], sides=(-1,)
    )
    for reading, lines in zip(readings, kept, strict=True):
        reading.dropped.extend(reading.lines[len(lines) :])
        reading.lines = lines


def _split_rest(lines: list[FlatLine], found: _Found) -> tuple[list[FlatLine], list[FlatLine]]:
    """Divide the lines that hold no comments between the article and the rest of the page."""
    first = min(start for start, _ in found.stretches)
    last = max(end for _, end in found.stretches)
    cut = first
    for heading in found.headings:
        if heading < first:
            cut = min(cut, heading)
    before = [line for line in lines if line.number < cut]
    after = [line for line in lines if cut <= line.number < first or line.number > last]
    covered = sorted(found.stretches)
    for (_, end), (start, _) in itertools.pairwise(covered):
        between = [line for line in lines if end < line.number < start]
        prose = sum(len(line.text.split()) for line in between) >= _PROSE_WORDS
        (before if prose else after).extend(between)
    after.sort(key=lambda line: line.number)
    return before, after


def _rest(lines: list[FlatLine]) -> list[tuple[int, LeftOut]]:
    """Return the lines beside the comments: headings, forms and the page's footer."""
    pieces: list[tuple[int, LeftOut]] = []
    group: list[FlatLine] = []
    reason = ""
    in_form = False
    for line in lines:
        if line.blank:
            continue
        if phrases.is_heading(line.text):
            kind = "heading of the comments"
        elif phrases.is_ping(line.text):
            kind, in_form = "pingback", False
        elif flat_surroundings.is_foot(line.text):
            kind, in_form = "page around the comments", False
        elif phrases.is_end(line.text):
            kind, in_form = "comment form", True
        elif in_form and len(line.text) <= 60 and line.mark is None:
            kind = "comment form"
        else:
            kind, in_form = "page around the comments", False
        if group and (kind != reason or line.number > group[-1].number + 8):
            pieces.append(_join(group, reason))
            group = []
        reason = kind
        group.append(line)
    if group:
        pieces.append(_join(group, reason))
    return pieces


def _join(group: list[FlatLine], reason: str) -> tuple[int, LeftOut]:
    return group[0].number, LeftOut(reason=reason, text="\n".join(line.shown for line in group))
