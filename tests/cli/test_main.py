"""What lies between a command and the system: pipes, disks, terminals, other people's models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from running import Command

from moderation.model.artifact.folder import write_model
from moderation.training.fitting import Trained

_MAIN = "from moderation.cli import main; main()"


def _process(*arguments: object, stdout: int) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", _MAIN, *map(str, arguments)],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "arguments", [("score", "--text", "Hello."), ("info",), ("check", "--schema")]
)
def test_a_reader_who_has_gone_is_no_error(model_folder: Path, arguments: tuple[str, ...]) -> None:
    model = {"score": ("--model", model_folder), "info": (model_folder,)}.get(arguments[0], ())
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert _process(*arguments, *model, stdout=writing) == (0, "")
    finally:
        os.close(writing)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
@pytest.mark.parametrize("arguments", [("score", "--text", "Hello."), ("info",)])
def test_a_full_disk_is_one_clear_line(model_folder: Path, arguments: tuple[str, ...]) -> None:
    model = ("--model", model_folder) if arguments[0] == "score" else (model_folder,)
    with Path("/dev/full").open("wb") as full:
        status, told = _process(*arguments, *model, stdout=full.fileno())
    assert status == 3
    (line,) = told.splitlines()
    assert "No space left on device" in line


def test_what_was_rejected_is_overwritten_like_any_output(score: Command, tmp_path: Path) -> None:
    path, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    kept = tmp_path / "out.jsonl.rejected.jsonl"
    kept.write_text("precious\n", encoding="utf-8")
    path.write_text('{"text": "Hello."}\n{"text": 5}\n', encoding="utf-8")
    found = score(path, "-o", output)
    assert (found.status, kept.read_text(encoding="utf-8")) == (2, "precious\n")
    assert "rejected.jsonl: exists already" in found.err
    assert not output.exists()
    assert score(path, "-o", output, "--force").status == 1
    assert json.loads(kept.read_text(encoding="utf-8"))["line"] == 2
    path.write_text('{"text": "Hello."}\n', encoding="utf-8")
    assert score(path, "-o", output, "--force").status == 0
    assert not kept.exists()


@pytest.mark.parametrize("jobs", ["0", "-2", "many"])
def test_a_number_of_processes_that_is_none_is_wrong_usage(score: Command, jobs: str) -> None:
    found = score("--text", "Hello.", "--jobs", jobs)
    assert found.status == 2
    assert "--jobs" in found.err


@pytest.mark.parametrize("text", ["", " \n"])
def test_no_text_is_rejected_wherever_it_stands(score: Command, text: str) -> None:
    found = score("--text", text, "--text", "Hello.")
    assert (found.status, [record["id"] for record in found.records]) == (1, ["2"])
    assert "--text 1: text is empty" in found.err


@pytest.mark.parametrize("output", [".", "/", ".."])
def test_an_output_that_is_a_folder_is_wrong_usage(
    score: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = score("--text", "Hello.", "-o", output, "--force")
    assert found.status == 2
    assert len(found.told) == 1


def test_an_explanation_of_text_that_is_no_unicode_is_json(
    run: Command, model_folder: Path
) -> None:
    found = run("explain", "--model", model_folder, "--text", "a \udcff b", "--json")
    assert found.status == 0
    hostility, _ = json.loads(found.out)
    assert [reason["text"] for reason in hostility["reasons"]] == ["a", "\ufffd", "b"]


def test_no_model_writes_on_the_terminal(run: Command, trained: Trained, tmp_path: Path) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\u202e"
    sources = tuple(
        msgspec.structs.replace(s, name=hostile, licence=hostile) for s in trained.manifest.sources
    )
    manifest = msgspec.structs.replace(trained.manifest, name=hostile, sources=sources)
    write_model(tmp_path / "m", manifest, trained.arrays, "# m\n")
    model = ("--model", tmp_path / "m", "--text", "Hello.")
    shown = [
        run("info", tmp_path / "m"),
        run("score", *model, "--format", "table"),
        run("explain", *model),
    ]
    for found in shown:
        assert found.status == 0
        assert "\ufffd" in found.out
        assert not {"\x1b", "\x07", "\u202e"} & set(found.out)


def test_no_labelled_file_writes_on_the_terminal(run: Command, tmp_path: Path) -> None:
    row = {"text": "Hello.", "hostility": False, "annotator": "\x1b[31mred"}
    (tmp_path / "l.jsonl").write_text(json.dumps(row), encoding="utf-8")
    found = run("check", tmp_path / "l.jsonl")
    assert found.status == 0
    assert "annotators: \ufffd[31mred" in found.out


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_many_rows_lack_is_told_once_a_file(score: Command, tmp_path: Path, jobs: str) -> None:
    row = {"text": "Hello."}  # more of them than a block has rows, and parents than are remembered
    rows = [row | {"article_id": f"a{n % 57}", "parent_id": f"p{n}"} for n in range(18_000)]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = score(path, "-o", tmp_path / "out.jsonl", "--jobs", jobs)
    assert found.status == 0
    articles, parents = found.told
    assert f"{path}:1:article_id: 18,000 comments naming 57 articles not known" in articles
    assert f"{path}:1:parent_id: 18,000 comments in reply to over 10,000 parents" in parents
    assert score(path, "--quiet").told == []


def test_no_more_notices_than_a_person_reads(score: Command, tmp_path: Path) -> None:
    for n in range(50):
        (tmp_path / f"{n}.csv").write_text("text,article_id\nHello.,a\n", encoding="utf-8")
    found = score(tmp_path / "*.csv")
    assert (found.status, len(found.records)) == (0, 50)
    assert len(found.told) == 21
    assert found.told[-1] == "moderation: 50 notices in all"


def test_training_on_a_folder_that_is_no_model_is_refused_before_it_begins(
    run: Command, labelled_folder: Path
) -> None:
    found = run("train", labelled_folder, "-o", labelled_folder, "--base", "none", "--force")
    assert found.status == 2
    assert "is not a model folder" in found.err
    assert (labelled_folder / "comments.jsonl").is_file()


_SECRET = "My neighbour Odalie Quern steals the post every single morning"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", f"{_SECRET}\n"),
        ("b.jsonl", f'{{"text": "{_SECRET}"\n'),
        ("c.jsonl", f'"{_SECRET}"\n'),
        ("d.csv", f"{_SECRET},1\nx,2\n"),
        ("e.csv", f'text,id\n{_SECRET},1,2\n"{_SECRET}\n'),
        ("f.csv", f"{_SECRET},{_SECRET}\nx,2\n"),
    ],
)
@pytest.mark.parametrize("command", ["score", "check"])
def test_no_message_quotes_a_comment(
    run: Command, model_folder: Path, tmp_path: Path, command: str, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    model = ("--model", model_folder) if command == "score" else ()
    found = run(command, tmp_path / name, *model)
    assert found.status in {1, 3}
    assert found.err
    assert not set(_SECRET.split()[1:4]) & set(found.err.replace("'", " ").split())
