"""The contrast sentences of other languages can be read, stand in pairs, and are in no suite."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from moderation.evaluation.audits import read_suite
from moderation.labels import LabelledRow, read_labelled

LABELLED = Path(__file__).parents[2] / "labelled"
FILES = sorted((LABELLED / "languages").glob("*.jsonl"))


def _letters(text: str) -> str:
    """Return what is left of a text when only its letters and digits count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LMN")


def _runs(text: str, language: str) -> set[str]:
    """Return the runs of four words of a text; of eight characters where there are no spaces."""
    if language == "zh":
        letters = _letters(text)
        return {letters[i : i + 8] for i in range(len(letters) - 7)}
    words = [word for word in map(_letters, text.split()) if word]
    return {" ".join(words[i : i + 4]) for i in range(len(words) - 3)}


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
    seen = Counter(_letters(row.text) for row in rows)
    assert [text for text, n in seen.items() if n > 1] == []


def test_nothing_is_shared_with_the_suite(file: Path, rows: list[LabelledRow]) -> None:
    cases = read_suite(LABELLED / "suites" / file.stem)[1]
    judged = {run for case in cases for run in _runs(case.text, file.stem)}
    shared = {row.id for row in rows if not judged.isdisjoint(_runs(row.text, file.stem))}
    assert shared == set()
