"""``moderation thresholds``: chooses the thresholds of review and hold by stated workload."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from moderation.cli.options import (
    AsJson,
    Columns,
    Force,
    GoldOption,
    ModelDir,
    Quiet,
    Sheet,
    columns,
)
from moderation.cli.row_context import RowOptions

if TYPE_CHECKING:
    import numpy as np

    from moderation.cli.problems import Problems
    from moderation.evaluation.workload import Choice, Target
    from moderation.labels import LabelledRow
    from moderation.labels.gold import Gold
    from moderation.model import Model
    from moderation.model.artifact import HeldOut, Thresholds
    from moderation.records import Attribute


def command(
    labelled: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Labelled files, or the store of a desk, to measure on; default: the model's own "
            "validation.",
            show_default=False,
        ),
    ] = None,
    model: ModelDir = None,
    attribute: Annotated[
        str, typer.Option(help="hostility or off_topic: whose thresholds.")
    ] = "hostility",
    review_share: Annotated[
        float | None,
        typer.Option(help="Review at most this share of comments.", show_default=False),
    ] = None,
    review_precision: Annotated[
        float | None,
        typer.Option(help="Review so that this share deserves it.", show_default=False),
    ] = None,
    hold_share: Annotated[
        float | None, typer.Option(help="Hold at most this share.", show_default=False)
    ] = None,
    hold_precision: Annotated[
        float | None,
        typer.Option(help="Hold only so that this share deserves it.", show_default=False),
    ] = None,
    comments: Annotated[
        list[str] | None,
        typer.Option(
            help="Comments as they come in, unlabelled: shares are measured on them; repeatable.",
            show_default=False,
        ),
    ] = None,
    column: Columns = None,
    sheet: Sheet = "",
    base_rate: Annotated[
        float | None,
        typer.Option(
            min=0.0001,
            max=0.9999,
            help="Share of true ones among your comments; default: as the labels tell.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Write the model with these thresholds: a folder, or the next version of a "
            "registry, which becomes current.",
            show_default=False,
        ),
    ] = None,
    gold_rule: GoldOption = "mean",
    as_json: AsJson = False,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Show what each threshold costs, and choose new ones."""
    from moderation.cli.one_language import in_its_language
    from moderation.cli.output import say, say_json
    from moderation.cli.problems import Problems
    from moderation.errors import UsageError
    from moderation.evaluation.workload import evidence_rate
    from moderation.model import load_model, refuse_folder, shipped_model
    from moderation.model.registry import Registry
    from moderation.records import Attribute

    if attribute not in set(Attribute):
        hint = " or ".join(Attribute)
        raise UsageError("no such attribute", field="--attribute", got=attribute, hint=hint)
    of = Attribute(attribute)
    if output is not None and not Registry.is_shelf(output):
        refuse_folder(output, force=force)
    loaded = load_model(model or shipped_model())
    wanted = {
        "review": _target("review", review_share, review_precision),
        "hold": _target("hold", hold_share, hold_precision),
    }
    if output is not None and not any(wanted.values()):
        hint = "--review-share 0.05 --hold-precision 0.8, for example"
        raise UsageError("no thresholds to write", hint=hint)
    with Problems(None, quiet=quiet) as problems:
        gold = in_its_language(loaded, _gold(labelled or [], gold_rule, problems), problems)
        evidence = _evidence(loaded, of, gold)
        rate = evidence_rate(loaded, of, gold, base_rate)
        rows = RowOptions(columns(column), sheet)
        stream = _scores(loaded, of, comments, rows, problems) if comments else None
    chosen = _chosen(loaded, of, wanted, evidence, stream, rate)
    table = _table(loaded, of, evidence, stream, chosen, rate)
    written = _write(output, loaded, {of: chosen}, force=force) if output else None
    if as_json:
        model_is = written or loaded.version
        say_json({"model": model_is, "chosen": chosen, "choices": table})
    elif not quiet:
        _print(loaded, of, evidence, table, chosen, rate)
        if written:
            say(f"{output} is model {written}")
    raise typer.Exit(problems.status)


