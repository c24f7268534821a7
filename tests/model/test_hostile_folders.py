"""A model folder may be anybody's: it scores with numbers, or ends in one line; nothing else."""

from __future__ import annotations

import gzip
import json
import math
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from safetensors.numpy import load, save

from moderation.errors import ModelError
from moderation.model.artifact.card import model_card
from moderation.model.artifact.checksums import sha256, sums
from moderation.model.artifact.folder import Model, load_model
from moderation.model.linear.models import TextModel
from moderation.model.linear.signal_models import SignalModel
from moderation.model.moderator import Moderator
from moderation.model.registry.registry import Registry
from moderation.records import Article, Attribute, Comment

FROZEN = Path(__file__).parents[1] / "data" / "model-format-1"
ARTICLE = Article(id="a", title="New bus lanes", text="The council voted to build bus lanes. " * 9)
THREAD = ("Bus lanes are good.", "No they are not.", "Who pays for the lanes?", "The buses.")
COMMENTS = [
    Comment(text="You idiot, the bridge is fine. Shut up, clown!", article=ARTICLE),
    Comment(text="Thank you for the careful report about bus lanes " * 20, thread=THREAD),
    Comment(text="xyzzy qwert", parent="Cheap watches at www.example.com"),
    Comment(text="\u4e2d\u6587", article=ARTICLE),
    Comment(text="!"),
]
SEED = 20261130


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    """The files of the frozen model."""
    weights = gzip.decompress((FROZEN / "weights.safetensors.gz").read_bytes())
    found = {name: (FROZEN / name).read_bytes() for name in ("manifest.json", "README.md")}
    return {**found, "weights.safetensors": weights}


def written(folder: Path, contents: dict[str, bytes]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    (folder / "SHA256SUMS").write_bytes(sums({n: sha256(data) for n, data in contents.items()}))
    return folder


def assert_scores_or_refuses(folder: Path, told: object) -> bool:
    """Whether it scores: with numbers, or with nulls that have a reason."""
    refused = ""
    try:
        model = load_model(folder)
        verdicts = list(Moderator(model).score_many(COMMENTS, explain=True))
    except ModelError as error:
        refused = str(error)
    if refused:
        assert "\n" not in refused, told
        assert len(refused) < 1500, told
        return False
    for verdict in verdicts:
        for score in verdict.scores:
            if score.value is None:
                assert score.why_null, told
            else:
                assert 0 <= score.value <= 1, told
            assert all(math.isfinite(reason.weight) for reason in score.reasons), told
    assert model_card(model.manifest), told
    return True


# In the place of whatever stands in a manifest.
ODD = (
    None, True, -1, 0, 1, 0.5, 1e300, -1e300, 5e-324, 10**30, "", "x" * 3000, "\x1b[2J\n", "1",
    [], [1, {"x": None}], {}, {"x": 1}, [[[[1]]]], [1, 100_000], r"(?:a+)+\b!", r"[\s\S]*",
    r"(\w)(\w)", "(?:", r"\w+", "word", "char_wb", [2, 3], [3, 1],
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where there is something in a document, each as a path."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    return [
        *([path] if path else []),
        *(p for key, item in items for p in places(item, (*path, key))),
    ]


def changed_manifest(data: bytes, chance: random.Random) -> tuple[bytes, object]:
    manifest = json.loads(data)
    path = chance.choice(places(manifest))
    inner = manifest
    for key in path[:-1]:
        inner = inner[key]
    odd = chance.choice(ODD)
    if chance.random() < 0.1:
        del inner[path[-1]]
    elif isinstance(inner, dict) and chance.random() < 0.1:
        inner[str(odd)[:20]] = odd
    else:
        inner[path[-1]] = odd
    return json.dumps(manifest).encode(), (path, odd)


EXTREME = (np.nan, np.inf, -np.inf, 3e38, 1e6, -1e6, 1e-38, -0.0)

CHANGES: tuple[Callable[[Any, random.Random], Any], ...] = (
    lambda a, _: a[:0],
    lambda a, _: a[:-1],
    lambda a, _: a[::-1].copy(),
    lambda a, _: np.concatenate([a, a]),
    lambda a, _: a[None],
    lambda a, _: a.astype(np.float64),
    lambda a, _: a.astype(np.int32),
    lambda a, _: np.zeros_like(a),
    lambda a, _: np.ones_like(a),
    lambda a, _: -a,
    lambda a, c: np.full_like(a, c.choice(EXTREME if a.dtype.kind == "f" else [0, 1, 10, 97, 127])),
    *[lambda a, c: with_one(a, c)] * 2,  # noqa: PLW0108 - it stands below
)


def with_one(array: Any, chance: random.Random) -> Any:
    changed = array.copy()
    if changed.size:
        value = chance.choice(EXTREME) if array.dtype.kind == "f" else chance.choice([0, 5, 10])
        changed.flat[chance.randrange(changed.size)] = value
    return changed


def changed_weights(data: bytes, chance: random.Random) -> tuple[bytes, object]:
    arrays = load(data)
    name = chance.choice(sorted(arrays))
    number = chance.randrange(len(CHANGES))
    with np.errstate(all="ignore"):
        arrays[name] = np.ascontiguousarray(CHANGES[number](arrays[name], chance))
    return save(arrays), (name, number)


def changed_header(data: bytes, chance: random.Random) -> tuple[bytes, object]:
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    path = chance.choice(places(header))
    inner = header
    for key in path[:-1]:
        inner = inner[key]
    odd = inner[path[-1]] = chance.choice([*ODD, -(2**63), [0, 2**70], [0] * 100, "F16", "BOOL"])
    encoded = json.dumps(header).encode()
    return len(encoded).to_bytes(8, "little") + encoded + data[8 + length :], (path, odd)


def test_a_folder_that_was_changed_scores_or_is_refused(
    contents: dict[str, bytes], tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    scored = 0
    for number in range(150):
        changed = dict(contents)
        kind = number % 3
        name = "manifest.json" if kind == 0 else "weights.safetensors"
        change = (changed_manifest, changed_weights, changed_header)[kind]
        changed[name], told = change(contents[name], chance)
        scored += assert_scores_or_refuses(written(tmp_path / "m", changed), (number, told))
    assert 15 < scored < 100  # the changes reach both ends


def _replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    "edit",
    [
        _replaced('"intercept": -2.979387020143583', '"intercept": NaN'),
        _replaced('"intercept": -2.979387020143583', '"intercept": 1e999'),
        _replaced('"intercept": -2.979387020143583', '"intercept": -1e308'),
        _replaced('"figures": {', '"figures": {"x": ' + "[" * 100_000 + "]" * 100_000 + ","),
        _replaced('"c": 10.0', '"c": ' + "9" * 5000),
        _replaced(r"\\b\\w\\w+\\b", r"(?:\\w|\\w\\w)+#|\\w+"),
        lambda data: data + b" " * 2**21,
        lambda data: b"\xff\xfe" + data,
    ],
)
def test_a_manifest_that_no_training_wrote_is_refused(
    contents: dict[str, bytes], tmp_path: Path, edit: Callable[[bytes], bytes]
) -> None:
    changed = {**contents, "manifest.json": edit(contents["manifest.json"])}
    assert changed != contents
    assert not assert_scores_or_refuses(written(tmp_path / "m", changed), "")


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 40)


