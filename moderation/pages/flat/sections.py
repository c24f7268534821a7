"""Find the lists of a page that hold its comments.

A page has many lists: navigation, archives, an article's own numbered points, related stories.
Each list is weighed by what precedes it (a heading such as "24 comments"), what follows it
("Leave a Reply") and what it holds (bylines, links, sentences, conversation). The sum of its
`WEIGHTS` is compared with one threshold.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter

import msgspec

from moderation.pages.flat.interpretations import Interpretation
from moderation.pages.flat.items import flatten, read_run
from moderation.pages.flat.lines import FlatItem, FlatLine, LineRun
from moderation.pages.flat.names import settle_feet, settle_names
from moderation.pages.wording import phrases
from moderation.pages.wording import surroundings as flat_surroundings

#: The evidence that a list is, or is not, the comments. Tuned on one half (by a hash of the page's
#: id) of flat_main, flat_full and flat_negatives in ../shared/separation; the other half was
#: only looked at afterwards.
WEIGHTS = {
    "count_heading": 4.0,
    "bare_heading": 2.5,
    "end_after": 2.5,
    "form_before": 1.0,
    "bylines": 3.0,
    "stamps": 1.5,
    "clock": 0.0,
    "links": 2.0,
    "names": 2.0,
    "replies": 1.5,
    "loose": 1.0,
    "ordered": 0.5,
    "sentences": 1.0,
    "long": 1.0,
    "talk": 1.0,
    "no_talk": -1.5,
    "link_list": -3.0,
    "announced": -3.0,
    "short": -1.0,
    "page_inside": -6.0,
    "huge": -4.0,
    "teasers": -4.0,
    "one_author": -4.0,
    "fewer": -3.0,
    "early": -3.0,
    "mute": -2.0,
    "labels": -3.0,
    "none_yet": -4.0,
}
#: The smallest sum that makes a list the comments.
THRESHOLD = 4.5
#: The smallest sum if another list of the same kind on the page has passed the threshold.
WEAK_THRESHOLD = 1.5
#: A single item is a section only with one of these.
_PROOF = {"count_heading", "bare_heading", "bylines", "links"}
_STAMPED = {"bylines", "stamps", "links", "clock"}
#: A heading stands at most this many non-blank lines before its list.
_REACH_BACK = 8
#: A list stands before the article if the text above it is less than this share of the page and
#: shorter than this many characters.
_EARLY = 0.15
_EARLY_TEXT = 500
_REACH_AFTER = 3
#: Lists nested deeper than this in other lists are not searched.
_MAX_LEVEL = 6


class Section(msgspec.Struct, kw_only=True):
    """A list that holds comments.

    Attributes
    ----------
    readings
        Its items as comments, with replies nested.
    first, last
        Its first and last line on the page.
    heading
        Line number of the heading above it, or None.
    declared
        The number of comments that the heading declares.
    score
        The sum of the weights of its evidence.
    stamps
        What its items carry: ``bylines``, ``stamps`` (dates), ``links``.
    ordered
        Whether its markers are numbers.
    """

    readings: list[Interpretation]
    first: int
    last: int
    heading: int | None = None
    declared: int | None = None
    score: float = 0.0
    stamps: set[str] = msgspec.field(default_factory=set)
    ordered: bool = False


class Around(msgspec.Struct, kw_only=True):
    """What stands directly before and after a stretch of lines."""

    heading: int | None = None
    declared: int | None = None
    bare: bool = False
    form_before: bool = False
    end_after: bool = False
    announced: bool = False
    none_yet: bool = False
    early: bool = False


def find_sections(tree: list[FlatLine | LineRun], lines: list[FlatLine]) -> list[Section]:
    """Find every list of the page that holds comments, outermost first.

    Parameters
    ----------
    tree
        The page as `lines.build_tree` nests it.
    lines
        The same page line by line, in order. `FlatLine.number` is not an index if a converter
        puts two markers on one line.

    Returns
    -------
    list of Section
        The sections in page order; empty if no list passes the threshold.
    """
    text_lines = [line for line in lines if not line.blank]
    place = {line.number: at for at, line in enumerate(text_lines)}
    above = list(itertools.accumulate((len(line.text) for line in text_lines), initial=0))
    none_yet = any(flat_surroundings.says_no_comments(line.text) for line in text_lines)
    found: list[Section] = []
    weak: list[Section] = []
    todo: list[tuple[LineRun, int]] = [
        (part, 0) for part in reversed(tree) if isinstance(part, LineRun)
    ]
    while todo:
        run, level = todo.pop()
        around = look_around(text_lines, place[run.first], place[run.last])
        around.none_yet = none_yet
        before = above[place[run.first]]
        around.early = before < min(_EARLY_TEXT, _EARLY * above[-1])
        section = _weigh(run, around)
        if section is not None and section.score >= THRESHOLD:
            found.append(section)
            continue
        if section is not None and section.stamps:
            weak.append(section)
        if level < _MAX_LEVEL:
            inner = [part for item in run.items for part in item.parts if isinstance(part, LineRun)]
            todo.extend((part, level + 1) for part in reversed(inner))
    if found:
        spans = [(section.first, section.last) for section in found]
        found.extend(
            one
            for one in weak
            if all(one.last < first or one.first > last for first, last in spans)
        )
        found.sort(key=lambda section: section.first)
    return _agreeing(found)


def _agreeing(sections: list[Section]) -> list[Section]:
    """Keep the best section and the others that resemble it and repeat nothing.

    A page of questions and answers has a list of comments under each answer. Most other pages
    have one list; what else resembles it is a list of related stories with dates.
    """
    if len(sections) < 2:
        return sections
    best = max(sections, key=lambda section: section.score)
    seen: set[str] = {reading.text for reading in best.readings}
    kept = []
    for section in sections:
        if section is not best:
            proof = best.stamps - {"stamps"} or best.stamps
            alike = bool(proof) and proof <= section.stamps
            texts = [reading.text for reading in section.readings]
            if not alike or sum(text in seen for text in texts) > len(texts) / 2:
                continue
            seen.update(texts)
        kept.append(section)
    return kept


def look_around(text_lines: list[FlatLine], first: int, last: int) -> Around:
    """Look for a heading before and an end after a stretch of the page's text lines.

    Parameters
    ----------
    text_lines
        The lines that are not blank.
    first, last
        Indexes into `text_lines` of the stretch.

    Returns
    -------
    Around
        The heading and the end, as far as they were found.
    """
    around = Around()
    for back in range(1, _REACH_BACK + 1):
        if back > first:
            break
        line = text_lines[first - back]
        if back == 1 and line.text.endswith((":", "：")) and not phrases.is_heading(line.text):
            around.announced = True
        if line.mark is not None or len(line.text) > 2 * phrases.MAX_PHRASE:
            break
        if phrases.is_heading(line.text):
            around.heading = line.number
            around.declared = phrases.heading_count(line.text)
            around.bare = around.declared is None
            break
        if phrases.is_closed(line.text):
            break  # The section above it ends here.
        if phrases.is_end(line.text):
            around.form_before = True
    for line in text_lines[last + 1 : last + 1 + _REACH_AFTER]:
        if phrases.is_end(line.text):
            around.end_after = True
            break
    return around


def _weigh(run: LineRun, around: Around) -> Section | None:
    readings = read_run(run)
    run, readings = _trim(run, readings)
    settle_feet(readings)
    settle_names(readings, declared=bool(around.declared))
    run, readings = _cut_widgets(run, readings)
    evidence = _evidence(run, readings, around)
    score = sum(WEIGHTS[name] for name in evidence)
    if score < WEAK_THRESHOLD or (len(readings) == 1 and not evidence & _PROOF):
        return None
    return Section(
        readings=readings, first=run.first, last=run.last, stamps=evidence & _STAMPED,
        ordered=run.ordered, heading=around.heading,
        declared=around.declared, score=score,
    )  # fmt: skip


def _trim(run: LineRun, readings: list[Interpretation]) -> tuple[LineRun, list[Interpretation]]:
    """Cut links off both ends of a list whose other items carry bylines.

    Converters print one list if a page's tags or menus stand directly beside its comments.
    """
    proved = [at for at, one in enumerate(readings) if one.bylined or one.acted]
    if not proved:
        return run, readings
    first, last = proved[0], proved[-1] + 1
    if not all(_is_linkish(one) and not one.replies for one in readings[:first]):
        first = 0
    if not all(_is_linkish(one) and not one.replies for one in readings[last:]):
        last = len(readings)
    if first == 0 and last == len(readings):
        return run, readings
    return LineRun(items=run.items[first:last], loose=run.loose), readings[first:last]


def _cut_widgets(
    run: LineRun, readings: list[Interpretation]
) -> tuple[LineRun, list[Interpretation]]:
    """Cut a list of named comments at the first item that is a nameless label ("Categories").

    Themes put the boxes of their sidebar into the same list as the comments.
    """
    named = [one.author is not None and not one.bylined for one in readings]
    if sum(named) < 2 or not named[0]:
        return run, readings
    for at, one in enumerate(readings):
        label = one.author is None and one.words <= 6 and len(one.lines) == 1 and not one.replies
        if label and at > 1 and not one.text.endswith((".", "!", "?", "…", ")")):
            return LineRun(items=run.items[:at], loose=run.loose), readings[:at]
    return run, readings


def _evidence(run: LineRun, readings: list[Interpretation], around: Around) -> set[str]:
    """Name the evidence for and against a list; the names are the keys of `WEIGHTS`."""
    everyone = [reading for reading, _, _ in flatten(readings)]
    count = len(everyone)
    texts = [reading.text for reading in everyone]
    words = sum(reading.words for reading in everyone) / count
    facts = {
        "count_heading": around.heading is not None and bool(around.declared),
        "bare_heading": around.bare,
        "end_after": around.end_after,
        "form_before": around.form_before,
        "announced": around.announced,
        "none_yet": around.none_yet and not around.declared,
        "one_author": count >= 5 and _most_common_author(everyone) >= 0.8 * count,
        "labels": len(readings) >= 3 and _share(readings, _is_label) >= 0.4,
        "fewer": count < 0.2 * (around.declared or 0) and not any(one.bylined for one in everyone),
        "teasers": _share(everyone, _is_teaser) >= 0.5,
        "bylines": _share(readings, _named) >= 0.5,
        "stamps": _share(readings, lambda one: one.date is not None) >= 0.5,
        "clock": _share(
            readings, lambda one: bool(re.search(r"\d[:h]\d\d|\d ?[ap]m", one.date or ""))
        )
        >= 0.5,
        "links": _share(readings, lambda one: one.acted) >= 0.4,
        "replies": count > len(readings),
        "loose": run.loose,
        "ordered": run.ordered,
        "sentences": words >= 8,
        "long": words >= 20,
        "short": words < 4,
        "huge": words > 600 and around.heading is None,
        "link_list": _share(everyone, _is_linkish) >= 0.6,
        "page_inside": any(_holds_page(item) for item in run.items),
    }
    talking = sum(bool(phrases.TALK.search(text[:2000].lower())) for text in texts) / count
    facts["talk"] = talking >= 0.5
    facts["no_talk"] = talking < 0.2
    facts["names"] = (
        not facts["bylines"] and _share(everyone, lambda one: one.author is not None) >= 0.6
    )
    facts["names"] = facts["names"] and (facts["talk"] or around.heading is not None)
    facts["early"] = around.early and around.heading is None and not facts["links"]
    facts["mute"] = not any(facts[name] for name in ("talk", "names", "end_after", *_STAMPED))
    return {name for name, holds in facts.items() if holds}


def _share(readings: list[Interpretation], holds) -> float:  # type: ignore[no-untyped-def]
    return sum(bool(holds(one)) for one in readings) / len(readings)


def _named(reading: Interpretation) -> bool:
    return reading.bylined and reading.author is not None and reading.words > 0


def _most_common_author(readings: list[Interpretation]) -> int:
    """Count the comments of the most frequent author."""
    authors = Counter(one.author for one in readings if one.author is not None)
    return max(authors.values(), default=0)


def _is_label(reading: Interpretation) -> bool:
    """Whether an item is the title of a box: a few words without an author."""
    text = reading.text
    unsigned = reading.author is None and reading.date is None and not reading.acted
    return unsigned and reading.words <= 4 and not text.endswith((".", "!", "?", "…", ")"))


def _is_teaser(reading: Interpretation) -> bool:
    """Whether an item announces a longer text elsewhere."""
    last = reading.dropped[-1] if reading.dropped else ""
    return phrases.is_teaser(last) or reading.text.endswith(("[...]", "[…]", "[ ... ]"))


def _is_linkish(reading: Interpretation) -> bool:
    """Whether an item reads like a link or a headline: short and not a sentence."""
    text = reading.text
    short = sum(
        len(line.split()) <= 8 and not line.endswith((".", "!", "?", "…")) for line in reading.lines
    )
    if len(reading.lines) > 2 and short == len(reading.lines) and not reading.bylined:
        return True
    return (
        reading.words < 14
        and not text.endswith((".", "!", "?", "…", ")", ":"))
        and len(reading.lines) <= 2
    )


def _holds_page(item: FlatItem) -> bool:
    """Whether an item holds a comment heading or form of its own and so is a part of the page."""
    lines = [part for part in item.parts if isinstance(part, FlatLine) and part.text]
    return any(
        phrases.is_heading(line.text) and line.indent <= item.head.indent + 4 for line in lines
    ) or any(phrases.END_PREFIX.match(line.text) for line in lines)
