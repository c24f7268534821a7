"""Read the members of a tar archive, forward only."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator

from moderation.errors import InputError
from moderation.files.archives.member_files import Allowance, Member, checked, shown

#: The most bytes of a record that describes a member, such as its long name.
_LONGEST_DESCRIPTION = 1 << 20

#: The byte of a block of a map that says whether another block follows.
_GOES_ON = 504

_FAULTS = (tarfile.TarError, ValueError, LookupError, OverflowError, RecursionError)


#: Errors that the standard library takes for the end of the archive if they are not at its begin.
_DAMAGES = frozenset({"InvalidHeaderError", "TruncatedHeaderError"})


class _Described(tarfile.TarInfo):
    """A member whose description is not longer than it should be."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Described:
        try:
            found = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if type(error).__name__ in _DAMAGES:
                raise tarfile.ReadError(str(error)) from None
            raise
        if not found.isreg() and found.size > _LONGEST_DESCRIPTION:
            raise tarfile.ReadError("a description without end")
        return found

    # The maps of sparse files, which may be as long as the archive. They would be kept in memory
    # although these files are passed over.

    def _proc_sparse(self, archive: tarfile.TarFile) -> _Described:
        """Read over the map of a sparse file of GNU's old form."""
        stream = vars(archive)["fileobj"]
        _, goes_on, size = self._sparse_structs  # type: ignore[attr-defined]
        while goes_on:
            goes_on = bool(stream.read(tarfile.BLOCKSIZE)[_GOES_ON])
        self.sparse = b""
        self.offset_data = stream.tell()
        blocks = -(-self.size // tarfile.BLOCKSIZE)
        vars(archive)["offset"] = self.offset_data + blocks * tarfile.BLOCKSIZE
        self.size = size
        return self

    def _proc_gnusparse_10(
        self, described: tarfile.TarInfo, fields: object, archive: tarfile.TarFile
    ) -> None:
        """Mark a file of the later form, whose map is the beginning of its content."""
        del fields, archive
        described.sparse = b""


def tar_members(
    stream: io.BufferedReader, name: str, stored: int | None = None
) -> Iterator[Member | InputError]:
    """Yield the files of a tar archive; see :func:`~moderation.files.archives.members_of`.

    Links, devices and sparse files are passed over: none holds comments.
    """
    allowance = Allowance(stored)
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Described) as archive:
            remembered: list[tarfile.TarInfo] = vars(archive)["members"]  # grows with the archive
            while (info := archive.next()) is not None:
                remembered.clear()
                if not info.isreg() or info.issparse():
                    continue
                allowance.take(info.size, name)
                raw = archive.extractfile(info)
                if raw is not None:
                    yield Member(info.name, checked(raw, tarfile.TarError))
    except _FAULTS as error:
        got = shown(str(error))
        hint = "get the file again"
        raise InputError("a damaged tar archive", path=name, got=got, hint=hint) from None
