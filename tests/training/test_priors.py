"""Scales of terms: worked by hand, and equal to a penalty of its own on each weight."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import minimize

from moderation.features.ngrams import Block, BlockSpec
from moderation.labels.gold.computing import Gold
from moderation.labels.gold.training_rows import Rows
from moderation.records import Comment
from moderation.training.learners import fit_terms
from moderation.training.priors import Prior, term_scales
from moderation.training.recipe import Recipe
from moderation.training.terms import Terms, proper_names

WORDS = BlockSpec(analyzer="word", ngram_range=(1, 1), token_pattern=r"\w+")
CHARACTERS = BlockSpec(analyzer="char_wb", ngram_range=(4, 4))
PRIOR = Prior(floor=1.0, smoothing=1.0, char_scale=0.8, identity_penalty=16.0)

# Two hostile documents, then two harmless ones; the last column is that of characters.
BLOCKS = (
    Block(WORDS, ("idiot", "muslim", "thanks"), np.ones(3)),
    Block(CHARACTERS, (" idi",), np.ones(1)),
)
X = sp.csr_matrix(
    [
        [0.6, 0.8, 0.0, 1.0],
        [1.0, 0.0, 0.0, 1.0],
        [0.0, 0.6, 0.8, 0.0],
        [0.0, 0.0, 1.0, 0.0],
    ]
)
SHARES = np.array([1.0, 1.0, 0.0, 0.0])


def _scales(prior: Prior = PRIOR, weights: np.ndarray | None = None) -> np.ndarray:
    weights = np.ones(4) if weights is None else weights
    return term_scales(X, SHARES, weights, Terms(BLOCKS), prior)


def test_scales_by_hand() -> None:
    # "idiot" stands in (2 + 1/2) / 2 of the hostile and (0 + 1/2) / 2 of the harmless documents;
    # "muslim" in as many of either; "thanks" speaks against hostility, which earns nothing.
    evidence = np.log(5.0)
    mean = (4 + 2 * evidence) / 4
    expected = np.array([1 + evidence, 1 / 4, 1, 0.8 * (1 + evidence)]) / mean
    assert _scales() == pytest.approx(expected)


def test_counts_are_weighted() -> None:
    light = _scales(weights=np.array([1.0, 1.0, 1.0, 1e-9]))
    # Without the last document "thanks" still speaks against, and "muslim" now does, too.
    assert light[2] == pytest.approx(light[1] * 4)
    assert _scales(weights=np.full(4, 7.0)) == pytest.approx(
        _scales(msgspec.structs.replace(PRIOR, smoothing=1 / 7))
    )


def test_neutral_prior_scales_nothing_without_evidence() -> None:
    neutral = Prior(floor=1.0, smoothing=1e9, char_scale=1.0, identity_penalty=1.0)
    assert _scales(neutral) == pytest.approx(np.ones(4), abs=1e-6)


def test_a_scale_is_a_penalty_on_the_weight() -> None:
    gold = [
        Gold(comment=Comment(text="t"), group=str(i), hostility=s) for i, s in enumerate(SHARES)
    ]
    weights = np.array([1.0, 2.0, 1.5, 0.5])
    rows = Rows(gold, SHARES, weights, np.arange(4).astype(object))
    recipe = Recipe(c=3.0, label_floor=0.05, prior=PRIOR)
    fitted = fit_terms(X, rows, Terms(BLOCKS), recipe)

    scales = term_scales(X, SHARES, weights, Terms(BLOCKS), PRIOR)
    shares = 0.05 + 0.95 * SHARES

    def objective(parameters: np.ndarray) -> float:
        odds = X @ parameters[:-1] + parameters[-1]
        loss = shares * np.logaddexp(0, -odds) + (1 - shares) * np.logaddexp(0, odds)
        return float(3.0 * weights @ loss + 0.5 * np.sum((parameters[:-1] / scales) ** 2))

    best = minimize(objective, np.zeros(5), tol=1e-10).x
    assert np.concatenate(fitted.coefs) == pytest.approx(best[:-1], abs=2e-3)
    assert fitted.intercept == pytest.approx(best[-1], abs=2e-3)


def test_a_proper_name_is_penalised_and_so_are_its_own_characters() -> None:
    blocks = (
        Block(WORDS, ("zsofia", "thanks", "no zsofia"), np.ones(3)),
        Block(CHARACTERS, ("zsof", " the"), np.ones(2)),
    )
    counts = sp.csr_matrix(np.eye(4, 5))
    prior = Prior(smoothing=1e9, char_scale=1.0, identity_penalty=1.0, name_penalty=16.0)
    terms = Terms(blocks, names=frozenset({"zsofia"}))
    scales = term_scales(counts, SHARES, np.ones(4), terms, prior)
    assert scales == pytest.approx([1 / 4, 1, 1 / 4, 1 / 4, 1], abs=1e-6)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ask Bodo. Then Bodo or Bodo or Bodo.", {"bodo"}),
        ("Ask Bodo. Bodo or Bodo.", set()),  # one of them only begins a sentence
        ("ask Bodo and Bodo and Bodo", set()),  # written without capitals
        ("ASK BODO AND BODO AND BODO", set()),
        ("Ask NATO, NATO, NATO and Al, Al, Al", set()),
        ("A Muslim, a Muslim, a Muslim", set()),
        ("We saw May, May, May; may I, may I", set()),
    ],
)
def test_names_are_what_is_capital_within_sentences(text: str, found: set[str]) -> None:
    assert proper_names([text]) == found
