"""What files forget: rows go, other rows keep their bytes, and nothing is replaced by halves."""

from __future__ import annotations

import gzip
import json
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from moderation.desk.forgetting import (
    ForgetRule,
    Traces,
    files_in,
    forget_in_file,
    gather_from_file,
)
from moderation.desk.forgetting.in_files import FileFindings
from moderation.desk.forgetting.traces import GAP
from moderation.errors import InputError, Notice
from moderation.labels import LabelledRow, read_labelled
from moderation.labels.journal import Journal

NAME = "Tomasz Wielki"
WORDS = "Nobody who rents a flat here asked for another stadium."
BY_NAME = ForgetRule(author=NAME)


def forget(
    path: Path,
    rule: ForgetRule = BY_NAME,
    *,
    texts: dict[str, str] | None = None,
    write: bool = True,
) -> FileFindings:
    """Look and take out, as the command does; `texts` were found in a store, with their ids."""
    traces = Traces(rule)
    for id_, text in (texts or {"c1": WORDS}).items():
        traces.add(text, id_)
    gather_from_file(path, traces)
    return forget_in_file(path, traces, "iven", write=write)


def written(path: Path, *rows: object, end: str = "\n") -> Path:
    path.write_bytes("".join(json.dumps(row) + end for row in rows).encode())
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_go_and_others_keep_their_bytes(tmp_path: Path, end: str) -> None:
    lines = [
        '{"id":"c0",  "text" : "Fine.", "hostility":false}',
        "",
        json.dumps({"id": "c1", "text": WORDS, "hostility": True, "annotator": "mara"}),
        json.dumps({"id": "c2", "text": "No.", "parent": WORDS, "parent_id": "c1"}),
        '{"id":"ü", "text": "Str\\u00e4\\u00dfe 1e5", "n": 1.50, "off_topic":null}',
    ]  # fmt: skip
    path = tmp_path / "mine.jsonl"
    path.write_bytes(end.join(lines).encode())
    found = forget(path)
    assert (found.rows, found.others, found.problems) == (1, 1, ())
    assert found.answers == {"hostility true": 1}
    reply = json.dumps({"id": "c2", "text": "No.", "parent": None, "parent_id": None})
    assert path.read_bytes() == end.join([lines[0], "", reply, lines[4]]).encode()
    (line,) = (tmp_path / "mine.jsonl.forgotten").read_text().splitlines()
    record = json.loads(line)
    assert (record["by"], record["rule"], record["rows"]) == ("iven", "author", 1)
    assert record["answers"] == {"hostility true": 1}
    assert WORDS not in line
    assert NAME not in line


@pytest.mark.parametrize(
    "row",
    [
        {"id": "1", "text": WORDS, "parent": WORDS},
        {"text": "x", "id": 3, "parent": WORDS, "ü": "ä"},
    ],
)
@pytest.mark.parametrize("ascii_", [True, False])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_a_changed_row_is_written_as_it_was(
    tmp_path: Path, row: dict[str, object], separators: tuple[str, str], ascii_: bool
) -> None:
    path = tmp_path / "a.jsonl"
    row = row | {"author": "Somebody else"}

    def line(row: dict[str, object]) -> bytes:
        return json.dumps(row, ensure_ascii=ascii_, separators=separators).encode() + b"\n"

    path.write_bytes(line(row))
    forget(path)
    assert path.read_bytes() == line(row | {"parent": None})


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("head", ["", "\ufeff", "sep=,\n"])
def test_tables_keep_their_quotes_and_lines(tmp_path: Path, end: str, head: str) -> None:
    rows = [
        "id,author,text,parent,hostility",
        '"c0","Ann","Two\nlines, and a ""quote""","",false',
        f"c1,{NAME},{WORDS},,true",
        f'"c2","Ann","Why?","{WORDS}","0"',
        "c3,Ann,Fine.,,",
        f"c4,Ann,Another. {WORDS},,",
    ]
    path = tmp_path / "rows.csv"
    path.write_bytes((head + end.join(rows) + end).encode())
    found = forget(path, texts={"other": "A text that has nothing to do with it."})
    assert (found.rows, found.others) == (1, 2)
    rows[3] = '"c2","Ann","Why?","","0"'
    rows[5] = "c4,Ann,Another. […],,"
    del rows[2]
    assert path.read_bytes().decode() == head + end.join(rows) + end


