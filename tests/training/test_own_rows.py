"""Rows of the project itself: the contrast corpus and second opinions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moderation.errors import InputError
from moderation.labels.gold.computing import Gold
from moderation.records import Comment
from moderation.training.own_rows import (
    Opinion,
    contrast_gold,
    corrected,
    read_contrast,
    read_opinions,
)


def _written(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _gold(id_: str, hostility: float = 0.0) -> Gold:
    comment = Comment(text="text", id=id_)
    return Gold(
        comment=comment, group=id_, source="public", hostility=hostility, natural=id_ == "natural"
    )


def test_opinions_count_half_and_unsure_ones_do_not_count(tmp_path: Path) -> None:
    opinions = read_opinions(
        _written(
            tmp_path / "opinions.jsonl",
            {"source": "public", "id": "a", "hostility": True, "chosen": "group"},
            {"source": "public", "id": "b", "hostility": "unsure", "chosen": "group"},
            {"source": "other", "id": "c", "hostility": True, "chosen": "group"},
        )
    )
    found = corrected([_gold("a"), _gold("b"), _gold("c", 0.25)], opinions)
    assert [item.hostility for item in found] == [0.5, 0.0, 0.25]


@pytest.mark.parametrize(("chosen", "label"), [("disagreement", 0.25), ("natural", 0.625)])
def test_a_row_that_calibrates_takes_only_opinions_on_all_such_rows(
    chosen: str, label: float
) -> None:
    opinion = Opinion(source="public", id="natural", hostility=True, chosen=chosen)
    (item,) = corrected([_gold("natural", 0.25)], {("public", "natural"): opinion})
    assert item.hostility == label


def test_an_opinion_about_one_of_two_rows_is_refused() -> None:
    opinion = Opinion(source="public", id="a", hostility=True, chosen="group")
    with pytest.raises(InputError, match="two rows have the id"):
        corrected([_gold("a"), _gold("a")], {("public", "a"): opinion})


def test_batches_are_groups(tmp_path: Path) -> None:
    row = {"id": "c1", "text": "You oaf", "hostility": True, "behaviour": "insult_plain"}
    path = _written(tmp_path / "contrast.jsonl", {**row, "batch": 7, "second": True})
    (item,) = contrast_gold(read_contrast(path))
    assert (item.group, item.source, item.hostility) == ("contrast:7", "contrast", 1.0)
    assert not item.natural


def test_a_broken_row_stops_the_build(tmp_path: Path) -> None:
    path = _written(tmp_path / "contrast.jsonl", {"id": "c1", "text": "You oaf"})
    with pytest.raises(InputError) as caught:
        read_contrast(path)
    assert caught.value.line == 1