def _target(name: str, share: float | None, precision: float | None) -> Target | None:
    from moderation.errors import UsageError
    from moderation.evaluation.workload import Target

    if share is None and precision is None:
        return None
    try:
        return Target(share=share, precision=precision)
    except ValueError as error:
        field = f"--{name}-share, --{name}-precision"
        got = " and ".join(str(value) for value in (share, precision) if value is not None)
        raise UsageError(str(error), field=field, got=got, hint="0.05 is 5 %") from None


def _gold(labelled: list[Path], rule: str, problems: Problems) -> list[Gold]:
    """Return the labels of files, and of what people decided at desks."""
    import msgspec

    from moderation.desk import is_store
    from moderation.labels import read_labelled
    from moderation.labels.gold import GoldRule, gold_labels

    if not labelled:
        return []
    stores = [path for path in labelled if is_store(path)]
    found = read_labelled([path for path in labelled if path not in stores])
    for problem in (*found.rejected, *found.notices):
        problems.add(problem)
    decided = (row for store in stores for row in _desk_labels(store))
    return gold_labels(msgspec.structs.replace(found, rows=(*found.rows, *decided)), GoldRule(rule))


def _desk_labels(store: Path) -> list[LabelledRow]:
    from contextlib import closing

    import msgspec

    from moderation.desk import open_database, read_reasons
    from moderation.desk.outputs import label_rows
    from moderation.labels import LabelledRow

    with closing(open_database(store)) as database:
        rows = label_rows(database, read_reasons(None))
        known = ({name: value for name, value in row.items() if value is not None} for row in rows)
        return [msgspec.convert(row, LabelledRow) for row in known]


def _evidence(model: Model, attribute: Attribute, gold: list[Gold]) -> HeldOut:
    from moderation.errors import InputError
    from moderation.evaluation.workload import scored_gold

    kept = scored_gold(model, attribute, gold) if gold else model.held_out(attribute)
    if kept is None:
        hint = "name labelled files that it was not trained on"
        raise InputError(f"{model.version} keeps no validation of {attribute}", hint=hint)
    if not len(kept.score):
        what = f"no labelled comment left to measure {attribute} on: the model was trained on those"
        hint = "name others; or none, to measure on the model's own validation"
        raise InputError(what, hint=hint)
    return kept


def _scores(
    model: Model, attribute: Attribute, inputs: list[str], rows: RowOptions, problems: Any
) -> np.ndarray[Any, Any]:
    import numpy as np

    from moderation.cli.one_language import tell_left_out
    from moderation.errors import InputError, ModerationError
    from moderation.model import Moderator
    from moderation.sources import read_comments
    from moderation.sources.comment_rows import RowContext

    def readable() -> Any:
        for item in read_comments(inputs, RowContext(names=rows.names, sheet=rows.sheet)):
            if isinstance(item, ModerationError):
                problems.add(item)
            else:
                yield item.comment

    values, n_unspoken = [], 0
    for verdict in Moderator(model).score_many(readable()):
        values.append(getattr(verdict, attribute.value).value)
        n_unspoken += bool(verdict.unspoken)
    tell_left_out(model, n_unspoken, problems)
    scores = np.array([value for value in values if value is not None], float)
    if not len(scores):
        raise InputError("no comment to score in what --comments names")
    return scores


