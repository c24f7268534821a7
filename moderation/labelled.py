"""Labelled files: what people answered about comments, and the gold labels that follow.

One line is one annotator's answers about one comment. Annotations are facts and are never
overwritten; gold is computed from them, each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from moderation.errors import InputError, RecordError
from moderation.files import format_of, open_binary, read_records, sniff_format
from moderation.records import Article, Attribute, Comment

#: Beside labelled files: articles by id, not labelled rows.
ARTICLES = "articles.jsonl"

Share = Annotated[float, Meta(ge=0, le=1)]
Answer = bool | Share | Literal["unsure"] | None


class LabelledRow(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One annotator's answers about one comment. The documentation of its fields is the schema."""

    text: Annotated[str, Meta(min_length=1, description="the comment, as the reader wrote it")]
    id: Annotated[
        str,
        Meta(
            description="names the comment; lines with one id are about one comment and carry "
            "one text. Default: file name and line number"
        ),
    ] = ""
    hostility: Annotated[
        Answer,
        Meta(
            description="true, false, `unsure`, null for not judged, or a number from 0 to 1: "
            "the share of annotators who say true"
        ),
    ] = None
    off_topic: Annotated[Answer, Meta(description="as `hostility`")] = None
    annotator: Annotated[str, Meta(description="who answered")] = "unnamed"
    guideline: Annotated[str, Meta(description="version of the guideline followed")] = ""
    source: Annotated[str, Meta(description="where the comment comes from")] = ""
    labelled_at: Annotated[
        str | None, Meta(description="when it was answered, ISO 8601 date or time")
    ] = None
    article_id: Annotated[
        str | None, Meta(description=f"the article above the comment, an id in `{ARTICLES}`")
    ] = None
    article: Annotated[
        Article | None, Meta(description="the article itself: `id`, `title`, `text`")
    ] = None
    parent_id: Annotated[
        str | None, Meta(description="the comment replied to, an id in the same file")
    ] = None
    parent: Annotated[str | None, Meta(description="the text replied to")] = None
    note: Annotated[str | None, Meta(description="why the case is hard")] = None
    adjudicated: Annotated[
        bool, Meta(description="true where this line settles the others' disagreement")
    ] = False
    selection: Annotated[
        str | None,
        Meta(
            description="why the comment was put before the annotator: `random`, `uncertain`, "
            "`diverse`, `disagreement`; only `random` ones measure without bias"
        ),
    ] = None
    model: Annotated[
        str | None, Meta(description="version of the model that chose it or whose score was seen")
    ] = None
    score_seen: Annotated[
        Share | None,
        Meta(description="the hostility score the annotator saw; null: none was shown"),
    ] = None
    token: Annotated[
        str | None, Meta(description="a client's token for this answer; one token, one line")
    ] = None

    def answer(self, attribute: Attribute) -> Answer:
        """What was answered about `attribute`."""
        return self.hostility if attribute is Attribute.HOSTILITY else self.off_topic


class Gold(msgspec.Struct, frozen=True, kw_only=True):
    """A comment and its gold labels.

    Attributes
    ----------
    comment
        With its article and parent, as far as known.
    group
        What must not be split between training and validation: the article, else the thread.
    source
        Where the comment comes from.
    hostility, off_topic
        Share of annotators who said true, those who were unsure left aside; None if nobody
        judged.
    weight
        How much it counts in training.
    natural
        Whether it was drawn as readers write, not looked for: such comments calibrate the scores
        and choose the thresholds.
    cluster
        What a bootstrap draws together, where that is less than the group.
    """

    comment: Comment
    group: str
    source: str = ""
    hostility: float | None = None
    off_topic: float | None = None
    weight: float = 1.0
    natural: bool = True
    cluster: str | None = None

    def label(self, attribute: Attribute) -> float | None:
        """The gold label of `attribute`."""
        return self.hostility if attribute is Attribute.HOSTILITY else self.off_topic


class LabelledSet(msgspec.Struct, frozen=True, kw_only=True):
    """All rows of some labelled files, their articles, and the rows that were rejected."""

    rows: tuple[LabelledRow, ...]
    articles: dict[str, Article]
    rejected: tuple[RecordError, ...]


def read_labelled(paths: Sequence[str | Path]) -> LabelledSet:
    """Read labelled files.

    Parameters
    ----------
    paths
        Files, or folders whose record files are read in order of their names. An
        ``articles.jsonl`` beside a file, or in a folder, gives articles by id.

    Raises
    ------
    InputError
        If a path is missing or no labelled file is found.
    """
    files = [file for path in paths for file in _labelled_files(Path(path))]
    rejected: list[RecordError] = []
    articles: dict[str, Article] = {}
    for shelf in sorted({file.parent / ARTICLES for file in files}):
        if shelf.is_file():
            found, wrong = read_articles(shelf)
            articles.update(found)
            rejected.extend(wrong)
    rows: list[LabelledRow] = []
    texts: dict[str, str] = {}
    for file in files:
        for row in _read_rows(file):
            error = row if isinstance(row, RecordError) else None
            if isinstance(row, _Placed):
                error = _contradiction(row, texts, articles)
                if error is None:
                    rows.append(row.row)
            if error is not None:
                rejected.append(error)
    return LabelledSet(rows=tuple(rows), articles=articles, rejected=tuple(rejected))


class _ArticleRow(msgspec.Struct, frozen=True):
    id: str | int
    title: str | None = None
    text: str | None = None
    url: str | None = None


