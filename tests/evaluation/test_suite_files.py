"""The functional suite is well formed: what its pass rates say depends on that."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from moderation.text.folding import fold

LABELLED = Path(__file__).parents[2] / "labelled"
SUITE = LABELLED / "judgement"
FIELDS: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "text": str,
    "hostility": bool,
    "behaviour": str,
    "pair": (str, type(None)),
}
DESCRIBED = {"name", "title", "description", "expected"}
LABELS = {"hostile": {True}, "not_hostile": {False}, "mixed": {True, False}}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    return _lines(SUITE / "hostility.jsonl")


@pytest.fixture(scope="module")
def behaviours() -> list[dict[str, str]]:
    described: list[dict[str, str]] = json.loads(
        (SUITE / "behaviours.json").read_text(encoding="utf-8")
    )
    return described


def test_every_line_has_the_fields_and_nothing_else(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        assert case.keys() == FIELDS.keys(), case
        for field, kind in FIELDS.items():
            assert isinstance(case[field], kind), (case["id"], field)
        assert case["text"].strip() == case["text"] != "", case["id"]


def test_ids_are_unique(cases: list[dict[str, Any]]) -> None:
    assert [i for i, n in Counter(case["id"] for case in cases).items() if n > 1] == []


def test_texts_are_unique_after_folding(cases: list[dict[str, Any]]) -> None:
    folded = Counter(fold(case["text"]) for case in cases)
    assert [text for text, n in folded.items() if n > 1] == []


def test_no_case_stands_in_the_labelled_comments(cases: list[dict[str, Any]]) -> None:
    """Those may train a model; the suite judges it."""
    labelled = {fold(row["text"]) for row in _lines(LABELLED / "comments.jsonl")}
    assert [case["id"] for case in cases if fold(case["text"]) in labelled] == []


def test_every_behaviour_is_described_once_and_has_ten_cases(
    cases: list[dict[str, Any]], behaviours: list[dict[str, str]]
) -> None:
    names = [behaviour["name"] for behaviour in behaviours]
    assert len(names) == len(set(names)) >= 45
    counts = Counter(case["behaviour"] for case in cases)
    assert counts.keys() == set(names)
    assert {name: n for name, n in counts.items() if n < 10} == {}
    for behaviour in behaviours:
        assert behaviour.keys() == DESCRIBED
        assert all(behaviour.values()), behaviour["name"]
        assert behaviour["name"].isidentifier()
        assert behaviour["name"].islower()


def test_labels_are_what_the_behaviour_expects(
    cases: list[dict[str, Any]], behaviours: list[dict[str, str]]
) -> None:
    for behaviour in behaviours:
        own = {case["hostility"] for case in cases if case["behaviour"] == behaviour["name"]}
        assert own == LABELS[behaviour["expected"]], behaviour["name"]


def test_pairs_point_at_each_other_and_differ_in_label(cases: list[dict[str, Any]]) -> None:
    by_id = {case["id"]: case for case in cases}
    paired = [case for case in cases if case["pair"] is not None]
    assert len(paired) >= 200
    for case in paired:
        other = by_id[case["pair"]]
        assert other["pair"] == case["id"]
        assert other["hostility"] is not case["hostility"], case["id"]


def test_neither_label_prevails(cases: list[dict[str, Any]]) -> None:
    share = sum(case["hostility"] for case in cases) / len(cases)
    assert 0.45 <= share <= 0.55
