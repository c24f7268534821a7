"""``moderation score``: comments from anywhere into verdicts."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from moderation.cli.options import (
    ArticleFile,
    ArticlesFile,
    Force,
    Format,
    Inputs,
    Jobs,
    ModelDir,
    Output,
    OutputFormat,
    Quiet,
)

if TYPE_CHECKING:
    from moderation.errors import ModerationError
    from moderation.inputs import Context, Item
    from moderation.moderator import Moderator
    from moderation.records import Comment, Reason, Verdict


def command(
    inputs: Inputs = None,
    text: Annotated[
        list[str] | None,
        typer.Option("--text", help="A comment to score; repeatable.", show_default=False),
    ] = None,
    model: ModelDir = None,
    article: ArticleFile = None,
    articles: ArticlesFile = None,
    output: Output = None,
    format_: OutputFormat = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add the reasons.")] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Carry the fields of the input through.")
    ] = False,
    jobs: Jobs = 1,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Score comments for hostility and off-topic content and propose an action."""
    from moderation.cli.output import chosen_format, writing
    from moderation.cli.problems import Problems
    from moderation.errors import InputError, UsageError
    from moderation.moderator import Moderator

    if not inputs and not text:
        raise UsageError("nothing to score", hint="name an input, - or --text")
    fmt = chosen_format(format_, output)
    moderator = Moderator.load(model)
    with Problems(output, quiet=quiet, force=force) as problems:
        context = _context(article, articles, problems)
        waiting: deque[Item] = deque()
        comments = _comments(_items(inputs or [], text or [], context), waiting, problems)
        table = fmt is Format.TABLE and output is None
        verdicts = _scored(moderator, model, comments, jobs=jobs, explain=explain or table)
        if table:
            n = _print(verdicts, waiting)
        else:
            n = 0
            with writing(output, fmt, force=force) as write:
                for n, verdict in enumerate(verdicts, start=1):  # noqa: B007
                    write(_record(waiting.popleft(), verdict, explain=explain, keep=keep))
        if n == 0 and problems.status == 0:
            problems.nothing(InputError("no comment to score in what was given"))
    raise typer.Exit(problems.status)


def _scored(
    moderator: Moderator,
    model: Path | None,
    comments: Iterable[Comment],
    *,
    jobs: int,
    explain: bool,
) -> Iterator[Verdict]:
    if jobs == 1:
        return moderator.score_many(comments, explain=explain)
    from moderation.artifact import shipped_model
    from moderation.batch import score_parallel

    return score_parallel(model or shipped_model(), comments, jobs=jobs, explain=explain)


def _context(article: Path | None, articles: Path | None, problems: Any) -> Context:
    from moderation.inputs import Context, read_article

    if articles is None:
        return Context(read_article(article) if article else None)
    from moderation.labelled import read_articles

    known, rejected = read_articles(articles)
    for error in rejected:
        problems.add(error)
    return Context(read_article(article) if article else None, known)


def _items(
    inputs: list[str], texts: list[str], context: Context
) -> Iterator[Item | ModerationError]:
    from moderation.errors import RecordError
    from moderation.inputs import Item, read_comments
    from moderation.records import Comment

    for number, text in enumerate(texts, start=1):
        if text.strip():
            yield Item(context.place(Comment(text=text, id=str(number), order=number - 1)))
        else:
            yield RecordError("text is empty", field=f"--text {number}", hint="nothing to score")
    if inputs:
        yield from read_comments(inputs, context)


def _comments(
    items: Iterable[Item | ModerationError], waiting: deque[Item], problems: Any
) -> Iterator[Comment]:
    """The comments, while their origins wait for the verdicts and problems are told."""
    from moderation.errors import ModerationError

    for item in items:
        if isinstance(item, ModerationError):
            problems.add(item)
        else:
            waiting.append(item)
            yield item.comment


def _print(verdicts: Iterable[Verdict], waiting: deque[Item]) -> int:
    from moderation.cli.table import Table

    table = Table()
    n = 0
    for n, verdict in enumerate(verdicts, start=1):  # noqa: B007
        item = waiting.popleft()
        title = item.comment.article.title if item.comment.article else ""
        table.page(item.page, title)
        table.verdict(item.comment, verdict)
    if n:
        table.summary()
    return n


def _record(item: Item, verdict: Verdict, *, explain: bool, keep: bool) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if keep:
        kept = dict(item.raw) or _carried(item.comment)
    if item.page is not None:
        kept["page"] = item.page
    record: dict[str, Any] = {
        "id": verdict.id,
        "hostility": _rounded(verdict.hostility.value),
        "off_topic": _rounded(verdict.off_topic.value),
        "action": verdict.action.value,
        "model": verdict.model,
        "null_reason": _null_reason(verdict),
    }
    if explain:
        record["reasons"] = [_reason(r) for score in verdict.scores for r in score.reasons]
    return record | {name: value for name, value in kept.items() if name not in record}


def _null_reason(verdict: Verdict) -> str | None:
    why = [f"{s.attribute.value}: {s.why_null}" for s in verdict.scores if s.why_null]
    return "; ".join(why) or None


def _carried(comment: Comment) -> dict[str, Any]:
    """What a page or export tells of a comment."""
    names = ("text", "article_id", "parent_id", "depth", "order", "author", "published", "source")
    return {name: getattr(comment, name) for name in names}


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "attribute": reason.attribute.value,
        "start": reason.start,
        "end": reason.end,
        "text": reason.text,
        "weight": round(reason.weight, 6),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
