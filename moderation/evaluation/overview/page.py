"""An overview as one HTML page that needs no network and no script; no comment is shown on it."""

from __future__ import annotations

from pathlib import Path

from moderation import __version__
from moderation.evaluation.overview import plots, words
from moderation.evaluation.overview.finding import GroupFigures, GroupTable, Overview
from moderation.evaluation.overview.inputs.placing import TIMES
from moderation.files.templates import templates_in
from moderation.records import now
from moderation.text.visibility import printable

# Names of groups are untrusted text, so everything is escaped but the plots, which escape for
# themselves.
_PAGES = templates_in(Path(__file__).parent)
_PAGES.filters["visible"] = printable
_PAGES.filters["percent"] = words.percent
_PAGES.filters["grouped"] = lambda number: f"{number:,}"

# A table with more groups than this has a funnel plot before it.
_FUNNEL = 20


def overview_page(overview: Overview, top: int) -> str:
    """Return an overview as a page; equal figures of one day give an equal page.

    Parameters
    ----------
    overview
        The figures.
    top
        How many groups of each table are shown.
    """
    day = now()[:10]
    return _PAGES.get_template("overview.html").render(
        overview=overview,
        day=day,
        words=words,
        methods=words.methods(overview, __version__, day),
        trend_plots={m: plots.trend_plot(overview, m) for m in overview.trends},
        tables=[_shown(table, overview, top) for table in overview.tables],
    )


def _shown(table: GroupTable, overview: Overview, top: int) -> dict[str, object]:
    """Return a table as the template takes it."""
    measure = overview.measure
    judged = [g for g in table.groups if getattr(g, measure).value is not None]
    in_time = table.by in TIMES and len(judged) > 1
    shown = judged[:top]
    scale = max([getattr(group, measure).high or 0.0 for group in shown], default=0.0) or 1.0
    return {
        "table": table,
        "highest": scale,
        "groups": [_cells(group, measure, scale, overview) for group in shown],
        "clocked": plots.time_plot(table, overview) if in_time else None,
        "funnel": plots.funnel_plot(table, overview)
        if len(judged) > _FUNNEL and table.by not in TIMES
        else None,
        "left": [*_not_shown(len(judged) - len(shown)), *words.left_out(table)],
    }


def _not_shown(n: int) -> list[str]:
    return [f"{n:,} more not shown"] if n else []


def _cells(
    group: GroupFigures, measure: str, scale: float, overview: Overview
) -> dict[str, object]:
    return {
        "group": group,
        "share": getattr(group, measure),
        "bar": plots.interval_bar(group, overview, scale),
    }
