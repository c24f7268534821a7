"""Read the members of an archive one by one."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from moderation.errors import InputError, ModerationError
from moderation.files.archives.member_files import Member

#: The most bytes of a file that is copied because it has to be read from its end.
_MOST_COPIED = 8 * 2**30


def members_of(
    stream: io.BufferedReader, kind: str, name: str, stored: int | None = None
) -> Iterator[Member | ModerationError]:
    """Yield the members of an archive, in its order.

    Parameters
    ----------
    stream
        The archive, decompressed; of a ``warc`` as it is stored.
    kind
        ``zip``, ``tar`` or ``warc``; see :func:`~moderation.files.archives.kinds.archive_of`.
    name
        The name of the archive in errors.
    stored
        The size of its file in bytes, if it is known.

    Yields
    ------
    Member or ModerationError
        An InputError in place of a member that cannot be read, or a Notice about the archive.

    Raises
    ------
    InputError
        If the archive is damaged; the members before the damage have been yielded by then.
    """
    if kind == "zip":
        from moderation.files.archives.zip_files import zip_members

        with seekable(stream, name) as whole:
            yield from zip_members(whole, name)
    elif kind == "tar":
        from moderation.files.archives.tar_files import tar_members

        yield from tar_members(stream, name, stored)
    else:
        from moderation.files.archives.warc_files import warc_members

        yield from warc_members(stream, name, stored)


@contextmanager
def seekable(stream: io.BufferedReader, name: str) -> Iterator[BinaryIO]:
    """Yield a stream that can be read from any place: the given one, or a copy of it.

    Raises
    ------
    InputError
        If a file that has to be copied is larger than the limit.
    """
    if stream.seekable():
        yield cast(BinaryIO, stream)
        return
    with tempfile.TemporaryFile(prefix="moderation-") as file:
        copied = 0
        while chunk := stream.read(1 << 20):
            copied += len(chunk)
            if copied > _MOST_COPIED:
                what = f"has more than {_MOST_COPIED >> 30} GiB"
                raise InputError(what, path=name, hint="unpack it first")
            file.write(chunk)
        file.seek(0)
        yield file
