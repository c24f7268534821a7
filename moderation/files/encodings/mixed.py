"""Letters in another encoding than the rest of their file, as databases leave them.

Single comments of an archive often have the code page of an older machine. None of this may cost
a newsroom its archive, so such bytes are read as windows-1252.
"""

from __future__ import annotations

import codecs

#: The name of the error handler for :mod:`codecs` that reads invalid bytes as windows-1252.
MIXED = "moderation.mixed"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(MIXED, _as_windows_1252)


def repaired(text: str) -> str:
    r"""Return a text that was decoded with `surrogateescape`, with its invalid bytes as letters.

    >>> repaired(b"caf\xe9".decode("utf-8", "surrogateescape"))
    'café'
    """
    return text.encode("utf-8", "surrogateescape").decode("utf-8", MIXED)
