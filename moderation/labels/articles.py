"""The articles above labelled comments, in ``articles.jsonl`` beside the labelled file.

An article is on the disk before the first answer about a comment under it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from moderation.errors import RecordError
from moderation.labels.journal.log import Log
from moderation.labels.labelled_files import ARTICLES, read_articles
from moderation.records import Article, Comment


class ArticleFile:
    """Articles by id beside a labelled file; grows as comments are labelled.

    Parameters
    ----------
    beside
        The labelled file.

    Attributes
    ----------
    known : dict of str to Article
        What stands there.
    problems : list of RecordError
        Rows of it that cannot be read.
    """

    def __init__(self, beside: str | Path) -> None:
        self.path = Path(beside).parent / ARTICLES
        self._log: Log | None = None
        self.known: dict[str, Article] = {}
        self.problems: list[RecordError] = []
        if self.path.is_file() and self.path.stat().st_size:
            self.known, self.problems = read_articles(self.path)

    def keep(self, comment: Comment) -> Article | None:
        """Make sure that a comment's article is in the file.

        Returns
        -------
        Article or None
            The article if it has to stand in the labelled row itself: under its id the file
            holds another one.
        """
        id_ = comment.article_id
        if id_ is None:
            return None
        article = comment.article or Article(id=id_)
        known = self.known.get(id_)
        if known is not None and known.title == article.title:
            return None  # the same, perhaps in a later wording: labels belong to what was there
        if known is not None and (known.title or known.text) and (article.title or article.text):
            return msgspec.structs.replace(article, id=id_)
        if known is not None and not (article.title or article.text):
            return None
        self._write(msgspec.structs.replace(article, id=id_))
        return None

    def _write(self, article: Article) -> None:
        assert article.id is not None
        if self._log is None:
            self._log = Log(self.path)
        fields = {"id": article.id, "title": article.title, "text": article.text}
        if article.url:
            fields["url"] = article.url
        self._log.append(msgspec.json.encode(fields))
        self.known[article.id] = article

    def close(self) -> None:
        """Let the file go."""
        if self._log is not None:
            self._log.close()
