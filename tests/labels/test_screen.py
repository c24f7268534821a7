"""The command as an annotator meets it: in a terminal, single keys, at several sizes and types."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from killing import Ledger, killed_once, write_comments
from vt import Sitting

from moderation.labels.labelled_files import read_labelled

ARTICLE = {"id": "bridge", "title": "Swing bridge shut", "text": "The bridge stays shut. " * 40}
Sit = Callable[..., Sitting]


@pytest.fixture
def comments(tmp_path: Path) -> Path:
    """Three comments, the second a reply, the third long."""
    long = " ".join(f"word{number}" for number in range(900))
    rows = [
        {"id": "c1", "text": "Thank you for the report.", "article": ARTICLE},
        {"id": "c2", "text": "Nobody asked you.", "article": ARTICLE, "parent_id": "c1"},
        {"id": "c3", "text": long, "article": ARTICLE},
    ]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def sit(tmp_path: Path, comments: Path) -> Iterator[Sit]:
    """Sit down to label; whoever does not get up is fetched."""
    sittings: list[Sitting] = []

    def begin(*arguments: object, **terminal: object) -> Sitting:
        told = ("label", comments, "-o", tmp_path / "mine.jsonl", "--annotator", "anna")
        sitting = Sitting(*told, "--order", "given", *arguments, **terminal)  # type: ignore[arg-type]
        sittings.append(sitting)
        return sitting

    yield begin
    for sitting in sittings:
        sitting.stop()


@pytest.mark.parametrize("term", ["xterm-256color", "vt100", "linux", "no-such-terminal"])
def test_labelling_on_80_by_24(sit: Sit, tmp_path: Path, term: str) -> None:
    sitting = sit(term=term)
    shown = sitting.wait("Hostile?")
    assert "Swing bridge shut" in shown
    assert "Thank you for the report." in shown
    sitting.type("n")
    sitting.wait("not hostile.  On topic?")
    sitting.type("t")
    assert "in reply to" in sitting.wait("Nobody asked you.")
    sitting.type("z")
    sitting.wait("withdrawn; answer again")
    sitting.type("nu")
    sitting.wait("Nobody asked you.")
    sitting.type("e")
    sitting.wait("Note")
    sitting.type("zu strengü?\x7f!\r")
    sitting.wait("note: zu strengü!")
    sitting.type("h")
    sitting.wait("hostile.  On topic?")
    sitting.type("q")
    assert sitting.end() == 0
    found = read_labelled([tmp_path / "mine.jsonl"])
    assert not found.rejected
    said = {row.id: (row.hostility, row.off_topic, row.note) for row in found.rows}
    assert said == {"c1": (False, "unsure", None), "c2": (True, None, "zu strengü!")}
    assert {row.guideline for row in found.rows} == {"hostility 2, off_topic 1"}
    coloured = {style for style in sitting.screen.styles if style[:1] in {"3", "4"}}
    assert bool(coloured) is (term in {"xterm-256color", "linux"})


def test_a_dumb_terminal_is_asked_line_by_line(sit: Sit, tmp_path: Path) -> None:
    sitting = sit(term="dumb")
    sitting.wait("Hostile?")
    assert "\x1b" not in sitting.raw
    sitting.type("h\n")
    sitting.wait("On topic?")
    sitting.type("o\nq\n")
    assert sitting.end() == 0
    rows = read_labelled([tmp_path / "mine.jsonl"]).rows
    assert [(row.hostility, row.off_topic) for row in rows] == [(True, None), (True, True)]


def test_long_comments_scroll_and_the_guideline_opens(sit: Sit) -> None:
    sitting = sit()
    sitting.wait("Hostile?")
    sitting.type("ss")
    sitting.wait("in reply to")  # what was typed ahead is no answer to a comment not yet seen
    sitting.type("s")
    sitting.wait("more below")
    sitting.type("\x1b[F")
    sitting.wait("word899")
    sitting.type("\x1bOH")
    sitting.wait("word0 ")
    sitting.type("?")
    sitting.wait("Hostility: guideline for annotators")
    sitting.type(" ")
    sitting.wait(lambda text: "guideline, lines 1-" not in text)
    sitting.type("q")
    sitting.wait("Hostile?")
    sitting.type("a")
    sitting.wait("article, lines 1-")
    sitting.type("x")
    sitting.wait("Hostile?")
    sitting.type("q")
    assert sitting.end() == 0


def test_the_window_may_change_its_size(sit: Sit) -> None:
    sitting = sit()
    sitting.wait("Hostile?")
    for columns, lines in ((40, 12), (132, 50), (20, 6)):
        sitting.resize(columns, lines)
        sitting.wait("Hostile?")
    sitting.type("q")
    assert sitting.end() == 0


@pytest.mark.parametrize("leave", ["\x03", "\x04"])
def test_every_way_out_gives_the_terminal_back(sit: Sit, leave: str) -> None:
    sitting = sit()
    sitting.wait("Hostile?")
    assert not sitting.echoes
    sitting.type(leave)
    sitting.wait(lambda _: sitting.echoes)
    assert sitting.end() == 0
    assert sitting.raw.rindex("\x1b[?1049l") > sitting.raw.rindex("\x1b[?1049h")


def test_being_ended_gives_the_terminal_back(sit: Sit) -> None:
    sitting = sit()
    sitting.wait("Hostile?")
    sitting.signal(signal.SIGTERM)
    sitting.wait(lambda _: sitting.echoes)
    assert sitting.end() == 0


def test_comments_may_come_through_standard_input(tmp_path: Path, comments: Path) -> None:
    told = ("label", "-", "-o", tmp_path / "mine.jsonl", "--annotator", "anna", "--order", "given")
    sitting = Sitting(*told, stdin=comments)
    try:
        sitting.wait("Thank you for the report.")
        sitting.type("n")
        sitting.wait("On topic?")
        sitting.type("q")
        assert sitting.end() == 0
    finally:
        sitting.stop()
    assert len(read_labelled([tmp_path / "mine.jsonl"]).rows) == 1


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    """A hundred of them: ``python -m benchmarks.labelling --kills 100``."""
    ledger = Ledger(tmp_path / "mine.jsonl")
    comments = write_comments(tmp_path / "in.jsonl", 2000)
    for after in (0.02, -0.25, 0.11, 0.0, 0.05, 0.2):
        killed_once(comments, ledger, after=after)
        assert ledger.lost() == []
        assert ledger.torn() == []
        assert ledger.invented() == []
    assert ledger.acknowledged
