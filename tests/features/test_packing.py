"""Packed n-grams against n-grams as strings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.features import packing
from moderation.features import vocabulary as terms
from moderation.features.cutting import Cut, cut_all
from moderation.features.ngrams import BlockSpec, CharCutter, ngram_strings, packed_ngrams
from moderation.features.packing import Alphabet, Finder, LookupTable
from moderation.features.vocabulary import UNKNOWN, Terms

CHUNKS = st.lists(st.text(st.sampled_from("abz é語👍\U0010ffff"), max_size=9), max_size=6)
RANGES = st.tuples(st.integers(1, 5), st.integers(1, 5)).map(lambda pair: tuple(sorted(pair)))
KNOWN = Alphabet(np.array(sorted(map(ord, " abé👍")), np.uint32))


@given(CHUNKS, RANGES)
def test_windows_are_the_ngrams_of_each_chunk(chunks: list[str], bounds: tuple[int, int]) -> None:
    spec = BlockSpec(analyzer="char_wb", ngram_range=bounds)
    codes = np.unique(packing.code_points(" " + "".join(chunks)))
    alphabet = Alphabet(codes)
    packed, sizes = packed_ngrams(chunks, spec, alphabet)
    assert not alphabet.lacks(packed).any()
    texts = iter(alphabet.texts(packed))
    for chunk, size in zip(chunks, sizes.tolist(), strict=True):
        assert [next(texts) for _ in range(size)] == ngram_strings(chunk, spec)


@given(CHUNKS, RANGES)
def test_a_character_outside_the_alphabet_is_seen(
    chunks: list[str], bounds: tuple[int, int]
) -> None:
    spec = BlockSpec(analyzer="char_wb", ngram_range=bounds)
    packed, _ = packed_ngrams(chunks, spec, KNOWN)
    grams = [gram for chunk in chunks for gram in ngram_strings(chunk, spec)]
    strange = [gram for gram in grams if set(gram) - set(" abé👍")]
    assert KNOWN.lacks(packed).sum() == len(strange)


def test_numbers_sort_as_ngrams_do() -> None:
    grams = sorted(["a", "ab", "b", " a ", "é", "aé", "👍a", "ababa", "abab"])
    keys = Terms.of(grams).packed
    assert keys is not None
    assert (np.diff(keys.keys) > 0).all()
    assert keys.alphabet.texts(keys.keys) == grams
    found = Finder(keys.keys, UNKNOWN).find(np.append(keys.keys[::-1], [1, 2**62]))
    assert found.tolist() == [*range(len(grams) - 1, -1, -1), UNKNOWN, UNKNOWN]


@given(CHUNKS)
def test_cutting_many_is_cutting_each(chunks: list[str]) -> None:
    spec = BlockSpec(analyzer="char_wb", ngram_range=(2, 4))
    known = sorted({" a", "ab", "b ", " ab ", "éa", "👍", "語語", " z ", "zz", "aaaa"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terms, "_UNPACKED", -1)
        many = cut_all(CharCutter(spec, Terms.of(known)), chunks)
    each = Cut.of([CharCutter(spec, Terms.of(known)).cut(chunk) for chunk in chunks])
    np.testing.assert_array_equal(many.sizes, each.sizes)
    np.testing.assert_array_equal(many.numbers, each.numbers)


@pytest.mark.parametrize(
    "listed", [["abcdef"], [chr(0x4E00 + i) for i in range(packing.MOST_CHARACTERS + 1)]]
)
def test_what_no_number_holds_is_not_packed(listed: list[str]) -> None:
    assert Terms.of(listed).packed is None


def test_no_terms_pack_to_nothing() -> None:
    keys = Terms.of([]).packed
    assert keys is not None
    assert Finder(keys.keys, UNKNOWN).find(np.array([1, 2])).tolist() == [UNKNOWN, UNKNOWN]


KEYS = st.integers(0, 2**60) | st.integers(0, 40)


@given(st.sets(KEYS, max_size=60), st.lists(KEYS, max_size=60))
def test_a_table_finds_what_bisection_finds(known: set[int], asked: list[int]) -> None:
    keys, queries = np.array(sorted(known), np.int64), np.array(asked + sorted(known), np.int64)
    finder = Finder(keys, UNKNOWN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_BISECTED", 0.001)
        bisected = Finder(keys, UNKNOWN).find(queries)
    for _ in range(2):  # so many are asked for that a table takes over
        np.testing.assert_array_equal(finder.find(queries), bisected)
    np.testing.assert_array_equal(LookupTable(keys).find(queries, UNKNOWN), bisected)
