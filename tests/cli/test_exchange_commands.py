"""The import and export commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import corpus
import pytest
from running import Command

SAMPLES = Path(__file__).parents[1] / "labels" / "samples"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_import_writes_a_labelled_file_that_check_reads(run: Command, tmp_path: Path) -> None:
    output = tmp_path / "labelled.jsonl"
    found = run("import", SAMPLES / "coral", "-o", output)
    assert found.status == 0
    assert "4 labelled rows" in found.out
    assert any("decisions of a machine" in line for line in found.told)
    shelf = _lines(tmp_path / "articles.labelled.jsonl")
    assert {article["id"] for article in shelf} == {"s-1", "s-2"}
    from moderation.labels.labelled_files import read_labelled

    read = read_labelled([output])
    assert (len(read.rows), read.rejected, set(read.articles)) == (4, (), {"s-1", "s-2"})
    again = run("import", SAMPLES / "coral", "-o", output)
    assert again.status == 2
    assert run("import", SAMPLES / "coral", "-o", output, "--force", "--quiet").out == ""


def test_import_rejects_what_it_cannot_read_and_keeps_it(run: Command, tmp_path: Path) -> None:
    output = tmp_path / "d.jsonl"
    found = run("import", SAMPLES / "doccano.jsonl", "--from", "doccano", "-o", output)
    assert found.status == 1
    assert "doccano.jsonl:4:label" in found.err
    assert "--label" in found.err
    assert len((tmp_path / "d.jsonl.rejected.jsonl").read_text().splitlines()) == 3
    mended = run(
        "import", SAMPLES / "doccano.jsonl", "-o", output, "--force",
        "--label", "splendid=not hostile", "--annotator", "ada", "--guideline", "3",
    )  # fmt: skip
    assert "3 labelled rows" in mended.out
    rows = _lines(output)
    assert {(row["annotator"], row["guideline"]) for row in rows} == {("ada", "3")}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("doccano.jsonl", "-o", "x.csv"), "JSON Lines"),
        (("doccano.jsonl", "-o", "x.jsonl", "--from", "fasttext"), "no such format"),
        (("doccano.jsonl", "-o", "x.jsonl", "--label", "rude"), "two things with ="),
        (("doccano.jsonl", "-o", "x.jsonl", "--label", "rude=purple"), "no known meaning"),
    ],
)
def test_import_used_wrongly(
    run: Command, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    name, flag, output, *rest = arguments
    found = run("import", SAMPLES / name, flag, tmp_path / output, *rest)
    assert found.status == 2
    assert told in found.err
    assert not list(tmp_path.glob("x*"))


def test_import_of_wordpress_asks_what_its_statuses_mean(run: Command, tmp_path: Path) -> None:
    path = SAMPLES / "../../sources/exports/harbour.wxr.xml"
    silent = run("import", path, "-o", tmp_path / "w.jsonl")
    assert silent.status == 2
    assert "--decision" in silent.err
    assert not (tmp_path / "w.jsonl").exists()
    found = run("import", path, "-o", tmp_path / "w.jsonl", "--decision", "1=not hostile")
    assert found.status in {0, 1}
    assert "labelled rows" in found.out


@pytest.mark.parametrize("tool", ["doccano", "label-studio", "prodigy", "argilla", "csv"])
def test_export_and_import_again(
    run: Command, labelled_folder: Path, tmp_path: Path, tool: str
) -> None:
    out = tmp_path / f"x.{'csv' if tool == 'csv' else 'json'}"
    assert run("export", labelled_folder, "--to", tool, "-o", out).status == 0
    back = tmp_path / "back.jsonl"
    assert run("import", out, "-o", back).status == 0
    rows = _lines(back)
    assert [(r["id"], r["text"], r["hostility"], r["off_topic"], r["annotator"]) for r in rows] == [
        (r["id"], r["text"], r["hostility"], r["off_topic"], r["annotator"]) for r in corpus.rows()
    ]
    assert run("export", labelled_folder, "--to", tool, "-o", out).status == 2
    assert run("export", labelled_folder, "--to", tool, "-o", out, "--blank", "--force").status == 0
    assert "nothing to import" in run("import", out, "-o", tmp_path / "none.jsonl").err


@pytest.mark.parametrize("tool", ["doccano", "label-studio", "prodigy", "argilla", "csv"])
def test_an_export_holds_the_articles_and_parents_that_rows_name(
    run: Command, tmp_path: Path, tool: str
) -> None:
    folder = tmp_path / "labelled"
    folder.mkdir()
    ferry = {"id": "ferry", "title": "Ferry to close", "text": "The ferry will close in March."}
    corpus.write_lines(folder / "articles.jsonl", [ferry])
    named: dict[str, Any] = {"hostility": False, "article_id": "ferry", "annotator": "ada"}
    rows = [{"id": "1", "text": "A pity.", **named}]
    rows.append({"id": "2", "text": "Is it?", "parent_id": "1", **named})
    corpus.write_lines(folder / "l.jsonl", rows)
    out, back = tmp_path / "out", tmp_path / "elsewhere.jsonl"
    assert run("export", folder, "--to", tool, "-o", out).status == 0
    assert run("import", out, "--from", tool, "-o", back).status == 0
    from moderation.labels.gold.computing import gold_labels
    from moderation.labels.labelled_files import read_labelled

    found = read_labelled([back])
    assert found.rejected == ()
    comments = {gold.comment.id: gold.comment for gold in gold_labels(found)}
    assert {comment.article.text for comment in comments.values() if comment.article} == {
        ferry["text"]
    }
    assert comments["2"].parent == "A pity."


def test_export_of_a_model(run: Command, model_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "p.joblib"
    found = run("export", "--model", model_folder, "--format", "joblib", "-o", out)
    assert found.status == 0
    assert "runs whatever code it holds" in found.out
    assert out.stat().st_size > 1000
    wrong = run(
        "export", "--model", model_folder, "--format", "joblib", "-o", out, "--attribute", "x"
    )
    assert wrong.status == 2


@pytest.mark.parametrize(
    "arguments",
    [(), ("--to", "doccano"), ("--format", "pickle"), ("--to", "fasttext"), ("--format", "joblib")],
)
def test_export_used_wrongly(
    run: Command, labelled_folder: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    given = () if arguments == ("--to", "doccano") else (labelled_folder,)
    found = run("export", *given, *arguments, "-o", tmp_path / "x")
    assert found.status == 2
    assert not (tmp_path / "x").exists()
