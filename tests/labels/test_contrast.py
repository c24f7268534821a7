"""The contrast corpus is well formed, varied, and held out in whole batches."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from itertools import islice
from pathlib import Path

import pytest

from moderation.text import fold
from moderation.training.own_rows import ContrastRow, read_contrast, read_opinions

CORPUS = Path(__file__).parents[2] / "labelled" / "contrast"
TRAINING, TEST = CORPUS / "comments.jsonl", CORPUS / "test" / "comments.jsonl"
LABELS = {"hostile": {True}, "not_hostile": {False}, "mixed": {True, False}}


@pytest.fixture(scope="module")
def rows() -> list[ContrastRow]:
    return read_contrast(TRAINING) + read_contrast(TEST)


def words_of(row: ContrastRow) -> list[str]:
    return re.findall(r"\w+", fold(row.text))


def test_ids_and_texts_are_unique(rows: list[ContrastRow]) -> None:
    assert len({row.id for row in rows}) == len(rows)
    assert len({" ".join(fold(row.text).split()) for row in rows}) == len(rows)


def test_whole_batches_are_held_out() -> None:
    training, test = read_contrast(TRAINING), read_contrast(TEST)
    assert {row.batch for row in training}.isdisjoint(row.batch for row in test)
    assert 0.08 < len(test) / (len(training) + len(test)) < 0.12
    assert len(training) + len(test) >= 22_000


def test_half_of_each_part_is_hostile() -> None:
    for part in (TRAINING, TEST):
        hostile = [row.hostility for row in read_contrast(part)]
        assert 0.45 < sum(hostile) / len(hostile) < 0.55


def test_every_behaviour_is_described_and_has_its_label(rows: list[ContrastRow]) -> None:
    described = json.loads((CORPUS / "behaviours.json").read_text(encoding="utf-8"))
    expected = {behaviour["name"]: LABELS[behaviour["expected"]] for behaviour in described}
    found = defaultdict(set)
    for row in rows:
        found[row.behaviour].add(row.hostility)
    assert set(found) == set(expected)
    wrong = {name for name, labels in found.items() if not labels <= expected[name]}
    assert not wrong


def test_a_third_reader_decides_where_two_disagree(rows: list[ContrastRow]) -> None:
    for row in rows:
        writer = row.hostility if row.writer is None else row.writer
        assert (row.writer is None) == (row.second == writer), row.id


def test_no_comment_is_nearly_another(rows: list[ContrastRow]) -> None:
    """Two comments of eight words or more share at most half of their runs of four words.

    Minimal pairs, which are written to share their words, have different labels.
    """
    grams: dict[int, set[tuple[str, ...]]] = {}
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        words = words_of(row)
        grams[number] = set(zip(*(words[i:] for i in range(4)), strict=False))
        for gram in grams[number]:
            where[gram].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in where.values():
        for i, first in enumerate(numbers):
            for second in numbers[i + 1 :]:
                shared[first, second] += 1
    near = [
        (rows[one].id, rows[other].id)
        for (one, other), n in shared.items()
        if n > 0.5 * min(len(grams[one]), len(grams[other])) >= 2.5
        and rows[one].hostility == rows[other].hostility
    ]
    assert len(near) <= 0.002 * len(rows), near[:20]


def test_runs_of_four_words_seldom_return(rows: list[ContrastRow]) -> None:
    runs: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        words = words_of(row)
        runs.update(set(zip(*(words[i:] for i in range(4)), strict=False)))
    assert sum(n > 1 for n in runs.values()) / len(runs) < 0.05


def test_each_behaviour_has_many_words(rows: list[ContrastRow]) -> None:
    """Of the first 500 words of a behaviour, at least 45 % are different (type-token ratio)."""
    words: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        words[row.behaviour] += words_of(row)
    for behaviour, found in words.items():
        first = list(islice(found, 500))
        assert len(set(first)) / len(first) > 0.45, behaviour


def test_second_opinions_hold_no_text() -> None:
    path = CORPUS.parent / "opinions" / "hostility.jsonl"
    opinions = read_opinions(path)
    assert len(opinions) >= 3_000
    assert all(
        set(json.loads(line)) == {"source", "id", "hostility", "chosen"}
        for line in path.read_text(encoding="utf-8").splitlines()
    )
