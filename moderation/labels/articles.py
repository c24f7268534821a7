"""The articles of labelled comments, stored in ``articles.jsonl`` beside the labelled file.

An article is written to disk before the first answer about one of its comments.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from moderation.errors import RecordError
from moderation.labels.journal.log import Log
from moderation.labels.labelled_files import ARTICLES, read_articles
from moderation.records import Article, Comment


class ArticleFile:
    """Articles by id beside a labelled file. The file grows as comments are labelled.

    Parameters
    ----------
    beside
        The labelled file.

    Attributes
    ----------
    known : dict of str to Article
        The articles in the file, by id.
    problems : list of RecordError
        Rows of the file that cannot be read.
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
            The article, if the file has another article under this id. It must then be stored
            in the labelled row itself.
        """
        id_ = comment.article_id
        if id_ is None:
            return None
        article = comment.article or Article(id=id_)
        known = self.known.get(id_)
        if known is not None and known.title == article.title:
            return None  # The same article, perhaps edited: labels belong to the earlier text.
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
        """Close the file."""
        if self._log is not None:
            self._log.close()
