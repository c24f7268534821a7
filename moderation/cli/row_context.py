"""What rows are read with: the article above them, and articles that rows name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from moderation.cli.problems import Problems
    from moderation.sources.comment_rows import RowContext


class RowOptions(NamedTuple):
    """The options that say how record files are read.

    Attributes
    ----------
    names
        The files' names of our fields, where they differ.
    sheet
        The sheet of a workbook that holds the rows; empty for the first.
    """

    names: Mapping[str, str] = {}
    sheet: str = ""


def row_context(
    article: str | Path | None,
    articles: str | Path | None,
    problems: Problems,
    rows: RowOptions | None = None,
) -> RowContext:
    """Read the files of `--article` and `--articles`.

    Parameters
    ----------
    article, articles
        The files; None if the option is not given.
    problems
        Receives the articles that cannot be read.
    rows
        How record files are read.
    """
    from moderation.sources import read_article
    from moderation.sources.comment_rows import RowContext

    above = read_article(article) if article else None
    names, sheet = rows or RowOptions()
    if articles is None:
        return RowContext(above, names=names, sheet=sheet)
    from moderation.labels import read_articles

    known, rejected = read_articles(articles)
    for error in rejected:
        problems.add(error)
    return RowContext(above, known, names, sheet)
