"""Definitions of hostility: rounded, carried, and mixed by an adaptation into one weight a term."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from corpus import gold as corpus_gold

from moderation.errors import ModelError
from moderation.features.ngrams import BlockSpec
from moderation.labels.gold.computing import Gold
from moderation.labels.gold.training_rows import rows_of
from moderation.model.artifact.folder import Model, write_model
from moderation.model.linear.definitions import packed, unpacked
from moderation.model.linear.explaining import Explainer
from moderation.model.linear.models import TextModel
from moderation.model.manifest import SentenceSpec
from moderation.records import Attribute, Comment
from moderation.training.fitting import train
from moderation.training.learners import TextLearner
from moderation.training.recipe import Recipe

SMALL = Recipe(
    blocks=(BlockSpec(analyzer="word", ngram_range=(1, 1), token_pattern=r"\w+"),), folds=3
)
NAMED = ("traitor", "crook", "weasel")  # words of one kind; the labels below hold but the first


def _harmless() -> list[Gold]:
    """Comments that hold those words, in no connection with hostility."""
    texts = [f"{word} number {i}" for i, word in enumerate((*NAMED, "plain") * 3)]
    return [
        Gold(comment=Comment(text=t), group=t, hostility=float(i < 6)) for i, t in enumerate(texts)
    ]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Model:
    trained = train([*corpus_gold(), *_harmless()], name="plain", recipe=SMALL)
    folder = tmp_path_factory.mktemp("plain") / "plain"
    return write_model(folder, trained.manifest, trained.arrays, "card")


@pytest.fixture(scope="module")
def carrying(plain: Model, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The same with one definition, by which all of `NAMED` are hostile."""
    weights = np.array([3.0 * (term in NAMED) for term in _text(plain).blocks[0].terms])
    folder = tmp_path_factory.mktemp("carrying") / "carrying"
    arrays = {**plain.arrays, **packed([weights])}
    return write_model(folder, plain.manifest, arrays, "card")


def _text(model: Model) -> TextModel:
    assert model.hostility is not None
    return model.hostility


def _labels() -> list[Gold]:
    texts = [f"what a {NAMED[0]} he is, says {n}" for n in range(20)]
    calm = [f"what a garden he has, says {n}" for n in range(20)]
    return [
        Gold(comment=Comment(text=text), group=str(i % 5), hostility=float(text in texts))
        for i, text in enumerate(texts + calm)
    ]


def test_rounding_moves_no_weight_by_more_than_half_a_step() -> None:
    weights = [np.array([0.0, -1.27, 0.3]), np.zeros(3), np.array([1e-9, 0.0, 2e-9])]
    arrays = packed(weights)
    again = unpacked(arrays)
    assert again is not None
    assert arrays["hostility.definitions"].shape == (3, 3)
    np.testing.assert_allclose(again[:, 0], weights[0], atol=0.005)
    np.testing.assert_array_equal(again[:, 1], 0)
    np.testing.assert_allclose(again[:, 2], weights[2], atol=1e-11)


def test_a_model_without_definitions_has_none(plain: Model, carrying: Model) -> None:
    assert plain.definitions is None
    assert carrying.definitions is not None
    comments = [item.comment.text for item in corpus_gold()]
    np.testing.assert_array_equal(
        _text(plain).log_odds(comments), _text(carrying).log_odds(comments)
    )


def test_adapting_learns_what_else_a_definition_names(plain: Model, carrying: Model) -> None:
    rows = rows_of(_labels(), Attribute.HOSTILITY)
    unseen = NAMED[1]
    moved = []
    for base in (plain, carrying):
        adapted = TextLearner(SMALL, base).fit(rows).model
        moved.append(adapted.log_odds([unseen])[0] - adapted.log_odds(["plain"])[0])
    assert moved[1] > moved[0] + 0.1


@pytest.mark.parametrize("share", [0.0, 0.4])
def test_what_comes_out_is_one_weight_a_term(carrying: Model, share: float) -> None:
    spec = carrying.manifest.hostility
    assert spec is not None
    spec = msgspec.structs.replace(spec, sentence=SentenceSpec(share=share, norm=3.0))
    manifest = msgspec.structs.replace(carrying.manifest, hostility=spec)
    learner = TextLearner(SMALL, Model(manifest, carrying.arrays, "0"))
    rows = learner.prepare(rows_of(_labels(), Attribute.HOSTILITY))
    fitted = learner.fit(rows)
    texts = [item.comment.text for item in rows.gold]
    np.testing.assert_allclose(fitted.log_odds(rows), fitted.model.log_odds(texts), atol=1e-6)
    explained = Explainer(fitted.model).explained(fitted.model.read(texts[:1]))
    told = sum(part.weights.sum() for part in explained.contributions)
    assert told + fitted.model.intercept == pytest.approx(fitted.model.log_odds(texts)[0], abs=1e-6)


def test_an_adapted_model_can_be_adapted_again(carrying: Model, tmp_path: Path) -> None:
    labels = [msgspec.structs.replace(item, off_topic=None) for item in _labels()]
    trained = train(labels, name="m", recipe=SMALL, base=carrying)
    again = write_model(tmp_path / "m", trained.manifest, trained.arrays, "card")
    np.testing.assert_array_equal(again.definitions, carrying.definitions)


@pytest.mark.parametrize("left", ["hostility.definitions", "hostility.definition_steps", None])
def test_definitions_that_do_not_fit_are_refused(
    plain: Model, tmp_path: Path, left: str | None
) -> None:
    n_terms = len(_text(plain).coefs[0])
    arrays = packed([np.ones(n_terms + (left is None))])
    kept = {name: array for name, array in arrays.items() if left in {None, name}}
    with pytest.raises(ModelError, match="definitions do not fit"):
        write_model(tmp_path / "m", plain.manifest, {**plain.arrays, **kept}, "card")
    assert not (tmp_path / "m").exists()
