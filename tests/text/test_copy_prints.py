"""Fingerprints recognise copies, one text at a time."""

from __future__ import annotations

import pytest

from moderation.text import CopyPrint

TEXT = (
    "The council has sold the bridge to its friends and nobody in this town was asked about it, "
    "so vote them out."
)
OTHER = (
    "The school has a new roof, and everybody in this street was asked about the colour of it, "
    "so come and see."
)


def is_alike(one: str, other: str) -> bool:
    """Whether the fingerprints meet in a key and resemble each other."""
    first, second = CopyPrint.of(one), CopyPrint.of(other)
    if first.exact == second.exact:
        return True
    meet = bool(set(first.bands) & set(second.bands))
    return meet and first.is_like(second.n_letters, second.samples)


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        TEXT.replace(" ", "  ").replace(",", " -- "),
        TEXT.replace("council", "c0uncil").replace("o", "\u043e"),
        TEXT.replace("bridge", "harbour"),
        f"{TEXT} Share this!",
    ],
)
def test_a_copy_is_recognised_through_disguise_and_small_changes(copy: str) -> None:
    assert is_alike(TEXT, copy)


def test_texts_on_one_subject_are_no_copies() -> None:
    assert not is_alike(TEXT, OTHER)
    assert not is_alike(TEXT, TEXT[: len(TEXT) // 2])
    assert not is_alike(TEXT, f"{TEXT} {OTHER}")


def test_short_texts_are_alike_only_if_they_have_the_same_letters() -> None:
    assert is_alike("Liar!", "  LIAR")
    assert not is_alike("I like you", "I like him")
    assert not is_alike("\U0001f44d", "\U0001f44e")
    assert is_alike("\U0001f44d \U0001f44d", "\U0001f44d\U0001f44d")


def test_scripts_without_blanks_are_compared_too() -> None:
    text = (
        "市議会は橋を友人に売りこの町では誰も意見を聞かれなかった次の選挙では彼らを落とそう"
        "川の向こうの学校に通う子どもたちは毎朝遠回りをしなければならない"
    )
    other = (
        "新しい図書館は来週の月曜日に開館し子どもたちのための部屋が三つあります"
        "入口の花は近所の人たちが植えたもので毎日交代で水をやっています"
    )
    assert is_alike(text, text.replace("友人", "会社"))
    assert not is_alike(text, other)


def test_lone_surrogates_and_empty_texts_have_fingerprints() -> None:
    assert CopyPrint.of("\ud83d" * 40).bands
    assert CopyPrint.of("").bands == ()
