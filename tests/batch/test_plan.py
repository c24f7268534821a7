"""What there is to do follows from inputs, options and model, and is written down."""

from __future__ import annotations

import gzip
from pathlib import Path

import msgspec
import pytest
from archive_corpus import OPTIONS, Archive, as_csv, as_jsonl, rows
from hypothesis import given
from hypothesis import strategies as st
from packed import PACKED

from moderation.batch.plan import Options, Plan, make_plan, output_names
from moderation.errors import UsageError

MODEL = ("tiny@0", "0")


def plan(*paths: Path, options: Options = OPTIONS) -> Plan:
    return make_plan([str(p) for p in paths], [f"{p}.out" for p in paths], options, MODEL)


@pytest.mark.parametrize("fmt", ["jsonl", "csv", "tsv"])
@pytest.mark.parametrize("packed", PACKED)
def test_parts_cover_an_input_without_gap(tmp_path: Path, fmt: str, packed: str) -> None:
    given = rows(300)
    data = as_jsonl(given) if fmt == "jsonl" else as_csv(given, "," if fmt == "csv" else "\t")
    path = tmp_path / f"in.{fmt}{packed}"
    path.write_bytes(PACKED[packed](data))
    (source,) = plan(path).sources
    assert source.problem is None
    assert len(source.parts) > 5
    at = 0 if fmt == "jsonl" else data.index(b"\n") + 1
    assert source.parts[0].offset == at
    for part in source.parts:
        assert part.offset == at
        assert part.line == data.count(b"\n", 0, at) + 1
        at += part.size
        assert data[at - 1 : at] == b"\n"
    assert at == len(data)


def test_a_manifest_is_read_back(archive: Archive) -> None:
    made = plan(archive(100), options=msgspec.structs.replace(OPTIONS, format="csv", keep=True))
    assert msgspec.json.decode(made.encoded(), type=Plan) == made
    assert made.sources[0].digest.startswith("sha256:")
    assert made.sources[0].columns is not None
    assert "article.title" in made.sources[0].columns


def test_the_same_input_gives_the_same_plan_and_another_gives_another(archive: Archive) -> None:
    path = archive(100)
    before = plan(path)
    assert plan(path) == before
    path.write_bytes(path.read_bytes().replace(b"idiot", b"angel", 1))
    assert plan(path) != before


def test_an_input_that_cannot_be_used_stands_in_the_plan(tmp_path: Path) -> None:
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(as_jsonl(rows(900)))[:2000])
    (tmp_path / "empty.jsonl").write_bytes(b"")
    missing, empty, cut = plan(
        tmp_path / "none", tmp_path / "empty.jsonl", tmp_path / "cut.jsonl.gz"
    ).sources
    assert missing.problem is not None
    assert "no such file" in missing.problem["reason"]
    assert empty.problem is not None
    assert not missing.parts
    assert not empty.parts
    assert cut.problem is not None
    assert "damaged compression" in cut.problem["reason"]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (["in.jsonl.gz"], ["in"]),
        (["x/a.jsonl", "x/b.csv.zst"], ["a", "b"]),
        (["x/2020/a.jsonl", "x/2021/a.jsonl"], ["2020/a", "2021/a"]),
        (["x/a.jsonl", "x/a.csv"], ["a.jsonl", "a.csv"]),
        (["s3://b/x/a.parquet", "s3://b/y.html"], ["x/a", "y"]),
        (["-"], ["stdin"]),
        (["dump.of.coral"], ["dump.of.coral"]),
    ],
)
def test_outputs_are_named_as_their_inputs(inputs: list[str], expected: list[str]) -> None:
    assert output_names(inputs, "out", "csv") == [f"out/{name}.csv" for name in expected]
    assert output_names(inputs[:1], "s3://b/o/", "csv")[0].startswith("s3://b/o/")


def test_an_input_named_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="twice"):
        output_names(["a.jsonl", "a.jsonl"], "out", "jsonl")


@given(st.lists(st.sampled_from([b"x,y\n", b'"a\nb",c\n', b'p","q\n', b"\n", b'",', b"r\r\n"])))
def test_any_table_is_cut_without_gap(tmp_path: Path, pieces: list[bytes]) -> None:
    path = tmp_path / "in.csv"
    data = b"text,id\n" + b"".join(pieces)
    path.write_bytes(data)
    small = Options(part_rows=2, part_size=16, longest=32)
    (source,) = plan(path, options=small).sources
    at = 8
    for part in source.parts:
        assert part.offset == at
        assert part.size > 0
        at += part.size
    assert at == len(data)
