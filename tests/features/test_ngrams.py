"""What a feature is, and where it stands in a text."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.features.counting import Counter
from moderation.features.ngrams import TOKEN_PATTERNS, Block, BlockSpec, ngram_strings, split_tokens
from moderation.features.reading import TokenCache
from moderation.text.folding import fold

WORDS = BlockSpec(analyzer="word", ngram_range=(1, 2))
CHARS = BlockSpec(analyzer="char_wb", ngram_range=(2, 3))
TERMS = ("bad", "bad luck", "good", "luck")
GRAMS = (" b", " ba", "ad", "ad ", "ba", "bad", "d ")


def _block(spec: BlockSpec, terms: tuple[str, ...]) -> Block:
    return Block(spec, terms, np.ones(len(terms)))


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
        parts = block.cutter().occurrences(folded)
        places = [place for part in parts for place in part.each()]
        for place in places:
            assert 0 <= place.start < place.end <= len(folded)
            # A pair spans what the token pattern passes over between its words.
            term = block.terms[place.feature].strip().split(" ")
            found = folded[place.start : place.end]
            assert found.startswith(term[0])
            assert found.endswith(term[-1])
        counts = Counter([block.cutter()]).count(TokenCache().read([text]))[0]
        found = dict(zip(counts.features.tolist(), counts.counts.tolist(), strict=True))
        assert found == {
            feature: sum(place.feature == feature for place in places)
            for feature in {place.feature for place in places}
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
    (part,) = _block(spec, (" ", "a")).cutter().occurrences("ba")
    places = part.each()
    assert [(p.start, p.end) for p in places] == [(0, 1), (1, 2), (1, 2)]
