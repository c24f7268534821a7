"""The weights of brief comments, which long comments do not share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from moderation._types import Floats
from moderation.model.mentioned import MentionSpec


class BriefWeights(NamedTuple):
    """The weights of brief comments. In longer comments, they give way to the other weights.

    Public collections teach the manners of long comments. Who is attacked in a comment of ten
    words is learnt from comments written for the purpose. One set of weights cannot serve both
    (docs/research/recipe.md).

    Attributes
    ----------
    coefs
        For each block, an array of one weight per term.
    intercept
        The log-odds of an empty text.
    words
        The number of words at which both sets of weights count half.
    sentences
        How far the length of the most hostile sentence, and not that of the text, decides which
        weights count in that sentence, from 0 to 1.
    mentioned
        How much words count that a brief comment mentions without saying them of anybody else; None
        if they count like all others.
    """

    coefs: tuple[Floats, ...]
    intercept: float
    words: float
    sentences: float = 0.0
    mentioned: MentionSpec | None = None

    def share(self, n_words: Floats) -> Floats:
        """Return how much these weights count in texts of `n_words` words, from 0 to 1.

        >>> import numpy as np
        >>> BriefWeights((), 0.0, 40.0).share(np.array([0, 40, 120])).tolist()
        [1.0, 0.5, 0.1]
        """
        share: Floats = 1.0 / (1.0 + (n_words / self.words) ** 2)
        return share

    def moved(
        self, scale: float, shift: float, change: Sequence[Floats] | None = None
    ) -> BriefWeights:
        """Return the weights times `scale` plus a `change`, and the intercept moved by `shift`."""
        coefs = [scale * coef for coef in self.coefs]
        if change is not None:
            coefs = [own + more for own, more in zip(coefs, change, strict=True)]
        return self._replace(coefs=tuple(coefs), intercept=scale * self.intercept + shift)
