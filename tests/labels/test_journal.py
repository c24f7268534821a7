"""The file of answers: whole lines only, whatever happens to the process, the disk or the file."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from moderation.errors import Notice, RecordError, UsageError
from moderation.labels.journal.log import LONGEST_ROW, Journal, Log, encoded_row
from moderation.labels.labelled_files import LabelledRow, read_labelled

ROW = LabelledRow(id="c1", text="The bridge is shut.", hostility=False, annotator="anna")


def row(number: int, annotator: str = "anna") -> LabelledRow:
    return LabelledRow(
        id=f"c{number}", text=f"Comment {number}", hostility=True, annotator=annotator
    )


def test_a_row_stands_in_the_file_as_one_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "new" / "mine.jsonl")
    journal.append(ROW)
    (line,) = journal.path.read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "id": "c1",
        "text": "The bridge is shut.",
        "hostility": False,
        "off_topic": None,
        "annotator": "anna",
    }
    assert read_labelled([journal.path]).rows == (ROW,)


def test_every_row_is_on_the_disk_before_append_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "mine.jsonl")
    synced: list[int] = []

    def fsync(handle: int) -> None:
        synced.append(os.fstat(handle).st_size)

    monkeypatch.setattr(os, "fsync", fsync)
    for number in range(3):
        journal.append(row(number))
        assert synced[-1] == journal.path.stat().st_size
    assert len(synced) == 3 + 1  # and the folder, once


def test_a_new_name_is_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def watched(handle: int) -> None:
        state = os.fstat(handle)
        if stat.S_ISDIR(state.st_mode):
            synced.append(state.st_ino)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    Journal(tmp_path / "new" / "mine.jsonl").append(row(1))
    assert synced == [(tmp_path / "new").stat().st_ino, tmp_path.stat().st_ino]
    Journal(tmp_path / "new" / "mine.jsonl").append(row(2))
    assert len(synced) == 2


def test_without_an_answer_there_is_no_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "new" / "mine.jsonl")
    assert list(journal.unread()) == []
    journal.close()
    assert not (tmp_path / "new").exists()


def test_a_torn_last_line_is_set_aside_wherever_it_is_torn(tmp_path: Path) -> None:
    first, last = encoded_row(row(1)) + b"\n", encoded_row(row(2))
    for cut in range(1, len(last)):
        path = tmp_path / f"{cut}.jsonl"
        path.write_bytes(first + last[:cut])
        journal = Journal(path)
        journal.append(row(3))
        assert path.read_bytes() == first + encoded_row(row(3)) + b"\n"
        assert path.with_name(f"{path.name}.torn").read_bytes() == last[:cut] + b"\n"
        (notice,) = journal.problems
        assert isinstance(notice, Notice)
        assert "torn" in str(notice)
        journal.close()


def test_a_last_line_that_lacks_only_its_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(encoded_row(row(1)) + b"\n" + encoded_row(row(2)))
    journal = Journal(path)
    journal.append(row(3))
    assert list(journal.unread()) == [row(1), row(2), row(3)]
    assert journal.problems == []


def test_zeros_after_a_power_cut_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(encoded_row(row(1)) + b"\n" + bytes(200_000))
    journal = Journal(path)
    assert list(journal.unread()) == [row(1)]
    assert path.read_bytes() == encoded_row(row(1)) + b"\n"


def test_a_line_torn_by_another_is_set_aside_before_the_next(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "mine.jsonl")
    journal.append(row(1))
    with journal.path.open("ab") as stream:
        stream.write(b'{"id": "c2", "te')
    journal.append(row(3))
    assert [found.id for found in journal.unread()] == ["c1", "c3"]


def test_on_a_full_disk_nothing_of_the_line_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "mine.jsonl")
    journal.append(row(1))
    before = journal.path.read_bytes()
    write = os.write
    calls = iter([True, False])

    def full(handle: int, data: bytes) -> int:
        if next(calls):
            return write(handle, data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(UsageError, match="No space left"):
            journal.append(row(2))
    assert journal.path.read_bytes() == before
    journal.append(row(2))
    assert [found.id for found in journal.unread()] == ["c1", "c2"]


def test_what_another_adds_is_read_next_time(tmp_path: Path) -> None:
    mine, theirs = Journal(tmp_path / "both.jsonl"), Journal(tmp_path / "both.jsonl")
    theirs.append(row(1, "ben"))
    mine.append(row(2))
    assert list(mine.unread()) == [row(1, "ben"), row(2)]
    assert list(mine.unread()) == []
    theirs.append(row(3, "ben"))
    assert list(mine.unread()) == [row(3, "ben")]


def test_a_half_written_line_of_another_waits(tmp_path: Path) -> None:
    mine = Journal(tmp_path / "both.jsonl")
    mine.path.touch()
    line = encoded_row(row(1, "ben")) + b"\n"
    with mine.path.open("ab", buffering=0) as stream:
        stream.write(line[:20])
        assert list(mine.unread()) == []
        stream.write(line[20:])
    assert list(mine.unread()) == [row(1, "ben")]


def test_a_file_that_is_replaced_is_written_under_its_name(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "mine.jsonl")
    journal.append(row(1))
    assert list(journal.unread()) == [row(1)]
    other = tmp_path / "edited.jsonl"  # as an editor saves
    other.write_bytes(encoded_row(row(7)) + b"\n")
    other.replace(journal.path)
    journal.append(row(2))
    assert list(journal.unread()) == [row(7), row(2)]
    assert len(journal.path.read_bytes().splitlines()) == 2


_MANY = """
import sys
from moderation.labels.labelled_files import LabelledRow
from moderation.labels.journal.log import Journal
journal = Journal(sys.argv[1])
for i in range(100):
    row = LabelledRow(id=f"c{i}", text=f"Comment {i}", hostility=True, annotator=sys.argv[2])
    journal.append(row)
