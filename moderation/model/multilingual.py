"""The models at hand, by language: that of the newsroom, and others beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import msgspec

from moderation.errors import ModelError, UsageError
from moderation.model.artifact.checksums import SUMS
from moderation.model.artifact.folder import (
    MANIFEST,
    SHELVES,
    Model,
    identity,
    load_model,
    shipped_model,
)
from moderation.model.manifest import Manifest
from moderation.model.registry.registry import Registry, model_folder
from moderation.text.languages import language_name, primary

#: Distributions that bring models name the packages that hold them in this group of entry points.
GROUP = "moderation.models"

_ENGLISH = "en"


class Others:
    """Models of other languages. They are looked for and loaded when a comment needs one.

    Parameters
    ----------
    find
        Returns the model folders by language.
    """

    def __init__(self, find: Callable[[], Mapping[str, Path]] = dict) -> None:
        self._find = find
        self._loaded: dict[str, Model] = {}
        self._lock = threading.Lock()

    @cached_property
    def folders(self) -> Mapping[str, Path]:
        """The model folders by language."""
        return self._find()

    def get(self, language: str) -> Model | None:
        """Return the model of a language; None if there is none."""
        if language not in self.folders:
            return None
        with self._lock:
            if language not in self._loaded:
                self._loaded[language] = load_model(self.folders[language], mapped=True)
            return self._loaded[language]


class AtHand(NamedTuple):
    """The models at hand.

    Attributes
    ----------
    own
        The folder of the newsroom's own model, which also scores what is in no sure language.
    others
        The models of other languages.
    """

    own: Path
    others: Others

    def identity(self) -> tuple[str, str]:
        """Verify the own model; return its version, and a digest of all models at hand."""
        version, digest = identity(self.own)
        return version, whole_digest(digest, self.others)


def whole_digest(own: str, others: Others) -> str:
    """Return the digest of a model and of the others beside it; its own if it stands alone."""
    sums = [(model_folder(folder) / SUMS).read_bytes() for folder in others.folders.values()]
    if not sums:
        return own
    every = [own, *sorted(sha256(each).hexdigest() for each in sums)]
    return sha256("".join(every).encode()).hexdigest()


def at_hand(folder: str | Path | None, language: str | None = None) -> AtHand:
    """Find the models.

    Parameters
    ----------
    folder
        A model folder or a registry, which then is the only model; a folder of such folders; None
        for all that are installed.
    language
        The language whose model is the newsroom's own; None for English where it can be had.

    Raises
    ------
    UsageError
        If no model at hand speaks the language.
    """
    code = primary(language) if language else None
    if folder is None and code in {None, _ENGLISH}:
        return AtHand(shipped_model(), Others(lambda: _without(installed(), _ENGLISH)))
    if folder is not None and (_is_model(Path(folder)) or not (found := _below(Path(folder)))):
        return AtHand(Path(folder), Others())
    if folder is None:
        found = installed()
    chosen = code or (_ENGLISH if _ENGLISH in found else min(found))
    if chosen not in found:
        hint = f"models at hand: {', '.join(sorted(found))}; moderation's folder models/ has others"
        raise UsageError(f"no model here speaks {language_name(chosen)}", path=folder, hint=hint)
    return AtHand(found[chosen], Others(lambda: _without(found, chosen)))


def installed() -> dict[str, Path]:
    """Return the models that came with the package and with other distributions, by language."""
    found: dict[str, Path] = {}
    for shelf in (*SHELVES, *_brought()):
        for language, folder in _below(shelf).items():
            found.setdefault(language, folder)
    return {**found, _ENGLISH: shipped_model()}


def _brought() -> Iterator[Path]:
    """Yield the folders in which other distributions bring models."""
    for point in entry_points(group=GROUP):
        spec = find_spec(point.value)
        yield from map(Path, (spec and spec.submodule_search_locations) or ())


def _without(folders: Mapping[str, Path], language: str) -> dict[str, Path]:
    return {code: folder for code, folder in folders.items() if code != language}


def _is_model(folder: Path) -> bool:
    return (folder / MANIFEST).is_file() or Registry.is_shelf(folder)


def _below(shelf: Path) -> dict[str, Path]:
    """Return the models in a folder by language; of two models of a language the last by name.

    A model that says not to be used is used only if it is named itself.
    """
    if not shelf.is_dir():
        return {}
    folders = [each for each in sorted(shelf.iterdir()) if not each.name.startswith(".")]
    told = {folder: _told(folder) for folder in folders if _is_model(folder)}
    return {
        primary(each.language): folder
        for folder, each in told.items()
        if not each.foreword.startswith(Manifest.DO_NOT_USE)
    }


def _told(folder: Path) -> _Speaks:
    path = model_folder(folder) / MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Speaks)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"not a manifest: {error}", path=path) from None


class _Speaks(msgspec.Struct):
    language: str
    foreword: str = ""
