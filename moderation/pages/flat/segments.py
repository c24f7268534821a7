"""Separate comments without list markers by the lines that name their authors.

Some pages print comments as plain blocks, and some converters drop list markers. What remains is
a byline above each comment ("Mia says:", "Jonas vor 3 Tagen") or below it ("by Mia on 3 May at
9:14. Reply #"). If a heading declares comments and nothing separates them, the whole is one
unsegmented block; the cuts are never guessed.
"""

from __future__ import annotations

import bisect
import itertools
import re

import msgspec

from moderation.pages.flat.interpretations import Interpretation, strip_margins
from moderation.pages.flat.lines import FlatLine
from moderation.pages.flat.marks import Mark, find_marks, is_name_line, join_verbs, usable_marks
from moderation.pages.wording import dates as flat_dates
from moderation.pages.wording import phrases
from moderation.pages.wording import surroundings as flat_surroundings

#: The fewest bylines that make a comment section without a heading.
_WITHOUT_HEADING = 3
#: An unsegmented block needs this many words for each comment that its heading declares.
_WORDS_EACH = 4
#: A lone comment in the first 30 % of a page has at most this many words.
_SHORT_WORDS = 120
#: At most this many headings are tried in full; those with the most bylines come first.
_TRIED = 6
#: The first byline is at most this many text lines below its heading.
_FIRST_BYLINE = 40
#: A block that cannot be divided is reported only if it has this many words.
_UNSEGMENTED_WORDS = 8
#: Disqus puts a reader's address before the name.
_URL_NAME = re.compile(r"https?://\S{3,200}\s+(?=\S)")


class Segments(msgspec.Struct, kw_only=True):
    """A stretch of the page that holds comments, separated or not.

    Attributes
    ----------
    readings
        One for each comment; a single one if `unsegmented`.
    depths
        Depth of each comment, from 1.
    first, last
        First and last line of the stretch on the page.
    heading, declared
        The heading's line number and the number of comments that it declares.
    """

    readings: list[Interpretation]
    depths: list[int]
    first: int
    last: int
    heading: int | None = None
    declared: int | None = None
    unsegmented: bool = False


class _Stretch(msgspec.Struct, frozen=True):
    """The lines under one heading: the first line, the end, and the bylines between them."""

    start: int
    end: int
    declared: int | None
    marks: list[Mark]


def find_segments(lines: list[FlatLine]) -> Segments | None:
    """Find a comment section by its bylines, or as a declared block without bylines.

    Parameters
    ----------
    lines
        The page line by line.

    Returns
    -------
    Segments or None
        None if nothing shows that the page has comments.
    """
    text_lines = join_verbs([line for line in lines if not line.blank])
    marks = find_marks(text_lines)
    stretches = _stretches(text_lines, marks)
    found = _best_cut(text_lines, stretches)
    if found is not None:
        return found
    counted = [one for one in reversed(stretches) if one.declared is not None]
    for stretch in counted[:_TRIED]:
        block = (
            _by_links(text_lines, stretch)
            or _by_names(text_lines, stretch)
            or _whole(text_lines, stretch)
        )
        if block is not None:
            block.heading, block.declared = text_lines[stretch.start].number, stretch.declared
            return block
    return _without_heading(text_lines, marks, _ends(text_lines)) or _by_indents(text_lines)


def _stretches(text_lines: list[FlatLine], marks: list[Mark]) -> list[_Stretch]:
    """Find the stretch under each heading, up to the end marker after its first byline."""
    ends = _ends(text_lines)
    places = [mark.at for mark in marks]
    stretches = []
    for start, line in enumerate(text_lines):
        if line.mark is not None or not phrases.is_heading(line.text):
            continue
        declared = phrases.heading_count(line.text)
        if declared == 0:
            continue
        first = bisect.bisect_right(places, start)
        close = first < len(marks) and places[first] - start <= _FIRST_BYLINE
        after = places[first] + marks[first].lines if close else start + 1
        end = ends[min(max(after, start + 2), len(text_lines))]
        inside = marks[first : bisect.bisect_left(places, end)]
        stretches.append(_Stretch(start, end, declared, inside))
    return stretches


