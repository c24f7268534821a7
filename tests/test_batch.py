"""Scoring on several cores gives what scoring on one gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderation import batch
from moderation.errors import ModelError
from moderation.moderator import Moderator
from moderation.records import Article, Comment

ARTICLE = Article(id="a", title="Ferry to close", text="The council closes the ferry in March.")


def comments(n: int) -> list[Comment]:
    said = ("You are an idiot.", "The ferry should stay open.", "Buy watches at example.com now")
    return [
        Comment(id=str(i), text=f"{said[i % 3]} ({i})", article=ARTICLE if i % 2 else None)
        for i in range(n)
    ]


def test_two_processes_give_the_same_verdicts_in_order(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_SHARE", 7)
    given = comments(50)
    alone = list(Moderator.load(model_folder).score_many(given, explain=True))
    together = list(batch.score_parallel(model_folder, given, jobs=2, explain=True))
    assert together == alone


def test_a_model_that_changed_is_noticed(model_folder: Path) -> None:
    with pytest.raises(ModelError, match="changed"):
        batch._score(str(model_folder), "another digest", comments(1), False)


def test_no_comments_give_no_verdicts(model_folder: Path) -> None:
    assert list(batch.score_parallel(model_folder, [], jobs=2)) == []
