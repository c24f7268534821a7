"""A reader for lenient JSON, such as names without quotation marks.

The original's own quick start sends such JSON. msgspec reads valid JSON. Everything else is read
again, more slowly, by the rules of a JavaScript literal that Google's parser followed: names may
lack quotation marks, strings may have single ones, a comma may follow the last item, and a string
may contain line breaks. Half an emoji (a lone surrogate, from a text cut at a number of UTF-16
units) becomes U+FFFD. It has the same length in code units, so offsets stay valid.
"""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

from moderation.service import errors as refusals
from moderation.service.errors import Refusal

#: No valid request nests deeper than six levels; a document deeper than this is an attack.
DEEPEST = 32

#: Largest number of values in a leniently read document, because that is slow. No request has more.
MOST_VALUES = 10_000

_SPACE = re.compile(r"[ \t\r\n]*+")
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?([eE][+-]?[0-9]++)?")
_PLAIN = {
    '"': re.compile(r'[^"\\]*+'),
    "'": re.compile(r"[^'\\]*+"),
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNICODE = re.compile(r"[0-9A-Fa-f]{4}")
_ESCAPES = {
    '"': '"',
    "'": "'",
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
_WORDS = {"true": True, "false": False, "null": None}
# Most digits of a number that is read as an integer; no field has a longer value.
_LONGEST_INTEGER = 18


def read_json(body: bytes) -> Any:
    """Read a JSON document leniently.

    Raises
    ------
    Refusal
        If neither parser can read it; the message gives the position, not the text.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable("UTF-8 is expected", error.start) from None
    return _JsonReader(text).document()


def _unreadable(what: str, place: int) -> Refusal:
    return refusals.invalid(f"Invalid JSON payload received. {what} at character {place}.")


class _JsonReader:
    """A parser that reads one document from front to back and each character once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._values = 0

    def document(self) -> Any:
        """Return the single value of the text."""
        value = self._value()
        if self._next():
            raise self._error("The end is expected")
        return value

    def _next(self) -> str:
        """Move to the next character that is not white space, and return it."""
        space = _SPACE.match(self._text, self._at)
        assert space is not None
        self._at = space.end()
        return self._text[self._at : self._at + 1]

    def _error(self, what: str) -> Refusal:
        return _unreadable(what, self._at)

    def _value(self) -> Any:
        first = self._next()
        self._values += 1
        if self._values > MOST_VALUES:
            raise self._error("Fewer values are expected")
        if first in {"{", "["} and first:
            return self._nested(first)
        if first in _PLAIN:
            return self._string(first)
        if number := _NUMBER.match(self._text, self._at):
            self._at = number.end()
            return self._number(number)
        name = self._name()
        if name not in _WORDS:
            raise self._error("A value is expected")
        return _WORDS[name]

    def _nested(self, first: str) -> Any:
        self._at += 1
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._error("Less nesting is expected")
        value = self._object() if first == "{" else self._array()
        self._depth -= 1
        return value

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (first := self._next()) != "}":
            name = self._string(first) if first in _PLAIN else self._name()
            if self._next() != ":":
                raise self._error("A colon is expected")
            self._at += 1
            found[name] = self._value()
            self._separator("}")
        self._at += 1
        return found

    def _array(self) -> list[Any]:
        found = []
        while self._next() != "]":
            found.append(self._value())
            self._separator("]")
        self._at += 1
        return found

    def _separator(self, last: str) -> None:
        following = self._next()
        if following == ",":
            self._at += 1
        elif following != last:
            raise self._error(f"A comma or {last} is expected")

    def _name(self) -> str:
        name = _NAME.match(self._text, self._at)
        if name is None:
            raise self._error("A name or a value is expected")
        self._at = name.end()
        return name.group()

    def _number(self, number: re.Match[str]) -> int | float:
        written = number.group()
        if number[1] is None and number[2] is None and len(written) <= _LONGEST_INTEGER:
            return int(written)
        value = float(written)
        if not math.isfinite(value):
            raise self._error("A smaller number is expected")
        return value

    def _string(self, quote: str) -> str:
        plain = _PLAIN[quote]
        pieces = []
        at = self._at + 1
        while True:
            piece = plain.match(self._text, at)
            assert piece is not None
            pieces.append(piece.group())
            at = self._at = piece.end()
            following = self._text[at : at + 1]
            if following == quote:
                break
            if not following:
                raise self._error("The end of a string is expected")
            letter, at = self._escaped(at + 1)
            pieces.append(letter)
        self._at = at + 1
        text = "".join(pieces)
        return _whole(text) if _SURROGATE.search(text) else text

    def _escaped(self, at: int) -> tuple[str, int]:
        """Return the character that an escape stands for, and the position after it."""
        letter = self._text[at : at + 1]
        if letter in _ESCAPES and letter:
            return _ESCAPES[letter], at + 1
        if letter == "u" and (digits := _UNICODE.match(self._text, at + 1)):
            return chr(int(digits.group(), 16)), digits.end()
        raise self._error("An escape is expected")


def _whole(text: str) -> str:
    """Return the text with surrogate pairs joined and lone surrogates replaced by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
