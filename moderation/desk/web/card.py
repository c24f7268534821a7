"""What the page about one comment shows: the comment, what stands around it, and its sums."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from moderation.desk.refusals import no_such_comment
from moderation.desk.store.database import WITHDRAWN, Database
from moderation.desk.store.threads import ThreadAround, thread_around
from moderation.records import Article, Attribute, Comment, Reason, Score
from moderation.text.visibility import printable_lines

if TYPE_CHECKING:
    from moderation.model import Explanation, Moderator

# Characters up to which a comment is explained while a moderator waits, and shown at first.
_EXPLAINED = 20_480

# The words that are marked: as many for the score as `score --explain` names, and some against it.
_MARKED_UP, _MARKED_DOWN = 5, 3
_SMALLEST_MARK = 0.25  # log-odds; a smaller part moves a score by less than 0.07
_SMALLEST_SHARE = 0.2  # of the largest part; a mark on each "and" beside an insult misleads

# The parts of a sum that are listed one by one.
_LISTED = 30

_EARLIER = 10


class Piece(NamedTuple):
    """A stretch of the comment; `mark` is ``up``, ``down`` or empty."""

    text: str
    mark: str
    weight: float


class Sum(NamedTuple):
    """How one score came about.

    Attributes
    ----------
    name
        The attribute.
    score
        The score and its thresholds, as of now.
    parts
        The weight and the text of the largest parts.
    rest, n_rest
        The sum and the number of the other parts.
    explanation
        The whole explanation; None if there is no score or the comment is too long.
    sentence
        The most hostile sentence, if the model weighs sentences.
    stored
        The score in the queue.
    """

    name: str
    score: Score
    parts: list[tuple[float, str]]
    rest: float
    n_rest: int
    explanation: Explanation | None
    sentence: str | None
    stored: float | None

    @property
    def is_over(self) -> bool:
        """Whether the score alone proposes a review; the words of another mislead if marked."""
        return self.score.value is not None and self.score.value >= self.score.review

    @property
    def raised_by(self) -> list[str]:
        """The three largest parts that raise the score."""
        return [text for weight, text in self.parts if weight > 0][:3]

    @property
    def differs(self) -> bool:
        """Whether the score in the queue is of another model, or of an article that has changed."""
        now, stored = self.score.value, self.stored
        return (now is None) != (stored is None) or abs((now or 0) - (stored or 0)) > 1e-6


class CommentCard(NamedTuple):
    """Everything on the page about one comment.

    Attributes
    ----------
    row
        The comment as it is stored.
    article
        Its article, if it is known.
    pieces
        Its text, cut where marks begin and end.
    sums
        How its scores came about; empty if that is hidden.
    history
        What was done with it, the earliest first.
    earlier
        What was last decided about other comments of its author.
    totals
        How many comments of its author were published and rejected.
    thread
        The comments around it.
    """

    row: sqlite3.Row
    article: sqlite3.Row | None
    pieces: list[Piece]
    sums: list[Sum]
    history: list[sqlite3.Row]
    earlier: list[sqlite3.Row]
    totals: dict[str, int]
    thread: ThreadAround


def make_card(
    database: Database,
    moderator: Moderator,
    item: str,
    *,
    hidden: bool,
    mask: Callable[[str], str] = str,
) -> CommentCard:
    """Gather what is shown about a comment.

    Parameters
    ----------
    database
        The store.
    moderator
        The model that explains the scores.
    item
        The key of the comment.
    hidden
        Whether the proposal is hidden until the comment is decided.
    mask
        Returns a text, of the same length, as this moderator wants to see it. The model reads the
        text as it is.

    Raises
    ------
    DeskRefusal
        If there is no such comment.
    """
    with database.reading() as sql:
        row = sql.execute("SELECT * FROM items WHERE item = ?", (item,)).fetchone()
        if row is None:
            raise no_such_comment()
        article = sql.execute(
            "SELECT * FROM articles WHERE article = ?", (row["article"],)
        ).fetchone()
        waits = row["state"] not in {"publish", "reject"}
        summed = not (hidden and waits) and len(row["text"]) <= _EXPLAINED
        history = sql.execute(_HISTORY, (item,)).fetchall()
        earlier = sql.execute(_AUTHORS, (row["author"], item, _EARLIER)).fetchall()
        totals = dict(sql.execute(_TOTALS, (row["author"],)).fetchall())
        thread = thread_around(sql, item)
    sums = _sums(moderator, row, article, mask) if summed else []
    hostility = sums[0] if sums and sums[0].is_over else None
    reasons = hostility.explanation.reasons if hostility and hostility.explanation else ()
    pieces = cut(mask(row["text"]), reasons)
    return CommentCard(row, article, pieces, sums, history, earlier, totals, thread)


_HISTORY = f"""SELECT d.*, {WITHDRAWN} AS withdrawn
    FROM decisions d LEFT JOIN decisions w ON w.seq = d.withdraws
    WHERE d.item = ? AND d.what != 'skip' AND w.what IS NOT 'skip' ORDER BY d.seq"""  # noqa: S608
_AUTHORS = """SELECT i.item, substr(i.text, 1, 160) AS text, i.state, i.reason, d.at FROM items i
    LEFT JOIN decisions d ON d.seq = i.last
    WHERE i.author = ? AND i.item != ? AND i.last > 0 AND +i.state IN ('publish', 'reject')
    ORDER BY i.last DESC LIMIT ?"""
_TOTALS = """SELECT state, COUNT(*) FROM items
    WHERE author = ? AND state IN ('publish', 'reject') GROUP BY state"""


def cut(text: str, reasons: tuple[Reason, ...]) -> list[Piece]:
    """Cut a text at its marked words; characters that control the screen become visible."""
    spans = [reason for reason in reasons if reason.end > reason.start]
    largest = sorted(spans, key=lambda reason: reason.weight)
    share = _SMALLEST_SHARE * max((abs(reason.weight) for reason in spans), default=0.0)
    smallest = max(_SMALLEST_MARK, share)
    against = [reason for reason in largest[:_MARKED_DOWN] if reason.weight <= -smallest]
    speaking = largest[::-1][:_MARKED_UP]
    marked = [reason for reason in speaking if reason.weight >= smallest] + against
    places = {reason.start: reason for reason in marked}
    ends = {at for reason in marked for at in (reason.start, reason.end)}
    shown = visible_lines(text)
    pieces = []
    for start, end in pairwise(sorted(ends | {0, len(text)})):
        reason = places.get(start)
        mark = "" if reason is None else ("up" if reason.weight > 0 else "down")
        pieces.append(Piece(shown[start:end], mark, reason.weight if reason else 0.0))
    return pieces


def visible_lines(text: str) -> str:
    """Return a text of the same length in which nothing is invisible or turns the line."""
    plain = text.replace("\r\n", " \n").replace("\r", "\n").replace("\t", " ")
    return printable_lines(plain)


def _sums(
    moderator: Moderator,
    row: sqlite3.Row,
    article: sqlite3.Row | None,
    mask: Callable[[str], str],
) -> list[Sum]:
    """Return how the scores came about.

    The other comments of the article are not read again, however many they are: what the rest
    leaves of the stored score is their part. Where the model or the article has changed since, the
    rest would say nothing about them, and they are left out.
    """
    comment = _comment(row, article)
    is_same = row["model"] == moderator.version_for(comment) and (
        article is None or row["edition"] == article["edition"]
    )
    sums = []
    for attribute in Attribute:
        stored = row[attribute.value] if is_same else None
        score, explanation = moderator.explained(comment, attribute, stored)
        sums.append(_sum(score, explanation, row, mask))
    return sums


def _comment(row: sqlite3.Row, article: sqlite3.Row | None) -> Comment:
    known = article is not None and (article["title"] or article["text"])
    return Comment(
        text=row["text"],
        id=row["id"],
        article=Article(
            id=article["id"], title=article["title"], text=article["text"], url=article["url"]
        )
        if article is not None and known
        else None,
        article_id=row["article"],
        parent=row["parent"],
        copies=row["copies"],
    )


def _sum(
    score: Score, explanation: Explanation | None, row: sqlite3.Row, mask: Callable[[str], str]
) -> Sum:
    name, text = score.attribute.value, mask(row["text"])

    def shown(reason: Reason) -> str:
        has_place = reason.end > reason.start
        return visible_lines(text[reason.start : reason.end] if has_place else mask(reason.text))

    reasons = explanation.reasons if explanation else ()
    ranked = sorted(reasons, key=lambda reason: -abs(reason.weight))
    sentence = None
    if explanation and explanation.worst_sentence and score.attribute is Attribute.HOSTILITY:
        start, end = explanation.worst_sentence
        sentence = visible_lines(text[start:end])
    return Sum(
        name="hostility" if score.attribute is Attribute.HOSTILITY else "off topic",
        score=score,
        parts=[(reason.weight, shown(reason)) for reason in ranked[:_LISTED]],
        rest=sum(reason.weight for reason in ranked[_LISTED:]),
        n_rest=max(0, len(ranked) - _LISTED),
        explanation=explanation,
        sentence=sentence,
        stored=row[name],
    )
