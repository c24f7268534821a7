"""What rows are read with: the article above them, and articles that rows name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from moderation.cli.problems import Problems
    from moderation.sources.comment_rows import RowContext


def row_context(
    article: str | Path | None,
    articles: str | Path | None,
    problems: Problems,
    names: Mapping[str, str] | None = None,
) -> RowContext:
    """Read the files of `--article` and `--articles`.

    Parameters
    ----------
    article, articles
        The files; None if the option is not given.
    problems
        Receives the articles that cannot be read.
    names
        The record files' names of our fields, where they differ.
    """
    from moderation.sources import read_article
    from moderation.sources.comment_rows import RowContext

    above = read_article(article) if article else None
    if articles is None:
        return RowContext(above, names=names or {})
    from moderation.labels import read_articles

    known, rejected = read_articles(articles)
    for error in rejected:
        problems.add(error)
    return RowContext(above, known, names or {})
