"""``moderation train``: trains a model folder, or a new version in a registry."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import Force, GoldOption, Jobs, Labelled, Quiet

if TYPE_CHECKING:
    from moderation.cli.problems import Problems
    from moderation.model import Model
    from moderation.model.registry import Registry
    from moderation.training import Recipe, Trained
    from moderation.training.promotion import ModelComparison


def command(
    labelled: Labelled,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            help="The model folder to write, or a registry of versions.",
            show_default=False,
        ),
    ],
    base: Annotated[
        str | None,
        typer.Option(
            help="Model folder to start from, or none; default: the model of the language.",
            show_default=False,
        ),
    ] = None,
    promote: Annotated[
        bool,
        typer.Option(
            "--promote",
            help="Write the next version into the registry -o, and make it current if it is better "
            "than the current one beyond the interval (with --force: in any case).",
        ),
    ] = False,
    base_rate: Annotated[
        float | None,
        typer.Option(
            min=0.0001,
            max=0.9999,
            help="Share of hostile ones among your comments; default: what rows drawn at random "
            "tell, else 0.1.",
            show_default=False,
        ),
    ] = None,
    off_topic_rate: Annotated[
        float | None,
        typer.Option(
            min=0.0001,
            max=0.9999,
            help="The same for off-topic; else 0.15.",
            show_default=False,
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            help="Of the comments, as de or pt; default: that of --base, else en.",
            show_default=False,
        ),
    ] = None,
    source_weight: Annotated[
        list[str] | None,
        typer.Option(
            help="Weight of the rows of one source, as SOURCE=0.1. May be repeated.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the validation folds.")] = 0,
    gold_rule: GoldOption = "mean",
    jobs: Jobs = 1,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Train a new model, and compare it with the current one.

    The validation is by article: no article has comments on both sides. Without a base, it is by
    source if there are several.
    """
    import msgspec

    from moderation.cli.figures import show_comparisons, show_reports
    from moderation.cli.output import say, tell
    from moderation.cli.problems import Problems
    from moderation.errors import Notice
    from moderation.labels import read_labelled
    from moderation.labels.gold import GoldRule, gold_labels
    from moderation.model import load_model, refuse_folder, shipped_model
    from moderation.records import Attribute
    from moderation.training import train
    from moderation.training.promotion import begin, compare_models

    shelf = _shelf(output, promote=promote)
    if shelf is None:
        refuse_folder(output, force=force)
    begun = _begun(base, language)
    start = load_model(begun) if begun else None
    found = read_labelled(labelled)
    folder = _folder(output, shelf)
    # A version's number is new, so the rejected rows of a failed training may be overwritten.
    with Problems(folder, quiet=quiet, force=force or shelf is not None) as problems:
        for error in (*found.rejected, *found.notices):
            problems.add(error)
    recipe = msgspec.structs.replace(
        _recipe(start, language),
        seed=seed,
        base_rate=base_rate,
        off_topic_rate=off_topic_rate,
        source_weights=_weights(source_weight),
    )
    rule = GoldRule(gold_rule)
    gold = gold_labels(found, rule)
    trained = train(gold, name=output.name, recipe=recipe, base=start, rule=rule, jobs=jobs)
    if start is not None:
        _tell_known(trained, start, problems)
    _tell_rates(trained, problems)
    if trained.caution:
        tell(f"do not use this model: {trained.caution}")
    if not quiet:
        for validation in trained.validations.values():
            show_reports([validation.report], f"out of fold, grouped by {validation.unit}")
    learnt = {report.attribute for report in trained.reports}
    for attribute in (each for each in Attribute if each not in learnt):
        hint = f"it stays as in {base or 'the base'}" if start else "the model will not score it"
        problems.add(Notice(f"too few labels to train {attribute.value}", hint=hint))
    # The comparison uses the version that is current when the new version replaces it.
    with shelf.locked() if shelf is not None else nullcontext():
        current = _current(shelf, start, problems)
        comparisons = []
        if current is not None and _speaks(current, recipe.language):
            comparisons = compare_models(trained.validations, current, base=start, seed=seed)
        if not quiet:
            show_comparisons(comparisons, current.version if current else "")
        told = _written(output, shelf, trained, comparisons, promote=promote, force=force)
        if shelf is not None and shelf.current is None and _speaks(current, recipe.language):
            before = begin(shelf, begun or shipped_model())
            told += f". Until then version 0, model {before.version}, is current"
    if not quiet:
        say(told)
        for hint in _holding_more(trained, folder):
            say(hint)
    raise typer.Exit(max(problems.status, int(bool(trained.caution))))


def _begun(base: str | None, language: str | None) -> Path | None:
    """Return the folder of the model to start from; None for none."""
    from moderation.errors import UsageError
    from moderation.model import at_hand

    if base is not None:
        return None if base == "none" else Path(base)
    try:
        return at_hand(None, language).own
    except UsageError as error:
        error.hint = "--base none trains one from your labels alone"
        raise


def _recipe(start: Model | None, language: str | None) -> Recipe:
    """Return how to train in a language, which is that of the base if there is one."""
    from moderation.errors import UsageError
    from moderation.text.languages import primary
    from moderation.training import Recipe, recipe_for

    if start is None:
        return recipe_for(language or "en")
    spoken = start.manifest.language
    if language is not None and primary(language) != primary(spoken):
        hint = f"--base none, or a base that speaks {language}"
        raise UsageError(f"the base speaks {spoken}", field="--language", got=language, hint=hint)
    return Recipe(language=spoken)


