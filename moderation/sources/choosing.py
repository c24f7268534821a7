"""Choose the files of a folder or an archive that are inputs; the others are counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from moderation.errors import InputError, ModerationError, Notice
from moderation.files import COMPRESSED, REJECTED, STDIN, storage

#: The file extensions that a folder is searched for; the files may also be compressed.
SUFFIXES = frozenset(
    """
    .jsonl .ndjson .csv .tsv .parquet .json .xml .html .htm .xhtml .txt .atom .xlsx .xlsm .yml .yaml
    .mhtml .mht .webarchive .warc .db .sqlite .sqlite3 .zip .tar .tgz
    """.split()
)
_PAGES = (".html", ".htm", ".xhtml")

#: How browsers end the name of the folder for the pictures of a page ("web page, complete"), in the
#: languages that Windows documents for such folders.
_BESIDE = re.compile(
    r"(.+)(?:_files|\.files|-Dateien|_fichiers|_bestanden|_file|_archivos|-filer|_tiedostot|_pliki"
    r"|_soubory|_elemei|_ficheiros|_arquivos|_dosyalar|_datoteke|_fitxers|_failid|_fails|_bylos"
    r"|_fajlovi|_fitxategiak)",
    re.IGNORECASE,
)


def expanded(paths: Iterable[str]) -> Iterator[str | ModerationError]:
    """Yield every input separately; wildcards and folders are replaced by their files.

    The folder of a Coral dump is one input. In any other folder, the extensions select the files.
    Files of other kinds are reported; hidden files, files of rejected rows, and what belongs to a
    page beside it are skipped.
    """
    for given in paths:
        found = [given] if given == STDIN else storage.matches(given)
        if not found:
            yield InputError("no file matches", path=given, hint="check the name")
        for path in found:
            if path == STDIN or not storage.is_folder(path) or _is_dump(path):
                yield path
            else:
                yield from _within(path)


def _is_dump(path: str) -> bool:
    from moderation.sources.exports.coral.dump import comment_files

    return not storage.is_remote(path) and bool(comment_files(Path(path)))


def _within(folder: str) -> Iterator[str | ModerationError]:
    paths = storage.files_below(folder)
    names = {path: path[len(folder) :].strip("/") for path in paths}
    choice = Choice(names.values())
    for path, name in names.items():
        if choice.takes(name):
            yield path
    yield from choice.notices(folder)


class Choice:
    """The choice among the files of a folder or an archive.

    Parameters
    ----------
    names
        The names of all files, if they are known. Of an archive, they come one after another; a
        page precedes the folder beside it there.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._pages = {name.lower() for name in names if name.lower().endswith(_PAGES)}
        self._n_taken = self._n_others = 0

    def takes(self, name: str) -> bool:
        """Return whether a file is an input, by its name; others are counted."""
        *folders, last = name.replace("\\", "/").strip("/").split("/")
        if any(part.startswith((".", "__MACOSX")) for part in (*folders, last)):
            return False
        if name.lower().endswith(_PAGES):
            self._pages.add(name.lower())
        if name.endswith(REJECTED) or self._belongs_to_page(folders):
            return False
        suffixes = [suffix.lower() for suffix in Path(last).suffixes]
        kinds = [suffix for suffix in suffixes if suffix not in COMPRESSED]
        taken = bool(kinds) and kinds[-1] in SUFFIXES
        self._n_taken += taken
        self._n_others += not taken
        return taken

    def _belongs_to_page(self, folders: list[str]) -> bool:
        for depth, folder in enumerate(folders):
            if found := _BESIDE.fullmatch(folder):
                page = "/".join((*folders[:depth], found[1])).lower()
                if any(f"{page}{suffix}" in self._pages for suffix in _PAGES):
                    return True
        return False

    def notices(self, path: str) -> Iterator[ModerationError]:
        """Yield what a user should know about the files that were left out."""
        if not self._n_taken:
            hint = "name a file"
            yield InputError("no record file, page or export in it", path=path, hint=hint)
        elif self._n_others:
            yield Notice(f"{self._n_others} files of other kinds left out", path=path)
