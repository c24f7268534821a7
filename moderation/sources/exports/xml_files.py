"""Read an XML export as a stream of small elements, protected against XML attacks.

This module uses expat and not defusedxml, whose last release is from 2021.
``defusedxml.ElementTree.iterparse`` builds the whole tree unless every element is cleared by
hand, works in pure Python, and accepts a DTD by default. One handler here rejects every document
type declaration, and so all entities and external references. Expat's remaining weak points (a
single tag of many megabytes, endless nesting) are bounded below.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.parsers import expat

from moderation.errors import InputError, RecordError
from moderation.sources.exports.decoding import utf8_chunks
from moderation.sources.exports.rows import LONGEST_FIELD

LONGEST_TAG = 1 << 20
"""The largest tag, comment or processing instruction in bytes. Until it is complete, expat before
2.6 reads it again from its start with every chunk."""

_VISIBLE = re.compile(rb"[^\n]")

ANY_ROOT = "*"
"""What a path begins with if the root of a document may have any name."""

DEEPEST = 64
"""The deepest nesting in levels; the formats need six."""


class Element:
    """One requested element, as far as it has been read.

    Attributes
    ----------
    path
        Its path from the root, ``rss/channel/item``.
    line
        The line on which it begins, counted from 1.
    parent
        The innermost requested element around it, also as far as it has been read.
    fields
        Text by path within the element (``author/name``) and attributes (``thread@dsq:id``, or
        ``@dsq:id`` of the element itself), as far as requested; the first of each name.
    too_long
        Fields longer than `LONGEST_FIELD`, which are not kept.
    """

    __slots__ = ("fields", "line", "parent", "path", "too_long")

    def __init__(self, path: str, line: int, parent: Element | None) -> None:
        self.path = path
        self.line = line
        self.parent = parent
        self.fields: dict[str, str] = {}
        self.too_long: set[str] = set()


def elements(
    stream: BinaryIO, wanted: Mapping[str, frozenset[str]], *, name: str
) -> Iterator[Element]:
    """Yield each requested element when it ends, without keeping it.

    Names are compared as written, including the prefix. The exports always write the same
    prefixes, and some do not declare them.

    Parameters
    ----------
    stream
        The XML file, opened in binary mode and decompressed.
    wanted
        The fields to keep, by path of the element; all paths begin with the same root.
    name
        The file's name, for errors.

    Raises
    ------
    InputError
        If the file is not such a document, has a document type declaration, or is damaged. The
        elements before the damage have been yielded by then.
    """
    collector = _Collector(wanted, name)
    fed = 0
    for chunk in _from_declaration(utf8_chunks(stream, name=name)):
        fed += len(chunk)
        damage = collector.feed(chunk)
        yield from collector.take()
        if damage is None and fed - collector.reached > LONGEST_TAG:
            damage = collector.error(
                "a tag of more than a megabyte", hint="no platform writes that"
            )
        if damage is not None:
            raise damage
    damage = collector.feed(b"", last=True)
    yield from collector.take()
    if damage is not None:
        raise damage


def _from_declaration(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the chunks with blanks for what a theme or plugin printed before the declaration.

    XML allows nothing before its declaration, and only white space before a document without one.
    The line numbers stay true.
    """
    first = next(chunks, b"")
    start = first.find(b"<?xml ")
    if start > 0:
        # The declaration itself is blanked as well: expat knows the encoding already.
        end = first.find(b"?>", start) + 2
        start = max(start, end)
        first = _VISIBLE.sub(b" ", first[:start]) + first[start:]
    if first:
        yield first
    yield from chunks


def lacking(element: Element, identity: str, body: str, *, name: str) -> RecordError | None:
    """Return an error if an element lacks an identity or a body; the body may be empty."""
    for field in (identity, body):
        if element.fields.get(field, "").strip() or (field == body and body in element.fields):
            continue
        what = "field too long" if field in element.too_long else "field missing or empty"
        shown = field.lstrip("@")
        return RecordError(what, path=name, line=element.line, field=shown)
    return None


