"""Counts in Prometheus's text format."""

from __future__ import annotations

import re

from moderation.records import Action, Attribute, Score, Verdict
from moderation.service.metrics import Histogram, Metrics

SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="(\\.|[^"\\])*"(,[a-z]+="(\\.|[^"\\])*")*\})? [0-9.e+-]+')


def test_buckets_are_cumulative() -> None:
    histogram = Histogram((0.1, 1.0))
    for value in (0.05, 0.1, 0.5, 5.0):
        histogram.observe(value)
    assert list(histogram.lines("x", (("a", "b"),))) == [
        'x_bucket{a="b",le="0.1"} 2',
        'x_bucket{a="b",le="1.0"} 3',
        'x_bucket{a="b",le="+Inf"} 4',
        'x_sum{a="b"} 5.65',
        'x_count{a="b"} 4',
    ]


def test_every_line_is_a_sample_or_a_remark() -> None:
    metrics = Metrics()
    metrics.answered("analyze", 200, 0.001)
    metrics.count("moderation_errors_total", kind='odd "kind"\n\\')
    scores = [
        Score(attribute=attribute, value=value, review=0.5, hold=0.9)
        for attribute, value in zip(Attribute, (0.3, None), strict=True)
    ]
    metrics.scored(
        Verdict(id="", hostility=scores[0], off_topic=scores[1], action=Action.PUBLISH, model="m")
    )
    lines = metrics.text("m@1", 3).splitlines()
    assert all(line.startswith("# ") or SAMPLE.fullmatch(line) for line in lines)
    assert "moderation_waiting 3" in lines
    assert 'moderation_score_count{attribute="hostility"} 1' in lines
    assert not any('attribute="off_topic"' in line for line in lines)
