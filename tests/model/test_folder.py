"""The model folder: written whole, verified to the byte, and nothing in it is ever run."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from corpus import gold
from safetensors.numpy import load, save

from moderation.errors import ModelError, UsageError
from moderation.model.artifact import folder as artifact
from moderation.model.artifact.folder import Model, load_model, write_model
from moderation.model.manifest import FORMAT
from moderation.model.moderator import Moderator
from moderation.records import Article, Comment
from moderation.training.fitting import Trained

COMMENTS = [item.comment for item in gold()]
FILES = ("README.md", "manifest.json", "weights.safetensors")
FROZEN = Path(__file__).parents[1] / "data" / "model-format-1"


@pytest.fixture
def copy(model_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, to be damaged."""
    return Path(shutil.copytree(model_folder, tmp_path / "copy"))


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The frozen model of format 1, its weights unpacked."""
    folder = Path(shutil.copytree(FROZEN, tmp_path_factory.mktemp("frozen") / "model-format-1"))
    packed = folder / "weights.safetensors.gz"
    (folder / "weights.safetensors").write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    return folder


def _resum(folder: Path) -> None:
    """Make the checksums those of what is in the folder now."""
    sums = (f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in FILES)
    (folder / "SHA256SUMS").write_text("".join(sums))


def _edit_manifest(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    edit(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    _resum(folder)


def _edit_arrays(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    arrays = load((folder / "weights.safetensors").read_bytes())
    edit(arrays)
    (folder / "weights.safetensors").write_bytes(save(arrays))
    _resum(folder)


def _values(model: Model) -> list[tuple[float | None, float | None]]:
    verdicts = Moderator(model).score_many(COMMENTS)
    return [(verdict.hostility.value, verdict.off_topic.value) for verdict in verdicts]


def test_what_is_written_is_what_is_loaded(trained: Trained, tmp_path: Path) -> None:
    written = write_model(tmp_path / "m", trained.manifest, trained.arrays, "card")
    loaded = load_model(tmp_path / "m")
    assert loaded.manifest == written.manifest
    assert msgspec.json.encode(loaded.manifest) == msgspec.json.encode(trained.manifest)
    assert loaded.digest == written.digest
    assert _values(loaded) == _values(written)  # to the bit
    again = write_model(tmp_path / "n", loaded.manifest, loaded._arrays, "card")
    assert _values(again) == _values(loaded)


def test_equal_input_gives_equal_bytes(trained: Trained, tmp_path: Path) -> None:
    write_model(tmp_path / "one", trained.manifest, trained.arrays, "card")
    backwards = dict(reversed(trained.arrays.items()))
    write_model(tmp_path / "two", trained.manifest, backwards, "card")
    for name in (*FILES, "SHA256SUMS"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert sorted(p.name for p in (tmp_path / "one").iterdir()) == sorted((*FILES, "SHA256SUMS"))


def test_the_digest_names_the_model(copy: Path) -> None:
    before = load_model(copy).version
    (copy / "README.md").write_text("another card")
    _resum(copy)
    assert load_model(copy).version != before


@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS"])
def test_any_changed_byte_is_refused(frozen: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(frozen, tmp_path / "m"))
    original = (folder / name).read_bytes()
    random = np.random.default_rng(0)
    many = 300 if name == "SHA256SUMS" else 100
    places = random.choice(len(original), min(many, len(original)), replace=False).tolist()
    newlines = [i for i, byte in enumerate(original) if byte == 10][:10]
    for place in {*places, *newlines, 0, len(original) - 1}:
        for change in (1, 0x20, int(random.integers(1, 256))):
            changed = bytearray(original)
            changed[place] ^= change
            (folder / name).write_bytes(changed)
            with pytest.raises(ModelError):
                load_model(folder)
    for damaged in (original[:-1], original + b"\n", original[1:], b""):
        (folder / name).write_bytes(damaged)
        with pytest.raises(ModelError):
            load_model(folder)
    (folder / name).write_bytes(original)
    load_model(folder)


@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS"])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelError, match="cannot be read") as caught:
        load_model(copy)
    assert caught.value.path == str(copy / name)
    assert caught.value.exit_status == 3


def test_a_changed_file_is_named_with_advice(copy: Path) -> None:
    (copy / "weights.safetensors").write_bytes(b"x")
    with pytest.raises(ModelError) as caught:
        load_model(copy)
    assert caught.value.path == str(copy / "weights.safetensors")
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_no_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model folder"):
        load_model(tmp_path / "none")
    (tmp_path / "file").write_text("x")
    with pytest.raises(ModelError, match="no such model folder"):
        load_model(tmp_path / "file")


def test_a_checksum_list_of_other_files_is_refused(copy: Path) -> None:
    sums = (copy / "SHA256SUMS").read_text()
    (copy / "SHA256SUMS").write_text(sums + f"{'0' * 64}  ../secret\n")
    with pytest.raises(ModelError, match="must list"):
        load_model(copy)


@pytest.mark.parametrize("number", [0, FORMAT + 1, "1", None, 1.5])
def test_an_unknown_format_is_refused(copy: Path, number: object) -> None:
    _edit_manifest(copy, lambda manifest: manifest.update(format=number))
    with pytest.raises(ModelError, match="unknown format"):
        load_model(copy)


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "{}", "null", '{"format": ', "\ufeff{}"])
def test_what_is_no_manifest_is_refused(copy: Path, text: str) -> None:
    (copy / "manifest.json").write_text(text)
    _resum(copy)
    with pytest.raises(ModelError, match="not a manifest"):
        load_model(copy)


@pytest.mark.parametrize(
    "edit",
    [
        lambda m: m.update(surprise=1),
        lambda m: m.pop("gold"),
        lambda m: m.update(name=5),
        lambda m: m["hostility"]["thresholds"].update(review=0.9, hold=0.1),
        lambda m: m["hostility"]["thresholds"].update(hold=1.5),
        lambda m: m["hostility"]["blocks"][0].update(analyzer="eval"),
        lambda m: m["hostility"]["blocks"][0].update(ngram_range=[0, 2]),
        lambda m: m["hostility"]["blocks"][0].update(token_pattern="(["),
        lambda m: m["hostility"].update(intercept="0"),
        lambda m: m["off_topic"].update(signals=["word_title"]),
        lambda m: m["off_topic"].update(signals=["word_title", "word_title", "spell"]),
        lambda m: m.update(folding="fold-0"),
        lambda m: m.update(hostility=None),
        lambda m: m.update(off_topic=None),
    ],
)
def test_a_manifest_that_lies_is_refused(copy: Path, edit: Any) -> None:
    _edit_manifest(copy, edit)
    with pytest.raises(ModelError):
        load_model(copy)


def _set(name: str, value: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    return lambda arrays: arrays.update({name: value(arrays.get(name))})


@pytest.mark.parametrize(
    "edit",
    [
        _set("hostility.0.coef", lambda a: a[:-1]),
        _set("hostility.0.coef", lambda a: a[:, None]),
        _set("hostility.0.coef", lambda a: a.astype(np.float64)),
        _set("hostility.0.coef", lambda a: np.full_like(a, np.nan)),
        _set("hostility.1.idf", lambda a: np.append(a[:-1], np.float32(np.inf))),
        _set("hostility.0.tokens", lambda a: a[:-20]),
        _set("hostility.0.tokens", lambda a: np.append(a, np.uint8(0xFF))),
        _set("hostility.0.grams", lambda a: a[:-1]),
        _set("hostility.0.grams", lambda a: a.ravel()),
        _set("hostility.0.grams", lambda a: a + np.int32(10_000)),
        _set("hostility.0.grams", lambda a: a - np.int32(2)),
        _set("hostility.1.terms", lambda a: a[:-20]),
        _set("hostility.1.terms", lambda a: a[::-1].copy()),
        _set("hostility.1.terms", lambda a: np.append(a, np.uint8(0xFF))),
        _set("hostility.1.terms", lambda a: np.frombuffer(b"a\na" + b"\na" * 9, np.uint8)),
        _set("off_topic.coef", lambda a: a[:-1]),
        _set("off_topic.usual", lambda a: a[:-1]),
        _set("topicality.weight", lambda a: a * np.float32(np.nan)),
        _set("topicality.weight", lambda a: a[:-1]),
        _set("topicality.vectors", lambda a: a.ravel()),
        _set("topicality.hashes", lambda a: a.astype(np.int64)),
        _set("extra", lambda _: np.zeros(1)),
        lambda arrays: arrays.pop("topicality.expected"),
        lambda arrays: arrays.pop("hostility.0.idf"),
    ],
)
def test_arrays_of_another_make_are_refused(copy: Path, edit: Any) -> None:
    _edit_arrays(copy, edit)
    with pytest.raises(ModelError) as caught:
        load_model(copy)
    assert caught.value.path == str(copy / "weights.safetensors")


def test_weights_that_are_no_safetensors_are_refused(copy: Path) -> None:
    (copy / "weights.safetensors").write_bytes(pickle.dumps({"a": 1}))
    _resum(copy)
    with pytest.raises(ModelError, match="not safetensors"):
        load_model(copy)


class _Hostile:
    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("/nonexistent-folder/opened"),)


def test_planted_pickles_and_modules_are_never_opened(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = pickle.dumps(_Hostile())
    for name in ("model.pkl", "weights.joblib", "weights.pickle", "manifest.json.pkl"):
        (copy / name).write_bytes(bomb)
    for name in ("__init__.py", "numpy.py", "safetensors.py", "sitecustomize.py"):
        (copy / name).write_text("raise SystemExit('run')\n")
    opened: list[str] = []
    original = os.open
    monkeypatch.setattr(
        os, "open", lambda path, *a: (opened.append(Path(path).name), original(path, *a))[1]
    )
    monkeypatch.chdir(copy)
    values = _values(load_model(copy))
    assert len(values) == len(COMMENTS)
    assert sorted(opened) == sorted((*FILES, "SHA256SUMS"))


def test_a_model_is_not_overwritten_without_force(trained: Trained, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    write_model(folder, trained.manifest, trained.arrays, "one")
    with pytest.raises(UsageError, match="exists already"):
        write_model(folder, trained.manifest, trained.arrays, "two")
    assert (folder / "README.md").read_text() == "one"
    write_model(folder, trained.manifest, trained.arrays, "two", force=True)
    assert (folder / "README.md").read_text() == "two"
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


def test_force_replaces_models_only(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    (tmp_path / "file").write_text("x")
    for name in ("home", "file"):
        with pytest.raises(UsageError, match="not a model folder"):
            write_model(tmp_path / name, trained.manifest, trained.arrays, "c", force=True)
    assert (tmp_path / "home" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("broken", ["load_model", "_swap"])
@pytest.mark.parametrize("force", [False, True])
def test_a_failure_in_mid_write_leaves_what_was(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, force: bool
) -> None:
    folder = tmp_path / "m"
    if force:
        write_model(folder, trained.manifest, trained.arrays, "old")

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(artifact, broken, fail)
    with pytest.raises(OSError, match="no space"):
        write_model(folder, trained.manifest, trained.arrays, "new", force=force)
    assert [p.name for p in tmp_path.iterdir()] == (["m"] if force else [])
    if force:
        assert (folder / "README.md").read_text() == "old"


def test_a_failing_swap_restores_the_old_model(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "m"
    write_model(folder, trained.manifest, trained.arrays, "old")

    def fail(self: Path, target: object) -> None:
        raise OSError("device is gone")

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="gone"):
        write_model(folder, trained.manifest, trained.arrays, "new", force=True)
    assert (folder / "README.md").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


def test_a_model_of_one_attribute_can_be_kept(trained: Trained, tmp_path: Path) -> None:
    manifest = msgspec.structs.replace(trained.manifest, off_topic=None)
    arrays = {n: a for n, a in trained.arrays.items() if n.startswith("hostility")}
    model = write_model(tmp_path / "m", manifest, arrays, "card")
    assert model.off_topic is None
    assert {off for _, off in _values(model)} == {None}


def test_an_empty_block_can_be_kept(trained: Trained, tmp_path: Path) -> None:
    arrays = dict(trained.arrays)
    for name in ("tokens", "grams", "idf", "coef"):
        arrays[f"hostility.0.{name}"] = arrays[f"hostility.0.{name}"][:0]
    model = write_model(tmp_path / "m", trained.manifest, arrays, "card")
    assert len(_values(model)) == len(COMMENTS)


def test_the_frozen_model_of_format_1_still_scores_as_it_did(frozen: Path) -> None:
    pinned = json.loads((FROZEN.parent / "model-format-1.scores.json").read_text())
    moderator = Moderator.load(frozen)
    assert moderator.model.digest == pinned["digest"]
    for row in pinned["scores"]:
        article = Article(title=row["title"]) if row["title"] else None
        verdict = moderator.score(Comment(text=row["text"], article=article))
        assert verdict.hostility.value == pytest.approx(row["hostility"], abs=1e-6)
        assert verdict.off_topic.value == (
            None if row["off_topic"] is None else pytest.approx(row["off_topic"], abs=1e-6)
        )
