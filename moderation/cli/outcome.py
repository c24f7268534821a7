"""What a run of ``score`` did, in one line: the counts by action, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from moderation.cli.output import tell
from moderation.records import Action


class Counts(Protocol):
    """The counts of a run, by action and, of those not scored, by status."""

    @property
    def actions(self) -> Mapping[str, int]:
        """The number of comments scored, by action."""

    @property
    def left_out(self) -> Mapping[str, int]:
        """The number of comments not scored, by status."""


def tell_counts(counts: Counts, only: Iterable[str], output: str | None) -> None:
    """Tell on standard error how many comments were scored, and where they are."""
    if counts.actions or counts.left_out:
        written = f", written to {output}" if output is not None else ""
        tell(f"{counted(counts, only)}{written}")


def counted(counts: Counts, only: Iterable[str] = ()) -> str:
    """Return how many comments were scored, with which actions, and how many were left out.

    Parameters
    ----------
    counts
        The counts.
    only
        The actions whose comments alone are shown; none for all.
    """
    n = sum(counts.actions.values())
    parts = ", ".join(f"{counts.actions.get(a.value, 0):,} {a.value}" for a in reversed(Action))
    told = f"{n:,} comment{'s' * (n != 1)}: {parts}"
    if n:
        to_read = 1 - counts.actions.get(Action.PUBLISH.value, 0) / n
        told += f" ({to_read:.1%} for a person to read)"
    if only and (hidden := sum(c for action, c in counts.actions.items() if action not in only)):
        told += f"; {hidden:,} left out by --only {','.join(only)}"
    if others := ", ".join(f"{c:,} {word}" for word, c in sorted(counts.left_out.items())):
        told += f"; not scored because of their status: {others}"
    return told