def _chosen(
    model: Model,
    attribute: Attribute,
    wanted: dict[str, Target | None],
    evidence: HeldOut,
    stream: np.ndarray[Any, Any] | None,
    rate: float | None,
) -> Thresholds:
    """Return the requested thresholds, with the model's own as defaults."""
    from moderation.errors import ModelError
    from moderation.evaluation.workload import threshold
    from moderation.model.artifact import Thresholds

    own = model.thresholds(attribute)
    if own is None:
        raise ModelError(f"{model.version} does not score {attribute}")
    if not any(wanted.values()):
        return own
    found = {
        name: threshold(target, evidence, stream, rate) if target else getattr(own, name)
        for name, target in wanted.items()
    }
    told = ", ".join(f"{target} ({name})" for name, target in wanted.items() if target)
    n_true = int((evidence.gold > 0.5).sum())
    on = f"{len(evidence.gold):,} labelled comments, {n_true:,} of them true"
    if evidence.weight is not None:
        on += ", weighted by the chance of their choice"
    if rate is not None:
        on += f", weighted to a base rate of {rate:.3g}"
    if stream is not None:
        on += f"; shares on {len(stream):,} comments"
    hold = max(found["review"], found["hold"])  # held comments are reviewed, too
    return Thresholds(
        review=found["review"],
        hold=hold,
        chosen_for=f"{told}, on {on}",
        base_rate=own.base_rate,  # from the model's own validation, which stays in its folder
    )


def _table(
    model: Model,
    attribute: Attribute,
    evidence: HeldOut,
    stream: np.ndarray[Any, Any] | None,
    chosen: Thresholds,
    rate: float | None,
) -> list[Choice]:
    from moderation.evaluation.workload import OFFERED, choices, threshold

    own = model.thresholds(attribute) or chosen
    offered = {str(target): threshold(target, evidence, stream, rate) for target in OFFERED}
    named = {"review, as it is": own.review, "hold, as it is": own.hold}
    if chosen != own:
        named |= {"review, as chosen": chosen.review, "hold, as chosen": chosen.hold}
    return choices(evidence, {**offered, **named}, stream, base_rate=rate)


def _print(
    model: Model,
    attribute: Attribute,
    evidence: HeldOut,
    table: list[Choice],
    chosen: Thresholds,
    rate: float | None,
) -> None:
    from moderation.cli.output import say

    n_true = int((evidence.gold > 0.5).sum())
    say(
        f"{model.version}, {attribute.value}: {len(evidence.gold):,} labelled comments, "
        f"{n_true:,} of them true; 95 % intervals"
    )
    if evidence.weight is not None:
        say("each label is weighted by the chance with which its comment was chosen")
    if rate is not None:
        say(
            f"weighted to a base rate of {rate:.3g} (--base-rate sets another), "
            "for the labels are no fair sample"
        )
    heads = ("chosen for", "from", "share of comments", "precision", "share of true found")
    say(f"{heads[0]:<27}{heads[1]:>8}  {heads[2]:<24}{heads[3]:<24}{heads[4]}")
    for c in table:
        if c.threshold == 1.0:
            say(f"{c.target:<27}{'-':>8}  cannot be had: no threshold reaches it")
            continue
        figures = f"{c.share!s:<24}{c.precision!s:<24}{c.recall}"
        say(f"{c.target:<27}{c.threshold:>8.4f}  {figures}")
    if chosen.review == 1.0 or chosen.hold == 1.0:
        say("what is chosen cannot be had over ten comments or more, so nothing gets that action")


def _write(output: Path, model: Model, chosen: dict[Attribute, Thresholds], *, force: bool) -> str:
    from moderation.evaluation.workload import with_thresholds
    from moderation.model import model_card, write_model
    from moderation.model.registry import Registry
    from moderation.training import Trained
    from moderation.training.promotion import shelve

    manifest = with_thresholds(model, chosen, output.name)
    if Registry.is_shelf(output):
        why = "; ".join(thresholds.chosen_for for thresholds in chosen.values())
        changed = Trained(manifest, dict(model.arrays), {})
        shelf = Registry(output)
        with shelf.locked():
            return shelve(shelf, changed, [], promote=True, why=why).model.version
    written = write_model(output, manifest, model.arrays, model_card(manifest), force=force)
    return written.version
