"""Escaping of text from data, so that it is safe to print on a terminal and in a log.

An id, a name, a title, a file name or an error message can contain characters that move the
cursor, colour the screen, change the reading direction or begin a new line. Every command, the
labelling screen and the service's log write such text through this module.
"""

from __future__ import annotations

import re

# Control characters (C0 and C1), direction controls, invisible characters, line separators, lone
# surrogates and tags.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """Return `text` on one line, with U+FFFD in place of each unprintable character."""
    return _UNPRINTABLE.sub("\ufffd", text)


def printable_lines(text: str) -> str:
    r"""Apply :func:`printable` to each line of `text`; line ends (``\n``, ``\r\n``) are kept."""
    return "\n".join(map(printable, text.replace("\r\n", "\n").split("\n")))


def printable_json(text: str) -> str:
    r"""Return equivalent JSON with ``\u`` escapes for unprintable characters.

    Line ends are kept, because JSON has them only between its tokens.
    """
    return "\n".join(_UNPRINTABLE.sub(_json_escape, line) for line in text.split("\n"))


def _json_escape(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
