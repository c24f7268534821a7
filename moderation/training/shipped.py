"""The shipped model, trained from files that are publicly available.

The same files give the same weights. :mod:`moderation.training.public_sources` lists the files, and
``docs/research/recipe.md`` gives the reasons for the recipe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from moderation._types import Floats
from moderation.features import Block, BlockSpec, NgramTfidf, transform_blocks
from moderation.labels.gold import Gold, rows_of
from moderation.model import Model
from moderation.model.artifact import SentenceSpec, ShortSpec, Source
from moderation.model.linear import MentionSpec, packed
from moderation.records import Attribute, Comment
from moderation.text.groups import GROUPS, PERSONS
from moderation.training import topic_pairs
from moderation.training.fitting import Trained, train, with_threads
from moderation.training.learners import fit_terms
from moderation.training.own_rows import (
    CONTRAST,
    contrast_gold,
    read_contrast,
    read_opinions,
)
from moderation.training.priors import Prior
from moderation.training.public_sources import (
    BACKGROUND,
    DEFINING,
    FINER,
    SOURCES,
    PublicRow,
    background_gold,
    public_gold,
    read_public,
    weighed,
)
from moderation.training.recipe import BriefRecipe, Recipe
from moderation.training.row_sources import counted_sources
from moderation.training.terms import Terms
from moderation.training.word_vectors import WordVectors

#: The highest score of a comment of few words, chosen on held-out comments of at most eight words
#: that name nobody. python -m benchmarks.short_comments prints the share that raters called hostile
#: among those held (.60 and more; .9 on average). The logarithmic loss of a bound is lowest near
#: one half on c3, cat and cad, and higher on reddit_incivility. A hold threshold below the ceiling
#: lowers it. With eight words, ROC AUC moves -.0002 (c3, identity_templates), -.0005 (cat_small).
SHORT = ShortSpec(
    words=8,
    ceiling=0.58,
    people=tuple(
        sorted(
            {
                *PERSONS,
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
    prior=Prior(
        floor=1.0, smoothing=10.0, char_scale=0.8, identity_penalty=100.0, name_penalty=100.0
    ),
    sentence=SentenceSpec(share=0.5),
    short=SHORT,
    brief=BriefRecipe(
        source=CONTRAST,
        share=0.3,
        words=25.0,
        sentences=0.25,
        shift=-0.2,
        mentioned=MentionSpec(share=0.4, least=0.15),
    ),
    folds=4,
    threads=False,  # half_threaded adds threads to half of the rows.
    review_precision=0.6,
    hold_precision=0.9,
    base_rate=0.1,
)

# Share of a source's rows labelled harmless that are not used for training: those that a model of
# all other sources scores highest. Most of those in wiki_talk are plainly abusive (inspected).
_CONTRADICTED = 0.05

#: The table of word vectors (``data/vectors`` of the recipe's data; vectors of all-MiniLM-L6-v2,
#: Apache-2.0), and the number of its main axes that are used.
VECTORS_DIGEST = "4cc7d4134f526dcb458dcc2ca441d87c18f732a3276cde2cbd06276944ce6d47"
VECTOR_DIMENSIONS = 128


class OwnData(NamedTuple):
    """What is used beside the public files; a part that is None is left out.

    Attributes
    ----------
    contrast
        The training part of the contrast corpus.
    opinions
        Second opinions on public rows.
    vectors
        The table of word vectors.
    """

    contrast: Path | None = None
    opinions: Path | None = None
    vectors: Path | None = None


def build(
    folder: str | Path,
    *,
    name: str,
    off_topic: tuple[Gold, ...] = (),
    own: OwnData | None = None,
    jobs: int = 1,
) -> Trained:
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
    own
        Files of this project that teach hostility.
    jobs
        The number of processes for the validation folds. It does not affect the result.

    Raises
    ------
    InputError
        If a file is missing or one of its rows cannot be read.
    """
    own = own or OwnData()
    opinions = read_opinions(own.opinions) if own.opinions else {}
    gold, sources = public_gold(folder, opinions)
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
    gold = without_contradicted(gold, opinions)
    if own.contrast:
        written = contrast_gold(read_contrast(own.contrast))
        gold += weighed(written)
        sources.append(Source(name=CONTRAST, rows=len(written), licence="this project"))
    if off_topic:
        background = background_gold(folder)
        gold += background
        sources += [
            Source(name=f"{name} (words of off-topic)", rows=rows, licence=BACKGROUND[name])
            for name, rows in Counter(item.source for item in background).items()
        ]
    vectors = None
    if own.vectors:
        vectors = WordVectors.read(own.vectors, digest=VECTORS_DIGEST, dimensions=VECTOR_DIMENSIONS)
    trained = train(
        [*gold, *off_topic], name=name, recipe=RECIPE, sources=sources, vectors=vectors, jobs=jobs
    )
    return with_definitions(trained, folder)


def with_definitions(trained: Trained, folder: str | Path) -> Trained:
    """Add the weights of one model for each definition of hostility, over the same terms."""
    hostility = Model(trained.manifest, trained.arrays, digest="").hostility
    if hostility is None:
        return trained
    learnt: list[Floats] = []
    for source in DEFINING:
        rows = [row for row in read_public(Path(folder), source.name) if row.text.strip()]
        X = sp.csr_matrix(
            transform_blocks(hostility.blocks, [row.text for row in rows], hostility.folding)
        )
        for told in (source.hostility, *FINER.get(source.name, {}).values()):
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
        return [np.concatenate(fit_terms(X[known], chosen, Terms(blocks), RECIPE).coefs)]


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


def without_contradicted(
    gold: list[Gold], opinions: Container[tuple[str | None, str | None]] = ()
) -> list[Gold]:
    """Set weight 0 for harmless rows that other sources find hostile; the validation keeps them.

    Rows with a second opinion keep their weight.
    """
    rows = rows_of(gold, Attribute.HOSTILITY)
    vectorizer = NgramTfidf(RECIPE.blocks)
    X = vectorizer.fit_transform([item.comment.text for item in rows.gold])
    names = np.array([item.source for item in rows.gold])
    kept = list(rows.gold)
    for source in (source.name for source in SOURCES if source.doubted):
        others = np.flatnonzero(names != source)
        harmless = np.flatnonzero((names == source) & (rows.labels == 0))
        with threadpool_limits(1):
            model = fit_terms(X[others], rows.take(others), Terms(vectorizer.blocks_), RECIPE)
        odds = X[harmless] @ np.concatenate(model.coefs)
        for i in harmless[np.argsort(-odds, kind="stable")[: int(_CONTRADICTED * len(odds))]]:
            if (kept[i].source, kept[i].comment.id) in opinions:
                continue
            kept[i] = msgspec.structs.replace(kept[i], weight=0.0)
    return kept
