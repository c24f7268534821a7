"""``moderation compare``: compares another scorer's recorded scores with ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import AsJson, ModelDir, Quiet

if TYPE_CHECKING:
    from moderation.evaluation.dual_run import ComparedScorer

_WIDEST = 100


def command(
    log: Annotated[
        Path,
        typer.Argument(
            help="Recorded answers: requests with responses, texts with a column a score, or "
            "the comments of a Coral dump.",
            show_default=False,
        ),
    ],
    score: Annotated[
        list[str] | None,
        typer.Option(help="Recorded score to compare; repeatable. Default: all."),
    ] = None,
    threshold: Annotated[
        list[float] | None,
        typer.Option(
            help="Threshold in use with the other scorer; repeatable. Default: 0.5 to 0.9.",
            show_default=False,
        ),
    ] = None,
    largest: Annotated[int, typer.Option(help="Disagreements to list.", min=0)] = 20,
    model: ModelDir = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare another scorer's recorded scores with ours.

    The command proposes thresholds that hold the same share of comments.
    """
    from moderation.cli.output import say, say_json
    from moderation.evaluation.dual_run import THRESHOLDS, compare
    from moderation.model import Moderator

    found = compare(
        Moderator.load(model),
        log,
        names=tuple(score or ()),
        thresholds=tuple(threshold or THRESHOLDS),
        largest=largest,
    )
    if as_json:
        say_json(found)
    else:
        say(f"{found.n:,} comments, model {found.model}")
        for each in found.compared:
            _show(each)
        say("")
        say("Recorded scores are another machine's opinion: no labels, nothing to train on.")
    _tell(found.rejected, quiet=quiet)
    raise typer.Exit(1 if found.rejected else 0)


def _show(compared: ComparedScorer) -> None:
    from moderation.cli.output import say

    correlation = compared.rank_correlation
    shown = "-" if correlation is None else f"{correlation:.2f}"
    unscored = f", {compared.unscored:,} without a score of ours" if compared.unscored else ""
    name = compared.name
    say("")
    say(f"{name} beside our {compared.attribute.value}: {compared.n:,} comments{unscored}")
    say(f"rank correlation {shown}")
    say("  theirs    held   share     ours    held  of theirs held too")
    for each in compared.thresholds:
        if each.ours is None or each.both is None:
            say(f"  {each.recorded:6.2f} {each.held:7,}    0.0%        -")
            continue
        doubt = "" if each.certain else "  (too few to believe)"
        say(
            f"  {each.recorded:6.2f} {each.held:7,} {each.share:7.1%} {each.ours:8.4f} "
            f"{each.ours_held:7,} {each.both:7.0%}{doubt}"
        )
    if compared.disagreements:
        say("  largest disagreements (theirs, ours, and the share of comments below each)")
    for found in compared.disagreements:
        text = found.text
        text = text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."
        say(
            f"  {found.recorded:.2f} {found.ours:.2f}  {found.recorded_rank:4.0%} "
            f"{found.ours_rank:4.0%}  #{found.id}  {text}"
        )


def _tell(rejected: tuple[str, ...], *, quiet: bool) -> None:
    from moderation.cli.output import tell

    shown = 20
    for message in () if quiet else rejected[:shown]:
        tell(message)
    if len(rejected) > shown or (quiet and rejected):
        tell(f"{len(rejected):,} rows rejected in all")
