"""Labelled files: what people answered about comments.

One line holds one annotator's answers about one comment. Annotations are never overwritten: an
annotator who changes their mind adds a line, and the last line counts. Gold labels are computed
from the annotations each time (see :mod:`moderation.labels.gold.computing`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from moderation.errors import InputError, Notice, RecordError
from moderation.files import REJECTED, format_of, open_binary, read_records, sniff_format
from moderation.records import Article, Attribute
from moderation.text.visibility import is_blank

#: The file of articles by id beside labelled files. Any record file whose name begins with
#: ``articles.`` holds articles (``articles.csv``, ``articles.coral.jsonl``).
ARTICLES = "articles.jsonl"
_ARTICLES = "articles."

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
        str | None, Meta(description="the comment replied to, an id in these files")
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
            "`diverse`, `disagreement` by `label`, or a word of your own; only `random` ones "
            "measure without bias; those that do not say, if at most a quarter of them are true"
        ),
    ] = None
    chance: Annotated[
        Annotated[float, Meta(gt=0, le=1)] | None,
        Meta(
            description="the share of the comments like it that were labelled, as the desk writes "
            "it (0.05: one in twenty); `thresholds` weights rows by it, so that they stand for all"
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
        str | None,
        Meta(description="a client's token; the same answer sent again under it is one line"),
    ] = None

    def answer(self, attribute: Attribute) -> Answer:
        """Return the answer about `attribute`."""
        return self.hostility if attribute is Attribute.HOSTILITY else self.off_topic


class LabelledSet(msgspec.Struct, frozen=True, kw_only=True):
    """All rows of some labelled files, their articles and their problems.

    Attributes
    ----------
    rows
        The rows, ordered by file name and then by line.
    articles
        The articles by id.
    rejected
        Rows that could not be used, each with its file and line.
    notices
        Problems that did not prevent a row's use, at most one of each kind per file.
    """

    rows: tuple[LabelledRow, ...]
    articles: dict[str, Article]
    rejected: tuple[RecordError, ...]
    notices: tuple[Notice, ...] = ()


def read_labelled(paths: Sequence[str | Path]) -> LabelledSet:
    """Read labelled files.

    Parameters
    ----------
    paths
        Files, or folders whose record files are read in order of their names. Record files named
        ``articles.*`` beside a file or in a folder hold the articles by id.

    Raises
    ------
    InputError
        If a path is missing or no labelled file is found.
    """
    files = [file for path in paths for file in _labelled_files(Path(path))]
    rejected: list[RecordError] = []
    articles: dict[str, Article] = {}
    for shelf in _shelves(files):
        found, wrong = read_articles(shelf)
        articles.update(found)
        rejected.extend(wrong)
    placed: list[_Placed] = []
    texts: dict[str, str] = {}
    for file in files:
        for row in _read_rows(file):
            error = row if isinstance(row, RecordError) else None
            if isinstance(row, _Placed):
                error = _contradiction(row, texts, articles)
                if error is None:
                    placed.append(row)
            if error is not None:
                rejected.append(error)
    return LabelledSet(
        rows=tuple(each.row for each in placed),
        articles=articles,
        rejected=tuple(rejected),
        notices=tuple(_orphans(placed, texts, articles)),
    )


def rows_in_force(rows: Iterable[LabelledRow]) -> list[LabelledRow]:
    """Return the last line of each annotator about each comment, which is the one that counts.

    A last line whose answers are both null withdraws all of the annotator's lines. An adjudicated
    line does not replace an ordinary line of the same person.

    Parameters
    ----------
    rows
        The rows in the order in which they were answered.

    Returns
    -------
    list of LabelledRow
        The rows in order of the first appearance of annotator and comment.
    """
    last: dict[tuple[str, str, bool], LabelledRow] = {}
    for row in rows:
        last[row.id, row.annotator, row.adjudicated] = row
    return [row for row in last.values() if row.hostility is not None or row.off_topic is not None]


class _ArticleRow(msgspec.Struct, frozen=True):
    id: str | int
    title: str | None = None
    text: str | None = None
    url: str | None = None


def read_articles(path: str | Path) -> tuple[dict[str, Article], list[RecordError]]:
    """Read articles by id from a record file with ``id``, ``title`` and ``text``.

    Parameters
    ----------
    path
        The record file.

    Returns
    -------
    articles : dict of str to Article
        The articles by id.
    rejected : list of RecordError
        Rows that cannot be used.
    """
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


class _Placed(msgspec.Struct, frozen=True):
    """A row with its file and line."""

    row: LabelledRow
    path: str
    line: int


class _GivenRow(
    LabelledRow, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A row as it may appear in a file: other tools use numbers as ids."""

    id: str | int = ""  # type: ignore[assignment]
    article_id: str | int | None = None  # type: ignore[assignment]
    parent_id: str | int | None = None  # type: ignore[assignment]

    def named(self, default: str) -> LabelledRow:
        """Return the row with ids that are strings; `default` replaces a missing id."""
        fields = {name: getattr(self, name) for name in LabelledRow.__struct_fields__}
        for name in ("id", "article_id", "parent_id"):
            if isinstance(fields[name], int):
                fields[name] = str(fields[name])
        fields["id"] = fields["id"] or default
        return LabelledRow(**fields)


