"""Scored comments by article, section, author, hour or any column, and how sure one may be.

``inputs`` yields comments with their verdicts and says to which groups each belongs. ``counting``
counts. ``finding`` computes the figures with ``shares``, ``chance`` and ``trend``. ``sampling``
draws comments for a person to read, and ``correction`` uses what was read. ``words`` puts the
figures into sentences, for ``lines`` on a terminal and ``page``; ``rows`` makes them one table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.overview.correction import Checked
    from moderation.evaluation.overview.counting import Counting
    from moderation.evaluation.overview.finding import Overview, find_overview
    from moderation.evaluation.overview.lines import overview_lines
    from moderation.evaluation.overview.page import overview_page
    from moderation.evaluation.overview.rows import overview_rows
    from moderation.evaluation.overview.sampling import Sample

__all__ = [
    "Checked",
    "Counting",
    "Overview",
    "Sample",
    "find_overview",
    "overview_lines",
    "overview_page",
    "overview_rows",
]

__getattr__ = open_door(
    __name__,
    {
        "Checked": "moderation.evaluation.overview.correction",
        "Counting": "moderation.evaluation.overview.counting",
        "Overview": "moderation.evaluation.overview.finding",
        "Sample": "moderation.evaluation.overview.sampling",
        "find_overview": "moderation.evaluation.overview.finding",
        "overview_lines": "moderation.evaluation.overview.lines",
        "overview_page": "moderation.evaluation.overview.page",
        "overview_rows": "moderation.evaluation.overview.rows",
    },
)
