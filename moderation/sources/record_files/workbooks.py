"""Read the sheet of a workbook (xlsx) as rows of JSON Lines, one line for each of its rows."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

import msgspec

from moderation.errors import InputError
from moderation.files.archives import ZIP_FAULTS, seekable

#: The most bytes of a workbook's list of texts, which is held in memory, and of a sheet.
_LONGEST_TEXTS = 128 * 2**20
_LONGEST_SHEET = 4 * 2**30
#: How many times their packed size the parts of a workbook may have: tables shrink to a fiftieth.
_MOST_RATIO = 300
_SMALL = 64 * 2**20
#: The most columns of a table, the most rows of any sheet, and the most rows above its header.
_MOST_COLUMNS = 1_000
_MOST_ROWS = 2**20
_ABOVE = 100

_CHUNK = 1 << 16

#: How a workbook writes a character that XML does not allow.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FAULTS = (*ZIP_FAULTS, ParseError, TypeError, AttributeError, ArithmeticError)


def workbook_lines(stream: io.BufferedReader, sheet: str, name: str) -> Iterator[bytes]:
    """Yield the lines of a sheet, many at once: one for each row, that of the header empty.

    The first row with a text in it is the header. Every cell becomes text; a date as in ISO 8601.

    Parameters
    ----------
    stream
        The workbook.
    sheet
        The name of the sheet; empty for the first.
    name
        The file's name, for errors.

    Raises
    ------
    InputError
        If it cannot be read, has no such sheet, or expands to too much.
    """
    with seekable(stream, name) as file:
        try:
            lines: list[bytes] = []
            size = 0
            for line in _lines(file, sheet, name):
                lines.append(line)
                size += len(line)
                if size >= _CHUNK:
                    yield b"".join(lines)
                    lines, size = [], 0
            yield b"".join(lines)
        except _FAULTS as error:
            hint = "save it again, or save the sheet as CSV"
            got = f"{type(error).__name__}: {str(error)[:100]}"
            raise InputError("a damaged workbook", path=name, got=got, hint=hint) from None


def _lines(file: BinaryIO, sheet: str, name: str) -> Iterator[bytes]:
    try:
        import openpyxl
    except ImportError:
        hint = "pip install '.[xlsx]', in moderation's folder, or save it as CSV"
        raise InputError("xlsx needs openpyxl", path=name, hint=hint) from None
    _refuse_bomb(file, name)
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        table = _sheet(book, sheet, name)
        table.reset_dimensions()  # A workbook may claim any size.
        yield from _rows(table, name)
    finally:
        book.close()


def _sheet(book: Any, sheet: str, name: str) -> Any:
    names = [each.title for each in book.worksheets]
    if not names:
        raise InputError("a workbook without any sheet", path=name)
    if sheet and sheet not in names:
        hint = f"its sheets: {', '.join(names[:12])}"
        raise InputError("no such sheet", path=name, field="--sheet", got=sheet, hint=hint)
    return book[sheet] if sheet else book.worksheets[0]


def _rows(table: Any, name: str) -> Iterator[bytes]:
    columns: list[str] = []
    above = 0
    for cells in table.iter_rows(values_only=True, max_col=_MOST_COLUMNS):
        columns = [_text(cell).strip() for cell in cells]
        if any(columns) or above == _ABOVE:
            break
        above += 1
    twice = next((column for column, n in Counter(columns).items() if column and n > 1), None)
    if twice is not None or not any(columns):
        what = "two columns have one name" if twice else "a sheet without a header"
        hint = "its first row with text in it names the columns"
        raise InputError(what, path=name, line=above + 1, field=twice, hint=hint)
    yield b"\n" * (above + 1)
    width = max(number for number, column in enumerate(columns, start=1) if column)
    rows = table.iter_rows(values_only=True, min_row=above + 2, max_col=width)
    for number, cells in enumerate(rows, start=above + 2):
        if number > _MOST_ROWS:
            raise InputError("a row behind the last that a sheet can have", path=name, line=number)
        yield _line(columns, cells)


def _line(columns: Sequence[str], cells: Sequence[Any]) -> bytes:
    if all(cell is None for cell in cells):
        return b"\n"
    texts = [None if cell is None else _text(cell) for cell in cells]
    row = zip(columns, texts, strict=False)
    missing = dict.fromkeys(filter(None, columns))
    found = {column: text for column, text in row if column}
    return msgspec.json.encode(missing | found) + b"\n"


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _ESCAPED.sub(_character, str(cell))


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code < 0xE000 else chr(code)


def _refuse_bomb(file: BinaryIO, name: str) -> None:
    """Refuse a workbook whose parts expand to too much; the parts cannot exceed what they claim."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    with zipfile.ZipFile(file) as parts:
        infos = parts.infolist()
    total = sum(info.file_size for info in infos)
    texts = sum(info.file_size for info in infos if not info.filename.startswith("xl/worksheets/"))
    large = total > max(_SMALL, min(_LONGEST_SHEET, _MOST_RATIO * size))
    if large or texts > _LONGEST_TEXTS:
        hint = "save the sheet as CSV"
        got = f"{total:,} bytes from {size:,}"
        raise InputError("a workbook that expands to too much", path=name, got=got, hint=hint)
    file.seek(0)
