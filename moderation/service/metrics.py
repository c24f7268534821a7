"""The service's metrics for Prometheus; they contain no text of a comment.

Several processes that serve one port count into files of one folder, and each reports the sums.
`prometheus_client` does so if ``PROMETHEUS_MULTIPROC_DIR`` names the folder before its first
import, so it is imported late.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from moderation.records import Action, Verdict
from moderation.text.visibility import printable

FOLDER = "PROMETHEUS_MULTIPROC_DIR"

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SCORES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)

_COUNTERS = {
    "moderation_requests_total": ("Requests by route and status.", ("code", "route")),
    "moderation_actions_total": ("Comments scored, by the action proposed.", ("action",)),
    "moderation_feedback_total": ("Answers received, by what became of them.", ("result",)),
    "moderation_reloads_total": ("Reloads, by how they ended.", ("result",)),
    "moderation_errors_total": ("Internal errors by kind.", ("kind",)),
    "moderation_coral_failures_total": (
        "Coral's comments without a score, by cause and answer.",
        ("kind", "told"),
    ),
    "moderation_desk_total": (
        "Comments for the review desk: kept (on the disk), late (answered before they were), "
        "dropped or failed (not in the desk).",
        ("result",),
    ),
    "moderation_connections_closed_total": (
        "Connections closed or refused because too many were open, by what they were doing.",
        ("reason",),
    ),
}


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        import prometheus_client as prometheus
        from prometheus_client import multiprocess

        prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]
        self._shown = own = prometheus.CollectorRegistry()
        if FOLDER in os.environ:
            multiprocess.MultiProcessCollector(self._shown)  # type: ignore[no-untyped-call]
            own = prometheus.CollectorRegistry()
        self._counters = {
            name: prometheus.Counter(name, told, labels, registry=own)
            for name, (told, labels) in _COUNTERS.items()
        }
        for action in Action:  # a rate over a series that is missing raises no alarm
            self._counters["moderation_actions_total"].labels(action=action.value)
        self._seconds = prometheus.Histogram(
            "moderation_request_seconds", "By route.", ("route",), buckets=_SECONDS, registry=own
        )
        self._scores = prometheus.Histogram(
            "moderation_score", "By attribute.", ("attribute",), buckets=_SCORES, registry=own
        )
        #: Slow work that waits or runs.
        self.waiting = prometheus.Gauge(
            "moderation_waiting",
            "Slow requests that wait for their turn or are being done.",
            multiprocess_mode="livesum",
            registry=own,
        )

        #: Comments that wait in memory for the review desk.
        self.desk_waiting = prometheus.Gauge(
            "moderation_desk_waiting",
            "Comments that wait in memory for the review desk.",
            multiprocess_mode="livesum",
            registry=own,
        )

    def count(self, name: str, n: int = 1, **labels: str) -> None:
        """Add `n` to a counter."""
        self._counters[name].labels(**labels).inc(n)

    def answered(self, route: str, code: int, seconds: float) -> None:
        """Record a request and its duration."""
        self.refused(route, code)
        self._seconds.labels(route).observe(seconds)

    def refused(self, route: str, code: int) -> None:
        """Count a refused request; its duration is not recorded."""
        self._counters["moderation_requests_total"].labels(str(code), route).inc()

    def closed(self, reason: str) -> None:
        """Count a connection that was closed to make room."""
        self.count("moderation_connections_closed_total", reason=reason)

    def scored(self, verdict: Verdict) -> None:
        """Record the scores of a comment; their distribution shows changes of readers or models."""
        self.count("moderation_actions_total", action=verdict.action.value)
        for score in verdict.scores:
            if score.value is not None:
                self._scores.labels(score.attribute.value).observe(score.value)

    def text(self, model: str) -> str:
        """Return all metrics in the text format of Prometheus.

        Parameters
        ----------
        model
            Version of the active model.
        """
        from prometheus_client import generate_latest

        told: Any = _Told(model, self._shown)
        return generate_latest(told).decode()


class _Told:
    """A collector of the metrics and of the model version, which is not a counter."""

    def __init__(self, model: str, counted: Any) -> None:
        self._model = printable(model)
        self._counted = counted

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily

        family = GaugeMetricFamily(
            "moderation_model_info", "The model in force.", labels=["version"]
        )
        family.add_metric([self._model], 1)
        yield family
        yield from self._counted.collect()
