"""The sources of labelled rows: how many rows each has, and what they weigh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from moderation.errors import UsageError
from moderation.labels.gold import Gold
from moderation.model.artifact import Source


def counted_sources(gold: Sequence[Gold]) -> tuple[Source, ...]:
    """Return the sources of `gold` by name, with their numbers of rows.

    Parameters
    ----------
    gold
        Labelled comments.
    """
    names = [item.source or "unnamed" for item in gold]
    return tuple(Source(name=name, rows=names.count(name)) for name in sorted(set(names)))


def weighted(gold: Sequence[Gold], weights: Mapping[str, float]) -> Sequence[Gold]:
    """Multiply the weight of each row by that of its source.

    Parameters
    ----------
    gold
        Labelled comments.
    weights
        The weights by source; a source that is not named has 1.

    Raises
    ------
    UsageError
        If no row has a source that is named.
    """
    sources = {item.source for item in gold}
    for name in weights:
        if name not in sources:
            hint = f"the labels have: {', '.join(sorted(map(repr, sources)))}"
            raise UsageError("no row has this source", field="source", got=repr(name), hint=hint)
    return [
        msgspec.structs.replace(item, weight=item.weight * weights[item.source])
        if item.source in weights
        else item
        for item in gold
    ]
