"""Training rows for off-topic from public files: comments paired with their own or other articles.

Nobody labelled these rows. A comment under its own article counts as on topic, and the same comment
under another article as off topic. Both are sometimes wrong; people's labels in ``labelled/``
correct them. The other article is drawn at random or from the most similar ones. Comments with a
parent or a thread are equally frequent in both classes, so that having one is not a signal.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from moderation.features.topicality import stems_of
from moderation.labels.gold import Gold
from moderation.records import Article, Comment
from moderation.training.own_rows import rows_of_file

#: Share of the weight that is off topic. It is about the share in ``labelled/``, so that no signal
#: has to separate made rows from judged ones. (Halves lost 0.02 of ROC AUC there and on nyt_rfd.)
OFF_TOPIC_SHARE = 0.15

# Share of comments that get the thread without the article.
_THREAD_ALONE = 0.15
# Most comments of one thread that accompany a comment.
_LONGEST_THREAD = 60
# Most comments of one article, and most replies of a source without articles, that are used. All
# of globe is under four articles, and most of web_discourse is under one.
_MOST = 100
_MOST_REPLIES = 2000
# Words of an article that serve as its lead.
_LEAD = 60
# Number of most similar articles from which a hard swap is drawn.
_ALIKE = 8


class _Row(msgspec.Struct, frozen=True):
    """The fields that all public files have, and those of single files that are used here."""

    id: str
    text: str
    article: Article | None = None
    parent: str | None = None
    parent_id: str | None = None
    moderated: int | None = None


def _always(row: _Row) -> bool:
    del row
    return True


class PairSource(NamedTuple):
    """One public file of comments with their articles or parents.

    Attributes
    ----------
    name
        The name of the source. Its file is ``<name>.jsonl.gz``.
    licence
        The licence of the rows. Weights learnt from them are shipped under Apache-2.0, so a
        source for research or non-commercial use only cannot be listed here.
    weight
        Sum of the weights of the rows made from it.
    belongs
        Returns whether a row certainly belongs to its article. Other rows are not used.
    place
        Returns the place of an article. A row is never paired with another article of its place.
    """

    name: str
    licence: str
    weight: float
    belongs: Callable[[_Row], bool] = _always
    place: Callable[[Article], str] = lambda article: article.id or article.title


#: Weights were chosen by hand so that newspaper debates dominate, and not a forum.
SOURCES = (
    PairSource("nyt_rfd", "Apache-2.0 (repository)", 400.0),
    PairSource("globe", "MIT (repository)", 200.0),
    PairSource(
        "web_discourse", "Apache-2.0 (repository)", 50.0, place=lambda article: article.text
    ),
    PairSource("polis_en", "CC BY 4.0", 50.0, belongs=lambda row: row.moderated == 1),
    PairSource("cat_gc", "CC BY-SA (text)", 50.0),
)


def topic_gold(folder: str | Path, *, seed: int = 0) -> list[Gold]:
    """Make matched and swapped rows from the public files.

    Parameters
    ----------
    folder
        The folder with a ``<name>.jsonl.gz`` for each of `SOURCES`.
    seed
        Seed of all draws.

    Returns
    -------
    list of Gold
        Rows with `off_topic` 0 or 1, without hostility, and never `natural`.

    Raises
    ------
    InputError
        If a file is missing or one of its rows cannot be read.
    """
    gold: list[Gold] = []
    for source in SOURCES:
        rows = [row for row in _read(Path(folder), source.name) if source.belongs(row)]
        draw = random.Random(f"{seed}:{source.name}")  # noqa: S311 - no secret
        pairs = _reply_pairs if rows and rows[0].article is None else _article_pairs
        gold += _balanced(list(pairs(rows, source, draw)), source.weight)
    return gold


def _read(folder: Path, name: str) -> Iterator[_Row]:
    for row in rows_of_file(folder / f"{name}.jsonl.gz", "jsonl", _Row):
        if row.text.strip():
            yield row


class _Stand(NamedTuple):
    """An article and its comments."""

    article: Article
    place: str
    rows: list[_Row]
    thread: tuple[str, ...]


def _article_pairs(rows: Sequence[_Row], source: PairSource, draw: random.Random) -> Iterator[Gold]:
    stands = _stands(rows, source, draw)
    alike = _most_alike(stands)
    # Ids of parents lack the prefix that names the file.
    texts = {row.id.partition("-")[2]: row.text for row in rows}
    for number, stand in enumerate(stands):
        others = [other for other in stands if other.place != stand.place]
        for row in stand.rows:
            view = _View.drawn(row, texts, draw)
            yield _gold(row, source, stand, view.beside(stand), off_topic=0.0)
            for swapped in (draw.choice(others), stands[draw.choice(alike[number])]):
                yield _gold(row, source, stand, view.beside(swapped, draw), off_topic=1.0)
            if view.parent:  # A reply to the thread is on topic under any article.
                wrong = view._replace(thread=False).beside(draw.choice(others))
                yield _gold(row, source, stand, wrong, off_topic=0.0)


class _View(NamedTuple):
    """How much context accompanies a comment; it is the same for both rows of a pair."""

    words: int | None
    thread: bool
    parent: str
    article: bool = True

    @classmethod
    def drawn(cls, row: _Row, texts: dict[str, str], draw: random.Random) -> _View:
        """Draw title, title and lead, or all; with a thread or without; with any parent."""
        words = draw.choice((0, _LEAD, None, None))
        parent = row.parent or texts.get(row.parent_id or "", "")
        if draw.random() < _THREAD_ALONE:
            return cls(words, True, "", article=False)
        return cls(words, draw.random() < 0.25, parent)

    def beside(self, stand: _Stand, draw: random.Random | None = None) -> Comment:
        """Return the context that `stand` gives; with `draw`, the parent is drawn from it too."""
        article = stand.article
        if self.words is not None and len(article.text.split()) > 2 * _LEAD:
            text = " ".join(article.text.split()[: self.words])
            article = msgspec.structs.replace(article, text=text)
        parent = self.parent
        if parent and draw is not None:
            parent = draw.choice(stand.thread)
        thread = stand.thread if self.thread else ()
        shown = article if self.article else None
        return Comment(text="", article=shown, parent=parent or None, thread=thread)


def _stands(rows: Sequence[_Row], source: PairSource, draw: random.Random) -> list[_Stand]:
    of_article: dict[str, list[_Row]] = defaultdict(list)
    articles: dict[str, Article] = {}
    for row in rows:
        if row.article is not None:
            key = row.article.id or row.article.title
            articles.setdefault(key, row.article)
            of_article[key].append(row)
    stands = []
    for key, own in of_article.items():
        chosen = draw.sample(own, min(len(own), _MOST))
        thread = tuple(row.text for row in chosen[:_LONGEST_THREAD])
        stands.append(_Stand(articles[key], source.place(articles[key]), chosen, thread))
    return stands


def _most_alike(stands: Sequence[_Stand]) -> list[list[int]]:
    """Return for each article those of other places with the most distinctive shared stems."""
    bags = [
        set(stems_of(" ".join((s.article.title, s.article.text, *s.thread)).lower()))
        for s in stands
    ]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(bags):
        for stem in bag:
            holders[stem].append(number)
    found = []
    for number, stand in enumerate(stands):
        shared: dict[int, float] = defaultdict(float)
        for stem in sorted(bags[number]):
            if len(holders[stem]) <= len(stands) / 5:
                for other in holders[stem]:
                    shared[other] += 1.0 / (len(holders[stem]) * len(bags[other]) ** 0.5)
        ranked = sorted(shared, key=lambda other: (-shared[other], other))
        fitting = [other for other in ranked if stands[other].place != stand.place]
        others = [other for other, s in enumerate(stands) if s.place != stand.place]
        found.append(fitting[:_ALIKE] or others)
    return found


def _reply_pairs(rows: Sequence[_Row], source: PairSource, draw: random.Random) -> Iterator[Gold]:
    replies = [row for row in rows if row.parent and row.parent.strip()]
    for row in draw.sample(replies, min(len(replies), _MOST_REPLIES)):
        other = draw.choice(replies)
        stand = _Stand(Article(id=row.id), row.id, [], ())
        yield _gold(row, source, stand, Comment(text="", parent=row.parent), off_topic=0.0)
        if other.parent != row.parent:
            yield _gold(row, source, stand, Comment(text="", parent=other.parent), off_topic=1.0)


def _gold(
    row: _Row, source: PairSource, stand: _Stand, shown: Comment, *, off_topic: float
) -> Gold:
    comment = msgspec.structs.replace(shown, text=row.text, id=row.id, source=source.name)
    return Gold(
        comment=comment,
        group=f"{source.name}:{stand.place}",
        source=source.name,
        off_topic=off_topic,
        natural=False,
        paired=True,
    )


def _balanced(gold: Sequence[Gold], total: float) -> list[Gold]:
    """Weight rows so that `OFF_TOPIC_SHARE` of the weight is swapped, with a parent or without."""
    cells: dict[bool, dict[float, int]] = defaultdict(lambda: defaultdict(int))
    for item in gold:
        cells[item.comment.parent is not None][item.off_topic or 0.0] += 1
    weighed = []
    for item in gold:
        cell = cells[item.comment.parent is not None]
        share = sum(cell.values()) / len(gold)
        part = OFF_TOPIC_SHARE if item.off_topic else 1.0 - OFF_TOPIC_SHARE
        weight = total * share * part / cell[item.off_topic or 0.0]
        weighed.append(msgspec.structs.replace(item, weight=weight))
    return weighed
