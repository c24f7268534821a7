"""Nothing from data steers a terminal, or forges a line: every command, hostile text everywhere."""

from __future__ import annotations

import json
import logging
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import corpus
import msgspec
import pytest
from running import Command, Run

from moderation.cli.app import COMMANDS
from moderation.model.artifact.folder import Model, write_model
from moderation.service.logs import LineFormatter
from moderation.service.metrics import Metrics
from moderation.text.visibility.escapes import printable, printable_json

# Every control character, what turns the reading direction, tags, a window title, Rich's markup,
# and a line that pretends to be ours.
STEERING = "".join(map(chr, [*range(1, 32), *range(127, 160), 0x202E, 0x2066, 0x2028, 0xE0041]))
HOSTILE = f"\x1b]0;pwned\x07\x1b[2J[bold red]x[/]{STEERING}\nFORGED: all well\r\u202eevil"
NAME = "\x1b[2J\x9b\u202e\nFORGED\r"  # of a file
OURS = re.compile(r"\x1b\[[0-9;]*m")


def steering(text: str) -> set[str]:
    """What in a text is more than a character to look at, line ends aside."""
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return {hex(ord(c)) for c in text if c != "\n" and unicodedata.category(c) in kinds}


def assert_quiet(found: Run) -> None:
    for text in (found.out, found.err):
        assert not steering(text)
        assert not any(line.startswith("FORGED") for line in text.splitlines())


