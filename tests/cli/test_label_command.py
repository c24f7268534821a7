"""``moderation label`` from outside: inputs, orders, refusals, and what others make of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import corpus
import pytest
from openpyxl import Workbook
from running import Command, Run

from moderation.labels.labelled_files import LabelledRow, read_labelled

EXAMPLES = Path(__file__).parents[2] / "examples"
Label = Callable[..., Run]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "labelled-by" / "mine.jsonl"


@pytest.fixture
def label(run: Command, out: Path, model_folder: Path) -> Label:
    """Answer ``keys``, one a line, to ``moderation label ARGUMENTS``."""

    def command(keys: str, *arguments: object, annotator: str = "anna") -> Run:
        told = ("label", *arguments, "-o", out, "--annotator", annotator, "--model", model_folder)
        return run(*told, stdin="".join(f"{key}\n" for key in keys).encode())

    return command


@pytest.fixture
def comments(tmp_path: Path) -> Path:
    articles = {article.id: article for article in corpus.ARTICLES}
    rows = []
    for row in corpus.rows():
        article = articles[row["article_id"]]
        told = {"id": article.id, "title": article.title, "text": article.text}
        rows.append({"id": row["id"], "text": row["text"], "article": told})
    return corpus.write_lines(tmp_path / "in.jsonl", rows)


def rows(out: Path) -> tuple[LabelledRow, ...]:
    found = read_labelled([out])
    assert not found.rejected
    return found.rows


def test_answers_are_labelled_rows_that_check_and_train_read(
    label: Label, run: Command, comments: Path, out: Path, tmp_path: Path, model_folder: Path
) -> None:
    truth = {row["id"]: row for row in corpus.rows()}
    keys = "".join(
        ("h" if row["hostility"] else "n") + ("o" if row["off_topic"] else "t")
        for row in truth.values()
    )
    found = label(keys, comments, "--order", "given")
    assert found.status == 0, found.err
    assert "54 answered, 0 left" in found.out
    said = {row.id: (row.hostility, row.off_topic) for row in rows(out)}
    assert said == {key: (row["hostility"], row["off_topic"]) for key, row in truth.items()}
    assert json.loads(run("check", out, "--json", "--model", model_folder).out)["comments"] == 54
    trained = run("train", out, "-o", tmp_path / "model", "--base", "none", "--quiet")
    assert (trained.status, "learnt from 18 hostile comments" in trained.err) == (1, True)
    assert (tmp_path / "model" / "manifest.json").is_file()


def test_starting_again_goes_on(label: Label, comments: Path, out: Path) -> None:
    label("ntnt", comments)
    first = [row.id for row in rows(out)[::2]]
    again = label("ntq", comments)
    assert "52 left, 2 in the file" in again.out
    third = rows(out)[-1].id
    assert third not in first
    label(
        "n",
        comments,
        annotator="ben",
    )
    assert rows(out)[-1].annotator == "ben"


def test_two_runs_ask_in_the_same_order(
    label: Label, comments: Path, out: Path, run: Command
) -> None:
    label("ntntnt", comments, "--overlap", 1)
    label("ntntnt", comments, "--overlap", 1, annotator="ben")
    said = rows(out)
    mine, bens = ([r.id for r in said if r.annotator == who] for who in ("anna", "ben"))
    assert mine == bens


def test_the_mixture_marks_what_was_drawn_at_random(
    label: Label, comments: Path, out: Path
) -> None:
    label("nt" * 40, comments, "--random-share", 0.5)
    chosen = [row.selection for row in rows(out)[::2]]
    assert set(chosen) == {"random", "uncertain"}
    models = {row.selection: row.model for row in rows(out)}
    assert models["random"] is None
    assert models["uncertain"].startswith("tiny@")


@pytest.mark.parametrize("page", ["page.html", "page.txt"])
def test_a_page_is_labelled_with_its_article(label: Label, out: Path, page: str) -> None:
    assert label("ntnt", EXAMPLES / page, "--order", "given").status == 0
    found = read_labelled([out])
    assert len({row.article_id for row in found.rows}) == 1
    (article,) = found.articles.values()
    assert article.title
    assert {row.source for row in found.rows} == {page}


def test_the_same_page_again_has_nothing_new(label: Label, out: Path) -> None:
    whole = "nt" * 100
    label(whole, EXAMPLES / "page.html", "--order", "given")
    n = len(rows(out))
    again = label(whole, EXAMPLES / "page.html")
    assert again.status == 0
    assert "no comment left to label" in again.err
    assert len(rows(out)) == n


def test_one_attribute_only(label: Label, comments: Path, out: Path) -> None:
    label("hn", comments, "--attribute", "hostility")
    assert [row.off_topic for row in rows(out)] == [None, None]
    assert len({row.id for row in rows(out)}) == 2


def test_a_goal_ends_the_session(label: Label, comments: Path) -> None:
    assert "2 answered, 0 left" in label("nt" * 9, comments, "--goal", 2).out


def test_notes_guideline_and_help_come_line_by_line(
    label: Label, comments: Path, out: Path, tmp_path: Path, run: Command
) -> None:
    told = ("label", comments, "-o", out, "--annotator", "anna", "--order", "random")
    found = run(*told, stdin=b"x\n?\na\ne\nIrony?\nn\nt\nz\nq\n")
    assert found.status == 0
    assert "one letter, then Enter" in found.out
    assert "# Hostility: guideline for annotators" in found.out
    assert rows(out)[0].note == "Irony?"
    assert rows(out)[-1].hostility is None


def test_assistance_shows_and_records_scores(label: Label, comments: Path, out: Path) -> None:
    assert "MODEL:" not in label("nt", comments).out
    found = label("nt", comments, "--assist", annotator="ben")
    assert "MODEL: hostility 0." in found.out
    assert rows(out)[-1].score_seen is not None
    assert [row.score_seen for row in rows(out)[:2]] == [None, None]


def test_adjudication_settles_what_annotators_disagree_on(
    label: Label, run: Command, comments: Path, out: Path, model_folder: Path
) -> None:
    label("htntnt", comments, "--order", "given", "--overlap", 1)
    label("ntntnt", comments, "--order", "given", "--overlap", 1, annotator="ben")
    settled = label("nq", "--adjudicate", annotator="cleo")
    assert settled.status == 0
    assert "ANNA" not in settled.out
    last = rows(out)[-1]
    assert (last.id, last.hostility, last.adjudicated) == ("bridge-0", False, True)
    assert last.off_topic is None
    nothing = label("n", "--adjudicate", annotator="cleo")
    assert (nothing.status, "no comment that needs another look" in nothing.err) == (0, True)
    summary = json.loads(run("check", out, "--json", "--model", model_folder).out)
    assert summary["gold"]["hostility"]["contested"] == 0


def test_adjudication_into_a_file_of_its_own(
    label: Label, run: Command, comments: Path, out: Path, model_folder: Path
) -> None:
    label("ht", comments, "--order", "given", "--overlap", 1)
    label("nt", comments, "--order", "given", "--overlap", 1, annotator="ben")
    own = out.parent / "settled.jsonl"
    told = ("label", out.parent, "--adjudicate", "--assist", "-o", own, "--annotator", "cleo")
    found = run(*told, "--model", model_folder, stdin=b"h\n")
    assert "ANNA: hostile" in found.out
    assert "BEN: not hostile" in found.out
    (row,) = rows(own)
    assert (row.id, row.hostility) == ("bridge-0", True)


def test_a_second_look_at_what_the_model_contradicts(
    label: Label, comments: Path, out: Path
) -> None:
    label("h" * 3 + "n" * 3 + "q", comments, "--order", "given", "--attribute", "hostility")
    found = label("n" * 9, "--order", "disagreement", "--attribute", "hostility")
    assert found.status == 0
    second = [row for row in rows(out) if row.selection == "disagreement"]
    assert second
    assert {row.id for row in second} <= {row.id for row in rows(out)[:6]}


def test_comments_of_a_shared_file_meet_known_articles(
    label: Label, tmp_path: Path, out: Path
) -> None:
    article = {"id": "bridge", "title": "Bridge shut", "text": "It stays shut."}
    first = corpus.write_lines(tmp_path / "1.jsonl", [{"text": "One.", "article": article}])
    second = corpus.write_lines(tmp_path / "2.jsonl", [{"text": "Two.", "article_id": "bridge"}])
    label("nt", first)
    assert "ARTICLE: Bridge shut" in label("nt", second).out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "x.jsonl"), "nothing to label"),
        (("in.jsonl",), "nowhere to keep the answers"),
        (("in.jsonl", "-o", "x.csv"), "JSON Lines"),
        (("in.jsonl", "-o", "articles.jsonl"), "no name for a labelled file"),
    ],
)
def test_wrong_usage_is_told(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...],
    told: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    found = run("label", *arguments)
    assert found.status == 2
    assert told in found.err


def test_an_input_that_cannot_be_read_is_told(label: Label, tmp_path: Path) -> None:
    found = label("n", tmp_path / "missing.jsonl")
    assert found.status == 3
    assert "missing.jsonl" in found.err


def test_rows_that_cannot_be_read_are_told_and_the_rest_is_asked(
    label: Label, tmp_path: Path, out: Path
) -> None:
    path = corpus.write_lines(tmp_path / "in.jsonl", [{"text": "One."}, {"text": 5}])
    found = label("n", path)
    assert found.status == 1
    assert "in.jsonl:2:text" in found.err
    assert len(rows(out)) == 1


def test_fields_and_sheets_are_named_as_for_score(label: Label, tmp_path: Path, out: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["nothing"])
    sheet = book.create_sheet("All comments")
    sheet.append(["nr", "Der Kommentar"])
    sheet.append([7, "Nobody asked us."])
    book.save(tmp_path / "in.xlsx")
    names = ("--column", "text=Der Kommentar", "--column", "id=nr")
    found = label("nt", tmp_path / "in.xlsx", *names, "--sheet", "All comments")
    assert found.status == 0, found.err
    assert [(row.id, row.text) for row in rows(out)] == [("7", "Nobody asked us.")]
    wrong = label("n", tmp_path / "in.xlsx", "--column", "texts=x")
    assert wrong.status == 2
    assert "no field of a comment" in wrong.err


def test_the_input_is_never_written_to(run: Command, comments: Path) -> None:
    before = comments.read_bytes()
    found = run("label", comments, "-o", comments)
    assert found.status == 2
    assert comments.read_bytes() == before


def test_the_screen_is_imported_by_labelling_alone(run: Command) -> None:
    assert "--adjudicate" in run("label", "--help").out
    program = (
        "import sys, moderation.cli.app\n"
        "bad = {'rich', 'curses', 'moderation.labels.annotation'} & sys.modules.keys()\n"
        "sys.exit(', '.join(bad) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stderr.strip(), done.returncode) == ("", 0)
