"""The fields above a page: mail, saved pages and the answers of servers write them alike."""

from __future__ import annotations

import email.message
import email.parser

#: The types of a page.
HTML = ("text/html", "application/xhtml+xml")

Message = email.message.Message


def fields_of(head: bytes) -> Message:
    """Return the fields in the lines above a content; the value of each is a text.

    The parser of bytes returns another type for a value that is not ASCII.
    """
    return email.parser.HeaderParser().parsestr(head.decode("utf-8", "replace") + "\n\n")
