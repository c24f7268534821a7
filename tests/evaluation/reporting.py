"""What the tests of the report share: unseen comments, and a suite of three cases."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from moderation.evaluation.audits import SuiteResult, run_suite
from moderation.evaluation.audits.suite import Behaviour, Case
from moderation.evaluation.report import find
from moderation.evaluation.report.sections import ReportFindings
from moderation.labels.gold.computing import Gold
from moderation.model.artifact.folder import Model
from moderation.model.moderator import Moderator
from moderation.records import Comment

BEHAVIOURS = (
    Behaviour(name="wet", title="Insults by weather", description="d", expected="hostile"),
    Behaviour(name="dry", title="Praise", description="d", expected="not_hostile"),
    Behaviour(name="both", title="Doubts", description="d", expected="mixed"),
)
CASES = (
    Case(id="w", text="May it rain on you idiots & yours.", hostility=True, behaviour="wet"),
    Case(id="d", text="You idiot, you moron, how kind.", hostility=False, behaviour="dry"),
    Case(id="b", text="The bridge, again.", hostility=True, behaviour="both"),
)


def unseen(gold: Sequence[Gold]) -> list[Gold]:
    """The corpus as comments that trained nothing, one of them an attack on the page.

    One in nine is labelled the other way, so that a model makes mistakes.
    """
    return [
        msgspec.structs.replace(
            item,
            comment=msgspec.structs.replace(
                item.comment, text=f"{item.comment.text} <script>alert(1)</script> &c."
            ),
            hostility=1.0 - (item.hostility or 0.0) if n % 9 == 0 else item.hostility,
        )
        for n, item in enumerate(gold)
    ]


def findings(model: Model, gold: Sequence[Gold]) -> ReportFindings:
    """A report with everything that a report may have, its intervals from few resamples."""
    sikh = Comment(text="The Sikh choir sang at the bridge.")
    named = msgspec.structs.replace(gold[0], comment=sikh, hostility=0.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("moderation.evaluation.metrics._ROUNDS", 30)
        return find(model, [*unseen(gold), named], suite(model))


def suite(model: Model) -> SuiteResult:
    """What a model makes of the three cases."""
    return run_suite(Moderator(model), BEHAVIOURS, CASES)
