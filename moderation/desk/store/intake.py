"""Puts scored comments into the store of a desk, each of them once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from time import time
from typing import NamedTuple

from moderation.desk.store.alike import join_alike
from moderation.desk.store.database import Database
from moderation.desk.store.tombstones import without_forgotten
from moderation.files.writing import without_surrogates
from moderation.records import Action, Article, Comment, Verdict
from moderation.sources import section_of
from moderation.sources.comment_rows import Item
from moderation.sources.times import moment
from moderation.text import CopyPrint

#: The article last stored under each key, with its place and edition.
Shelves = dict[str, tuple[Article | None, dict[str, object]]]

#: The share of the comments proposed for publishing that a person looks at all the same.
DRAWN_SHARE = 1 / 20

# The comments of one transaction, and of the first, after which the first page has comments.
_AT_ONCE, _AT_FIRST = 256, 64

# The latest articles, which are not stored again with each of their comments.
_SHELVES = 256

# What is written again when a comment is read again.
_RENEWED = (
    "hostility", "off_topic", "proposal", "model", "tier", "need", "drawn", "copies",
    "section", "url", "revision", "origin", "shelf", "edition", "named",
    "read",
)  # fmt: skip

_TIERS = {Action.HOLD: 0, Action.REVIEW: 1}


class Intake:
    """The way of scored comments into a store.

    A comment that the store holds already gets its new scores and keeps its decisions. If an author
    has changed a comment, the new text is asked about and the old one leaves the queue. A comment
    that was forgotten is recognised, and does not come back.

    Parameters
    ----------
    database
        The store.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def fill(self, scored: Iterable[tuple[Item, Verdict]], source: str) -> Iterator[int]:
        """Add the comments of one input; yield the number of comments after each transaction.

        Parameters
        ----------
        scored
            The comments with their verdicts, in order.
        source
            The name of the input.
        """
        pairs = iter(scored)
        from_input = _Input(source, Counter(), {})
        n = 0
        while some := list(islice(pairs, _AT_ONCE if n else _AT_FIRST)):
            prints = [CopyPrint.of(item.comment.text) for item, _ in some]
            with self._database.writing() as sql:
                for (item, verdict), own in zip(some, prints, strict=True):
                    _add(sql, item, verdict, own, from_input)
            n += len(some)
            yield n


class _Input(NamedTuple):
    """What is known of an input while its comments are added.

    Attributes
    ----------
    source
        Its name.
    copies
        How often a comment without an id of its own has occurred.
    shelves
        The article last stored under each key, and its place.
    """

    source: str
    copies: Counter[str]
    shelves: Shelves


def drawn(key: str, purpose: str) -> float:
    """Return a pseudo-random number in [0, 1) that depends only on the arguments.

    >>> drawn("00ff", "sample") == drawn("00ff", "sample") != drawn("00fe", "sample")
    True
    """
    return int.from_bytes(blake2b(f"{purpose}\0{key}".encode(), digest_size=7).digest()) / 2**56


def in_sample(key: str) -> bool:
    """Return whether a comment is drawn if it is proposed for publishing.

    Parameters
    ----------
    key
        The key of the comment in the store.
    """
    return drawn(key, "sample") < DRAWN_SHARE


def is_drawn(key: str, proposal: str) -> bool:
    """Return whether a comment is one of those drawn from what is proposed for publishing.

    Parameters
    ----------
    key
        The key of the comment in the store.
    proposal
        What the model proposes.
    """
    return proposal == Action.PUBLISH and in_sample(key)


def _add(
    sql: sqlite3.Connection, item: Item, verdict: Verdict, print_: CopyPrint, from_input: _Input
) -> None:
    comment = item.comment
    article = _article_key(comment)
    own = digest(comment.text, article, comment.parent, comment.author, comment.published)
    name = item.own_id or own
    key = digest(name, own)
    if name == own:  # nothing but its place tells it from a copy by the same author
        from_input.copies[key] += 1
        n = from_input.copies[key]
        key = key if n == 1 else digest(key, str(n))
    identity: dict[str, object] = {"item": key, "id": name}
    identity["source"] = item.page or from_input.source
    identity |= _from_platform(item)
    scored = ScoredText(comment, verdict, print_)
    values = put_item(sql, scored, identity, from_input.shelves)
    if values is None:
        return
    sql.execute("UPDATE items SET state = 'open' WHERE item = :item AND state = 'changed'", values)
    if name != own and comment.author and article:  # earlier texts of the same comment
        # A plus keeps SQLite from the index of an article, which has thousands of comments.
        sql.execute(
            "UPDATE items SET tier = NULL, state = 'changed' WHERE +state IN ('open', 'second')"
            " AND id = :id AND +author = :author AND +article = :article AND item != :item",
            values,
        )


class ScoredText(NamedTuple):
    """A comment with its verdict, and the fingerprint by which copies of its text are found."""

    comment: Comment
    verdict: Verdict
    own: CopyPrint


