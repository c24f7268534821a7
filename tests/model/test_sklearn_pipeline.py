"""The scikit-learn Pipeline: ordinary classes, the model's own probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import joblib
import msgspec
import numpy as np
import pytest
import sklearn
from sklearn.pipeline import Pipeline

from moderation.context import in_threads
from moderation.errors import ModelError, UsageError
from moderation.labels.gold.computing import Gold
from moderation.model.artifact.folder import Model, load_model, shipped_model
from moderation.model.linear.models import sigmoid
from moderation.model.manifest import SentenceSpec
from moderation.model.sklearn_pipeline import pipeline_of, write_pipeline
from moderation.records import Attribute

TEXTS = [
    "You 1d10t, go b a c k to sch00l!!!", "Thank you for the careful report.", "", "   ", "🙂🙂",
    "STUPIIIID people, n0body asked. Nobody. NOBODY.", "Привет и здравствуйте", "m.o.r.o.n", "a",
    "The rent of the allotments doubles; who pays for the fences, the parish or the gardeners?",
]  # fmt: skip


def _hostility(model: Model) -> None:
    assert model.hostility is not None
    found = pipeline_of(model).predict_proba(TEXTS)[:, 1]
    assert np.abs(found - model.hostility.probability(TEXTS)).max() < 1e-6


def test_hostility_is_the_models_own(model: Model) -> None:
    _hostility(model)


def test_its_worst_sentence_is_a_column(model: Model, tmp_path: Path) -> None:
    spec = model.manifest.hostility
    assert spec is not None
    spec = msgspec.structs.replace(spec, sentence=SentenceSpec(share=0.3))
    drawn = Model(msgspec.structs.replace(model.manifest, hostility=spec), model.arrays, "0")
    _hostility(drawn)
    written = tmp_path / "model.joblib"
    write_pipeline(drawn, written)
    assert drawn.hostility is not None
    found = joblib.load(written).predict_proba(TEXTS)[:, 1]
    assert np.abs(found - drawn.hostility.probability(TEXTS)).max() < 1e-6


def test_the_shipped_models_too() -> None:
    _hostility(load_model(shipped_model()))


def test_off_topic_is_the_models_own(model: Model, gold: Sequence[Gold]) -> None:
    comments = list(in_threads(item.comment for item in gold))
    comments += [msgspec.structs.replace(comment, article=None) for comment in comments]
    assert model.off_topic is not None
    own = sigmoid(model.off_topic.log_odds(model.topicality.signals(comments)))
    found = pipeline_of(model, Attribute.OFF_TOPIC).predict_proba(comments)[:, 1]
    assert np.abs(found - own).max() < 1e-6


def test_a_file_of_it_opens_and_says_what_that_entails(model: Model, tmp_path: Path) -> None:
    told = write_pipeline(model, tmp_path / "p.joblib")
    assert "runs whatever code it holds" in told
    assert sklearn.__version__ in told
    pipeline = joblib.load(tmp_path / "p.joblib")
    assert type(pipeline) is Pipeline
    assert [type(step).__module__.partition(".")[0] for _, step in pipeline.steps] == [
        "sklearn", "sklearn"
    ]  # fmt: skip
    assert model.hostility is not None
    found = pipeline.predict_proba(TEXTS)[:, 1]
    assert np.abs(found - model.hostility.probability(TEXTS)).max() < 1e-6
    assert pipeline.predict(TEXTS).tolist() == (found > 0.5).tolist()
    with pytest.raises(UsageError):
        write_pipeline(model, tmp_path / "p.joblib")


def test_what_the_model_does_not_score_is_not_exported(model: Model) -> None:
    manifest = msgspec.structs.replace(model.manifest, off_topic=None)
    with pytest.raises(ModelError, match="does not score off_topic"):
        pipeline_of(Model(manifest, {}, "0"), Attribute.OFF_TOPIC)
