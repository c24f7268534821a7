"""The annotator's screen as lines of a given width: a pure function of the session's state."""

from __future__ import annotations

import re
from functools import lru_cache
from io import StringIO
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from moderation.labels.annotation.candidates import Candidate
from moderation.labels.annotation.keys import QUESTIONS, answer_keys, deed_keys, in_words
from moderation.labels.annotation.session import Session, SessionProgress
from moderation.records import Attribute
from moderation.text.visibility import printable_lines

#: Most characters of one text that are shown; comments are shorter on every platform.
LONGEST = 50_000

# Joiners of letters or emoji are removed silently, because terminals disagree on their width.
_JOINING = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_PILED = re.compile(f"([{_MARKS}]{{2}})[{_MARKS}]+")
_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")

_HEAD, _QUIET, _ASKED, _MARK = "bold", "dim", "bold reverse", "bold cyan"

# Most lines of the title, of the lead, of the parent, and of the notes and others' answers.
_TITLE, _LEAD, _PARENT, _BESIDE = 2, 3, 4, 5


# A terminal with fewer than _LOW lines shows only the question below the comment. With room for
# fewer than _FEWEST lines, the comment has no rule above it.
_LOW = 6
_FEWEST = 3


class Card(NamedTuple):
    """Lines for the terminal, and how far the comment can be scrolled.

    Attributes
    ----------
    lines
        Lines that fit the terminal's height and width.
    furthest
        The largest useful `scroll`.
    page
        The number of lines of the comment that are visible at once.
    """

    lines: list[Text]
    furthest: int
    page: int


def shown(text: str) -> str:
    """Return `text` with its lines, but without control characters that a terminal would obey."""
    clean = _JOINING.sub("", _BREAKS.sub("\n", text[:LONGEST])).expandtabs(4)
    clean = _PILED.sub(r"\1", printable_lines(clean)).strip()
    more = len(text) - LONGEST
    return f"{clean}\n[{more:,} more characters]" if more > 0 else clean


@lru_cache(maxsize=64)
def wrapped(text: str, width: int) -> tuple[str, ...]:
    """Return lines of at most `width` columns, with wide characters counted as two."""
    lines: list[str] = []
    for paragraph in shown(text).split("\n"):
        found = Text(paragraph).wrap(_console(), max(2, width), overflow="fold")
        lines.extend(line.plain.rstrip() for line in found) if paragraph else lines.append("")
    return tuple(lines)


@lru_cache(maxsize=1)
def _console() -> Console:
    return Console(file=StringIO(), force_terminal=False, width=80)


def clipped(text: str, width: int) -> str:
    """Return `text` as one line of at most `width` columns."""
    one = " ".join(shown(text).split())
    if cell_len(one) <= width:
        return one
    while one and cell_len(one) > max(0, width - 3):
        one = one[: max(0, min(len(one) - 1, width))]
    return f"{one}..."[: max(0, width)]


