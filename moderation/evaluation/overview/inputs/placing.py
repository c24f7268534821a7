"""Where a comment belongs: its article, its author, its hour, and any other column of its row."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from moderation.errors import UsageError
from moderation.sources import section_of
from moderation.sources.times import time_in
from moderation.text.visibility import is_blank

#: The tables of an overview, in order. Any other name is that of a column of the input.
TABLES = ("article", "section", "author", "language", "hour", "weekday", "day", "week")

# Tables that are counted in any case: the interval of the whole allows for articles and authors,
# and a trend needs weeks or days.
_ALWAYS = ("article", "author", "day", "week")

#: The tables whose groups follow one another in time.
TIMES = ("hour", "weekday", "day", "week")

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

#: Columns that hold what readers wrote. Each comment would be a group of its own, in its own words.
_WORDS = frozenset({"text", "parent", "reasons"})

_Row = Mapping[str, Any]
_NO_FIELDS: _Row = {}

_LONGEST_NAME = 120
# Earlier times are what databases write where they know none.
_EARLIEST = date(1990, 1, 1)


class Written(NamedTuple):
    """When a comment was written: the day, and the hour if it is known."""

    day: date
    hour: int | None


class Places(NamedTuple):
    """Where some comments belong.

    Attributes
    ----------
    groups
        For each table, the names of the comments' groups; None for a comment that does not say.
    titles
        The headlines of their articles, as far as they are known.
    days
        The days on which they were written, as far as these are known.
    """

    groups: dict[str, list[str | None]]
    titles: list[str | None]
    days: list[date | None]


class _Field(NamedTuple):
    """A field of a row: its name, and the two parts of a name with a dot."""

    name: str
    first: str
    rest: str

    @classmethod
    def named(cls, name: str) -> _Field:
        first, _, rest = name.partition(".")
        return cls(name, first, rest)

    def of(self, rows: Sequence[_Row]) -> list[Any]:
        """Return the field of each row."""
        name, first, rest = self
        values = [row.get(name) for row in rows]
        if rest:
            for at, row in enumerate(rows):
                if values[at] is None and isinstance(inside := row.get(first), dict):
                    values[at] = inside.get(rest)
        return values


class Placing:
    """How comments are put into groups.

    Parameters
    ----------
    tables
        The tables: names of :data:`TABLES`, or columns of the input.
    names
        The names of our fields in the input, where they differ.
    zone
        The zone of days and hours; None takes them as they are written.
    key
        The key of the authors' pseudonyms; None leaves the authors' names as they are.

    Attributes
    ----------
    tables
        The tables, and those that are needed in any case.
    n_unread_times
        How many of the comments so far have a time in no form that is known.

    Raises
    ------
    UsageError
        If a table is a column that holds what readers wrote.
    """

    def __init__(
        self,
        tables: Sequence[str] = TABLES,
        *,
        names: Mapping[str, str] | None = None,
        zone: tzinfo | None = None,
        key: bytes | None = None,
    ) -> None:
        names = names or {}
        for table in tables:
            if names.get("text") == table or table in _WORDS:
                hint = "name a column of facts, such as a section"
                raise UsageError("words are no groups", field="--by", got=table, hint=hint)
        self.tables = tuple(dict.fromkeys((*tables, *_ALWAYS)))
        self._zone = zone
        self._key = key
        self._author = names.get("author", "author")
        self._article_id = _Field.named(names.get("article_id", "article_id"))
        self._text = names.get("text", "text")
        self.n_unread_times = 0
        self._published = _Field.named(names.get("published", "published"))
        self._fields = {
            table: [_Field.named(names.get(each, each)) for each in _FIELDS.get(table, (table,))]
            for table in self.tables
            if table not in {"article", "section", *TIMES}
        }

    def places(self, rows: Sequence[_Row]) -> Places:
        """Return where comments belong.

        Parameters
        ----------
        rows
            The fields of the comments as the input names them.
        """
        articles, sections, titles = self._articles(rows)
        times = self._published.of(rows)
        told = [when_written(value, self._zone) for value in times]
        self.n_unread_times += sum(
            written is None and named(value) is not None
            for value, written in zip(times, told, strict=True)
        )
        days = [_NO_DAY if written is None else _of_day(written.day) for written in told]
        groups = {
            "article": articles,
            "section": sections,
            "hour": [None if written is None else _HOURS[written.hour] for written in told],
            **{table: [each[table] for each in days] for table in ("weekday", "day", "week")},
        }
        groups |= {table: self._names(fields, rows) for table, fields in self._fields.items()}
        return Places(
            {table: groups[table] for table in self.tables},
            titles,
            [written and written.day for written in told],
        )

    def _names(self, fields: Sequence[_Field], rows: Sequence[_Row]) -> list[str | None]:
        found: list[str | None] = [None] * len(rows)
        for field in fields:
            names = [named(value) for value in field.of(rows)]
            if self._key is not None and field.name == self._author:
                names = [name and pseudonym(name, self._key) for name in names]
            found = [old or name for old, name in zip(found, names, strict=True)]
        return found

    def text(self, row: _Row) -> str | None:
        """Return the text of the comment of a row, if the row has it."""
        text = row.get(self._text)
        return text if isinstance(text, str) and not is_blank(text) else None

    def _articles(
        self, rows: Sequence[_Row]
    ) -> tuple[list[str | None], list[str | None], list[str | None]]:
        """Return the names of the groups of comments' articles, their sections and headlines."""
        given = [row.get("article") for row in rows]
        articles: list[_Row] = [each if isinstance(each, dict) else _NO_FIELDS for each in given]
        own = [named(value) for value in self._article_id.of(rows)]
        names, sections, titles = [], [], []
        for row, article, name in zip(rows, articles, own, strict=True):
            title = named(article.get("title")) or named(row.get("article_title"))
            url = named(article.get("url"))
            section = named(row.get("section")) or named(section_of(row, url or name))
            other = named(article.get("id")) or url or title
            names.append(name or other or named(row.get("page")))
            sections.append(section)
            titles.append(title)
        return names, sections, titles


