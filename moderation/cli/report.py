"""``moderation report``: writes a page that shows what a model does and how well."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import Force, GoldOption, ModelArgument, Quiet

if TYPE_CHECKING:
    from moderation.evaluation.audits import SuiteResult
    from moderation.model import Model


def command(
    model: ModelArgument = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="The HTML file to write.")] = Path(
        "report.html"
    ),
    labelled: Annotated[
        list[Path] | None,
        typer.Option(
            help="Labelled files to measure on, repeatable: adds the worst mistakes and the groups "
            "of people; comments that trained the model are left out.",
            show_default=False,
        ),
    ] = None,
    suite: Annotated[
        Path | None,
        typer.Option(
            help="Folder of a functional suite, which shows what the model misses; default: the "
            "shipped one of the model's language.",
            show_default=False,
        ),
    ] = None,
    a_day: Annotated[
        int, typer.Option("--a-day", min=1, help="How many comments you get a day.")
    ] = 800,
    unmasked: Annotated[
        bool,
        typer.Option(
            "--unmasked",
            help="Write insults as they were written. Otherwise they are masked, and a box on the "
            "page shows them.",
        ),
    ] = False,
    gold_rule: GoldOption = "mean",
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Write one self-contained HTML page about a model.

    The page says what the model does and what it misses. It begins with what that means for whoever
    reads the comments, and the command prints this, too.
    """
    from datetime import date

    from moderation.cli.one_language import in_its_language
    from moderation.cli.output import say
    from moderation.cli.problems import Problems
    from moderation.errors import Notice, UsageError
    from moderation.files.writing import refuse_existing, write_atomically
    from moderation.labels import read_labelled
    from moderation.labels.gold import GoldRule, gold_labels
    from moderation.model import load_model, shipped_model

    try:
        from moderation.evaluation.report import NAMES, find, in_short, render
    except ImportError as error:
        hint = "pip install '.[report]', in moderation's folder"
        raise UsageError(f"a report needs {error.name}", hint=hint) from None
    refuse_existing(output, force=force)
    loaded = load_model(model or shipped_model())
    with Problems(None, quiet=quiet) as problems:
        gold = []
        if labelled:
            found = read_labelled(labelled)
            for problem in (*found.rejected, *found.notices):
                problems.add(problem)
            gold = in_its_language(loaded, gold_labels(found, GoldRule(gold_rule)), problems)
        findings = find(loaded, gold, _suite(loaded, suite))
        for attribute, n_known in findings.n_known.items():
            what = f"{n_known:,} labelled comments left out of {NAMES[attribute].lower()}"
            hint = "the model was trained on them; measure on others, or without --labelled"
            problems.add(Notice(what, hint=hint))
    page = render(findings, day=date.today(), a_day=a_day, unmasked=unmasked)
    with write_atomically(output, force=force) as stream:
        stream.write(page.encode("utf-8", "replace"))
    if not quiet:
        say(f"{output} is the report of {loaded.version}")
        for each in findings.attributes:
            say(f"{NAMES[each.attribute]}. {' '.join(in_short(each, a_day))}")
    raise typer.Exit(problems.status)


def _suite(model: Model, folder: Path | None) -> SuiteResult | None:
    """Run a functional suite, or the shipped one; None if there is none for the model."""
    from moderation.evaluation.audits import read_suite, run_suite, shipped_suite
    from moderation.model import Moderator

    if folder is None and model.hostility is not None:
        folder = shipped_suite(model.manifest.language)
    return run_suite(Moderator(model), *read_suite(folder)) if folder else None
