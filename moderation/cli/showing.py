"""Scored comments on a terminal: the table, its pager, and the progress until it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from moderation.cli.outcome import counted
from moderation.cli.output import say
from moderation.cli.paging import has_pager, paged
from moderation.cli.progress import ProgressLine
from moderation.cli.selecting import Order, arranged
from moderation.cli.table import ScoreTable
from moderation.records import Action

if TYPE_CHECKING:
    from moderation.batch.records import Tally
    from moderation.cli.selecting import Pair
    from moderation.model import Moderator


# The most languages without a model that are named below a table.
_NAMED = 5


class View(NamedTuple):
    """How a table is shown.

    Attributes
    ----------
    order
        The order of the comments.
    explain
        Whether to list the reasons of each.
    page
        Whether a pager may show it.
    quiet
        Whether to show no progress.
    only
        The actions whose comments alone are shown; none for all.
    """

    order: Order = Order.GIVEN
    explain: bool = False
    page: bool = True
    quiet: bool = False
    only: tuple[str, ...] = ()


def show(moderator: Moderator, pairs: Iterator[Pair], view: View, tally: Tally) -> None:
    """Print scored comments as a table, and the counts of all.

    A pager and an order need all comments first; else each is printed as it arrives.
    """
    if has_pager(wanted=view.page) or view.order is not Order.GIVEN:
        pairs = arranged(_all(pairs, view), view.order)
    with paged(wanted=view.page):
        table = ScoreTable(grouped=view.order is Order.GIVEN, explain=view.explain)
        why_null, unspoken = "", Counter[str]()
        for item, verdict in pairs:
            if verdict.unspoken:
                unspoken[verdict.null_reason or ""] += 1
            else:
                why_null = verdict.off_topic.why_null or why_null
            explained = view.explain or verdict.action is not Action.PUBLISH
            table.verdict(
                item, moderator.with_reasons(item.comment, verdict) if explained else verdict
            )
        if tally.actions or tally.left_out:
            told = f"{counted(tally, view.only)}. A person decides."
            say(f"{told}  Model {moderator.model.version}")
        if why_null:
            say(f"off-topic -: {why_null}")
        for why, n in unspoken.most_common(_NAMED):
            say(f"no score of {n:,}: {why}")


def _all(pairs: Iterator[Pair], view: View) -> list[Pair]:
    """Return all comments and their verdicts; show how many until then."""
    found = []
    with ProgressLine(0, 0, quiet=view.quiet) as progress:
        for pair in pairs:
            found.append(pair)
            progress.add(1, 0)
    return found