pytestmark = pytest.mark.usefixtures("few_rounds")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a hostile name."""
    path = tmp_path / NAME
    path.mkdir()
    return path


@pytest.fixture
def hostile_model(model: Model, folder: Path) -> Path:
    """The tiny model, whatever is text in its manifest hostile."""
    m = model.manifest
    assert m.hostility is not None
    thresholds = msgspec.structs.replace(m.hostility.thresholds, chosen_for=HOSTILE)
    manifest = msgspec.structs.replace(
        m,
        name=HOSTILE,
        language=HOSTILE,
        gold=HOSTILE,
        hostility=msgspec.structs.replace(m.hostility, thresholds=thresholds),
        sources=[msgspec.structs.replace(s, name=HOSTILE, licence=HOSTILE) for s in m.sources],
        training={**m.training, HOSTILE: HOSTILE},
        figures={**m.figures, HOSTILE: m.figures["hostility"]},
    )
    write_model(folder / "model", manifest, model.arrays, HOSTILE)
    return folder / "model"


@pytest.fixture
def labelled(folder: Path) -> Path:
    """Labels of two annotators who contradict each other, all but the text hostile."""
    rows: list[dict[str, Any]] = []
    for row in corpus.rows():
        named = {"annotator": HOSTILE, "guideline": HOSTILE, "source": HOSTILE, "note": HOSTILE}
        first = {**row, **named, "id": f"{row['id']}{HOSTILE}"}
        if first.get("article_id"):
            first |= {"article": {"id": HOSTILE + first.pop("article_id"), "title": HOSTILE}}
        other = {**first, "id": "b" + first["id"], "annotator": "b" + HOSTILE}
        again = {**first, "id": "c" + first["id"]}
        for each in (other, again):
            each["hostility"] = not row["hostility"]
        rows += [first, other, again]
    rows += [{"text": "x", HOSTILE: True}, {"text": HOSTILE, "hostility": HOSTILE, "id": HOSTILE}]
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def calls(folder: Path, model: Path, labelled: Path, clean: Path) -> Iterator[tuple[object, ...]]:
    """A call or several of every command."""
    own = ("--model", model)
    out = folder / "out"
    comments = folder / "c.jsonl"
    article = {"id": HOSTILE, "title": HOSTILE, "text": HOSTILE}
    rows = [
        {"id": HOSTILE, "author": HOSTILE, "text": f"You idiot {HOSTILE}", "article": article},
        {"id": "2", "text": 7, HOSTILE: 1},
        {"id": HOSTILE, "parent_id": HOSTILE, "text": "Shut up, moron."},
    ]
    comments.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    page = folder / "page.html"
    page.write_text(f"<title>{HOSTILE}</title><article><h1>{HOSTILE}</h1><p>{HOSTILE}")
    log = folder / "log.jsonl"
    scored = [{"id": HOSTILE, "text": f"You idiot {HOSTILE}", f"TOXICITY{HOSTILE}": 0.9}]
    log.write_text("".join(json.dumps(row) + "\n" for row in [*scored, {HOSTILE: 1}]))
    table = folder / "t.csv"
    table.write_text(f'text,"{HOSTILE}"\nYou idiot,"{HOSTILE}"\n', newline="")
    yield from (
        ("separate", page, folder / "none"),
        ("score", *own, "--format", "table", comments, page, table, folder / "none"),
        ("score", *own, "--format", "jsonl", folder / "none", "--text", " "),
        ("explain", *own, "--text", f"You idiot {HOSTILE}"),
        ("explain", *own, "--text", f"You idiot {HOSTILE}", "--json"),
        ("explain", *own, "--text", "You idiot", "--article", page),
        ("desk", comments, *own, "--store", folder / "desk.db", "--keys", folder / "none"),
        ("desk", comments, *own, "--store", folder / "desk.db", "--host", HOSTILE),
        ("decisions", folder / "none"),
        ("decisions", comments),
        ("appeals", comments),
        ("appeals", folder / "none", "--by", HOSTILE),
        ("forget", comments, "--author", HOSTILE),
        ("forget", folder / "none", "--id", HOSTILE, "--yes"),
        ("label", comments, "-o", folder / "l.jsonl", "--plain", "--annotator", HOSTILE),
        ("check", labelled, *own),
        ("check", labelled, *own, "--json"),
        ("import", table, "-o", folder / "i.jsonl"),
        ("import", table, "-o", folder / "j.jsonl", "--from", "csv", "--label", HOSTILE),
        ("export", labelled, "--to", "csv", "-o", folder / "e.csv"),
        ("export", "--format", "joblib", *own, "-o", folder / "m.joblib"),
        ("train", labelled, "-o", folder / "shelf", "--base", model, "--promote"),
        ("info", folder / "shelf"),
        ("promote", folder / "shelf", "1"),
        ("promote", folder / "shelf"),
        ("thresholds", labelled, *own),
        ("thresholds", clean, *own, "-o", out),
        ("evaluate", labelled, *own),
        ("evaluate", clean, *own, "--json"),
        ("overview", table, *own, "--by", HOSTILE, "--format", "table"),
        ("overview", comments, folder / "none", *own, "--by", "author", "--format", "table"),
        ("compare", log, *own),
        ("compare", log, *own, "--json"),
        ("compare", log, *own, "--score", HOSTILE),
        ("report", model, "-o", folder / "r.html", "--labelled", labelled),
        ("info", model),
        ("info", model, "--json"),
        ("info", folder),
        ("serve", *own, "--keys", folder / "none"),
        ("serve", *own, "--host", HOSTILE),
        ("recipe", folder, "-o", folder / "recipe"),
        (HOSTILE,),
        ("score", f"--{HOSTILE}"),
        ("score", "--jobs", HOSTILE),
        ("info", model, HOSTILE),
    )


def test_no_command_lets_data_steer_the_terminal(
    run: Command, folder: Path, hostile_model: Path, labelled: Path, labelled_folder: Path
) -> None:
    seen = set()
    for call in calls(folder, hostile_model, labelled, labelled_folder):
        found = run(*call, stdin=b"y\nn\n?\na\nq\n")
        assert found.out or found.err, call
        assert_quiet(found)
        seen.add(call[0])
    assert seen >= set(COMMANDS)


@pytest.mark.parametrize("fmt", ["table", "jsonl", "csv"])
@pytest.mark.parametrize("archived", [False, True])
def test_records_on_a_terminal(
    run: Command, hostile_model: Path, tmp_path: Path, monkeypatch: Any, fmt: str, archived: bool
) -> None:
    row = json.dumps({"id": HOSTILE, "text": f"You idiot {HOSTILE}"}) + "\n"
    (tmp_path / "c.jsonl").write_text(row)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    source = tmp_path / "c.jsonl" if archived else "-"
    arguments = ("score", "--model", hostile_model, "--format", fmt, "--explain", source)
    found = run(*arguments, stdin=row.encode())
    if fmt == "jsonl":  # it means what it meant
        assert found.records[0]["id"] == HOSTILE
    if fmt == "csv":  # a field may have lines
        assert not steering(found.out)
    else:
        assert_quiet(Run(found.status, OURS.sub("", found.out), found.err))
    assert "\x1b[2J" not in found.out


def test_a_closed_record_of_the_service_is_one_line() -> None:
    formatter = LineFormatter()
    record = logging.LogRecord("a", logging.INFO, "", 0, "model %s", (HOSTILE,), None)
    assert not steering(formatter.format(record))
    assert "\n" not in formatter.format(record)
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "", 0, "bad", (), sys.exc_info())
    lines = formatter.format(record).split("\n")
    assert not steering("".join(lines))
    assert all(line.startswith("    ") for line in lines[1:])


def test_a_label_of_a_metric_is_one_line() -> None:
    text = Metrics().text(HOSTILE)
    assert not steering(text)
    assert not any(line.startswith("FORGED") for line in text.splitlines())


def test_json_means_what_it_meant() -> None:
    text = printable_json(json.dumps({HOSTILE: HOSTILE}, ensure_ascii=False, indent=2))
    assert not steering(text)
    assert json.loads(text) == {HOSTILE: HOSTILE}
    assert printable("\ud800a\U000e0041") == "\ufffda\ufffd"
