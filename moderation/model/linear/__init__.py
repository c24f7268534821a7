"""The arithmetic of linear models: scoring and fitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.model.linear.brief import BriefWeights
    from moderation.model.linear.definitions import carried, packed
    from moderation.model.linear.logistic import fit_logistic
    from moderation.model.linear.models import TextModel, sigmoid
    from moderation.model.linear.signal_models import SignalModel
    from moderation.model.mentioned import MentionSpec

__all__ = [
    "BriefWeights",
    "MentionSpec",
    "SignalModel",
    "TextModel",
    "bounded",
    "carried",
    "fit_logistic",
    "packed",
    "sigmoid",
]

__getattr__ = open_door(
    __name__,
    {
        "BriefWeights": "moderation.model.linear.brief",
        "MentionSpec": "moderation.model.mentioned",
        "SignalModel": "moderation.model.linear.signal_models",
        "TextModel": "moderation.model.linear.models",
        "bounded": "moderation.model.short_comments",
        "carried": "moderation.model.linear.definitions",
        "fit_logistic": "moderation.model.linear.logistic",
        "packed": "moderation.model.linear.definitions",
        "sigmoid": "moderation.model.linear.models",
    },
)
