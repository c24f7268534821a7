"""Partial responses."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.service.errors import Refusal
from moderation.service.field_masks import masked, read_mask

DOCUMENT = {
    "attributeScores": {
        "TOXICITY": {"summaryScore": {"value": 0.5}, "spanScores": [{"begin": 0, "end": 4}]},
        "INSULT": {"summaryScore": {"value": 0.25}},
    },
    "languages": ["en"],
}


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ("languages", {"languages": ["en"]}),
        ("*", DOCUMENT),
        (
            "attributeScores/TOXICITY/summaryScore/value",
            {"attributeScores": {"TOXICITY": {"summaryScore": {"value": 0.5}}}},
        ),
        (
            "attributeScores(TOXICITY/spanScores(begin),INSULT)",
            {
                "attributeScores": {
                    "TOXICITY": {"spanScores": [{"begin": 0}]},
                    "INSULT": {"summaryScore": {"value": 0.25}},
                }
            },
        ),
        (
            "attributeScores/*/summaryScore,languages",
            {
                "attributeScores": {
                    "TOXICITY": {"summaryScore": {"value": 0.5}},
                    "INSULT": {"summaryScore": {"value": 0.25}},
                },
                "languages": ["en"],
            },
        ),
        ("unknown", {}),
    ],
)
def test_only_what_is_named_is_left(fields: str, left: Any) -> None:
    assert masked(DOCUMENT, read_mask(fields)) == left


@pytest.mark.parametrize(
    "fields", ["", ",", "a/", "a(", "a()", "a)", "(a)", "a b", "a//b", "(" * 9]
)
def test_what_is_no_mask_is_refused(fields: str) -> None:
    with pytest.raises(Refusal):
        read_mask(fields)


@given(st.text(st.sampled_from("ab,/()* "), max_size=40))
def test_any_text_is_a_mask_or_refused(fields: str) -> None:
    with suppress(Refusal):  # and nothing else
        masked(DOCUMENT, read_mask(fields))
