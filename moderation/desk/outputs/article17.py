"""The facts of a rejection, as Article 17 of the Digital Services Act asks for them.

The fields and words are those of the EU's transparency database (its schema of June 2026). Nothing
is filed. No text of a reader, no name and no note of a moderator gets into a statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from moderation.desk.outputs.period import Period
from moderation.desk.outputs.standing import StandingDecision
from moderation.desk.reasons import Category, Reasons
from moderation.desk.store.deciding import DeskStep
from moderation.files.records import Record
from moderation.records import Action

# What brought the comment before a person, by the proposal of the model.
_DETECTED = {
    Action.HOLD: "A statistical model had proposed to hold the comment back for a person.",
    Action.REVIEW: "A statistical model had proposed that a person look at the comment.",
    Action.PUBLISH: "No automated means had singled out the comment.",
}


def statements(
    decisions: Iterable[StandingDecision], reasons: Reasons, period: Period
) -> Iterator[Record]:
    """Yield a statement of reasons for each rejection that stands.

    Parameters
    ----------
    decisions
        The decisions that stand.
    reasons
        The ground of each reason.
    period
        In its zone are the days.
    """
    for decision in decisions:
        if decision.row["what"] == DeskStep.REJECT:
            yield _statement(decision, reasons, period)


def _statement(decision: StandingDecision, reasons: Reasons, period: Period) -> Record:
    row = decision.row
    proposal = Action(row["proposal"])
    reason = reasons.find(row["reason"])
    name = reasons.name(row["reason"])
    category = reason.category if reason else Category.OTHER
    return {
        "puid": f"desk-{row['item']}-{row['seq']}",
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        **_ground(decision, reasons),
        "category": f"STATEMENT_CATEGORY_{category.value}",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_date": _day(row["published"]),
        "application_date": period.local(row["at"]).date().isoformat(),
        "decision_facts": (
            f"A moderator read the comment and rejected it. The reason was: {name}. "
            f"{_DETECTED[proposal]} The decision was not automated."
        ),
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "No" if proposal is Action.PUBLISH else "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    }


def _ground(decision: StandingDecision, reasons: Reasons) -> Record:
    """Return the fields about the ground; those of the other ground are null."""
    key = decision.row["reason"]
    reason = reasons.find(key)
    explained = reason.to_reader if reason else reasons.name(key)
    law = reason.law if reason else None
    rule = (reason.rule if reason else None) or reasons.name(key)
    kind = "INCOMPATIBLE" if law is None else "ILLEGAL"
    return {
        "decision_ground": f"DECISION_GROUND_{kind}_CONTENT",
        "illegal_content_legal_ground": law,
        "illegal_content_explanation": None if law is None else explained,
        "incompatible_content_ground": rule if law is None else None,
        "incompatible_content_explanation": explained if law is None else None,
        "incompatible_content_illegal": "No" if law is None else None,
    }


def _day(published: str | None) -> str | None:
    """Return the day of a comment, if its time begins with one."""
    try:
        return date.fromisoformat((published or "")[:10]).isoformat()
    except ValueError:
        return None
