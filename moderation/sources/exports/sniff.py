"""Identify the platform of an export from its first bytes."""

from __future__ import annotations

import codecs
import re

from moderation.errors import InputError
from moderation.sources.exports.decoding import encoding_of
from moderation.sources.exports.movable_type import is_movable_type
from moderation.sources.exports.staticman import is_staticman
from moderation.sources.exports.threads.forms import sniff_thread

_SCANNED = 1 << 16

_PROLOGUE = re.compile(r"[\s\ufeff]*+(?:<\?[^>]*+>|<!--(?:[^-]|-(?!->))*+-->)?+")
_DOCTYPE = re.compile(r"<!DOCTYPE\s+([A-Za-z_][\w:.-]*+)", re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]*+)")
_WXR_MARK = re.compile(r"wordpress\.org/export/|<wp:wxr_version")

_BLOGGER_MARK = re.compile(r"schemas/2008/kind#|schemas\.google\.com/blogger/|<blogger:type>")

_INTENSE_DEBATE = re.compile(r"<\w+>\s*+<blogpost\b")

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"(\s*+:)?+|\\?\Z)|[{}\[\]]', re.DOTALL)

_DECLARATION = re.compile(r"<\?xml\s")
#: The most characters before the declaration of an XML file.
_STRAY = 4_096

_XML_ROOTS = frozenset({"disqus", "rss"})


def sniff_export(head: bytes) -> str | None:
    """Identify the platform of an export.

    Parameters
    ----------
    head
        Its first kilobytes, decompressed. Four are enough for all but a Coral dump that begins
        with a very long comment.

    Returns
    -------
    str or None
        ``wxr``, ``disqus``, ``blogger``, ``movable-type``, ``coral``, ``isso``,
        ``intense-debate``, ``staticman``, ``wordpress-rest`` or one of the forms of
        :mod:`~moderation.sources.exports.threads`; None for everything else: this project's
        comment records, HTML pages, feeds.

    Examples
    --------
    >>> sniff_export(b'<?xml version="1.0"?><disqus xmlns="http://disqus.com">')
    'disqus'
    >>> sniff_export(b'{"id": "1", "text": "a record of our own"}') is None
    True
    """
    if head.startswith(b"SQLite format 3\x00"):
        return "isso"  # Its reader says if it is a database of another program.
    try:
        encoding = encoding_of(head)
    except InputError:
        encoding = "utf-8"
    text = codecs.decode(head[:_SCANNED], encoding, "replace")
    text = text.lstrip("\ufeff \t\r\n")
    start = text[:1]
    if (declared := _DECLARATION.search(text, 0, _STRAY)) is not None:
        # Themes and plugins print warnings and comments before an export.
        return _sniff_xml(text[declared.start() :])
    if start == "<":
        return _sniff_xml(text)
    if start in ("{", "["):
        return _sniff_json(text)
    if is_movable_type(text):
        return "movable-type"
    return "staticman" if is_staticman(text) else None


def _sniff_xml(text: str) -> str | None:
    root, start = _root(text)
    if root == "disqus":
        return "disqus"
    if root == "feed" and _BLOGGER_MARK.search(text, start):
        return "blogger"
    if root and _INTENSE_DEBATE.search(text, start):
        return "intense-debate"
    if root == "rss" and _WXR_MARK.search(text, start):
        return "wxr"
    return None


def _root(text: str) -> tuple[str, int]:
    """Return the name and the position of the root element; ("", 0) if it is not in `text`.

    A document type declaration is skipped. An entity bomb is thus recognised as the export that
    it imitates, and its reader rejects it.
    """
    position = 0
    while (found := _PROLOGUE.match(text, position)) and found.end() > position:
        position = found.end()
    declared = _DOCTYPE.match(text, position)
    if declared is not None:
        for root in _XML_ROOTS:
            if (at := text.find(f"<{root}", position)) >= 0:
                return (root, at) if declared[1].lower() != "html" else ("", 0)
        return declared[1], position
    element = _ROOT.match(text, position)
    return (element[1], position) if element else ("", 0)


def _sniff_json(text: str) -> str | None:
    keys = outer_keys(text)
    if thread := sniff_thread(keys, text):
        return thread
    if "text" in keys:
        return None
    return _sniff_answer(keys) or ("staticman" if is_staticman(text) else None)


def _sniff_answer(keys: dict[str, set[str]]) -> str | None:
    if "revisions" in keys and keys.keys() & {"storyID", "tenantID"}:
        return "coral"
    if {"id", "tenantID"} <= keys.keys() and keys.keys() & {"commentRevisionID", "url"}:
        return "coral"  # The file is another collection; its reader names the right one.
    if {"id", "content"} <= keys.keys() and keys.keys() & {"post", "author_name"}:
        return "wordpress-rest" if keys["content"] & {"raw", "rendered"} else None
    return None


def outer_keys(text: str) -> dict[str, set[str]]:
    """Return the keys of the first object, as far as `text` has it, each with its nested keys."""
    keys: dict[str, set[str]] = {}
    stack: list[str] = []
    last = ""
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in ("{", "["):
            stack.append(mark)
        elif mark in ("}", "]"):
            if stack:
                stack.pop()
            if mark == "}" and "{" not in stack:
                break
        elif token[2] is not None and stack:
            objects = stack.count("{")
            if objects == 1:
                last = token[1]
                keys[last] = set()
            elif objects == 2 and stack[-2:] == ["{", "{"]:
                keys.setdefault(last, set()).add(token[1])
    return keys
