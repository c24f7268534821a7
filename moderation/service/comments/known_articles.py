"""Articles that clients have sent, so that later comments name them by id alone."""

from __future__ import annotations

from collections import OrderedDict

from moderation.records import Article

# Characters of all articles that are remembered: some ten thousand of the usual length.
_MOST = 64 * 2**20


class KnownArticles:
    """The articles that were sent last, each known to the client that sent it.

    Parameters
    ----------
    most
        Characters of their titles and texts.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._size = 0
        self._articles: OrderedDict[tuple[str, str], Article] = OrderedDict()

    def remember(self, client: str, article: Article) -> None:
        """Remember an article that has an id; the ones used longest ago are forgotten."""
        key = (client, article.id or "")
        self._forget(key)
        self._articles[key] = article
        self._size += _size(article)
        while self._size > self._most:
            self._forget(next(iter(self._articles)))

    def find(self, client: str, name: str) -> Article | None:
        """Return a client's article by its id."""
        found = self._articles.get((client, name))
        if found is not None:
            self._articles.move_to_end((client, name))
        return found

    def _forget(self, key: tuple[str, str]) -> None:
        found = self._articles.pop(key, None)
        if found is not None:
            self._size -= _size(found)


def _size(article: Article) -> int:
    return 500 + len(article.title) + len(article.text)
