"""A decision that a moderator took on the platform becomes a labelled row."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from moderation.context import stands_under_text
from moderation.labels import Answer, LabelledRow
from moderation.records import Comment
from moderation.service.comments.wire import SentDecision
from moderation.service.feedback import Shown, annotator
from moderation.service.limits import ANYBODY

#: The source of every row that a platform's decision became.
SOURCE = "decisions"

# Characters of an id within a token and within the id of a row.
_ID = 300


class _Answers(NamedTuple):
    """What a row says about both attributes, and why it says no more."""

    hostility: Answer
    off_topic: Answer
    note: str | None = None


def labelled(
    comment: Comment, sent: SentDecision, client: str, model: str, shown: Shown | None
) -> LabelledRow:
    """Return the row of a decision.

    Parameters
    ----------
    comment
        The comment with its article, as the service knows it.
    sent
        The decision as it came.
    client
        The holder of the key.
    model
        The version in force.
    shown
        The score that was last sent for the text, if it is remembered.
    """
    answers = _answers(sent, placed=stands_under_text(comment))
    digest = blake2b(comment.text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    id_ = str(comment.id)[:_ID]
    return LabelledRow(
        text=comment.text,
        id=f"{id_}:{digest}",
        hostility=answers.hostility,
        off_topic=answers.off_topic,
        annotator=annotator(client, sent.moderator),
        source=SOURCE if client == ANYBODY else f"{SOURCE}:{client}",
        labelled_at=sent.decided_at,
        article=comment.article,
        article_id=None if comment.article else comment.article_id,
        parent=comment.parent,
        note=answers.note,
        model=shown.model if shown else model,
        score_seen=shown.score if shown else None,
        token=f"{id_}@{sent.decided_at}",
    )


def _answers(sent: SentDecision, *, placed: bool) -> _Answers:
    """Return what a decision says.

    A row is needed even where it says nothing: the last row of a moderator about a comment counts,
    so it takes back what an earlier one said.
    """
    if sent.decision == "publish":
        return _Answers(False, False if placed else None)
    if sent.decision is None:
        return _Answers("unsure", "unsure", "the decision was taken back")
    if sent.reason is None:
        return _Answers("unsure", "unsure", "rejected without a reason")
    hostile = sent.reason == "hostile"
    return _Answers(True if hostile else None, None if hostile else True)
