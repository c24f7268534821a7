"""``moderation compare``: compares our scores with another scorer's, or with decisions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from moderation.cli.options import AsJson, Columns, Language, ModelDir, Quiet, ReasonsFile

if TYPE_CHECKING:
    from moderation.evaluation.dual_run import ComparedScorer
    from moderation.model import Moderator

_WIDEST = 100

# The kinds of input that each option is for; a log of another scorer's answers has no option.
_KINDS = {
    "--score": ("",),
    "--threshold": ("",),
    "--column": ("--decisions", "--drift"),
    "--means": ("--decisions", "--drift"),
    "--reasons": ("--decisions",),
    "--show-text": ("--decisions",),
    "--zone": ("--drift",),
    "--alarm": ("--drift",),
    "--decisions": ("--decisions",),
    "--drift": ("--drift",),
}


def command(
    logs: Annotated[
        list[Path],
        typer.Argument(
            metavar="LOG...",
            help="Recorded answers: requests with responses, texts with a column a score, or "
            "the comments of a Coral dump. With --decisions: exports, decisions, a desk's store.",
            show_default=False,
        ),
    ],
    decisions: Annotated[
        bool,
        typer.Option(
            "--decisions",
            help="Compare what people decided: a Coral dump, a WordPress or other export, record "
            "files with a column decision, the store of a desk.",
        ),
    ] = False,
    drift: Annotated[
        bool,
        typer.Option(
            "--drift",
            help="Tell what moved on the last days, beside the eight weeks before each: scores, "
            "the flagged share, agreement, copies, sections, the model. For scored comments with "
            "`published` (score --keep), other comments, the store of a desk.",
        ),
    ] = False,
    days: Annotated[
        int, typer.Option(help="Days to judge with --drift, up to yesterday.", min=1, max=366)
    ] = 7,
    zone: Annotated[
        str | None,
        typer.Option(
            help="Time zone of days with --drift, such as Europe/Berlin; default: this machine's.",
            show_default=False,
        ),
    ] = None,
    alarm: Annotated[
        bool, typer.Option("--alarm", help="With --drift: exit with 1 if something moved.")
    ] = False,
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
    column: Columns = None,
    means: Annotated[
        list[str] | None,
        typer.Option(
            help="What a word for a decision means, as WORD=MEANING: published, rejected, trash, "
            "spam or undecided. May be repeated.",
            show_default=False,
        ),
    ] = None,
    reasons: ReasonsFile = None,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Show the texts of disagreements with --decisions.")
    ] = False,
    model: ModelDir = None,
    language: Language = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare our scores with another's or with your decisions.

    For another scorer, the command proposes thresholds that hold the same share of comments.
    """
    from moderation.cli.drifting import DriftOptions, watch_files
    from moderation.cli.own_decisions import DecisionFiles, compare_files
    from moderation.model import Moderator

    given = {
        "--score": score, "--threshold": threshold, "--column": column, "--means": means,
        "--reasons": reasons, "--show-text": show_text, "--zone": zone, "--alarm": alarm,
        "--decisions": decisions, "--drift": drift,
    }  # fmt: skip
    kind = "--drift" if drift else "--decisions" if decisions else ""
    _refuse_others(kind, [name for name, value in given.items() if value])
    moderator = Moderator.load(model, language=language)
    files = DecisionFiles(logs, column, means, reasons)
    if drift:
        options = DriftOptions(days, zone, alarm, as_json, quiet)
        raise typer.Exit(watch_files(moderator, files, options))
    if decisions:
        status = compare_files(
            moderator, files, largest, show_text=show_text, as_json=as_json, quiet=quiet
        )
        raise typer.Exit(status)
    _compare_log(moderator, _only(logs), (score or [], threshold or [], largest), as_json, quiet)


def _refuse_others(kind: str, given: list[str]) -> None:
    """Refuse options of another kind of input than the one that is compared."""
    from moderation.errors import UsageError

    for name in given:
        kinds = _KINDS[name]
        if kind not in kinds:
            needed = " or ".join(each for each in kinds if each)
            what = f"{name} needs {needed}" if needed else f"{kind} and {name} exclude each other"
            raise UsageError(what)


def _only(logs: list[Path]) -> Path:
    from moderation.errors import UsageError

    if len(logs) > 1:
        hint = "run the command once for each, or add --decisions if they are decisions"
        raise UsageError(
            "one log of recorded answers at a time", got=f"{len(logs)} files", hint=hint
        )
    return logs[0]


def _compare_log(
    moderator: Moderator,
    log: Path,
    asked: tuple[list[str], list[float], int],
    as_json: bool,
    quiet: bool,
) -> NoReturn:
    """Compare another scorer's recorded scores with ours; `asked` names scores and thresholds."""
    from moderation.cli.output import say, say_json
    from moderation.evaluation.dual_run import THRESHOLDS, compare

    names, thresholds, largest = asked
    found = compare(
        moderator,
        log,
        names=tuple(names),
        thresholds=tuple(thresholds or THRESHOLDS),
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
