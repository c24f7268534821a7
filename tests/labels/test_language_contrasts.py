"""The contrast sentences of other languages can be read, stand in pairs, and are in no suite."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from wording import letters, runs

from moderation.evaluation.audits import read_suite
from moderation.labels import LabelledRow, read_labelled

LABELLED = Path(__file__).parents[2] / "labelled"
FILES = sorted((LABELLED / "languages").glob("*.jsonl"))


@pytest.fixture(scope="module", params=FILES, ids=lambda file: file.stem)
def file(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


@pytest.fixture(scope="module")
def rows(file: Path) -> list[LabelledRow]:
    found = read_labelled([file])
    assert not found.rejected
    return list(found.rows)


def test_rows_stand_in_pairs_of_both_labels(file: Path, rows: list[LabelledRow]) -> None:
    assert len(rows) >= 300
    for number, (hostile, civil) in enumerate(zip(rows[::2], rows[1::2], strict=True), start=1):
        assert (hostile.id, civil.id) == (
            f"{file.stem}-{number:04d}a",
            f"{file.stem}-{number:04d}b",
        )
        assert (hostile.hostility, civil.hostility) == (True, False)
    assert {row.source for row in rows} == {f"contrast-{file.stem}"}


def test_no_sentence_returns(rows: list[LabelledRow]) -> None:
    seen = Counter(letters(row.text) for row in rows)
    assert [text for text, n in seen.items() if n > 1] == []


def test_nothing_is_shared_with_the_suite(file: Path, rows: list[LabelledRow]) -> None:
    cases = read_suite(LABELLED / "suites" / file.stem)[1]
    judged = {run for case in cases for run in runs(case.text, file.stem, 4)}
    shared = {row.id for row in rows if not judged.isdisjoint(runs(row.text, file.stem, 4))}
    assert shared == set()
