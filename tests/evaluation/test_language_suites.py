"""The suites of other languages are well formed, apart from all training rows, and found."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from wording import letters, runs

from moderation.evaluation.audits import read_suite, shipped_suite
from moderation.evaluation.audits.suite import Behaviour, Case

LABELLED = Path(__file__).parents[2] / "labelled"
SUITES = LABELLED / "suites"
LANGUAGES = sorted(folder.name for folder in SUITES.iterdir() if folder.is_dir())
LABELS = {"hostile": {True}, "not_hostile": {False}, "mixed": {True, False}}

#: The scripts of a language, and the least share of its suite whose letters are mostly of it.
SCRIPTS = {
    "ar": {"ARABIC": 0.97},
    "de": {"LATIN": 1.0},
    "fr": {"LATIN": 1.0},
    "hi": {"DEVANAGARI": 0.48, "LATIN": 0.48},
    "ko": {"HANGUL": 1.0},
    "pt": {"LATIN": 1.0},
    "tr": {"LATIN": 1.0},
    "zh": {"CJK": 0.95},
}
#: Letters that a language in Latin letters has and English has not.
LETTERS = {"de": "äöüß", "fr": "éèêàçùô", "pt": "ãõáéíóúçê", "tr": "ıışğçöü"}


def _script(text: str) -> str:
    """Return the script of most letters."""
    names = (unicodedata.name(c).split()[0] for c in text if unicodedata.category(c) == "Lo")
    latin = sum("LATIN" in unicodedata.name(c) for c in text if c.isalpha())
    found = Counter(names) + Counter(LATIN=latin)
    return found.most_common(1)[0][0]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def suite(language: str) -> tuple[list[Behaviour], list[Case]]:
    folder = shipped_suite(language)
    assert folder is not None
    assert folder.name == language
    return read_suite(folder)


def test_a_line_has_every_field(language: str) -> None:
    rows = _rows(SUITES / language / "hostility.jsonl")
    fields = {"id", "text", "hostility", "behaviour", "pair"}
    assert [row["id"] for row in rows if row.keys() != fields] == []
    assert [row["id"] for row in rows if not row["id"].startswith(language)] == []
    assert [row["id"] for row in rows if row["text"].strip() != row["text"]] == []


def test_every_behaviour_has_eight_cases_of_its_label(
    suite: tuple[list[Behaviour], list[Case]],
) -> None:
    behaviours, cases = suite
    assert len(behaviours) >= 15
    for behaviour in behaviours:
        own = [case.hostility for case in cases if case.behaviour == behaviour.name]
        assert len(own) >= 8, behaviour.name
        assert set(own) == LABELS[behaviour.expected], behaviour.name
    assert 0.45 <= sum(case.hostility for case in cases) / len(cases) <= 0.55


def test_pairs_point_at_each_other(suite: tuple[list[Behaviour], list[Case]]) -> None:
    by_id = {case.id: case for case in suite[1]}
    paired = [case for case in suite[1] if case.pair is not None]
    assert len(paired) >= 8
    for case in paired:
        other = by_id[str(case.pair)]
        assert other.pair == case.id
        assert other.hostility is not case.hostility, case.id


def test_the_script_is_that_of_the_language(
    language: str, suite: tuple[list[Behaviour], list[Case]]
) -> None:
    texts = [case.text for case in suite[1]]
    scripts = Counter(map(_script, texts))
    for script, share in SCRIPTS[language].items():
        assert scripts[script] >= share * len(texts), scripts
    own = LETTERS.get(language)
    if own:
        assert sum(any(c in own for c in text.lower()) for text in texts) >= 0.4 * len(texts)


def test_every_behaviour_of_hindi_has_both_scripts() -> None:
    found = Counter((case.behaviour, _script(case.text)) for case in read_suite(SUITES / "hi")[1])
    assert min(found.values()) >= 3
    assert {script for _, script in found} == {"DEVANAGARI", "LATIN"}


def test_no_two_cases_are_alike(language: str, suite: tuple[list[Behaviour], list[Case]]) -> None:
    texts = [case.text for case in suite[1]]
    seen = Counter(map(letters, texts))
    assert [text for text, n in seen.items() if n > 1] == []
    pairs: dict[str, set[str]] = {}
    for case in suite[1]:
        key = case.id if case.hostility or case.pair is None else case.pair
        pairs.setdefault(key, set()).update(runs(case.text, language, 5))
    found = Counter(run for own in pairs.values() for run in own)
    assert [run for run, n in found.items() if n > 1] == []
    starts = Counter(tuple(text.split()[:3]) for text in texts if len(text.split()) > 3)
    assert [start for start, n in starts.items() if n > 2] == []


def test_no_case_is_in_two_suites_or_in_a_file_that_trains() -> None:
    """A suite judges models; a case that one of them learned would judge nothing."""
    cases = [letters(row["text"]) for path in SUITES.rglob("*.jsonl") for row in _rows(path)]
    assert len(cases) == len(set(cases))
    others = (path for path in LABELLED.rglob("*.jsonl") if SUITES not in path.parents)
    known = {letters(row["text"]) for path in others for row in _rows(path) if "text" in row}
    assert known.isdisjoint(cases)


def test_the_languages_of_the_suites_stand_in_the_readme() -> None:
    table = re.findall(r"^\| `([a-z]{2})` ", (SUITES / "README.md").read_text("utf-8"), re.M)
    assert sorted(table) == LANGUAGES
