"""Model folders: they are written whole or not at all, and verified before use.

A folder holds ``manifest.json`` (the description), ``weights.safetensors`` (the arrays),
``README.md`` (the model card) and ``SHA256SUMS`` over all of them, which ``sha256sum -c`` can check
too. Opening a folder runs no code from it, and no pickle is ever read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from moderation._types import Array, Floats
from moderation.errors import ModelError, UsageError
from moderation.features import Block, BlockSpec, Terms, WordTerms
from moderation.features.reading import TokenCache
from moderation.features.topicality import OLDER_SIGNALS, SIGNALS, Background, Topicality
from moderation.files.folders import hidden_folder, sweep
from moderation.files.storage import naming
from moderation.files.writing import refuse_existing
from moderation.model.artifact.checksums import SUMS, sha256, sums, verified
from moderation.model.artifact.tensors import check_range, views
from moderation.model.linear import definitions
from moderation.model.linear.brief import BriefWeights
from moderation.model.linear.models import TextModel
from moderation.model.linear.signal_models import SignalModel
from moderation.model.manifest import FORMAT, Manifest, SignalSpec, TextSpec, Thresholds
from moderation.model.registry.registry import model_folder
from moderation.records import Attribute
from moderation.text.folding import folding_of

#: The file of a model folder that describes it.
MANIFEST = "manifest.json"
_WEIGHTS = "weights.safetensors"
_CARD = "README.md"
# The files of a folder and the most bytes of each: at least ten times those of the shipped model.
_FILES = {MANIFEST: 2**20, _WEIGHTS: 2**27, _CARD: 2**20}
_NAME_ONE = "name a model folder or a shelf (--model, $MODERATION_MODEL)"

#: In a wheel, the models are inside the package; in a checkout, they are beside it.
SHELVES = (Path(__file__).parents[2] / "models", Path(__file__).parents[3] / "models")
_SHIPPED = "comments-en-5"

_Form = tuple[str, tuple[int | None, ...]]  # type and shape; None for any length


class HeldOut(NamedTuple):
    """Out-of-fold scores and labels of the validation: enough for every curve, without any text.

    Attributes
    ----------
    score
        Calibrated probabilities, shape (n,).
    gold
        The share of annotators who said true, shape (n,).
    group
        The number of the article or other unit that a bootstrap draws as a whole; shape (n,).
    weight
        For how many comments each one stands, shape (n,); None if all stand for equally many, as
        in a folder.
    """

    score: Array
    gold: Array
    group: Array
    weight: Array | None = None


class Model:
    """A verified model: manifest, arrays, and the objects built from them on first use.

    Attributes
    ----------
    manifest : Manifest
    digest : str
        The SHA-256 of the folder's checksums; it changes with any byte of the folder.
    """

    def __init__(self, manifest: Manifest, arrays: Mapping[str, Array], digest: str) -> None:
        self.manifest = manifest
        self.digest = digest
        self._arrays = arrays
        #: Reads texts for all models of the folder, so that they can share a batch.
        self.reading = TokenCache(folding_of(manifest.folding))

    @property
    def version(self) -> str:
        """The name and the first digits of the digest, as in every verdict."""
        return f"{self.manifest.name}@{self.digest[:8]}"

    def thresholds(self, attribute: Attribute) -> Thresholds | None:
        """Return the thresholds of one attribute; None if the model does not score it."""
        spec: TextSpec | SignalSpec | None = getattr(self.manifest, attribute.value)
        return spec.thresholds if spec else None

    def part(self, attribute: Attribute) -> tuple[TextSpec | SignalSpec, dict[str, Array]] | None:
        """Return the spec and arrays that score one attribute; None if it is not scored."""
        spec: TextSpec | SignalSpec | None = getattr(self.manifest, attribute.value)
        if spec is None:
            return None
        rooms = {"hostility"} if attribute is Attribute.HOSTILITY else {"off_topic", "topicality"}
        return spec, {n: a for n, a in self._arrays.items() if n.partition(".")[0] in rooms}

    @property
    def arrays(self) -> Mapping[str, Array]:
        """All arrays by their names in the folder."""
        return self._arrays

    def held_out(self, attribute: Attribute) -> HeldOut | None:
        """Return the scores and gold labels of the validation; None if the model has none."""
        names = [f"{attribute.value}.held_out.{name}" for name in ("score", "gold", "group")]
        if names[0] not in self._arrays:
            return None
        return HeldOut(*(self._arrays[name] for name in names))

    def trained_on(self, attribute: Attribute) -> Array | None:
        """Return the sorted fingerprints of the training comments; None if there are none."""
        return self._arrays.get(f"{attribute.value}.trained_on")

    @cached_property
    def hostility(self) -> TextModel | None:
        """The hostility model, or None."""
        spec = self.manifest.hostility
        if spec is None:
            return None
        blocks, coefs, brief_coefs = [], [], []
        for i, block in enumerate(spec.blocks):
            names = _block_arrays(spec, block)
            part = {name: self._arrays[f"hostility.{i}.{name}"] for name in names}
            blocks.append(Block(block, _terms(block, part), part["idf"].astype(np.float64)))
            coefs.append(part["coef"])
            if spec.brief:
                brief_coefs.append(part["brief_coef"].astype(np.float64))
        brief = None
        if beside := spec.brief:
            brief = BriefWeights(
                tuple(brief_coefs),
                beside.intercept,
                beside.words,
                beside.sentences,
                beside.mentioned,
            )
        return TextModel(
            blocks, coefs, spec.intercept, spec.sentence, spec.short, self.reading, brief
        )

    @cached_property
    def definitions(self) -> Floats | None:
        """The weights of single definitions, shape (n_terms, n_definitions), or None."""
        return definitions.unpacked(self._arrays)

    @cached_property
    def off_topic(self) -> SignalModel | None:
        """The off-topic model, or None."""
        spec = self.manifest.off_topic
        if spec is None:
            return None
        coef, usual = (self._arrays[f"off_topic.{name}"] for name in ("coef", "usual"))
        return SignalModel(spec.signals, coef, usual, spec.intercept)

    @cached_property
    def topicality(self) -> Topicality:
        """Computes the signals of the off-topic model."""
        return Topicality(Background(**_background_arrays(self._arrays)), self.reading)


def shipped_model(shelves: Sequence[Path] = SHELVES) -> Path:
    """Return the folder of the model that comes with the package."""
    for shelf in shelves:
        if (shelf / _SHIPPED / MANIFEST).is_file():
            return shelf / _SHIPPED
    raise ModelError("the shipped model is missing", path=shelves[0], hint="install again")


def refuse_folder(folder: str | Path, *, force: bool) -> None:
    """Raise UsageError if no model may be written there; call it before a long training."""
    target = Path(folder)
    refuse_existing(target, force=force)
    if target.exists() and not (target / MANIFEST).is_file():
        raise UsageError("exists and is not a model folder", path=target, hint="name another")


def write_model(
    folder: str | Path,
    manifest: Manifest,
    arrays: Mapping[str, Array],
    card: str,
    *,
    force: bool = False,
) -> Model:
    """Write a model folder, whole or not at all, and load it back.

    Equal manifests, arrays and cards give equal bytes.

    Parameters
    ----------
    folder
        The folder to write.
    manifest, arrays, card
        The content of the folder.
    force
        Whether to replace an existing model folder.

    Raises
    ------
    UsageError
        If the folder exists and may not be replaced.
    """
    from safetensors.numpy import save

    target = Path(folder)
    refuse_folder(target, force=force)
    contents = {
        MANIFEST: msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n",
        _WEIGHTS: save({name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)}),
        _CARD: card.encode("utf-8"),
    }
    vouched = sums({name: sha256(data) for name, data in contents.items()})
    target.parent.mkdir(parents=True, exist_ok=True)
    with hidden_folder(target) as temporary:
        for name, data in {**contents, SUMS: vouched}.items():
            with naming(target / name), (temporary / name).open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        model = load_model(temporary)
        _swap(temporary, target, force=force)
    sweep(target, (*_FILES, SUMS, "model"))
    return model


def _swap(temporary: Path, target: Path, *, force: bool) -> None:
    if force and target.exists():
        with hidden_folder(target, keep=True) as old:
            target.replace(old / "model")
            try:
                temporary.rename(target)
            except OSError:
                (old / "model").replace(target)  # if this fails too, it stays where it is
                raise
        return
    try:
        temporary.rename(target)
    except OSError:
        refuse_existing(target, force=False)  # another process was first
        raise


def load_model(folder: str | Path, *, mapped: bool = False) -> Model:
    """Verify a model folder, or the current version of a registry, and load it.

    Parameters
    ----------
    folder
        The model folder or the registry.
    mapped
        Whether to map the arrays into memory instead of reading them, so that several processes
        share them. The file must then not change while it is in use.

    Raises
    ------
    ModelError
        If a file is missing or was changed, the format is unknown, or the arrays do not match the
        manifest.
    """
    path = model_folder(folder)
    if not path.is_dir():
        raise ModelError("no such model folder", path=path, hint=_NAME_ONE)
    contents, digest = verified(path, _FILES, mapped=_WEIGHTS if mapped else None)
    manifest = _manifest(contents[MANIFEST], path / MANIFEST)
    arrays = _arrays(contents, path)
    _check_arrays(manifest, arrays, path / _WEIGHTS)
    model = Model(manifest, arrays, digest)
    try:
        hostility = model.hostility
        definitions.check(arrays, sum(map(len, hostility.coefs)) if hostility else 0)
    except ValueError as error:
        raise ModelError(str(error), path=path / _WEIGHTS, field="hostility") from None
    return model


def _arrays(contents: Mapping[str, Any], path: Path) -> dict[str, Array]:
    try:
        return views(contents[_WEIGHTS])
    except ModelError as error:
        error.path = str(path / _WEIGHTS)
        raise


def identity(folder: str | Path) -> tuple[str, str]:
    """Verify a model folder and return its version and digest without building the model."""
    path = model_folder(folder)
    if not path.is_dir():
        raise ModelError("no such model folder", path=path, hint=_NAME_ONE)
    contents, digest = verified(path, _FILES)
    manifest = _manifest(contents[MANIFEST], path / MANIFEST)
    return Model(manifest, {}, digest).version, digest


def _manifest(data: bytes, path: Path) -> Manifest:
    try:
        found = msgspec.json.decode(data)
        number = found["format"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ModelError(f"not a manifest: {error}", path=path) from None
    except (TypeError, KeyError):
        raise ModelError("not a manifest", path=path, field="format") from None
    if number != FORMAT:
        hint = f"this version reads format {FORMAT}; update moderation"
        raise ModelError("unknown format", path=path, field="format", got=repr(number), hint=hint)
    try:
        manifest = msgspec.convert(found, Manifest)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ModelError(f"not a manifest of format {FORMAT}: {error}", path=path) from None
    try:
        folding_of(manifest.folding)
    except ValueError as error:
        hint = "train the model again, or use the version of moderation that it was made with"
        raise ModelError(str(error), path=path, field="folding", hint=hint) from None
    signals = manifest.off_topic.signals if manifest.off_topic else SIGNALS
    if signals not in {SIGNALS, OLDER_SIGNALS}:
        hint = "this version computes other signals; train the model again"
        raise ModelError("other signals", path=path, got=", ".join(signals), hint=hint)
    return manifest


def _expected_arrays(manifest: Manifest, found: Mapping[str, Array]) -> dict[str, _Form]:
    expected: dict[str, _Form] = {}
    if manifest.hostility:
        for i, block in enumerate(manifest.hostility.blocks):
            for name, form in _block_arrays(manifest.hostility, block).items():
                expected[f"hostility.{i}.{name}"] = form
    if manifest.off_topic:
        n_signals = len(manifest.off_topic.signals)
        expected["off_topic.coef"] = expected["off_topic.usual"] = ("float64", (n_signals,))
        for name, (dtype, n_dimensions) in Background.ARRAYS.items():
            if name not in Background.LATER or f"topicality.{name}" in found:
                expected[f"topicality.{name}"] = (dtype, (None,) * n_dimensions)
    return expected | {name: form for name, form in _OPTIONAL.items() if name in found}


def _check_arrays(manifest: Manifest, arrays: Mapping[str, Array], path: Path) -> None:
    expected = _expected_arrays(manifest, arrays)
    if sorted(expected) != sorted(arrays):
        got = ", ".join(sorted(arrays))
        raise ModelError(f"arrays expected: {', '.join(sorted(expected))}", path=path, got=got)
    for name, (dtype, shape) in expected.items():
        array = arrays[name]
        fits = len(shape) == array.ndim and all(
            wanted in {None, found} for wanted, found in zip(shape, array.shape, strict=True)
        )
        if str(array.dtype) != dtype or not fits:
            got = f"{array.dtype} of shape {array.shape}"
            what = f"array of {dtype} of shape {shape} (None: any) expected"
            raise ModelError(what, path=path, field=name, got=got)
        check_range(name, array, path)
    for attribute in Attribute:
        lengths = {len(arrays[n]) for n in arrays if n.startswith(f"{attribute.value}.held_out.")}
        if len(lengths) > 1:
            raise ModelError("its arrays disagree in length", path=path, field="held_out")
    if manifest.off_topic and not Background.agree(_background_arrays(arrays)):
        raise ModelError("its arrays disagree in length", path=path, field="topicality")


# The most terms of one block: twenty times as many as in the shipped model.
_MOST_TERMS = 2_000_000


def _background_arrays(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays of the background by their names in `Background`."""
    names = {name: f"topicality.{name}" for name in Background.ARRAYS}
    return {name: arrays[stored] for name, stored in names.items() if stored in arrays}