def test_words_go_from_threads_and_nested_fields(tmp_path: Path) -> None:
    row = {
        "id": "c7",
        "text": f'As he wrote, "{WORDS}" - and he is wrong.',
        "author": "Ann",
        "thread": ["First!", WORDS, "Last."],
        "parent": {"author": {"name": NAME}, "text": f"{WORDS} Really."},
        "in_reply_to_user": NAME,
        "article": {"title": NAME, "text": "An article about him."},
        "annotator": NAME,
        "note": f"{NAME} again",
    }
    path = written(tmp_path / "a.jsonl", row)
    assert forget(path).others == 1
    assert json.loads(path.read_bytes()) == {
        "id": "c7",
        "text": 'As he wrote, "[…]" - and he is wrong.',
        "author": "Ann",
        "thread": ["First!", "Last."],
        "parent": {"author": {"name": None}, "text": "[…] Really."},
        "in_reply_to_user": None,
        "article": {"title": NAME, "text": "An article about him."},
        "annotator": NAME,
        "note": None,
    }


def test_rows_are_found_by_the_ids_that_desk_and_service_give(tmp_path: Path) -> None:
    ids = ["c1", "c1-0123abcd", "c1:0123456789ab", 1, "c11", "c1-2", "c1:0123456789AB"]
    rows = [{"id": id_, "text": "Yes.", "hostility": True} for id_ in ids]
    path = written(tmp_path / "a.jsonl", *rows)
    assert forget(path, ForgetRule(id="c1")).rows == 3
    # A short text is everybody's: found in a store, it needs its id, too.
    path = written(tmp_path / "a.jsonl", *rows, {"id": "c2", "text": "Yes.", "hostility": False})
    assert forget(path, texts={"c2": "Yes."}).rows == 1
    long_ = {"id": "other", "text": WORDS, "hostility": True}
    path = written(tmp_path / "a.jsonl", *rows, long_, long_ | {"author": "Ann"})
    assert forget(path).rows == 1


def test_short_texts_and_cells_of_other_meaning_stay(tmp_path: Path) -> None:
    row = {"id": "c2", "text": "true", "hostility": "true", "decision": "publish", "parent": "true"}
    path = written(tmp_path / "a.jsonl", row, {"id": "c1", "text": "publish", "hostility": True})
    found = forget(path, texts={"c1": "true", "c9": "publish"})
    assert (found.rows, found.others) == (0, 0)


def test_a_look_writes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", {"id": "c1", "text": WORDS, "hostility": True})
    before = path.read_bytes()
    assert forget(path, write=False).rows == 1
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_file_of_which_nothing_is_left_is_still_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", {"id": "c1", "text": WORDS, "hostility": True})
    other = written(tmp_path / "b.jsonl", {"id": "c2", "text": "Fine.", "hostility": False})
    assert forget(path).is_empty
    assert path.read_bytes() == b"\n"
    assert [row.id for row in read_labelled([tmp_path]).rows] == ["c2"]
    forget(other)
    assert other.exists()


def test_a_file_keeps_its_permissions_and_a_link_leads_to_the_new_one(tmp_path: Path) -> None:
    real = written(tmp_path / "real.jsonl", {"id": "c1", "text": WORDS}, {"id": "c2", "text": "x"})
    real.chmod(0o600)
    link = tmp_path / "link.jsonl"
    link.symlink_to(real)
    forget(link)
    assert link.is_symlink()
    assert WORDS not in real.read_text()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_a_compressed_file_stays_compressed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps({"id": "c1", "text": WORDS}).encode() + b"\n{}\n"))
    forget(path)
    assert gzip.decompress(path.read_bytes()) == b"{}\n"