def _ends(text_lines: list[FlatLine]) -> list[int]:
    """Find, for every index, the next line at or after it that ends a section."""
    ends = [len(text_lines)] * (len(text_lines) + 1)
    for at in range(len(text_lines) - 1, -1, -1):
        text = text_lines[at].text
        ends[at] = at if phrases.is_end(text) or flat_surroundings.is_foot(text) else ends[at + 1]
    return ends


def _best_cut(text_lines: list[FlatLine], stretches: list[_Stretch]) -> Segments | None:
    """Cut under the heading with the most bylines after it; the later of two equal ones wins.

    A heading in a menu or under the title is also followed by the article's own byline. A small
    tolerance therefore favours the later heading.
    """
    usable = [(stretch, usable_marks(stretch.marks, stretch.declared)) for stretch in stretches]
    usable = [one for one in usable if one[1]]
    usable.sort(key=lambda one: len(one[1]), reverse=True)
    cuts: list[tuple[int, Segments]] = []
    for stretch, inside in usable[:_TRIED]:
        found = _cut(text_lines, inside, stretch.start, stretch.end)
        if found is not None and stretch.declared is None and len(found.readings) == 1:
            found = _unlikely_alone(found, text_lines, stretch.start)
        if found is not None:
            found.heading = text_lines[stretch.start].number
            found.declared = stretch.declared
            cuts.append((stretch.start, found))
    if not cuts:
        return None
    most = max(len(found.readings) for _, found in cuts)
    near = [(start, found) for start, found in cuts if len(found.readings) >= 0.8 * most]
    return max(near, key=lambda cut: cut[0])[1]


