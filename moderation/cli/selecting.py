"""The options of ``score`` that select and sort comments."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from moderation.records import Score, Verdict
    from moderation.sources.comment_rows import Item

    Pair = tuple[Item, Verdict]


class Order(StrEnum):
    """The order in which comments are shown."""

    HOSTILITY = "hostility"
    OFF_TOPIC = "off_topic"
    TIME = "time"
    GIVEN = "given"


Sort = Annotated[
    Order,
    typer.Option(
        "--sort",
        help="The highest score first, the oldest first, or as given. Sorting needs all comments "
        "in memory.",
    ),
]
Only = Annotated[
    str | None,
    typer.Option(
        "--only",
        help="Show or write comments of these actions alone: hold,review.",
        show_default=False,
        metavar="ACTION,...",
    ),
]
Status = Annotated[
    str | None,
    typer.Option(
        "--status",
        help="Score comments of this status alone: pending, approved, rejected, or the platform's "
        "own word; several with commas. Exports have it, and record files with a field status.",
        show_default=False,
        metavar="STATUS,...",
    ),
]


def words(given: str | None) -> tuple[str, ...]:
    """Return the words of an option that takes several, in lower case."""
    found = (word.strip().lower() for word in (given or "").split(","))
    return tuple(dict.fromkeys(word for word in found if word))


def actions(given: str | None) -> tuple[str, ...]:
    """Return the actions that `--only` names.

    Raises
    ------
    UsageError
        If it names none, or what is no action.
    """
    from moderation.errors import UsageError
    from moderation.records import Action

    found = words(given)
    wrong = [word for word in found if word not in set(Action)]
    if wrong or (given is not None and not found):
        hint = f"actions are {', '.join(Action)}; several with commas"
        raise UsageError("no action", field="--only", got=", ".join(wrong) or given, hint=hint)
    return found


def arranged(pairs: Iterable[Pair], order: Order) -> Iterator[Pair]:
    """Yield comments and their verdicts in an order; equals stay as given, those without last."""
    if order is Order.GIVEN:
        yield from pairs
    elif order is Order.TIME:
        yield from sorted(pairs, key=lambda pair: _written(pair[0].comment.published))
    elif order is Order.HOSTILITY:
        yield from sorted(pairs, key=lambda pair: _low(pair[1].hostility))
    else:
        yield from sorted(pairs, key=lambda pair: _low(pair[1].off_topic))


def _low(score: Score) -> float:
    return math.inf if score.value is None else -score.value


def _written(published: str | None) -> float:
    from moderation.sources.times import moment

    return moment(published, math.inf).at
