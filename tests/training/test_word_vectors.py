"""Word vectors give weight to words that the training comments hardly contain."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from moderation.errors import InputError
from moderation.features import NgramTfidf
from moderation.features.ngrams import BlockSpec
from moderation.labels.gold.computing import Gold
from moderation.labels.gold.training_rows import rows_of
from moderation.records import Attribute, Comment
from moderation.training.learners import fit_lengths, fit_terms
from moderation.training.recipe import BriefRecipe, Recipe
from moderation.training.terms import Terms
from moderation.training.word_vectors import WordVectors

WORDS = ["oaf", "lout", "cad", "tree", "lake", "road", "gay", "gays"]
RUDE = np.array([1, 1, 1, 0, 0, 0, 1, 1])


@pytest.fixture
def table(tmp_path: Path) -> tuple[Path, str]:
    rng = np.random.default_rng(0)
    vectors = rng.integers(-20, 20, (len(WORDS), 6)).astype(np.int8)
    vectors[:, 0] += (100 * RUDE - 50).astype(np.int8)
    path = tmp_path / "words.npz"
    scale = np.full((len(WORDS), 1), 0.01, np.float32)
    np.savez(path, words=np.array(WORDS), vectors=vectors, scale=scale)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def _gold(text: str, hostile: bool, source: str = "public", n: int = 0) -> Gold:
    comment = Comment(text=text)
    return Gold(comment=comment, group=f"{source}{n}", source=source, hostility=float(hostile))


def test_a_rare_word_gets_the_weight_of_its_neighbours(table: tuple[Path, str]) -> None:
    texts = [("oaf here", True), ("lout here", True), ("tree here", False), ("lake here", False)]
    gold = [_gold(text, hostile, n=n) for n, (text, hostile) in enumerate(10 * texts)]
    gold += [_gold("cad gay", n % 2 == 0, n=n) for n in range(2)]
    rows = rows_of(gold, Attribute.HOSTILITY)
    spec = BlockSpec(analyzer="word", ngram_range=(1, 1))
    vectorizer = NgramTfidf([spec])
    X = vectorizer.fit_transform([item.comment.text for item in rows.gold])
    vectors = WordVectors.read(table[0], digest=table[1], dimensions=2)
    of_terms = vectors.of_terms(vectorizer.blocks_)
    plain = fit_terms(X, rows, Terms(vectorizer.blocks_), Recipe())
    informed = fit_terms(X, rows, Terms(vectorizer.blocks_, of_terms), Recipe())
    number = list(vectorizer.blocks_[0].terms).index
    assert informed.coefs[0][number("cad")] > plain.coefs[0][number("cad")] + 0.1
    # A name of a group gets nothing from its neighbours in meaning.
    assert not of_terms[number("gay")].nnz
    assert of_terms[number("oaf")].nnz


def test_another_table_is_refused(table: tuple[Path, str]) -> None:
    with pytest.raises(InputError, match="another table of word vectors"):
        WordVectors.read(table[0], digest="0" * 64, dimensions=2)


def test_rows_written_for_brief_comments_leave_the_other_weights_alone() -> None:
    public = [_gold(f"oaf tree {n}", n % 2 == 0, n=n) for n in range(40)]
    written = [_gold("lake road", True, "contrast", n) for n in range(20)]
    rows = rows_of([*public, *written], Attribute.HOSTILITY)
    spec = BlockSpec(analyzer="word", ngram_range=(1, 1))
    vectorizer = NgramTfidf([spec])
    X = vectorizer.fit_transform([item.comment.text for item in rows.gold])
    brief = BriefRecipe(source="contrast", share=0.6, words=20.0)
    model = fit_lengths(X, rows, Terms(vectorizer.blocks_), Recipe(brief=brief))
    number = list(vectorizer.blocks_[0].terms).index("lake")
    assert model.brief is not None
    assert model.coefs[0][number] == 0
    assert model.brief.coefs[0][number] > 0.1
    assert model.brief.words == 20