"""


def test_several_processes_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "both.jsonl"
    names = ("anna", "ben", "cleo")
    writers = [subprocess.Popen([sys.executable, "-c", _MANY, path, name]) for name in names]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    found = read_labelled([path])
    assert not found.rejected
    for name in names:
        mine = [each for each in found.rows if each.annotator == name]
        assert mine == [row(number, name) for number in range(100)]


def test_lines_of_others_that_are_no_rows_stay_and_are_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    lines = [encoded_row(row(1)), b'{"text": "no answer"}', b"", b"[1]", b'{"hostility": 3}']
    path.write_bytes(b"\n".join(lines) + b"\n")
    journal = Journal(path)
    assert list(journal.unread()) == [row(1)]
    assert [(type(each), each.line) for each in journal.problems] == [
        (RecordError, 2),
        (RecordError, 4),
        (RecordError, 5),
    ]
    assert path.read_bytes().startswith(b"\n".join(lines))


@pytest.mark.parametrize("name", ["mine.csv", "mine.jsonl.gz", "mine"])
def test_only_json_lines_grow(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="JSON Lines"):
        Journal(tmp_path / name)


def test_the_input_is_not_taken_for_the_output(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": "1", "text": "no answers here"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="holds no labelled rows"):
        Journal(path)


def test_a_folder_and_a_forbidden_place_are_told(tmp_path: Path) -> None:
    (tmp_path / "is.jsonl").mkdir()
    with pytest.raises(UsageError, match="no ordinary file"):
        Journal(tmp_path / "is.jsonl")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        Log(tmp_path / "file" / "mine.jsonl")


def test_a_lone_surrogate_is_replaced(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "mine.jsonl")
    journal.append(LabelledRow(text="odd \ud800", hostility=True, note="\udfff"))
    (found,) = journal.unread()
    assert (found.text, found.note) == ("odd \ufffd", "\ufffd")


def test_a_row_too_long_to_be_read_again_is_not_written(tmp_path: Path) -> None:
    log = Log(tmp_path / "mine.jsonl")
    log.append(b"x" * LONGEST_ROW)
    with pytest.raises(UsageError, match="cannot be kept"):
        log.append(b"x" * (LONGEST_ROW + 1))
    assert [len(line) for _, line in log.unread()] == [LONGEST_ROW]
    log.close()


def test_a_lone_surrogate_in_any_field_is_replaced() -> None:
    hostile = LabelledRow(id="c\ud800", text="\udc80", hostility=True, annotator="a\udcff")
    found = json.loads(encoded_row(hostile))
    assert (found["id"], found["text"], found["annotator"]) == ("c\ufffd", "\ufffd", "a\ufffd")
