"""Read pages from the files in which they were saved: HTML, text, and one file for a whole page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from moderation.errors import InputError, ModerationError, Notice
from moderation.files import open_binary, sniff_format
from moderation.files.archives import archive_of, saved_as
from moderation.pages import separate
from moderation.records import Article, Page
from moderation.sources.comment_rows.reading import ArticleFields
from moderation.sources.record_files.kinds import Kind, kind_of
from moderation.text.markup import decode, is_html

if TYPE_CHECKING:
    from moderation.files.archives import SavedPage

HEAD = 1 << 16
LONGEST_PAGE = 64 * 2**20


class Origin(NamedTuple):
    """Where a page comes from.

    Attributes
    ----------
    path
        Its file, for errors.
    longest
        The largest accepted size in bytes.
    url, charset
        Its address and its encoding, if an archive says them.
    """

    path: str
    longest: int = LONGEST_PAGE
    url: str | None = None
    charset: str | None = None


def read_page(path: str | Path, *, longest: int = LONGEST_PAGE) -> Page:
    """Read and separate one page.

    Parameters
    ----------
    path
        The page's file.
    longest
        The largest accepted size in bytes.

    Returns
    -------
    Page
        The article, the comments and what is neither.

    Raises
    ------
    InputError
        If it is missing, empty, binary, larger than `longest` bytes (64 MiB), an archive of
        several pages, or holds records or an export, in which the comments are already separate.
    """
    with open_binary(path) as stream:
        refuse_no_page(kind_of(path, stream.peek(HEAD)), str(path))
        return separated(stream, Origin(str(path), longest))


def refuse_no_page(kind: Kind, path: str) -> None:
    """Raise an InputError about an input that is something else than one page."""
    if kind.what == "archive":
        hint = "moderation separate reads each of its pages"
        raise InputError("an archive, not one page", path=path, hint=hint)
    if kind.what != "page":
        holds = "an export" if kind.what == "export" else "records"
        hint = "its comments are apart already: moderation score reads them"
        raise InputError(f"holds {holds}, not a page", path=path, hint=hint)


def read_article(path: str | Path) -> Article:
    """Read one article: a JSON object with ``title`` and ``text``, or a page.

    Returns
    -------
    Article
        The article; that of a page is without its comments.

    Raises
    ------
    InputError
        If it cannot be read or holds no text.
    """
    with open_binary(path) as stream:
        head = stream.peek(HEAD)
        if sniff_format(head) == "jsonl":
            article = _json_article(stream.read(LONGEST_PAGE), path)
        elif archive_of(head):
            raise InputError("an archive, not an article", path=path, hint="give the page itself")
        else:
            article = separated(stream, Origin(str(path))).article
    if not (article.title or article.text):
        raise InputError("no article in it", path=path, hint="give a page or plain text")
    return article


def _json_article(data: bytes, path: str | Path) -> Article:
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=ArticleFields).known()
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        hint = "one JSON object with title and text"
        raise InputError(f"no article ({error})", path=path, hint=hint) from None


def separated(stream: io.BufferedReader, origin: Origin) -> Page:
    """Read and separate the page in a stream.

    Raises
    ------
    InputError
        If it is too large, empty or binary.
    """
    data = stream.read(origin.longest + 1)
    if len(data) > origin.longest:
        hint = "is it a record file? name it .jsonl or .csv"
        what = f"a page of more than {origin.longest >> 20} MiB"
        raise InputError(what, path=origin.path, hint=hint)
    try:
        if form := saved_as(data[:HEAD]):
            from moderation.files.archives import saved_page

            return _separated_whole(saved_page(data, form))
        return separate(decode(data, origin.charset), url=origin.url)
    except InputError as error:
        error.path = origin.path
        raise


def _separated_whole(saved: SavedPage) -> Page:
    """Separate a page saved with its frames: platforms show comments in a frame of their own."""
    page = _of_html(saved)
    if page.comments:
        return page
    for frame in saved.frames:
        beside = _of_html(frame) if frame.html.strip() else page
        if beside.comments:
            left_out = page.left_out + beside.left_out
            return msgspec.structs.replace(
                page, comments=beside.comments, left_out=left_out, comments_elsewhere=None
            )
    return page


def _of_html(saved: SavedPage) -> Page:
    text = decode(saved.html, saved.charset)
    # The type of a part says that it is HTML, however little of it there is.
    return separate(text if is_html(text) else f"<html><body>{text}", url=saved.url)


def notices(page: Page, path: str | Path) -> Iterator[ModerationError]:
    """Yield the notices about a page whose comments are missing or incomplete."""
    if page.comments_elsewhere:
        what = f"its comments live in an embed ({page.comments_elsewhere}), not in the page"
        yield Notice(what, path=path, hint="export them from there")
    elif not page.comments:
        yield Notice("no comments found", path=path, hint="only its article can be read")
    found = len(page.comments)
    # Some platforms count pingbacks as comments.
    pingbacks = sum(piece.reason == "pingback" for piece in page.left_out)
    if page.comments and page.declared_count not in {None, found, found + pingbacks}:
        yield Notice(f"the page declares {page.declared_count} comments, {found} found", path=path)
