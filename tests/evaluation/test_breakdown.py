"""Off-topic taken apart by kind, length and form of the article."""

from __future__ import annotations

import msgspec
import pytest

from moderation.evaluation.audits.breakdown import break_down
from moderation.labels.gold.computing import Gold
from moderation.model.artifact.folder import Model
from moderation.model.moderator import Moderator
from moderation.records import Comment

pytestmark = pytest.mark.usefixtures("few_rounds")


def test_every_part_is_measured_twice(moderator: Moderator, gold: list[Gold]) -> None:
    answered = [
        msgspec.structs.replace(
            item, comment=msgspec.structs.replace(item.comment, parent=gold[0].comment.text)
        )
        for item in gold[:9]
    ]
    parts = {part.name: part for part in break_down(moderator, [*gold, *answered])}
    n_true = sum((item.off_topic or 0) > 0.5 for item in [*gold, *answered])
    assert (parts["all"].n, parts["all"].n_true) == (len(gold) + 9, n_true)
    assert parts["top level"].n == len(gold)
    assert parts["replies"].n == 9
    assert "60 words and more" not in parts  # no comment is so long
    assert list(parts)[-3:] == ["title only", "title and lead", "whole article"]
    for part in parts.values():
        for figure in (part.roc_auc, part.without_length):
            assert figure.value is not None
            assert 0.5 < figure.value <= 1.0


def test_less_of_the_article_tells_less(moderator: Moderator, gold: list[Gold]) -> None:
    parts = {part.name: part for part in break_down(moderator, gold)}
    assert parts["title only"].n == parts["whole article"].n == len(gold)
    assert parts["title only"].roc_auc.value <= parts["whole article"].roc_auc.value  # type: ignore[operator]


def test_what_cannot_be_judged_is_left_aside(moderator: Moderator, gold: list[Gold]) -> None:
    loose = Gold(comment=Comment(text="t"), group="g", off_topic=1.0)
    contested = msgspec.structs.replace(gold[0], off_topic=0.5)
    unjudged = msgspec.structs.replace(gold[0], off_topic=None)
    parts = break_down(moderator, [*gold, loose, contested, unjudged])
    assert parts[0].n == len(gold)
    assert break_down(moderator, [loose]) == []
    nothing = msgspec.structs.replace(moderator.model.manifest, off_topic=None)
    assert break_down(Moderator(Model(nothing, {}, "d")), gold) == []