def card(session: Session, width: int, height: int, *, scroll: int = 0, message: str = "") -> Card:
    """Return the whole screen: article and parent, the comment, the question, keys and progress.

    Parameters
    ----------
    session
        The session to show.
    width, height
        The size of the terminal.
    scroll
        The first line of the comment to show.
    message
        A message that replaces the progress line.
    """
    candidate = session.current
    width, height = max(2, width - 1), max(1, height)  # The last column stays free: see Terminal.
    if candidate is None:
        return Card(_done(session, width)[:height], 0, 1)
    foot = _foot(session, candidate, width, height, message)[: height - 1]
    room = height - len(foot)
    comment = wrapped(candidate.comment.text, width)
    wanted = min(len(comment) + 1, (room + 1) // 2)  # The comment has priority over its context.
    head = _head(session, candidate, width, most=max(0, room - wanted))
    room -= len(head)
    ruled = room >= _FEWEST
    page = room - ruled
    furthest = max(0, len(comment) - page)
    at = min(scroll, furthest)
    body = [Text(line) for line in comment[at : at + page]]
    if ruled:
        body.insert(0, _rule(at, page, len(comment), width))
    body += [Text()] * (room - len(body))
    return Card([*head, *body, *foot], furthest, page)


def _head(session: Session, candidate: Candidate, width: int, *, most: int) -> list[Text]:
    """Return the context above the comment in at most `most` lines; the parent before the lead."""
    title, lead = context(candidate)
    parent = candidate.comment.parent
    parts = [
        (0, _part(title, width, _TITLE, _HEAD)),
        (3, _part(lead, width, _LEAD, "")),
        (1, [_titled("in reply to", width), *_part(parent, width, _PARENT, "")] if parent else []),
        (2, _beside(session, candidate, width)),
        (4, _byline(candidate, width)),
    ]
    left = most
    kept: dict[int, list[Text]] = {}
    for rank, lines in sorted(parts, key=lambda part: part[0]):
        kept[rank] = lines[:left]
        left -= len(kept[rank])
    return [line for rank, _ in parts for line in kept[rank]]


def context(candidate: Candidate) -> tuple[str, str]:
    """Return the title and lead of a comment's article, or a note that there is no article."""
    article = candidate.comment.article
    if article is None or not (article.title or article.text):
        return "(no article known)", ""
    lead = article.text
    if article.title and lead.startswith(article.title):
        lead = lead[len(article.title) :].lstrip()
    return article.title or "(no title)", lead


def _byline(candidate: Candidate, width: int) -> list[Text]:
    """Return who wrote the comment and when, as far as it is known."""
    author, published = candidate.comment.author, candidate.comment.published
    told = ", ".join(part for part in (author and f"by {author}", published) if part)
    return [Text(clipped(told, width), style=_QUIET)] if told else []


def _part(text: str | None, width: int, most: int, style: str) -> list[Text]:
    if not text:
        return []
    short = text[: 4 * width * most]
    lines = wrapped(" ".join(short.split()), width)
    kept = list(lines[:most])
    if len(lines) > most or len(short) < len(text):
        kept[-1] = clipped(f"{kept[-1]} ...", width) if len(kept[-1]) + 4 <= width else (
            clipped(kept[-1][:-4] + " ...", width)
        )  # fmt: skip
    return [Text(line, style=style) for line in kept]


def _beside(session: Session, candidate: Candidate, width: int) -> list[Text]:
    """Return the annotator's note and, with assistance, scores and others' answers."""
    told = []
    if session.rules.assist and candidate.seen is not None:
        seen = candidate.seen
        scores = [
            f"{each.value.replace('_', '-')} {score:.2f} (review from {seen.review[each]:.2f})"
            for each in Attribute
            if (score := seen.score(each)) is not None
        ]
        told.append(f"model: {', '.join(scores)}")
        if session.words:
            told.append(f"words that raise hostility: {', '.join(session.words)}")
    for row in session.others:
        said = [in_words(a, row.answer(a)) for a in Attribute if row.answer(a) is not None]
        told.append(f"{row.annotator}: {', '.join(said)}{f' - {row.note}' if row.note else ''}")
    line = session.line
    if line is not None and line.note:
        told.append(f"note: {line.note}")
    return [Text(clipped(each, width), style=_MARK) for each in told[:_BESIDE]]


def _titled(title: str, width: int) -> Text:
    return Text(f"{f'--- {title} ' if title else ''}{'-' * width}"[:width], style=_QUIET)


def _rule(at: int, page: int, n: int, width: int) -> Text:
    if n <= page:
        return _titled("comment", width)
    more = "more below: PgDn" if at + page < n else "end; PgUp goes back"
    return _titled(f"comment, lines {at + 1}-{min(n, at + page)} of {n} ({more})", width)


def _foot(
    session: Session, candidate: Candidate, width: int, height: int, message: str
) -> list[Text]:
    """Return the question, the keys and the progress; on a low terminal, only the question."""
    question = _question(session, candidate, width)
    told = message or f"{progress_line(session.progress)}; {session.rules.annotator}"
    last = Text(clipped(told, width), style=_MARK if message else "")
    if height < _LOW:
        return [last, *question] if message else question
    others = _flowing([f"{key} {word}" for key, word in deed_keys()], width)
    keys = [Text(line, style=_QUIET) for line in others]
    whole = [_titled("", width), *question, *keys, last]
    return whole if 2 * len(whole) <= height else [*question, last]


def _question(session: Session, candidate: Candidate, width: int) -> list[Text]:
    line, question = session.line, session.question
    said = [
        f"{in_words(each, line.answer(each))}."
        for each in candidate.asked
        if line is not None and each not in session.open and line.answer(each) is not None
    ]
    if question is None:
        return []
    asked = [*said, QUESTIONS[question], *(f"[{k}] {word}" for k, word in answer_keys(question))]
    return [Text(line, style=_HEAD) for line in _flowing(asked, width)]


def _flowing(words: list[str], width: int) -> list[str]:
    """Return words side by side, on as many lines as necessary."""
    lines = [""]
    for word in words:
        joined = f"{lines[-1]}  {word}" if lines[-1] else word
        if cell_len(joined) <= width or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return [line if cell_len(line) <= width else clipped(line, width) for line in lines]


def progress_line(progress: SessionProgress) -> str:
    """Return progress and pace in words.

    Parameters
    ----------
    progress
        The progress of a session.
    """
    told = [f"{progress.answered} answered", f"{progress.left:,} left"]
    if progress.per_hour is not None:
        told.append(f"{progress.per_hour:.0f}/hour")
    minutes = progress.minutes_left
    if minutes is not None and progress.left:
        told.append(_about(minutes))
    return ", ".join([*told, f"{progress.in_file:,} in the file"])


def _about(minutes: float) -> str:
    if minutes < 1:
        return "less than a minute"
    return f"about {minutes:.0f} min" if minutes < 600 else f"about {minutes / 60:.0f} h"


def _done(session: Session, width: int) -> list[Text]:
    told = ["No comment is left to label.", "", progress_line(session.progress), ""]
    lines = [Text(line) for each in told for line in wrapped(each, width)]
    return [*lines, *(Text(line) for line in _flowing(["[z] undo", "[q] quit"], width))]
