"""How to train: everything that is tuned, as data."""

from __future__ import annotations

import msgspec

from moderation.evaluation.thresholds import HOLD_PRECISION, REVIEW_PRECISION
from moderation.features import DEFAULT_BLOCKS, BlockSpec
from moderation.model.artifact import (
    SentenceSpec,
    ShortSpec,
)
from moderation.records import Attribute
from moderation.training.priors import Prior


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How to train: all that is tuned, as data.

    Attributes
    ----------
    blocks
        What hostility counts.
    c
        Inverse strength of the L2 penalty on the hostility weights, scikit-learn's ``C``. The
        default was tuned on eleven files (``python -m benchmarks.regularisation``).
    label_floor
        Share of hostility that even a comment without any is fitted to: labels err, and the
        fewer extreme weights generalise better.
    prior
        How freely each term may gain weight.
    sentence
        What the most hostile sentence of a comment counts; weights are fitted to whole comments.
    short
        What a comment of few words may reach. A model that starts from a base keeps the base's.
    c_signals
        The same for off-topic, on signals scaled to unit variance; with a base, for the difference.
    c_adapt
        The same for the difference to a base model's hostility weights.
    folds
        Of the validation grouped by article, whose predictions calibrate the scores and choose
        the thresholds.
    threads
        Whether each comment is shown with the others of its article, where it has no thread yet.
    review_precision, hold_precision
        Share of hostile ones among the comments at or above a threshold that it is chosen for;
        off-topic takes the defaults.
    base_rate, off_topic_rate
        Share of comments that are hostile, or off topic, for which scores and thresholds hold.
        None: what the rows drawn at random tell; without enough of them a default
        (:data:`moderation.labels.base_rates.rates.BASE_RATES`).
    seed
        Of the folds and the bootstrap.
    language
        Recorded in the manifest.
    """

    blocks: tuple[BlockSpec, ...] = DEFAULT_BLOCKS
    c: float = 1.0
    label_floor: float = 0.05
    prior: Prior = Prior()
    sentence: SentenceSpec = SentenceSpec()
    short: ShortSpec | None = None
    c_signals: float = 1.0
    c_adapt: float = 0.5
    folds: int = 5
    threads: bool = True
    review_precision: float = REVIEW_PRECISION
    hold_precision: float = HOLD_PRECISION
    base_rate: float | None = None
    off_topic_rate: float | None = None
    seed: int = 0
    language: str = "en"

    def precisions(self, attribute: Attribute) -> tuple[float, float]:
        """What the thresholds of one attribute are chosen for: review, hold."""
        if attribute is Attribute.OFF_TOPIC:
            return REVIEW_PRECISION, HOLD_PRECISION
        return self.review_precision, self.hold_precision

    def rate(self, attribute: Attribute) -> float | None:
        """The base rate that is asked for, if any."""
        return self.off_topic_rate if attribute is Attribute.OFF_TOPIC else self.base_rate
