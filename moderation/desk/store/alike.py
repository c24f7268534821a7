"""Groups of comments with the same text or nearly the same, and raids among them.

A comment joins the group of the first comment that it resembles, or begins one. It is compared with
the three first comments that share most of its nine keys, and a key is kept for three of them. The
work and the kept fingerprints therefore grow with the comments alone, however many copies arrive.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple

from moderation.desk.store.views import View, shown

if TYPE_CHECKING:
    from moderation.text import CopyPrint

# The most first comments that are kept for one key, and that are compared with a new one.
_COMPARED = 3

# A raid: this many authors within this many seconds.
_RAID_AUTHORS, _RAID_SECONDS = 5, 600

# The comments of a group among which a raid is looked for, the latest first.
_SEARCHED = 2_000


class Raid(NamedTuple):
    """Many authors who wrote one text within minutes.

    Attributes
    ----------
    authors
        How many they are.
    seconds
        The time from the first of them to the last.
    """

    authors: int
    seconds: float


class AlikeGroup(NamedTuple):
    """Comments of a view with nearly the same text.

    Attributes
    ----------
    number
        The number of the group.
    n
        How many comments of the view belong to it.
    authors
        How many different authors they have, unknown ones left out.
    first, last
        When the earliest and the latest of them were written.
    raid
        The largest raid among them, if there is one.
    """

    number: int
    n: int
    authors: int
    first: float
    last: float
    raid: Raid | None


def join_alike(sql: sqlite3.Connection, place: int, own: CopyPrint) -> None:
    """Put a new comment into the group of those that it resembles; a first one is remembered.

    Parameters
    ----------
    sql
        An open transaction.
    place
        The place of the comment.
    own
        The fingerprint of its text.
    """
    keys = (own.exact, *own.bands)
    marks = ", ".join("?" * len(keys))
    statement = f"SELECT key, lead FROM copy_keys WHERE key IN ({marks})"  # noqa: S608 - question marks
    known = [(row["key"], row["lead"]) for row in sql.execute(statement, keys)]
    lead = next((lead for key, lead in known if key == own.exact), None)
    if lead is None:
        lead = _nearest(sql, own, Counter(lead for _, lead in known))
    if lead is not None:
        sql.execute("UPDATE items SET alike = ? WHERE place IN (?, ?)", (lead, lead, place))
        return
    sql.execute(
        "INSERT OR REPLACE INTO copy_leads VALUES (?, ?, ?)", (place, own.n_letters, own.samples)
    )
    taken = Counter(key for key, _ in known)
    free = {key for key in keys if taken[key] < _COMPARED}
    sql.executemany("INSERT INTO copy_keys VALUES (?, ?)", [(key, place) for key in free])


def _nearest(sql: sqlite3.Connection, own: CopyPrint, shared: Counter[int]) -> int | None:
    """Return a first comment that is nearly the same; those that share most keys are compared."""
    for lead in sorted(shared, key=lambda lead: (-shared[lead], lead))[:_COMPARED]:
        row = sql.execute("SELECT * FROM copy_leads WHERE lead = ?", (lead,)).fetchone()
        if row is not None and own.is_like(row["letters"], row["samples"]):
            return lead
    return None


def group_in(sql: sqlite3.Connection, view: View, number: int) -> AlikeGroup | None:
    """Return what a view has of a group; None if that is less than two comments.

    Parameters
    ----------
    sql
        An open transaction.
    view
        What the moderator looks at.
    number
        The number of the group.
    """
    within = f"i.alike = :alike AND {shown(view)}"
    fields = view.parameters | {"alike": number, "most": _SEARCHED}
    row = sql.execute(
        "SELECT COUNT(*) AS n, COUNT(DISTINCT i.author) AS authors, MIN(i.at) AS first,"  # noqa: S608
        f" MAX(i.at) AS last FROM items i WHERE {within}",
        fields,
    ).fetchone()
    if row["n"] < 2:
        return None
    raid = None
    if row["authors"] >= _RAID_AUTHORS:
        statement = f"""SELECT i.at, i.author FROM items i WHERE {within} AND i.timed
            AND i.author IS NOT NULL ORDER BY i.at DESC LIMIT :most"""  # noqa: S608
        raid = largest_raid(
            [(each["at"], each["author"]) for each in sql.execute(statement, fields)]
        )
    return AlikeGroup(number, row["n"], row["authors"], row["first"], row["last"], raid)


def largest_raid(written: list[tuple[float, str]]) -> Raid | None:
    """Return the most authors within the time of a raid, if they are enough for one.

    Parameters
    ----------
    written
        When each comment was written, and its author; in the order of time or against it.
    """
    best: Raid | None = None
    window: deque[tuple[float, str]] = deque()
    times: dict[str, int] = {}
    for at, author in written:
        window.append((at, author))
        times[author] = times.get(author, 0) + 1
        while abs(at - window[0][0]) > _RAID_SECONDS:
            gone = window.popleft()[1]
            times[gone] -= 1
            if not times[gone]:
                del times[gone]
        if len(times) >= _RAID_AUTHORS and (best is None or len(times) > best.authors):
            best = Raid(len(times), abs(at - window[0][0]))
    return best
