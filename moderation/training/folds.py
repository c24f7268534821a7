"""The folds of the validation: which rows a model learns from, and which it predicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from moderation._types import Ints
from moderation.labels.gold import FEWEST, Rows
from moderation.training.recipe import Recipe

Keys = np.ndarray[Any, Any]  # of strings, shape (n,)


def splits(rows: Rows, recipe: Recipe) -> Iterator[tuple[Ints, Ints]]:
    """Yield which rows each fold learns from, and which measured rows it predicts.

    If fewer groups than folds have measured rows, each of them is held out alone. Holding out other
    groups as well would only leave the model less to learn from.

    Parameters
    ----------
    rows
        The rows of one attribute.
    recipe
        The number of the folds and their seed, and whether whole sources are held out.
    """
    true, groups = rows.labels > 0.5, fold_groups(rows, recipe)
    measured_groups = np.unique(groups[rows.measured])
    n_folds = min(recipe.folds, len(set(groups)))
    if len(measured_groups) < n_folds:
        pairs = (
            (np.flatnonzero(groups != g), np.flatnonzero(groups == g)) for g in measured_groups
        )
    else:
        folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=recipe.seed)
        pairs = folds.split(true, true, groups)
    for seen, held in pairs:
        # A comment of a small source may be under an article of a source that is held out.
        apart = ~np.isin(rows.groups[seen], rows.groups[held])
        yield seen[apart], held[rows.measured[held]]


def fold_groups(rows: Rows, recipe: Recipe) -> Keys:
    """Return the group of each row that the folds do not split.

    It is the article, or the whole source if the recipe asks for it and there are several.

    Parameters
    ----------
    rows
        The rows of one attribute.
    recipe
        Whether whole sources are held out.
    """
    names = sources_apart(rows) if recipe.by_source else frozenset[str]()
    if not names:
        return rows.groups
    pairs = zip((item.source for item in rows.gold), rows.groups, strict=True)
    keys = [f"source {name}" if name in names else f"article {group}" for name, group in pairs]
    return np.array(keys, object)


def sources_apart(rows: Rows) -> frozenset[str]:
    """Return the sources that can be held out as wholes: all that have enough rows of either kind.

    There are none if fewer than two have enough, or if two of these have comments under the same
    article. There are none either if the rows hold a fair sample of the newsroom's own comments,
    because the question is then how good the model is there.

    Parameters
    ----------
    rows
        The rows of one attribute.
    """
    if rows.has_drawn() or rows.has_sampled:
        return frozenset()
    sources = np.array([item.source for item in rows.gold], object)
    names = {
        name
        for name in set(sources)
        if all(
            (kind & (sources == name)).sum() >= FEWEST
            for kind in (rows.labels > 0.5, rows.labels < 0.5)
        )
    }
    articles = [set(rows.groups[sources == name]) for name in names]
    shared = len(set[str]().union(*articles)) < sum(map(len, articles))
    return frozenset() if len(names) < 2 or shared else frozenset(names)
