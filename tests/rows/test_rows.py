"""Blocks of rows: whole rows only, each decodable alone, nothing lost behind a bad one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from time import process_time
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import InputError, RecordError
from moderation.files.rows import (
    BlockLimits,
    ParquetRows,
    ParsedBlock,
    RowBlock,
    RowLayout,
    cut,
    decode,
    layout_of,
)
from moderation.files.rows import delimited as tables
from moderation.files.rows.blocks import Row


class _Note(msgspec.Struct, frozen=True):
    text: str
    id: str | None = None


def blocks(data: bytes, fmt: str, limits: BlockLimits) -> list[RowBlock]:
    stream: Any = io.BufferedReader(io.BytesIO(data))
    layout, head = layout_of(stream, fmt, {"text"}, "f")
    return list(cut(stream, layout, head, limits, "f"))


def read(data: bytes, fmt: str, limits: BlockLimits | None = None) -> list[Any]:
    limits = limits or BlockLimits()
    stream: Any = io.BufferedReader(io.BytesIO(data))
    layout, head = layout_of(stream, fmt, {"text"}, "f")
    reading = ParsedBlock(_Note, "f", longest=limits.longest)
    return [
        row for b in cut(stream, layout, head, limits, "f") for row in decode(b, layout, reading)
    ]


def texts(found: list[Any]) -> list[str]:
    return [row.record.text for row in found if isinstance(row, Row)]


def wrong(found: list[Any]) -> list[int | None]:
    return [row.line for row in found if isinstance(row, RecordError)]


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1)),
    st.integers(1, 5),
    st.integers(8, 200),
)
def test_however_a_file_is_cut_its_rows_are_the_same(
    given_texts: list[str], rows: int, size: int
) -> None:
    lines = "".join(json.dumps({"text": t}, ensure_ascii=False) + "\n" for t in given_texts)
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([["text", "id"], *([t + '\n"x"', "i"] for t in given_texts)])
    table = out.getvalue().encode()
    limits = BlockLimits(rows, size)
    assert texts(read(lines.encode(), "jsonl", limits)) == given_texts
    found = read(table, "csv", limits)
    assert texts(found) == [f'{t}\n"x"' for t in given_texts]
    assert [row.line for row in found] == [2 + 2 * n for n in range(len(given_texts))]


def test_a_line_no_block_can_hold_is_passed_over() -> None:
    long = b'{"text": "' + b"x" * 900 + b'"}\n'
    data = b'{"text": "a"}\n' + long * 2 + b'{"text": "b"}\n' + long[:-1]
    for size in (20, 100, 5000):
        found = read(data, "jsonl", BlockLimits(2, size, 100))
        assert texts(found) == ["a", "b"]
        assert wrong(found) == [2, 3, 5]
    parts = blocks(data, "jsonl", BlockLimits(2, 20, 100))
    assert sum(block.size for block in parts) == len(data)
    assert max(len(block.data) for block in parts if isinstance(block.data, bytes)) <= 101


def test_a_quote_that_is_not_closed_costs_one_row() -> None:
    data = b'text,id\nfine,1\n"open,2\nfine,3\nfine,4\n"two\nlines",5\n5" pipe,6\n"x"y,7\nfine,8\n'
    found = read(data, "csv")
    assert [row.record.id for row in found if isinstance(row, Row)] == [
        "1",
        "3",
        "4",
        "5",
        "6",
        "8",
    ]
    assert wrong(found) == [3, 9]
    last = read(b'text,id\n"open,1\nfine,2\nfine,3\n', "csv")
    assert (texts(last), wrong(last)) == (["fine", "fine"], [2])


def test_a_table_of_quotes_is_read_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    n_read = 0
    original = tables._Lines.__next__

    def counting(self: Any) -> str:
        nonlocal n_read
        n_read += 1
        return original(self)

    monkeypatch.setattr(tables._Lines, "__next__", counting)
    counts = []
    for n in (2_000, 8_000):
        n_read = 0
        assert read(b"text,id\n" + b'a","b\n' * n, "csv", BlockLimits(rows=1000, longest=4000))
        counts.append(n_read / n)
    assert counts[1] < 1.5 * counts[0] < 60


def test_old_line_ends_are_read() -> None:
    assert texts(read(b"text,id\rone,1\rtwo,2\r", "csv")) == ["one", "two"]
    assert texts(read(b'text,id\r\n"one\r\nx",1\r\ntwo,2\r\n', "csv")) == ["one\r\nx", "two"]


@pytest.mark.parametrize("header", [b"id,name\n", b"text,text\n", b"\xff;name\n"])
def test_a_header_without_use_is_an_error(header: bytes) -> None:
    with pytest.raises(InputError):
        read(header + b"x,y\n", "csv")


@pytest.mark.parametrize(
    ("header", "fmt", "hint"),
    [
        (b"id;comment\n", "csv", "it names: id, comment"),
        (b"id\tcomment\n", "csv", "it names: id, comment"),
        (b"id,comment\n", "tsv", "it names: id, comment"),
        (b"Id,Comment\n", "csv", "it names: Id, Comment"),
        (b"What a day, you fool!\n", "csv", "it names: a name of 10 characters, a name"),
    ],
)
def test_a_header_without_the_text_is_told_what_is_there(
    header: bytes, fmt: str, hint: str
) -> None:
    with pytest.raises(InputError, match=hint):
        read(header + b"x\n", fmt)


def test_rows_of_parquet_by_number() -> None:
    out = io.BytesIO()
    table = pa.table({"text": [f"t{n}" for n in range(100)]})
    pq.write_table(table, out, row_group_size=30)
    rows = ParquetRows(out, "f")
    for start, count in ((0, 10), (10, 50), (25, 1), (90, 20), (0, 100), (99, 1)):
        found = [row["text"] for row in rows.read(start, count)]
        assert found == [f"t{n}" for n in range(start, min(100, start + count))]
    parts = list(rows.blocks(BlockLimits(rows=40)))
    assert [(block.offset, block.size) for block in parts] == [(0, 40), (40, 40), (80, 20)]


def test_long_rows_of_parquet_make_small_blocks() -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"text": ["x" * 1000 + str(n) for n in range(100)]}), out,
                   use_dictionary=False, compression="none")  # fmt: skip
    sizes = [block.size for block in ParquetRows(out, "f").blocks(BlockLimits(size=10_000))]
    assert sum(sizes) == 100
    assert max(sizes) <= 10


def _processor_seconds(header: bytes) -> float:
    begun = process_time()
    with pytest.raises(InputError):
        layout_of(io.BytesIO(header), "csv", {"text"}, "wide.csv")  # type: ignore[arg-type]
    return process_time() - begun


@pytest.mark.parametrize(
    "header",
    [
        lambda n: b",".join(b"c%d" % i for i in range(n)) + b"\n",
        lambda n: b'"' + b"\n" * n,
        lambda n: b'"a""\n' * n,
    ],
    ids=["columns", "lines", "quotes"],
)
def test_a_wide_or_long_header_takes_linear_time(header: Callable[[int], bytes]) -> None:
    def growth() -> float:
        return _processor_seconds(header(60_000)) / max(2e-3, _processor_seconds(header(30_000)))

    assert any(growth() <= 2.6 for _ in range(5))


def test_of_many_fields_some_are_named() -> None:
    class Given(msgspec.Struct):
        text: str

    row = json.dumps(dict.fromkeys(f"field{i}" for i in range(5_000))).encode() + b"\n"
    (error,) = decode(
        RowBlock(1, 0, len(row), row),
        RowLayout("jsonl"),
        ParsedBlock(Given, "x"),
    )
    assert isinstance(error, RecordError)
    assert len(str(error)) < 400
