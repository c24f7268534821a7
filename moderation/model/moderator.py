"""The object that scores comments with a model and proposes an action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self, TypeVar

import msgspec
import numpy as np

from moderation._types import Floats
from moderation.context import has_context
from moderation.errors import ModelError
from moderation.features import batches
from moderation.features.reading import Batch
from moderation.model.artifact.folder import Model, load_model
from moderation.model.explanation import Explanation, explain_text, explain_topicality
from moderation.model.linear.models import sigmoid
from moderation.model.manifest import Thresholds
from moderation.model.multilingual import Others, at_hand, whole_digest
from moderation.model.speaking import is_ours, none_speaks, unspoken
from moderation.records import Action, Attribute, Comment, Score, Verdict
from moderation.text.languages import primary

T = TypeVar("T")

# The most comments that are scored together: a slow stream still yields verdicts in time.
_BATCH_COMMENTS = 512

# The most reasons in a verdict for hostility.
_REASONS = 5

NO_CONTEXT = "no article, no parent and no thread to compare with"
NO_SUBJECT = "the article has no text, and its title does not say what it is about"
NO_MODEL = "the model does not score it"


class Moderator:
    """Scores comments and proposes an action; a person decides.

    Parameters
    ----------
    model
        A verified model: the newsroom's own. It also scores what is in no sure language.
    unknown
        The action for a comment in a language that no model at hand speaks.
    others
        Models of other languages, which score the comments in them.
    language
        The language of comments that name none; None identifies it.

    Examples
    --------
    >>> from moderation.records import Comment
    >>> verdict = Moderator.load().score(Comment(text="Thank you for this careful report."))
    >>> verdict.action.value
    'publish'
    """

    def __init__(
        self,
        model: Model,
        unknown: Action = Action.REVIEW,
        others: Others | None = None,
        language: str | None = None,
    ) -> None:
        self.model = model
        self.unknown = unknown
        self.language = language
        self._others = others or Others()

    @classmethod
    def load(
        cls,
        folder: str | Path | None = None,
        unknown: Action = Action.REVIEW,
        language: str | None = None,
        *,
        mapped: bool = False,
    ) -> Self:
        """Load the models at hand.

        Parameters
        ----------
        folder
            A model folder or a registry, which then is the only model; a folder of such folders;
            None for all that are installed.
        unknown
            The action for a comment in a language that no model speaks.
        language
            The language of comments that name none; None identifies it.
        mapped
            See :func:`~moderation.model.load_model`.
        """
        found = at_hand(folder, language)
        return cls(load_model(found.own, mapped=mapped), unknown, found.others, language)

    @property
    def digest(self) -> str:
        """The digest of all models at hand."""
        return whole_digest(self.model.digest, self._others)

    @property
    def languages(self) -> list[str]:
        """The codes of the languages that the models at hand speak, our own first."""
        return [primary(self.model.manifest.language), *sorted(self._others.folders)]

    def score(self, comment: Comment, *, explain: bool = False) -> Verdict:
        """Score one comment; see :meth:`score_many`."""
        return next(self.score_many([comment], explain=explain))

    def score_many(
        self, comments: Iterable[Comment], *, explain: bool = False
    ) -> Iterator[Verdict]:
        """Score a stream of comments.

        Parameters
        ----------
        comments
            Comments with their `article`, `parent` and `thread`, as far as they are known. The
            off-topic score compares a comment with them and is None without any.
        explain
            Whether to add the reasons for each score, the largest weight first.

        Yields
        ------
        Verdict
            One verdict for each comment, in order.
        """
        pairs = ((comment, comment) for comment in comments)
        for comment, verdict in self.score_pairs(pairs):
            yield self.with_reasons(comment, verdict) if explain else verdict

    def score_pairs(self, pairs: Iterable[tuple[T, Comment]]) -> Iterator[tuple[T, Verdict]]:
        """Score a stream of comments, each with something that goes with it to its verdict.

        Parameters
        ----------
        pairs
            Anything, and a comment as for :meth:`score_many`.

        Yields
        ------
        tuple
            What came with the comment, and its verdict, in order.
        """
        for batch in batches(pairs, length=_length, most=_BATCH_COMMENTS):
            verdicts = self._verdicts([comment for _, comment in batch])
            yield from zip((beside for beside, _ in batch), verdicts, strict=True)

    def _verdicts(self, comments: Sequence[Comment]) -> Iterator[Verdict]:
        batch = self.model.reading.read([comment.text for comment in comments])
        strange = self._unspoken(comments, batch)
        if not strange:
            yield from self._scored(comments, batch)
            return
        rows: dict[str | None, list[int]] = {}
        for row in range(len(comments)):
            rows.setdefault(strange.get(row), []).append(row)
        verdicts: dict[int, Verdict] = {}
        for code, places in rows.items():
            some = [comments[row] for row in places]
            found = self._scored_in(code, some) if code else self._scored(some, batch.only(places))
            verdicts |= zip(places, found, strict=True)
        yield from (verdicts[row] for row in range(len(comments)))

    def _unspoken(self, comments: Sequence[Comment], batch: Batch) -> dict[int, str]:
        named = [comment.language or self.language for comment in comments]
        return unspoken(self.model.manifest.language, batch, named)

    def _scored_in(self, code: str, comments: Sequence[Comment]) -> Iterator[Verdict]:
        """Score comments in another language, as far as a model at hand speaks it."""
        speaker = self._speaker(code)
        if not speaker:
            return (self._unscored(comment, code) for comment in comments)
        batch = speaker.model.reading.read([comment.text for comment in comments])
        return speaker._scored(comments, batch)

    def _speaker(self, code: str | None) -> Moderator | None:
        """Return what scores in a language, ourselves for None; None if no model speaks it."""
        if code is None:
            return self
        model = self._others.get(code)
        return None if model is None else Moderator(model)

    def _scored(self, comments: Sequence[Comment], batch: Batch) -> Iterator[Verdict]:
        hostility, off_topic = self._hostility(batch), self._off_topic(comments, batch)
        model = self.model
        for comment, hostile, off in zip(comments, hostility, off_topic, strict=True):
            yield Verdict(
                id=comment.id,
                hostility=hostile,
                off_topic=off,
                action=proposed((hostile, off)),
                model=model.version,
                language=primary(model.manifest.language),
            )

    def _unscored(self, comment: Comment, code: str) -> Verdict:
        """Return the verdict on a comment in a language that no model speaks."""
        why = none_speaks(code)
        hostility, off_topic = (_null(a, self.model.thresholds(a), why) for a in Attribute)
        return Verdict(
            id=comment.id,
            hostility=hostility,
            off_topic=off_topic,
            action=self.unknown,
            model=self.model.version,
            unspoken=code,
        )

    def is_quick(self, comments: Iterable[Comment]) -> bool:
        """Return whether our own model is sure to score comments, so that nothing is loaded."""
        ours = self.model.manifest.language
        return all(is_ours(ours, each.text, each.language or self.language) for each in comments)

    def speaks(self, comments: Iterable[Comment]) -> Iterator[bool]:
        """Yield whether our own model scores each comment: its language is ours, or unsure."""
        pairs = ((comment, comment) for comment in comments)
        for batch in batches(pairs, length=_length, most=_BATCH_COMMENTS):
            some = [comment for comment, _ in batch]
            read = self.model.reading.read([comment.text for comment in some])
            strange = self._unspoken(some, read)
            yield from (row not in strange for row in range(len(some)))

    def _foreign(self, comment: Comment) -> str | None:
        """Return the code of a comment's language if it is another than our own."""
        return self._unspoken([comment], self.model.reading.read([comment.text])).get(0)

    def version_for(self, comment: Comment) -> str:
        """Return the version of the model that scores a comment."""
        speaker = self._speaker(self._foreign(comment)) or self
        return speaker.model.version

    def with_reasons(self, comment: Comment, verdict: Verdict) -> Verdict:
        """Return the verdict about a comment with the reasons for each score."""
        ours = verdict.language in {"", primary(self.model.manifest.language)}
        speaker = self._speaker(None if ours else verdict.language)
        if verdict.unspoken or speaker is None:
            return verdict
        hostility, off_topic = (speaker._explained(comment, score) for score in verdict.scores)
        return msgspec.structs.replace(verdict, hostility=hostility, off_topic=off_topic)

    def _hostility(self, batch: Batch) -> list[Score]:
        thresholds = self.model.thresholds(Attribute.HOSTILITY)
        if self.model.hostility is None or thresholds is None:
            return [_null(Attribute.HOSTILITY, thresholds, NO_MODEL)] * len(batch.texts)
        values = sigmoid(self.model.hostility.log_odds_of(batch))
        return _scores(Attribute.HOSTILITY, values, thresholds)

    def _off_topic(self, comments: Sequence[Comment], batch: Batch) -> list[Score]:
        thresholds = self.model.thresholds(Attribute.OFF_TOPIC)
        model = self.model.off_topic
        if model is None or thresholds is None:
            return [_null(Attribute.OFF_TOPIC, thresholds, NO_MODEL)] * len(comments)
        placed = [i for i, comment in enumerate(comments) if has_context(comment)]
        nulls = {
            why: _null(Attribute.OFF_TOPIC, thresholds, why) for why in (NO_CONTEXT, NO_SUBJECT)
        }
        scores: dict[int, Score] = {}
        if placed:
            known = [comments[i] for i in placed]
            signals = self.model.topicality.signals_of(known, batch.only(placed))
            values = sigmoid(model.log_odds(signals))
            found = _scores(Attribute.OFF_TOPIC, values, thresholds)
            scores = dict(zip(placed, found, strict=True))
        return [scores.get(i) or nulls[_missing(comment)] for i, comment in enumerate(comments)]

    def explained(
        self, comment: Comment, attribute: Attribute, scored: float | None = None
    ) -> tuple[Score, Explanation | None]:
        """Return one score and its exact parts; the score is their sum.

        Parameters
        ----------
        comment
            The comment with its context.
        attribute
            The attribute.
        scored
            See :meth:`explain`.
        """
        code = self._foreign(comment)
        speaker = self._speaker(code)
        if speaker is not None:
            return speaker._explained_here(comment, attribute, scored)
        return _null(attribute, self.model.thresholds(attribute), none_speaks(code or "")), None

    def _explained_here(
        self, comment: Comment, attribute: Attribute, scored: float | None
    ) -> tuple[Score, Explanation | None]:
        thresholds = self.model.thresholds(attribute)
        explanation = self._explanation(comment, attribute, scored)
        if explanation is None or thresholds is None:
            is_hostility = attribute is Attribute.HOSTILITY
            model = self.model.hostility if is_hostility else self.model.off_topic
            why = NO_MODEL if model is None else _missing(comment)
            return _null(attribute, thresholds, why), None
        value = sigmoid(np.array([explanation.log_odds]))
        return _scores(attribute, value, thresholds)[0], explanation

    def explain(
        self, comment: Comment, attribute: Attribute, scored: float | None = None
    ) -> Explanation | None:
        """Return the exact parts of one score; None if there is no score to explain.

        Parameters
        ----------
        comment
            The comment with its context.
        attribute
            The attribute.
        scored
            The off-topic score that the comment got beside a thread that it lacks here. It stands
            for the thread, so that the cost does not grow with the other comments.
        """
        speaker = self._speaker(self._foreign(comment))
        return speaker._explanation(comment, attribute, scored) if speaker else None

    def _explanation(
        self, comment: Comment, attribute: Attribute, scored: float | None = None
    ) -> Explanation | None:
        model = self.model
        if attribute is Attribute.HOSTILITY:
            if model.hostility is None:
                return None
            return explain_text(model.hostility, comment.text, attribute)
        if model.off_topic is None or (scored is None and not has_context(comment)):
            return None
        return explain_topicality(model.off_topic, model.topicality, comment, scored)

    def _explained(self, comment: Comment, score: Score) -> Score:
        explanation = self._explanation(comment, score.attribute)
        if explanation is None:
            return score
        whole = score.attribute is Attribute.OFF_TOPIC
        reasons = explanation.reasons if whole else explanation.weightiest(_REASONS)
        return msgspec.structs.replace(score, reasons=reasons)


