"""Requests into answers, without a socket."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from served import ARTICLE

from moderation.model.moderator import Moderator
from moderation.records import Article, Comment
from moderation.service.analysis import LONGEST_COMMENT, answer, in_language, pieces, question
from moderation.service.articles import ArticleIndex
from moderation.service.attributes import Naming
from moderation.service.errors import Refusal
from moderation.service.wire import AnalyzeCommentRequest, AnalyzeCommentResponse, read_request

SHELF = ArticleIndex({"story-1": Article(**ARTICLE)})
TOXICITY: dict[str, Any] = {"TOXICITY": {}}
BOTH: dict[str, Any] = {"TOXICITY": {}, "OFF_TOPIC": {}}


def ask(moderator: Moderator, *, lenient: bool = False, **fields: Any) -> AnalyzeCommentResponse:
    fields = {"comment": {"text": "You idiot."}, "requestedAttributes": TOXICITY, **fields}
    request = read_request(json.dumps(fields).encode(), AnalyzeCommentRequest)
    asked = question(request, SHELF, moderator, Naming(lenient=lenient))
    places, parts = pieces(asked, "en")
    whole = moderator.score(asked.comment)
    verdicts = moderator.score_many(in_language(whole, parts))
    return answer(asked, places, [whole, *verdicts])


def refused(moderator: Moderator, *, lenient: bool = False, **fields: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        ask(moderator, lenient=lenient, **fields)
    return found.value


def test_the_score_is_the_moderator_s_and_the_model_is_named(moderator: Moderator) -> None:
    found = ask(moderator)
    scores = found.attribute_scores["TOXICITY"]
    value = moderator.score(Comment(text="You idiot.")).hostility.value
    assert scores.summary_score.value == pytest.approx(value, abs=1e-6)
    assert scores.summary_score.type == "PROBABILITY"
    assert scores.model == f"hostility {moderator.model.version}"
    assert found.model == moderator.model.version
    assert found.languages == found.detected_languages == ["en"]


def test_without_sentences_one_span_is_the_whole_text(moderator: Moderator) -> None:
    (span,) = (
        ask(moderator, comment={"text": "\U0001f600 a"}).attribute_scores["TOXICITY"].span_scores
    )
    assert (span.begin, span.end) == (0, 4)


def test_sentences_are_scored_on_their_own_at_offsets_of_utf16(moderator: Moderator) -> None:
    text = "You idiot \U0001f600. Thank you for the careful report."
    scores = ask(moderator, comment={"text": text}, spanAnnotations=True).attribute_scores
    first, second = scores["TOXICITY"].span_scores
    encoded = text.encode("utf-16-le")
    assert encoded[2 * first.begin : 2 * first.end].decode("utf-16-le") == "You idiot \U0001f600. "
    assert encoded[2 * second.begin : 2 * second.end].decode("utf-16-le").startswith("Thank")
    assert first.score.value > second.score.value


def test_a_score_below_its_threshold_is_left_out(moderator: Moderator) -> None:
    asked = {"TOXICITY": {"scoreThreshold": 1.1}, "INSULT": {"score_threshold": "0.0"}}
    assert list(ask(moderator, requestedAttributes=asked).attribute_scores) == ["INSULT"]


@pytest.mark.parametrize(
    "name", ["TOXICITY", "TOXICITY@6", "TOXICITY_EXPERIMENTAL", "INSULT_EXPERIMENTAL@2"]
)
def test_names_come_back_as_they_were_asked(moderator: Moderator, name: str) -> None:
    assert list(ask(moderator, requestedAttributes={name: None}).attribute_scores) == [name]


def test_our_own_names_may_pin_the_model_in_force_and_no_other(moderator: Moderator) -> None:
    version = moderator.model.version
    for pinned in (version, version.rpartition("@")[2]):
        assert ask(moderator, requestedAttributes={f"HOSTILITY@{pinned}": {}}).attribute_scores
    error = refused(moderator, requestedAttributes={"HOSTILITY@00000000": {}})
    assert error.what == "Unknown requested attribute: HOSTILITY@00000000"


def test_names_without_a_model_are_refused_or_left_out_when_asked_so(moderator: Moderator) -> None:
    asked = {"TOXICITY": {}, "FLIRTATION": {}}
    assert refused(moderator, requestedAttributes=asked).what == (
        "Unknown requested attribute: FLIRTATION (dropUnsupportedAttributes, or moderation serve "
        "--lenient, leaves it out)"
    )
    for lenient, drop in ((True, False), (False, True)):
        found = ask(
            moderator,
            lenient=lenient,
            requestedAttributes=asked,
            dropUnsupportedAttributes=drop,
        )
        assert list(found.attribute_scores) == ["TOXICITY"]


CONTEXTS: dict[str, Any] = {
    "article and parent": {
        "articleAndParentComment": {
            "article": {"text": f"{ARTICLE['title']}\n{ARTICLE['text']}"},
            "parentComment": {"text": "The ferry is always late.", "type": "PLAIN_TEXT"},
        }
    },
    "in snake case": {"article_and_parent_comment": {"parent_comment": {"text": "Late ferry."}}},
    "entries": {"entries": [{"text": ARTICLE["text"]}, {"text": "The ferry is late."}]},
    "an address": {"entries": [{"text": f"{ARTICLE['url']}?utm_source=x"}]},
    "Coral's note": {
        "entries": [{"text": json.dumps({"url": ARTICLE["url"], "Coral_comment_id": "c-9"})}]
    },
}


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
def test_off_topic_is_scored_beside_its_context(moderator: Moderator, context: Any) -> None:
    found = ask(moderator, requestedAttributes=BOTH, context=context).attribute_scores
    assert 0 <= found["OFF_TOPIC"].summary_score.value <= 1
    assert found["OFF_TOPIC"].model.startswith("off_topic ")


def test_the_context_reaches_the_model(moderator: Moderator) -> None:
    context = CONTEXTS["article and parent"]
    near, far = (
        ask(
            moderator,
            comment={"text": text},
            requestedAttributes={"OFF_TOPIC": {}},
            context=context,
        ).attribute_scores["OFF_TOPIC"]
        for text in (
            "The new ferry timetable would have helped the lorries on Monday morning.",
            "Cheap watches and handbags at www.example.com, message me on telegram!",
        )
    )
    assert near.summary_score.value < far.summary_score.value


def test_off_topic_without_context_is_an_error_never_a_number(moderator: Moderator) -> None:
    assert "needs a context" in refused(moderator, requestedAttributes=BOTH).what
    found = ask(moderator, lenient=True, requestedAttributes=BOTH).attribute_scores
    assert list(found) == ["TOXICITY"]


@pytest.mark.parametrize("languages", [["en"], ["en-GB"], ["EN_us"], ["fr", "en"], [], None])
def test_our_language_by_any_of_its_names(moderator: Moderator, languages: Any) -> None:
    assert ask(moderator, languages=languages).languages == (languages or ["en"])


def test_another_language_is_refused_as_the_original_did(moderator: Moderator) -> None:
    error = refused(moderator, languages=["om"])
    assert error.what == "Attribute TOXICITY does not support request languages: om"
    (detail,) = error.document()["error"]["details"]
    assert detail["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
    assert detail["languageNotSupportedByAttributeError"]["attribute"] == "TOXICITY"
    assert detail["languageNotSupportedByAttributeError"]["detectedLanguages"] == ["om"]


def test_a_language_is_never_guessed_of_short_text_or_disguises(moderator: Moderator) -> None:
    for text in (
        "ok",
        "\U0001f600\U0001f600",
        "\u0443\u043eu \u0456di\u043et",
        "12345",
        "caf\u00e9",
    ):
        assert ask(moderator, comment={"text": text}).attribute_scores


FOREIGN = [
    ("Dat kunt u beter vragen aan de gemeente", "nl"),
    ("các bạn nói đúng, một vấn đề lớn của thành phố", "vi"),
    ("Спросите об этом в городской администрации", "ru"),
]


@pytest.mark.parametrize(("text", "code"), FOREIGN)
def test_a_language_that_no_model_speaks_is_refused(
    moderator: Moderator, text: str, code: str
) -> None:
    error = refused(moderator, comment={"text": text})
    (detail,) = error.document()["error"]["details"]
    assert detail["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
    assert detail["languageNotSupportedByAttributeError"]["detectedLanguages"] == [code]
    spans = refused(moderator, comment={"text": f"{text}. {text}!"}, spanAnnotations=True)
    assert spans.what == error.what
    assert ask(moderator, comment={"text": text}, languages=["en"]).attribute_scores


def test_each_language_has_its_model(models_by_language: Path) -> None:
    both = Moderator.load(models_by_language)
    dutch = FOREIGN[0][0]
    found = ask(both, comment={"text": f"{dutch}. {dutch}!"}, spanAnnotations=True)
    assert found.model.startswith("comments-nl-1@")
    assert found.languages == found.detected_languages == ["nl"]
    assert len(found.attribute_scores["TOXICITY"].span_scores) == 2
    for named, spoke in ((["nl"], "nl"), (["pl", "en"], "en")):
        assert ask(both, languages=named).model.startswith(f"comments-{spoke}-1@")
    assert refused(both, languages=["pl"]).what.endswith("request languages: pl")


def test_only_the_script_may_be_known(moderator: Moderator) -> None:
    error = refused(moderator, comment={"text": "щлдыг щлдыг щлдыг йцкн"})
    assert error.what == "Unable to detect language"


def test_a_sentence_of_another_language_is_a_span_like_the_others(moderator: Moderator) -> None:
    text = "You are an idiot and a liar. Dat kunt u beter vragen aan de gemeente. Go away."
    found = ask(moderator, comment={"text": text}, spanAnnotations=True)
    assert len(found.attribute_scores["TOXICITY"].span_scores) == 3


#: Fields, errorType and message of everything the original refused.
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"comment": {"text": ""}}, "COMMENT_EMPTY", "Comment must be non-empty."),
    ({"comment": {"text": " \n\t"}}, "COMMENT_EMPTY", "Comment must be non-empty."),
    ({"comment": {}}, "COMMENT_EMPTY", "Comment must be non-empty."),
    ({"comment": None}, "COMMENT_EMPTY", "Comment must be non-empty."),
    (
        {"comment": {"text": "a" * (LONGEST_COMMENT + 1)}},
        "COMMENT_TOO_LONG",
        "Comment text was too many bytes. Value (20481) exceeded limit (20480).",
    ),
    (
        {"comment": {"text": "\u00e4" * (LONGEST_COMMENT // 2) + "a"}},
        "COMMENT_TOO_LONG",
        "Comment text was too many bytes. Value (20481) exceeded limit (20480).",
    ),
    (
        {"comment": {"text": "a", "type": "HTML"}},
        "INVALID_REQUEST",
        "Currently, only 'PLAIN_TEXT' comments are supported",
    ),
    (
        {"comment": {"text": "a", "type": 2}},
        "INVALID_REQUEST",
        "Currently, only 'PLAIN_TEXT' comments are supported",
    ),
    ({"comment": {"text": "a", "type": "RTF"}}, "INVALID_REQUEST", "Unknown text type"),
    ({"comment": {"text": "a", "type": 9}}, "INVALID_REQUEST", "Unknown text type"),
    (
        {"requestedAttributes": {}},
        "NO_REQUESTED_ATTRIBUTES",
        "Missing requested_attributes",
    ),
    (
        {"requestedAttributes": None},
        "NO_REQUESTED_ATTRIBUTES",
        "Missing requested_attributes",
    ),
    (
        {"requestedAttributes": {"NO_SUCH": {}}},
        "INVALID_REQUEST",
        "Unknown requested attribute: NO_SUCH",
    ),
    (
        {"requestedAttributes": {"TOXICITY": {"scoreType": "PERCENTILE"}}},
        "INVALID_REQUEST",
        "Requested score type PERCENTILE is not supported by attribute TOXICITY",
    ),
    (
        {
            "context": {
                "entries": [{"text": "a"}],
                "articleAndParentComment": {"article": {"text": "a"}},
            }
        },
        "INVALID_REQUEST",
        "Context can have either entries or article_and_parent_comment, but both fields were "
        "populated.",
    ),
    (
        {"context": {"entries": [{"text": "a", "type": "HTML"}]}},
        "INVALID_REQUEST",
        "Currently, only 'PLAIN_TEXT' comments are supported",
    ),
]


@pytest.mark.parametrize(("fields", "error_type", "message"), WRONG)
def test_the_original_s_errors(
    moderator: Moderator, fields: dict[str, Any], error_type: str, message: str
) -> None:
    error = refused(moderator, **fields).document()["error"]
    assert (error["code"], error["status"], error["message"]) == (400, "INVALID_ARGUMENT", message)
    (detail,) = error["details"]
    assert detail["errorType"] == error_type
    assert detail["@type"] == "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"comment": "You idiot."}, "comment"),
        ({"comment": {"text": 5}}, "comment.text"),
        ({"comment": ["x"]}, "comment"),
        ({"requestedAttributes": ["TOXICITY"]}, "requestedAttributes"),
        ({"requestedAttributes": {"TOXICITY": 5}}, "requestedAttributes"),
        ({"requestedAttributes": {"TOXICITY": {"scoreThreshold": "high"}}}, "scoreThreshold"),
        ({"requestedAttributes": {"TOXICITY": {"scoreThreshold": "nan"}}}, "score_threshold"),
        ({"languages": 5}, "languages"),
        ({"languages": [["en"]]}, "languages"),
        ({"spanAnnotations": "perhaps"}, "spanAnnotations"),
        ({"context": "x"}, "context"),
        ({"clientToken": {}}, "clientToken"),
    ],
)
def test_wrong_types_are_told_by_place_and_never_quoted(
    moderator: Moderator, fields: dict[str, Any], place: str
) -> None:
    error = refused(moderator, **fields)
    assert error.code == 400
    assert place in error.what
    assert "idiot" not in error.what


def test_a_comment_of_just_20480_bytes_is_scored(moderator: Moderator) -> None:
    assert ask(moderator, comment={"text": "a b " * (LONGEST_COMMENT // 4)}).attribute_scores


def test_tokens_come_back_and_unknown_fields_are_passed_over(moderator: Moderator) -> None:
    found = ask(moderator, clientToken="t-1", sessionId="s", doNotStore=True, newField=[1])
    assert found.client_token == "t-1"


@pytest.mark.parametrize("body", [b"[]", b"5", b'"x"', b"null"])
def test_a_request_is_an_object(body: bytes) -> None:
    with pytest.raises(Refusal):
        read_request(body, AnalyzeCommentRequest)


@pytest.mark.parametrize(
    "fields",
    [
        {"languages": "en"},
        {"languages": "en-GB", "requested_attributes": TOXICITY, "requestedAttributes": None},
        {"context": {"entries": {"text": "The harbour council met."}}},
        {"requestedAttributes": {"TOXICITY": []}},
        {"context": []},
    ],
)
def test_a_single_value_may_stand_for_a_list_and_an_empty_list_for_an_object(
    moderator: Moderator, fields: dict[str, Any]
) -> None:
    # As WordPress plugins and PHP's own JSON write it; the original took the first three.
    if "requested_attributes" in fields:
        fields.pop("requestedAttributes", None)
    assert list(ask(moderator, **fields).attribute_scores) == ["TOXICITY"]


def test_a_language_that_stands_alone_counts(moderator: Moderator) -> None:
    assert ask(moderator, languages="en").languages == ["en"]
    error = refused(moderator, languages="om")
    assert error.what == "Attribute TOXICITY does not support request languages: om"


def test_a_text_that_speaks_of_our_fields_is_scored_as_it_stands(moderator: Moderator) -> None:
    text = "span_annotations and do_not_store are names of fields, you idiot."
    found = ask(moderator, comment={"text": text}, client_token="t")
    assert found.client_token == "t"
    (span,) = found.attribute_scores["TOXICITY"].span_scores
    assert span.end == len(text)


SIX = ("TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT")


def test_the_six_names_that_most_clients_ask_for_are_answered_and_say_by_which_model(
    moderator: Moderator,
) -> None:
    found = ask(moderator, requestedAttributes={name: {} for name in SIX}).attribute_scores
    assert tuple(found) == SIX
    assert {each.model for each in found.values()} == {f"hostility {moderator.model.version}"}


@pytest.mark.parametrize("names", [{"FLIRTATION": {}}, {"FLIRTATION": {}, "OFF_TOPIC": {}}])
def test_an_answer_about_nothing_is_never_given(
    moderator: Moderator, names: dict[str, Any]
) -> None:
    for fields in ({}, {"dropUnsupportedAttributes": True}):
        error = refused(moderator, lenient=not fields, requestedAttributes=names, **fields)
        assert error.what == "Unknown requested attribute: FLIRTATION"


def test_a_name_without_context_alone_is_refused_even_leniently(moderator: Moderator) -> None:
    error = refused(moderator, lenient=True, requestedAttributes={"OFF_TOPIC": {}})
    assert "needs a context" in error.what
