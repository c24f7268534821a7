"""The public files that train the shipped model, and what their labels mean.

Their rows never enter the repository. Each source states its meaning of labels, its weight and its
licence; ``docs/research/recipe.md`` gives the reasons.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import msgspec

from moderation.labels import Share
from moderation.labels.gold import Gold
from moderation.model.artifact import Source
from moderation.records import Article, Comment
from moderation.training import topic_pairs
from moderation.training.own_rows import Opinions, corrected, rows_of_file

# A source of n rows has a total weight of n to this power (1: all rows alike, 0: all sources).
_SOURCE_POWER = 0.75


class PublicRow(msgspec.Struct, frozen=True):
    """The fields that all public files have, and those of single files that are used here."""

    id: str
    text: str
    hostility: float | None = None
    article: Article | None = None
    parent: str | None = None
    offensiveness: float | None = None
    obscene: float | None = None
    threat: float | None = None
    insult: float | None = None
    identity_hate: float | None = None
    severe_toxic: float | None = None
    labels: tuple[str, ...] = ()


def _as_published(row: PublicRow) -> float | None:
    return row.hostility


def _suspected(row: PublicRow) -> float | None:
    """Rows selected as suspected toxic: even one that no rater called toxic is not ordinary."""
    return None if row.hostility is None else 0.3 + 0.7 * row.hostility


def _ordinary(row: PublicRow) -> float | None:
    """Moderated comments of a newspaper, which count as civil."""
    del row
    return 0.0


def _graded(row: PublicRow) -> float | None:
    """Offensiveness from -1 to 1; raters begin to call a comment hostile at about 0.35."""
    if row.offensiveness is None:
        return None
    return 1.0 / (1.0 + math.exp(-8.0 * (row.offensiveness - 0.35)))


def _never(row: PublicRow) -> bool:
    del row
    return False


def _thinned(row: PublicRow) -> bool:
    """Harmless rows and one in nine hostile ones: half the file is hostile, a tenth of threads."""
    return row.hostility == 0 or crc32(row.id.encode()) % 9 == 0


class PublicSource(NamedTuple):
    """One public file and its use in training.

    Attributes
    ----------
    name
        The name of the source. Its file is ``<name>.jsonl.gz``.
    licence
        The licence of the rows.
    hostility
        Returns a row's share of hostility, or None to leave the row out.
    natural
        Returns whether a row represents what a newspaper's readers write. Such rows, one in ten
        of them hostile, calibrate the scores and choose the thresholds.
    loudness
        Factor on the weight of all its rows.
    doubted
        Whether rows labelled harmless lose their weight if all other sources contradict them.
    collection
        The group that the validation holds out as a whole; default: the source itself.
    """

    name: str
    licence: str
    hostility: Callable[[PublicRow], float | None] = _as_published
    natural: Callable[[PublicRow], bool] = _never
    loudness: float = 1.0
    doubted: bool = False
    collection: str | None = None


# About fifty newspapers. Its sources are held out together, so that the validation's are all new.
_CIVIL = "civil_comments"

SOURCES = (
    PublicSource("toxic_spans", "CC0 (Civil Comments)", _suspected, collection=_CIVIL),
    PublicSource(
        "civil_stripped",
        "CC0 (Civil Comments)",
        natural=_thinned,
        doubted=True,
        collection=_CIVIL,
    ),
    PublicSource("wiki_talk", "labels CC0, text CC BY-SA", doubted=True),
    PublicSource("cad", "CC BY 4.0", loudness=0.5, doubted=True),
    PublicSource("gibert", "CC BY-SA 3.0", doubted=True),
    PublicSource("hatemoji_build", "CC BY 4.0", loudness=0.5),
    PublicSource("ruddit", "MIT (annotations)", _graded),
    PublicSource("nyt_rfd", "Apache-2.0 (repository)", _ordinary),
    PublicSource("mupid", "MIT (data card; its repository states none)", loudness=0.7),
    PublicSource("reddit_incivility", "BSD-3-Clause"),
)

#: The definitions of hostility that an adapted model combines (moderation/model/linear): those of
#: all sources that have one, and the finer labels that two of them publish.
DEFINING = tuple(source for source in SOURCES if source.hostility is not _ordinary)
FINER: dict[str, dict[str, Callable[[PublicRow], float | None]]] = {
    "wiki_talk": {
        "obscene": lambda row: row.obscene,
        "threat": lambda row: row.threat,
        "insult": lambda row: row.insult,
        "identity_hate": lambda row: row.identity_hate,
        "severe_toxic": lambda row: row.severe_toxic,
    },
    "cad": {
        "person": lambda row: float("PersonDirectedAbuse" in row.labels),
        "identity": lambda row: float("IdentityDirectedAbuse" in row.labels),
        "affiliation": lambda row: float("AffiliationDirectedAbuse" in row.labels),
    },
}

#: More files, with licences, for off-topic's statistics of word use. Their labels are not used.
BACKGROUND = {
    **{s.name: s.licence for s in topic_pairs.SOURCES if s.name not in {t.name for t in SOURCES}},
    "cat_gn": "Apache-2.0 (repository), text CC BY-SA",
}

#: File names of the full Civil Comments as published, which are used if the folder has them.
CIVIL_COMMENTS = ("civil_comments.csv", "all_data.csv")


def public_gold(
    folder: str | Path, opinions: Opinions | None = None
) -> tuple[list[Gold], list[Source]]:
    """Read all public files in `folder` as weighted gold labels of hostility.

    Labels are corrected by second `opinions`.
    """
    gold: list[Gold] = []
    sources: list[Source] = []
    for source in SOURCES:
        rows = corrected(_read(Path(folder), source), opinions or {})
        gold += weighed(rows, source.loudness)
        sources.append(Source(name=source.name, rows=len(rows), licence=source.licence))
    for civil in filter(Path.is_file, (Path(folder) / name for name in CIVIL_COMMENTS)):
        rows = list(_read_civil_comments(civil))
        gold += weighed(rows)
        sources.append(Source(name=civil.stem, rows=len(rows), licence="CC0"))
    return gold, sources


def read_public(folder: Path, name: str) -> Iterator[PublicRow]:
    """Read ``<name>.jsonl.gz``.

    Raises
    ------
    InputError
        If the file is missing or a row cannot be read: an incomplete source gives another model.
    """
    return rows_of_file(folder / f"{name}.jsonl.gz", "jsonl", PublicRow)


def _read(folder: Path, source: PublicSource) -> Iterator[Gold]:
    for number, row in enumerate(read_public(folder, source.name)):
        share = source.hostility(row)
        if share is None or not row.text.strip():
            continue
        yield Gold(
            comment=Comment(text=row.text, id=row.id, source=source.name),
            # A collection is held out whole, so that its newspapers are new to the model.
            group=source.collection or source.name,
            cluster=(row.article and row.article.id) or f"{source.name}:{number}",
            source=source.name,
            hostility=share,
            natural=source.natural(row),
        )


class _CivilRow(msgspec.Struct, frozen=True):
    """A row of Civil Comments. The competition's files call the `toxicity` column `target`."""

    id: str
    comment_text: str | None = None
    article_id: str | None = None
    toxicity: Share | None = None
    target: Share | None = None


def _read_civil_comments(path: Path) -> Iterator[Gold]:
    """Yield all comments of a platform as written, which are natural rows."""
    for row in rows_of_file(path, "csv", _CivilRow):
        share = row.target if row.toxicity is None else row.toxicity
        if share is not None and row.comment_text and row.comment_text.strip():
            yield Gold(
                comment=Comment(text=row.comment_text, id=row.id, source=path.stem),
                group=_CIVIL,
                cluster=f"{path.stem}:{row.article_id or row.id}",
                source=path.stem,
                hostility=share,
                natural=True,
            )


def background_gold(folder: str | Path) -> list[Gold]:
    """Return the rows of `BACKGROUND` without labels; training uses only their word statistics."""
    return [
        Gold(comment=Comment(text=row.text, parent=row.parent), group=name, source=name)
        for name in BACKGROUND
        for row in read_public(Path(folder), name)
        if row.text.strip()
    ]


def weighed(rows: list[Gold], loudness: float = 1.0) -> list[Gold]:
    """Give a source of n rows the total weight n to the power `_SOURCE_POWER`, times `loudness`."""
    weight = loudness * len(rows) ** (_SOURCE_POWER - 1)
    return [msgspec.structs.replace(row, weight=weight) for row in rows]
