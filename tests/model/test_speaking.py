"""Comments in a language that no model speaks have no score, and no English one escapes so."""

from __future__ import annotations

import msgspec
import pytest

from moderation.model.moderator import Moderator
from moderation.records import Action, Attribute, Comment

DUTCH = "Dat kunt u beter vragen aan de gemeente"
INSULT = "You are a stupid liar"


def test_no_score_and_the_reason(moderator: Moderator) -> None:
    verdict = moderator.score(Comment(text=DUTCH, parent="Wie repareert de brug?"), explain=True)
    assert [score.value for score in verdict.scores] == [None, None]
    assert verdict.null_reason == "Dutch: no model here speaks it"
    assert (verdict.action, verdict.unspoken) == (Action.REVIEW, "nl")
    assert verdict.model == moderator.model.version


def test_nothing_is_explained(moderator: Moderator) -> None:
    comment = Comment(text=DUTCH, parent="Wie repareert de brug?")
    for attribute in Attribute:
        assert moderator.explain(comment, attribute) is None
        score, explanation = moderator.explained(comment, attribute)
        assert (score.value, explanation) == (None, None)
        assert score.why_null == "Dutch: no model here speaks it"


def test_the_newsroom_may_publish_them(moderator: Moderator) -> None:
    lenient = Moderator(moderator.model, Action.PUBLISH)
    assert lenient.score(Comment(text=DUTCH)).action is Action.PUBLISH
    assert (
        lenient.score(Comment(text=INSULT)).action is moderator.score(Comment(text=INSULT)).action
    )


def test_the_others_of_a_batch_keep_their_scores(moderator: Moderator) -> None:
    english = ["Thank you.", INSULT, "The bridge was closed in May.", "l o s e r s all of you"]
    alone = [moderator.score(Comment(text=text)) for text in english]
    mixed = [DUTCH, english[0], english[1], DUTCH, english[2], english[3], DUTCH]
    verdicts = [*moderator.score_many(Comment(text=text) for text in mixed)]
    assert [v.unspoken for v in verdicts] == ["nl", None, None, "nl", None, None, "nl"]
    scores = [v.hostility.value for v in verdicts if v.unspoken is None]
    assert scores == pytest.approx([v.hostility.value for v in alone], abs=1e-12)


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "Dat kunt u beter vragen aan de gemeente. {}",
        "{} Gmina powinna wreszcie naprawić ten most nad rzeką.",
        "các bạn nói đúng, {}, một vấn đề lớn của thành phố",
        "Спросите об этом в городской администрации! {} Спасибо.",
    ],
)
@pytest.mark.parametrize("insult", [INSULT, "fucking scum", "YOU WHORE", "you’re an idiot"])
def test_an_english_insult_is_scored_whatever_stands_around_it(
    moderator: Moderator, around: str, insult: str
) -> None:
    assert moderator.score(Comment(text=around.format(insult))).hostility.value is not None
    far = around.format("x " * 2_000 + insult)
    assert moderator.score(Comment(text=far)).hostility.value is not None


@pytest.mark.parametrize(("language", "unspoken"), [("nl", "nl"), ("en-GB", None), ("EN", None)])
def test_the_language_that_the_input_names_comes_first(
    moderator: Moderator, language: str, unspoken: str | None
) -> None:
    for text in (DUTCH, INSULT):
        assert moderator.score(Comment(text=text, language=language)).unspoken == unspoken


def test_a_model_of_another_language_leaves_english_alone(moderator: Moderator) -> None:
    model = moderator.model
    manifest = msgspec.structs.replace(model.manifest, language="nl")
    dutch = Moderator(type(model)(manifest, model.arrays, model.digest))
    assert dutch.score(Comment(text=DUTCH)).unspoken is None
    assert dutch.score(Comment(text=INSULT)).unspoken == "en"
    assert dutch.score(Comment(text="lol")).unspoken is None


def test_a_language_that_cannot_be_told_apart_is_not_guarded(moderator: Moderator) -> None:
    model = moderator.model
    manifest = msgspec.structs.replace(model.manifest, language="fo")
    faroese = Moderator(type(model)(manifest, model.arrays, model.digest))
    assert faroese.score(Comment(text=DUTCH)).unspoken is None
