"""A table of verdicts for a moderator: the action, both scores, the comment, the key words."""

from __future__ import annotations

import re
import shutil

from moderation.cli.output import coloured, say, styled
from moderation.cli.wrapping import cells
from moderation.records import Action, Attribute, Comment, Score, Verdict
from moderation.sources.comment_rows import Item, standing

_COLOURS = {Action.HOLD: "red", Action.REVIEW: "yellow", Action.PUBLISH: "green"}
_NARROWEST, _WIDEST = 40, 110
_DEEPEST = 6
_TELLING = 0.3  # share of the largest weight below which a word is not marked
_LISTED = 5
_WORD = re.compile(r"\S+")


class ScoreTable:
    """A printer of verdicts.

    Parameters
    ----------
    grouped
        Whether neighbours belong together: they stand under one headline, replies indented. Else
        each comment has its headline below it.
    explain
        Whether to list the reasons.
    """

    def __init__(self, *, grouped: bool = True, explain: bool = False) -> None:
        self._colour = coloured()
        self._width = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))
        self._grouped, self._explain = grouped, explain
        self._headline = ""

    def verdict(self, item: Item, verdict: Verdict) -> None:
        """Print one verdict."""
        comment, above = item.comment, headline(item)
        if self._grouped and above != self._headline:
            say(styled(above or "(no article)", bold=True))
            say("")
            self._headline = above
        margin = "  " * min(comment.depth - 1, _DEEPEST) if self._grouped else ""
        action = styled(f"{verdict.action.value.upper():<8}", fg=_COLOURS[verdict.action])
        hostile, off = (_score(score) for score in verdict.scores)
        say(margin, action, " ", hostile, "  ", off, f"  {named(comment)}")
        marked = _spans(verdict.hostility)
        for line in self._wrapped(comment.text, marked, self._width - len(margin) - 2):
            say(f"{margin}  ", *line)
        if self._explain:
            self._reasons(verdict, f"{margin}  ")
        else:
            for score in verdict.scores:
                if score.attribute is Attribute.OFF_TOPIC and score.reasons and _flagged(score):
                    say(f"{margin}  off topic: {score.reasons[0].text}")
        if above and not self._grouped:
            say(f"  on: {above}")
        say("")

    def _reasons(self, verdict: Verdict, margin: str) -> None:
        """Print what raises each score most."""
        for score in verdict.scores:
            raising = sorted((r for r in score.reasons if r.weight > 0), key=lambda r: -r.weight)
            if raising:
                told = "; ".join(f"{r.text} {r.weight:+.2f}" for r in raising[:_LISTED])
                say(f"{margin}{_name(score)}: {told}")

    def _wrapped(self, text: str, marked: list[tuple[int, int]], width: int) -> list[list[str]]:
        """Wrap the comment into lines of parts; keep paragraphs and highlight marked spans."""
        lines: list[list[str]] = []
        for paragraph in re.finditer(r"[^\n]+", text):
            line: list[str] = []
            length = 0
            for word in _WORD.finditer(text, paragraph.start(), paragraph.end()):
                parts = self._marked(text, word, marked)
                size = sum(map(cells, parts))
                if line and length + 1 + size > width:
                    lines.append(line)
                    line, length = [], 0
                length += size + bool(line)
                line += [" "] * bool(line) + parts
            if line:
                lines.append(line)
        return lines

    def _marked(self, text: str, word: re.Match[str], marked: list[tuple[int, int]]) -> list[str]:
        for start, end in marked:
            if word.start() <= start < word.end():
                inside = text[start:end] if self._colour else f"[{text[start:end]}]"
                marking = styled(inside, underline=True, bold=True)
                return [text[word.start() : start], marking, text[end : word.end()]]
        return [word.group()]


def headline(item: Item) -> str:
    """Return the title above a comment, and what the article or the page is called."""
    article = item.comment.article
    called = item.page or item.comment.article_id or (article.id if article else None)
    title = article.title if article else ""
    if not (title or called or article):
        return ""
    return f"{title or '(no title)'}  [{called}]" if called else title or "(no title)"


def named(comment: Comment) -> str:
    """Return the id, the author and the status of a comment, as far as they are known."""
    status = standing(comment.status)
    by = f"  {comment.author}" if comment.author else ""
    return f"#{comment.id}{by}{f'  ({status})' if status else ''}"


def _name(score: Score) -> str:
    return score.attribute.value.replace("_", "-")


def _score(score: Score) -> str:
    if score.value is None:
        return f"{_name(score)}   - "
    return styled(f"{_name(score)} {score.value:.2f}", bold=_flagged(score))


def _flagged(score: Score) -> bool:
    return score.value is not None and score.value >= score.review


def _spans(score: Score) -> list[tuple[int, int]]:
    """Return the spans to highlight: those with the most weight, if the score needs attention."""
    if not _flagged(score) or not score.reasons:
        return []
    least = _TELLING * max(reason.weight for reason in score.reasons)
    return [(r.start, r.end) for r in score.reasons if r.weight >= least]
