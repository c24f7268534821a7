"""``moderation evaluate``: figures of a model on labelled files."""

from __future__ import annotations

import typer

from moderation.cli.options import AsJson, Labelled, ModelDir, Quiet


def command(
    labelled: Labelled, model: ModelDir = None, as_json: AsJson = False, quiet: Quiet = False
) -> None:
    """Measure a model on labelled files, with 95 % intervals."""
    import msgspec

    from moderation.cli.figures import show_reports
    from moderation.cli.output import say
    from moderation.cli.problems import Problems
    from moderation.evaluate import evaluate
    from moderation.labelled import gold_labels, read_labelled
    from moderation.moderator import Moderator

    moderator = Moderator.load(model)
    found = read_labelled(labelled)
    with Problems(None, quiet=quiet) as problems:
        for error in found.rejected:
            problems.add(error)
    reports = evaluate(moderator, gold_labels(found))
    if as_json:
        document = {"model": moderator.model.version, "reports": reports}
        say(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
    else:
        show_reports(reports, f"model {moderator.model.version}")
    raise typer.Exit(problems.status)
