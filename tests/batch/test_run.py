"""However the work is done, interrupted or spread, the bytes are the same; nothing is lost."""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archive_corpus import OPTIONS, Archive, as_csv, as_jsonl, files, rows
from packed import PACKED

from moderation.batch.archive import Backend, Options, Run, prepare, score_archive, scored
from moderation.batch.work import score_part
from moderation.errors import ModelError, UsageError
from moderation.model.moderator import Moderator
from moderation.sources.inputs import read_comments


def run(
    inputs: list[Path], output: Path | str, options: Options = OPTIONS, **more: Any
) -> dict[str, int]:
    summary = score_archive(inputs, output, options, **more)
    return {"scored": summary.n_scored, "rejected": summary.n_rejected}


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_parts_give_what_a_stream_gives(
    archive: Archive, model_folder: Path, moderator: Moderator, tmp_path: Path
) -> None:
    path = archive(300)
    assert run([path], tmp_path / "o.jsonl", model=model_folder)["scored"] == 300
    stream = read_comments([path], limits=OPTIONS.limits)
    together = list(scored(moderator, stream, OPTIONS.shape, lambda _: None))
    found = records(tmp_path / "o.jsonl")
    assert [record["id"] for record in found] == [f"c{n}" for n in range(300)]
    assert found == together
    assert sum(record["off_topic"] is not None for record in found) > 100
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", "o.jsonl"]


