"""The reference of commands says what the commands say, and nothing in it is cut."""

from __future__ import annotations

import re

import command_reference
import pytest

from moderation.cli.app import COMMANDS


def test_the_page_is_what_the_commands_print() -> None:
    page = command_reference.PAGE.read_text(encoding="utf-8")
    assert page == command_reference.reference(), "run: python docs/tools/command_reference.py"


@pytest.mark.parametrize("arguments", [(), *((name,) for name in COMMANDS)], ids=str)
def test_help_fits_in_80_columns(arguments: tuple[str, ...]) -> None:
    lines = command_reference.help_of(*arguments).splitlines()
    assert max(map(len, lines)) <= 80
    # A usage line shows that an argument may be repeated; no other dots are wanted.
    assert [line for line in lines[1:] if re.search(r"(?<!})(?:\.\.\.|…)$", line)] == []


def test_the_list_of_commands_holds_whole_sentences() -> None:
    _, listed = command_reference.help_of().split("Commands:\n")
    rows = [line.split(maxsplit=1) for line in listed.splitlines()]
    assert [name for name, _ in rows] == list(COMMANDS)
    for name, sentence in rows:
        whole = " ".join(command_reference.help_of(name).split("\n\n")[1].split())
        assert whole.startswith(sentence.rstrip("."))
        assert not sentence.endswith("..")
