"""Words that name a group: found in every form, and never an insult."""

from __future__ import annotations

import pytest

from moderation.text.disguise.lexicon import ALIASES, COMMONEST, WORDS
from moderation.text.folding import fold
from moderation.text.groups.names import GROUPS, named_groups, names_group

FORMS = [
    (group, form) for groups in GROUPS.values() for group, forms in groups.items() for form in forms
]


@pytest.mark.parametrize(("group", "form"), FORMS)
def test_every_form_names_its_group_after_folding(group: str, form: str) -> None:
    assert group in named_groups(fold(f"Our {form.capitalize()} neighbours sang."))


def test_no_form_stands_twice() -> None:
    forms = [form for _, form in FORMS]
    assert len(forms) == len(set(forms))


def test_a_name_inside_another_word_names_nobody() -> None:
    assert named_groups("the manual of the blackboard, oldest of the whitewashed romances") == set()


def test_no_name_is_an_insult() -> None:
    insults = WORDS | set(COMMONEST) | set(ALIASES) | set(ALIASES.values())
    assert not insults & {form for _, form in FORMS}


@pytest.mark.parametrize("term", ["muslims", "gay", "jewish", "refugee", "is gay", "muslims are"])
def test_a_name_is_penalised(term: str) -> None:
    assert names_group(term)


@pytest.mark.parametrize("term", ["idiot", "you are", "", " ", "old", "polish", "men"])
def test_what_says_more_or_means_more_is_not(term: str) -> None:
    assert not names_group(term)


@pytest.mark.parametrize("piece", ["gay", " gay ", "musli", "usli", " jew", "efugee"])
def test_pieces_of_a_name_are_penalised(piece: str) -> None:
    assert names_group(piece, characters=True)


@pytest.mark.parametrize("piece", [" ga", "ay ", " mu", "idio", "men ", "muslix"])
def test_short_pieces_and_those_of_other_words_are_not(piece: str) -> None:
    assert not names_group(piece, characters=True)
