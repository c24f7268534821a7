"""What people answer: checked, kept before it is acknowledged, kept once."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import msgspec
import pytest

from moderation.labels.journal.log import LONGEST_ROW
from moderation.labels.labelled_files import LabelledRow, read_labelled
from moderation.model.moderator import Moderator
from moderation.service.articles import ArticleIndex
from moderation.service.attributes import Naming
from moderation.service.errors import Refusal
from moderation.service.feedback import Feedback, Shown, ShownScores, Suggestion, Tokens, suggestion
from moderation.service.limits import ANYBODY
from moderation.service.wire import SuggestCommentScoreRequest, read_request


def suggest(moderator: Moderator, *, client: str = ANYBODY, **fields: Any) -> Suggestion:
    scores = {"TOXICITY": {"summaryScore": {"value": 1}}}
    fields = {"comment": {"text": "You clown."}, "attributeScores": scores, **fields}
    request = read_request(json.dumps(fields).encode(), SuggestCommentScoreRequest)
    shown = ShownScores()
    shown.remember("Seen before.", Shown("older@1", 0.25))
    return suggestion(
        request, ArticleIndex(), shown, model=moderator.model, client=client, naming=Naming()
    )


@pytest.mark.parametrize(
    ("value", "label"), [(1, True), (0, False), (1.0, True), ("1", True), (0.25, 0.25)]
)
def test_scores_become_answers(moderator: Moderator, value: Any, label: Any) -> None:
    scores = {"INSULT": {"summary_score": {"value": value}}}
    row = suggest(moderator, attributeScores=scores).row
    assert row.hostility == label
    assert type(row.hostility) is type(label)
    assert row.off_topic is None


def test_who_and_what_was_shown(moderator: Moderator) -> None:
    row = suggest(moderator, client="desk").row
    assert (row.annotator, row.source) == ("desk", "suggestscore:desk")
    assert (row.model, row.score_seen) == (moderator.model.version, None)
    seen = suggest(moderator, comment={"text": "Seen before."}, communityId="forum").row
    assert (seen.annotator, seen.model, seen.score_seen) == ("forum", "older@1", 0.25)
    assert row.labelled_at is not None


def test_an_edited_comment_has_another_id(moderator: Moderator) -> None:
    one = suggest(moderator, clientToken="comment:1").row
    two = suggest(moderator, clientToken="comment:1", comment={"text": "Edited."}).row
    assert one.id != two.id
    assert one.token == two.token == "comment:1"


def test_off_topic_with_its_context(moderator: Moderator) -> None:
    row = suggest(
        moderator,
        attributeScores={"OFF_TOPIC": {"summaryScore": {"value": 1}}},
        context={"entries": [{"text": "Ferry news\nIt is late."}, {"text": "Which ferry?"}]},
    ).row
    assert (row.hostility, row.off_topic, row.parent) == (None, True, "Which ferry?")
    assert row.article is not None
    assert (row.article.title, row.article.text) == ("Ferry news", "It is late.")


@pytest.mark.parametrize(
    "fields",
    [
        {"comment": {"text": ""}},
        {"attributeScores": {}},
        {"attributeScores": None},
        {"attributeScores": {"TOXICITY": {}}},
        {"attributeScores": {"FLIRTATION": {"summaryScore": {"value": 1}}}},
        {"attributeScores": {"TOXICITY": {"summaryScore": {"value": 2}}}},
        {"attributeScores": {"TOXICITY": {"summaryScore": {"value": "nan"}}}},
        {"attributeScores": {"TOXICITY": {"summaryScore": {}}}},
        {"attributeScores": {"TOXICITY": {"summaryScore": {"value": 1, "type": "RAW"}}}},
        {
            "attributeScores": {
                "TOXICITY": {"summaryScore": {"value": 1}},
                "TOXICITY_FAST": {"summaryScore": {"value": 0}},
            }
        },
        {"attributeScores": {"TOXICITY": {"spanScores": [{"score": {"value": 1}}]}}},
        {
            "attributeScores": {
                "TOXICITY": {"spanScores": [{"begin": 0, "end": 99, "score": {"value": 1}}]}
            }
        },
        {"clientToken": "x" * 501},
    ],
)
def test_what_is_no_answer_is_refused(moderator: Moderator, fields: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        suggest(moderator, **fields)
    assert refused.value.code == 400


def row(token: str | None, value: bool = True, text: str = "You clown.") -> LabelledRow:
    return LabelledRow(text=text, id=text, hostility=value, annotator="desk", token=token)


def kept(path: Path, *rows: LabelledRow) -> list[bool]:
    async def keep() -> list[bool]:
        feedback = Feedback(path)
        try:
            return list(await asyncio.gather(*(feedback.keep(each) for each in rows)))
        finally:
            feedback.close()

    return asyncio.run(keep())


def test_a_retry_is_written_once_also_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "suggested.jsonl"
    assert kept(path, row("a"), row("a"), row("b")) == [True, False, True]
    assert kept(path, row("a"), row("b"), row("c")) == [False, False, True]
    assert [r.token for r in read_labelled([path]).rows] == ["a", "b", "c"]


def test_answers_without_a_token_are_all_facts(tmp_path: Path) -> None:
    path = tmp_path / "suggested.jsonl"
    assert kept(path, row(None), row(None)) == [True, True]


def test_a_changed_mind_is_written_and_may_change_back(tmp_path: Path) -> None:
    path = tmp_path / "suggested.jsonl"
    assert kept(path, row("a"), row("a", False), row("a", False), row("a")) == [
        True,
        True,
        False,
        True,
    ]


def test_what_cannot_be_written_is_not_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "suggested.jsonl"

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def keep() -> None:
        feedback = Feedback(path)
        try:
            with monkeypatch.context() as patch:
                patch.setattr(os, "fsync", full)
                with pytest.raises(Refusal) as refused:
                    await feedback.keep(row("a"))
            assert refused.value.code == 503
            assert path.read_bytes() == b""
            assert await feedback.keep(row("a"))  # there is space again
        finally:
            feedback.close()

    asyncio.run(keep())
    assert "feedback not kept" in caplog.text  # whoever runs it has to know
    assert "clown" not in caplog.text


def test_memory_of_shown_scores_is_bounded() -> None:
    shown = ShownScores(most=2)
    for text in ("a", "b", "c"):
        shown.remember(text, Shown("m", 0.5))
    assert shown.of("a") is None
    assert shown.of("c") == Shown("m", 0.5)


def test_what_no_reader_could_read_again_is_refused_and_hinders_nothing(
    moderator: Moderator, tmp_path: Path
) -> None:
    with pytest.raises(Refusal) as refused:
        suggest(moderator, context={"entries": [{"text": "ferry " * 200_000}]})
    assert refused.value.code == 413
    longest = suggest(moderator, context={"entries": [{"text": "x" * (LONGEST_ROW - 1_000)}]}).row
    path = tmp_path / "suggested.jsonl"
    assert kept(path, longest, row("a"), row("b")) == [True, True, True]
    assert len(read_labelled([path]).rows) == 3


@pytest.mark.parametrize(
    ("scores", "label"),
    [
        ({"TOXICITY": 1, "INSULT": 0.4}, True),
        ({"TOXICITY": 0, "PROFANITY": 1}, False),
        ({"INSULT": 0, "THREAT": 1}, True),
        ({"INSULT": 0.25, "SEVERE_TOXICITY": 0}, 0.25),
        ({"TOXICITY": 1, "TOXICITY_FAST": 1, "OBSCENE": 0}, True),
    ],
)
def test_a_name_that_means_the_same_decides_and_kinds_only_without_it(
    moderator: Moderator, scores: dict[str, Any], label: Any
) -> None:
    given = {name: {"summaryScore": {"value": value}} for name, value in scores.items()}
    assert suggest(moderator, attributeScores=given).row.hostility == label


def test_an_answer_about_rude_words_is_no_answer_about_hostility(moderator: Moderator) -> None:
    with pytest.raises(Refusal) as refused:
        suggest(moderator, attributeScores={"PROFANITY": {"summaryScore": {"value": 1}}})
    assert "TOXICITY" in refused.value.what


def test_no_holder_of_a_key_can_answer_in_another_s_name(moderator: Moderator) -> None:
    def who(client: str, community: str | None) -> str:
        return suggest(moderator, client=client, communityId=community).row.annotator

    assert who("desk", "forum") == "desk/forum"
    assert who("desk", None) == who("desk", "") == "desk"
    assert who(ANYBODY, "forum") == "forum"
    asked = [("a", "b"), ("a/b", None), ("a", "b/c"), ("a/b", "c"), ("a%2Fb", None), ("b", "a")]
    assert len({who(*each) for each in asked}) == len(asked)


def test_one_holder_s_token_is_not_another_s(moderator: Moderator, tmp_path: Path) -> None:
    rows = [
        suggest(moderator, client=client, communityId="forum", clientToken="t").row
        for client in ("desk", "rival", "desk")
    ]
    assert kept(tmp_path / "suggested.jsonl", *rows) == [True, True, False]


def test_a_file_of_an_earlier_version_is_read_on(moderator: Moderator, tmp_path: Path) -> None:
    path = tmp_path / "suggested.jsonl"
    new = suggest(moderator, client="desk", communityId="forum", clientToken="t").row
    old = msgspec.structs.replace(new, annotator="forum")  # the community alone, as it was
    assert (old.source, new.annotator) == ("suggestscore:desk", "desk/forum")
    assert kept(path, old, new) == [True, False]
    assert kept(path, new) == [False]
    assert [row.annotator for row in read_labelled([path]).rows] == ["forum"]


def test_tokens_take_no_memory_and_none_is_forgotten() -> None:
    tokens = Tokens()
    said = bytes(16)
    tracemalloc.start()
    for start in range(0, 100_000, 1_000):
        tokens.note(("desk", f"comment:{i}", said) for i in range(start, start + 1_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000  # of Python's memory; SQLite's own is bounded by its cache
    assert tokens.last("desk", "comment:0") == tokens.last("desk", "comment:99999") == said
    assert tokens.last("desk", "comment:100000") is None
    tokens.note([("desk", "comment:7", b"other")])
    assert tokens.last("desk", "comment:7") == b"other"
    tokens.close()
