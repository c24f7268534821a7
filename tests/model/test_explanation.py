"""Explanations: they add up to the score and point at what the reader wrote."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from corpus import ARTICLES, gold
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.features import BlockSpec, NgramTfidf, placing
from moderation.features.vocabulary import Terms, WordTerms
from moderation.model.artifact.folder import Model
from moderation.model.explanation import _Origins, explain_text, explain_topicality
from moderation.model.linear import explaining
from moderation.model.linear.models import TextModel
from moderation.model.manifest import SentenceSpec
from moderation.model.moderator import Moderator
from moderation.records import Attribute, Comment
from moderation.text.folding import ENGLISH

ANY_TEXT = st.text(st.characters(codec=None), max_size=40) | st.lists(
    st.sampled_from(["«You»", "idiot!!", "i d i o t", "1d10t,", "...", "\x00", "¨", "\u200b", "ﬃ"]),
    max_size=10,
).map(" ".join)


@given(ANY_TEXT)
@example("")
@example("!!!")
@example("¨")
@example("butth-ead")
def test_reasons_add_up_and_stand_in_the_text(model: Model, text: str) -> None:
    assert model.hostility is not None
    explanation = explain_text(model.hostility, text, Attribute.HOSTILITY)
    odds = float(model.hostility.log_odds([text])[0])
    assert explanation.log_odds == pytest.approx(odds, abs=1e-6)
    last = 0
    for reason in explanation.reasons:
        assert last <= reason.start < reason.end <= len(text)
        assert text[reason.start : reason.end] == reason.text
        last = reason.end


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("«You», idiot!!", ["You", "idiot"]),
        ("... well", ["...", "well"]),
        ("it's (not) so_so", ["it's", "not", "so_so"]),
        ("", []),
    ],
)
def test_spans_are_words_without_their_punctuation(
    model: Model, text: str, words: list[str]
) -> None:
    assert model.hostility is not None
    explanation = explain_text(model.hostility, text, Attribute.HOSTILITY)
    assert [reason.text for reason in explanation.reasons] == words


def test_the_insult_weighs_most(model: Model) -> None:
    assert model.hostility is not None
    text = "The bridge? You ＩＤІOOOOТ, honestly."
    explanation = explain_text(model.hostility, text, Attribute.HOSTILITY)
    assert explanation.weightiest(1)[0].text == "ＩＤІOOOOТ"
    assert len(explanation.weightiest(2)) == 2
    assert all(reason.weight > 0 for reason in explanation.weightiest(99))


def test_a_word_between_much_punctuation_is_trimmed(model: Model) -> None:
    assert model.hostility is not None
    text = "a" + "!" * 100_000 + "b" + "?" * 100_000
    explanation = explain_text(model.hostility, text, Attribute.HOSTILITY)
    assert [(r.start, r.end) for r in explanation.reasons] == [(0, 100_002)]


@pytest.mark.parametrize("comment", [item.comment for item in gold()][::5])
def test_signals_add_up_to_the_odds_of_being_off_topic(model: Model, comment: Comment) -> None:
    assert model.off_topic is not None
    explanation = explain_topicality(model.off_topic, model.topicality, comment)
    odds = float(model.off_topic.log_odds(model.topicality.signals([comment]))[0])
    assert explanation.log_odds == pytest.approx(odds, abs=1e-6)
    assert all((reason.start, reason.end) == (0, 0) for reason in explanation.reasons)


def test_off_topic_tells_what_is_shared_and_new(moderator: Moderator) -> None:
    comment = Comment(text="Zeppelins over the harbour bridge", article=ARTICLES[0])
    explanation = moderator.explain(comment, Attribute.OFF_TOPIC)
    assert explanation is not None
    told = explanation.reasons[0].text
    assert "Zeppelins" in told.partition("new: ")[2]
    assert "harbour" in told.partition("new: ")[0]


def test_the_most_hostile_sentence_is_told(model: Model) -> None:
    old = model.hostility
    assert old is not None
    drawn = TextModel(old.blocks, old.coefs, old.intercept, SentenceSpec(share=0.3))
    text = "Thank you for the report.  You 1d10t c l o w n!\nThe bridge is fine."
    found = explain_text(drawn, text, Attribute.HOSTILITY).worst_sentence
    assert found is not None
    assert text[slice(*found)] == "You 1d10t c l o w n!"
    for one, whole in ((text, old), ("You 1d10t clown", drawn), ("", drawn)):
        assert explain_text(whole, one, Attribute.HOSTILITY).worst_sentence is None


@pytest.mark.parametrize("text", ["\x08wt_\x0c\x13\x16 s5D6; ", " \x06\r\x12}q!\x19oO\r.E"])
def test_what_control_characters_leave_adds_up_too(text: str) -> None:
    hostility = Moderator.load().model.hostility
    assert hostility is not None
    explanation = explain_text(hostility, text, Attribute.HOSTILITY)
    assert explanation.log_odds == pytest.approx(float(hostility.log_odds([text])[0]), abs=1e-6)


@given(ANY_TEXT)
@example("\u200b Fine. You idiot!  \u200b\nYes.")
@example("You i d i o t.\u200b Fine.")
def test_words_are_found_as_by_the_origins_of_all_characters(model: Model, text: str) -> None:
    assert model.hostility is not None
    units, batch = ENGLISH.units(text), model.hostility.read([text])
    found, whole = _Origins(ENGLISH, units, batch), ENGLISH.fold_with_origins(text)
    for place, origin in enumerate(whole.origins):
        start, end = units[max(0, found.word_of[place])]
        assert origin < end or text[origin].isspace()
        assert start <= origin or not found.word_of[place]
        assert found.span(place, place + 1) == (origin, origin + 1)


def test_a_long_text_is_explained_in_parts_as_a_whole(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert model.hostility is not None
    text = "You idiot, honestly. The bridge is fine!\n" * 30
    whole = explain_text(model.hostility, text, Attribute.HOSTILITY)
    for module in (explaining, placing):
        monkeypatch.setattr(module, "_AT_ONCE", 100)
    assert explain_text(model.hostility, text, Attribute.HOSTILITY) == whole


def test_explaining_spells_no_vocabulary_out(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spelt: list[object] = []
    for kind in (Terms, WordTerms):
        monkeypatch.setattr(kind, "__getitem__", lambda self, index: spelt.append(index))
        monkeypatch.setattr(kind, "__iter__", lambda self: iter(spelt.append("all") or ()))
    moderator = Moderator.load(model_folder)
    assert moderator.score(Comment(text="You stupid idiot"), explain=True).hostility.reasons
    assert not spelt


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("You oaf.", "the person addressed"),
        ("turks oaf", "the name of a group"),
        ("You, oaf", None),  # a mark between them: no pair
        ("Lake oaf", None),
        ("She oaf", None),  # the pair has no weight
    ],
)
def test_a_reason_says_whom_the_word_beside_it_means(text: str, target: str | None) -> None:
    spec = BlockSpec(analyzer="word", ngram_range=(1, 2), token_pattern=r"\w+|[^\w\s]")
    vectorizer = NgramTfidf([spec])
    vectorizer.fit_transform(["you oaf", "turks oaf", "lake oaf", "you , oaf"])
    terms = list(vectorizer.blocks_[0].terms)
    weights = {"oaf": 3.0, "you oaf": 1.0, "turks oaf": 1.0, "lake oaf": 1.0}
    model = TextModel(vectorizer.blocks_, [np.array([weights.get(t, 0.0) for t in terms])], -1.0)
    explanation = explain_text(model, text, Attribute.HOSTILITY)
    assert {reason.text: reason.target for reason in explanation.reasons}["oaf"] == target
