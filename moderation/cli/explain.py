"""``moderation explain``: shows which words made the score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import (
    ArticleFile,
    ArticlesFile,
    AsJson,
    Columns,
    Inputs,
    Language,
    ModelDir,
    Sheet,
    columns,
)

if TYPE_CHECKING:
    from moderation.cli.problems import Problems
    from moderation.cli.reading import Items
    from moderation.model import Explanation, Moderator
    from moderation.records import Score, Verdict
    from moderation.sources.comment_rows import Item

_SHOWN = 12
_NAMED = 5
_LONGEST_PARENT = 300


def command(
    inputs: Inputs = None,
    text: Annotated[
        list[str] | None,
        typer.Option("--text", help="The comment; repeatable.", show_default=False),
    ] = None,
    id_: Annotated[
        list[str] | None,
        typer.Option(
            "--id",
            help="The id of a comment of the inputs, as `moderation score` prints it; repeatable.",
            show_default=False,
        ),
    ] = None,
    article: ArticleFile = None,
    articles: ArticlesFile = None,
    column: Columns = None,
    sheet: Sheet = "",
    model: ModelDir = None,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Show which words made a comment's scores, and by how much."""
    from moderation.cli.output import say
    from moderation.cli.problems import Problems
    from moderation.cli.reading import items
    from moderation.cli.row_context import RowOptions, row_context
    from moderation.errors import InputError, UsageError
    from moderation.model import Moderator

    if not inputs and not text:
        raise UsageError("nothing to explain", hint="name an input and --id ID, or --text")
    if id_ and not inputs:
        hint = "name the file or page that holds the comment"
        raise UsageError("needs an input", field="--id", hint=hint)
    with Problems(None, quiet=True) as problems:
        context = row_context(article, articles, problems, RowOptions(columns(column), sheet))
        moderator = Moderator.load(model, language=language)
        for item in _read(items([], text or [], context), problems):
            verdict = moderator.score(item.comment)
            if not as_json:
                say(f"{verdict.action.value.upper()}  {item.comment.text!r}  ({verdict.model})")
            _explain(moderator, item, verdict, as_json=as_json)
        chosen = _chosen(_read(items(inputs or [], [], context), problems), inputs, id_)
        if inputs and not (chosen or problems.status):
            problems.nothing(InputError("no comment to explain in what was given"))
        for item in chosen:
            verdict = moderator.score(item.comment)
            if not as_json:
                _print_context(item, verdict)
            _explain(moderator, item, verdict, as_json=as_json)
    raise typer.Exit(problems.status)


def _read(found: Items, problems: Problems) -> Iterator[Item]:
    from moderation.errors import ModerationError

    for item in found:
        if isinstance(item, ModerationError):
            problems.add(item)
        else:
            yield item


def _chosen(
    found: Iterator[Item], inputs: list[str] | None, wanted: list[str] | None
) -> list[Item]:
    """Return the comments of the inputs that `--id` names, or the only one there is.

    Raises
    ------
    UsageError
        If several comments could be meant, or none has a name.
    """
    from moderation.errors import UsageError

    chosen: list[Item] = []
    first: list[Item] = []
    n = 0
    for item in found:
        n += 1
        first += [item] * (n <= _NAMED)
        chosen += [item] * (item.comment.id in (wanted or ()))
    names = ", ".join(item.comment.id for item in first) + (", ..." if n > _NAMED else "")
    path = inputs[0] if inputs else None
    if n and not wanted:
        if n == 1:
            return first
        hint = f"add --id ID; its comments are {names}"
        raise UsageError(f"holds {n:,} comments; which one?", path=path, hint=hint)
    for name in (wanted or ()) if n else ():
        if all(item.comment.id != name for item in chosen):
            hint = f"its comments are {names}"
            raise UsageError("no comment of this id", path=path, field="--id", got=name, hint=hint)
    return chosen


def _print_context(item: Item, verdict: Verdict) -> None:
    """Print a comment of an input, and what its scores compare it with."""
    from moderation.cli.output import say
    from moderation.cli.table import headline, named

    comment = item.comment
    say(f"{verdict.action.value.upper()}  {named(comment)}  ({verdict.model})")
    if above := headline(item):
        say(f"  on: {above}")
    if comment.parent:
        parent = " ".join(comment.parent[:_LONGEST_PARENT].split())
        say(f"  in reply to: {parent}{' ...' if len(comment.parent) > _LONGEST_PARENT else ''}")
    if others := len(comment.thread) - (comment.text in comment.thread):
        say(f"  beside: {others:,} other comment{'s' * (others != 1)}")
    say("")
    for paragraph in comment.text.splitlines():
        say(f"  {paragraph}")


def _explain(moderator: Moderator, item: Item, verdict: Verdict, *, as_json: bool) -> None:
    from moderation.cli.output import say_json

    explained = [(s, moderator.explain(item.comment, s.attribute)) for s in verdict.scores]
    if as_json:
        page = {} if item.page is None else {"page": item.page}
        named = {"id": item.comment.id, **page}
        say_json([named | _document(*pair) for pair in explained], one_line=True)
        return
    for score, explanation in explained:
        _print(score, explanation, item.comment.text)


def _print(score: Score, explanation: Explanation | None, text: str) -> None:
    from moderation.cli.output import say

    name = score.attribute.value.replace("_", "-")
    if explanation is None:
        say("")
        say(f"{name}: no score - {score.why_null}")
        return
    say("")
    say(f"{name} {score.value:.3f}   (review from {score.review:.2f}, hold from {score.hold:.2f})")
    ranked = sorted(explanation.reasons, key=lambda r: -abs(r.weight))
    largest = max((abs(r.weight) for r in ranked), default=1.0) or 1.0
    for reason in ranked[:_SHOWN]:
        bar = ("+" if reason.weight > 0 else "-") * max(1, round(12 * abs(reason.weight) / largest))
        beside = f"   (beside {reason.target})" if reason.target and reason.weight > 0 else ""
        say(f"  {reason.weight:+7.2f}  {bar:<12}  {reason.text}{beside}")
    rest = sum(r.weight for r in ranked[_SHOWN:])
    if len(ranked) > _SHOWN:
        say(f"  {rest:+7.2f}  {'':<12}  ({len(ranked) - _SHOWN} more)")
    say(f"  {explanation.intercept:+7.2f}  {'':<12}  (before any word)")
    say(f"  {explanation.log_odds:+7.2f}  = log-odds, a probability of {score.value:.3f}")
    if explanation.worst_sentence:
        start, end = explanation.worst_sentence
        say(f"  its most hostile sentence: {text[start:end]}")


def _document(score: Score, explanation: Explanation | None) -> dict[str, object]:
    import msgspec

    return {
        "attribute": score.attribute.value,
        "value": score.value,
        "null": score.why_null,
        "intercept": explanation.intercept if explanation else None,
        "log_odds": explanation.log_odds if explanation else None,
        "worst_sentence": explanation.worst_sentence if explanation else None,
        "reasons": msgspec.to_builtins(explanation.reasons) if explanation else [],
    }