def read_articles(path: str | Path) -> tuple[dict[str, Article], list[RecordError]]:
    """Read articles by id from a record file with ``id``, ``title``, ``text``."""
    articles: dict[str, Article] = {}
    rejected: list[RecordError] = []
    with open_binary(path) as stream:
        fmt = format_of(path) or sniff_format(stream.peek(4096)) or "jsonl"
        for row in read_records(stream, fmt, _ArticleRow, name=str(path)):
            if isinstance(row, RecordError):
                rejected.append(row)
            else:
                known = row.record
                articles[str(known.id)] = Article(
                    id=str(known.id), title=known.title or "", text=known.text or "", url=known.url
                )
    return articles, rejected


def gold_labels(labelled: LabelledSet) -> list[Gold]:
    """Compute gold: per comment and attribute, the mean of the answers; unsure abstains.

    Returns
    -------
    list of Gold
        One a comment, in order of first appearance.
    """
    of_comment: dict[str, list[LabelledRow]] = {}
    for row in labelled.rows:
        of_comment.setdefault(row.id, []).append(row)
    first = {key: rows[0] for key, rows in of_comment.items()}
    threads = _threads({key: row.parent_id for key, row in first.items() if row.parent_id})
    return [
        _gold(rows, first, threads.get(key, key), labelled.articles)
        for key, rows in of_comment.items()
    ]


def _threads(parents: Mapping[str, str]) -> dict[str, str]:
    """The topmost known comment above each; of a circle, which is a mistake, any one in it."""
    threads: dict[str, str] = {}
    for comment in parents:
        path: dict[str, None] = {}
        at = comment
        while at in parents and at not in threads and at not in path:
            path[at] = None
            at = parents[at]
        threads.update(dict.fromkeys([*path, at], threads.get(at, at)))
    return threads


def _gold(
    rows: list[LabelledRow],
    first: Mapping[str, LabelledRow],
    thread: str,
    articles: Mapping[str, Article],
) -> Gold:
    row = rows[0]
    parent = first.get(row.parent_id or "")
    article = row.article or articles.get(row.article_id or "")
    comment = Comment(
        id=row.id,
        text=row.text,
        article=article,
        article_id=row.article_id or (article.id if article else None),
        parent_id=row.parent_id,
        parent=row.parent or (parent.text if parent else None),
        source=row.source or "record",
    )
    alone = None if row.parent_id else row.parent
    return Gold(
        comment=comment,
        group=_article_key(row) or _article_key(first.get(thread, row)) or alone or thread,
        source=row.source,
        hostility=_share(rows, Attribute.HOSTILITY),
        off_topic=_share(rows, Attribute.OFF_TOPIC),
    )


def _article_key(row: LabelledRow) -> str | None:
    article = row.article or Article()
    return row.article_id or article.id or article.title or article.text or None


def _share(rows: Iterable[LabelledRow], attribute: Attribute) -> float | None:
    answers = [row.answer(attribute) for row in rows]
    counted = [float(answer) for answer in answers if isinstance(answer, bool | float)]
    return sum(counted) / len(counted) if counted else None


class _Placed(msgspec.Struct, frozen=True):
    """A row and its address."""

    row: LabelledRow
    path: str
    line: int


def _labelled_files(path: Path) -> list[Path]:
    if not path.exists():
        raise InputError("no such file or folder", path=path, hint="check the name")
    if path.is_file():
        return [path]
    found = sorted(
        file for file in path.iterdir() if format_of(file) and not file.name.startswith("articles.")
    )
    if not found:
        raise InputError("no labelled file in it", path=path, hint="it needs .jsonl or .csv files")
    return found


def _read_rows(path: Path) -> Iterator[_Placed | RecordError]:
    with open_binary(path) as stream:
        head = stream.peek(4096)
        if not head:
            raise InputError("is empty", path=path, hint="a labelled file has one row a line")
        fmt = format_of(path) or sniff_format(head)
        if fmt is None:
            hint = "labelled files are JSON Lines, CSV, TSV or Parquet"
            raise InputError("not a labelled file", path=path, hint=hint)
        for row in read_records(stream, fmt, LabelledRow, name=str(path)):
            if isinstance(row, RecordError):
                yield row
                continue
            record = row.record
            if not record.id:
                record = msgspec.structs.replace(record, id=f"{path.stem}:{row.line}")
            if "hostility" not in row.raw and "off_topic" not in row.raw:
                what = "a labelled row needs hostility or off_topic"
                yield RecordError(what, path=path, line=row.line, field="hostility")
                continue
            yield _Placed(record, str(path), row.line)


def _contradiction(
    placed: _Placed, texts: dict[str, str], articles: dict[str, Article]
) -> RecordError | None:
    row, address = placed.row, {"path": placed.path, "line": placed.line}
    if texts.setdefault(row.id, row.text) != row.text:
        what = f"id {row.id!r} stands for another text elsewhere"
        return RecordError(what, field="id", hint="one id, one comment", **address)  # type: ignore[arg-type]
    if row.article is None and row.article_id is not None and row.article_id not in articles:
        hint = f"add it to {ARTICLES} beside the file"
        what = f"no article {row.article_id!r}"
        return RecordError(what, field="article_id", hint=hint, **address)  # type: ignore[arg-type]
    return None


def schema_markdown() -> str:
    """The schema of labelled files as a Markdown table, from the record itself."""
    lines = ["| field | values | meaning |", "|---|---|---|"]
    schema = msgspec.json.schema(LabelledRow)["$defs"]["LabelledRow"]["properties"]
    for field in msgspec.structs.fields(LabelledRow):
        needed = "**required** " if field.required else ""
        values = _VALUES.get(field.name, "string")
        lines.append(f"| `{field.name}` | {values} | {needed}{schema[field.name]['description']} |")
    return "\n".join(lines) + "\n"


_VALUES = {
    "hostility": "boolean, number, `unsure`, null",
    "off_topic": "boolean, number, `unsure`, null",
    "article": "object",
    "adjudicated": "boolean",
    "score_seen": "number",
}
