"""The section of a newspaper in which a comment stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

_LONGEST = 80
# A part of a path that names no section: a language, a number or a date, or what all articles have.
_NO_SECTION = re.compile(
    r"[a-z]{2}(?:[-_][a-z]{2})?|[\d._-]+|articles?|artikel|news|story|stories|posts?|blog|amp|"
    r"index\.\w+|.*\.(?:html?|php|aspx?)",
    re.IGNORECASE,
)


def section_of(row: Mapping[str, object], address: str | None) -> str | None:
    """Return the section that a row names, or that the address of its article begins with.

    Parameters
    ----------
    row
        The fields of the input: `section` or `category`, its own or its article's.
    address
        The address of the article. The first part of its path counts that is neither the last one
        nor a language, a number or a word that all articles have.

    Returns
    -------
    str or None
        The section; None if nothing names one.

    Examples
    --------
    >>> section_of({"category": "Sport"}, None)
    'Sport'
    >>> section_of({}, "https://paper.example/en/politics/2026/11/bridge")
    'politics'
    """
    article = row.get("article")
    for fields in (row, article if isinstance(article, Mapping) else {}):
        for name in ("section", "category"):
            found = fields.get(name)
            if isinstance(found, str | int) and not isinstance(found, bool) and str(found).strip():
                return str(found).strip()[:_LONGEST]
    try:
        parts = [unquote(part) for part in urlsplit(address or "").path.split("/") if part]
    except ValueError:
        return None
    return next((part[:_LONGEST] for part in parts[:-1] if not _NO_SECTION.fullmatch(part)), None)
