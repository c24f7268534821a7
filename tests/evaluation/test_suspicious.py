"""Wrong labels come first, whatever finds them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from moderation.evaluation.labels.suspicious import confident_errors, suspicious_labels
from moderation.labels.gold.computing import Gold
from moderation.model.artifact.folder import Model
from moderation.records import Attribute


def _flipped(gold: Sequence[Gold], place: int, attribute: Attribute) -> list[Gold]:
    import msgspec

    label = gold[place].label(attribute)
    assert label is not None
    changed = msgspec.structs.replace(gold[place], **{attribute.value: 1 - label})
    return [*gold[:place], changed, *gold[place + 1 :]]


@pytest.mark.parametrize("place", [0, 3, 22])
@pytest.mark.parametrize("based", [True, False])
def test_a_flipped_label_comes_first(
    gold: Sequence[Gold], model: Model, place: int, based: bool
) -> None:
    noisy = _flipped(gold, place, Attribute.HOSTILITY)
    found = suspicious_labels(noisy, Attribute.HOSTILITY, model if based else None)
    assert found.n == len(found.suspects) == len(gold)
    assert found.suspects[0].comment.id == gold[place].comment.id
    confidence = [s.expected if s.label > 0.5 else 1 - s.expected for s in found.suspects]
    assert confidence == sorted(confidence)
    assert found.n_doubtful == sum(s.doubtful for s in found.suspects)


def test_a_flipped_off_topic_label_comes_early(gold: Sequence[Gold], model: Model) -> None:
    noisy = _flipped(gold, 6, Attribute.OFF_TOPIC)
    found = suspicious_labels(noisy, Attribute.OFF_TOPIC, model)
    first = [suspect.comment.id for suspect in found.suspects[: len(gold) // 10]]
    assert gold[6].comment.id in first
    alone = suspicious_labels(noisy, Attribute.OFF_TOPIC, None)
    assert alone.n == found.n


def test_the_number_of_processes_changes_nothing(gold: Sequence[Gold], model: Model) -> None:
    one = suspicious_labels(gold, Attribute.HOSTILITY, model, jobs=1)
    two = suspicious_labels(gold, Attribute.HOSTILITY, model, jobs=2)
    assert one == two


def test_too_few_labels_are_said_to_be_too_few(gold: Sequence[Gold], model: Model) -> None:
    found = suspicious_labels(gold[:9], Attribute.HOSTILITY, model)
    assert found.n == 0
    assert found.why_none == "too few labels of either kind"


def test_confident_errors_by_hand() -> None:
    # Classes are confident from the mean over their own: true from 0.6, false from 0.675.
    true = np.array([True, True, True, False, False, False, False])
    expected = np.array([0.9, 0.7, 0.2, 0.1, 0.2, 0.1, 0.9])
    assert confident_errors(true, expected).tolist() == [
        False, False, True, False, False, False, True
    ]  # fmt: skip
    # Unsure of both classes: no error, however improbable the label.
    assert not confident_errors(true, np.array([0.9, 0.9, 0.5, 0.1, 0.1, 0.1, 0.1])).any()
