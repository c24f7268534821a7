"""Workbooks: rows with their numbers, sheets by name, dates, and workbooks made to do harm."""

from __future__ import annotations

import datetime
import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from containers import zipped
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from moderation.batch import Options, score_archive
from moderation.errors import InputError, ModerationError, RecordError
from moderation.sources import read_comments
from moderation.sources.comment_rows import Item, RowContext

ROWS: list[list[Any]] = [
    ["id", "author", "text", "published", None, "score"],
    [7, "Ada Quist", "You are an\nidiot.", datetime.datetime(2025, 1, 6, 8), "x", 1.5],
    [8.0, None, "Everybody but the mayor.", datetime.date(2025, 1, 7), None, True],
    [None] * 6,
    [9, "Cy", None, None, None, None],
    [10, "Di", "a_x000D_b <i>so</i> &amp; so", None, None, None],
]


def _book(*sheets: tuple[str, list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read(
    path: Path, data: bytes, sheet: str = "", **names: str
) -> tuple[list[Item], list[ModerationError]]:
    path.write_bytes(data)
    found = list(read_comments([path], RowContext(names=names, sheet=sheet)))
    items = [each for each in found if isinstance(each, Item)]
    return items, [each for each in found if isinstance(each, ModerationError)]


@pytest.mark.parametrize("name", ["sheet.xlsx", "sheet"])
def test_rows_are_read_with_their_numbers(tmp_path: Path, name: str) -> None:
    items, (error,) = _read(tmp_path / name, _book(("One", ROWS), ("Two", [])))
    comments = [item.comment for item in items]
    assert [(c.id, c.author, c.published) for c in comments] == [
        ("7", "Ada Quist", "2025-01-06T08:00:00"),
        ("8", None, "2025-01-07T00:00:00"),
        ("10", "Di", None),
    ]
    assert [c.text for c in comments][:2] == ["You are an\nidiot.", "Everybody but the mayor."]
    assert items[1].raw["score"] == "true"
    assert isinstance(error, RecordError)
    assert (error.line, error.field) == (5, "text")


def test_texts_that_are_html_are_scored_as_they_show(tmp_path: Path) -> None:
    rows = [["id", "text"], [1, "<p>You&#39;re <b>odd</b>.</p>"], [2, "<p>No.</p>"]]
    items, _ = _read(tmp_path / "a.xlsx", _book(("One", rows)))
    assert [item.comment.text.replace("\n", "") for item in items] == ["You're odd.", "No."]


def test_a_header_may_stand_below_a_blank_line_and_have_other_names(tmp_path: Path) -> None:
    rows = [[None], [None, "Nr", "Der Kommentar"], [None, 4, "x"], [None, 5, 6]]
    names = {"text": "Der Kommentar", "id": "Nr"}
    items, errors = _read(tmp_path / "a.xlsx", _book(("One", rows)), **names)
    assert [(item.comment.id, item.comment.text) for item in items] == [("4", "x"), ("5", "6")]
    assert not errors


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    book = _book(("Notes", [["a", "b"]]), ("All comments", ROWS), ("With a blank ", ROWS))
    for name in ("All comments", "With a blank "):
        items, _ = _read(tmp_path / "a.xlsx", book, name)
        assert len(items) == 3
    _, (error,) = _read(tmp_path / "a.xlsx", book, "Comments")
    assert "no such sheet, found Comments - its sheets: Notes, All comments, With a blank" in str(
        error
    )


def test_a_sheet_without_texts_names_its_columns(tmp_path: Path) -> None:
    _, (error,) = _read(tmp_path / "a.xlsx", _book(("One", [["nr", "body"], [1, "x"]])))
    assert isinstance(error, InputError)
    assert "its columns: nr, body; say --column text=NAME" in str(error)


@pytest.mark.parametrize("rows", [[], [[None]] * 300, [["text", "text"], ["a", "b"]]])
def test_a_sheet_without_a_usable_header_says_so(tmp_path: Path, rows: list[list[Any]]) -> None:
    _, (error,) = _read(tmp_path / "a.xlsx", _book(("One", rows)))
    assert isinstance(error, InputError)
    assert "header" in str(error) or "one name" in str(error)


def test_a_workbook_is_scored_in_parts(tmp_path: Path) -> None:
    rows = [["id", "text"], *([number, f"Number {number}."] for number in range(40))]
    (tmp_path / "a.xlsx").write_bytes(_book(("Notes", [["x"]]), ("C", rows)))
    (tmp_path / "b.zip").write_bytes(zipped({"a.xlsx": (tmp_path / "a.xlsx").read_bytes()}))
    for name in ("a.xlsx", "b.zip"):
        options = Options(part_rows=7, sheet="C", keep=True)
        summary = score_archive([tmp_path / name], tmp_path / f"{name}.jsonl", options)
        assert (summary.n_scored, summary.n_rejected) == (40, 0)
    one, other = (tmp_path / f"{name}.jsonl" for name in ("a.xlsx", "b.zip"))
    assert one.read_bytes() == other.read_bytes()


def _with(data: bytes, **replaced: bytes) -> bytes:
    """The workbook with other content in some of its parts; __ in a name is a slash."""
    names = {f"xl/{name.replace('__', '/')}.xml": body for name, body in replaced.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as given:
        parts = {info.filename: given.read(info) for info in given.infolist()}
    if "xl/sharedStrings.xml" in names:
        kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
        types = parts["[Content_Types].xml"].replace(b"</Types>", part)
        parts["[Content_Types].xml"] = types
    return zipped(parts | names)


SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'%s<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row>'
    b"%s</sheetData></worksheet>"
)
ROW = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c>%s</row>'


def test_texts_are_read_from_the_list_of_texts_that_excel_writes(tmp_path: Path) -> None:
    listed = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>text</t></si>'
        b"<si><r><t>You </t></r><r><rPr><b/></rPr><t>idiot.</t></r></si></sst>"
    )
    rows = (
        b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        b'<row r="2"><c r="A2" t="s"><v>1</v></c></row>'
        b'<row r="3"><c r="A3" t="s"><v>77</v></c></row>'
    )
    sheet = SHEET[: SHEET.index(b"<row")] % b"" + rows + b"</sheetData></worksheet>"
    data = _with(_book(("One", ROWS)), sharedStrings=listed, worksheets__sheet1=sheet)
    items, (error,) = _read(tmp_path / "a.xlsx", data)
    assert not items
    assert "damaged workbook" in str(error)
    data = _with(
        _book(("One", ROWS)), sharedStrings=listed, worksheets__sheet1=sheet.replace(b"77", b"1")
    )
    items, errors = _read(tmp_path / "a.xlsx", data)
    assert ([item.comment.text for item in items], errors) == (["You idiot."] * 2, [])


def test_a_sheet_of_claimed_size_costs_what_it_holds(tmp_path: Path) -> None:
    claimed = b'<dimension ref="A1:XFD1048576"/>'
    wide = b"".join(ROW % (n, n, b'<c r="XFD%d"><v>1</v></c>' % n) for n in range(2, 300))
    far = ROW % (200_000, 200_000, b"")
    sheet = SHEET % (claimed, wide + far)
    items, _ = _read(tmp_path / "a.xlsx", _with(_book(("One", ROWS)), worksheets__sheet1=sheet))
    assert len(items) == 299
    assert items[-1].raw == {"text": "x"}
    beyond = SHEET % (b"", far + ROW % (10**12, 10**12, b""))
    data = _with(_book(("One", ROWS)), worksheets__sheet1=beyond)
    items, (error,) = _read(tmp_path / "a.xlsx", data)
    assert "behind the last" in str(error)


def test_entities_do_not_expand(tmp_path: Path) -> None:
    grown = b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 40) for n in range(8))
    bomb = b'<!DOCTYPE x [<!ENTITY a "' + b"lol" * 3_000 + b'">' + grown + b"]>"
    sheet = bomb + SHEET % (b"", ROW.replace(b"<t>x", b"<t>&i;") % (2, 2, b""))
    items, (error,) = _read(
        tmp_path / "a.xlsx", _with(_book(("One", ROWS)), worksheets__sheet1=sheet)
    )
    assert not items
    assert "damaged workbook" in str(error)


def test_a_workbook_that_expands_to_too_much_is_refused(tmp_path: Path) -> None:
    blown = SHEET % (b"", b" " * 140_000_000)
    for part in ("worksheets__sheet1", "sharedStrings"):
        data = _with(_book(("One", ROWS)), **{part: blown})
        items, (error,) = _read(tmp_path / "a.xlsx", data)
        assert not items
        assert "expands to too much" in str(error)


def test_without_openpyxl_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    _, (error,) = _read(tmp_path / "a.xlsx", _book(("One", ROWS)))
    assert "pip install '.[xlsx]'" in str(error)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_mutated_workbooks_never_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    with zipfile.ZipFile(io.BytesIO(_book(("One", ROWS)))) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    body = bytearray(parts[name])
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 40)))
    body[start:end] = data.draw(st.sampled_from([b"", b"<", b"99999", b'"', b"&x;", b"</row>"]))
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(zipped(parts | {name: bytes(body)}))
    assert all(str(each) for each in read_comments([path]) if isinstance(each, ModerationError))
