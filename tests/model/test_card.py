"""The model card says what the model is."""

from __future__ import annotations

import msgspec

from moderation.model.artifact.card import model_card
from moderation.model.artifact.folder import Model
from moderation.model.manifest import Manifest, SentenceSpec


def _with_share(manifest: Manifest, share: float) -> Manifest:
    assert manifest.hostility is not None
    sentence = SentenceSpec(share=share)
    hostility = msgspec.structs.replace(manifest.hostility, sentence=sentence)
    return msgspec.structs.replace(manifest, hostility=hostility)


def test_a_sentence_is_told_of_where_it_counts(model: Model) -> None:
    card = model_card(_with_share(model.manifest, 0.25), "## Known failures")
    told = "25% of a hostility score (in log-odds) is that of the comment's most hostile sentence"
    assert told in card
    assert card.index(told) < card.index("## Known failures")


def test_a_model_of_whole_comments_or_without_hostility_tells_of_no_sentence(model: Model) -> None:
    without = msgspec.structs.replace(model.manifest, hostility=None)
    for manifest in (_with_share(model.manifest, 0.0), without):
        card = model_card(manifest)
        assert "A logistic regression over words" in card
        assert "hostile sentence" not in card
