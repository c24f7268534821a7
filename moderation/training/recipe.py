"""How to train: everything that is tuned, as data."""

from __future__ import annotations

import msgspec

from moderation.evaluation.thresholds import HOLD_PRECISION, REVIEW_PRECISION
from moderation.features import BlockSpec, blocks_for
from moderation.model.artifact import SentenceSpec, ShortSpec
from moderation.model.linear import MentionSpec
from moderation.records import Attribute
from moderation.text.folding import ENGLISH, Folding, folding_for
from moderation.training.priors import Prior


class BriefRecipe(msgspec.Struct, frozen=True, kw_only=True):
    """How the weights of brief comments are learnt, besides those of long ones.

    Attributes
    ----------
    source
        The source of rows that teach the weights of brief comments only. All other rows teach
        both sets of weights.
    share
        The share of these rows in the total weight of all rows, in every fold too.
    words
        The number of words at which both sets of weights count half.
    sentences
        How far the length of the most hostile sentence decides which weights count in it.
    shift
        What is added to the log-odds of a comment without length. The rows of `source` are more
        often hostile than the comments of a newspaper.
    mentioned
        How much words count that a brief comment mentions without saying them of anybody else.
    """

    source: str
    share: float
    words: float
    sentences: float = 0.0
    shift: float = 0.0
    mentioned: MentionSpec | None = None


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How to train: everything that is tuned, as data.

    Attributes
    ----------
    blocks
        The blocks of n-grams that are counted for hostility.
    c
        Inverse strength of the L2 penalty on the hostility weights, scikit-learn's ``C``. The
        default was tuned on eleven files (``python -m benchmarks.regularisation``).
    strengths
        Candidates for `c`. The one that orders the held-out rows of the folds best is used; with
        none, `c` is. Not used with a base.
    source_weights
        Factors on the weights of the rows of some sources, by the source's name.
    label_floor
        The target of a comment that is not hostile at all. It is above 0 because labels can be
        wrong, and because fewer extreme weights generalise better.
    prior
        How freely each term may gain weight.
    sentence
        The share of a comment's most hostile sentence in its score. Weights are fitted to whole
        comments.
    short
        The highest score of a comment of few words. A model trained from a base keeps the base's.
    brief
        How brief comments get weights of their own; None for one set of weights. A model trained
        from a base keeps the base's sets.
    vector_scale
        The scale of word vectors beside the terms, if there are any: how much the meaning of a
        word says about its weight.
    c_signals
        The same as `c` for off-topic, on signals scaled to unit variance. With a base, it applies
        to the difference from the base's weights.
    c_adapt
        The same as `c` for the difference from a base model's hostility weights.
    folds
        Number of folds of the validation grouped by article. Its predictions calibrate the scores
        and choose the thresholds.
    by_source
        Whether the folds hold out whole sources, if there are several, and not only whole articles.
        The validation then says how good the model is on comments from elsewhere.
    threads
        Whether a comment without a thread is given the other comments of its article as a thread.
    review_precision, hold_precision
        Share of hostile comments at or above each threshold that the threshold is chosen for.
        Off-topic uses the defaults.
    base_rate, off_topic_rate
        Share of comments that are hostile, or off topic, for which scores and thresholds hold.
        None: the share among the rows drawn at random, or a default if these are too few
        (:data:`moderation.labels.base_rates.rates.BASE_RATES`).
    seed
        Seed of the folds and the bootstrap.
    language
        The language that the manifest records. It decides how a model trained from scratch folds
        texts.
    """

    blocks: tuple[BlockSpec, ...] = blocks_for(ENGLISH)
    c: float = 1.0
    strengths: tuple[float, ...] = ()
    source_weights: dict[str, float] = {}
    label_floor: float = 0.05
    prior: Prior = Prior()
    sentence: SentenceSpec = SentenceSpec()
    short: ShortSpec | None = None
    brief: BriefRecipe | None = None
    vector_scale: float = 0.5
    c_signals: float = 1.0
    c_adapt: float = 0.5
    folds: int = 5
    by_source: bool = False
    threads: bool = True
    review_precision: float = REVIEW_PRECISION
    hold_precision: float = HOLD_PRECISION
    base_rate: float | None = None
    off_topic_rate: float | None = None
    seed: int = 0
    language: str = "en"

    @property
    def folding(self) -> Folding:
        """How a model trained from scratch folds texts."""
        return folding_for(self.language)

    def precisions(self, attribute: Attribute) -> tuple[float, float]:
        """Return the review and hold precisions for which an attribute's thresholds are chosen."""
        if attribute is Attribute.OFF_TOPIC:
            return REVIEW_PRECISION, HOLD_PRECISION
        return self.review_precision, self.hold_precision

    def rate(self, attribute: Attribute) -> float | None:
        """Return the base rate that was requested, or None."""
        return self.off_topic_rate if attribute is Attribute.OFF_TOPIC else self.base_rate


# The evidence scales in other languages than English. A floor of one half and a smoothing of 3 are
# better than 1 and 10 across collections in Arabic, French, Hindi and Portuguese (+.002 to +.006).
# The names of groups are known in English only.
_PRIOR = Prior(floor=0.5, smoothing=3.0, identity_penalty=1.0)

# Candidates for `c`. From 0.2 to 1 is best in nine of ten collections of 3,000 to 50,000 rows; a
# newsroom's few hundred labels need other ones.
_STRENGTHS = (0.1, 0.3, 1.0, 3.0)


def recipe_for(language: str) -> Recipe:
    """Return how to train a model of a language from scratch.

    Parameters
    ----------
    language
        The language as a BCP 47 tag; only its first part counts.

    Returns
    -------
    Recipe
        The folds choose the strength of the penalty, and hold out whole sources.
    """
    recipe = Recipe(language=language, strengths=_STRENGTHS, by_source=True)
    if recipe.folding is ENGLISH:
        return recipe
    return msgspec.structs.replace(recipe, prior=_PRIOR, blocks=blocks_for(recipe.folding))
