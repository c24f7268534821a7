"""Scoring on several cores, through joblib: the same verdicts in the same order.

Imported only when more than one job is asked for; start-up pays for nothing else.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from joblib import Parallel, delayed

from moderation.artifact import load_model
from moderation.errors import ModelError
from moderation.moderator import Moderator
from moderation.records import Comment, Verdict

# Comments that go to a worker at once: enough that handing them over costs little, few enough that
# workers end together (tuned on two cores).
_SHARE = 4096


def score_parallel(
    folder: str | Path, comments: Iterable[Comment], *, jobs: int, explain: bool = False
) -> Iterator[Verdict]:
    """Score a stream of comments with several processes.

    Parameters
    ----------
    folder
        The model; every worker verifies and loads it itself, nothing is pickled but comments and
        verdicts.
    comments
        With article and parent where they are known.
    jobs
        Number of processes; joblib's counting (-1: one a core).
    explain
        As in :meth:`moderation.moderator.Moderator.score_many`.

    Yields
    ------
    Verdict
        One a comment, in order. Comments of one article that fall into different shares do not
        see each other as a thread.

    Raises
    ------
    ModelError
        If the folder changes while it is being read.
    """
    digest = load_model(folder).digest
    work = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="2*n_jobs")
    shares = work(
        delayed(_score)(str(folder), digest, share, explain) for share in _shares(comments)
    )
    try:
        for verdicts in shares:
            yield from verdicts
    finally:
        with warnings.catch_warnings():  # who has seen enough need not hear of cancelled work
            warnings.simplefilter("ignore", UserWarning)
            shares.close()


def _shares(comments: Iterable[Comment]) -> Iterator[list[Comment]]:
    stream = iter(comments)
    while share := list(islice(stream, _SHARE)):
        yield share


def _score(folder: str, digest: str, comments: list[Comment], explain: bool) -> list[Verdict]:
    moderator = _moderator(folder)
    if moderator.model.digest != digest:
        raise ModelError("changed while comments were scored", path=folder, hint="start again")
    return list(moderator.score_many(comments, explain=explain))


@lru_cache(maxsize=1)
def _moderator(folder: str) -> Moderator:
    return Moderator.load(folder)
