"""Read the inputs in an archive: record files, exports and pages, one after another."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from moderation.errors import InputError, ModerationError
from moderation.files import STDIN, open_binary, storage
from moderation.files.archives import Member, members_of
from moderation.records import Article, Page
from moderation.sources.choosing import Choice
from moderation.sources.page_files import HEAD, Origin, refuse_no_page, separated
from moderation.sources.record_files.kinds import Kind, kind_of

_STORIES = re.compile(r"(?:^|/)stories\.json(?:\.\w{2,3})?$")


class OpenMember(NamedTuple):
    """A file in an archive that is an input, and its path in messages."""

    path: str
    member: Member

    @property
    def origin(self) -> Origin:
        """Where its page comes from, if it is a page."""
        return Origin(self.path, url=self.member.url, charset=self.member.charset)

    @contextmanager
    def opened(self) -> Iterator[io.BufferedReader]:
        """Open it for reading, decompressed."""
        with self.member.opened(self.path) as stream:
            yield stream


def opened_members(
    stream: io.BufferedReader, fmt: str, path: str
) -> Iterator[OpenMember | ModerationError]:
    """Yield the members of an archive that are inputs, by their names.

    Parameters
    ----------
    stream
        The archive, decompressed.
    fmt
        The kind of the archive.
    path
        Its path.
    """
    stored = None if path == STDIN else storage.size(path)
    choice = Choice()
    for member in members_of(stream, fmt, path, stored):
        if isinstance(member, ModerationError):
            yield member
        elif fmt == "warc" or choice.takes(member.name):
            yield OpenMember(f"{path}/{member.shown}", member)
    if fmt != "warc":
        yield from choice.notices(path)


def stories_in(path: str, fmt: str) -> dict[str, Article]:
    """Return the articles in an archive of a Coral dump, which stand in a file of their own."""
    from moderation.sources.exports.reading import read_articles

    known: dict[str, Article] = {}
    if path == STDIN:  # An archive that was read once cannot be read again.
        return known
    with open_binary(path) as stream:
        for member in members_of(stream, fmt, path, storage.size(path)):
            if isinstance(member, ModerationError) or not _STORIES.search(member.name):
                continue
            with member.opened(path) as content:
                for story in read_articles(content, "coral", name=path):
                    if isinstance(story, Article) and story.id is not None:
                        known.setdefault(story.id, story)
    return known


def refuse_archive(kind: Kind, path: str) -> None:
    """Raise an InputError about an archive within an archive."""
    if kind.what == "archive":
        hint = "unpack it, and name what is in it"
        raise InputError("an archive inside an archive is not read", path=path, hint=hint)


def read_pages(path: str) -> Iterator[tuple[str, Page] | ModerationError]:
    """Read and separate a page, or every page of an archive.

    Parameters
    ----------
    path
        The file of a page, or an archive of pages (WARC, zip, tar).

    Yields
    ------
    tuple of str and Page, or ModerationError
        The name or address of a page, and the page; an error in place of what cannot be read.
    """
    try:
        with open_binary(path) as stream:
            kind = kind_of(path, stream.peek(HEAD))
            if kind.what == "archive":
                yield from _pages(stream, kind.fmt, path)
                return
            refuse_no_page(kind, path)
            page = separated(stream, Origin(path))
        yield path, page
    except InputError as error:
        error.path = error.path or path
        yield error


def _pages(
    stream: io.BufferedReader, fmt: str, path: str
) -> Iterator[tuple[str, Page] | ModerationError]:
    for member in opened_members(stream, fmt, path):
        if isinstance(member, ModerationError):
            yield member
            continue
        try:
            with member.opened() as content:
                kind = kind_of(member.path, content.peek(HEAD))
                refuse_archive(kind, member.path)
                refuse_no_page(kind, member.path)
                page = separated(content, member.origin)
        except InputError as error:
            error.path = error.path or member.path
            yield error
            continue
        yield member.origin.url or member.path, page
