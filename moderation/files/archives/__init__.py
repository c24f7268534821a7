"""Archives and saved pages: the files that one file holds.

A member is read where it lies, and nothing is unpacked to disk. Its name is a label in messages
and never a path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.files.archives.kinds import archive_of, saved_as
    from moderation.files.archives.member_files import Member
    from moderation.files.archives.reading import members_of, seekable
    from moderation.files.archives.saved_pages import SavedPage, saved_page
    from moderation.files.archives.zip_files import ZIP_FAULTS

__all__ = [
    "ZIP_FAULTS",
    "Member",
    "SavedPage",
    "archive_of",
    "members_of",
    "saved_as",
    "saved_page",
    "seekable",
]

__getattr__ = open_door(
    __name__,
    {
        "ZIP_FAULTS": "moderation.files.archives.zip_files",
        "Member": "moderation.files.archives.member_files",
        "SavedPage": "moderation.files.archives.saved_pages",
        "archive_of": "moderation.files.archives.kinds",
        "members_of": "moderation.files.archives.reading",
        "saved_as": "moderation.files.archives.kinds",
        "saved_page": "moderation.files.archives.saved_pages",
        "seekable": "moderation.files.archives.reading",
    },
)
