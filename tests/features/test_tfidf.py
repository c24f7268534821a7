"""The vectorizer against scikit-learn's: the same vocabulary, the same numbers."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from corpus import gold
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from moderation.features.ngrams import Block, BlockSpec
from moderation.features.tfidf import NgramTfidf
from moderation.model.artifact.folder import Model
from moderation.model.linear.brief import BriefWeights
from moderation.model.linear.models import TextModel
from moderation.model.manifest import SentenceSpec
from moderation.text.folding import ENGLISH, fold
from moderation.training.base_vectors import log_odds, model_vectors, unpacked

TEXTS = [item.comment.text for item in gold()] + [
    "", "a", "A a a", "don't  stop - don't", "1d10t i d i o t f**k", "so\x00so", "¨Ünïcödé ﬁn"
]  # fmt: skip
SPECS = [
    BlockSpec(analyzer="word", ngram_range=(1, 2)),
    BlockSpec(analyzer="word", ngram_range=(1, 3), token_pattern=r"\b\w+\b"),
    BlockSpec(analyzer="word", ngram_range=(2, 2)),
    BlockSpec(analyzer="word", ngram_range=(1, 2), min_df=3),
    BlockSpec(analyzer="char_wb", ngram_range=(2, 5)),
    BlockSpec(analyzer="char_wb", ngram_range=(3, 4)),
    BlockSpec(analyzer="char_wb", ngram_range=(1, 2), min_df=2),
    BlockSpec(analyzer="char_wb", ngram_range=(3, 7), min_df=2),
]
C3 = Path(__file__).parents[2] / "../shared/data/validate/c3.jsonl.gz"


def _sklearn(spec: BlockSpec, vocabulary: Sequence[str] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=spec.analyzer,
        ngram_range=spec.ngram_range,
        token_pattern=spec.token_pattern if spec.analyzer == "word" else None,
        min_df=spec.min_df if vocabulary is None else 1,
        max_features=spec.max_features,
        sublinear_tf=True,
        preprocessor=fold,
        vocabulary=vocabulary,
    )


def _assert_equal(spec: BlockSpec, texts: Sequence[str], others: Sequence[str]) -> None:
    theirs = _sklearn(spec).fit(texts)
    ours = NgramTfidf([spec]).fit(texts)
    names = [f"{spec.analyzer}:{term}" for term in theirs.get_feature_names_out()]
    assert ours.get_feature_names_out().tolist() == names
    np.testing.assert_allclose(ours.blocks_[0].idf, theirs.idf_, atol=1e-12)
    for group in (texts, others):
        difference = abs(ours.transform(group) - theirs.transform(group))
        assert difference.max() <= 1e-6 if difference.nnz else True


@pytest.mark.parametrize("spec", SPECS)
def test_equal_to_scikit_learn_on_invented_texts(spec: BlockSpec) -> None:
    _assert_equal(spec, TEXTS, ["Nothing known", "the idiots behind the swing bridge", ""])


@settings(max_examples=40)
@given(
    st.sampled_from(SPECS[:3] + SPECS[4:6]),
    st.lists(st.text("abIé1@$ .\n\u200b\x00а", max_size=25) | st.text(max_size=20), max_size=8),
)
def test_equal_to_scikit_learn_on_any_texts(spec: BlockSpec, texts: list[str]) -> None:
    _assert_equal(spec, ["some words to begin with", *texts], texts[::-1] or ["words"])


@pytest.mark.parametrize("min_df", [1, 2])
def test_equal_to_scikit_learn_in_a_script_of_many_characters(min_df: int) -> None:
    texts = ["".join(map(chr, range(start, start + 40))) for start in range(0x4E00, 0x9F00, 30)]
    spec = BlockSpec(analyzer="char_wb", ngram_range=(1, 3), min_df=min_df)
    _assert_equal(spec, [*texts, "common words", "common words"], [texts[3][5:20], "words"])


def test_max_features_keeps_the_most_frequent() -> None:
    texts = ["a b c d", "a b c", "a b", "a"]
    spec = BlockSpec(analyzer="word", ngram_range=(1, 1), token_pattern=r"\b\w+\b", max_features=2)
    _assert_equal(spec, texts, texts)
    assert NgramTfidf([spec]).fit(texts).blocks_[0].terms == ("a", "b")


def test_blocks_stand_side_by_side_each_of_unit_length() -> None:
    specs = [SPECS[0], SPECS[4]]
    both = NgramTfidf(specs).fit_transform(TEXTS)
    parts = [NgramTfidf([spec]).fit_transform(TEXTS) for spec in specs]
    assert both.shape[1] == sum(part.shape[1] for part in parts)
    np.testing.assert_array_equal(both[:, : parts[0].shape[1]].toarray(), parts[0].toarray())
    squares = np.asarray(both.multiply(both).sum(axis=1)).ravel()
    assert squares[0] == pytest.approx(2.0)
    assert squares[TEXTS.index("")] == 0.0


def test_no_text_at_all_gives_an_empty_matrix() -> None:
    fitted = NgramTfidf([SPECS[0]]).fit(TEXTS)
    assert fitted.transform([]).shape == (0, len(fitted.blocks_[0].terms))


# scikit-learn's contract. Its check_estimator feeds arrays of numbers, which a vectorizer of texts
# does not take (TfidfVectorizer is exempt from it, too): these are its parts that apply.


def test_parameters_are_stored_as_given_and_clone() -> None:
    blocks = [SPECS[0]]
    estimator = NgramTfidf(blocks)
    assert estimator.get_params() == {"folding": ENGLISH, "blocks": blocks}
    assert estimator.blocks is blocks
    copy = clone(estimator.fit(TEXTS))
    assert copy.get_params() == {"folding": ENGLISH, "blocks": blocks}
    assert not hasattr(copy, "blocks_")
    assert copy.set_params(blocks=[SPECS[1]]) is copy
    assert copy.blocks == [SPECS[1]]
    assert repr(estimator).startswith("NgramTfidf(")


def test_fit_returns_itself_and_changes_no_parameter() -> None:
    estimator = NgramTfidf([SPECS[0]])
    assert estimator.fit(TEXTS) is estimator
    assert estimator.blocks == [SPECS[0]]
    again = estimator.fit(TEXTS[:20]).transform(TEXTS)
    fresh = NgramTfidf([SPECS[0]]).fit(TEXTS[:20]).transform(TEXTS)
    assert abs(again - fresh).nnz == 0


def test_not_fitted_is_said() -> None:
    with pytest.raises(NotFittedError):
        NgramTfidf([SPECS[0]]).transform(TEXTS)
    with pytest.raises(NotFittedError):
        NgramTfidf([SPECS[0]]).get_feature_names_out()


def test_one_string_is_no_list_of_texts() -> None:
    for call in (NgramTfidf([SPECS[0]]).fit, NgramTfidf([SPECS[0]]).fit(TEXTS).transform):
        with pytest.raises(ValueError, match="string object received"):
            call("one text")


def test_fit_transform_is_fit_and_transform_and_takes_any_iterable() -> None:
    one = NgramTfidf([SPECS[4]]).fit_transform(iter(TEXTS))
    two = NgramTfidf([SPECS[4]]).fit(iter(TEXTS)).transform(iter(TEXTS))
    np.testing.assert_array_equal(one.toarray(), two.toarray())


def test_it_works_in_a_pipeline() -> None:
    y = ["idiot" in fold(text) for text in TEXTS]
    pipeline = Pipeline([("tfidf", NgramTfidf([SPECS[0]])), ("lr", LogisticRegression())])
    assert pipeline.fit(TEXTS, y).score(TEXTS, y) > 0.9
    pipeline.set_params(tfidf__blocks=[SPECS[4]], lr__C=2.0)
    assert pipeline.fit(TEXTS, y).predict(["You idiot"]).tolist() == [True]


def _pipeline(model: TextModel) -> Pipeline:
    """A scikit-learn Pipeline with the same vocabulary, frequencies and weights."""
    vectorizers = []
    for number, block in enumerate(model.blocks):
        vectorizer = _sklearn(block.spec, list(block.terms))
        vectorizer.idf_ = block.idf
        vectorizers.append((f"block{number}", vectorizer))
    regression = LogisticRegression()
    regression.coef_ = np.concatenate(model.coefs)[None, :]
    regression.intercept_ = np.array([model.intercept])
    regression.classes_ = np.array([False, True])
    return Pipeline([("tfidf", FeatureUnion(vectorizers)), ("lr", regression)])


def _assert_pipeline_agrees(model: TextModel, texts: Sequence[str]) -> None:
    theirs = _pipeline(model).predict_proba(texts)[:, 1]
    assert np.abs(model.probability(texts) - theirs).max() <= 1e-6


def test_a_fitted_model_scores_like_a_scikit_learn_pipeline(model: Model) -> None:
    assert model.hostility is not None
    _assert_pipeline_agrees(model.hostility, TEXTS)


class _Text(msgspec.Struct):
    text: str


@pytest.mark.parametrize("share", [0.0, 0.4])
def test_a_model_s_vectors_give_its_log_odds(model: Model, share: float) -> None:
    old = model.hostility
    assert old is not None
    drawn = TextModel(old.blocks, old.coefs, old.intercept, SentenceSpec(share=share))
    texts = [" ".join(TEXTS[i : i + 4]) for i in range(len(TEXTS))] + ["", " "]
    for some in (texts, ["", " "], []):
        odds = log_odds(drawn, model_vectors(drawn, some))
        np.testing.assert_allclose(odds, drawn.log_odds(some), atol=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.4])
@pytest.mark.parametrize("sentences", [0.0, 0.7])
def test_the_vectors_take_the_worst_sentence_by_the_weights_for_the_length(
    model: Model, share: float, sentences: float
) -> None:
    old = model.hostility
    assert old is not None
    other = tuple(-coef for coef in old.coefs)
    brief = BriefWeights(other, -old.intercept, 8.0, sentences)
    sentence = SentenceSpec(share=share)
    drawn = TextModel(old.blocks, old.coefs, old.intercept, sentence, brief=brief)
    texts = [" ".join(TEXTS[i : i + 4]) for i in range(len(TEXTS))] + ["", *TEXTS]
    vectors = model_vectors(drawn, texts)
    np.testing.assert_allclose(log_odds(drawn, vectors), drawn.log_odds(texts), atol=1e-9)
    again = unpacked(drawn, vectors.packed())
    np.testing.assert_allclose(log_odds(drawn, again), drawn.log_odds(texts), atol=1e-9)


@pytest.mark.skipif(not C3.is_file(), reason="../shared/data/validate/c3.jsonl.gz is absent")
def test_a_model_scores_the_texts_of_c3_like_a_scikit_learn_pipeline() -> None:
    with gzip.open(C3) as lines:
        texts = [msgspec.json.decode(line, type=_Text).text for line in lines]
    assert len(texts) > 10_000
    fitted = NgramTfidf(
        [
            BlockSpec(analyzer="word", ngram_range=(1, 2), min_df=2, max_features=20_000),
            BlockSpec(analyzer="char_wb", ngram_range=(2, 5), min_df=3, max_features=30_000),
        ]
    ).fit(texts[::8])
    random = np.random.default_rng(0)
    coefs = [random.normal(size=len(block.terms)) for block in fitted.blocks_]
    blocks = [Block(b.spec, b.terms, b.idf) for b in fitted.blocks_]
    # Every third text: scikit-learn takes a second for 600 of them.
    _assert_pipeline_agrees(TextModel(blocks, coefs, -0.5), texts[::3])