class _Collector:
    """Expat's handlers, and the elements that they have assembled."""

    def __init__(self, wanted: Mapping[str, frozenset[str]], name: str) -> None:
        self._wanted = wanted
        self._root = next(iter(wanted)).partition("/")[0]
        self._name = name
        self._paths: list[str] = []
        self._open: list[Element] = []
        self._done: list[Element] = []
        self._field_path: str | None = None
        self._text: list[str] = []
        self._length = 0
        self._parser = self._make_parser()

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")  # This overrides the declaration: the bytes are clean.
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        # Expat reports an undeclared entity (&nbsp; in an old WordPress title) as damage unless
        # it assumes a DTD that it has not seen. That DTD is empty; none is ever loaded.
        parser.SkippedEntityHandler = self._html_entity
        parser.ExternalEntityRefHandler = self._empty_dtd
        parser.UseForeignDTD(True)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        return parser

    @property
    def reached(self) -> int:
        """The number of bytes up to the last item that expat has parsed."""
        return self._parser.CurrentByteIndex

    def take(self) -> list[Element]:
        """Return the elements that have ended since the last call."""
        done, self._done = self._done, []
        return done

    def feed(self, chunk: bytes, *, last: bool = False) -> InputError | None:
        """Parse a chunk; an error is returned so that the elements before it can be taken first."""
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS] and last:
                what = "the file ends in the midst of the export" if self._paths else "empty file"
            else:
                what = f"damaged XML ({expat.ErrorString(error.code)})"
            return self.error(what, hint="export it again, or repair that line")
        except InputError as error:
            return error
        return None

    def error(self, what: str, *, got: str | None = None, hint: str | None = None) -> InputError:
        """Create an error at the place that the parser has reached."""
        line = self._parser.CurrentLineNumber
        return InputError(what, path=self._name, line=line, got=got, hint=hint)

    def _refuse_doctype(self, *_: object) -> None:
        raise self.error(
            "document type declaration refused",
            hint="no platform writes one into an export; it can carry an entity bomb",
        )

    def _empty_dtd(self, context: str, _base: object, system: object, public: object) -> int:
        if system is not None or public is not None:
            raise self.error("external entity refused")
        self._parser.ExternalEntityParserCreate(context).Parse(b"", True)
        return 1

    def _html_entity(self, entity: str, _is_parameter: bool) -> None:
        self._characters(html.entities.html5.get(f"{entity};", f"&{entity};"))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._paths) >= DEEPEST:
            raise self.error(f"elements nested more than {DEEPEST} deep")
        path = f"{self._paths[-1]}/{tag}" if self._paths else tag
        if not self._paths and self._root == ANY_ROOT:
            path = ANY_ROOT
        elif not self._paths and tag != self._root:
            raise self.error(f"not the root of this export, <{self._root}>", got=f"<{tag[:40]}>")
        self._paths.append(path)
        if path in self._wanted:
            parent = self._open[-1] if self._open else None
            self._open.append(Element(path, self._parser.CurrentLineNumber, parent))
        elif self._field_path is not None:
            self._characters(f"<{tag}>")  # The platform did not escape this markup.
        if self._open:
            self._start_field(path, attributes)

    def _start_field(self, path: str, attributes: dict[str, str]) -> None:
        element = self._open[-1]
        wanted = self._wanted[element.path]
        field = path[len(element.path) + 1 :]
        for attribute, value in attributes.items():
            if f"{field}@{attribute}" in wanted:
                element.fields.setdefault(f"{field}@{attribute}", value)
        if self._field_path is None and field in wanted and field not in element.fields:
            self._field_path = path
            self._text = []
            self._length = 0

    def _characters(self, text: str) -> None:
        if self._field_path is not None:
            self._length += len(text)
            if self._length <= LONGEST_FIELD:
                self._text.append(text)

    def _end(self, tag: str) -> None:
        path = self._paths.pop()
        if path == self._field_path:
            element = self._open[-1]
            field = path[len(element.path) + 1 :]
            if self._length > LONGEST_FIELD:
                element.too_long.add(field)
            else:
                element.fields[field] = "".join(self._text)
            self._field_path = None
            self._text = []
        elif self._field_path is not None:
            self._characters(f"</{tag}>")
        elif self._open and path == self._open[-1].path:
            self._done.append(self._open.pop())
