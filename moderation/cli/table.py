"""A table of verdicts for a moderator: the action, both scores, the comment, the key words."""

from __future__ import annotations

import re
import shutil
from collections import Counter

from moderation.cli.output import coloured, say, styled
from moderation.records import Action, Attribute, Comment, Score, Verdict

_COLOURS = {Action.HOLD: "red", Action.REVIEW: "yellow", Action.PUBLISH: "green"}
_NARROWEST, _WIDEST = 40, 110
_DEEPEST = 6
_TELLING = 0.3  # share of the largest weight below which a word is not marked
_WORD = re.compile(r"\S+")


class ScoreTable:
    """A printer of verdicts, with a summary at the end."""

    def __init__(self) -> None:
        self._colour = coloured()
        self._width = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))
        self._actions: Counter[Action] = Counter()
        self._page: str | None = None
        self._why_null: str | None = None
        self._model = ""

    def page(self, page: str | None, title: str) -> None:
        """Print the heading of a page, once."""
        if page is not None and page != self._page:
            self._page = page
            say(styled(f"{title or '(no title)'}  [{page}]", bold=True))
            say("")

    def verdict(self, comment: Comment, verdict: Verdict) -> None:
        """Print one verdict."""
        self._actions[verdict.action] += 1
        self._model = verdict.model
        self._why_null = verdict.off_topic.why_null or self._why_null
        margin = "  " * min(comment.depth - 1, _DEEPEST)
        action = styled(f"{verdict.action.value.upper():<8}", fg=_COLOURS[verdict.action])
        hostile, off = (_score(score) for score in verdict.scores)
        by = f"  {comment.author}" if comment.author else ""
        say(margin, action, " ", hostile, "  ", off, f"  #{comment.id}{by}")
        marked = _spans(verdict.hostility)
        for line in self._wrapped(comment.text, marked, self._width - len(margin) - 2):
            say(f"{margin}  ", *line)
        for score in verdict.scores:
            if score.attribute is Attribute.OFF_TOPIC and score.reasons and _flagged(score):
                say(f"{margin}  off topic: {score.reasons[0].text}")
        say("")

    def summary(self) -> None:
        """Print the number of comments for each action."""
        n = self._actions.total()
        parts = ", ".join(f"{self._actions[a]} {a.value}" for a in reversed(Action))
        say(f"{n} comment{'s' * (n != 1)}: {parts}. A person decides.  Model {self._model}")
        if self._why_null:
            say(f"off-topic -: {self._why_null}")

    def _wrapped(self, text: str, marked: list[tuple[int, int]], width: int) -> list[list[str]]:
        """Wrap the comment into lines of parts; keep paragraphs and highlight marked spans."""
        lines: list[list[str]] = []
        for paragraph in re.finditer(r"[^\n]+", text):
            line: list[str] = []
            length = 0
            for word in _WORD.finditer(text, paragraph.start(), paragraph.end()):
                size = len(word.group())
                if line and length + 1 + size > width:
                    lines.append(line)
                    line, length = [], 0
                line += [" "] * bool(line) + self._marked(text, word, marked)
                length += size + 1
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


def _score(score: Score) -> str:
    name = score.attribute.value.replace("_", "-")
    if score.value is None:
        return f"{name}   - "
    return styled(f"{name} {score.value:.2f}", bold=_flagged(score))


def _flagged(score: Score) -> bool:
    return score.value is not None and score.value >= score.review


def _spans(score: Score) -> list[tuple[int, int]]:
    """Return the spans to highlight: those with the most weight, if the score needs attention."""
    if not _flagged(score) or not score.reasons:
        return []
    least = _TELLING * max(reason.weight for reason in score.reasons)
    return [(r.start, r.end) for r in score.reasons if r.weight >= least]
