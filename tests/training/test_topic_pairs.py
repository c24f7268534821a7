"""Matched and swapped rows from public files."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path

import pytest
from corpus import ARTICLES

from moderation.errors import InputError
from moderation.training.topic_pairs import OFF_TOPIC_SHARE, SOURCES, topic_gold


def _write(folder: Path, name: str) -> None:
    rows = []
    for number, article in enumerate(ARTICLES):
        for i in range(8):
            row = {"id": f"x-{article.id}-{i}", "text": f"{article.title}, number {i} of eight."}
            if name == "cat_gc":
                row["parent"] = f"{article.text} {number}"
            else:
                row["article"] = {"id": article.id, "title": article.title, "text": article.text}
                row |= {"moderated": 1 if i else -1}
            if name == "globe" and i:
                row["parent_id"] = f"{article.id}-0"
            rows.append(row)
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("public")
    for source in SOURCES:
        _write(made, source.name)
    return made


def test_equal_seeds_make_equal_rows(folder: Path) -> None:
    assert topic_gold(folder, seed=3) == topic_gold(folder, seed=3) != topic_gold(folder, seed=4)


def test_a_comment_stands_under_its_own_article_or_another(folder: Path) -> None:
    for item in topic_gold(folder):
        comment = item.comment
        assert not item.natural
        assert item.hostility is None
        if comment.article is not None and comment.parent is None:
            own = comment.text.startswith(comment.article.title)
            assert own == (item.off_topic == 0.0)


def test_a_reply_that_keeps_its_parent_belongs_under_any_article(folder: Path) -> None:
    replies = [i for i in topic_gold(folder) if i.source == "globe" and i.comment.parent]
    for item in replies:
        title = item.comment.text.partition(", number")[0]
        assert str(item.comment.parent).startswith(title) == (item.off_topic == 0.0)
    astray = [i for i in replies if i.comment.article and i.off_topic == 0.0]
    assert any(not i.comment.text.startswith(i.comment.article.title) for i in astray)  # type: ignore[union-attr]


def test_having_a_parent_is_no_sign_of_anything(folder: Path) -> None:
    total: dict[tuple[str, bool], float] = defaultdict(float)
    swapped: dict[tuple[str, bool], float] = defaultdict(float)
    for item in topic_gold(folder):
        cell = item.source, item.comment.parent is not None
        total[cell] += item.weight
        swapped[cell] += item.weight * (item.off_topic or 0.0)
    assert len(total) > len(SOURCES)
    for cell, weight in total.items():
        assert swapped[cell] / weight == pytest.approx(OFF_TOPIC_SHARE)


def test_only_what_is_sure_to_belong_is_used(folder: Path) -> None:
    used = [i.comment.id for i in topic_gold(folder) if i.source == "polis_en"]
    assert used
    assert not [name for name in used if name.endswith("-0")]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        topic_gold(tmp_path)
