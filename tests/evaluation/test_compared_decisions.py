"""People's decisions beside the model's proposals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from moderation.errors import InputError
from moderation.evaluation.decided import DecisionsCompared, compare_decisions
from moderation.evaluation.labels.agreement import kappa_of_table
from moderation.labels.decided import Decided, Outcome
from moderation.model import Moderator
from moderation.records import Action, Comment


@pytest.fixture
def moderator(model_folder: Path) -> Moderator:
    return Moderator.load(model_folder)


RUDE, KIND = "You idiot.", "Thank you for the report."


def decided(n: int, text: str, outcome: Outcome, **more: object) -> list[Decided]:
    return [
        Decided(Comment(id=f"{outcome}-{text[:3]}-{i}", text=text), outcome, **more)  # type: ignore[arg-type]
        for i in range(n)
    ]


def counts(found: DecisionsCompared) -> dict[str, tuple[int, int, int, int]]:
    return {row.action: (row.published, row.rejected, row.trash, row.spam) for row in found.actions}


def test_every_decision_is_counted_once_by_proposal_and_outcome(moderator: Moderator) -> None:
    proposals = [moderator.score(Comment(text=text)).action for text in (RUDE, KIND)]
    assert proposals[0] is not Action.PUBLISH
    assert proposals[1] is Action.PUBLISH
    rows = [
        *decided(30, RUDE, Outcome.REJECTED, reason="insult", hostile=True, section="Sport"),
        *decided(3, RUDE, Outcome.SPAM),
        *decided(40, KIND, Outcome.PUBLISHED, section="Sport"),
        *decided(5, KIND, Outcome.TRASH),
        *decided(2, KIND, Outcome.REJECTED, reason="claim", hostile=False),
    ]
    found = compare_decisions(moderator, rows, largest=3)
    table = counts(found)
    assert table[proposals[0]] == (0, 30, 0, 3)
    assert table["publish"] == (40, 2, 5, 0)
    assert found.agreement.n == 77
    assert (found.agreement.stricter_people.k, found.agreement.stricter_people.n) == (7, 47)
    assert found.workload[0].found.k == 30
    assert found.workload[0].found_hostile.n == 30
    assert [group.name for group in found.sections] == ["Sport"]
    assert {row.outcome for row in found.stricter_people} == {"trash"}
    assert all(row.text is None for row in found.stricter_people)
    told = " ".join(found.cautions)
    assert "5 of 37 rejections have no reason" in told
    assert "2 of 37 rejections are for another reason" in told
    assert "3 comments are spam" in told


def test_texts_are_shown_only_if_asked_for(moderator: Moderator) -> None:
    rows = decided(3, KIND, Outcome.REJECTED)
    assert compare_decisions(moderator, rows, show_text=True).stricter_people[0].text == KIND


def test_too_few_decisions_say_nothing(moderator: Moderator) -> None:
    found = compare_decisions(moderator, decided(5, KIND, Outcome.REJECTED))
    assert found.agreement.agreed.value is None
    assert found.kappa.value is None
    assert [row.threshold for row in found.workload] == [None]
    assert any("too few to say" in caution for caution in found.cautions)


def test_nothing_decided_is_an_error(moderator: Moderator) -> None:
    with pytest.raises(InputError, match="no decision"):
        compare_decisions(moderator, [])


def test_kappa_of_a_table_is_scikit_learns() -> None:
    counts = np.array([[40, 9], [5, 21]])
    first, second = np.indices(counts.shape).reshape(2, -1)
    expected = cohen_kappa_score(first, second, sample_weight=counts.ravel())
    found = kappa_of_table(counts)
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.low is not None
    assert found.high is not None
    assert found.low < expected < found.high
    assert kappa_of_table(np.array([[3, 4], [0, 0]])).value is None