def _labelled_files(path: Path) -> list[Path]:
    if not path.exists():
        raise InputError("no such file or folder", path=path, hint="check the name")
    if path.is_file():
        return [path]
    found = sorted(
        file
        for file in path.iterdir()
        if format_of(file)
        and not file.name.startswith(_ARTICLES)
        and not file.name.endswith(REJECTED)
    )
    if not found:
        raise InputError("no labelled file in it", path=path, hint="it needs .jsonl or .csv files")
    return found


def _shelves(files: Iterable[Path]) -> list[Path]:
    """Return the files of articles beside labelled files, in order of their names."""
    folders = sorted({file.parent for file in files})
    return [
        file
        for folder in folders
        for file in sorted(folder.glob(f"{_ARTICLES}*"))
        if file.is_file() and format_of(file)
    ]


def _read_rows(path: Path) -> Iterator[_Placed | RecordError]:
    with open_binary(path) as stream:
        head = stream.peek(4096)
        if not head:
            raise InputError("is empty", path=path, hint="a labelled file has one row a line")
        fmt = format_of(path) or sniff_format(head)
        if fmt is None:
            hint = "labelled files are JSON Lines, CSV, TSV or Parquet"
            raise InputError("not a labelled file", path=path, hint=hint)
        for row in read_records(stream, fmt, _GivenRow, name=str(path)):
            if isinstance(row, RecordError):
                yield row
                continue
            if "hostility" not in row.raw and "off_topic" not in row.raw:
                what = "a labelled row needs hostility or off_topic"
                yield RecordError(what, path=path, line=row.line, field="hostility")
                continue
            if is_blank(row.record.text):
                what, hint = "nothing but white space", "a comment without text has no label"
                yield RecordError(what, path=path, line=row.line, field="text", hint=hint)
                continue
            yield _Placed(row.record.named(f"{path.stem}:{row.line}"), str(path), row.line)


def _contradiction(
    placed: _Placed, texts: dict[str, str], articles: dict[str, Article]
) -> RecordError | None:
    row, address = placed.row, {"path": placed.path, "line": placed.line}
    if texts.setdefault(row.id, row.text) != row.text:
        what = f"id {row.id!r} stands for another text elsewhere"
        return RecordError(what, field="id", hint="one id, one comment", **address)  # type: ignore[arg-type]
    if row.hostility is None and _lacks_article(row, articles):
        hint = f"add it to {ARTICLES} beside the file, or leave article_id out"
        what = f"no article {row.article_id!r}"
        return RecordError(what, field="article_id", hint=hint, **address)  # type: ignore[arg-type]
    return None


def _lacks_article(row: LabelledRow, articles: Container[str]) -> bool:
    return row.article is None and row.article_id is not None and row.article_id not in articles


def _orphans(
    placed: Sequence[_Placed], known: Container[str], articles: Container[str]
) -> Iterator[Notice]:
    """Report replies without their parent and comments without their article, by file."""
    replies: dict[str, list[int]] = {}
    loose: dict[str, list[int]] = {}
    for each in placed:
        row = each.row
        if row.parent is None and row.parent_id is not None and row.parent_id not in known:
            replies.setdefault(each.path, []).append(each.line)
        if _lacks_article(row, articles):
            loose.setdefault(each.path, []).append(each.line)
    for path, lines in replies.items():
        what = f"{len(lines):,} rows reply to a comment that is in none of the files"
        hint = "add the comment replied to, or its text as parent"
        yield Notice(what, path=path, line=lines[0], field="parent_id", hint=hint)
    for path, lines in loose.items():
        what = f"{len(lines):,} rows name an article that is not known"
        hint = f"add it to {ARTICLES} beside the file; without it off-topic is not learnt from them"
        yield Notice(what, path=path, line=lines[0], field="article_id", hint=hint)


def schema_markdown() -> str:
    """Return the schema of labelled files as a Markdown table, made from `LabelledRow`."""
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
    "chance": "number",
}
