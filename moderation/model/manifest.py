"""The records of ``manifest.json``, which describes everything in a model but its arrays."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
from msgspec import Meta

from moderation._types import Floats
from moderation.features import BlockSpec
from moderation.model.mentioned import MentionSpec
from moderation.model.short_comments import ShortSpec

#: The format of model folders that this version writes, and the only one that it reads.
FORMAT = 1


class SentenceSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sentences are compared, and how much the most hostile one counts in the score.

    Attributes
    ----------
    share
        The share of the log-odds that comes from the most hostile sentence; the rest comes from
        the whole comment. By default, only the whole comment counts.
    norm, power
        The contribution of a block to a sentence is divided by
        ``norm * (max(n, norm) / norm) ** power``, where n is the L2 norm of its weights. Neither
        short nor long sentences have an advantage from their length.
    """

    share: float = 0.0
    norm: float = 15.0
    power: float = 1.4

    def __post_init__(self) -> None:
        if not (0 <= self.share <= 1 and 1e-3 <= self.norm <= 1e6 and 0 < self.power <= 10):
            what = "share from 0 to 1, norm from 0.001 to 1,000,000, power up to 10 expected"
            raise ValueError(f"{what}, found {self}")

    def scale(self, squares: Floats) -> Floats:
        """Return the factors of a block's weights in sentences of these squared norms."""
        norms = np.sqrt(np.maximum(squares, self.norm**2))
        scale: Floats = (norms / self.norm) ** -self.power / self.norm
        return scale


# The log-odds of an intercept, and a count of rows. No valid model has larger ones.
LogOdds = Annotated[float, Meta(ge=-1e6, le=1e6)]
Count = Annotated[int, Meta(ge=0, le=10**12)]


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The probabilities from which a comment goes to review or is held, and their origin.

    Attributes
    ----------
    review, hold
        The probabilities.
    chosen_for
        The aim for which they were chosen, and the data on which they were chosen.
    base_rate
        The share of true comments to which the labels of the validation are weighted. None if the
        labels are a fair sample and are not weighted.
    """

    review: float
    hold: float
    chosen_for: str = ""
    base_rate: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.review <= self.hold <= 1:
            raise ValueError(f"0 <= review <= hold <= 1 expected, found {self.review}, {self.hold}")
        if self.base_rate is not None and not 0 < self.base_rate < 1:
            raise ValueError(f"a base_rate between 0 and 1 expected, found {self.base_rate}")


class BriefSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the weights of brief comments give way to those of long ones.

    Attributes
    ----------
    words
        The number of words at which both count half.
    intercept
        The log-odds of an empty comment.
    sentences
        How far the length of the most hostile sentence, and not that of the comment, decides which
        weights count in that sentence, from 0 to 1.
    mentioned
        How much words count that a brief comment mentions without saying them of anybody else.
    """

    words: Annotated[float, Meta(ge=1, le=1e6)]
    intercept: LogOdds
    sentences: Annotated[float, Meta(ge=0, le=1)] = 0.0
    mentioned: MentionSpec | None = None


class TextSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hostility model without its arrays."""

    blocks: Annotated[tuple[BlockSpec, ...], Meta(max_length=8)]
    intercept: LogOdds
    thresholds: Thresholds
    sentence: SentenceSpec = SentenceSpec()
    short: ShortSpec | None = None
    brief: BriefSpec | None = None


class SignalSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The off-topic model without its arrays."""

    signals: tuple[str, ...]
    intercept: LogOdds
    thresholds: Thresholds


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source of training rows and its licence."""

    name: str
    rows: Count
    licence: str = ""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with its confidence interval."""

    value: float | None
    low: float | None
    high: float | None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures in a model card for one attribute; a manifest may hold more."""

    n: Count
    n_true: Count
    n_groups: Count
    thresholds: Thresholds | None
    figures: dict[str, Measured]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The complete description of a model, apart from its arrays.

    The bounds are wide: they reject only values that training never writes and scoring cannot use.
    `foreword` is what the model card says first, in Markdown: why a model should not be used, or
    how good it is elsewhere.
    """

    format: int = FORMAT
    name: Annotated[str, Meta(max_length=255)]  # of a folder
    folding: str
    language: Annotated[str, Meta(max_length=255)]
    hostility: TextSpec | None
    off_topic: SignalSpec | None
    gold: str
    sources: tuple[Source, ...]
    training: dict[str, str | int | float]
    figures: dict[str, Any]
    foreword: Annotated[str, Meta(max_length=10_000)] = ""

    #: How the foreword of a model below the floor begins.
    DO_NOT_USE: ClassVar[str] = "**Do not use this model**"

    def __post_init__(self) -> None:
        try:
            msgspec.convert(self.figures, dict[str, Figures])
        except msgspec.ValidationError as error:
            raise ValueError(f"figures: {error}") from None
