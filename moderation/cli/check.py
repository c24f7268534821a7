"""``moderation check``: finds errors in labels and says what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import AsJson, Force, GoldOption, Jobs, ModelDir, Quiet

if TYPE_CHECKING:
    from moderation.evaluation.labels import Agreement, LabelFindings, Suspect, Suspicion
    from moderation.records import Attribute

# Number of copies and of pairs of annotators that are printed; --json has all of them.
_SHOWN = 5


def command(
    labelled: Annotated[
        list[Path] | None,
        typer.Argument(help="Labelled files, or folders of them.", show_default=False),
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the schema instead.")] = False,
    gold_rule: GoldOption = "mean",
    model: ModelDir = None,
    show: Annotated[
        int, typer.Option(help="Suspicious labels to show of each attribute.", min=0)
    ] = 10,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Write all suspicious labels here, the most suspicious first, as comments that "
            "moderation label reads.",
            show_default=False,
        ),
    ] = None,
    jobs: Jobs = 1,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check labelled files, and list what to do next.

    The command reports errors, agreement, copies and suspicious labels.
    """
    from moderation.cli.output import say, say_json
    from moderation.cli.problems import Problems
    from moderation.errors import UsageError
    from moderation.evaluation.labels import advice, check_labels
    from moderation.files.writing import refuse_existing
    from moderation.labels import read_labelled, schema_markdown
    from moderation.labels.gold import GoldRule
    from moderation.model import load_model, shipped_model

    if schema:
        for line in schema_markdown().rstrip().splitlines():
            say(line)
        return
    if not labelled:
        raise UsageError("nothing to check", hint="name a labelled file or folder, or --schema")
    if output is not None:
        refuse_existing(output, force=force)
    found = read_labelled(labelled)
    with Problems(None, quiet=quiet) as problems:
        for error in (*found.rejected, *found.notices):
            problems.add(error)
    base = load_model(model or shipped_model())
    findings = check_labels(found, base, rule=GoldRule(gold_rule), jobs=jobs)
    if output is not None:
        _write_suspects(findings, output, force=force)
    if as_json:
        say_json({**findings.document(show=show), "next": advice(findings)})
    else:
        for line in _lines(findings, show):
            say(line)
        say("what to do next:")
        for number, line in enumerate(advice(findings), 1):
            say(f"  {number}. {line}")
    raise typer.Exit(problems.status)


def _write_suspects(findings: LabelFindings, output: Path, *, force: bool) -> None:
    from moderation.cli.options import OutputFormat
    from moderation.cli.output import writing
    from moderation.evaluation.labels import suspect_record

    with writing(output, OutputFormat.JSONL, force=force) as write:
        for attribute, suspicion in findings.suspicious.items():
            for suspect in suspicion.suspects:
                if suspect.doubtful:
                    write(suspect_record(suspect, attribute))


def _lines(findings: LabelFindings, show: int) -> Iterator[str]:
    who = ", ".join(findings.annotators)
    yield (
        f"{findings.rows:,} rows, {findings.rejected:,} rejected; {findings.comments:,} comments, "
        f"{findings.articles:,} articles; annotators: {who or 'none'}"
    )
    for attribute, counted in findings.gold.items():
        yield (
            f"{_told(attribute)}: {counted.true:,} true, {counted.false:,} false, "
            f"{counted.tied:,} tied, {counted.not_judged:,} not judged (gold: {findings.rule}); "
            f"{counted.contested:,} contested"
        )
    spread = findings.coverage
    yield (
        f"coverage: {spread.per_article:.0f} comments under an article (median), at most "
        f"{spread.largest_share:.0%} of all under one; {spread.without_article:,} without article, "
        f"{spread.without_context:,} with nothing to compare with"
    )
    for agreement in findings.agreement:
        yield from _agreement_lines(agreement)
    yield from _repeat_lines(findings)
    for suspicion in findings.suspicious.values():
        yield from _suspicion_lines(suspicion, show)


def _agreement_lines(agreement: Agreement) -> Iterator[str]:
    version = agreement.guideline
    under = "" if version is None else f", guideline {version or 'not told'}"
    name = f"agreement on {_told(agreement.attribute)}{under}"
    if agreement.observed.value is None:
        yield f"{name}: no comment with two annotators"
        return
    figures = (
        ("observed", agreement.observed),
        ("Krippendorff's alpha", agreement.alpha),
        ("Fleiss' kappa", agreement.fleiss),
    )
    told = ", ".join(f"{what} {figure}" for what, figure in figures)
    yield f"{name}: {told} ({agreement.n_comments:,} comments, {agreement.n_annotators} annotators)"
    for pair in agreement.pairs[:_SHOWN]:
        who = " and ".join(pair.annotators)
        yield f"  {who}: Cohen's kappa {pair.kappa} ({pair.n_comments:,} comments)"
    if len(agreement.pairs) > _SHOWN:
        yield f"  and {len(agreement.pairs) - _SHOWN:,} more pairs (--json)"


def _repeat_lines(findings: LabelFindings) -> Iterator[str]:
    found = findings.repeats
    exact = sum(group.exact for group in found.copies)
    yield (
        f"copies: {exact:,} groups of equal texts, {len(found.copies) - exact:,} of nearly equal "
        f"ones; in {len(found.contradictions):,} the gold labels differ"
    )
    for group in found.contradictions[:_SHOWN]:
        which = " and ".join(map(_told, group.contradicts))
        yield f"  {', '.join(group.ids[:_SHOWN])} differ in {which}"
    again = [change for change in found.changed if len(change.ids) == 1]
    both = len(found.changed) - len(again)
    yield (
        f"second thoughts: {len(again):,} answers changed by their annotator (the last counts), "
        f"{found.repeated_rows:,} given again, {both:,} texts answered both ways by one annotator"
    )


def _suspicion_lines(suspicion: Suspicion, show: int) -> Iterator[str]:
    name = f"suspicious labels of {_told(suspicion.attribute)}"
    if suspicion.why_none:
        yield f"{name}: {suspicion.why_none}"
        return
    yield (
        f"{name}: {suspicion.n_doubtful:,} of {suspicion.n:,} are doubtful; the most suspicious:"
    )
    for suspect in suspicion.suspects[:show]:
        text = " ".join(suspect.comment.text.split())
        short = text if len(text) <= 60 else f"{text[:59]}…"
        yield f"  {suspect.comment.id}  {_doubt(suspect, suspicion.attribute)}  {short}"


def _doubt(suspect: Suspect, attribute: Attribute) -> str:
    """Say what people called a comment, and how probable that is by the other labels."""
    kind = "hostile" if attribute.value == "hostility" else _told(attribute)
    label, chance = suspect.label, suspect.expected
    share = "" if label in {0, 1} else f" by {max(label, 1 - label):.0%}"
    if label < 0.5:
        kind, chance = f"not {kind}", 1 - chance
    return f"labelled {kind}{share}; going by all other labels, that is {chance:.0%} likely"


def _told(attribute: Attribute) -> str:
    return attribute.value.replace("_", "-")
