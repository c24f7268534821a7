"""Masked insults: what is masked, what is left alone, and what it costs."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from moderation.text import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("You idiot, and IDIOTS too!", "You i****, and I***** too!"),
        ("1d10t sh1t f*ck fuuuuck", "1**** s*** f*** f******"),
        ("an i d i o t, f.u.c.k", "an i * * * *, f******"),
        ("ｆｕｃｋ f\u200buck #idiot's", "ｆ*** f**** #i****'s"),
        ("\u202eidiot\x00 \ud83d idiot", "\u202ei****\x00 \ud83d i****"),
    ],
)
def test_insults_keep_their_first_letter_and_the_length(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert len(shown) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe, cockpit, assess, Dickens, spices, cumin, classic",
        "He was killed by a dog, and the liar said so.",
        "",
        "f u n",
        "Идиот",
    ],
)
def test_words_inside_others_and_everyday_words_are_left_alone(text: str) -> None:
    assert masked(text) == text


def calls(act: Callable[[], object]) -> int:
    """Count the calls that something makes."""
    counted = 0

    def one(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += 1

    sys.setprofile(one)
    try:
        act()
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("piece", ["idiot ", "idiot-", "f u c k ", "1d10t", "a.", "\u200b("])
def test_the_cost_is_linear(piece: str) -> None:
    small, large = (calls(lambda n=n: masked(piece * n)) for n in (1_000, 4_000))
    assert large < 5 * small + 1_000


def test_a_megabyte_is_masked() -> None:
    text = "You idiot, where is the bridge? " * 32_768
    assert masked(text) == text.replace("idiot", "i****")
