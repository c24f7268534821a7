"""What text from data may do on a terminal and in a log: be read, and nothing else.

An id, a name, a title, a file's name or an error's message can hold characters that move the
cursor, colour the screen, turn the reading direction or begin a line of their own. Every command,
the labelling screen and the service's log write through this module.
"""

from __future__ import annotations

import re

# Control characters of both sets (C0, C1), what steers the reading direction, what is invisible,
# separators of lines, lone surrogates and tags.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """`text` on one line, with U+FFFD for all that is more than a character to look at."""
    return _UNPRINTABLE.sub("\ufffd", text)


def printable_lines(text: str) -> str:
    r"""`text` with its line ends (``\n`` and ``\r\n``) and all else as :func:`printable` has it."""
    return "\n".join(map(printable, text.replace("\r\n", "\n").split("\n")))


def printable_json(text: str) -> str:
    r"""JSON that means the same, with ``\u`` escapes for what is more than a character to look at.

    Line ends stay: JSON has them between its tokens only.
    """
    return "\n".join(_UNPRINTABLE.sub(_json_escape, line) for line in text.split("\n"))


def _json_escape(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
