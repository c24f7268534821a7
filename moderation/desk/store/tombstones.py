"""Fingerprints of forgotten comments: they recognise a comment, and tell nobody else anything.

A plain digest of a name or a comment could be compared with the digests of all names and comments
that one has. These digests are keyed with the secret of the store. Who has no copy of the store can
compute none of them, and who has one still needs the whole comment to find its fingerprint.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from typing import Any, NamedTuple

#: Characters from which a text is taken for nobody else's. Shorter texts ("I agree.") are written
#: by many people, and are found by their id only.
SHORTEST = 24

_BYTES = 16


class Fingerprints:
    """Keyed digests.

    Parameters
    ----------
    secret
        The secret of the store.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, kind: str, *parts: str | None) -> str:
        """Return the fingerprint of some parts of a comment."""
        told = "\0".join(f"{len(part or '')} {part or ''}" for part in (kind, *parts))
        message = b"forgotten\0" + told.encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, message, hashlib.sha256).digest()[:_BYTES].hex()


class Told(NamedTuple):
    """What an input says about a comment.

    Attributes
    ----------
    key
        The key that the store gives it.
    article
        The key of its article.
    author
        Its author.
    id
        The id that the platform gave it; None if it has none.
    text
        Its text.
    """

    key: str
    article: str | None
    author: str | None
    id: str | None
    text: str

    def fingerprints(self, prints: Fingerprints) -> list[str]:
        """Return the fingerprints by which the comment is recognised when it is read again.

        Its text under its article is enough together with its author or its id, so that a platform
        may have changed the time, the parent, or one of the two. It is not enough alone, because
        other readers write the same words.
        """
        found = [prints.of("key", self.key)]
        if self.author:
            found.append(prints.of("author", self.article, self.author, self.text))
        if self.id:
            found.append(prints.of("id", self.article, self.id, self.text))
        return found

    def as_parent(self, prints: Fingerprints) -> list[str]:
        """Return the fingerprints by which a reply is found that brings the comment along."""
        return parent_fingerprints(prints, self.article, self.id, self.text)


def parent_fingerprints(
    prints: Fingerprints, article: str | None, id_: str | None, text: str | None
) -> list[str]:
    """Return the fingerprints of a comment that others answer, by its id and by its text."""
    found = [prints.of("parent id", article, id_)] if id_ else []
    if text and len(text) >= SHORTEST:
        found.append(prints.of("parent", article, text))
    return found


def without_forgotten(sql: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any] | None:
    """Return the columns of a comment, without its parent if that has been forgotten.

    Parameters
    ----------
    sql
        An open transaction.
    values
        The columns of `items` that the comment would get.

    Returns
    -------
    dict or None
        The columns; None if the comment itself has been forgotten.
    """
    prints = _fingerprints(sql)
    if prints is None:
        return values
    told = Told(*(values[name] for name in ("item", "article", "author", "id", "text")))
    if _any_of(sql, told.fingerprints(prints)):
        return None
    article, parent_id, parent = values["article"], values["parent_id"], values["parent"]
    if not _any_of(sql, parent_fingerprints(prints, article, parent_id, parent)):
        return values
    return values | {"parent": None, "parent_id": None}


def _fingerprints(sql: sqlite3.Connection) -> Fingerprints | None:
    """Return what makes the fingerprints of a store; None if nothing has been forgotten there."""
    if sql.execute("SELECT 1 FROM forgotten LIMIT 1").fetchone() is None:
        return None
    return Fingerprints(bytes(sql.execute("SELECT secret FROM secrets").fetchone()[0]))


def _any_of(sql: sqlite3.Connection, digests: list[str]) -> bool:
    places = ", ".join("?" * len(digests))
    statement = f"SELECT 1 FROM forgotten WHERE digest IN ({places}) LIMIT 1"  # noqa: S608 - marks
    return sql.execute(statement, digests).fetchone() is not None
