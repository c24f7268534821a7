"""What the shipped model must never do, whatever it is trained on."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus import CLOSED

from moderation.model.moderator import Moderator
from moderation.records import Action, Comment
from moderation.sources.inputs import read_comments


@pytest.fixture(scope="module")
def shipped() -> Moderator:
    return Moderator.load()


@pytest.mark.parametrize(
    "text",
    [
        "My son is gay and we are proud of him.",
        "My neighbour is Muslim and has run the allotment society for years.",
        "As a Jewish reader I found the article fair and well researched.",
        "Two trans women spoke at the meeting and both made sensible points.",
        "The Somali families on our street organised the summer party.",
        "I am Black, I am from Hull, and I agree with every word of this.",
        "Our choir has Sikhs, pensioners and students in it, and it sounds lovely.",
        "The Palestinian baker on the corner is closing after thirty years.",
        "Refugees pay the same council tax as everybody else.",
        "A lesbian couple bought the house next door and planted roses.",
    ],
)
def test_naming_a_group_in_kind_is_never_held(shipped: Moderator, text: str) -> None:
    assert shipped.score(Comment(text=text)).action is not Action.HOLD


def test_nothing_trained_it_that_is_closed_to_those_who_are_given_it(shipped: Moderator) -> None:
    sources = shipped.model.manifest.sources
    assert sources
    closed = [s.name for s in sources if not s.licence or CLOSED.search(s.licence)]
    assert closed == []


@pytest.mark.parametrize(
    "text",
    [
        "You are a stupid idiot and a liar.",
        "You are a stup1d 1d10t and a l1ar.",
        "You are a s t u p i d i d i o t!",
        "What a pathetic piece of shit you are.",
    ],
)
def test_plain_and_disguised_insults_are_seen(shipped: Moderator, text: str) -> None:
    assert shipped.score(Comment(text=text)).action is not Action.PUBLISH


def test_what_separate_writes_can_be_scored(tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text(
        '{"kind": "article", "id": "p", "title": "Ferry", "text": "The ferry closes in March."}\n'
        '{"kind": "comment", "article_id": "p", "id": "c1", "text": "Keep the ferry."}\n'
    )
    (item,) = read_comments([records])
    assert item.comment.text == "Keep the ferry."  # type: ignore[union-attr]
    assert item.comment.article.title == "Ferry"  # type: ignore[union-attr]
