"""Export of a model as an ordinary scikit-learn Pipeline in a joblib file, for notebooks.

The Pipeline gives the same probabilities as the model folder with scikit-learn's own classes. The
model folder is better for all other uses. Opening a joblib file runs any code in it. The file needs
this package (for the folding) and the version of scikit-learn that wrote it. It loads and scores
several times slower. Only this module writes such a file, and nothing in this package reads one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from joblib import dump
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer

from moderation._types import Floats
from moderation.errors import ModelError
from moderation.features import Block
from moderation.features.topicality import Topicality
from moderation.files.writing import write_atomically
from moderation.model.artifact.folder import Model
from moderation.model.linear.brief import BriefWeights
from moderation.model.linear.models import TextModel
from moderation.model.linear.signal_models import SignalModel
from moderation.records import Attribute, Comment
from moderation.text.folding import Folding

WARNING = (
    "opening a joblib file runs whatever code it holds: open only one that you wrote yourself or "
    "whose writer you trust; it needs moderation and scikit-learn {version}"
)


def pipeline_of(model: Model, attribute: Attribute = Attribute.HOSTILITY) -> Pipeline:
    """Build the fitted Pipeline of one attribute.

    Parameters
    ----------
    model
        The loaded model; its calibration (Platt 1999) is part of its weights.
    attribute
        The attribute to score. The Pipeline for hostility takes texts; the one for off-topic takes
        comments (:class:`moderation.records.Comment`) with their context.

    Returns
    -------
    Pipeline
        The fitted Pipeline.

    Raises
    ------
    ModelError
        If the model does not score the attribute.
    """
    if attribute is Attribute.HOSTILITY and model.hostility is not None:
        return _of_texts(model.hostility)
    if attribute is Attribute.OFF_TOPIC and model.off_topic is not None:
        return _of_signals(model.off_topic, model.topicality)
    raise ModelError(f"the model does not score {attribute.value}", path=model.version)


def _of_texts(model: TextModel) -> Pipeline:
    blocks = [
        (f"{b.spec.analyzer}_{i}", _vectorizer(b, model.folding))
        for i, b in enumerate(model.blocks)
    ]
    coef = np.concatenate(model.coefs)
    if share := model.sentence.share:
        blocks.append(("worst_sentence", FunctionTransformer(_Column(model.worst_sentences))))
        coef = np.append((1 - share) * coef, share)
    if model.brief is not None:
        blocks.append(("brief_texts", FunctionTransformer(_Column(_BriefPart(model, model.brief)))))
        coef = np.append(coef, 1.0)
    if model.brief is not None and model.brief.mentioned is not None:
        blocks.append(("mentioned_words", FunctionTransformer(_Column(model.deductions))))
        coef = np.append(coef, 1.0)
    if model.short is not None:
        blocks.append(("few_words", FunctionTransformer(_Column(model.bounds))))
        coef = np.append(coef, 1.0)
    return Pipeline([("tfidf", FeatureUnion(blocks)), ("logistic", _fitted(coef, model.intercept))])


class _BriefPart:
    """What the weights of brief texts add to the log-odds of whole texts."""

    def __init__(self, model: TextModel, brief: BriefWeights) -> None:
        self._model = model
        added = [own - coef for own, coef in zip(brief.coefs, model.coefs, strict=True)]
        self._added = TextModel(model.blocks, added, 0.0, reading=model.reading)

    def __call__(self, texts: Iterable[str]) -> Floats:
        texts, model = list(texts), self._model
        added = self._added.unbounded(texts) + model.brief_intercept
        return (1 - model.sentence.share) * model.brief_shares(texts) * added


class _Column:
    """The result of a model's method for each text, as a column."""

    def __init__(self, method: Callable[[Iterable[str]], Floats]) -> None:
        self._method = method

    def __call__(self, texts: Iterable[str]) -> Floats:
        return self._method(texts)[:, None]


def _vectorizer(block: Block, folding: Folding) -> TfidfVectorizer:
    spec = block.spec
    words = {"token_pattern": spec.token_pattern} if spec.analyzer == "word" else {}
    vectorizer = TfidfVectorizer(
        preprocessor=folding.fold,
        analyzer=spec.analyzer,
        ngram_range=spec.ngram_range,
        vocabulary={term: number for number, term in enumerate(block.terms)},
        sublinear_tf=True,
        **words,
    )
    vectorizer.idf_ = np.asarray(block.idf, np.float64)
    return vectorizer


def _of_signals(model: SignalModel, topicality: Topicality) -> Pipeline:
    usual = SimpleImputer(keep_empty_features=True).fit(model.usual[None, :])
    intercept = model.intercept - float(model.coef @ model.usual)
    known = {"topicality": topicality, "n": len(model.names)}
    return Pipeline(
        [
            ("signals", FunctionTransformer(_first_signals, kw_args=known)),
            ("usual", usual),
            ("logistic", _fitted(model.coef, intercept)),
        ]
    )


def _first_signals(comments: Sequence[Comment], topicality: Topicality, n: int) -> Floats:
    return topicality.signals(comments)[:, :n]


def _fitted(coef: Floats, intercept: float) -> LogisticRegression:
    logistic = LogisticRegression()
    logistic.classes_ = np.array([False, True])
    logistic.coef_ = np.asarray(coef, np.float64)[None, :]
    logistic.intercept_ = np.array([intercept])
    logistic.n_features_in_ = len(coef)
    logistic.n_iter_ = np.array([0], np.int32)
    return logistic


def write_pipeline(
    model: Model,
    path: str | Path,
    *,
    attribute: Attribute = Attribute.HOSTILITY,
    force: bool = False,
) -> str:
    """Write the fitted Pipeline of one attribute to a joblib file.

    Parameters
    ----------
    model
        The loaded model.
    path
        The file to write.
    attribute
        The attribute to score; see :func:`pipeline_of`.
    force
        Whether to replace an existing file.

    Returns
    -------
    str
        A warning for whoever opens the file.
    """
    import sklearn

    with write_atomically(path, force=force) as stream:
        dump(pipeline_of(model, attribute), stream)
    return WARNING.format(version=sklearn.__version__)