@pytest.mark.parametrize("fmt", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("shape", [{}, {"explain": True, "keep": True}])
def test_two_processes_give_the_same_bytes(
    archive: Archive, model_folder: Path, tmp_path: Path, fmt: str, shape: dict[str, bool]
) -> None:
    path = archive(200)
    options = msgspec.structs.replace(OPTIONS, format=fmt, **shape)
    for jobs in (1, 2):
        output = tmp_path / f"o{jobs}.{fmt}"
        run([path], output, options, model=model_folder, backend=Backend(jobs=jobs))
    assert (tmp_path / f"o1.{fmt}").read_bytes() == (tmp_path / f"o2.{fmt}").read_bytes()


@pytest.mark.parametrize(
    "name",
    ["csv", "tsv", "parquet", "csv.zst", "parquet.gz", *(f"jsonl{end}" for end in PACKED if end)],
)
def test_every_format_in_gives_the_same_records(
    archive: Archive, model_folder: Path, tmp_path: Path, name: str
) -> None:
    given = rows(200)
    plain = archive(200)
    path = tmp_path / f"in.{name}"
    fmt, _, packed = name.partition(".")
    if fmt == "parquet":
        every = [{"article": None, "parent_id": None, **row} for row in given]
        pq.write_table(pa.Table.from_pylist(every), tmp_path / "t", row_group_size=70)
        data = (tmp_path / "t").read_bytes()
    else:
        data = as_jsonl(given) if fmt == "jsonl" else as_csv(given, "," if fmt == "csv" else "\t")
    path.write_bytes(PACKED[path.suffix if packed else ""](data))
    # Lines of a table are no rows: there, only a single part is the same in both.
    options = Options(part_rows=40 if fmt in {"jsonl", "parquet"} else 1000)
    run([plain], tmp_path / "o.jsonl", options, model=model_folder)
    assert run([path], tmp_path / "o2.jsonl", options, model=model_folder)["rejected"] == 0
    assert records(tmp_path / "o2.jsonl") == records(tmp_path / "o.jsonl")


def test_a_folder_gets_one_file_an_input(
    archive: Archive, model_folder: Path, tmp_path: Path
) -> None:
    archive(100, "in/2020/a.jsonl")
    archive(50, "in/2021/b.jsonl", first=100)
    (tmp_path / "in/2021/bad.jsonl").write_bytes(b"not json\n" * 3)
    (tmp_path / "in/2021/picture.png").write_bytes(b"\x89PNG")
    out = tmp_path / "scored"
    summary = score_archive([tmp_path / "in"], f"{out}/", OPTIONS, model=model_folder)
    assert (summary.n_scored, summary.n_rejected) == (150, 3)
    assert ["not one of its 3 rows" in str(problem) for problem in summary.problems] == [True]
    assert sorted(files(out)) == [
        "2020/a.jsonl",
        "2021/b.jsonl",
        "2021/bad.jsonl",
        "2021/bad.jsonl.rejected.jsonl",
        "manifest.json",
    ]
    assert [r["id"] for r in records(out / "2021/b.jsonl")] == [f"c{n}" for n in range(100, 150)]
    again = score_archive([tmp_path / "in"], out, OPTIONS, model=model_folder, resume=True)
    assert again.n_scored == 0


def begun(path: Path, output: Path, model: Path, parts: int) -> Run:
    """A run that was killed after so many parts."""
    half = prepare([str(path)], str(output), OPTIONS, model=model)
    for _ in islice(half.perform(Backend()), parts):
        pass
    return half


@pytest.mark.parametrize("parts", [0, 1, 3, 8])
def test_a_run_goes_on_where_it_was_killed(
    archive: Archive, model_folder: Path, tmp_path: Path, parts: int
) -> None:
    path = archive(300)
    run([path], tmp_path / "whole.jsonl", model=model_folder)
    begun(path, tmp_path / "o.jsonl", model_folder, parts)
    assert not (tmp_path / "o.jsonl").exists()
    if parts:
        with pytest.raises(UsageError, match="unfinished"):
            run([path], tmp_path / "o.jsonl", model=model_folder)
        (tmp_path / "o.jsonl.parts/.00000-000007.jsonl.x").write_bytes(b"half a par")
    rest = prepare([str(path)], str(tmp_path / "o.jsonl"), OPTIONS, model=model_folder, resume=True)
    assert len(rest.plan.sources[0].parts) - len(rest.todo) == parts
    run([path], tmp_path / "o.jsonl", model=model_folder, resume=True)
    assert (tmp_path / "o.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert not (tmp_path / "o.jsonl.parts").exists()


def test_what_has_changed_is_noticed(
    archive: Archive, model_folder: Path, tmp_path: Path, trained: Any
) -> None:
    from moderation.model.artifact.folder import write_model

    path, out = archive(300), tmp_path / "o.jsonl"
    begun(path, out, model_folder, 2)
    other = tmp_path / "other"
    write_model(other, trained.manifest, trained.arrays, "# another card\n")
    with pytest.raises(UsageError, match="another model"):
        run([path], out, model=other, resume=True)
    with pytest.raises(UsageError, match="another explain"):
        run([path], out, Options(explain=True, part_rows=40, part_size=8192), model=model_folder,
            resume=True)  # fmt: skip
    with pytest.raises(UsageError, match="other inputs"):
        run([path, archive(5, "b.jsonl")], out, model=model_folder, resume=True)
    archive(301)
    with pytest.raises(UsageError, match="has changed since"):
        run([path], out, model=model_folder, resume=True)
    archive(300)
    assert run([path], out, model=model_folder, resume=True)["scored"] == 300


def test_a_worker_refuses_another_model_and_another_input(
    archive: Archive, model_folder: Path, tmp_path: Path
) -> None:
    path = archive(300)
    task = begun(path, tmp_path / "o.jsonl", model_folder, 1).todo[3]
    with pytest.raises(ModelError, match="not the model"):
        score_part(msgspec.structs.replace(task, model_digest="0"))
    path.write_bytes(path.read_bytes().replace(b"ferry", b"Ferry"))
    with pytest.raises(Exception, match="changed while"):
        score_part(task)
    with pytest.raises(Exception, match="changed while"):
        score_part(msgspec.structs.replace(task, source=_cut_short(task.source, tmp_path)))


def _cut_short(source: Any, tmp_path: Path) -> Any:
    (tmp_path / "short.jsonl").write_bytes(b"{}\n")
    return msgspec.structs.replace(source, path=str(tmp_path / "short.jsonl"))


def test_an_input_is_never_the_output(archive: Archive, model_folder: Path, tmp_path: Path) -> None:
    path = archive(10)
    before = path.read_bytes()
    link = tmp_path / "link.jsonl"
    link.symlink_to(path)
    for output in (path, link):
        with pytest.raises(UsageError, match="is an input"):
            run([path], output, model=model_folder, force=True)
    with pytest.raises(UsageError, match="is an input"):
        run([path], f"{tmp_path}/", model=model_folder, force=True)
    assert path.read_bytes() == before


def test_what_exists_is_overwritten_by_force_only(
    archive: Archive, model_folder: Path, tmp_path: Path
) -> None:
    path, out = archive(10), tmp_path / "out"
    run([path], f"{out}/", model=model_folder)
    before = files(out)
    with pytest.raises(UsageError, match="exists already"):
        run([path], out, model=model_folder)
    run([path], out, model=model_folder, force=True)
    assert files(out) == before


def test_what_is_overwritten_stays_until_the_new_is_whole(
    archive: Archive, model_folder: Path, tmp_path: Path
) -> None:
    for output in ("o.jsonl", "out/"):
        target = tmp_path / (output + "in.jsonl" if output.endswith("/") else output)
        run([archive(100)], f"{tmp_path}/{output}", model=model_folder)
        old = target.read_bytes()
        given = ([str(archive(300))], f"{tmp_path}/{output}", OPTIONS)
        new = prepare(*given, model=model_folder, force=True)
        for _ in islice(new.perform(Backend()), 3):
            pass
        assert target.read_bytes() == old
        run([archive(300)], f"{tmp_path}/{output}", model=model_folder, resume=True)
        assert len(records(target)) == 300


BAD = (
    b'{"text": "cut',
    b"not json",
    b"[1, 2]",
    b'{"txt": "x"}',
    b'{"text": 5}',
    b'{"text": null}',
    b'{"text": " \\t"}',
    b'{"text": "\xff\xfe"}',
    b'{"text": "x", "parent_id": {}}',
    b'{"text": "' + b"x" * 5000 + b'"}',
)


def test_ten_kinds_of_bad_rows_are_kept_and_all_others_scored(
    model_folder: Path, tmp_path: Path
) -> None:
    lines = as_jsonl(rows(400)).splitlines()
    places = random.Random(1).sample(range(400), 40)
    for number, place in enumerate(sorted(places)):
        lines[place] = BAD[number % len(BAD)]
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n".join(lines))
    options = msgspec.structs.replace(OPTIONS, longest=2000)
    assert run([path], tmp_path / "o.jsonl", options, model=model_folder) == {
        "scored": 360,
        "rejected": 40,
    }
    kept = records(tmp_path / "o.jsonl.rejected.jsonl")
    assert [(r["file"], r["line"]) for r in kept] == [(str(path), p + 1) for p in sorted(places)]
    assert all(r["reason"] and r["kind"] == "row" for r in kept)
    assert [r["id"] for r in records(tmp_path / "o.jsonl")] == [
        f"c{n}" for n in range(400) if n not in places
    ]


def test_a_line_of_any_length_is_passed_over(model_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"text": "a"}\n{"text": "' + b"x" * 20_000_000 + b'"}\n{"text": "b"}\n')
    assert run([path], tmp_path / "o.jsonl", model=model_folder) == {"scored": 2, "rejected": 1}
    (bad,) = records(tmp_path / "o.jsonl.rejected.jsonl")
    assert (bad["line"], bad["reason"]) == (2, "longer than 1,048,576 bytes")
    assert [r["id"] for r in records(tmp_path / "o.jsonl")] == ["1", "3"]


def test_pages_and_exports_are_inputs_like_any_other(model_folder: Path, tmp_path: Path) -> None:
    examples = Path(__file__).parents[2] / "examples"
    pages = [examples / "page.html", examples / "page.txt"]
    run(pages, f"{tmp_path}/out/", model=model_folder)
    assert sorted(files(tmp_path / "out")) == [
        "manifest.json",
        "page.html.jsonl",
        "page.txt.jsonl",
    ]
    assert records(tmp_path / "out/page.html.jsonl")[0]["page"] == str(pages[0])


def test_pages_and_rows_go_into_one_table(
    archive: Archive, model_folder: Path, tmp_path: Path
) -> None:
    page = Path(__file__).parents[2] / "examples" / "page.html"
    for fmt in ("csv", "parquet"):
        options = msgspec.structs.replace(OPTIONS, format=fmt)
        run([archive(50), page], tmp_path / f"o.{fmt}", options, model=model_folder)
    table = pq.read_table(tmp_path / "o.parquet")
    with (tmp_path / "o.csv").open(newline="") as stream:
        pages = [row["page"] for row in csv.DictReader(stream)]
    assert pages == [row["page"] or "" for row in table.to_pylist()]
    assert pages[:50] == [""] * 50
    assert set(pages[50:]) == {str(page)}


LEAD = """
import sys
from moderation.batch import Backend, Options, score_archive
given, output, model, jobs = sys.argv[1:]
options, backend = Options(part_rows=40, part_size=8192), Backend(jobs=int(jobs))
score_archive([given], output, options, model=model, backend=backend, resume=True)
"""


def lead(path: Path, output: Path, model: Path, jobs: int) -> subprocess.Popen[bytes]:
    """A run in a process of its own."""
    given = [sys.executable, "-c", LEAD, str(path), str(output), str(model), str(jobs)]
    return subprocess.Popen(given, stderr=subprocess.DEVNULL, start_new_session=True)


def parts(output: Path) -> int:
    return len(list(Path(f"{output}.parts").glob("*.report")))


def until_some(output: Path, wanted: int, process: subprocess.Popen[bytes]) -> None:
    while parts(output) < wanted and process.poll() is None:
        time.sleep(0.005)


def group(process: subprocess.Popen[bytes]) -> Iterator[int]:
    """Living processes of its session."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == process.pid and fields[0] != "Z":
            yield int(folder.name)


def test_killed_again_and_again_it_gives_the_same_bytes(
    archive: Archive, model_folder: Path, tmp_path: Path
) -> None:
    path, out = archive(4000), tmp_path / "o.jsonl"
    run([path], tmp_path / "whole.jsonl", model=model_folder)
    killed = 0
    for wanted in (1, 30, 55):
        process = lead(path, out, model_folder, 1)
        until_some(out, wanted, process)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
    assert killed
    assert lead(path, out, model_folder, 1).wait() == 0
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read from /proc")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_it_leaves_no_orphan_and_no_half_part(
    archive: Archive, model_folder: Path, tmp_path: Path, sent: int
) -> None:
    path, out = archive(6000), tmp_path / "o.jsonl"
    process = lead(path, out, model_folder, 2)
    until_some(out, 3, process)
    if sent == signal.SIGINT:
        os.killpg(process.pid, sent)  # as a terminal does
    else:
        process.send_signal(sent)
    assert process.wait() != 0
    for _ in range(2400):  # a busy machine lets workers finish late
        if not list(group(process)):
            break
        time.sleep(0.025)
    assert not list(group(process))
    names = {p.name for p in Path(f"{out}.parts").iterdir()}
    whole = {name for name in names if not name.startswith(".")}
    assert names == whole or sent == signal.SIGKILL
    for name in whole - {"manifest.json"}:
        data = Path(f"{out}.parts", name).read_bytes()
        assert data.endswith(b"\n")
    run([path], out, model=model_folder, resume=True)
    run([path], tmp_path / "whole.jsonl", model=model_folder)
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_files_may_lie_far_away(model_folder: Path) -> None:
    import fsspec

    store = fsspec.filesystem("memory")
    store.pipe_file("/in/a.jsonl", as_jsonl(rows(100)))
    store.pipe_file("/in/b.jsonl.gz", gzip.compress(as_jsonl(rows(100))))
    summary = score_archive(["memory://in/*"], "memory://out/", OPTIONS, model=model_folder)
    assert summary.n_scored == 200
    names = sorted(store.find("/out"))
    assert names == ["/out/a.jsonl", "/out/b.jsonl", "/out/manifest.json"]
    assert store.cat_file("/out/a.jsonl") == store.cat_file("/out/b.jsonl")
    with pytest.raises(UsageError, match="exists already"):
        score_archive(["memory://in/*"], "memory://out/", OPTIONS, model=model_folder)
    with pytest.raises(UsageError, match="is an input"):
        score_archive(["memory://in/a.jsonl"], "memory://in/", OPTIONS, model=model_folder)


def test_a_file_scheme_is_a_path(
    archive: Archive, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, here = archive(50), tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    score_archive([f"file://{path}"], f"file://{tmp_path}/o.jsonl", OPTIONS, model=model_folder)
    assert not list(here.iterdir())
    assert len(records(tmp_path / "o.jsonl")) == 50
