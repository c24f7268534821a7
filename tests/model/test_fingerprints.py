"""Fingerprints: a model knows what it was trained on, and nobody can read it there."""

from __future__ import annotations

import numpy as np

from moderation.model.registry.fingerprinting import fingerprints, seen


def test_case_and_spaces_do_not_matter_and_words_do() -> None:
    known = fingerprints(["The bridge  stays shut.", "So what?"])
    texts = ["the bridge stays SHUT.", " so what?\n", "The bridge stays open."]
    assert seen(texts, known).tolist() == [True, True, False]


def test_a_model_that_kept_none_has_seen_nothing() -> None:
    assert seen(["a", "b"], None).tolist() == [False, False]
    assert fingerprints([]).shape == (0,)


def test_four_bytes_a_comment_whatever_it_holds() -> None:
    found = fingerprints(["x" * 10_000, "\ud800", ""])
    assert found.dtype == np.uint32
    assert found.nbytes == 12


def test_few_strangers_are_taken_for_known() -> None:
    known = fingerprints(f"comment {i}" for i in range(100_000))
    assert seen((f"stranger {i}" for i in range(10_000)), known).mean() < 0.001
