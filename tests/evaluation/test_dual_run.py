"""Another scorer's answers beside ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from moderation.errors import InputError, RecordError, UsageError
from moderation.evaluation.dual_run.comparing import DualRun, compare, threshold_for
from moderation.evaluation.dual_run.recordings import Recording, read_recordings
from moderation.labels.labelled_files import read_labelled
from moderation.model.moderator import Moderator
from moderation.records import Attribute, Comment

TEXTS = (
    "You idiot, what a moron.",
    "Thank you for the careful report.",
    "Shut up, you stupid clown.",
    "The ferry was on time.",
    "A sound idea for the harbour.",
    "Disgusting idiots, all of them.",
)


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def response(value: float, name: str = "TOXICITY") -> dict[str, Any]:
    return {"attributeScores": {name: {"summaryScore": {"value": value, "type": "PROBABILITY"}}}}


SHAPES: dict[str, Any] = {
    "request and response": {
        "request": {"comment": {"text": "You idiot."}, "requestedAttributes": {"TOXICITY": {}}},
        "response": response(0.75),
    },
    "text and response": {"text": "You idiot.", "response": response(0.75)},
    "the response itself": {"text": "You idiot.", **response(0.75)},
    "a column": {"text": "You idiot.", "TOXICITY": 0.75, "likes": 3, "ID": "x"},
    "a column of text": {"comment": "You idiot.", "TOXICITY": "0.75"},
    "Coral": {
        "id": "c-1",
        "revisions": [
            {
                "body": "<div>You idiot.</div>",
                "metadata": {"perspective": {"score": 0.75, "model": "TOXICITY"}},
            },
            {"body": "<div>Edited.</div>", "metadata": {}},
        ],
    },
}


@pytest.mark.parametrize("row", SHAPES.values(), ids=SHAPES)
def test_the_shapes_of_a_log(tmp_path: Path, row: Any) -> None:
    (found,) = read_recordings(write(tmp_path / "log.jsonl", row))
    assert isinstance(found, Recording)
    assert found.comment.text == "You idiot."
    assert found.scores == {"TOXICITY": 0.75}


def test_a_csv_with_answers_in_json(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    answer = json.dumps(response(0.75)).replace('"', '""')
    path.write_text(f'text,response\nYou idiot.,"{answer}"\n')
    (found,) = read_recordings(path)
    assert isinstance(found, Recording)
    assert found.scores == {"TOXICITY": 0.75}


def test_context_is_read_where_it_is(tmp_path: Path) -> None:
    context = {"articleAndParentComment": {"article": {"text": "A ferry."}}}
    row = {"request": {"comment": {"text": "x"}, "context": context}, "response": response(0.5)}
    (found,) = read_recordings(write(tmp_path / "log.jsonl", row))
    assert isinstance(found, Recording)
    assert found.comment.article is not None
    assert found.comment.article.text == "A ferry."


@pytest.mark.parametrize(
    "row",
    [
        {"text": "You idiot."},
        {"TOXICITY": 0.5},
        {"text": "You idiot.", "TOXICITY": 1.5},
        {"text": "You idiot.", "TOXICITY": "nan"},
        {"text": "You idiot.", "TOXICITY": "high"},
        {"text": 5, "TOXICITY": 0.5},
        {"revisions": [{"body": "x"}]},
        {"revisions": [5]},
        {"text": "x", "response": {"attributeScores": []}},
    ],
)
def test_rows_that_record_nothing_are_rejected(tmp_path: Path, row: Any) -> None:
    (found,) = read_recordings(write(tmp_path / "log.jsonl", row))
    assert isinstance(found, RecordError)
    assert found.line == 1
    assert "idiot" not in str(found)


@pytest.fixture
def compared(moderator: Moderator, tmp_path: Path) -> DualRun:
    rows = [
        {"id": f"c{i}", "text": f"{text} {i}", "TOXICITY": i / 60, "OFF_TOPIC": 0.5}
        for i, text in enumerate(TEXTS * 10)
    ]
    log = write(tmp_path / "log.jsonl", *rows, {"text": ""})
    return compare(moderator, log, thresholds=(0.5, 0.9, 1.0), largest=5)


@pytest.fixture
def ours(moderator: Moderator) -> list[float]:
    texts = [f"{text} {i}" for i, text in enumerate(TEXTS * 10)]
    verdicts = moderator.score_many(Comment(text=text) for text in texts)
    return [v.hostility.value for v in verdicts if v.hostility.value is not None]


def test_each_name_beside_its_attribute(compared: DualRun) -> None:
    toxicity, off_topic = compared.compared
    assert (toxicity.attribute, toxicity.n, toxicity.unscored) == (Attribute.HOSTILITY, 60, 0)
    assert (off_topic.attribute, off_topic.n, off_topic.unscored) == (Attribute.OFF_TOPIC, 0, 60)
    assert compared.n == 60
    assert len(compared.rejected) == 1


def test_thresholds_hold_the_same_share(compared: DualRun, ours: list[float]) -> None:
    half, tenth, none = compared.compared[0].thresholds
    assert (half.held, half.certain) == (30, True)
    assert (tenth.held, tenth.certain) == (6, False)
    for each in (half, tenth):  # as many as the tiny model's many equal scores allow
        assert each.ours == threshold_for(np.array(ours), each.held)
        assert each.ours_held == sum(value >= each.ours for value in ours)
    assert (none.held, none.ours) == (0, None)
    assert half.both is not None
    assert 0 <= half.both <= 1


def test_disagreements_come_largest_first(compared: DualRun) -> None:
    found = compared.compared[0].disagreements
    gaps = [abs(each.recorded_rank - each.ours_rank) for each in found]
    assert len(found) == 5
    assert gaps == sorted(gaps, reverse=True)
    assert all(each.text.endswith(each.id.removeprefix("c")) for each in found)


def test_rank_correlation_is_spearman_s(compared: DualRun, ours: list[float]) -> None:
    expected = spearmanr([i / 60 for i in range(60)], ours).statistic
    assert compared.compared[0].rank_correlation == pytest.approx(expected)


def test_only_the_scores_asked_for(moderator: Moderator, tmp_path: Path) -> None:
    log = write(tmp_path / "log.jsonl", {"text": "You idiot.", "INSULT": 0.5, "mine": 0.25})
    assert [c.name for c in compare(moderator, log).compared] == ["INSULT"]
    assert [c.name for c in compare(moderator, log, names=["mine"]).compared] == ["mine"]


@given(st.lists(st.sampled_from([0.1, 0.25, 0.333333, 0.5, 0.75, 0.9]), min_size=1), st.data())
def test_no_other_threshold_comes_nearer(scores: list[float], data: st.DataObject) -> None:
    wanted = data.draw(st.integers(1, len(scores)))
    values = np.array(scores)
    off = abs(int((values >= threshold_for(values, wanted)).sum()) - wanted)
    assert off == min(abs(int((values >= v).sum()) - wanted) for v in values)


def test_a_log_is_no_labelled_file(tmp_path: Path) -> None:
    log = write(tmp_path / "log.jsonl", *SHAPES.values())
    assert not read_labelled([log]).rows


def test_nothing_to_compare(moderator: Moderator, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        compare(moderator, write(tmp_path / "log.jsonl", {"text": "You idiot."}))
    with pytest.raises(UsageError):
        compare(moderator, tmp_path / "log.jsonl", thresholds=[0.0])