# Arrays for evaluating and adapting a model; it can score without them.
_OPTIONAL: dict[str, _Form] = definitions.ARRAYS | {
    f"{attribute.value}.{name}": (dtype, (None,))
    for attribute in Attribute
    for name, dtype in (
        ("held_out.score", "float32"),
        ("held_out.gold", "float32"),
        ("held_out.group", "int32"),
        ("trained_on", "uint32"),
    )
}


def _block_arrays(text: TextSpec, spec: BlockSpec) -> dict[str, _Form]:
    """Return the names, types and shapes of a block's arrays (None for any length)."""
    names = ("idf", "coef", "brief_coef") if text.brief else ("idf", "coef")
    weights: dict[str, _Form] = dict.fromkeys(names, ("float32", (None,)))
    if spec.analyzer == "char_wb":
        return {"terms": ("uint8", (None,)), **weights}
    return {"tokens": ("uint8", (None,)), "grams": ("int32", (None, spec.longest)), **weights}


def _terms(spec: BlockSpec, part: Mapping[str, Array]) -> Terms | WordTerms:
    """Return the terms of a block; raise ValueError if its arrays do not fit each other."""
    chars = spec.analyzer == "char_wb"
    listed = part["terms" if chars else "tokens"]
    if len(part["idf"]) > _MOST_TERMS or (listed == ord("\n")).sum() > _MOST_TERMS:
        raise ValueError(f"more than {_MOST_TERMS:,} terms in a block")
    of_block = Terms(listed.tobytes())
    terms = of_block if chars else WordTerms(of_block, part["grams"])
    weights = [len(array) for name, array in part.items() if name.endswith("coef")]
    if {len(terms), len(part["idf"])} != {*weights}:
        found = f"{len(terms)} terms, {len(part['idf'])} frequencies, {weights} weights"
        raise ValueError(f"one frequency and one weight a term expected, found {found}")
    return terms
