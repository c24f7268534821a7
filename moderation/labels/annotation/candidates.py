"""Comments that may be shown to an annotator, with the model's scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from moderation.context import stands_under_text
from moderation.errors import ModerationError, Notice
from moderation.labels.identity import key_of, key_of_row, placed, row_id
from moderation.labels.labelled_files import LabelledRow
from moderation.model import Moderator
from moderation.records import Article, Attribute, Comment
from moderation.sources.comment_rows import Item

# Mark in a comment's source: the text may be several comments.
_UNSEGMENTED = "unsegmented"

# An annotator sees at most so many words, each of which raises the log-odds by at least half.
_MOST_WORDS, _TELLING = 5, 0.5


class Selection(StrEnum):
    """Why `label` showed a comment to an annotator, as the labelled row records it.

    Rows may have another word if their comments were chosen elsewhere; it is preserved.
    """

    RANDOM = "random"
    UNCERTAIN = "uncertain"
    DIVERSE = "diverse"
    DISAGREEMENT = "disagreement"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The model's scores of a comment, and the thresholds in force."""

    model: str
    hostility: float | None
    off_topic: float | None
    review: dict[Attribute, float]
    hold: dict[Attribute, float]

    def score(self, attribute: Attribute) -> float | None:
        """Return the score of one attribute."""
        return self.hostility if attribute is Attribute.HOSTILITY else self.off_topic


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A comment that may be labelled.

    Attributes
    ----------
    comment
        The comment with its article and parent. Its `id` and `article_id` are those of the
        labelled row.
    key
        The key that identifies it (see :mod:`moderation.labels.identity`).
    asked
        The attributes to ask about.
    source
        The source of the comment, as the labelled row records it.
    selection
        Why it was selected: a :class:`Selection`, or the word in its labelled row. None means
        that it was taken in the order of the input.
    seen
        The model's scores; None if the model was not used.
    chance
        The chance with which the input says that the comment was drawn. Its row keeps it, and
        the input's own word for the selection.
    drawn
        That word.
    """

    comment: Comment
    key: str
    asked: tuple[Attribute, ...]
    source: str = ""
    selection: str | None = None
    seen: Seen | None = None
    chance: float | None = None
    drawn: str | None = None


def candidates(
    items: Iterable[Item | ModerationError],
    attributes: Sequence[Attribute],
    source: str,
    problems: list[ModerationError],
) -> Iterator[Candidate]:
    """Turn an input into candidates.

    Parameters
    ----------
    items
        The result of :func:`moderation.sources.inputs.read_comments`.
    attributes
        The attributes to ask about; off-topic only for comments with an article or a parent.
    source
        The source of the comments that rows record.
    problems
        The list to which errors are added.
    """
    for item in items:
        if isinstance(item, ModerationError):
            problems.append(item)
            continue
        comment = item.comment
        if _UNSEGMENTED in comment.source:
            what = "several comments that could not be told apart are not asked about"
            problems.append(Notice(what, path=item.page or source))
            continue
        above = placed(comment)
        key = key_of(comment.text, above, comment.parent)
        named = row_id(item, key)
        parent_id = comment.parent_id if named == comment.id else None
        comment = msgspec.structs.replace(comment, id=named, article_id=above, parent_id=parent_id)
        yield Candidate(
            comment=comment,
            key=key,
            asked=_asked(comment, attributes),
            source=source,
            **_draw(item.raw),
        )


def _draw(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return with which chance and how a comment was drawn, if its row says so."""
    try:
        chance = float(raw.get("chance") or 0)
    except (TypeError, ValueError):
        return {}
    selection = raw.get("selection")
    named = selection if isinstance(selection, str) and selection else None
    return {"chance": chance, "drawn": named} if 0 < chance <= 1 else {}


def candidate_of(
    row: LabelledRow, articles: dict[str, Article], attributes: Sequence[Attribute]
) -> Candidate:
    """Return the comment of a labelled row as a candidate, to be asked about again.

    Parameters
    ----------
    row
        The labelled row.
    articles
        Articles by id.
    attributes
        The attributes to ask about.
    """
    comment = Comment(
        id=row.id,
        text=row.text,
        article=row.article or articles.get(row.article_id or ""),
        article_id=row.article_id,
        parent=row.parent,
        parent_id=row.parent_id,
    )
    return Candidate(
        comment=comment,
        key=key_of_row(row),
        asked=_asked(comment, attributes),
        source=row.source,
        selection=row.selection,
        chance=row.chance,
    )


def telling_words(moderator: Moderator, text: str) -> tuple[str, ...]:
    """Return the words of a text that raise the score of hostility most, in their order.

    Parameters
    ----------
    moderator
        The model that scores the text.
    text
        The text of a comment.
    """
    explanation = moderator.explain(Comment(id="", text=text), Attribute.HOSTILITY)
    if explanation is None:
        return ()
    telling = [each for each in explanation.weightiest(_MOST_WORDS) if each.weight >= _TELLING]
    return tuple(each.text for each in sorted(telling, key=lambda reason: reason.start))


def _asked(comment: Comment, attributes: Sequence[Attribute]) -> tuple[Attribute, ...]:
    compared = stands_under_text(comment)  # The screen does not show threads.
    return tuple(each for each in attributes if compared or each is not Attribute.OFF_TOPIC)


def scored(found: Iterable[Candidate], moderator: Moderator) -> Iterator[Candidate]:
    """Add the model's scores to each candidate, in one pass.

    The model gets the comments of an article with their thread. The results have no thread,
    because candidates wait in memory.

    Parameters
    ----------
    found
        The candidates.
    moderator
        The model that scores them.
    """
    for candidate, verdict in moderator.score_pairs((each, each.comment) for each in found):
        seen = Seen(
            model=verdict.model,
            hostility=verdict.hostility.value,
            off_topic=verdict.off_topic.value,
            review={score.attribute: score.review for score in verdict.scores},
            hold={score.attribute: score.hold for score in verdict.scores},
        )
        comment = msgspec.structs.replace(candidate.comment, thread=())
        yield msgspec.structs.replace(candidate, comment=comment, seen=seen)
