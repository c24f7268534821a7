"""Read the members of a zip archive."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from moderation.errors import InputError
from moderation.files.archives.member_files import Allowance, Member, checked, shown

#: The most bytes of the list of files at the end of an archive, which is read whole.
_LONGEST_LIST = 32 * 2**20
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_TAIL = 2**16 + 200

#: What the standard library raises about a damaged archive, or one that is packed in another way.
ZIP_FAULTS = (
    zipfile.BadZipFile, lzma.LZMAError, zlib.error, struct.error, EOFError, LookupError, OSError,
    RuntimeError, ValueError,
)  # fmt: skip


def zip_members(stream: BinaryIO, name: str) -> Iterator[Member | InputError]:
    """Yield the files of a zip archive; see :func:`~moderation.files.archives.members_of`."""
    size = stream.seek(0, io.SEEK_END)
    _refuse_long_list(stream, size, name)
    try:
        archive = zipfile.ZipFile(stream)
    except ZIP_FAULTS as error:
        hint = "get the file again"
        raise InputError("a damaged zip archive", path=name, got=str(error), hint=hint) from None
    allowance = Allowance(size)
    stored = 0
    for info in archive.infolist():
        stored += info.compress_size
        if stored > size:
            hint = "it is made to expand without end"
            raise InputError("a zip archive whose files overlap", path=name, hint=hint)
        if info.is_dir():
            continue
        allowance.take(info.file_size, name)
        yield _member(archive, info, name)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Member | InputError:
    path = f"{name}/{shown(info.filename)}"
    if info.flag_bits & 0x1:
        return InputError("is encrypted", path=path, hint="unpack it with its password first")
    try:
        raw = archive.open(info)
    except ZIP_FAULTS as error:
        what = "cannot be unpacked"
        return InputError(what, path=path, got=str(error), hint="unpack it with another program")
    return Member(info.filename, checked(raw, *ZIP_FAULTS))


def _refuse_long_list(stream: BinaryIO, size: int, name: str) -> None:
    """Refuse an archive whose list of files would fill the memory."""
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    length = 0
    at = tail.rfind(_END)
    if at >= 0 and len(tail) >= at + 16:
        (length,) = struct.unpack_from("<L", tail, at + 12)
    at = tail.rfind(_END_64)
    if length == 2**32 - 1 and at >= 0 and len(tail) >= at + 48:
        (length,) = struct.unpack_from("<Q", tail, at + 40)
    if length > _LONGEST_LIST:
        raise InputError("a zip archive of too many files", path=name, hint="unpack it first")
