"""Decoding the bytes of a page, and detection of HTML."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from itertools import islice

from moderation.errors import InputError

#: Byte order marks. UTF-32 precedes UTF-16, whose little-endian mark is a prefix of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: The first bytes of files that are not text.
_BINARY = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstandard file"),
    (b"BZh", "a bzip2 file"),
    (b"\x7fELF", "a program"),
)
#: The number of bytes searched for a charset declaration; browsers search fewer.
_PROLOGUE = 4096
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s{0,3}=\s{0,3}["']?\s{0,3}"""
    rb"""([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(rb"""<html\b[^>]{0,300}?\blang\s{0,3}=\s{0,3}["']?([a-zA-Z]{2})""", re.I)
#: Labels for which browsers use another encoding than the named one.
_LABELS = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252",
    "ascii": "cp1252", "iso-8859-9": "cp1254", "x-sjis": "cp932", "shift_jis": "cp932",
    "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
}  # fmt: skip
#: How the names of codecs for text begin; Python has others, such as hex and undefined.
_OF_TEXT = (
    "iso8859", "iso2022", "cp", "koi8", "ascii", "gb", "big5", "euc", "shift_jis", "mac", "hz",
    "johab", "kz1048", "ptcp154", "tis-620",
)  # fmt: skip
#: The Windows code pages of languages with letters that code page 1252 lacks.
_CODE_PAGES = {
    "cs": "cp1250", "hr": "cp1250", "hu": "cp1250", "pl": "cp1250", "ro": "cp1250",
    "sk": "cp1250", "sl": "cp1250", "be": "cp1251", "bg": "cp1251", "mk": "cp1251",
    "ru": "cp1251", "sr": "cp1251", "uk": "cp1251", "el": "cp1253", "tr": "cp1254",
    "he": "cp1255", "ar": "cp1256", "fa": "cp1256", "et": "cp1257", "lt": "cp1257",
    "lv": "cp1257", "vi": "cp1258",
}  # fmt: skip
#: Control characters that text does not contain. Japanese mail encodings use the escape character.
_CONTROLS = bytes({*range(9), *range(0x0E, 0x20), 0x7F} - {0x1B})
_HIGH = bytes(range(0x80, 0x100))
#: The most frequent letters of the scripts that code page 1252 lacks.
_FREQUENT = {"cp1251": "оеаинт", "cp1253": "αοιετσ", "cp1255": "יוהלאר", "cp1256": "اليمنو"}

_OPENING = re.compile(
    r"[\s\ufeff]*<(?:!doctype|html|head|body|\?xml|!--|div|p|span|table|article|section|main|ul|ol|li|tr|td|dl|dt|dd|"
    r"h[1-6]|a|meta|title|link|script|style|header|form|center|font|b|i|br|hr|dl|pre|blockquote)\b",
    re.IGNORECASE,
)
_STRUCTURE = re.compile(
    r"</(?:div|p|li|ul|ol|td|tr|table|body|html|article|section|span|a|h[1-6])\s*>", re.IGNORECASE
)
#: A text with fewer closing tags and without the beginning of a page only quotes some HTML.
_ENOUGH_STRUCTURE = 5


def decode(data: bytes, charset: str | None = None) -> str:
    """Decode the bytes of a page.

    The encoding is that of a byte order mark, if any. Otherwise, bytes that look like UTF-16 or are
    valid UTF-8 are decoded as such, and other pages by the charset that they declare. The last
    resort is a Windows code page chosen by the language of the page or by the frequent letters of
    its script. Bytes that cannot be decoded become U+FFFD.

    Parameters
    ----------
    data
        The bytes of the page.
    charset
        The encoding that a server named; it counts for more than what the page declares.

    Returns
    -------
    str
        The text of the page.

    Raises
    ------
    InputError
        If the bytes are empty or not text.
    """
    if not data.strip():
        raise InputError("the page is empty", hint="give a page with text in it")
    for start, what in _BINARY:
        if data.startswith(start):
            raise InputError("not a page", got=what, hint="give HTML or plain text")
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace").lstrip("\ufeff")
    wide = _utf16(data)
    if wide is not None:
        return wide
    sample = data[:100_000]
    if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 20:
        raise InputError("not a page", got="binary data", hint="give HTML or plain text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(data, charset)


def _utf16(data: bytes) -> str | None:
    """Decode UTF-16 without a byte order mark, detected by a zero byte in most pairs."""
    sample = data[:2000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) // 5 or min(even, odd) > len(sample) // 100:
        return None
    return data.decode("utf-16-be" if even > odd else "utf-16-le", "replace")


def _decode_legacy(data: bytes, charset: str | None) -> str:
    prologue = data[:_PROLOGUE]
    declared = _DECLARED.search(prologue)
    labels = [charset or "", declared[1].decode("ascii", "replace") if declared else ""]
    for label in labels:
        if name := _text_encoding(label.strip().lower()):
            return data.decode(name, "replace")
    # A page in UTF-8 with a few broken bytes is still UTF-8.
    repaired = data.decode("utf-8", "replace")
    if repaired.count("\ufffd") * 20 < len(data) - len(data.translate(None, _HIGH)):
        return repaired
    return data.decode(_code_page(data, prologue), "replace")


def _text_encoding(label: str) -> str | None:
    """Return the codec of a label; None for UTF, and for what encodes anything else than text."""
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return None
    return name if name.startswith(_OF_TEXT) else None


def _code_page(data: bytes, prologue: bytes) -> str:
    language = _LANGUAGE.search(prologue)
    if language is not None and (page := _CODE_PAGES.get(language[1].decode().lower())):
        return page
    counts = Counter(byte for byte in data[:200_000] if byte >= 0x80)
    total = counts.total()
    plain = sum(data[:200_000].count(letter) for letter in b"aeiou")
    if total <= plain:  # text in a Latin script has fewer accented letters than plain vowels
        return "cp1252"

    def fit(page: str) -> float:
        frequent = {byte[0] for byte in (letter.encode(page) for letter in _FREQUENT[page])}
        return sum(counts[byte] for byte in frequent) / total

    return max(_FREQUENT, key=fit)


def is_html(text: str) -> bool:
    """Return whether a text is HTML: it begins like a page or has enough closing tags.

    A comment in plain text may quote a few tags, which is not enough.
    """
    if _OPENING.match(text[:2000]):
        return True
    found = _STRUCTURE.finditer(text)
    closing = sum(1 for _ in islice(found, max(_ENOUGH_STRUCTURE, len(text[:40_000]) // 400)))
    return closing >= max(_ENOUGH_STRUCTURE, min(len(text), 40_000) // 400)
