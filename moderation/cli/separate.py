"""``moderation separate``: splits pages into an article and its comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from moderation.cli.options import Force, FormatOption, Output, OutputFormat, Quiet

if TYPE_CHECKING:
    from moderation.records import Page


def command(
    pages: Annotated[
        list[str],
        typer.Argument(help="HTML or flattened text, or - for standard input.", show_default=False),
    ],
    output: Output = None,
    format_: FormatOption = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Split pages into the article and its readers' comments."""
    from moderation.cli.output import chosen_format, write_records
    from moderation.cli.problems import Problems
    from moderation.errors import ModerationError
    from moderation.sources import notices, read_pages

    fmt = chosen_format(format_, output)
    if fmt is OutputFormat.TABLE and output is None:
        fmt = OutputFormat.JSONL  # a terminal shows one record a line
    with Problems(output, quiet=quiet, force=force) as problems:

        def records() -> Iterator[dict[str, Any]]:
            for found in (each for path in pages for each in read_pages(path)):
                if isinstance(found, ModerationError):
                    problems.add(found)
                    continue
                name, page = found
                for notice in notices(page, name):
                    problems.add(notice)
                for record in _records(page, name):
                    yield record if fmt is OutputFormat.JSONL else _EMPTY | record

        write_records(records(), output, fmt, force=force)
    raise typer.Exit(problems.status)


# Articles and comments in one table: each row has the columns of both.
_EMPTY: dict[str, Any] = dict.fromkeys(
    """
    kind page article_id id parent_id depth order title author published url text source
    comments_found comments_declared comments_elsewhere left_out
    """.split()
)


def _records(page: Page, path: str) -> Iterator[dict[str, Any]]:
    article = page.article
    article_id = article.id or article.url or Path(path).name
    yield {
        "kind": "article",
        "page": path,
        "id": article_id,
        "title": article.title,
        "author": article.author,
        "published": article.published,
        "url": article.url,
        "text": article.text,
        "comments_found": len(page.comments),
        "comments_declared": page.declared_count,
        "comments_elsewhere": page.comments_elsewhere,
        "left_out": [{"reason": piece.reason, "text": piece.text} for piece in page.left_out],
    }
    for comment in page.comments:
        yield {
            "kind": "comment",
            "page": path,
            "article_id": article_id,
            "id": comment.id,
            "parent_id": comment.parent_id,
            "depth": comment.depth,
            "order": comment.order,
            "author": comment.author,
            "published": comment.published,
            "text": comment.text,
            "source": comment.source,
        }
