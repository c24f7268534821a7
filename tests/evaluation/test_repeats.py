"""Copies, contradictions and second thoughts."""

from __future__ import annotations

from typing import Any

from moderation.evaluation.labels.repeats import ChangedAnswer, repeats
from moderation.labels.gold.computing import gold_labels
from moderation.labels.labelled_files import LabelledRow, LabelledSet
from moderation.records import Attribute

TEXT = "The ferry was late again and nobody at the desk could say why, as on every Monday."


def _found(*rows: dict[str, Any]) -> Any:
    given = tuple(LabelledRow(**{"text": TEXT, "annotator": "a", **row}) for row in rows)
    return repeats(given, gold_labels(LabelledSet(rows=given, articles={}, rejected=())))


def test_copies_with_different_gold_contradict_each_other() -> None:
    found = _found(
        {"id": "1", "text": "Nothing alike.", "hostility": False},
        {"id": "2", "text": "Nothing  ALIKE.", "hostility": False},
        {"id": "3", "hostility": True},
        {"id": "4", "text": TEXT + " Sad.", "hostility": False, "annotator": "b"},
    )
    assert [(g.ids, g.exact, g.contradicts) for g in found.copies] == [
        (("3", "4"), False, (Attribute.HOSTILITY,)),
        (("1", "2"), True, ()),
    ]
    assert [g.ids for g in found.contradictions] == [("3", "4")]


def test_off_topic_may_differ_between_articles_and_not_under_one() -> None:
    under = [
        {"id": str(i), "off_topic": i == 0, "article_id": article}
        for i, article in enumerate(("ferry", "school"))
    ]
    assert _found(*under).contradictions == ()
    (group,) = _found({**under[0], "article_id": "school"}, under[1]).contradictions
    assert group.contradicts == (Attribute.OFF_TOPIC,)


def test_a_contested_copy_contradicts_nothing() -> None:
    found = _found({"id": "1", "hostility": 0.5}, {"id": "2", "hostility": True})
    assert len(found.copies) == 1
    assert found.contradictions == ()


def test_an_annotator_who_answers_again() -> None:
    found = _found(
        {"id": "1", "hostility": True, "off_topic": False},
        {"id": "1", "hostility": False, "off_topic": False},
        {"id": "1", "hostility": False, "off_topic": False},
        {"id": "1", "hostility": True, "annotator": "b"},
    )
    assert found.changed == (
        ChangedAnswer(
            annotator="a",
            attribute=Attribute.HOSTILITY,
            ids=("1",),
            answers=(True, False, False),
        ),
    )
    assert found.repeated_rows == 1
    assert found.copies == ()


def test_an_annotator_who_answers_copies_differently() -> None:
    found = _found({"id": "1", "hostility": True}, {"id": "2", "hostility": False})
    (change,) = found.changed
    assert (change.ids, change.answers) == (("1", "2"), (True, False))
    mended = _found(
        {"id": "1", "hostility": True},
        {"id": "2", "hostility": False},
        {"id": "2", "hostility": True},
    )
    assert [change.ids for change in mended.changed] == [("2",)]