def _missing(comment: Comment) -> str:
    """Return why a comment without context cannot be judged."""
    has_title = comment.article is not None and comment.article.title.strip()
    return NO_SUBJECT if has_title else NO_CONTEXT


def _length(pair: tuple[object, Comment]) -> int:
    return len(pair[1].text)


def proposed(scores: Iterable[Score]) -> Action:
    """Return the strictest action that any of the scores requires."""
    action = Action.PUBLISH
    for score in scores:
        if score.value is not None:
            if score.value >= score.hold:
                return Action.HOLD
            if score.value >= score.review:
                action = Action.REVIEW
    return action


def _scores(attribute: Attribute, values: Floats, thresholds: Thresholds) -> list[Score]:
    """Make scores from probabilities.

    Raises
    ------
    ModelError
        If a probability is NaN. Without the error, the action would be to publish the comment.
    """
    if np.isnan(values).any():
        hint = "its weights are damaged or another's; train it again, or use another model"
        raise ModelError("the model's score is not a number", field=attribute.value, hint=hint)
    review, hold = thresholds.review, thresholds.hold
    return [
        Score(attribute=attribute, value=value, review=review, hold=hold)
        for value in np.clip(values, 0.0, 1.0).tolist()
    ]


def _null(attribute: Attribute, thresholds: Thresholds | None, why: str) -> Score:
    review, hold = (thresholds.review, thresholds.hold) if thresholds else (1.0, 1.0)
    return Score(attribute=attribute, value=None, review=review, hold=hold, why_null=why)
