"""Record files: every format and compression, damage with its address, outputs whole or not."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packed import PACKED

from moderation.errors import InputError, RecordError, UsageError
from moderation.files.reading import (
    LONGEST_LINE,
    Row,
    format_of,
    open_binary,
    read_bytes,
    read_records,
    sniff_format,
)
from moderation.files.writing.atomic import without_surrogates, write_atomically
from moderation.labels.formats import ImportedTask, Wording, read_labels


class _Note(msgspec.Struct, frozen=True):
    text: str
    id: str | int | None = None
    stars: float | None = None
    article: dict[str, str] | None = None


ROWS: list[dict[str, Any]] = [
    {"text": "first, with a comma", "id": "a"},
    {"text": 'second "quoted"\nand on two lines', "id": "b", "stars": 0.5},
    {"text": "dritte – größer 👍", "id": "c"},
]


def _csv(separator: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["text", "id", "stars"], delimiter=separator)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode()


def _parquet() -> bytes:
    out = io.BytesIO()
    rows = [{"text": r["text"], "id": r["id"], "stars": r.get("stars")} for r in ROWS]
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


CONTENTS: dict[str, Callable[[], bytes]] = {
    "jsonl": lambda: "".join(json.dumps(row) + "\n" for row in ROWS).encode(),
    "csv": lambda: _csv(","),
    "tsv": lambda: _csv("\t"),
    "parquet": _parquet,
}


def _read(
    path: Path, type_: type[Any] = _Note, fmt: str | None = None, longest: int = LONGEST_LINE
) -> list[Any]:
    with open_binary(path) as stream:
        fmt = fmt or format_of(path) or sniff_format(stream.peek(4096))
        assert fmt is not None
        return list(read_records(stream, fmt, type_, name=str(path), longest=longest))


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("fmt", CONTENTS)
def test_every_format_plain_and_compressed(tmp_path: Path, fmt: str, packed: str) -> None:
    data = PACKED[packed](CONTENTS[fmt]())
    rows = _read(_write(tmp_path / f"rows.{fmt}{packed}", data))
    assert [msgspec.structs.asdict(row.record) for row in rows] == [
        {"stars": None, "article": None, **row} for row in ROWS
    ]
    assert _read(_write(tmp_path / "anonymous", data)) == rows  # known by its content, too


@pytest.mark.parametrize(
    ("name", "fmt"),
    [
        ("a.jsonl", "jsonl"), ("a.NDJSON", "jsonl"), ("a.csv.gz", "csv"), ("a.b.tsv.zst", "tsv"),
        ("a.parquet", "parquet"), ("a.gz", None), ("a.html", None), ("a", None), (".csv", None),
    ],
)  # fmt: skip
def test_formats_by_name(name: str, fmt: str | None) -> None:
    assert format_of(name) == fmt


@pytest.mark.parametrize(
    ("head", "fmt"),
    [
        (b'{"text": "x"}', "jsonl"),
        (b'\xef\xbb\xbf\n {"text": "x"}', "jsonl"),
        (b"{\n", "jsonl"),
        (b"id,text,author\n", "csv"),
        (b'"id","text"\r\n', "csv"),
        (b"id\ttext\n", "tsv"),
        (b"PAR1...", "parquet"),
        (b"<html>", None),
        (b"{curly prose", None),
        (b"A headline, with text, and more\n", None),
        (b"", None),
        (b"\x00\x01\x02", None),
    ],
)
def test_formats_by_content(head: bytes, fmt: str | None) -> None:
    assert sniff_format(head) == fmt


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("fmt", ["jsonl", "csv"])
def test_bom_and_line_ends(tmp_path: Path, fmt: str, bom: bytes, end: bytes) -> None:
    lines = {"jsonl": [b'{"text": "x"}', b'{"text": "y"}'], "csv": [b"text,id", b"x,1", b"y,2"]}
    rows = _read(_write(tmp_path / f"r.{fmt}", bom + end.join(lines[fmt]) + end))
    assert [row.record.text for row in rows] == ["x", "y"]


def test_blank_lines_are_passed_over_and_counted(tmp_path: Path) -> None:
    rows = _read(_write(tmp_path / "r.jsonl", b'\n{"text": "x"}\n\n  \n{"text": "y"}'))
    assert [row.line for row in rows] == [2, 5]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"not json", "not a line of JSON"),
        (b'{"text": "\xff"}', "not a line of JSON"),
        (b'{"text": "\xed\xa0\x80"}', "not a line of JSON"),
        (b'{"text": "x"', "not a line of JSON"),
        (b"\x00\x00\x00", "not a line of JSON"),
        (b"[" * 100_000, "not a line of JSON"),
        (b'["text"]', "a row must be a JSON object"),
        (b"3", "a row must be a JSON object"),
        (b"{}", "required field is missing"),
        (b'{"text": 5}', "Expected str"),
        (b'{"text": null}', "Expected str"),
        (b'{"text": "x", "stars": "many"}', "Expected float"),
    ],
)
def test_a_bad_line_is_rejected_and_the_rest_goes_on(
    tmp_path: Path, line: bytes, what: str
) -> None:
    path = _write(tmp_path / "r.jsonl", b'{"text": "x"}\n' + line + b'\n{"text": "y"}\n')
    first, bad, last = _read(path)
    assert (first.record.text, last.record.text, last.line) == ("x", "y", 3)
    assert isinstance(bad, RecordError)
    assert what in bad.what
    assert (bad.path, bad.line, bad.exit_status) == (str(path), 2, 1)
    assert "\n" not in str(bad)
    assert len(str(bad)) < 400


def test_nul_in_a_text_is_a_character_like_any_other(tmp_path: Path) -> None:
    json_rows = _read(_write(tmp_path / "r.jsonl", b'{"text": "a\\u0000b"}'))
    csv_rows = _read(_write(tmp_path / "r.csv", b"text\na\x00b\n"))
    assert [row.record.text for row in json_rows + csv_rows] == ["a\x00b"] * 2


def test_an_overlong_line_is_rejected(tmp_path: Path) -> None:
    long = b'{"text": "' + b"x" * 100 + b'"}'
    for tail in (b'\n{"text": "y"}\n', b""):
        bad, *rest = _read(_write(tmp_path / "r.jsonl", long + tail), longest=40)
        assert isinstance(bad, RecordError)
        assert "longer than 40 bytes" in bad.what
        assert bad.line == 1
        assert [(row.line, row.record.text) for row in rest] == ([(2, "y")] if tail else [])


def test_an_overlong_csv_field_is_rejected(tmp_path: Path) -> None:
    data = b"text\n" + b"x" * 100 + b"\ny\n"
    bad, good = _read(_write(tmp_path / "r.csv", data), longest=40)
    assert isinstance(bad, RecordError)
    assert bad.line == 2
    assert good.record.text == "y"


def test_lines_after_quoted_newlines_keep_their_numbers(tmp_path: Path) -> None:
    data = b'text,id\n"one\ntwo\n\nthree",a\nplain,b\nshort\n"x""y",d\n'
    rows = _read(_write(tmp_path / "r.csv", data))
    assert [(row.line, row.record.id) for row in rows if isinstance(row, Row)] == [
        (2, "a"), (6, "b"), (8, "d")
    ]  # fmt: skip
    bad = rows[2]
    assert (bad.line, bad.got) == (7, "1 columns")


@pytest.mark.parametrize(
    "row", [b'"open, and never closed\n', b'"x"y",1\n', b"one,two,three\n", b"\xff\n"]
)
def test_a_bad_csv_row_is_rejected(tmp_path: Path, row: bytes) -> None:
    rows = _read(_write(tmp_path / "r.csv", b"text,id\nfine,0\n" + row))
    assert rows[0].record.text == "fine"
    assert isinstance(rows[1], RecordError)
    assert rows[1].line == 3


def test_cells_are_read_as_their_field_wants(tmp_path: Path) -> None:
    row = _read(_write(tmp_path / "r.csv", b"text,id,stars,article.title\n12,007,0.5,T\n"))[0]
    assert row.record == _Note(text="12", id="007", stars=0.5, article={"title": "T"})
    empty = _read(_write(tmp_path / "r.csv", b"text,id,stars,article.title\nx,,,\n"))[0]
    assert empty.record == _Note(text="x")


def test_columns_that_exclude_each_other_are_an_error(tmp_path: Path) -> None:
    found = _read(_write(tmp_path / "r.csv", b"text,article,article.title\nx,y,z\n"))
    assert isinstance(found[0], RecordError)


def test_bytes_of_a_table_that_are_not_utf_8_are_windows_1252(tmp_path: Path) -> None:
    cells = "text,Über\n".encode("cp1252") + b"caf\xe9 caf\xc3\xa9,y\n"
    (row,) = _read(_write(tmp_path / "r.csv", cells))
    assert row.raw == {"text": "café café", "Über": "y"}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_separator_will_do(tmp_path: Path, separator: str) -> None:
    lines = (
        f"id{separator}text\n7{separator}one, two\n"
        if separator != ","
        else 'id,text\n7,"one, two"\n'
    )
    (row,) = _read(_write(tmp_path / "r.csv", lines.encode()))
    assert row.record == _Note(text="one, two", id="7")


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"text,id\n"])
def test_a_csv_without_rows_has_none(tmp_path: Path, data: bytes) -> None:
    assert _read(_write(tmp_path / "r.csv", data)) == []


@pytest.mark.parametrize("packed", [".gz", ".zst"])
def test_truncated_compression_is_one_clear_error(tmp_path: Path, packed: str) -> None:
    plain = b"".join(b'{"text": "%d"}\n' % number for number in range(50_000))
    data = PACKED[packed](plain)
    for cut in (len(data) // 2, len(data) - 3, 20):
        path = _write(tmp_path / f"r.jsonl{packed}", data[:cut])
        with pytest.raises(InputError, match="damaged compression") as caught:
            _read(path)
        assert caught.value.path == str(path)
        assert caught.value.exit_status == 3


@pytest.mark.parametrize("packed", [".gz", ".zst"])
def test_damaged_compression_is_one_clear_error(tmp_path: Path, packed: str) -> None:
    data = bytearray(PACKED[packed](os.urandom(1000) + b"x" * 50_000))
    for place in range(12, len(data), 97):
        damaged = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        path = _write(tmp_path / f"r.jsonl{packed}", bytes(damaged))
        with suppress(InputError):  # Zstandard without a checksum may not notice
            read_bytes(path)
    _write(path, bytes(data[:4]) + b"\x00" * 30)
    with pytest.raises(InputError, match="damaged compression"):
        read_bytes(path)


@pytest.mark.parametrize("packed", [".gz", ".zst"])
def test_several_compressed_parts_are_one_file(tmp_path: Path, packed: str) -> None:
    data = PACKED[packed](b'{"text": "x"}\n') + PACKED[packed](b'{"text": "y"}\n')
    rows = _read(_write(tmp_path / f"r.jsonl{packed}", data))
    assert [row.record.text for row in rows] == ["x", "y"]


def test_a_damaged_parquet_file_is_one_clear_error(tmp_path: Path) -> None:
    data = _parquet()
    for damaged in (data[:-10], data[:50] + b"\xff" * 200 + data[250:], b"PAR1" + b"x" * 90):
        with pytest.raises(InputError, match="damaged Parquet"):
            _read(_write(tmp_path / "r.parquet", damaged))


def test_parquet_dates_are_text_and_nulls_are_missing(tmp_path: Path) -> None:
    class Dated(msgspec.Struct):
        text: str
        published: str | None = None

    when = datetime(2026, 1, 2, 3, 4, 5)
    rows = [{"text": "x", "published": when}, {"text": None, "published": None}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "r.parquet")
    good, bad = _read(tmp_path / "r.parquet", Dated)
    assert good.record.published == "2026-01-02T03:04:05"
    assert isinstance(bad, RecordError)
    assert (bad.line, bad.field) == (2, "text")


def test_raw_fields_are_carried_beside_the_record(tmp_path: Path) -> None:
    data = b'{"text": "x", "own": {"deep": [1, null]}, "big": 123456789012345678901234567890}'
    row = _read(_write(tmp_path / "r.jsonl", data))[0]
    assert row.raw["own"] == {"deep": [1, None]}
    csv_row = _read(_write(tmp_path / "r.csv", b"text,own,empty\nx,1,\n"))[0]
    assert csv_row.raw == {"text": "x", "own": "1", "empty": None}


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    for path, what in (
        (tmp_path / "none", "no such file"),
        (tmp_path, "is a folder"),
        (tmp_path / ("x" * 300), "cannot be opened"),
    ):
        with pytest.raises(InputError, match=what) as caught, open_binary(path):
            pass
        assert caught.value.path == str(path)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"text": st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=20)}
        ),
        max_size=5,
    )
)
def test_csv_and_jsonl_hold_the_same(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["text", "id"], quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows({**row, "id": "i"} for row in rows)
    from_csv = _read(_write(tmp_path / "r.csv", out.getvalue().encode()))
    lines = "".join(json.dumps({**row, "id": "i"}) + "\n" for row in rows)
    from_jsonl = _read(_write(tmp_path / "r.jsonl", lines.encode()))
    assert [r.record for r in from_csv] == [r.record for r in from_jsonl]
    assert [r.record.text for r in from_csv] == [row["text"] for row in rows]


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_an_output_appears_whole_and_reads_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.jsonl{suffix}"
    with write_atomically(path) as stream:
        stream.write(b"one\n")
        assert not path.exists()
        stream.write(b"two\n")
    assert read_bytes(path) == b"one\ntwo\n"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    first = path.read_bytes()
    with write_atomically(path, force=True) as stream:
        stream.write(b"one\n")
        stream.write(b"two\n")
    assert path.read_bytes() == first


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
@pytest.mark.parametrize("force", [False, True])
def test_a_crash_in_the_block_leaves_what_was(tmp_path: Path, suffix: str, force: bool) -> None:
    path = tmp_path / f"out{suffix}"
    if force:
        path.write_bytes(b"old")

    def write() -> None:
        with write_atomically(path, force=force) as stream:
            stream.write(b"half")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        write()
    assert [p.name for p in tmp_path.iterdir()] == ([path.name] if force else [])
    assert not force or path.read_bytes() == b"old"


def test_an_existing_output_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "out", b"old")
    with pytest.raises(UsageError, match="exists already") as caught, write_atomically(path):
        pass
    assert caught.value.exit_status == 2
    assert caught.value.hint is not None
    assert "--force" in caught.value.hint
    assert path.read_bytes() == b"old"


def test_an_output_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "out"

    def write() -> None:
        with write_atomically(path) as stream:
            stream.write(b"mine")
            path.write_bytes(b"theirs")

    with pytest.raises(UsageError, match="exists already"):
        write()
    assert path.read_bytes() == b"theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_output_needs_a_folder_and_is_no_folder_or_device(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"), write_atomically(tmp_path / "a/b"):
        pass
    for path in (tmp_path, Path(os.devnull)):
        with (
            pytest.raises(UsageError, match="no ordinary file"),
            write_atomically(path, force=True),
        ):
            pass
    assert Path(os.devnull).is_char_device()


def test_an_output_has_the_permissions_of_any_file(tmp_path: Path) -> None:
    with write_atomically(tmp_path / "out") as stream:
        stream.write(b"x")
    (tmp_path / "other").write_bytes(b"x")
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_surrogates_are_replaced_one_for_one() -> None:
    assert without_surrogates("a\ud800b\udfff👍") == "a\ufffdb\ufffd👍"


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_disk_that_takes_no_more_is_named(tmp_path: Path, suffix: str) -> None:
    resource = pytest.importorskip("resource", reason="Windows has no limits of a process")
    target = tmp_path / f"out.jsonl{suffix}"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OSError, match="large") as caught, write_atomically(target) as stream:
            stream.write(os.urandom(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.filename == str(target)
    assert list(tmp_path.iterdir()) == []


def test_the_longest_field_of_csv_is_the_process_s_own_again(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    path = tmp_path / "t.csv"
    path.write_text("text,hostility\n" + "x" * 300_000 + ",1\n" + "y,0\n" * 3)
    for row in _read(path):
        assert isinstance(row, Row)
        assert csv.field_size_limit() == before
    for _ in read_labels(path, "csv", ImportedTask(Wording({}))):
        assert csv.field_size_limit() == before
    assert csv.field_size_limit() == before
