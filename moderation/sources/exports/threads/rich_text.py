"""Read the documents of an editor as text: paragraphs and texts as nested JSON objects."""

from __future__ import annotations

from typing import Any

import msgspec

_BLOCKS = frozenset(
    {"blockquote", "bulletList", "codeBlock", "heading", "listItem", "orderedList", "paragraph"}
)
_BREAKS = frozenset({"hardBreak", "hard_break"})
#: The fields of a mention, an emoji or a link that show something.
_SHOWN = ("label", "username", "name", "text")


def rich_text(body: object) -> object:
    """Return the text of an editor's document; anything else is returned as it is.

    Parameters
    ----------
    body
        The document, as an object or as JSON in a text.
    """
    document = body
    if isinstance(body, str) and body.lstrip().startswith("{"):
        try:
            document = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return body
    if not isinstance(document, dict) or "content" not in document:
        return body
    found: list[str] = []
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            found.append(node)
        elif isinstance(node, dict):
            waiting += _opened(node)
    return "\n".join(line for line in "".join(found).split("\n") if line.strip())


def _opened(node: dict[str, Any]) -> list[Any]:
    """Return what a node holds, the last first."""
    kind, text, content = node.get("type"), node.get("text"), node.get("content")
    if kind in _BREAKS:
        return ["\n"]
    if isinstance(text, str):
        return [text]
    if isinstance(content, list):
        return ["\n", *reversed(content)] if kind in _BLOCKS else list(reversed(content))
    shown = node.get("attrs")
    named = [shown.get(field) for field in _SHOWN] if isinstance(shown, dict) else []
    return [each for each in named if isinstance(each, str)][:1]
