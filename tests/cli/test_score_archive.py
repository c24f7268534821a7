"""``moderation score`` over files: folders, several processes, resuming, limits."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import Command

from moderation.batch import run as archive_run
from moderation.batch.work import score_part
from moderation.cli.progress import ProgressLine

Lines = Callable[..., Path]

ROWS = [{"id": f"c{n}", "text": f"comment {n}, you idiot" * (n % 3 + 1)} for n in range(50)]


def test_many_inputs_into_a_folder(score: Command, lines: Lines, tmp_path: Path) -> None:
    lines(*ROWS, name="a.jsonl")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"text": "x"}\nbad\n'))
    out = tmp_path / "scored"
    found = score(tmp_path / "*.jsonl*", "-o", f"{out}/", "--jobs", "2")
    assert found.status == 1
    assert f"{tmp_path}/b.jsonl.gz:2" in found.err
    assert sorted(p.name for p in out.iterdir()) == [
        "a.jsonl", "b.jsonl", "b.jsonl.rejected.jsonl", "manifest.json"
    ]  # fmt: skip
    assert len((out / "a.jsonl").read_text().splitlines()) == 50
    assert score(tmp_path / "*.jsonl*", "-o", f"{out}/").status == 2
    again = score(tmp_path / "*.jsonl*", "-o", out, "--resume")
    assert again.status == 0
    assert "complete" in again.err


def test_many_inputs_into_one_file_without_an_ending_are_told_of(
    score: Command, lines: Lines, tmp_path: Path
) -> None:
    two, out = (lines(*ROWS, name="a.jsonl"), lines(*ROWS, name="b.jsonl")), tmp_path / "scored"
    found = score(*two, "-o", out)
    assert found.status == 0
    assert found.told == [
        f"moderation: {out}: is one file, of all 2 inputs - -o {out}/ writes one for each"
    ]
    assert len(out.read_text().splitlines()) == 100
    assert score(*two, "-o", out, "--force", "--quiet").told == []
    assert score(two[0], "-o", tmp_path / "of-one").told == []
    assert score(*two, "-o", tmp_path / "named.jsonl").told == []
    assert score(*two, "-o", f"{tmp_path}/folder/").told == []


def test_every_run_ends_with_its_counts(score: Command, lines: Lines, tmp_path: Path) -> None:
    path, out = lines(*ROWS, *({"text": "Thank you"} for _ in range(150))), tmp_path / "o.jsonl"
    counts = "moderation: 200 comments: 50 hold, 0 review, 150 publish (25.0% for a person to read)"
    for more in ((), ("--format", "csv"), ("--jobs", "2"), ("--stream",)):
        assert score(path, *more).counts == [counts]
    assert score("-", stdin=path.read_bytes()).counts == [counts]
    assert score(path, "-o", out).counts == [f"{counts}, written to {out}"]
    assert score(path, "-o", out, "--force", "--quiet").err == ""


def test_what_only_leaves_out_is_counted(score: Command, lines: Lines, tmp_path: Path) -> None:
    path, out = lines({"text": "Thank you"}, *ROWS), tmp_path / "o.jsonl"
    for more in (("-o", out), ("--jobs", "2"), ("--sort", "hostility")):
        found = score(path, *more, "--only", "hold,review")
        assert found.status == 0
        (told,) = found.counts
        assert "51 comments: 50 hold, 0 review, 1 publish" in told
        assert "; 1 left out by --only hold,review" in told
    assert len(out.read_text().splitlines()) == 50
    none = score(path, "--only", "review", "-o", tmp_path / "none.jsonl")
    assert (none.status, (tmp_path / "none.jsonl").read_text()) == (0, "")
    assert score(path, "--only", "reject").status == 2


def test_a_run_that_could_not_begin_leaves_nothing_behind(
    score: Command, run: Command, tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_text("body\nThank you\n")
    page, out = tmp_path / "empty.html", tmp_path / "out"
    page.write_text("<html><body></body></html>")
    out.mkdir()
    for target in (out / "o.jsonl", f"{out}/"):
        found = score(tmp_path / "in.csv", "-o", target)
        assert found.status == 3
        assert "no column text" in found.err
        assert list(out.iterdir()) == []
    assert score("-", "-o", out / "o.jsonl", stdin=page.read_bytes()).status == 3
    assert run("separate", tmp_path / "in.csv", "-o", out / "s.jsonl").status == 3
    assert run("import", tmp_path / "in.csv", "-o", out / "i.jsonl").status == 3
    assert list(out.iterdir()) == []
    assert score(tmp_path / "in.csv", "-o", out / "o.jsonl", "--column", "text=body").status == 0


def test_all_ways_give_the_same_bytes(score: Command, lines: Lines, tmp_path: Path) -> None:
    path = lines(*ROWS)
    expected = score(path).out
    assert score(path, "--jobs", "2").out == expected
    assert score("-", stdin=path.read_bytes()).out == expected
    assert score("-", "--jobs", "2", stdin=path.read_bytes()).out == expected
    for more in ((), ("--jobs", "2")):
        assert score(path, "-o", tmp_path / "o.jsonl", "--force", *more).status == 0
        assert (tmp_path / "o.jsonl").read_text() == expected
    assert score("-", "-o", f"{tmp_path}/out/", stdin=path.read_bytes()).status == 0
    assert (tmp_path / "out" / "stdin.jsonl").read_text() == expected


def test_standard_input_keeps_its_name_in_addresses(score: Command) -> None:
    found = score("-", "--jobs", "2", stdin=b'{"text": "x"}\nbad\n')
    assert found.status == 1
    assert found.told[0].startswith("moderation: -:2: not a line of JSON")


def test_resume_after_an_interruption(
    score: Command, lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = lines(*ROWS), tmp_path / "o.jsonl"
    expected = score(path).out
    original = score_part
    n = 0

    def breaking(task: Any) -> Any:
        nonlocal n
        n += 1
        if n == 2:
            raise KeyboardInterrupt
        return original(task)

    other = lines(*ROWS[:20], name="b.jsonl")
    with path.open("a") as rows:
        rows.write("not JSON\n" * 9)
    monkeypatch.setattr(archive_run, "score_part", breaking)
    found = score(path, other, "-o", out)
    assert found.status == 130
    assert "--resume" in found.err
    assert not out.exists()
    assert score(path, other, "-o", out).status == 2
    n = 2
    assert score(path, other, "-o", out, "--resume", "--explain").status == 2
    resumed = score(path, other, "-o", out, "--resume")
    assert resumed.status == 1
    assert "9 rows rejected in all" in resumed.err  # by the run that was interrupted
    assert "70 comments" in resumed.counts[0]
    assert out.read_text() == expected + score(other).out
    again = score(path, other, "-o", out, "--resume")
    assert again.status == 0
    assert "complete" in again.err


def test_only_files_are_resumed(score: Command, lines: Lines, tmp_path: Path) -> None:
    for arguments in (("--text", "x"), ("-", "-o", tmp_path / "o.jsonl"), (lines(*ROWS),)):
        assert score(*arguments, "--resume").status == 2
    assert score("--text", "x", "-o", f"{tmp_path}/").status == 2
    assert score(lines(*ROWS), "--dask", "tcp://127.0.0.1:9").status == 2


def test_an_input_is_never_overwritten(score: Command, lines: Lines) -> None:
    path = lines(*ROWS)
    before = path.read_bytes()
    for more in ((), ("--text", "x")):
        found = score(path, "-o", path, "--force", *more)
        assert found.status == 2
        assert "is an input" in found.err
    assert path.read_bytes() == before


def test_a_longer_line_is_rejected_with_its_address(score: Command, lines: Lines) -> None:
    path = lines({"text": "short"}, {"text": "x" * 300})
    found = score(path, "--max-line", "200")
    assert found.status == 1
    assert f"{path}:2: longer than 200 bytes" in found.err
    assert score(path).status == 0


def test_random_bytes_are_told_in_a_few_lines(score: Command, tmp_path: Path) -> None:
    path, out = tmp_path / "r.jsonl", tmp_path / "o.jsonl"
    path.write_bytes(bytes((n * 7919) % 256 for n in range(20_000)))
    found = score(path, "-o", out)
    assert found.status == 3
    assert len(found.told) <= 8
    kept = Path(f"{out}.rejected.jsonl").read_text().splitlines()
    assert len(kept) > 50
    assert json.loads(kept[-1])["kind"] == "input"


def test_what_csv_keeps_of_an_article_is_read_back(
    score: Command, lines: Lines, tmp_path: Path
) -> None:
    article = {"id": "b", "title": "Bridge", "text": "The swing bridge is shut."}
    path = lines(
        {"text": "The bridge!", "note": "n"}, {"text": "x", "article": article, "tags": ["a", 1]}
    )
    out = tmp_path / "o.csv"
    assert score(path, "--keep", "-o", out).status == 0
    (one, two) = csv.DictReader(io.StringIO(out.read_text()))
    assert two["article.title"] == "Bridge"
    assert two["tags"] == '["a",1]'
    assert one["note"] == "n"
    again = score(out)
    assert again.status == 0
    assert [r["off_topic"] for r in again.records] == [r["off_topic"] for r in score(path).records]


def test_a_table_holds_every_text_as_it_was(score: Command, lines: Lines, tmp_path: Path) -> None:
    texts = ["=1+1", "+1", "-", "@who", "'=x", "''+", "\t=x", "\ufeff=x", "a\r\n=b", '="x"']
    path = lines(*[{"id": f"={n}", "text": text} for n, text in enumerate(texts)])
    assert score(path, "--keep", "-o", tmp_path / "o.csv").status == 0
    assert score(tmp_path / "o.csv", "--keep", "-o", tmp_path / "again.jsonl").status == 0
    again = [json.loads(line) for line in (tmp_path / "again.jsonl").read_bytes().splitlines()]
    assert [(row["id"], row["text"]) for row in again] == [
        (f"={n}", text) for n, text in enumerate(texts)
    ]


def test_an_article_beside_a_page_is_told_of(score: Command, tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "examples" / "page.html"
    (tmp_path / "a.txt").write_text("A title\n\nAnother article altogether, with a sentence.\n")
    found = score(page, "--article", tmp_path / "a.txt")
    assert found.status == 0
    assert "article of its own" in found.err


def test_progress_shows_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = ProgressLine(1000, 800)
    progress.add(4000, 200)
    assert progress.line(10.0) == " 40%  4,000 comments  400/s  0:30 left"
    assert capsys.readouterr().err == ""  # no terminal
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with ProgressLine(1000, 1000) as shown:
        shown.add(10, 500)
    drawn = capsys.readouterr().err
    assert " 50%  10 comments" in drawn
    assert drawn.endswith("\r\x1b[K")
    with ProgressLine(1000, 1000, quiet=True) as silent:
        silent.add(10, 500)
    assert capsys.readouterr().err == ""


def test_a_thread_is_the_same_by_name_and_by_standard_input(score: Command, lines: Lines) -> None:
    # Two rows more of one article than --stream takes at once: too few for a thread.
    rows = [{"text": f"The ferry should stay {n}.", "article_id": "a"} for n in range(502)]
    path = lines(*rows)
    by_name = score(path).out
    assert score("-", stdin=path.read_bytes()).out == by_name
    streamed = score("-", "--stream", stdin=path.read_bytes())
    nulls = [row["off_topic"] is None for row in streamed.records]
    assert nulls == [False] * 500 + [True] * 2
