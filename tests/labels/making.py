"""Candidates and sessions for these tests, all invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from moderation.labels.annotation.candidates import Candidate, Seen, Selection
from moderation.labels.annotation.session import Rules, Session
from moderation.labels.articles import ArticleFile
from moderation.labels.identity import key_of
from moderation.labels.journal.log import Journal
from moderation.labels.labelled_files import LabelledRow
from moderation.records import Article, Attribute, Comment

H, O = Attribute.HOSTILITY, Attribute.OFF_TOPIC  # noqa: E741
BRIDGE = Article(id="bridge", title="Swing bridge shut", text="The swing bridge stays shut.")


def candidate(
    text: str,
    *,
    article: Article | None = BRIDGE,
    score: float | None = None,
    off: float | None = None,
    id_: str = "",
    selection: Selection | None = None,
) -> Candidate:
    """A candidate; the thresholds in force are 0.2 and 0.8."""
    above = article.id if article else None
    key = key_of(text, above, None)
    seen = Seen(
        model="tiny@1",
        hostility=score,
        off_topic=off,
        review=dict.fromkeys(Attribute, 0.2),
        hold=dict.fromkeys(Attribute, 0.8),
    )
    return Candidate(
        comment=Comment(id=id_ or key, text=text, article=article, article_id=above),
        key=key,
        asked=(H, O) if article else (H,),
        seen=None if score is None and off is None else seen,
        selection=selection,
    )


class Sheet:
    """A labelled file and the sessions on it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "mine.jsonl"
        self.seconds = 0.0

    def session(
        self, queue: Iterable[Candidate], annotator: str = "anna", **rules: object
    ) -> Session:
        told = Rules(annotator=annotator, **rules)  # type: ignore[arg-type]
        journal, articles = Journal(self.path), ArticleFile(self.path)
        return Session(queue, journal, articles, told, clock=lambda: self.seconds)

    @property
    def rows(self) -> list[LabelledRow]:
        journal = Journal(self.path)
        found = list(journal.unread())
        assert journal.problems == []
        journal.close()
        return found


def said(rows: Sequence[LabelledRow]) -> list[tuple[str, object, object]]:
    """Who said what, line by line."""
    return [(row.text, row.hostility, row.off_topic) for row in rows]