@pytest.mark.parametrize(
    "name", ["manifest.json", "weights.safetensors", "README.md", "SHA256SUMS"]
)
@pytest.mark.parametrize(
    "make",
    [
        _fifo,
        _sparse,
        Path.mkdir,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to("/etc/hostname"),
        lambda path: path.symlink_to(path.name),
        lambda path: path.symlink_to(path.parent / "gone"),
    ],
)
@pytest.mark.parametrize("mapped", [False, True])
def test_what_is_no_plain_file_is_not_read(
    contents: dict[str, bytes],
    tmp_path: Path,
    name: str,
    make: Callable[[Path], None],
    mapped: bool,
) -> None:
    folder = written(tmp_path / "m", contents)
    (folder / name).unlink()
    make(folder / name)
    with pytest.raises(ModelError) as caught:
        load_model(folder, mapped=mapped)
    assert caught.value.path == str(folder / name)


def test_a_link_inside_the_folder_and_to_the_folder_are_followed(
    contents: dict[str, bytes], tmp_path: Path
) -> None:
    folder = written(tmp_path / "m", contents)
    (folder / "README.md").rename(folder / "card")
    (folder / "README.md").symlink_to("card")
    (tmp_path / "current").symlink_to("m")
    assert load_model(tmp_path / "current").manifest.name == "frozen"


def test_a_ledger_of_any_size_and_depth_is_refused(tmp_path: Path) -> None:
    ledger = tmp_path / "versions.jsonl"
    with ledger.open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(ModelError, match="larger"):
        Registry(tmp_path).events()
    deep = "[" * 100_000 + "]" * 100_000
    ledger.write_text(f'{{"version": 1, "event": "trained", "at": "", "compared": [{deep}]}}\n')
    with pytest.raises(ModelError, match="no event"):
        Registry(tmp_path).events()


@pytest.mark.parametrize("attribute", list(Attribute))
def test_a_score_that_is_no_number_is_an_error(
    model: Model, monkeypatch: pytest.MonkeyPatch, attribute: Attribute
) -> None:
    hostile = attribute is Attribute.HOSTILITY
    spoilt, name = (TextModel, "log_odds_of") if hostile else (SignalModel, "log_odds")
    original = getattr(spoilt, name)
    monkeypatch.setattr(spoilt, name, lambda self, given: original(self, given) * np.nan)
    with pytest.raises(ModelError, match="not a number"):
        Moderator(model).score(COMMENTS[0])


def test_the_bounds_keep_what_was_trained(model: Model) -> None:
    again = msgspec.json.decode(msgspec.json.encode(model.manifest), type=type(model.manifest))
    assert again == model.manifest
