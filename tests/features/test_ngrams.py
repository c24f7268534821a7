"""What a feature is, and where it stands in a text."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.features.counting import Counter
from moderation.features.cutting import split_tokens
from moderation.features.ngrams import TOKEN_PATTERNS, Block, BlockSpec, ngram_strings
from moderation.features.placing import Placer
from moderation.features.reading import Batch, TokenCache
from moderation.text.folding import fold

WORDS = BlockSpec(analyzer="word", ngram_range=(1, 2))
CHARS = BlockSpec(analyzer="char_wb", ngram_range=(2, 3))
TERMS = ("bad", "bad luck", "good", "luck")
GRAMS = (" b", " ba", "ad", "ad ", "ba", "bad", "d ")


def _block(spec: BlockSpec, terms: tuple[str, ...]) -> Block:
    return Block(spec, terms, np.ones(len(terms)))


def _places(placer: Placer, batch: Batch) -> list[tuple[int, ...]]:
    """Return the feature, start and end of each occurrence."""
    parts = [found for _, found in placer.occurrences(batch, batch.begins()[:-1])]
    columns = [np.column_stack([part.features, part.starts, part.ends]) for part in parts]
    return [tuple(place) for of_part in columns for place in of_part.tolist()]


@pytest.mark.parametrize("bounds", [(0, 2), (3, 2), (-1, 1)])
def test_impossible_ngram_ranges_are_refused(bounds: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="ngram_range"):
        BlockSpec(analyzer="word", ngram_range=bounds)


def test_ngrams_of_words_short_and_long() -> None:
    spec = BlockSpec(analyzer="char_wb", ngram_range=(3, 5))
    assert ngram_strings("a", spec) == [" a "]
    assert ngram_strings("", spec) == []
    long = "x" * 500
    assert len(ngram_strings(long, spec)) == 500 + 499 + 498


@given(
    st.lists(st.sampled_from(["bad", "luck", "b a d", "BAD!", "g00d", "\u200b", "x"]), max_size=9)
)
def test_occurrences_are_what_was_counted(words: list[str]) -> None:
    text = " ".join(words)
    folded = fold(text)
    for block in (_block(WORDS, TERMS), _block(CHARS, GRAMS)):
        placer, reading = Placer([block.cutter()]), TokenCache()
        places = _places(placer, reading.read([text]))
        assert places == _places(placer, reading.read([text]))  # from the cache
        for feature, start, end in places:
            assert 0 <= start < end <= len(folded)
            # A pair spans what the token pattern passes over between its words.
            term = block.terms[feature].strip().split(" ")
            found = folded[start:end]
            assert found.startswith(term[0])
            assert found.endswith(term[-1])
        counts = Counter([block.cutter()]).count(TokenCache().read([text]))[0]
        found = dict(zip(counts.features.tolist(), counts.counts.tolist(), strict=True))
        assert found == {
            feature: sum(place[0] == feature for place in places)
            for feature in {place[0] for place in places}
        }


@pytest.mark.parametrize("pattern", [*TOKEN_PATTERNS, "zz", "(?i)A+"])
def test_tokens_are_split_together_as_one_by_one(pattern: str) -> None:
    compiled = re.compile(pattern)
    chunks = ["it's", "", "--", "zz", "bad!", "a", "çà", "two words", "aAa"]
    tokens, sizes = split_tokens(compiled, chunks)
    split = [compiled.findall(chunk) for chunk in chunks]
    assert tokens == [token for found in split for token in found]
    assert sizes.tolist() == [len(found) for found in split]
    assert split_tokens(compiled, [])[0] == []


def test_padding_alone_counts_for_the_letter_beside_it() -> None:
    spec = BlockSpec(analyzer="char_wb", ngram_range=(1, 1))
    placer = Placer([_block(spec, (" ", "a")).cutter()])
    places = _places(placer, TokenCache().read(["ba"]))
    assert [place[1:] for place in places] == [(0, 1), (1, 2), (1, 2)]
