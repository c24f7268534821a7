"""What the service counts, in the text format that Prometheus reads; nothing of any comment."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from moderation.records import Verdict

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SCORES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)

Labels = tuple[tuple[str, str], ...]


class Histogram:
    """Counts values below some bounds.

    Parameters
    ----------
    bounds
        Ascending.
    """

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def lines(self, name: str, labels: Labels) -> Iterator[str]:
        """Its lines of the text format."""
        total = 0
        for bound, count in zip([*map(str, self._bounds), "+Inf"], self._counts, strict=True):
            total += count
            yield f"{name}_bucket{_labelled((*labels, ('le', bound)))} {total}"
        yield f"{name}_sum{_labelled(labels)} {self._sum:.9g}"
        yield f"{name}_count{_labelled(labels)} {total}"


class Metrics:
    """All counts of one process."""

    _HELP: ClassVar = {
        "moderation_requests_total": "Requests by route and status.",
        "moderation_actions_total": "Comments scored, by the action proposed.",
        "moderation_feedback_total": "Answers received, by what became of them.",
        "moderation_reloads_total": "Reloads, by how they ended.",
        "moderation_errors_total": "Internal errors by kind.",
        "moderation_coral_failures_total": "Coral's comments without a score, by cause and answer.",
    }

    def __init__(self) -> None:
        self._counters: dict[str, Counter[Labels]] = {name: Counter() for name in self._HELP}
        self._seconds: dict[str, Histogram] = {}
        self._scores: dict[str, Histogram] = {}

    def count(self, name: str, **labels: str) -> None:
        """Add one to a counter."""
        self._counters[name][tuple(sorted(labels.items()))] += 1

    def answered(self, route: str, code: int, seconds: float) -> None:
        """Note a request and how long it took."""
        self.count("moderation_requests_total", route=route, code=str(code))
        self._seconds.setdefault(route, Histogram(_SECONDS)).observe(seconds)

    def scored(self, verdict: Verdict) -> None:
        """Note the scores of a comment: their distribution shows when readers or models change."""
        self.count("moderation_actions_total", action=verdict.action.value)
        for score in verdict.scores:
            if score.value is not None:
                name = score.attribute.value
                self._scores.setdefault(name, Histogram(_SCORES)).observe(score.value)

    def text(self, model: str, waiting: int) -> str:
        """Everything, as a scrape wants it.

        Parameters
        ----------
        model
            Version in force.
        waiting
            Long requests that wait for their turn.
        """
        lines = [
            "# HELP moderation_model_info The model in force.",
            "# TYPE moderation_model_info gauge",
            f"moderation_model_info{_labelled((('version', model),))} 1",
            "# HELP moderation_waiting Long requests that wait for their turn.",
            "# TYPE moderation_waiting gauge",
            f"moderation_waiting {waiting}",
        ]
        for name, counter in self._counters.items():
            lines += [f"# HELP {name} {self._HELP[name]}", f"# TYPE {name} counter"]
            lines += [f"{name}{_labelled(labels)} {n}" for labels, n in sorted(counter.items())]
        lines += _histograms("moderation_request_seconds", "route", self._seconds)
        lines += _histograms("moderation_score", "attribute", self._scores)
        return "\n".join(lines) + "\n"


def _histograms(name: str, label: str, of: dict[str, Histogram]) -> list[str]:
    lines = [f"# HELP {name} By {label}.", f"# TYPE {name} histogram"]
    for value, histogram in sorted(of.items()):
        lines += histogram.lines(name, ((label, value),))
    return lines


def _labelled(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
