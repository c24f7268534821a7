"""The context of a comment: texts that the client sends, or a known article.

Articles are found by id or address in a file that the newsroom maintains. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from moderation.errors import InputError
from moderation.labels import read_articles
from moderation.records import Article
from moderation.service import errors as refusals
from moderation.service.wire import TEXT_TYPES, RequestContext, TextEntry, type_name

# A first line of at most this length, followed by text, is a headline.
_LONGEST_TITLE = 200
_LONGEST_ADDRESS = 4_000


class ArticleIndex:
    """The articles of a newsroom, indexed by id and by address.

    Parameters
    ----------
    articles
        The articles by id; each is also indexed by its `url`.
    """

    def __init__(self, articles: Mapping[str, Article] | None = None) -> None:
        self._by_id = dict(articles or {})
        self._by_address = {
            address(article.url): article for article in self._by_id.values() if article.url
        }

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, names: Iterable[str | None]) -> Article | None:
        """Return the first article that one of the given ids or addresses names."""
        for name in names:
            if not name or len(name) > _LONGEST_ADDRESS:
                continue
            found = self._by_id.get(name) or self._by_address.get(address(name))
            if found is not None:
                return found
        return None


def read_shelf(path: str | Path | None) -> ArticleIndex:
    """Read an articles file with ``id``, ``title``, ``text``, ``url``; None gives an empty index.

    Raises
    ------
    InputError
        If a row cannot be read, because a partly read file would go unnoticed.
    """
    if path is None:
        return ArticleIndex()
    articles, rejected = read_articles(path)
    if rejected:
        first = rejected[0]
        hint = f"{len(rejected)} such rows; mend the file"
        raise InputError(first.what, path=path, line=first.line, field=first.field, hint=hint)
    return ArticleIndex(articles)


def address(url: str) -> str:
    """Normalize an address, so that all addresses of one article are equal.

    The scheme, ``www.``, the fragment, tracking parameters and parameters that point at one comment
    are removed. Any other parameter may name the article (``/?p=12``).

    >>> address("https://www.example.org/news/1/?utm_source=x#c7") == address("example.org/news/1")
    True
    >>> address("https://example.org/?p=1") == address("https://example.org/?p=2")
    False
    """
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        asked = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
        kept = sorted((name, value) for name, value in asked if not _passes_over(name))
        query = f"?{urlencode(kept)}" if kept else ""
    except ValueError:  # not a valid address
        return url
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}{query}"


# Parameters that advertisements, newsletters and statistics add, and those by which Coral and
# WordPress point at one comment of a page.
_COUNTING = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id igshid "
    "igsh mc_cid mc_eid mkt_tok _ga _gl _hsenc _hsmi vero_id oly_anon_id oly_enc_id s_cid "
    "pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid "
    "at_campaign at_medium at_format at_creation at_variant commentid replytocom".split()
)
_COUNTING_FAMILIES = ("utm_", "piwik_", "mtm_", "matomo_")
_MOST_PARAMETERS = 100


def _passes_over(name: str) -> bool:
    name = name.lower()
    return name in _COUNTING or name.startswith(_COUNTING_FAMILIES)


class Surroundings(NamedTuple):
    """The context of a comment.

    Attributes
    ----------
    article, parent
        The article and the parent comment, if known.
    url
        Address of the article, if the client sends one.
    comment_id, parent_id
        The platform's ids, if the client sends them (Coral does when it sends feedback).
    """

    article: Article | None = None
    parent: str | None = None
    url: str | None = None
    comment_id: str | None = None
    parent_id: str | None = None


class _CoralNote(msgspec.Struct, frozen=True):
    """The object that Coral writes into the text of its only context entry."""

    url: str | None = None
    reply_to_id_Coral_comment_id: str | None = None  # noqa: N815 - the wire's name
    Coral_comment_id: str | None = None


def surroundings(context: RequestContext | None, shelf: ArticleIndex) -> Surroundings:
    """Read the context of a request.

    Parameters
    ----------
    context
        The entries are [article, parent comment], as Jigsaw's own moderator sent them, or one
        object of Coral's, or the id or address of a known article.
    shelf
        The articles that the service knows.

    Raises
    ------
    Refusal
        If both forms are used, or an entry is not plain text.
    """
    if context is None:
        return Surroundings()
    pair = context.article_and_parent_comment
    if pair is not None and context.entries:
        raise refusals.both_contexts()
    if pair is not None:
        entries = [pair.article, pair.parent_comment]
    else:
        entries = [*(context.entries or ()), None, None][:2]
    first, parent = (plain_text(entry) for entry in entries)
    note = _coral_note(first)
    if note is not None:
        return Surroundings(
            article=shelf.find([note.url]),
            parent=parent or None,
            url=note.url,
            comment_id=note.Coral_comment_id,
            parent_id=note.reply_to_id_Coral_comment_id,
        )
    article = shelf.find([first]) or _article(first)
    return Surroundings(article=article, parent=parent or None)


def plain_text(entry: TextEntry | None) -> str:
    """Return the text of an entry, or an empty string if there is none.

    Raises
    ------
    Refusal
        If its type is not plain text.
    """
    if entry is None:
        return ""
    kind = type_name(entry.type, TEXT_TYPES)
    if kind is None:
        raise refusals.unknown_text_type()
    if kind == "HTML":
        raise refusals.only_plain_text()
    return entry.text or ""


def _article(text: str) -> Article | None:
    if not text.strip():
        return None
    first, _, rest = text.strip().partition("\n")
    if rest and len(first) <= _LONGEST_TITLE:
        return Article(title=first.strip(), text=rest.strip())
    return Article(text=text.strip())


def _coral_note(text: str) -> _CoralNote | None:
    if not text.startswith("{") or "Coral_comment_id" not in text:
        return None
    try:
        note: Any = msgspec.json.decode(text, type=_CoralNote)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    return note if isinstance(note, _CoralNote) else None
