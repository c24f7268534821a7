"""Counts in Prometheus's text format."""

from __future__ import annotations

import re

import pytest

from moderation.records import Action, Attribute, Score, Verdict
from moderation.service.metrics import Metrics

SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="(\\.|[^"\\])*"(,[a-z]+="(\\.|[^"\\])*")*\})? [0-9.e+-]+')


@pytest.fixture
def counted() -> Metrics:
    metrics = Metrics()
    metrics.answered("analyze", 200, 0.001)
    metrics.count("moderation_errors_total", kind='odd "kind"\n\\')
    metrics.count("moderation_feedback_total", result="kept")
    metrics.count("moderation_reloads_total", result="done")
    metrics.closed("idle")
    scores = [
        Score(attribute=attribute, value=value, review=0.5, hold=0.9)
        for attribute, value in zip(Attribute, (0.3, None), strict=True)
    ]
    metrics.scored(
        Verdict(id="", hostility=scores[0], off_topic=scores[1], action=Action.PUBLISH, model="m")
    )
    return metrics


def test_every_action_is_there_from_the_beginning() -> None:
    lines = Metrics().text("m@1").splitlines()
    for action in Action:
        assert f'moderation_actions_total{{action="{action.value}"}} 0.0' in lines


def test_every_line_is_a_sample_or_a_remark(counted: Metrics) -> None:
    lines = counted.text("m@1").splitlines()
    assert all(line.startswith("# ") or SAMPLE.fullmatch(line) for line in lines)
    assert 'moderation_score_count{attribute="hostility"} 1.0' in lines
    assert not any('attribute="off_topic"' in line for line in lines)


def test_the_names_that_dashboards_ask_for(counted: Metrics) -> None:
    with counted.waiting.track_inprogress():
        lines = counted.text("m@1").splitlines()
    for sample in (
        'moderation_model_info{version="m@1"} 1.0',
        "moderation_waiting 1.0",
        'moderation_requests_total{code="200",route="analyze"} 1.0',
        'moderation_actions_total{action="publish"} 1.0',
        'moderation_feedback_total{result="kept"} 1.0',
        'moderation_reloads_total{result="done"} 1.0',
        'moderation_errors_total{kind="odd \\"kind\\"\\n\\\\"} 1.0',
        'moderation_connections_closed_total{reason="idle"} 1.0',
        'moderation_request_seconds_bucket{le="0.0005",route="analyze"} 0.0',
        'moderation_request_seconds_bucket{le="+Inf",route="analyze"} 1.0',
        'moderation_score_bucket{attribute="hostility",le="0.3"} 1.0',
    ):
        assert sample in lines
    assert not any("_created" in line for line in lines)


def test_a_model_s_name_forges_no_line() -> None:
    assert "\r" not in Metrics().text("m\r\nmoderation_waiting 9")
    assert "moderation_waiting 9" not in Metrics().text("m\nmoderation_waiting 9").splitlines()
