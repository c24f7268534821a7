"""Counting: batches and memory; equality with scikit-learn is in test_estimator."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.features import counting as vectorize
from moderation.features.counting import Counter, batches
from moderation.features.cutting import Cut, Cutter, cut_all
from moderation.features.ngrams import Block, BlockSpec, CharCutter
from moderation.features.reading import TokenCache
from moderation.features.reading import batch as reading_of
from moderation.text.folding import ENGLISH, Folding

WORDS = BlockSpec(analyzer="word", ngram_range=(1, 2))
CHARS = BlockSpec(analyzer="char_wb", ngram_range=(2, 3))
TERMS = ("bad", "bad luck", "good", "luck")
GRAMS = (" b", " ba", "ad", "ad ", "ba", "bad", "d ")


def _block(spec: BlockSpec, terms: tuple[str, ...]) -> Block:
    return Block(spec, terms, np.ones(len(terms)))


def _counted(block: Block, texts: list[str]) -> list[tuple[int, str, int]]:
    counts = Counter([block.cutter()]).count(TokenCache().read(texts))[0]
    return [
        (row, block.terms[feature], n)
        for row, feature, n in zip(*(column.tolist() for column in counts), strict=True)
    ]


def test_words_are_counted_by_document() -> None:
    texts = ["Bad luck, bad luck", "", "unknown words", "good"]
    assert _counted(_block(WORDS, TERMS), texts) == [
        (0, "bad", 2),
        (0, "bad luck", 2),
        (0, "luck", 2),
        (3, "good", 1),
    ]


def test_word_pairs_do_not_reach_over_documents_or_unknown_words() -> None:
    assert _counted(_block(WORDS, TERMS), ["bad", "luck", "bad zzz luck"]) == [
        (0, "bad", 1),
        (1, "luck", 1),
        (2, "bad", 1),
        (2, "luck", 1),
    ]


def test_a_pair_is_known_though_its_words_are_not() -> None:
    spec = BlockSpec(analyzer="word", ngram_range=(2, 2))
    assert _counted(_block(spec, ("bad luck",)), ["bad luck bad"]) == [(0, "bad luck", 1)]


def test_character_ngrams_are_counted() -> None:
    found = _counted(_block(CHARS, GRAMS), ["BAD bad"])
    assert found == [(0, gram, 2) for gram in GRAMS]


def test_an_empty_vocabulary_counts_nothing() -> None:
    for spec in (WORDS, CHARS):
        assert _counted(_block(spec, ()), ["some text"]) == []


def test_no_texts_count_nothing() -> None:
    assert _counted(_block(WORDS, TERMS), []) == []


def test_a_tally_adds_up_by_sentence_and_tells_what_is_repeated() -> None:
    blocks = [_block(WORDS, TERMS), _block(CHARS, GRAMS)]
    weights = [[np.arange(1.0, 5.0)], [np.arange(1.0, 8.0), np.ones(7)]]
    texts = ["Bad luck. Bad luck", "", "good bad", "unknown words"]
    counter, batch = (
        Counter([block.cutter() for block in blocks], weights),
        TokenCache().read(texts),
    )
    for _ in range(2):  # analysed, then remembered
        counted, (row_of, tallies) = counter.count(batch), counter.tally(batch)
        of_sentences, by_sentence = counter.count_sentences(batch)
        assert row_of.tolist() == of_sentences.tolist() == [0, 0, 2, 3]
        for counts, own, tally, arrays in zip(counted, by_sentence, tallies, weights, strict=True):
            for sums, array in zip(tally.sums, arrays, strict=True):
                parts = own.counts * array[own.features]
                assert sums.tolist() == np.bincount(own.rows, parts, 4).tolist()
            in_texts = np.bincount(row_of[own.rows], own.counts, 4)
            assert in_texts.tolist() == np.bincount(counts.rows, counts.counts, 4).tolist()
            several = counts.counts > 1
            for found, column in zip(tally.repeated, counts, strict=True):
                assert found.tolist() == column[several].tolist()


@pytest.mark.parametrize(
    ("module", "limit", "value"),
    [
        (reading_of, "_REMEMBERED_CHUNKS", 3),
        (vectorize, "_REMEMBERED_FEATURES", 5),
        (reading_of, "_REMEMBERED_CHARACTERS", 10),
    ],
)
def test_forgetting_in_mid_stream_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, limit: str, value: int
) -> None:
    blocks = [_block(WORDS, TERMS), _block(CHARS, GRAMS)]
    texts = ["bad luck", "good luck and bad", "unheard of, b a d", "bad", "luck", "bad luck"] * 3
    reading = TokenCache()
    whole = [Counter([b.cutter() for b in blocks]).count(reading.read([text])) for text in texts]
    forgotten = []
    original = Counter._forget
    monkeypatch.setattr(
        Counter, "_forget", lambda self, table: (forgotten.append(1), original(self, table))[1]
    )
    monkeypatch.setattr(module, limit, value)
    reading, counter = TokenCache(), Counter([b.cutter() for b in blocks])
    for text, expected in zip(texts, whole, strict=True):
        for found, wanted in zip(counter.count(reading.read([text])), expected, strict=True):
            np.testing.assert_array_equal(found, wanted)
    assert len(forgotten) > 2


def test_some_texts_of_a_batch_are_as_if_read_alone() -> None:
    texts = ["bad luck. Good", "", "b a d luck\nunheard", "good", "l u c k"]
    reading, counter = TokenCache(), Counter([_block(WORDS, TERMS).cutter()])
    for rows in ([0, 2, 4], [1], [3], [], [0, 1, 2, 3, 4]):
        some = reading.read(texts).only(rows)
        alone = reading.read([texts[row] for row in rows])
        assert list(some.texts) == list(alone.texts)
        assert list(some.read.closed_up) == list(alone.read.closed_up)
        for found, wanted in zip(some.read.sentences(), alone.read.sentences(), strict=True):
            np.testing.assert_array_equal(found, wanted)
        for found, wanted in zip(counter.count(some)[0], counter.count(alone)[0], strict=True):
            np.testing.assert_array_equal(found, wanted)


def test_a_batch_outlives_the_table_that_numbers_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_of, "_REMEMBERED_CHUNKS", 1)
    reading, counter = TokenCache(), Counter([_block(WORDS, TERMS).cutter()])
    first, second = reading.read(["bad luck"]), reading.read(["good"])
    assert first.table is not second.table
    for batch, features in ((first, [0, 1, 3]), (second, [2]), (first, [0, 1, 3])):
        assert counter.count(batch)[0].features.tolist() == features


def test_a_failure_in_mid_analysis_leaves_no_chunk_without_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading, counter = TokenCache(), Counter([_block(WORDS, TERMS).cutter()])

    def fails(folding: Folding, chunks: list[str]) -> list[str]:
        raise KeyboardInterrupt(folding, *chunks)

    with monkeypatch.context() as patch:
        patch.setattr(type(ENGLISH), "fold_chunks", fails)
        with pytest.raises(KeyboardInterrupt):
            reading.read(["bad luck"])
    assert counter.count(reading.read(["bad luck"]))[0].features.tolist() == [0, 1, 3]


def test_a_cutter_that_fails_leaves_no_other_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter([_block(WORDS, TERMS).cutter(), _block(CHARS, GRAMS).cutter()])
    reading = TokenCache()

    def fails(cutter: Cutter, chunks: Sequence[str]) -> Cut:
        if isinstance(cutter, CharCutter):
            raise KeyboardInterrupt
        return cut_all(cutter, chunks)

    with monkeypatch.context() as patch:
        patch.setattr(vectorize, "cut_all", fails)
        with pytest.raises(KeyboardInterrupt):
            counter.count(reading.read(["good"]))
    assert counter.count(reading.read(["bad luck"]))[0].features.tolist() == [0, 1, 3]


def test_a_reading_tells_where_letters_were_closed_up() -> None:
    reading = TokenCache()
    assert list(reading.read(["bad luck", "b a d luck"]).read.closed_up) == [1]
    _, read, table = reading.read(["bad luck", "b a d luck", "luck", "l u c k"])
    assert list(read.closed_up) == [1, 3]
    chunks = [table.folded[number] for number in read.chunks]
    assert chunks == ["bad", "luck", "bad", "luck", "luck", "luck"]
    assert read.rows.tolist() == [0, 0, 1, 1, 2, 3]


@given(st.lists(st.text(max_size=30), max_size=20), st.integers(1, 40))
def test_batches_keep_order_and_lose_nothing(texts: list[str], size: int) -> None:
    grouped = list(batches(texts, size))
    assert [text for group in grouped for text in group] == texts
    assert all(grouped)
