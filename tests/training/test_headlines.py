"""What is learnt for articles of which only the headline is known."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from corpus import gold

from moderation.features.topicality import SIGNALS, Topicality
from moderation.labels.gold import Gold, rows_of
from moderation.model import Model
from moderation.records import Article, Attribute
from moderation.training import Recipe
from moderation.training.fitting import Trained
from moderation.training.headlines import headline_signals, usual_off_topic, weight_of_thin
from moderation.training.learners import SignalLearner

_THIN = SIGNALS.index("thin")
_LONG = " The council met in the evening and will meet again after the summer." * 12


def _beside(item: Gold, text: str) -> Gold:
    article = msgspec.structs.replace(item.comment.article or Article(), text=text)
    return msgspec.structs.replace(
        item, comment=msgspec.structs.replace(item.comment, article=article)
    )


@pytest.fixture(scope="module")
def whole() -> list[Gold]:
    """Labelled comments beside long articles."""
    found = [item for item in gold() if item.off_topic is not None and item.comment.article]
    return [_beside(item, f"{item.comment.article.text}{_LONG}") for item in found]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def topicality(whole: list[Gold]) -> Topicality:
    return Topicality.fit(item.comment.text for item in whole)


def test_whole_articles_are_seen_as_headlines_too(
    topicality: Topicality, whole: list[Gold]
) -> None:
    pair = msgspec.structs.replace(whole[0], paired=True)
    thin = _beside(whole[0], "")
    items = [whole[0], pair, thin]
    signals = topicality.signals([item.comment for item in items])
    found = headline_signals(topicality, items, signals)
    np.testing.assert_array_equal(found[0], signals[2])
    assert np.isnan(found[1:]).all()


def test_headlines_are_reviewed_as_often_as_whole_articles() -> None:
    random = np.random.default_rng(0)
    labels = (random.random(1000) < 0.15).astype(float)
    odds = random.normal(4 * labels - 4, 1.0)
    beside = odds / 2 + 0.5 + random.normal(size=1000)
    beside[::5] = np.nan
    weight = weight_of_thin(odds, beside, labels)
    reviewed = np.quantile(odds[~np.isnan(beside)], 1 - 1.75 * labels[~np.isnan(beside)].mean())
    shares = [np.mean(np.delete(o, slice(0, None, 5)) >= reviewed) for o in (odds, beside + weight)]
    assert weight < -0.5
    assert shares[0] == pytest.approx(shares[1], abs=0.002)
    assert weight_of_thin(odds, odds - 1.0, labels) == 0.0  # It never raises a score.


def test_few_labels_teach_nothing_about_headlines() -> None:
    odds, labels = np.arange(99.0), np.tile((0.0, 0.0, 1.0), 33)
    assert weight_of_thin(odds, odds + 3.0, labels) == 0.0


def test_the_thread_is_usual_where_people_judged_it() -> None:
    signals = np.full((4, len(SIGNALS)), 0.5)
    signals[:, SIGNALS.index("like_thread")] = (0.9, 0.7, 0.2, np.nan)
    usual = usual_off_topic(signals, np.array([True, True, False, False]))
    assert usual[SIGNALS.index("like_thread")] == 0.2
    pairs = usual_off_topic(signals[:2], np.array([True, True]))
    assert pairs[SIGNALS.index("like_thread")] == pytest.approx(0.8)


def test_whole_articles_score_as_if_nothing_were_known_of_headlines(
    topicality: Topicality, whole: list[Gold]
) -> None:
    learner = SignalLearner(Recipe(), None, topicality)
    many = [
        msgspec.structs.replace(item, group=f"{item.group}{i}") for i in range(9) for item in whole
    ]
    rows = learner.prepare(rows_of(many, Attribute.OFF_TOPIC))
    model = learner.fit(rows).model
    assert (model.coef[_THIN], model.usual[_THIN]) < (0.0, 0.0)
    signals = rows.features[:, : len(SIGNALS)]
    assert not model.contributions(signals)[:, _THIN].any()
    headlines = rows.features[:, len(SIGNALS) :]
    assert (model.contributions(headlines)[:, _THIN] == model.coef[_THIN]).all()


def test_a_model_of_older_signals_is_adapted_with_these(
    trained: Trained, whole: list[Gold]
) -> None:
    spec = trained.manifest.off_topic
    assert spec is not None
    assert spec.signals == SIGNALS
    older = msgspec.structs.replace(spec, signals=SIGNALS[:-1])
    manifest = msgspec.structs.replace(trained.manifest, off_topic=older)
    cut = {name: trained.arrays[f"off_topic.{name}"][:-1] for name in ("coef", "usual")}
    arrays = {**trained.arrays, **{f"off_topic.{name}": array for name, array in cut.items()}}
    base = Model(manifest, arrays, digest="")
    learner = SignalLearner(Recipe(), base, base.topicality)
    model = learner.fit(learner.prepare(rows_of(whole, Attribute.OFF_TOPIC))).model
    assert model.names == SIGNALS[:-1]
    comments = [item.comment for item in whole]
    assert np.isfinite(model.log_odds(base.topicality.signals(comments))).all()
