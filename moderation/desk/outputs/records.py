"""Turns the decisions of a store into records and into labelled rows."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from moderation.desk.outputs.period import EVER, Period
from moderation.desk.reasons import Reasons, Teaches
from moderation.desk.store.appealed import OUTCOMES
from moderation.desk.store.database import WITHDRAWN, Database
from moderation.desk.store.deciding import DeskStep
from moderation.desk.store.intake import is_drawn
from moderation.evaluation.shares import FEWEST
from moderation.files.records import Record
from moderation.records import Action

_LINES = f"""SELECT d.*, i.id AS id, i.text, i.author, i.article, i.parent, i.parent_id,
        i.state = 'forgotten' AS forgotten,
        a.title, a.text AS lead, a.url,
        {WITHDRAWN} AS withdrawn
    FROM decisions d JOIN items i ON i.item = d.item LEFT JOIN articles a ON a.article = i.article
    ORDER BY d.seq"""  # noqa: S608

SOURCE = "desk"

# One in twenty of those that the model would publish. They are no random sample of all comments.
_DRAWN = "drawn"

# The comments for which those of a stratum stand, by their proposal.
_STANDS_FOR = {"hold": Action.HOLD, "review": Action.REVIEW, _DRAWN: Action.PUBLISH}


def _lines(database: Database) -> list[sqlite3.Row]:
    with database.reading() as sql:
        return sql.execute(_LINES).fetchall()


def decision_records(
    database: Database, reasons: Reasons, period: Period = EVER
) -> Iterator[Record]:
    """Yield a record for each line of the store, those that were undone included.

    Parameters
    ----------
    database
        The store.
    reasons
        Their sentences for readers go with the rejections.
    period
        When the lines were written.
    """
    for line in _lines(database):
        if not period.holds(line["at"]):
            continue
        reason = reasons.find(line["reason"])
        yield {
            "seq": line["seq"],
            "id": line["id"] or None,
            "decision": line["what"],
            "reason": line["reason"],
            "to_reader": reason.to_reader if reason else None,
            "note": line["note"],
            "asked": line["asked"],
            "appeal": line["appeal"],
            "answer": line["answer"],
            "moderator": line["who"],
            "decided_at": line["at"],
            "withdrawn": bool(line["withdrawn"]),
            "withdraws": line["withdraws"],
            "proposal": line["proposal"],
            "hostility": _rounded(line["hostility"]),
            "off_topic": _rounded(line["off_topic"]),
            "model": line["model"],
            "proposal_seen": not line["blind"],
            "drawn": _stratum(line) == _DRAWN,
            "seconds": line["seconds"],
            "bulk": line["bulk"],
            "article_id": line["article"],
            "author": line["author"],
            "text": line["text"] or None,
            "forgotten": bool(line["forgotten"]),
        }


def label_rows(database: Database, reasons: Reasons, period: Period = EVER) -> Iterator[Record]:
    """Yield rows of a labelled file: what each moderator last decided about each comment.

    To publish a comment says that it is neither hostile nor, if it has an article or a parent, off
    topic. A rejection says what its reason teaches, and nothing about the other attribute. A
    rejection for a reason that teaches neither gives no row. Who settles an appeal settles the
    disagreement, so the row is adjudicated.

    Parameters
    ----------
    database
        The store.
    reasons
        What each reason teaches.
    period
        When the decisions were made.
    """
    last: dict[tuple[str, str], sqlite3.Row] = {}
    for line in _lines(database):
        settles = line["what"] in {DeskStep.PUBLISH, DeskStep.REJECT, *OUTCOMES}
        if settles and not line["withdrawn"] and not line["forgotten"]:
            last[line["item"], line["who"]] = line
    told = [line for line in last.values() if period.holds(line["at"])]
    shared = _shared_ids(database)
    strata = {line["item"]: _stratum(line) for line in told}
    chances = _chances(database, strata)
    for line in told:
        answers = _answers(line, reasons)
        if answers is not None:
            stratum = strata[line["item"]]
            chosen = {"selection": stratum, "chance": chances.get(stratum)}
            yield _row(line, shared) | answers | chosen


def _stratum(line: sqlite3.Row) -> str:
    """Return why a comment was put before a person: its proposal, or that it was drawn.

    Somebody looked for a comment that is proposed for publishing and was not drawn.
    """
    return _DRAWN if is_drawn(line["item"], line["proposal"]) else str(line["proposal"])


def _chances(database: Database, strata: Mapping[str, str]) -> dict[str, float]:
    """Return which share of the comments of each stratum was judged; empty if it says too little.

    A comment that is not judged stands where the model proposes to put it now. What somebody
    looked for stands for itself; those drawn stand for all others that would be published.
    """
    statement = "SELECT item, proposal FROM items WHERE state NOT IN ('changed', 'forgotten')"
    with database.reading() as sql:
        left = Counter(
            row["proposal"] for row in sql.execute(statement) if row["item"] not in strata
        )
    judged = Counter(strata.values())
    chances = {Action.PUBLISH.value: 1.0}
    for stratum, proposal in _STANDS_FOR.items():
        if left[proposal] and judged[stratum] < FEWEST:
            return {}  # the others must not stand for these
        if judged[stratum]:
            whole = judged[stratum] + left[proposal]
            chances[stratum] = round(judged[stratum] / whole, 6)
    return chances


def _row(line: sqlite3.Row, shared: frozenset[str]) -> Record:
    """Return a labelled row; an id that stands for several texts gets the comment's key."""
    id_ = line["id"]
    seen = None if line["blind"] else _rounded(line["hostility"])
    return {
        "id": f"{id_}-{line['item'][:8]}" if id_ in shared else id_,
        "text": line["text"],
        "annotator": line["who"],
        "source": SOURCE,
        "labelled_at": line["at"],
        "article_id": line["article"],
        "article": _article(line),
        "parent_id": line["parent_id"],
        "parent": line["parent"],
        "note": line["note"],
        "adjudicated": line["what"] in OUTCOMES,
        "model": line["model"],
        "score_seen": seen,
    }


def _article(line: sqlite3.Row) -> Record | None:
    if not line["title"] and not line["lead"]:
        return None
    return {"id": line["article"], "title": line["title"] or "", "text": line["lead"] or ""}


def _answers(line: sqlite3.Row, reasons: Reasons) -> Record | None:
    """Return what a decision says about both attributes; None if it says nothing."""
    if OUTCOMES.get(line["what"], line["what"]) == DeskStep.PUBLISH:
        placed = line["parent"] or _article(line)
        return {"hostility": False, "off_topic": False if placed else None}
    reason = reasons.find(line["reason"])
    if reason is None or reason.label is Teaches.NEITHER:
        return None
    hostile = reason.label is Teaches.HOSTILE
    return {"hostility": True if hostile else None, "off_topic": None if hostile else True}


def _shared_ids(database: Database) -> frozenset[str]:
    """Return the ids that stand for several texts."""
    statement = "SELECT id FROM items GROUP BY id HAVING COUNT(DISTINCT text) > 1"
    with database.reading() as sql:
        return frozenset(row["id"] for row in sql.execute(statement))


def _rounded(value: Any) -> float | None:
    return None if value is None else round(float(value), 6)
