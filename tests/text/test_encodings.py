"""Encodings of pages, declared and undeclared."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import InputError
from moderation.text.markup.encodings import decode, is_html

GERMAN = "<p>Die Fähre über die Mündung fährt künftig nachts.</p>"
RUSSIAN = "<p>Паром через устье теперь ходит и ночью, сообщил совет порта.</p>"
GREEK = "<p>Το πορθμείο θα κάνει δρομολόγια και τη νύχτα από τον Ιούνιο.</p>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_undeclared_latin(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding)) == GERMAN


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(encoding: str) -> None:
    assert decode((GERMAN * 3).encode(encoding)) == GERMAN * 3


@pytest.mark.parametrize(("text", "encoding"), [(RUSSIAN, "cp1251"), (GREEK, "cp1253")])
def test_undeclared_code_page_by_frequent_letters(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_undeclared_code_page_by_language() -> None:
    polish = '<html lang="pl"><p>Prom przez ujście będzie kursował także nocą.</p>'
    assert decode(polish.encode("cp1250")) == polish


@pytest.mark.parametrize(
    "declaration",
    ['<meta charset="windows-1251">', "<meta content='text/html; charset=windows-1251'>"],
)
def test_declared_code_page(declaration: str) -> None:
    assert decode((declaration + RUSSIAN).encode("cp1251")) == declaration + RUSSIAN


def test_declared_in_the_xml_prologue() -> None:
    page = '<?xml version="1.0" encoding="iso-8859-2"?><p>ujście będzie</p>'
    assert decode(page.encode("iso-8859-2")) == page


def test_label_latin_1_is_read_as_browsers_do() -> None:
    page = '<meta charset="iso-8859-1"><p>“Night boats” cost €4</p>'
    assert decode(page.encode("cp1252")) == page


def test_wrong_declaration_loses_to_valid_utf_8() -> None:
    page = '<meta charset="iso-8859-1">' + GERMAN
    assert decode(page.encode("utf-8")) == page


def test_single_broken_byte_leaves_the_rest_utf_8() -> None:
    data = (GERMAN * 20).encode() + b"\xff" + GERMAN.encode()
    assert decode(data) == GERMAN * 20 + "\ufffd" + GERMAN


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7 rest", b"PK\x03\x04rest", b"\x89PNG\r\n", bytes(range(256)) * 8, b"\0\1\2" * 99],
)
def test_binary_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(InputError, match="not a page") as refused:
        decode(data)
    assert "\n" not in str(refused.value)
    assert refused.value.hint


@given(st.binary())
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(decode(data), str)


@pytest.mark.parametrize(
    "text", ["<!doctype html><p>x", "  <html>", "<?xml version='1.0'?><html>", "x" + "<p>a</p>" * 9]
)
def test_html_is_known_by_content(text: str) -> None:
    assert is_html(text)


@pytest.mark.parametrize(
    "text",
    ["The ferry runs.", "1 < 2 and 3 > 2", "  1. Write <b>bold</b> and </p> here\n\nMore of it."],
)
def test_text_that_quotes_a_tag_is_no_html(text: str) -> None:
    assert not is_html(text)
