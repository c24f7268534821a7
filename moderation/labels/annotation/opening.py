"""From inputs and a labelled file to a session: which comments are asked about, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

import msgspec

from moderation.errors import ModerationError, UsageError
from moderation.files import STDIN
from moderation.labels.annotation.candidates import (
    Candidate,
    candidate_of,
    candidates,
    scored,
    telling_words,
)
from moderation.labels.annotation.ordering import (
    RANDOM_SHARE,
    Order,
    contested_comments,
    disagreements,
    queue,
)
from moderation.labels.annotation.session import Rules, Session, still_open
from moderation.labels.answers import Answers
from moderation.labels.articles import ArticleFile
from moderation.labels.identity import key_of_row
from moderation.labels.journal.log import Journal
from moderation.labels.labelled_files import LabelledRow, read_labelled
from moderation.model import Moderator
from moderation.records import Article
from moderation.sources import expanded, read_comments
from moderation.sources.comment_rows import RowContext

Counting = Callable[[int], None]

_COUNTED_EVERY = 1000


class AnnotationPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of a labelling session: the inputs and their order.

    Attributes
    ----------
    inputs
        Anything that :func:`moderation.sources.read_comments` reads, or labelled files or folders
        if labelled comments are to be reviewed.
    order
        The order of the comments.
    random_share
        Share of the mixture that is drawn at random.
    source
        The source that rows record; default: the name of the input.
    """

    inputs: tuple[str, ...]
    order: Order = Order.MIXTURE
    random_share: float = RANDOM_SHARE
    source: str | None = None


def open_session(
    plan: AnnotationPlan,
    output: str | Path,
    rules: Rules,
    *,
    moderator: Callable[[], Moderator] | None = None,
    context: RowContext | None = None,
    counting: Counting | None = None,
) -> tuple[Session, list[ModerationError]]:
    """Open a labelling session on a file, and resume an earlier one.

    Parameters
    ----------
    plan
        What to label.
    output
        The labelled file, created if it is missing.
    rules
        The rules of the session.
    moderator
        Loads the model that scores the candidates, if the order or the assistance needs it.
    context
        Articles that the inputs do not have themselves.
    counting
        Called from time to time with the number of comments read.

    Returns
    -------
    session : Session
        The opened session.
    problems : list of ModerationError
        The parts of the inputs and of the labelled file that could not be read.
    """
    if Path(output).name.startswith("articles."):
        hint = "articles.jsonl beside it holds the articles"
        raise UsageError("no name for a labelled file", path=output, hint=hint)
    problems: list[ModerationError] = []
    loaded = moderator() if moderator else None
    journal, articles, answers = Journal(output), ArticleFile(output), Answers()
    if rules.adjudicated or plan.order is Order.DISAGREEMENT:
        found = _again(plan, journal, articles, answers, rules, problems)
        found = scored(found, loaded) if loaded else found
        chosen = contested_comments if rules.adjudicated else disagreements
        ranked = chosen(found, answers)
        order = [each for each in ranked if still_open(each, answers, rules)]
    else:
        answers.add(journal.unread())
        context = context or RowContext()
        context = context._replace(articles={**articles.known, **context.articles})
        pool = _fresh(_counted(_pool(plan, context, rules, problems), counting), answers, rules)
        pool = scored(pool, loaded) if loaded else pool
        order = queue(pool, plan.order, random_share=plan.random_share)
    problems.extend([*journal.problems, *articles.problems])
    session = Session(order, journal, articles, rules, answers)
    if loaded:
        session.telling = lru_cache(maxsize=1)(partial(telling_words, loaded))
    return session, problems


def _pool(
    plan: AnnotationPlan, context: RowContext | None, rules: Rules, problems: list[ModerationError]
) -> Iterator[Candidate]:
    for path in expanded(plan.inputs):
        if isinstance(path, ModerationError):
            problems.append(path)
            continue
        name = "standard input" if path == STDIN else Path(path).name
        items = read_comments([path], context)
        yield from candidates(items, rules.attributes, plan.source or name, problems)


def _fresh(pool: Iterable[Candidate], answers: Answers, rules: Rules) -> Iterator[Candidate]:
    return (candidate for candidate in pool if still_open(candidate, answers, rules))


def _counted(pool: Iterable[Candidate], counting: Counting | None) -> Iterator[Candidate]:
    for n, candidate in enumerate(pool, start=1):
        if counting is not None and n % _COUNTED_EVERY == 0:
            counting(n)
        yield candidate


def _again(
    plan: AnnotationPlan,
    journal: Journal,
    articles: ArticleFile,
    answers: Answers,
    rules: Rules,
    problems: list[ModerationError],
) -> Iterator[Candidate]:
    """Yield one candidate for each labelled comment, after all lines have been read."""
    rows: list[LabelledRow] = []
    known: dict[str, Article] = {}
    if plan.inputs:
        found = read_labelled(plan.inputs)
        problems.extend([*found.rejected, *found.notices])
        rows.extend(found.rows)
        known.update(found.articles)
    rows.extend(journal.unread())
    known.update(articles.known)
    answers.add(rows)
    return _once(rows, known, rules)


def _once(
    rows: Sequence[LabelledRow], known: dict[str, Article], rules: Rules
) -> Iterator[Candidate]:
    seen: set[str] = set()
    for row in rows:
        key = key_of_row(row)
        if key not in seen:
            seen.add(key)
            yield candidate_of(row, known, rules.attributes)
