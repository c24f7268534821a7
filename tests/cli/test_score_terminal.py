"""``moderation score`` as a person reads it: order, choice, headlines, lines and the pager."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import Command

from moderation.cli.output import say
from moderation.cli.paging import paged
from moderation.cli.wrapping import cells, wrapped

Lines = Callable[..., Path]
FERRY = {"id": "n1", "title": "Ferry timetable", "text": "The ferry runs at night from June."}
VOTE = {"id": "n2", "title": "Budget vote", "text": "The council voted on the budget."}
IDS = re.compile(r"#(\w+)")


@pytest.fixture
def comments(lines: Lines) -> Path:
    return lines(
        {"id": "a", "text": "The ferry is late", "article": FERRY, "published": "2026-03-02"},
        {"id": "b", "text": "You stupid idiot", "article": FERRY, "status": "APPROVED"},
        {"id": "c", "text": "The budget", "article": VOTE, "published": "2026-01-02T10:00:00Z"},
        {
            "id": "d",
            "text": "You idiot",
            "published": "2026-02-02T10:00:00+01:00",
            "status": "0",
        },
    )


def _ids(found: str, wanted: str = "json") -> list[str]:
    if wanted == "table":
        return IDS.findall(found)
    return [json.loads(line)["id"] for line in found.splitlines()]


@pytest.mark.parametrize("form", ["table", "json"])
def test_comments_are_shown_in_the_order_asked_for(
    score: Command, comments: Path, form: str
) -> None:
    more = ("--format", "table") if form == "table" else ()
    by_time = _ids(score(comments, *more, "--sort", "time").out, form)
    assert by_time == ["c", "d", "a", "b"]  # those of an unknown time come last
    by_hostility = _ids(score(comments, *more, "--sort", "hostility").out, form)
    assert sorted(by_hostility[:2]) == ["b", "d"]
    assert _ids(score(comments, *more, "--sort", "off_topic").out, form)[-1] == "d"  # it has none
    assert _ids(score(comments, *more).out, form) == ["a", "b", "c", "d"]


def test_a_written_file_is_sorted_too_but_no_archive(
    score: Command, comments: Path, tmp_path: Path
) -> None:
    out = tmp_path / "o.jsonl"
    assert score(comments, "--sort", "time", "-o", out).status == 0
    assert _ids(out.read_text()) == ["c", "d", "a", "b"]
    for more in (("--jobs", "2"), ("-o", f"{tmp_path}/"), ("--stream",)):
        assert score(comments, "--sort", "time", *more).status == 2


def test_a_table_has_a_headline_over_each_article(score: Command, comments: Path) -> None:
    shown = score(comments, "--format", "table").out
    assert shown.count("Ferry timetable  [n1]\n\n") == 1
    assert shown.index("Budget vote  [n2]") < shown.index("#c") < shown.index("(no article)")
    flat = score(comments, "--format", "table", "--sort", "hostility").out
    assert flat.count("  on: Ferry timetable  [n1]\n") == 2


def test_only_the_asked_for_are_shown_and_the_others_counted(
    score: Command, comments: Path
) -> None:
    shown = score(comments, "--format", "table", "--only", "hold,review").out
    assert _ids(shown, "table") == ["b", "d"]
    assert "4 comments: 2 hold, 0 review, 2 publish (50.0% for a person to read)" in shown
    assert "2 left out by --only hold,review" in shown


def test_the_status_is_shown_and_selects(score: Command, comments: Path) -> None:
    shown = score(comments, "--format", "table").out
    assert "#b  (approved)" in shown
    assert "#d  (pending)" in shown
    found = score(comments, "--status", "pending,approved")
    assert _ids(found.out) == ["b", "d"]
    assert "not scored because of their status: 2 without a status" in found.err
    none = score(comments, "--status", "rejected", "--jobs", "2")
    assert (none.status, none.out) == (0, "")


def test_the_status_of_an_export_is_shown_and_kept(score: Command, tmp_path: Path) -> None:
    told = [
        {"id": str(n), "storyID": "s", "status": status, "revisions": [{"body": "The ferry"}]}
        for n, status in enumerate(("PREMOD", "APPROVED", "REJECTED", "NONE"))
    ]
    (tmp_path / "comments.json").write_text("".join(json.dumps(each) + "\n" for each in told))
    found = score(tmp_path, "--keep")
    assert [record["status"] for record in found.records] == [each["status"] for each in told]
    assert _ids(score(tmp_path, "--status", "pending").out) == ["0"]
    assert _ids(score(tmp_path, "--status", "none").out) == ["3"]
    assert "#2  (rejected)" in score(tmp_path, "--format", "table").out


def test_a_table_lists_reasons_where_they_are_asked_for(score: Command, comments: Path) -> None:
    plain = score(comments, "--format", "table").out
    shown = score(comments, "--format", "table", "--explain").out
    assert "idiot +" in shown
    assert "idiot +" not in plain


# Lines of a terminal of 80 columns


def test_no_line_is_wider_than_the_terminal(
    score: Command,
    run: Command,
    lines: Lines,
    model_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"COLUMNS": "80", "NO_COLOR": "1", "PAGER": "cat"}.items():
        monkeypatch.setenv(name, value)
    for stream in (sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    long = {"id": "n", "title": "A very long headline " * 6, "text": "The ferry runs at night."}
    path = lines({"text": "idiot " * 40 + "日本語 " * 40, "article": long, "author": "Ann " * 30})
    for found in (
        score(path, "--format", "table", "--explain"),
        score(path, "--format", "table", "--sort", "hostility"),
        run("info", model_folder),
        run("explain", "--model", model_folder, "--text", "idiot " * 40),
        score(path.with_name("a file that is not there" * 3), "-o", "o.jsonl"),
    ):
        said = found.out + found.err
        assert said
        assert [line for line in said.replace("\r", "\n").split("\n") if cells(line) > 80] == []


@pytest.mark.parametrize(
    ("line", "width", "expected"),
    [
        ("one two three", 8, ["one two", "  three"]),
        ("  one two", 8, ["  one", "    two"]),
        ("one  two", 8, ["one  two"]),
        ("an-unbreakable-word x", 8, ["an-unbreakable-word", "  x"]),
        ("\x1b[1mone\x1b[0m two", 7, ["\x1b[1mone\x1b[0m two"]),
        ("日本 語", 6, ["日本", "  語"]),
        ("", 8, [""]),
        ("x" + " " * 10**6, 8, ["x"]),
        (("x" + " " * 10**5) * 9 + "y", 8, ["x", *["  x"] * 8, "  y"]),
    ],
)
def test_lines_break_between_words(line: str, width: int, expected: list[str]) -> None:
    assert wrapped(line, width) == expected


# The pager


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def _screen(monkeypatch: pytest.MonkeyPatch, pager: str) -> _Terminal:
    """Return a terminal that stands for standard output until the end of the test."""
    shown = _Terminal()
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PAGER", pager)
    return shown


def _python(code: str) -> str:
    return f"'{sys.executable}' -c '{code}'"


def test_a_pager_gets_what_a_terminal_would_show(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    got = tmp_path / "got"
    code = f'import sys; open("{got}", "wb").write(sys.stdin.buffer.read())'
    screen = _screen(monkeypatch, _python(code))
    with paged():
        assert sys.stdout.isatty()
        say("日本語")
    assert got.read_text("utf-8") == "日本語\n"
    assert (sys.stdout, screen.getvalue()) == (screen, "")


def test_a_reader_who_quits_the_pager_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _screen(monkeypatch, _python(""))
    with paged():
        for _ in range(10_000):
            say("a line that nobody reads")
    assert sys.stdout is screen


@pytest.mark.parametrize("pager", ["", "cat", "no-such-pager-anywhere", "less '"])
def test_without_a_pager_the_terminal_shows_all(
    monkeypatch: pytest.MonkeyPatch, pager: str
) -> None:
    screen = _screen(monkeypatch, pager)
    with paged():
        say("shown")
    assert screen.getvalue() == "shown\n"


def test_only_a_terminal_has_a_pager(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _screen(monkeypatch, _python("raise SystemExit(1)"))
    with paged(wanted=False):
        say("asked not to")
    assert screen.getvalue() == "asked not to\n"
    monkeypatch.setattr(screen, "isatty", lambda: False)
    with paged():
        say("piped")
    assert screen.getvalue().endswith("piped\n")
