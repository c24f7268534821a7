"""``moderation score``: order, ids, context, formats, outputs, and what goes wrong."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import corpus
import pyarrow.parquet as pq
import pytest
from running import Command

from moderation.model.moderator import Moderator

ARTICLE = {"id": "bridge", "title": "Kelmouth swing bridge shut", "text": "The swing bridge."}
EXAMPLES = Path(__file__).parents[2] / "examples"
Lines = Callable[..., Path]


def test_texts_are_scored_in_order(score: Command) -> None:
    found = score("--text", "You stupid idiot", "--text", "Thank you")
    assert (found.status, found.told, len(found.counts)) == (0, [], 1)
    rude, kind = found.records
    assert (rude["id"], kind["id"]) == ("1", "2")
    assert rude["hostility"] > kind["hostility"]
    assert rude["off_topic"] is None
    assert rude["action"] in {"publish", "review", "hold"}
    assert rude["model"].startswith("tiny@")
    assert list(rude)[:5] == ["id", "hostility", "off_topic", "action", "model"]


def test_the_order_of_a_long_file_is_kept(score: Command, lines: Lines) -> None:
    rows = [{"id": f"c{number}", "text": f"comment {number}"} for number in range(1500)]
    found = score(lines(*rows))
    assert [record["id"] for record in found.records] == [row["id"] for row in rows]


def test_ids_default_to_line_numbers(score: Command, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n\n{"text": "y", "id": 7}\n{"text": "z"}\n')
    (tmp_path / "b.csv").write_text('text,id\n"one\ntwo",\nx,k\ny,\n')
    found = score(tmp_path / "a.jsonl", tmp_path / "b.csv")
    assert [record["id"] for record in found.records] == ["1", "7", "4", "2", "k", "5"]


def test_standard_input_is_read_and_only_once(score: Command) -> None:
    found = score("-", stdin=b'{"text": "x", "id": "a"}\n')
    assert [record["id"] for record in found.records] == ["a"]
    again = score("-", "-", stdin=b'{"text": "x"}\n')
    assert again.status == 3
    assert len(again.records) == 1
    assert "is empty" in again.err


def test_keep_carries_other_fields(score: Command, lines: Lines, tmp_path: Path) -> None:
    path = lines({"text": "x", "own": {"a": [1]}, "hostility": "theirs", "id": "i"})
    (record,) = score(path, "--keep").records
    assert record["own"] == {"a": [1]}
    assert record["text"] == "x"
    assert isinstance(record["hostility"], float)
    (plain,) = score(path).records
    assert "own" not in plain
    (tmp_path / "c.csv").write_text("text,author,note\nx,,\ny,Ann,hm\n")
    found = score(tmp_path / "c.csv", "--keep", "--format", "csv")
    assert found.status == 0
    rows = list(csv.DictReader(io.StringIO(found.out)))
    assert [row["author"] for row in rows] == ["", "Ann"]


@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_keep_names_the_article_of_a_page_as_separate_does(
    score: Command, run: Command, tmp_path: Path, name: str
) -> None:
    page, out, shelf = EXAMPLES / name, tmp_path / "out.csv", tmp_path / "separated.jsonl"
    assert score(page, "--keep", "-o", out).status == 0
    assert run("separate", page, "-o", shelf).status == 0
    article = json.loads(shelf.read_text(encoding="utf-8").splitlines()[0])
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert {row["article_id"] for row in rows} == {article["id"]}
    again = score(out, "--articles", shelf)
    assert again.told == []
    assert all(record["off_topic"] is not None for record in again.records)


def test_explain_points_into_the_text(score: Command, lines: Lines) -> None:
    text = "👍 You ＩＤІOТ, honestly"
    (record,) = score(lines({"text": text, "article": ARTICLE}), "--explain").records
    spans = [r for r in record["reasons"] if r["attribute"] == "hostility"]
    assert spans
    assert all(text[r["start"] : r["end"]] == r["text"] for r in spans)
    assert spans[0]["text"] == "ＩＤІOТ"
    assert [r for r in record["reasons"] if r["attribute"] == "off_topic"]


def test_a_parent_is_found_by_its_id(score: Command, lines: Lines) -> None:
    found = score(
        lines(
            {"id": 1, "text": "The bridge needs new bearings"},
            {"id": 2, "text": "Which bearings?", "parent_id": 1},
            {"id": 3, "text": "No such parent", "parent_id": 99},
            {"id": 4, "text": "Which bearings?", "parent": "The bridge needs new bearings"},
        )
    )
    values = [record["off_topic"] for record in found.records]
    assert values[0] is values[2] is None
    assert values[1] == values[3] is not None


def test_an_article_of_its_own_by_id_or_for_all(
    score: Command, lines: Lines, tmp_path: Path
) -> None:
    shelf = lines(ARTICLE, {"id": 8, "title": "Numbers for ids"}, name="articles.jsonl")
    rows = lines(
        {"text": "The swing bridge!", "article": ARTICLE},
        {"text": "The swing bridge!", "article_id": "bridge"},
        {"text": "Numbers", "article_id": 8},
        {"text": "The swing bridge!", "article_id": "none"},
        {"text": "The swing bridge!", "article_id": "none"},
    )
    found = score(rows, "--articles", shelf)
    values = [record["off_topic"] for record in found.records]
    assert values[0] == values[1] is not None
    assert values[2] is not None
    assert values[3] is values[4] is None
    assert found.status == 0
    (notice,) = found.told  # once an article
    assert f"{rows}:4:article_id" in notice
    assert "--articles" in notice
    assert score(rows, "--articles", shelf, "--quiet").err == ""
    for name, data in (
        ("a.json", json.dumps(ARTICLE, indent=2)),
        ("b.json", json.dumps(ARTICLE)),
        ("c.txt", "Kelmouth swing bridge shut\n\nThe swing bridge is shut until spring.\n"),
    ):
        (tmp_path / name).write_text(data)
        one = score("--text", "The swing bridge!", "--article", tmp_path / name)
        assert one.records[0]["off_topic"] is not None


@pytest.mark.parametrize("data", ["{}", '{"titel": "T"}', '{"title": 5}', '{"title": "', ""])
def test_an_article_that_is_none_is_one_clear_line(
    score: Command, tmp_path: Path, data: str
) -> None:
    (tmp_path / "a.json").write_text(data)
    found = score("--text", "x", "--article", tmp_path / "a.json")
    assert (found.status, found.out) == (3, "")
    assert len(found.told) == 1
    assert str(tmp_path / "a.json") in found.err


def test_an_unreadable_article_row_is_rejected_and_the_rest_goes_on(
    score: Command, lines: Lines
) -> None:
    shelf = lines({"title": "no id"}, ARTICLE, name="articles.jsonl")
    found = score(lines({"text": "x", "article_id": "bridge"}), "--articles", shelf)
    assert found.status == 1
    assert f"{shelf}:1:id" in found.err
    assert found.records[0]["off_topic"] is not None


def test_bad_rows_are_told_kept_and_the_rest_goes_on(score: Command, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(
        b'{"text": "fine"}\nnot json\n{"txt": "x"}\n{"text": " "}\n'
        b'{"text": "\xff"}\n{"text": "y"}\n'
    )
    out = tmp_path / "out.jsonl"
    found = score(path, "-o", out)
    assert found.status == 1
    assert found.out == ""
    assert [line.split(": ")[1] for line in found.told] == [
        f"{path}:2", f"{path}:3:text", f"{path}:4:text", f"{path}:5"
    ]  # fmt: skip
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["1", "6"]
    rejected = (tmp_path / "out.jsonl.rejected.jsonl").read_text().splitlines()
    kept = [json.loads(line) for line in rejected]
    assert [(r["file"], r["line"], r["kind"]) for r in kept] == [
        (str(path), line, "row") for line in (2, 3, 4, 5)
    ]
    assert all(r["reason"] for r in kept)


def test_many_bad_rows_do_not_flood_the_terminal(score: Command, lines: Lines) -> None:
    rows = lines(*[{"txt": "x"}] * 100, {"text": "x"})
    found = score(rows)
    assert found.status == 1
    assert len(found.told) == 6
    assert "100 rows rejected in all" in found.told[-1]
    one_each = [lines({"txt": "x"}, {"text": "x"}, name=f"{n}.jsonl") for n in range(30)]
    assert len(score(*one_each).told) == 21
    unusable = [f"none-{n}" for n in range(30)]
    found = score(rows, *unusable)
    assert found.told[-2:] == [
        "moderation: 100 rows rejected in all",
        "moderation: 30 inputs that cannot be used in all",
    ]


def test_a_file_of_bad_rows_only_cannot_be_used(score: Command, lines: Lines) -> None:
    found = score(lines(*[{"txt": "x"}] * 100), lines({"text": "x"}, name="good.jsonl"))
    assert found.status == 3
    assert len(found.records) == 1
    assert "not one of its 100 rows" in found.err
    assert found.told[-1] == "moderation: 100 rows rejected in all"


def test_one_unusable_input_of_several(score: Command, lines: Lines, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    good = lines({"text": "x", "id": "good"})
    found = score(tmp_path / "none.jsonl", tmp_path / "empty.jsonl", good)
    assert found.status == 3
    assert [record["id"] for record in found.records] == ["good"]
    assert len(found.told) == 2
    assert "no such file" in found.told[0]
    assert "is empty" in found.told[1]


CUT = gzip.compress(b'{"text": "x"}\n' * 9999, mtime=0)[:60]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("empty.jsonl", b"", "is empty"),
        ("empty.html", b"", "is empty"),
        ("binary.bin", bytes(range(256)) * 40, ""),
        ("zeros.txt", b"\x00" * 5000, ""),
        ("image.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, ""),
        ("page.html", b"<html><body><article><h1>T</h1><p>Only an article here.</p></article>"
         b"</body></html>", "no comment"),
        ("cut.jsonl.gz", CUT, "damaged compression"),
        ("fake.parquet", b"PAR1 and nothing more", "damaged Parquet"),
        ("spaces.jsonl", b"  \n\n", "no comment"),
    ],
)  # fmt: skip
def test_an_unusable_input_is_one_clear_line(
    score: Command, tmp_path: Path, name: str, data: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(data)
    found = score(tmp_path / name)
    assert found.status == 3
    assert told in found.err
    assert len(found.told) == 1
    if name != "spaces.jsonl":
        assert str(tmp_path / name) in found.err


def test_nothing_to_score_is_told_though_quiet(score: Command, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html><body><p>Only prose.</p></body></html>")
    found = score(tmp_path / "page.html", "--quiet")
    assert found.status == 3
    assert len(found.told) == 1


def test_a_broken_model_is_one_clear_line(run: Command, model_folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = Path(shutil.copytree(model_folder, tmp_path / "m"))
    weights = bytearray((copy / "weights.safetensors").read_bytes())
    weights[1000] ^= 1
    (copy / "weights.safetensors").write_bytes(weights)
    for folder in (copy, tmp_path / "none", tmp_path):
        found = run("score", "--text", "x", "--model", folder)
        assert (found.status, found.out) == (3, "")
        assert len(found.told) == 1
        assert str(folder) in found.err


def test_wrong_usage_has_status_2(score: Command, run: Command, tmp_path: Path) -> None:
    for arguments in (
        (),
        ("--text", "x", "--format", "table", "-o", tmp_path / "o"),
        ("--text", "x", "--format", "parquet"),
        ("--text", "x", "--format", "xml"),
        ("--text", "x", "-o", tmp_path / "no" / "folder.jsonl"),
        ("--text", "x", "-o", tmp_path),
        ("--text", "x", "-o", tmp_path / "out.tsv"),
        ("--no-such-option",),
    ):
        found = score(*arguments)
        assert found.status == 2, arguments
        assert found.out == ""
        assert found.told
    assert run("no-such-command").status == 2
    assert list(tmp_path.iterdir()) == []


def test_an_output_is_not_overwritten_without_force(score: Command, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    found = score("--text", "x", "-o", out)
    assert found.status == 2
    assert "--force" in found.err
    assert out.read_text() == "old"
    assert score("--text", "x", "-o", out, "--force").status == 0
    assert json.loads(out.read_text())["id"] == "1"


def test_an_output_appears_whole_or_not_at_all(
    score: Command, lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lines(*[{"text": f"x{n}", "id": n} for n in range(5)])
    original = Moderator.score_pairs

    def breaking(self, pairs):  # type: ignore[no-untyped-def]
        yield next(original(self, pairs))
        raise KeyboardInterrupt

    monkeypatch.setattr(Moderator, "score_pairs", breaking)
    found = score(path, "-o", tmp_path / "out.jsonl")
    assert found.status != 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl"]


def test_csv_and_parquet_hold_what_json_lines_hold(
    score: Command, lines: Lines, tmp_path: Path
) -> None:
    path = lines(
        {"text": "x\n=1+1", "note": "a,b"}, {"text": "The bridge", "article": ARTICLE, "note": "c"}
    )
    expected = score(path).records
    assert score(path, "-o", tmp_path / "o.csv").status == 0
    with (tmp_path / "o.csv").open(newline="") as stream:
        from_csv = list(csv.DictReader(stream))
    assert score(path, "-o", tmp_path / "o.parquet").status == 0
    from_parquet = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert from_parquet == expected
    for row, record in zip(from_csv, expected, strict=True):
        assert row["id"] == record["id"]
        assert float(row["hostility"]) == record["hostility"]
        assert row["off_topic"] == ("" if record["off_topic"] is None else str(record["off_topic"]))
    printed = score(path, "--format", "csv", "--explain")
    reasons = [json.loads(r["reasons"]) for r in csv.DictReader(io.StringIO(printed.out))]
    assert reasons == [record["reasons"] for record in score(path, "--explain").records]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_that_do_not_fit_one_table_are_one_clear_line(
    score: Command, lines: Lines, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"o.{suffix}"
    mixed = score(lines({"text": "x", "own": 1}, {"text": "y", "own": [1]}), "--keep", "-o", out)
    other = lines({"text": "x"}, {"text": "y", "own": 1}, name="b.jsonl")
    differing = score(other, "--keep", "-o", out, "--force")
    if suffix == "csv":
        assert (mixed.status, differing.status) == (0, 0)
        with out.open(newline="") as stream:
            assert [row["own"] for row in csv.DictReader(stream)] == ["", "1"]
        late = lines(*[{"text": "x"}] * 1001, {"text": "y", "own": 1}, name="c.jsonl")
        found = score(late, "--keep", "-o", out, "--force")
        assert found.status == 2
        assert len(found.told) == 1
    else:
        assert mixed.status == 2
        assert len(mixed.told) == 1
        assert differing.status == 0
        assert [row["own"] for row in pq.read_table(out).to_pylist()] == [None, 1]


def test_an_input_of_bad_rows_only_makes_an_empty_parquet(
    score: Command, lines: Lines, tmp_path: Path
) -> None:
    assert score(lines({"txt": "x"}), "-o", tmp_path / "o.parquet").status == 3
    assert pq.read_table(tmp_path / "o.parquet").num_rows == 0


def test_compressed_in_and_out(score: Command, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(b'{"text": "x", "id": "z"}\n'))
    assert score(tmp_path / "in.jsonl.gz", "-o", tmp_path / "out.jsonl.gz").status == 0
    assert json.loads(gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()))["id"] == "z"


def test_the_table_shows_actions_scores_and_words(score: Command, lines: Lines) -> None:
    rows = [{"text": row["text"], "id": row["id"], "author": "Ann"} for row in corpus.rows()[:6]]
    found = score(lines(*rows), "--format", "table")
    assert found.status == 0
    assert "6 comments:" in found.out
    assert "A person decides." in found.out
    assert "HOLD" in found.out or "REVIEW" in found.out
    assert "[idiot]" in found.out
    assert "Ann" in found.out


HOSTILE_TEXT = (
    "idiot \x1b[2J\x1b]0;owned\x07 \u202egnp.exe\u2066 \x9b31m \r\x08 \u2028 \U000e0041 x\x00y"
)
FORBIDDEN = set("\x1b\x07\x9b\r\x08\x00\u202e\u2066\u2028\u200f\U000e0041\u061c")


def test_no_comment_writes_on_the_terminal(score: Command, run: Command, lines: Lines,
                                           model_folder: Path, tmp_path: Path) -> None:  # fmt: skip
    row = {
        "text": HOSTILE_TEXT,
        "id": "i\x1b[1m",
        "author": "\u202eAnn\x1b",
        "article": {"id": "\x1b", "title": "T\x1b[0m", "text": HOSTILE_TEXT},
        "article_id": "\x1b[2J",
    }
    table = score(lines(row, {**row, "article": None}), "--format", "table")
    (tmp_path / "p\x1b[31m.html").write_text("")
    for found in (
        table,
        run("explain", "--text", HOSTILE_TEXT.replace("\x00", ""), "--model", model_folder),
        score(tmp_path / "p\x1b[31m.html"),
        run("check", lines({"text": "x", "hostil\x1b[2Jty": True, "id": "\x1b"}, name="l.jsonl")),
    ):
        assert not FORBIDDEN & set(found.out + found.err)
    assert "idiot" in table.out


def test_lone_surrogates_of_a_comment_can_be_written(score: Command, tmp_path: Path) -> None:
    found = score("--text", "you idiot \udcff", "--keep", "--explain")
    assert found.records[0]["text"] == "you idiot \ufffd"
    odd = tmp_path / "in\udcff.jsonl"
    odd.write_bytes(b'not json\n{"text": "x"}\n')
    assert score(odd, "-o", tmp_path / "o.jsonl").status == 1


def test_reasons_point_into_the_text_with_its_markup(score: Command, tmp_path: Path) -> None:
    text = "<p>You&#39;re a stupid <b>idiot</b>, Ann.</p>"
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"body": text}]))
    (found,) = score(path, "--column", "TEXT=body", "--explain", "--keep").records
    spans = [text[reason["start"] : reason["end"]] for reason in found["reasons"]]
    assert spans == [reason["text"] for reason in found["reasons"]]
    assert "idiot" in spans
    assert found["body"] == text


def test_a_column_of_no_field_is_refused(score: Command, lines: Lines) -> None:
    found = score(lines({"text": "x"}), "--column", "texts=body")
    assert found.status == 2
    assert "--column" in found.err
    assert "text" in found.err