def _weights(given: list[str] | None) -> dict[str, float]:
    from moderation.cli.options import pairs
    from moderation.errors import UsageError

    weights = {}
    for name, told in pairs("--source-weight", given).items():
        try:
            weights[name] = float(told)
        except ValueError:
            weights[name] = -1.0
        if not 0 < weights[name] <= 1000:
            what = "a number above 0, up to 1000, expected"
            raise UsageError(what, field="--source-weight", got=f"{name}={told}")
    return weights


def _shelf(output: Path, *, promote: bool) -> Registry | None:
    """Return the registry that -o names or --promote creates; None for a plain model folder."""
    from moderation.errors import UsageError
    from moderation.model.registry import Registry

    if Registry.is_shelf(output):
        return Registry(output)
    if not promote:
        return None
    if output.exists() and not Registry.may_begin(output):
        hint = "name a new folder: versions are numbered in it"
        raise UsageError("--promote needs a shelf, and this is none", path=output, hint=hint)
    return Registry(output)


def _folder(output: Path, shelf: Registry | None) -> Path:
    """Return the model folder to write; this training's rejected rows go beside it."""
    if shelf is None:
        return output
    output.mkdir(parents=True, exist_ok=True)
    return output / str(shelf.next)


def _current(shelf: Registry | None, start: Model | None, problems: Problems) -> Model | None:
    """Return the model to compare with: the current version, otherwise the start model.

    If it cannot be read, a notice says so and None is returned, because training may fix that.
    """
    from moderation.errors import ModelError, Notice
    from moderation.model import load_model, shipped_model

    try:
        if shelf is not None and shelf.current is not None:
            return load_model(shelf.folder)
        return start or load_model(shipped_model())
    except ModelError as error:
        hint = "the new model is compared with none"
        problems.add(Notice(f"the current model cannot be read: {error}", hint=hint))
        return None


def _speaks(model: Model | None, language: str) -> bool:
    return model is not None and model.manifest.language == language


def _tell_known(trained: Trained, start: Model, problems: Problems) -> None:
    """Report where validation is too optimistic because the base has seen held-out comments."""
    from moderation.errors import Notice
    from moderation.model.registry import seen

    for attribute, validation in trained.validations.items():
        texts = (item.comment.text for item in validation.gold)
        n_known = int(seen(texts, start.trained_on(attribute)).sum())
        if n_known:
            what = (
                f"{n_known:,} of {len(validation.gold):,} comments labelled for {attribute.value} "
                "trained the base already: its figures and thresholds are flattered"
            )
            hint = "leave them out, or name a --base that has not seen them"
            problems.add(Notice(what, hint=hint))


def _tell_rates(trained: Trained, problems: Problems) -> None:
    """Report the base rate of the scores, and whether most comments would go to review."""
    from moderation.errors import Notice

    for report in trained.reports:
        name, rate = report.attribute.value, report.base_rate
        if rate is not None:
            what = (
                f"{name}: scores and thresholds are for a base rate of {rate:.3g}, "
                f"not for the {report.n_true:,} of {report.n:,} true ones among the labels"
            )
            option = "--base-rate" if name == "hostility" else "--off-topic-rate"
            hint = f'{option} sets another; rows with "selection": "random" tell their own'
            problems.add(Notice(what, hint=hint))
        share = report.figures["share_at_review"].value
        if share is not None and share > 0.5:
            what = f"{name}: {share:.0%} of comments would go to review"
            hint = (
                "moderation thresholds --review-share 0.1 asks for fewer; or the labels do not "
                "tell true ones from others"
            )
            problems.add(Notice(what, hint=hint))


def _holding_more(trained: Trained, folder: Path) -> list[str]:
    """Return advice if no score reached the precision that hold requires."""
    return [
        f"nothing is held for {report.attribute.value}: moderation thresholds --model {folder} "
        f"--attribute {report.attribute.value} --hold-precision 0.8 asks for less"
        for report in trained.reports
        if report.thresholds is not None and report.thresholds.hold == 1.0
    ]


def _written(
    output: Path,
    shelf: Registry | None,
    trained: Trained,
    comparisons: list[ModelComparison],
    *,
    promote: bool,
    force: bool,
) -> str:
    from moderation.model import model_card, write_model
    from moderation.training.promotion import is_better, shelve

    if shelf is None:
        card = model_card(trained.manifest)
        model = write_model(output, trained.manifest, trained.arrays, card, force=force)
        return f"{output} is model {model.version}"
    better = is_better(comparisons) and not trained.caution
    shelved = shelve(shelf, trained, comparisons, promote=promote and (better or force))
    told = f"{output} has version {shelved.version}, model {shelved.model.version}"
    if shelved.promoted:
        return f"{told}; it is current" + ("" if better else " (forced)")
    why = "not better beyond the interval"
    if trained.caution:
        why = "it should not be used"
    elif better:
        why = "better, but --promote was not given"
    elif not comparisons:
        why = "nothing to compare it with"
    elif not any(comparison.told for comparison in comparisons):
        why = (
            "label comments, some drawn at random, under articles that the current model has not "
            "seen, to compare them"
        )
    return (
        f"{told}; not promoted: {why}. moderation promote {output} {shelved.version} makes it "
        "current all the same"
    )
