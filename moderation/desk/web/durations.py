"""Lengths of time in words."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Return a length of time in words, in its largest unit.

    >>> duration(30), duration(3_700), duration(200_000)
    ('less than a minute', '1 hour', '2 days')
    """
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        n = int(seconds // size)
        if n:
            return f"{n:,} {name}{'' if n == 1 else 's'}"
    return "less than a minute"
