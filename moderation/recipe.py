"""How the shipped model is made, from public files that anyone can have.

Whoever has the same files gets the same weights. Rows of these files never enter the repository;
what each source means by its labels, what it counts and under what licence stands here, as data.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from moderation.records import Article


class _PublicRow(msgspec.Struct, frozen=True):
    """What the public files have in common, and the few fields of their own that count here."""

    id: str
    text: str
    hostility: float | None = None
    article: Article | None = None
    parent: str | None = None
    sampling: str | None = None
    offensiveness: float | None = None


def _as_published(row: _PublicRow) -> float | None:
    return row.hostility


def _ordinary(row: _PublicRow) -> float | None:
    """Moderated comments of newspapers: civil, as far as anything published is."""
    del row
    return 0.0


class PublicSource(msgspec.Struct, frozen=True, kw_only=True):
    """One public file and what it is good for.

    Attributes
    ----------
    name
        The file is ``<name>.jsonl.gz``.
    hostility
        The share of hostility of a row, None to leave the row out.
    loudness
        Factor on the weight of the whole source, which is the square root of its rows.
    natural
        Whether a row was drawn as readers write, not looked for: such rows calibrate the scores
        and choose the thresholds.
    """

    name: str
    licence: str
    hostility: Callable[[_PublicRow], float | None] = _as_published
    loudness: float = 1.0
    natural: Callable[[_PublicRow], bool] = lambda row: False


#: Reasons and ablations: benchmarks/README.md.
SOURCES = (
    PublicSource(name="toxic_spans", licence="CC0 (Civil Comments)"),
    PublicSource(name="civil_stripped", licence="CC0 (Civil Comments)"),
    PublicSource(
        name="wiki_talk",
        licence="labels CC0, text CC BY-SA (Wikipedia)",
        natural=lambda row: row.sampling == "random",
    ),
    PublicSource(name="cad", licence="CC BY 4.0"),
    PublicSource(
        name="nyt_rfd",
        licence="Apache-2.0 repository",
        hostility=_ordinary,
        natural=lambda row: True,
    ),
)
