"""How often appeals overturned a rejection, by its reason and by who rejected."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from moderation.desk.store.appealed import ENTERED, SETTLES_APPEAL
from moderation.desk.store.database import Database

# The rejection that was appealed against is the last one before the appeal was entered.
_APPEALS = f"""SELECT r.reason, r.who,
        (SELECT d.what FROM decisions d WHERE {SETTLES_APPEAL}) AS outcome
    FROM appeals p JOIN decisions r ON r.seq = (SELECT MAX(d.seq) FROM decisions d
        WHERE d.item = p.item AND d.what = 'reject' AND d.seq < (SELECT MIN(e.seq)
            FROM decisions e WHERE e.appeal = p.appeal))
    WHERE {ENTERED} ORDER BY p.appeal"""  # noqa: S608 - our own words


class AppealOutcome(NamedTuple):
    """An appeal, and the rejection that it is about.

    Attributes
    ----------
    reason
        The key of the reason of the rejection.
    moderator
        Who rejected.
    outcome
        ``uphold``, ``overturn``, or None while it waits.
    """

    reason: str | None
    moderator: str
    outcome: str | None


class AppealCounts(NamedTuple):
    """The appeals against one moderator's rejections for one reason."""

    reason: str | None
    moderator: str
    waiting: int
    upheld: int
    overturned: int


def appeal_outcomes(database: Database) -> list[AppealOutcome]:
    """Return all appeals that were entered and not withdrawn, in the order of their entering."""
    with database.reading() as sql:
        return [
            AppealOutcome(row["reason"], row["who"], row["outcome"])
            for row in sql.execute(_APPEALS)
        ]


def appeal_counts(outcomes: list[AppealOutcome]) -> list[AppealCounts]:
    """Count appeals by reason and moderator, the most overturned first.

    Parameters
    ----------
    outcomes
        The appeals.
    """
    found: dict[tuple[str | None, str], Counter[str | None]] = {}
    for each in outcomes:
        found.setdefault((each.reason, each.moderator), Counter())[each.outcome] += 1
    counts = [
        AppealCounts(reason, who, n[None], n["uphold"], n["overturn"])
        for (reason, who), n in found.items()
    ]
    return sorted(counts, key=lambda each: (-each.overturned, each.reason or "", each.moderator))
