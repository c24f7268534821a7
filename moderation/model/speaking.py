"""Which comments of a batch are in a language that a model does not speak.

A comment whose language is unsure is scored: a hostile comment must not escape by a few foreign
words. The words of the batch are counted first, and only a comment with too few English words has
its language identified.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moderation.features.reading import Batch
from moderation.text.languages import (
    ENOUGH,
    NAMES,
    english_words,
    identify,
    language_name,
    needs_identifier,
    primary,
)

_ENGLISH = "en"


def unspoken(spoken: str, batch: Batch, named: Sequence[str | None]) -> dict[int, str]:
    """Map the rows of a batch whose language is not spoken to the code of that language.

    Parameters
    ----------
    spoken
        The language of the model, as its manifest names it.
    batch
        The comments.
    named
        The language of each comment, if its source names it: it is then not identified.
    """
    own = primary(spoken)
    if own not in NAMES:  # the identifier could not tell it from another
        return {}
    asked: Sequence[int] = range(len(batch.texts))
    if own == _ENGLISH:
        counts = np.frombuffer(batch.table.english, np.uint8)[batch.read.chunks]
        english = np.bincount(batch.read.rows, counts, len(batch.texts))
        asked = np.flatnonzero(english < ENOUGH).tolist()
    found = {row: code for row, tag in enumerate(named) if tag and (code := primary(tag)) != own}
    for row in asked:
        told = None if named[row] else identify(batch.texts[row], own)
        if told is not None and told != own:
            found[row] = told
    return found


def is_ours(spoken: str, text: str, named: str | None) -> bool:
    """Return whether a model is sure to score a text, without loading the identifier.

    Parameters
    ----------
    spoken
        The language of the model.
    text
        The text.
    named
        The language of the text, if its source names it.
    """
    own = primary(spoken)
    if named:
        return primary(named) == own
    if own == _ENGLISH and sum(english_words(text.split())) >= ENOUGH:
        return True
    return own not in NAMES or (not needs_identifier(text) and identify(text, own) in {None, own})


def none_speaks(code: str) -> str:
    """Return why a comment in a language has no score."""
    name = language_name(code)
    return f"{name[0].upper()}{name[1:]}: no model here speaks it"
