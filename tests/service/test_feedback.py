"""What people answer: checked, kept before it is acknowledged, kept once."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from moderation.labelled import LabelledRow, read_labelled
from moderation.labelling.journal import LONGEST_ROW
from moderation.moderator import Moderator
from moderation.service.context import Shelf
from moderation.service.contract import SuggestCommentScoreRequest, read_request
from moderation.service.feedback import Feedback, Shown, ShownScores, Suggestion, suggestion
from moderation.service.limits import ANYBODY
from moderation.service.refusals import Refusal


def suggest(
    moderator: Moderator, *, lenient: bool = False, client: str = ANYBODY, **fields: Any
) -> Suggestion:
    scores = {"TOXICITY": {"summaryScore": {"value": 1}}}
    fields = {"comment": {"text": "You clown."}, "attributeScores": scores, **fields}
    request = read_request(json.dumps(fields).encode(), SuggestCommentScoreRequest)
    shown = ShownScores()
    shown.remember("Seen before.", Shown("older@1", 0.25))
    return suggestion(
        request, Shelf(), shown, model=moderator.model, client=client, lenient=lenient
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
                "INSULT": {"summaryScore": {"value": 0}},
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
