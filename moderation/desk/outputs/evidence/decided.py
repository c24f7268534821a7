"""The last word about each comment of a store, with the context that a model needs."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.desk.outputs.period import EVER, Period
from moderation.desk.reasons import Reasons, Teaches
from moderation.desk.store.database import LAST_WORD, Database
from moderation.labels.decided import Decided, Outcome
from moderation.records import Article, Comment

_DECIDED = f"""SELECT d.what, d.reason, d.at, d.blind, i.id, i.text, i.author, i.article, i.parent,
        i.parent_id, i.section, a.title, a.text AS lead, a.url
    FROM items i JOIN decisions d ON d.seq = {LAST_WORD}
    LEFT JOIN articles a ON a.article = i.article
    WHERE d.what != 'second' AND i.state != 'forgotten' ORDER BY d.seq"""  # noqa: S608 - our own words

_PUBLISHED = {"publish", "overturn"}


def decided_comments(
    database: Database, reasons: Reasons, period: Period = EVER
) -> Iterator[Decided]:
    """Yield the comments of a store about which somebody has decided.

    Parameters
    ----------
    database
        The store.
    reasons
        What each reason says about a comment.
    period
        When the decisions were made.
    """
    with database.reading() as sql:
        rows = sql.execute(_DECIDED).fetchall()
    articles: dict[str, Article] = {}
    for row in rows:
        key = row["article"]
        if key and key not in articles:
            articles[key] = Article(
                id=key, title=row["title"] or "", text=row["lead"] or "", url=row["url"]
            )
        if not period.holds(row["at"]):
            continue
        published = row["what"] in _PUBLISHED
        reason = None if published else reasons.find(row["reason"])
        yield Decided(
            comment=Comment(
                id=row["id"],
                text=row["text"],
                author=row["author"],
                article=articles.get(key or ""),
                article_id=key,
                parent=row["parent"],
                parent_id=row["parent_id"],
                published=row["at"],
            ),
            outcome=Outcome.PUBLISHED if published else Outcome.REJECTED,
            reason=reason.key if reason else None,
            hostile=reason.label is Teaches.HOSTILE if reason else None,
            section=row["section"],
            proposal_seen=not row["blind"],
        )
