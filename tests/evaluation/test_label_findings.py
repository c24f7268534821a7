"""The whole check, and the advice that follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import corpus
import pytest
from corpus import write_lines

from moderation.evaluation.labels import advice, check_labels
from moderation.labels.gold.computing import GoldRule
from moderation.labels.labelled_files import read_labelled
from moderation.model.artifact.folder import Model
from moderation.records import Attribute


def _second(**changes: Any) -> list[dict[str, Any]]:
    return [{**row, "annotator": "b", **changes} for row in corpus.rows()]


def test_findings_count_what_there_is(labelled_folder: Path, model: Model) -> None:
    found = check_labels(read_labelled([labelled_folder]), model, rule=GoldRule.MAJORITY)
    assert (found.rows, found.comments, found.articles) == (54, 54, 6)
    assert found.annotators == ("a",)
    assert found.rule is GoldRule.MAJORITY
    assert (found.gold[Attribute.HOSTILITY].true, found.gold[Attribute.HOSTILITY].false) == (18, 36)
    assert found.coverage.per_article == 9
    assert found.coverage.largest_share == pytest.approx(1 / 6)
    assert (found.coverage.without_article, found.coverage.without_context) == (0, 0)
    assert found.coverage.chosen == {"not told": 54}
    assert found.reliability[Attribute.HOSTILITY] == ()
    # Under each article stand the same three comments astray.
    assert {len(group.ids) for group in found.repeats.copies} == {6}
    assert found.repeats.contradictions == ()


def test_the_document_is_for_machines(labelled_folder: Path, model: Model) -> None:
    found = check_labels(read_labelled([labelled_folder]), model).document(show=2)
    assert len(found["suspicious"]["hostility"]["suspects"]) == 2
    assert found["suspicious"]["hostility"]["n"] == 54
    assert found["agreement"][0]["alpha"]["value"] is None
    assert set(found["suspicious"]["hostility"]["suspects"][0]) >= {"id", "text", "expected"}


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ([], "have a second person label"),
        (_second(hostility=True), "talk the guideline of hostility through: alpha is -0"),
        (_second(hostility=True)[:5], "settle 3 contested comments of hostility"),
        ([{"text": "x", "hostilty": True}], "mend the 1 rejected row"),
        ([{**corpus.rows()[0], "id": "copy", "hostility": True}], "1 group of copies"),
        ([{**corpus.rows()[0], "id": "copy", "hostility": True}], "ask a about 1 text"),
        ([{"text": "Nowhere at all.", "off_topic": True}], "article or parent of 1 comment"),
        (
            [
                {"text": f"Remark {i}.", "hostility": False, "article": {"title": "T"}}
                for i in range(99)
            ],
            "65% of the comments stand under one",
        ),
        ([], "find more comments that are true for hostility: there are 18, few to learn from"),
    ],
)
def test_advice_says_what_to_do(
    labelled_folder: Path, model: Model, second: list[dict[str, Any]], told: str
) -> None:
    if second:
        write_lines(labelled_folder / "second.jsonl", second)
    found = advice(check_labels(read_labelled([labelled_folder]), model))
    assert any(told in line for line in found), found


def test_nothing_needs_attention(tmp_path: Path, model: Model) -> None:
    rows = [
        {
            "id": f"{i}-{row['id']}",
            "text": " ".join([row["text"], *(f"{i}{row['id']}{k}" for k in range(40))]),
            "hostility": row["hostility"], "annotator": who,
            "article": {"title": f"{row['article_id']} {i}"},
        }
        for i in range(2) for row in corpus.rows() for who in "ab"
    ]  # fmt: skip
    labelled = read_labelled([write_lines(tmp_path / "l.jsonl", rows)])
    (line,) = advice(check_labels(labelled, model))
    assert line.startswith("nothing needs attention")


def test_contested_is_what_adjudication_asks_about(labelled_folder: Path, model: Model) -> None:
    first, second = corpus.rows()[:2]
    more = [
        {**first, "annotator": "b", "hostility": True},
        {**first, "annotator": "c", "hostility": False},
        {**second, "annotator": "b", "hostility": "unsure"},
    ]
    path = write_lines(labelled_folder / "more.jsonl", more)
    found = check_labels(read_labelled([labelled_folder]), model)
    counted = found.gold[Attribute.HOSTILITY]
    assert (counted.contested, counted.tied) == (2, 0)
    settled = {**first, "annotator": "z", "hostility": True, "adjudicated": True}
    write_lines(path, [*more, settled])
    found = check_labels(read_labelled([labelled_folder]), model)
    assert found.gold[Attribute.HOSTILITY].contested == 1
    assert found.gold[Attribute.HOSTILITY].true == 19
