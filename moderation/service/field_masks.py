"""The parameter ``fields``, with which a client requests a part of the response.

Examples are ``attributeScores/TOXICITY/summaryScore/value,languages`` and
``attributeScores(TOXICITY,INSULT)``. A ``*`` stands for every name of a level.
"""

from __future__ import annotations

import re
from typing import Any

from moderation.service import errors as refusals

# A mask is a tree of names; an empty tree selects everything below it.
Mask = dict[str, "Mask"]

_TOKEN = re.compile(r"[^,/()\s]++|[,/()]")
_LONGEST = 2_000
_DEEPEST = 20


def read_mask(fields: str) -> Mask:
    """Parse the parameter.

    Raises
    ------
    Refusal
        If the parameter is not a valid mask.
    """
    if len(fields) > _LONGEST:
        raise _invalid()
    tokens = _TOKEN.findall(fields)
    mask, rest = _read_list(tokens, 0, 0)
    if rest != len(tokens) or not mask:
        raise _invalid()
    return mask


def _invalid() -> refusals.Refusal:
    return refusals.invalid("Invalid field selection")


def _read_list(tokens: list[str], at: int, depth: int) -> tuple[Mask, int]:
    """Parse paths separated by commas, up to the end or a closing bracket."""
    mask: Mask = {}
    if depth > _DEEPEST:
        raise _invalid()
    while True:
        at = _read_path(tokens, at, mask, depth)
        if at == len(tokens) or tokens[at] == ")":
            return mask, at
        if tokens[at] != ",":
            raise _invalid()
        at += 1


def _read_path(tokens: list[str], at: int, mask: Mask, depth: int) -> int:
    """Parse one path into `mask`: names separated by slashes, with an optional list at its end."""
    while True:
        if at == len(tokens) or tokens[at] in ",/()":
            raise _invalid()
        mask = mask.setdefault(tokens[at], {})
        at += 1
        if at < len(tokens) and tokens[at] == "/":
            at += 1
            continue
        if at < len(tokens) and tokens[at] == "(":
            inner, at = _read_list(tokens, at + 1, depth + 1)
            if at == len(tokens):
                raise _invalid()
            mask.update(inner)
            at += 1
        return at


def masked(document: Any, mask: Mask) -> Any:
    """Return the parts of `document` that `mask` selects; a list is masked item by item."""
    if not mask:
        return document
    if isinstance(document, list):
        return [masked(item, mask) for item in document]
    if not isinstance(document, dict):
        return document
    found = {}
    for name, value in document.items():
        inner = mask.get(name, mask.get("*"))
        if inner is not None:
            found[name] = masked(value, inner)
    return found