def _cut(text_lines: list[FlatLine], marks: list[Mark], start: int, end: int) -> Segments | None:
    """Cut a section at its bylines, which stand above the comments or below them."""
    if not marks:
        return None
    opening = next(
        (at for at in range(start + 1, end) if not _is_preamble(text_lines[at].text)), start + 1
    )
    above = marks[0].at <= opening
    if not above:
        closing = marks[-1].at + marks[-1].lines
        rest = [line for line in text_lines[closing:end] if not phrases.is_action(line.text)]
        below = not rest or all(mark.byline.by or mark.byline.action for mark in marks)
        if not below:
            sure = len(marks) > 1 and all(mark.byline.says for mark in marks)
            if marks[0].at - opening > (_FIRST_BYLINE if sure else 6):
                return None
            opening = marks[0].at
            above = True
    if above:
        edges = [_with_rank(text_lines, mark.at, start) for mark in marks] + [end]
    else:
        edges = [opening] + [mark.at + mark.lines for mark in marks]
    indents = [text_lines[mark.at].indent for mark in marks]
    base = min(indents)
    readings, depths = [], []
    for place, (left, right) in enumerate(itertools.pairwise(edges)):
        reading = Interpretation(
            head=text_lines[left].number,
            last=text_lines[right - 1].number,
            lines=[line.shown for line in text_lines[left:right]],
        )
        if not above:
            mark = marks[place]
            reading.author, reading.date, reading.bylined = (
                mark.byline.author,
                mark.byline.date,
                True,
            )
            reading.lines = reading.lines[: len(reading.lines) - mark.lines]
            reading.dropped = [text_lines[at].text for at in range(mark.at, mark.at + mark.lines)]
        reading.gaps = set(range(1, len(reading.lines)))
        strip_margins(reading)
        if reading.lines and flat_dates.CLOCK_LINE.fullmatch(reading.lines[0]):
            reading.dropped.append(reading.lines.pop(0))
        _drop_pings(reading)
        readings.append(reading)
        depths.append((indents[place] - base) // 2 + 1)
    return Segments(
        readings=readings, depths=_steps(depths), first=text_lines[edges[0]].number,
        last=text_lines[edges[-1] - 1].number,
    )  # fmt: skip


def _drop_pings(reading: Interpretation) -> None:
    """Cut off pingbacks that follow a comment without a byline of their own."""
    for at, line in enumerate(reading.lines[1:], start=1):
        if phrases.PING_LINE.match(line):
            reading.pings.extend(reading.lines[at:])
            del reading.lines[at:]
            return


def _with_rank(text_lines: list[FlatLine], at: int, start: int) -> int:
    """Return the index of a byline, or of the running number directly before it."""
    before = text_lines[at - 1].shown if at - 1 > start else ""
    return at - 1 if re.fullmatch(r"#?\d{1,5}[.)]?", before) else at


def _steps(depths: list[int]) -> list[int]:
    """Limit the growth of depths to one at a time, as replies grow."""
    fixed: list[int] = []
    for depth in depths:
        fixed.append(min(depth, fixed[-1] + 1) if fixed else 1)
    return fixed


def _is_preamble(text: str) -> bool:
    """Whether a line between a heading and the first comment belongs to neither."""
    return (
        phrases.is_end(text)
        or phrases.is_action(text)
        or phrases.is_heading(text)
        or phrases.is_noise(text)
    )


def _by_links(text_lines: list[FlatLine], stretch: _Stretch) -> Segments | None:
    """Cut a declared section after each "Reply", if that makes exactly the declared number."""
    start, end, declared = stretch.start, stretch.end, stretch.declared
    if not declared:
        return None
    links = [
        at
        for at in range(start + 1, end)
        if phrases.is_action(text_lines[at].text)
        and not phrases.is_teaser(text_lines[at].text)
        and not re.match(r"reply(?:ing)? to\b|in reply", text_lines[at].text, re.IGNORECASE)
    ]
    if not declared <= len(links) <= declared + 1:
        return None
    links = links[:declared]
    opening = next(
        (at for at in range(start + 1, end) if not _is_preamble(text_lines[at].text)), start + 1
    )
    readings = []
    for left, right in zip([opening, *(at + 1 for at in links)], links, strict=False):
        if right <= left:
            return None
        lines = [line.shown for line in text_lines[left : right + 1]]
        reading = Interpretation(
            head=text_lines[left].number, last=text_lines[right].number, lines=lines
        )
        if len(lines) > 2 and is_name_line(text_lines[left]):
            reading.author = lines[0]
            reading.dropped.append(reading.lines.pop(0))
        strip_margins(reading)
        readings.append(reading)
    return Segments(
        readings=readings, depths=[1] * len(readings), first=text_lines[opening].number,
        last=text_lines[links[-1]].number,
    )  # fmt: skip


def _by_names(text_lines: list[FlatLine], stretch: _Stretch) -> Segments | None:
    """Cut a declared section at bare names in separate paragraphs, if their number fits.

    Between 70 and 110 per cent of the declared number, and at least three, must be there: some
    pages count pingbacks, and converters sometimes lose a comment.
    """
    start, end, declared = stretch.start, stretch.end, stretch.declared or 0
    names = [
        at
        for at in range(start + 1, end - 1)
        if is_name_line(text_lines[at]) and _stands_alone(text_lines, at)
    ]
    if len(names) < 3 or not 0.7 * declared <= len(names) <= 1.1 * declared:
        return None
    readings = []
    for left, right in zip(names, [*names[1:], end], strict=True):
        lines = [line.shown for line in text_lines[left + 1 : right]]
        reading = Interpretation(
            author=text_lines[left].text, head=text_lines[left].number,
            last=text_lines[right - 1].number, lines=lines, dropped=[text_lines[left].text],
        )  # fmt: skip
        strip_margins(reading)
        readings.append(reading)
    return Segments(
        readings=readings, depths=[1] * len(readings), first=text_lines[names[0]].number,
        last=text_lines[end - 1].number,
    )  # fmt: skip


def _by_indents(text_lines: list[FlatLine]) -> Segments | None:
    """Cut an indented stretch at bare names, for lists whose markers a converter left out.

    Resiliparse without bullets keeps the two columns of indent for each level. The stretch must
    open with a name, hold at least three names, and have a sentence under each of them.
    """
    if any(line.mark is not None and line.indent for line in text_lines):
        return None  # A page with markers has lost none.
    start = 0
    for at in range(len(text_lines) + 1):
        if at < len(text_lines) and text_lines[at].indent >= 2 and text_lines[at].mark is None:
            continue
        found = _cut_indented(text_lines, start, at) if at - start >= 2 * _WITHOUT_HEADING else None
        if found is not None:
            return found
        start = at + 1
    return None


def _cut_indented(text_lines: list[FlatLine], start: int, end: int) -> Segments | None:
    names = [
        at
        for at in range(start, end - 1)
        if (is_name_line(text_lines[at]) or _URL_NAME.match(text_lines[at].text))
        and _stands_alone(text_lines, at)
        and text_lines[at + 1].indent == text_lines[at].indent
    ]
    if len(names) < _WITHOUT_HEADING or names[0] != start:
        return None
    base = min(text_lines[at].indent for at in names)
    readings, depths = [], []
    for left, right in itertools.pairwise([*names, end]):
        lines = [line.shown for line in text_lines[left + 1 : right]]
        if not any(line.endswith((".", "!", "?", "…", ")", "”")) for line in lines):
            return None
        author = _URL_NAME.sub("", text_lines[left].text) or text_lines[left].text
        reading = Interpretation(
            author=author, head=text_lines[left].number,
            last=text_lines[right - 1].number, lines=lines, dropped=[text_lines[left].text],
        )  # fmt: skip
        strip_margins(reading)
        readings.append(reading)
        depths.append((text_lines[left].indent - base) // 2 + 1)
    return Segments(
        readings=readings, depths=_steps(depths), first=text_lines[start].number,
        last=text_lines[end - 1].number,
    )  # fmt: skip


def _stands_alone(text_lines: list[FlatLine], at: int) -> bool:
    """Whether blank lines separate a line from its neighbours and a longer text follows."""
    line, after = text_lines[at], text_lines[at + 1]
    over = line.number - text_lines[at - 1].number > 1 if at else True
    parted = over and after.number - line.number > 1
    return parted and not is_name_line(after)


def _unlikely_alone(found: Segments, text_lines: list[FlatLine], start: int) -> Segments | None:
    """Drop a single comment under a bare heading that is more likely the article itself."""
    early = start < len(text_lines) * 0.3
    return None if found.readings[0].words > (_SHORT_WORDS if early else 600) else found


def _whole(text_lines: list[FlatLine], stretch: _Stretch) -> Segments | None:
    """Take a declared section without bylines as one comment or as one unsegmented block."""
    start, end, declared = stretch.start, stretch.end, stretch.declared
    prose = (line for line in text_lines[:start] if len(line.text) >= 80)
    early = len(list(itertools.islice(prose, 3))) < 3
    if declared is None or (end >= len(text_lines) and early):
        return None
    inside = [line for line in text_lines[start + 1 : end] if not _is_preamble(line.text)]
    if not inside or any(line.mark is not None and line.indent < 4 for line in inside):
        return None
    reading = Interpretation(
        head=inside[0].number, last=inside[-1].number, lines=[line.shown for line in inside]
    )
    strip_margins(reading)
    sentences = sum(line.endswith((".", "!", "?", "…", ")", "”", '"')) for line in reading.lines)
    least = 3 if declared == 1 else max(_UNSEGMENTED_WORDS, _WORDS_EACH * declared)
    if reading.words < least or not sentences:
        return None
    return Segments(
        readings=[reading],
        depths=[1],
        first=reading.head,
        last=reading.last,
        unsegmented=declared != 1,
    )


def _without_heading(
    text_lines: list[FlatLine], marks: list[Mark], ends: list[int]
) -> Segments | None:
    """Find a run of bylines of one kind, each above a text, without a heading."""
    marks = [
        mark
        for mark in marks
        if mark.strong and mark.byline.author and (mark.byline.says or mark.byline.action)
    ]
    stamped = sum(mark.byline.date is not None or mark.byline.action for mark in marks)
    if len(marks) < _WITHOUT_HEADING or 2 * stamped < len(marks):
        return None  # Plays and interviews also print "X says:" alone.
    end = ends[min(marks[-1].at + marks[-1].lines, len(text_lines))]
    if any(mark.byline.by for mark in marks):
        return None
    found = _cut(text_lines, marks, marks[0].at - 1, end)
    if found is None or any(reading.words == 0 for reading in found.readings):
        return None
    return found
