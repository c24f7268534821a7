"""``moderation evaluate``: measures a model on labelled files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from moderation.cli.options import AsJson, GoldOption, ModelDir, Quiet


def command(
    labelled: Annotated[
        list[Path] | None,
        typer.Argument(help="Labelled files, or folders of them.", show_default=False),
    ] = None,
    suite: Annotated[
        Path | None,
        typer.Option(
            help="Folder of a functional suite: a pass rate per behaviour; default, if no labelled "
            "files are named: the suite of the model's language.",
            show_default=False,
        ),
    ] = None,
    model: ModelDir = None,
    gold_rule: GoldOption = "mean",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure a model on labelled files, with a bias audit.

    Each figure has a 95 % interval.
    """
    from moderation.cli.figures import show_bias, show_parts, show_reports, show_suite
    from moderation.cli.one_language import in_its_language
    from moderation.cli.output import say, say_json
    from moderation.cli.problems import Problems
    from moderation.errors import InputError, UsageError
    from moderation.evaluation import audit_bias, evaluate
    from moderation.evaluation.audits import break_down, read_suite, run_suite, shipped_suite
    from moderation.labels import read_labelled
    from moderation.labels.gold import GoldRule, gold_labels
    from moderation.model import Moderator, load_model, shipped_model

    moderator = Moderator(load_model(model or shipped_model()))
    if not labelled and suite is None:
        suite = shipped_suite(moderator.model.manifest.language)
    if not labelled and suite is None:
        raise UsageError("nothing to evaluate on", hint="name labelled files, or --suite FOLDER")
    document: dict[str, Any] = {"model": moderator.model.version}
    with Problems(None, quiet=quiet) as problems:
        if labelled:
            found = read_labelled(labelled)
            for error in (*found.rejected, *found.notices):
                problems.add(error)
            if not found.rows:
                raise InputError("not one labelled row can be read", hint="mend what is told above")
            gold = gold_labels(found, GoldRule(gold_rule))
            gold = in_its_language(moderator.model, gold, problems)
            document["reports"] = evaluate(moderator, gold)
            document["off_topic_parts"] = break_down(moderator, gold)
            document["bias"] = audit_bias(moderator, gold)
        if suite is not None:
            document["suite"] = run_suite(moderator, *read_suite(suite))
    if as_json:
        say_json(document)
    else:
        say(f"model {moderator.model.version}")
        show_reports(document.get("reports", ()), "development figures, unless kept aside")
        show_parts(document.get("off_topic_parts", ()))
        show_bias(document.get("bias"))
        show_suite(document.get("suite"))
    raise typer.Exit(problems.status)
