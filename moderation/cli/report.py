"""``moderation report``: writes a page that shows what a model does and how well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from moderation.cli.options import Force, GoldOption, ModelArgument, Quiet


def command(
    model: ModelArgument = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="The HTML file to write.")] = Path(
        "report.html"
    ),
    labelled: Annotated[
        list[Path] | None,
        typer.Option(
            help="Labelled files to measure on, repeatable: adds the worst mistakes and the bias "
            "audit; comments that trained the model are left out.",
            show_default=False,
        ),
    ] = None,
    gold_rule: GoldOption = "mean",
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Write one self-contained HTML page about a model.

    The page shows curves, costs, mistakes, terms and the bias audit.
    """
    from moderation.cli.output import say
    from moderation.cli.problems import Problems
    from moderation.errors import Notice, UsageError
    from moderation.files.writing import refuse_existing, write_atomically
    from moderation.labels import read_labelled
    from moderation.labels.gold import GoldRule, gold_labels
    from moderation.model import load_model, shipped_model

    try:
        from moderation.evaluation.report import find, render
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
            gold = gold_labels(found, GoldRule(gold_rule))
        findings = find(loaded, gold)
        if findings.n_known:
            n, n_known = findings.n_labelled, findings.n_known
            what = f"{n_known:,} of {n:,} labelled comments left out: unjudged, or they trained it"
            problems.add(Notice(what, hint="measure on others, or without --labelled"))
    page = render(findings)
    with write_atomically(output, force=force) as stream:
        stream.write(page.encode("utf-8", "replace"))
    if not quiet:
        say(f"{output} is the report of {loaded.version}")
    raise typer.Exit(problems.status)
