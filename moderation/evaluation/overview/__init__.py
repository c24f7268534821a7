"""Scored comments by article, section, author, hour or any column, and how sure one may be.

``reading`` yields comments with their verdicts. ``placing`` says to which groups a comment belongs,
and ``counting`` counts. ``finding`` computes the figures with ``shares``, ``chance`` and ``trend``.
``words`` puts them into sentences, ``lines`` on a terminal and
``rows`` into one table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.overview.counting import Counting
    from moderation.evaluation.overview.finding import Overview, find_overview
    from moderation.evaluation.overview.lines import overview_lines
    from moderation.evaluation.overview.placing import TABLES, Placing
    from moderation.evaluation.overview.reading import is_scored, read_scored, scored_comment
    from moderation.evaluation.overview.rows import overview_rows

__all__ = [
    "TABLES",
    "Counting",
    "Overview",
    "Placing",
    "find_overview",
    "is_scored",
    "overview_lines",
    "overview_rows",
    "read_scored",
    "scored_comment",
]

__getattr__ = open_door(
    __name__,
    {
        "Counting": "moderation.evaluation.overview.counting",
        "Overview": "moderation.evaluation.overview.finding",
        "Placing": "moderation.evaluation.overview.placing",
        "TABLES": "moderation.evaluation.overview.placing",
        "find_overview": "moderation.evaluation.overview.finding",
        "is_scored": "moderation.evaluation.overview.reading",
        "overview_lines": "moderation.evaluation.overview.lines",
        "overview_rows": "moderation.evaluation.overview.rows",
        "read_scored": "moderation.evaluation.overview.reading",
        "scored_comment": "moderation.evaluation.overview.reading",
    },
)
