"""The parts of an artifact that hold a fitted model: its spec for the manifest, and its arrays."""

from __future__ import annotations

import numpy as np

from moderation._types import Array
from moderation.features.topicality import Topicality
from moderation.model.linear.models import TextModel
from moderation.model.linear.signal_models import SignalModel
from moderation.model.manifest import BriefSpec, TextSpec, Thresholds


def describe_text(model: TextModel, thresholds: Thresholds) -> tuple[TextSpec, dict[str, Array]]:
    """Return the spec of a fitted hostility model, and its arrays by their names in a folder."""
    brief = model.brief and BriefSpec(
        words=model.brief.words,
        intercept=model.brief.intercept,
        sentences=model.brief.sentences,
        mentioned=model.brief.mentioned,
    )
    spec = TextSpec(
        blocks=tuple(block.spec for block in model.blocks),
        intercept=model.intercept,
        thresholds=thresholds,
        sentence=model.sentence,
        short=model.short,
        brief=brief,
    )
    return spec, _text_arrays(model)


def _text_arrays(model: TextModel) -> dict[str, Array]:
    """Return the arrays of a fitted hostility model by their names in a folder."""
    arrays: dict[str, Array] = {}
    for i, (block, coef) in enumerate(zip(model.blocks, model.coefs, strict=True)):
        if block.spec.analyzer == "char_wb":
            arrays[f"hostility.{i}.terms"] = block.char_terms().blob
        else:
            terms = block.word_terms()
            arrays[f"hostility.{i}.tokens"] = terms.tokens.blob
            arrays[f"hostility.{i}.grams"] = terms.grams
        arrays[f"hostility.{i}.idf"] = block.idf.astype(np.float32)
        arrays[f"hostility.{i}.coef"] = coef.astype(np.float32)
        if model.brief:
            arrays[f"hostility.{i}.brief_coef"] = model.brief.coefs[i].astype(np.float32)
    return arrays


def signal_arrays(model: SignalModel, topicality: Topicality) -> dict[str, Array]:
    """Return the arrays of an off-topic model and its background by their names in a folder."""
    arrays: dict[str, Array] = {"off_topic.coef": model.coef, "off_topic.usual": model.usual}
    for name, array in topicality.background.arrays.items():
        arrays[f"topicality.{name}"] = array
    return arrays
