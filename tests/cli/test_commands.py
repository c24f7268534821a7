"""The other commands, and what starting up imports."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import corpus
import pyarrow.parquet
import pytest
from running import Command

from moderation.cli.app import COMMANDS

#: What docs and users rely on; a command that is added is named here, too.
NAMES = (
    "separate score explain desk decisions appeals forget label check import export train promote "
    "thresholds evaluate compare overview report info serve recipe"
).split()
EXAMPLES = Path(__file__).parents[2] / "examples"


pytestmark = pytest.mark.usefixtures("few_rounds", "no_floor")


def _imported(*arguments: object, unwanted: tuple[str, ...]) -> set[str]:
    """Which of `unwanted` a run of the command in a process of its own has imported."""
    program = (
        "import atexit, sys\n"
        f"unwanted = {unwanted!r}\n"
        "atexit.register(lambda: sys.stderr.write("
        "'IMPORTED ' + ' '.join(set(unwanted) & set(sys.modules)) + '\\n'))\n"
        "from moderation.cli import main\n"
        f"sys.argv = ['moderation', *{[str(a) for a in arguments]!r}]\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    (last,) = [line for line in done.stderr.splitlines() if line.startswith("IMPORTED")]
    return set(last.split()[1:])


def test_help_imports_nothing_heavy() -> None:
    unwanted = ("numpy", "scipy", "sklearn", "nltk", "pyarrow", "selectolax", "joblib")
    assert _imported("--help", unwanted=unwanted) == set()


def test_scoring_imports_neither_scikit_learn_nor_nltk(model_folder: Path) -> None:
    unwanted = ("sklearn", "nltk", "scipy", "joblib", "pandas", "pyarrow", "rich")
    arguments = ("score", "--model", model_folder, "--text", "You idiot", "--explain")
    assert _imported(*arguments, unwanted=unwanted) == set()


def test_these_are_the_commands(run: Command) -> None:
    assert list(COMMANDS) == NAMES
    listed = run("--help").out.split("Commands:\n")[1]
    assert re.findall(r"(?m)^  (\S+) ", listed) == NAMES


def test_the_list_of_commands_says_each_in_a_whole_line(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = run("--help").out.split("Commands:\n")[1].splitlines()
    assert [line for line in listed if len(line) > 80 or not line.endswith(".")] == []
    assert [line for line in listed if line.endswith("...")] == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("sco", "score"), ("score --so", "--sort"), ("score --sort ho", "hostility")],
)
def test_a_shell_completes_commands_options_and_choices(
    run: Command, monkeypatch: pytest.MonkeyPatch, typed: str, offered: str
) -> None:
    monkeypatch.setenv("_MODERATION_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"moderation {typed}")
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split())))
    assert run().out.split() == [offered]


@pytest.mark.parametrize("command", NAMES)
def test_every_command_has_help(run: Command, command: str) -> None:
    found = run(command, "--help")
    assert found.status == 0
    assert f"moderation {command} " in found.out.splitlines()[0]


def test_version(run: Command) -> None:
    from moderation import __version__

    assert run("--version").out.strip() == f"moderation {__version__}"


@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_separate_prints_an_article_and_its_comments(run: Command, name: str) -> None:
    found = run("separate", EXAMPLES / name)
    assert found.status == 0
    article, *comments = found.records
    assert article["kind"] == "article"
    assert article["title"]
    assert comments
    assert {comment["kind"] for comment in comments} == {"comment"}
    assert [comment["order"] for comment in comments] == sorted(c["order"] for c in comments)
    assert all(comment["depth"] >= 1 and comment["text"] for comment in comments)
    ids = {comment["id"] for comment in comments}
    assert len(ids) == len(comments)
    assert {c["parent_id"] for c in comments} <= ids | {None}


def test_separate_writes_one_table(run: Command, tmp_path: Path) -> None:
    pages = [EXAMPLES / "page.html", EXAMPLES / "page.txt"]
    plain = run("separate", *pages).records
    assert run("separate", *pages, "-o", tmp_path / "p.csv").status == 0
    assert run("separate", *pages, "-o", tmp_path / "p.parquet").status == 0
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    table = pyarrow.parquet.read_table(tmp_path / "p.parquet").to_pylist()
    assert len(rows) == len(table) == len(plain)
    for record, row, line in zip(plain, rows, table, strict=True):
        for name in ("kind", "page", "id", "text", "author", "depth"):
            value = record.get(name)
            assert row[name] == ("" if value is None else str(value))
            assert line[name] == value


def test_separate_goes_on_after_a_bad_page(run: Command, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    found = run("separate", tmp_path / "empty.html", tmp_path / "none", EXAMPLES / "page.html")
    assert found.status == 3
    assert len(found.told) >= 2
    assert found.records[0]["page"].endswith("page.html")


def test_separate_refuses_what_is_no_page(run: Command, tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text('{"id": "a", "text": "Hello there."}\n')
    (tmp_path / "r.csv").write_text("id,text\na,Hello there.\n")
    export = Path(__file__).parents[1] / "sources" / "exports" / "harbour.wxr.xml"
    for path, what in (
        (tmp_path / "r.jsonl", "records"), (tmp_path / "r.csv", "records"), (export, "an export"),
    ):  # fmt: skip
        found = run("separate", path)
        assert found.status == 3
        assert not found.records
        assert f"holds {what}, not a page" in found.told[0]


def test_explain_adds_up_for_a_person_and_for_a_machine(run: Command, model_folder: Path) -> None:
    arguments = ("explain", "--model", model_folder, "--text", "You stupid idiot")
    found = run(*arguments)
    assert found.status == 0
    assert "idiot" in found.out
    assert "off-topic: no score" in found.out
    hostility, off_topic = json.loads(run(*arguments, "--json").out)
    total = hostility["intercept"] + sum(r["weight"] for r in hostility["reasons"])
    assert total == pytest.approx(hostility["log_odds"])
    assert off_topic["value"] is None
    assert off_topic["null"]


def test_nothing_to_evaluate_is_no_report_of_nothing(run: Command, tmp_path: Path) -> None:
    rows = corpus.write_lines(tmp_path / "l.jsonl", [{"text": "x", "hostilty": True}])
    found = run("evaluate", rows)
    assert (found.status, found.out) == (3, "")
    assert "l.jsonl:1:hostilty" in found.err
    assert "not one labelled row" in found.err


def test_evaluate_names_the_groups_of_which_it_can_say_nothing(
    run: Command, labelled_folder: Path, model_folder: Path
) -> None:
    rows = [{"text": f"The Sikh choir sang {n} songs.", "hostility": False} for n in range(3)]
    corpus.write_lines(labelled_folder / "choirs.jsonl", rows)
    found = run("evaluate", labelled_folder, "--model", model_folder)
    assert found.status == 0
    assert "too few comments to say anything about them: sikh (3, 0 true)" in found.out
    assert "BPSN" not in found.out


def test_without_files_the_suite_of_the_language_is_run(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    french = Path(__file__).parents[2] / "models" / "comments-fr-1"
    found = run("evaluate", "--model", french)
    assert "functional suite: " in found.out
    assert "Threats, open, conditional and veiled" in found.out
    assert run("report", french, "-o", tmp_path / "report.html").status == 0
    assert "Threats, open, conditional and veiled" in (tmp_path / "report.html").read_text("utf-8")
    monkeypatch.setattr("moderation.evaluation.audits.suite._OTHERS", ())
    found = run("evaluate", "--model", french)
    assert (found.status, found.out) == (2, "")
    assert "nothing to evaluate on" in found.err


def test_train_evaluate_and_info(run: Command, labelled_folder: Path, tmp_path: Path) -> None:
    model = tmp_path / "own"
    found = run("train", labelled_folder, "-o", model, "--base", "none")
    assert found.status == 0
    assert "hostility" in found.out
    again = run("train", labelled_folder, "-o", model, "--base", "none")
    assert again.status == 2
    assert "--force" in again.err
    second = tmp_path / "second" / "own"
    assert run("train", labelled_folder, "-o", second, "--base", "none", "--quiet").out == ""
    for file in model.iterdir():
        assert file.read_bytes() == (second / file.name).read_bytes()
    figures = json.loads(run("evaluate", labelled_folder, "--model", model, "--json").out)
    assert figures["model"].startswith("own@")
    (hostility,) = [r for r in figures["reports"] if r["attribute"] == "hostility"]
    assert hostility["figures"]["roc_auc"]["value"] == 1.0
    assert "hostility" in run("evaluate", labelled_folder, "--model", model).out
    told = run("info", model)
    assert "own@" in told.out
    assert json.loads(run("info", model, "--json").out)["manifest"]["name"] == "own"
    scored = run("score", "--model", model, "--text", "You idiot")
    assert scored.records[0]["model"] == figures["model"]


def test_train_begins_from_a_base(
    run: Command, labelled_folder: Path, model_folder: Path, tmp_path: Path
) -> None:
    rows = [{**row, "off_topic": None} for row in corpus.rows()]
    (labelled_folder / "comments.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    found = run("train", labelled_folder, "-o", tmp_path / "m", "--base", model_folder)
    assert found.status == 0
    assert "too few labels to train off_topic" in found.err
    manifest = json.loads(run("info", tmp_path / "m", "--json").out)["manifest"]
    assert manifest["training"]["base"].startswith("tiny@")
    assert manifest["off_topic"] is not None


def test_train_rejects_bad_rows_and_says_where(
    run: Command, labelled_folder: Path, tmp_path: Path
) -> None:
    with (labelled_folder / "comments.jsonl").open("a") as stream:
        stream.write('{"text": "x", "hostilty": true}\n')
    found = run("train", labelled_folder, "-o", tmp_path / "m", "--base", "none")
    assert found.status == 1
    place = f"{labelled_folder / 'comments.jsonl'}:{len(corpus.rows()) + 1}:hostilty"
    assert place in found.err
    assert "did you mean hostility?" in found.err
    assert (tmp_path / "m" / "manifest.json").is_file()
    assert "hostilty" in (tmp_path / "m.rejected.jsonl").read_text()


def test_too_few_labels_are_one_clear_line(run: Command, tmp_path: Path) -> None:
    (tmp_path / "l.jsonl").write_text('{"text": "x", "hostility": true}\n')
    found = run("train", tmp_path / "l.jsonl", "-o", tmp_path / "m", "--base", "none")
    assert found.status == 3
    assert len(found.told) == 1
    assert not (tmp_path / "m").exists()


def test_check_reports_balance_agreement_and_errors(
    run: Command, labelled_folder: Path, model_folder: Path
) -> None:
    model = ("--model", model_folder)
    second = [{**row, "annotator": "b", "off_topic": None} for row in corpus.rows()[:20]]
    second[0]["hostility"] = True
    path = labelled_folder / "second.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in second))
    found = json.loads(run("check", labelled_folder, *model, "--json").out)
    assert found["comments"] == len(corpus.rows())
    assert found["annotators"] == ["a", "b"]
    assert found["gold"]["hostility"]["contested"] == 1
    assert found["agreement"][0]["observed"]["value"] == pytest.approx(0.95)
    assert found["next"]
    assert "Krippendorff" in run("check", labelled_folder, *model).out
    with path.open("a") as stream:
        stream.write("nonsense\n")
    bad = run("check", labelled_folder, *model)
    assert bad.status == 1
    assert f"{path}:21" in bad.err


def test_check_writes_the_suspicious_labels(
    run: Command, labelled_folder: Path, model_folder: Path, tmp_path: Path
) -> None:
    rows = corpus.rows()
    rows[3]["hostility"] = False
    path = labelled_folder / "comments.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    output = tmp_path / "suspicious.jsonl"
    found = run("check", labelled_folder, "--model", model_folder, "-o", output, "--show", "1")
    assert found.status == 0
    assert "what to do next:" in found.out
    assert found.out.count("going by all other labels, that is") == 2
    assert f"{rows[3]['id']}  labelled not hostile; going by all other labels" in found.out
    written = [json.loads(line) for line in output.read_text().splitlines()]
    assert written[0]["id"] == rows[3]["id"]
    assert written[0]["text"] == rows[3]["text"]
    assert run("check", labelled_folder, "-o", output).status == 2


def test_the_rule_of_gold_is_chosen_and_recorded(
    run: Command, labelled_folder: Path, model_folder: Path, tmp_path: Path
) -> None:
    for rule, told in (("majority", "majority"), ("reliability", "Dawid-Skene")):
        output = tmp_path / rule
        trained = run("train", labelled_folder, "-o", output, "--base", model_folder,
                      "--gold", rule, "--quiet")  # fmt: skip
        assert trained.status == 0
        assert told in json.loads((output / "manifest.json").read_text())["gold"]
        found = run("evaluate", labelled_folder, "--model", output, "--gold", rule, "--json")
        assert found.status == 0
    wrong = run("check", labelled_folder, "--gold", "oracle")
    assert wrong.status == 2
    assert "mean, majority, reliability" in wrong.err


def test_check_prints_the_schema(run: Command) -> None:
    from moderation.labels.labelled_files import schema_markdown

    assert run("check", "--schema").out.strip() == schema_markdown().strip()
    assert run("check").status == 2


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("evaluate", ("none.jsonl", "--model", "tiny")),
        ("check", ("none.jsonl",)), ("info", ("none",)),
        ("separate", ("none.html",)), ("explain", ("--text", "x", "--model", "none")),
        ("train", ("none.jsonl", "-o", "m", "--base", "none")),
    ],
)  # fmt: skip
def test_what_is_missing_is_one_clear_line(
    run: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    model_folder: Path,
    command: str,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny").symlink_to(model_folder)
    found = run(command, *arguments)
    assert found.status == 3
    assert len(found.told) == 1
    assert "none" in found.err


def test_an_unforeseen_error_is_one_line_too(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    from moderation.cli import main
    from moderation.model.moderator import Moderator

    def fail(*_: object, **__: object) -> Callable[..., None]:
        raise ZeroDivisionError

    monkeypatch.setattr(Moderator, "score_pairs", fail)
    monkeypatch.delenv("MODERATION_DEBUG", raising=False)
    arguments = ["moderation", "score", "--model", str(model_folder), "--text", "x"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 3
    err = capsysbinary.readouterr().err.decode()
    assert "ZeroDivisionError" in err
    assert len(err.splitlines()) == 1
    monkeypatch.setenv("MODERATION_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main()
