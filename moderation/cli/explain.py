"""``moderation explain``: shows which words made the score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import ArticleFile, AsJson, ModelDir

if TYPE_CHECKING:
    from moderation.model import Explanation
    from moderation.records import Score

_SHOWN = 12


def command(
    text: Annotated[
        list[str], typer.Option("--text", help="The comment; repeatable.", show_default=False)
    ],
    article: ArticleFile = None,
    model: ModelDir = None,
    as_json: AsJson = False,
) -> None:
    """Show which words made a comment's scores, and by how much."""
    from moderation.cli.output import say, say_json
    from moderation.errors import RecordError
    from moderation.model import Moderator
    from moderation.records import Comment
    from moderation.sources import read_article
    from moderation.text.visibility import is_blank

    moderator = Moderator.load(model)
    under = read_article(article) if article else None
    for number, each in enumerate(text, start=1):
        if is_blank(each):
            raise RecordError("text is empty", field=f"--text {number}", hint="nothing to explain")
        comment = Comment(text=each, id=str(number), article=under)
        verdict = moderator.score(comment)
        explained = [(s, moderator.explain(comment, s.attribute)) for s in verdict.scores]
        if as_json:
            say_json([_document(*pair) for pair in explained], one_line=True)
            continue
        say(f"{verdict.action.value.upper()}  {each!r}  ({verdict.model})")
        for score, explanation in explained:
            _print(score, explanation, comment.text)


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