def put_item(
    sql: sqlite3.Connection, scored: ScoredText, identity: dict[str, object], shelves: Shelves
) -> dict[str, object] | None:
    """Write a comment with its article; one that is known gets its new scores.

    A comment that was forgotten is not written, and no reply brings it along as its parent.

    Parameters
    ----------
    sql
        A connection with an open transaction.
    scored
        The comment.
    identity
        The other columns of `items`: the key, the platform's id, the source and so on.
    shelves
        The articles that were just stored; empty at first.

    Returns
    -------
    dict or None
        The values as they were written; None for a comment that was forgotten.
    """
    comment, verdict = scored.comment, scored.verdict
    key, article = str(identity["item"]), _article_key(comment)
    article = without_surrogates(article) if article else None
    fields = _fields(comment, verdict) | {"article": article} | identity
    fields |= _place_in_queue(key, verdict)
    fields |= _shelf(sql, article, comment, shelves) if article else _NOWHERE
    fields["at"], fields["timed"] = moment(comment.published, time())
    fields["read"] = sql.execute("SELECT COALESCE(MAX(read), 0) + 1 FROM items").fetchone()[0]
    clean = {
        field: without_surrogates(value) if isinstance(value, str) else value
        for field, value in fields.items()
    }
    values = without_forgotten(sql, clean)
    if values is None:
        return None
    columns = ", ".join(values)
    places = ", ".join(f":{field}" for field in values)
    again = ", ".join(f"{field} = excluded.{field}" for field in _RENEWED if field in values)
    is_known = sql.execute("SELECT 1 FROM items WHERE item = ?", (key,)).fetchone() is not None
    added = sql.execute(
        f"INSERT INTO items ({columns}) VALUES ({places}) ON CONFLICT (item) DO UPDATE SET {again}",  # noqa: S608 - our own words
        values,
    )
    if not is_known:
        join_alike(sql, int(added.lastrowid or 0), scored.own)
    return values


def _fields(comment: Comment, verdict: Verdict) -> dict[str, object]:
    return {
        "text": comment.text,
        "author": comment.author,
        "published": comment.published,
        "parent": comment.parent,
        "parent_id": comment.parent_id,
        "named": comment.id or None,
        "copies": comment.copies,
        "hostility": verdict.hostility.value,
        "off_topic": verdict.off_topic.value,
        "proposal": verdict.action.value,
        "model": verdict.model,
    }


def _from_platform(item: Item) -> dict[str, object]:
    """Return what a row says about its comment that no score needs; a number becomes its digits."""
    article = item.comment.article
    found = {name: item.raw.get(name) for name in ("revision", "url")}
    found["section"] = section_of(item.raw, article.url if article else None)
    found["revision"] = item.comment.revision or found["revision"]
    found["origin"] = item.comment.source if item.own_id else None
    return {
        name: str(value) if isinstance(value, str | int) and value != "" else None
        for name, value in found.items()
    }


def _place_in_queue(key: str, verdict: Verdict) -> dict[str, object]:
    """Return where a comment stands in the queue; a drawn one stands anywhere among the others."""
    is_of_sample = is_drawn(key, verdict.action)
    if is_of_sample:
        tier: int | None = int(drawn(key, "tier") * 2)
        need = drawn(key, "need")
    else:
        tier = _TIERS.get(verdict.action)
        need = max(score.value or 0.0 for score in verdict.scores)
    return {"drawn": is_of_sample, "tier": tier, "need": need}


_NOWHERE: dict[str, object] = {"shelf": 0, "edition": 1}


def _shelf(
    sql: sqlite3.Connection, key: str, comment: Comment, shelves: Shelves
) -> dict[str, object]:
    """Store an article unless it was just stored, and return its place and edition."""
    article = comment.article
    last, found = shelves.get(key, (None, _NOWHERE))
    if found is _NOWHERE or last is not article:
        _add_article(sql, key, article or Article(id=comment.article_id))
        statement = "SELECT place AS shelf, edition FROM articles WHERE article = ?"
        found = dict(sql.execute(statement, (key,)).fetchone())
        if len(shelves) >= _SHELVES:
            shelves.clear()
        shelves[key] = article, found
    return found


def _add_article(sql: sqlite3.Connection, key: str, article: Article) -> None:
    values = (key, article.id, article.title, article.text, article.url)
    sql.execute(
        "INSERT INTO articles (article, id, title, text, url) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (article) DO UPDATE SET id = excluded.id, title = excluded.title,"
        " text = excluded.text, url = excluded.url,"
        " edition = edition + (excluded.title != title OR excluded.text != text)"
        " WHERE excluded.title || excluded.text != ''"
        " AND (excluded.title != title OR excluded.text != text OR excluded.url IS NOT url)",
        [without_surrogates(value) if value else value for value in values],
    )


def _article_key(comment: Comment) -> str | None:
    """Return the id of a comment's article, or a digest of its text if it has no id."""
    article = comment.article
    if comment.article_id or article is None:
        return comment.article_id
    if article.id or not (article.title or article.text):
        return article.id
    return digest(article.title, article.text)


def digest(*parts: str | None, size: int = 8) -> str:
    """Return the digest of some parts of a comment, in hexadecimal digits; None is an empty part.

    Parameters
    ----------
    parts
        The parts, in order.
    size
        The bytes of the digest.
    """
    whole = "\0".join(part or "" for part in parts).encode("utf-8", "surrogatepass")
    return blake2b(whole, digest_size=size).hexdigest()
