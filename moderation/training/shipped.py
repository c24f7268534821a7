"""The shipped model, trained from files that are publicly available.

The same files give the same weights. Their rows never enter the repository. This module states
each source's meaning of labels, weight and licence; ``docs/research/recipe.md`` gives the reasons.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar
from zlib import crc32

import msgspec
import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from moderation._types import Floats
from moderation.errors import InputError, RecordError
from moderation.features import Block, BlockSpec, NgramTfidf, transform_blocks
from moderation.files import open_binary, read_records
from moderation.labels import Share
from moderation.labels.gold import Gold, rows_of
from moderation.model import Model
from moderation.model.artifact import SentenceSpec, ShortSpec, Source
from moderation.model.linear import packed
from moderation.records import Article, Attribute, Comment
from moderation.text.groups import GROUPS
from moderation.training import topic_pairs
from moderation.training.fitting import Trained, counted_sources, train, with_threads
from moderation.training.learners import fit_terms
from moderation.training.priors import Prior
from moderation.training.recipe import Recipe

# Words by which a short comment refers to a person. Names of groups are added below.
_PERSONS = (
    "you your yours yourself yourselves u ur ya yer youre yall thou thy "
    "he she him her his hers hes shes they them their theirs theyre these those"
)

#: The highest score of a comment of few words, chosen on held-out comments of at most eight words
#: that name nobody. python -m benchmarks.short_comments prints the share that raters called hostile
#: among those held (.60 and more; .9 on average). The logarithmic loss of a bound is lowest near
#: one half on c3, cat and cad, and higher on reddit_incivility; .58 is just below the hold
#: threshold. With eight words, ROC AUC moves -.0002 (c3, identity_templates), -.0005 (cat_small).
SHORT = ShortSpec(
    words=8,
    ceiling=0.58,
    people=tuple(
        sorted(
            {
                *_PERSONS.split(),
                *(word for kind in GROUPS.values() for words in kind.values() for word in words),
            }
        )
    ),
)

RECIPE = Recipe(
    blocks=(
        BlockSpec(
            analyzer="word",
            ngram_range=(1, 2),
            token_pattern=r"\w+|[^\w\s]",
            min_df=4,
            max_features=60_000,
        ),
        BlockSpec(analyzer="char_wb", ngram_range=(2, 5), min_df=8, max_features=80_000),
    ),
    c=0.4,
    label_floor=0.05,
    prior=Prior(floor=1.0, smoothing=10.0, char_scale=0.8, identity_penalty=100.0),
    sentence=SentenceSpec(share=0.25),
    short=SHORT,
    folds=4,
    threads=False,  # half_threaded adds threads to half of the rows.
    review_precision=0.5,
    hold_precision=0.8,
)

# Share of a source's rows labelled harmless that are not used for training: those that a model of
# all other sources scores highest. Most of those in wiki_talk are plainly abusive (inspected).
_CONTRADICTED = 0.05

# A source of n rows has a total weight of n to this power (1: all rows alike, 0: all sources).
_SOURCE_POWER = 0.75

T = TypeVar("T")


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
)

# The definitions of hostility that an adapted model combines (moderation/model/linear): those of
# all sources that have one, and the finer labels that two of them publish.
_DEFINING = tuple(source for source in SOURCES if source.hostility is not _ordinary)
_FINER: dict[str, dict[str, Callable[[PublicRow], float | None]]] = {
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
    "reddit_incivility": "BSD-3-Clause",
}

#: File names of the full Civil Comments as published, which are used if the folder has them.
CIVIL_COMMENTS = ("civil_comments.csv", "all_data.csv")


def build(folder: str | Path, *, name: str, off_topic: tuple[Gold, ...] = ()) -> Trained:
    """Train the shipped model from a folder of public files.

    Parameters
    ----------
    folder
        The folder with a ``<name>.jsonl.gz`` for each of `SOURCES`. The rows of a
        ``civil_comments.csv`` (columns ``id``, ``toxicity`` or ``target``, ``comment_text``) are
        added.
    name
        The name of the model.
    off_topic
        Gold labels of off-topic.

    Raises
    ------
    InputError
        If a file is missing or one of its rows cannot be read.
    """
    gold, sources = public_gold(folder)
    licences = {source.name: source.licence for source in topic_pairs.SOURCES}
    sources += [
        Source(
            name=f"{source.name} (off-topic)",
            rows=source.rows,
            # All other rows were written for this project.
            licence=licences.get(source.name, "this project"),
        )
        for source in counted_sources(off_topic)
    ]
    gold = without_contradicted(gold)
    if off_topic:
        background = background_gold(folder)
        gold += background
        sources += [
            Source(name=f"{name} (words of off-topic)", rows=rows, licence=BACKGROUND[name])
            for name, rows in Counter(item.source for item in background).items()
        ]
    trained = train([*gold, *off_topic], name=name, recipe=RECIPE, base=None, sources=sources)
    return with_definitions(trained, folder)


def with_definitions(trained: Trained, folder: str | Path) -> Trained:
    """Add the weights of one model for each definition of hostility, over the same terms."""
    hostility = Model(trained.manifest, trained.arrays, digest="").hostility
    if hostility is None:
        return trained
    learnt: list[Floats] = []
    for source in _DEFINING:
        rows = [row for row in read_public(Path(folder), source.name) if row.text.strip()]
        X = sp.csr_matrix(transform_blocks(hostility.blocks, [row.text for row in rows]))
        for told in (source.hostility, *_FINER.get(source.name, {}).values()):
            learnt += _defined(X, rows, told, hostility.blocks)
    if not learnt:
        return trained
    return trained._replace(arrays={**trained.arrays, **packed(learnt)})


def _defined(
    X: sp.csr_matrix,
    rows: Sequence[PublicRow],
    told: Callable[[PublicRow], float | None],
    blocks: Sequence[Block],
) -> list[Floats]:
    """Return the weights of a model of one definition, if there are examples of both kinds."""
    gold = [Gold(comment=Comment(text=row.text), group=row.id, hostility=told(row)) for row in rows]
    known = [i for i, item in enumerate(gold) if item.hostility is not None]
    chosen = rows_of(gold, Attribute.HOSTILITY)
    if chosen.too_few:
        return []
    with threadpool_limits(1):
        return [np.concatenate(fit_terms(X[known], chosen, blocks, RECIPE).coefs)]


def public_gold(folder: str | Path) -> tuple[list[Gold], list[Source]]:
    """Read all public files in `folder` as weighted gold labels of hostility."""
    gold: list[Gold] = []
    sources: list[Source] = []
    for source in SOURCES:
        rows = list(_read(Path(folder), source))
        gold += _weighed(rows, source.loudness)
        sources.append(Source(name=source.name, rows=len(rows), licence=source.licence))
    for civil in filter(Path.is_file, (Path(folder) / name for name in CIVIL_COMMENTS)):
        rows = list(_read_civil_comments(civil))
        gold += _weighed(rows)
        sources.append(Source(name=civil.stem, rows=len(rows), licence="CC0"))
    return gold, sources


def read_public(folder: Path, name: str) -> Iterator[PublicRow]:
    """Read ``<name>.jsonl.gz``.

    Raises
    ------
    InputError
        If the file is missing or a row cannot be read: an incomplete source gives another model.
    """
    return _rows(folder / f"{name}.jsonl.gz", "jsonl", PublicRow)


def _rows(path: Path, fmt: str, type_: type[T]) -> Iterator[T]:
    with open_binary(path) as stream:
        for row in read_records(stream, fmt, type_, name=str(path)):
            if isinstance(row, RecordError):
                raise InputError(row.what, path=path, line=row.line, field=row.field, hint=row.hint)
            yield row.record


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
    for row in _rows(path, "csv", _CivilRow):
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


def off_topic_gold(folder: str | Path, labelled: Sequence[Gold]) -> tuple[Gold, ...]:
    """Return gold labels of off-topic: comments under their own and other articles, and `labelled`.

    The hostility labels of `labelled` are not used. Hostility is learnt only from public files.
    """
    judged = [msgspec.structs.replace(gold, hostility=None) for gold in labelled]
    return (*topic_pairs.topic_gold(folder), *half_threaded(judged))


def half_threaded(gold: Sequence[Gold]) -> list[Gold]:
    """Give every second comment its article's thread, so that both cases are learnt.

    With all threads, the model overrates `copies` (-0.010 of ROC AUC on c3 and appropriateness).
    """
    pairs = zip(gold, with_threads(gold), strict=True)
    return [pair[number % 2] for number, pair in enumerate(pairs)]


def without_contradicted(gold: list[Gold]) -> list[Gold]:
    """Set weight 0 for harmless rows that other sources find hostile; the validation keeps them."""
    rows = rows_of(gold, Attribute.HOSTILITY)
    vectorizer = NgramTfidf(RECIPE.blocks)
    X = vectorizer.fit_transform([item.comment.text for item in rows.gold])
    names = np.array([item.source for item in rows.gold])
    kept = list(rows.gold)
    for source in (source.name for source in SOURCES if source.doubted):
        others = np.flatnonzero(names != source)
        harmless = np.flatnonzero((names == source) & (rows.labels == 0))
        with threadpool_limits(1):
            model = fit_terms(X[others], rows.take(others), vectorizer.blocks_, RECIPE)
        odds = X[harmless] @ np.concatenate(model.coefs)
        for i in harmless[np.argsort(-odds, kind="stable")[: int(_CONTRADICTED * len(odds))]]:
            kept[i] = msgspec.structs.replace(kept[i], weight=0.0)
    return kept


def _weighed(rows: list[Gold], loudness: float = 1.0) -> list[Gold]:
    weight = loudness * len(rows) ** (_SOURCE_POWER - 1)
    return [msgspec.structs.replace(row, weight=weight) for row in rows]