# The fields that may name the group of a comment in a table, the first of which counts.
_FIELDS = {
    "language": ("language", "lang"),
}


def named(value: Any) -> str | None:
    """Return a value as the name of a group; None if it names nothing.

    A long name keeps its beginning and a digest, so that different names stay different.
    """
    if value is None:
        return None
    if type(value) is not str:
        value = str(value) if isinstance(value, float) else msgspec.json.encode(value).decode()
    return _short(value)


@lru_cache(maxsize=2**16)
def _short(value: str) -> str | None:
    name = value.strip()
    if len(name) > _LONGEST_NAME:
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        return f"{name[:_LONGEST_NAME]}... {digest}"
    return name or None


@lru_cache(maxsize=2**16)
def pseudonym(name: str, key: bytes) -> str:
    """Return what stands for a name: without the key, no list of names leads back to it.

    >>> pseudonym("Ann", b"key") == pseudonym("Ann", b"key") != pseudonym("Ann", b"other")
    True
    """
    digest = hmac.new(key, name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return f"author {digest[:12]}"


def when_written(value: Any, zone: tzinfo | None = None) -> Written | None:
    """Return when a comment was written, as far as its input says so in a form that can be read.

    Parameters
    ----------
    value
        ISO 8601, the form of mail, or seconds or milliseconds since 1970.
    zone
        The zone of the day and the hour; None takes them as they are written.

    Examples
    --------
    >>> when_written("2026-11-30T23:30:00+00:00").hour, when_written("2026-11-30").hour
    (23, None)
    """
    if value is None or isinstance(value, bool):
        return None
    found = time_in(str(value))
    if not isinstance(found, datetime):
        written = None if found is None else Written(found, None)
    else:
        try:
            at = found.astimezone(zone) if zone is not None and found.tzinfo is not None else found
        except (OverflowError, ValueError):
            return None
        written = Written(at.date(), at.hour)
    return written if written is not None and written.day >= _EARLIEST else None


_NO_DAY: Mapping[str, str | None] = dict.fromkeys(TIMES)
_HOURS = {None: None} | {hour: f"{hour:02}" for hour in range(24)}


@lru_cache(maxsize=10_000)
def _of_day(day: date) -> Mapping[str, str | None]:
    year, week, weekday = day.isocalendar()
    return {
        "weekday": WEEKDAYS[weekday - 1],
        "day": day.isoformat(),
        "week": f"{year}-W{week:02}",
    }