def test_what_cannot_be_read_stays_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    deep = b'{"id":"c9","text":"x","more":' + b"[" * 600 + b"]" * 600 + b"}\n"
    good = json.dumps({"id": "c1", "text": WORDS}).encode() + b"\n"
    path.write_bytes(b'{"id": "c1", "te\n[1]\n\xff\xfe\n' + b"[" * 100_000 + b"\n" + deep + good)
    found = forget(path)
    assert found.rows == 1
    assert [problem.line for problem in found.problems][:4] == [1, 2, 3, 4]
    assert path.read_bytes().startswith(b'{"id": "c1", "te\n[1]\n')
    table = tmp_path / "a.csv"
    table.write_text(f"id,text\nc1\nc1,{WORDS}\n")
    found = forget(table)
    assert (found.rows, [problem.line for problem in found.problems]) == (1, [2])


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("a.csv", b'id,text\nc1,"never closed\nc2,x\n', 2),
        ("a.csv", b"id,text\nc1,\xff\n", 2),
        ("a.csv", b"id,text\n" + b'c1,"' + b"x\n" * 2**20, 2),
        ("a.jsonl", b'{"text":"' + b"x" * 2**20 + b'"}\n', 1),
        ("a.parquet", b"PAR1", None),
        ("a.txt", b"Some notes.", None),
    ],
)
def test_a_file_that_cannot_be_cut_is_refused_and_stays(
    tmp_path: Path, name: str, data: bytes, line: int | None
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        forget(path)
    assert caught.value.line == line
    assert path.read_bytes() == data


def test_folders_are_searched_below_and_articles_are_not(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    for name in ("a.jsonl", "more/b.csv", "articles.jsonl", "notes.txt", "a.jsonl.forgotten"):
        (tmp_path / name).write_text("x")
    found = [str(path.relative_to(tmp_path)) for path in files_in(tmp_path)]
    assert found == ["a.jsonl", "more/b.csv"]
    with pytest.raises(InputError, match="no such file"):
        list(files_in(tmp_path / "missing"))


def test_other_names_of_a_file_are_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", {"id": "c1", "text": WORDS})
    os.link(path, tmp_path / "b.txt")
    (tmp_path / "a.jsonl.torn").write_text('{"id": "c1", "te')
    notices = [each for each in forget(path, write=False).problems if isinstance(each, Notice)]
    assert ["another name" in each.what for each in notices] == [True, False]
    assert "power cut" in notices[1].what


def test_journals_go_on_in_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    first = Journal(path)
    first.append(LabelledRow(id="c1", text=WORDS, hostility=True))
    looked = threading.Event()

    def answer(who: int) -> None:
        journal = Journal(path)
        for n in range(20):
            journal.append(LabelledRow(id=f"c{who}-{n}", text="Fine.", hostility=False))
            looked.wait(0.005)
        journal.close()

    threads = [threading.Thread(target=answer, args=(who,)) for who in (2, 3)]
    for thread in threads:
        thread.start()
    assert forget(path).rows == 1
    looked.set()
    for thread in threads:
        thread.join()
    first.append(LabelledRow(id="c4", text="Fine.", hostility=False))
    first.close()
    # A file of which no row is left at that moment holds an empty line.
    ids = [json.loads(line)["id"] for line in path.read_text().splitlines() if line]
    assert sorted(ids) == sorted(["c4", *(f"c{who}-{n}" for who in (2, 3) for n in range(20))])


def test_a_raid_is_forgotten_in_time_linear_in_its_texts() -> None:
    """Texts that begin alike are found by their length, and not compared one by one."""

    def seconds(n: int) -> float:
        traces = Traces(ForgetRule(author="Ann"))
        for number in range(n):
            traces.add(f"Stop the ferry before it is too late, number {number:06}.")
        texts = [f'"Stop the ferry before it is too late, number {k:06}." No.' for k in range(n)]
        begun = time.process_time()
        assert {traces.without(text) for text in texts} == {f'"{GAP}" No.'}
        return time.process_time() - begun

    assert seconds(8_000) < 6 * max(seconds(2_000), 0.01)
