"""``moderation check``: whether labelled files are valid and their annotators agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import AsJson, Quiet

if TYPE_CHECKING:
    from moderation.agreement import Agreement
    from moderation.labelled import LabelledSet


def command(
    labelled: Annotated[
        list[Path] | None,
        typer.Argument(help="Labelled files, or folders of them.", show_default=False),
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the schema instead.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Validate labelled files; report balance and agreement."""
    from moderation.agreement import agreement
    from moderation.cli.output import say, say_json
    from moderation.cli.problems import Problems
    from moderation.errors import UsageError
    from moderation.labelled import read_labelled, schema_markdown
    from moderation.records import Attribute

    if schema:
        say(schema_markdown().rstrip())
        return
    if not labelled:
        raise UsageError("nothing to check", hint="name a labelled file or folder, or --schema")
    found = read_labelled(labelled)
    with Problems(None, quiet=quiet) as problems:
        for error in found.rejected:
            problems.add(error)
    agreements = [agreement(found.rows, attribute) for attribute in Attribute]
    summary = _summary(found)
    if as_json:
        document = {**summary, "agreement": agreements}
        say_json(document)
    else:
        _print(summary, agreements)
    raise typer.Exit(problems.status)


def _summary(found: LabelledSet) -> dict[str, object]:
    from moderation.gold import gold_labels
    from moderation.records import Attribute

    gold = gold_labels(found)
    labels = {attribute: [item.label(attribute) for item in gold] for attribute in Attribute}
    return {
        "rows": len(found.rows),
        "rejected": len(found.rejected),
        "comments": len(gold),
        "articles": len({item.comment.article_id for item in gold} - {None}),
        "annotators": sorted({row.annotator for row in found.rows}),
        "gold": {
            attribute.value: {
                "true": sum(value is not None and value > 0.5 for value in values),
                "false": sum(value is not None and value < 0.5 for value in values),
                "contested": values.count(0.5),
                "not_judged": values.count(None),
            }
            for attribute, values in labels.items()
        },
    }


def _print(summary: dict[str, object], agreements: list[Agreement]) -> None:
    from moderation.cli.output import printable, say

    for name, value in summary.items():
        if isinstance(value, dict):
            for attribute, counts in value.items():
                told = ", ".join(f"{n:,} {what.replace('_', ' ')}" for what, n in counts.items())
                say(f"{attribute.replace('_', '-')}: {told}")
        else:
            told = ", ".join(value) if isinstance(value, list) else f"{value}"
            say(f"{name}: {printable(told)}")
    for each in agreements:
        name = each.attribute.value.replace("_", "-")
        if each.observed is None:
            say(f"agreement on {name}: no comment with two annotators")
            continue
        kappa = "" if each.kappa is None else f", Cohen's kappa {each.kappa:.3f}"
        alpha = "" if each.alpha is None else f", Krippendorff's alpha {each.alpha:.3f}"
        say(
            f"agreement on {name}: {each.observed:.3f} observed{kappa}{alpha} "
            f"({each.n_comments:,} comments, {each.n_annotators} annotators)"
        )
