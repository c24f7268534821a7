"""Measuring one model: comments in a language that it does not speak are left out, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moderation.cli.problems import Problems
    from moderation.labels.gold import Gold
    from moderation.model import Model


def in_its_language(model: Model, gold: list[Gold], problems: Problems) -> list[Gold]:
    """Return the labelled comments that a model scores: their language is its own, or unsure.

    Parameters
    ----------
    model
        The model that is measured.
    gold
        Labelled comments.
    problems
        Takes the notice that tells how many are left out.

    Raises
    ------
    InputError
        If all are left out.
    """
    from moderation.errors import InputError
    from moderation.model import Moderator

    spoken = Moderator(model).speaks(item.comment for item in gold)
    kept = [item for item, is_spoken in zip(gold, spoken, strict=True) if is_spoken]
    if gold and not kept:
        what = f"{model.version} does not speak the language of any labelled comment"
        raise InputError(what, hint="name a model that speaks it")
    tell_left_out(model, len(gold) - len(kept), problems)
    return kept


def tell_left_out(model: Model, n: int, problems: Problems) -> None:
    """Tell how many comments are left out for their language.

    Parameters
    ----------
    model
        The model that does not speak it.
    n
        The number of these comments; 0 tells nothing.
    problems
        Takes the notice.
    """
    from moderation.errors import Notice

    if n:
        what = f"left out: {n:,} comments in a language that {model.version} does not speak"
        problems.add(Notice(what, hint="measure them with a model of their language"))
