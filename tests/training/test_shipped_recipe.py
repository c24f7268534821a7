"""The recipe, on a folder of invented rows in the formats of the public files."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from corpus import CLOSED

from moderation.errors import InputError
from moderation.features.topicality.background import hash_of
from moderation.labels.gold.computing import Gold
from moderation.model.linear.definitions import carried
from moderation.records import Attribute
from moderation.training import public_sources, topic_pairs
from moderation.training import shipped as recipe
from moderation.training.fitting import Trained, train
from moderation.training.public_sources import SOURCES, public_gold
from moderation.training.shipped import build, without_contradicted

_CIVIL = (
    "Thank you for a careful report about the {}.",
    "I wonder who pays for the {} in the end.",
    "My neighbour quite likes the {} and says so.",
)
_HOSTILE = (
    "You idiot, the {} is beyond a moron like you.",
    "Shut up about the {}, you stupid disgusting clown.",
)
_THINGS = "bridge library ferry kitchen stadium garden school station harbour market".split()


def _rows(source: str, *, n: int = 60) -> list[dict[str, Any]]:
    """Every third hostile, where the source has hostile rows."""
    rows: list[dict[str, Any]] = []
    for i in range(n):
        hostile = i % 3 == 0 and source != "nyt_rfd"
        kinds = _HOSTILE if hostile else _CIVIL
        text = kinds[i % len(kinds)].format(_THINGS[i % len(_THINGS)])
        row: dict[str, Any] = {"id": f"{source}-{i}", "text": text}
        if source == "ruddit":
            row["offensiveness"] = 0.8 if hostile else -0.6
        elif source != "nyt_rfd":
            row["hostility"] = float(hostile)
        if source in {"nyt_rfd", "ruddit"}:
            row["article"] = {"id": f"article-{i % 7}", "title": _THINGS[i % 7]}
        rows.append(row)
    return rows


def _write(folder: Path, source: str, rows: Sequence[object]) -> None:
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (folder / f"{source}.jsonl.gz").write_bytes(gzip.compress(data, mtime=0))


pytestmark = pytest.mark.usefixtures("few_rounds")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds every public file, invented."""
    data = tmp_path / "data"
    data.mkdir()
    for source in SOURCES:
        _write(data, source.name, _rows(source.name))
    return data


def _of(gold: Sequence[Gold]) -> dict[str, list[Gold]]:
    found: dict[str, list[Gold]] = defaultdict(list)
    for item in gold:
        found[item.source].append(item)
    return found


def _bytes(trained: Trained) -> dict[str, bytes]:
    return {name: np.ascontiguousarray(a).tobytes() for name, a in trained.arrays.items()}


def test_equal_files_give_equal_weights(folder: Path) -> None:
    first, second = build(folder, name="m"), build(folder, name="m")
    assert first.manifest == second.manifest
    assert _bytes(first) == _bytes(second)
    assert [(s.name, s.rows) for s in first.manifest.sources] == [(s.name, 60) for s in SOURCES]
    assert all(source.licence for source in first.manifest.sources)


def test_definitions_are_those_of_the_sources_and_their_finer_labels(folder: Path) -> None:
    def count() -> int:
        arrays = build(folder, name="m").arrays
        assert arrays["hostility.definitions"].shape[1] == sum(
            len(arrays[f"hostility.{i}.coef"]) for i in range(2)
        )
        return len(arrays["hostility.definitions"])

    assert count() == len(SOURCES) - 1  # nyt_rfd has none
    rows = _rows("wiki_talk")
    finer = [
        row | {"insult": row["hostility"], "threat": float(i == 0)} for i, row in enumerate(rows)
    ]
    _write(folder, "wiki_talk", finer)
    _write(folder, "cad", [row | {"labels": ["PersonDirectedAbuse"]} for row in _rows("cad")])
    assert count() == len(SOURCES)  # insult: all else is of one kind, or rare


def test_every_other_judged_comment_is_shown_with_its_thread(
    folder: Path, gold: Sequence[Gold], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = msgspec.structs.replace(gold[0], paired=True, natural=False)
    monkeypatch.setattr(topic_pairs, "topic_gold", lambda _: [made])
    found = recipe.off_topic_gold(folder, gold)
    shown = [bool(item.comment.thread) for item in found]
    assert shown == [False, *(number % 2 > 0 for number in range(len(gold)))]
    _write_background(folder)
    trained = build(folder, name="m", off_topic=found)
    validated = trained.validations[Attribute.OFF_TOPIC].gold
    assert [item.comment for item in validated] == [item.comment for item in found[1:]]


def _write_background(folder: Path) -> None:
    for name in public_sources.BACKGROUND:
        texts = [f"A zeppelin over the {thing}, you clown." for thing in _THINGS]
        rows = [{"id": text, "text": text, "hostility": 1.0} for text in texts]
        _write(folder, name, rows)


def test_the_background_teaches_words_and_no_labels(folder: Path, gold: Sequence[Gold]) -> None:
    judged = tuple(msgspec.structs.replace(item, hostility=None) for item in gold)
    _write_background(folder)
    before, after = build(folder, name="m"), build(folder, name="m", off_topic=judged)
    told = {source.name: (source.rows, source.licence) for source in after.manifest.sources}
    for name, licence in public_sources.BACKGROUND.items():
        assert told[f"{name} (words of off-topic)"] == (len(_THINGS), licence)
    for name, array in before.arrays.items():
        np.testing.assert_array_equal(after.arrays[name], array, err_msg=name)
    assert hash_of("zeppelin") in after.arrays["topicality.hashes"]


def test_a_missing_file_of_the_background_is_told_by_name(
    folder: Path, gold: Sequence[Gold]
) -> None:
    with pytest.raises(InputError, match=next(iter(public_sources.BACKGROUND))):
        build(folder, name="m", off_topic=tuple(gold))


def test_sources_too_small_for_a_definition_leave_a_model_without(folder: Path) -> None:
    for source in SOURCES:
        _write(folder, source.name, _rows(source.name, n=24))  # eight of them hostile
    assert not carried(build(folder, name="m").arrays)


def test_what_each_source_means_by_its_labels(folder: Path) -> None:
    of = _of(public_gold(folder)[0])
    assert {item.hostility for item in of["toxic_spans"]} == {0.3, 1.0}
    assert {item.hostility for item in of["wiki_talk"]} == {0.0, 1.0}
    assert {item.hostility for item in of["nyt_rfd"]} == {0.0}
    low, high = sorted({item.hostility or 0.0 for item in of["ruddit"]})
    assert low < 0.01
    assert high > 0.95
    assert all(item.off_topic is None for items in of.values() for item in items)


def test_only_newspaper_comments_are_natural_and_few_of_them_hostile(folder: Path) -> None:
    of = _of(public_gold(folder)[0])
    civil = of.pop("civil_stripped")
    assert all(item.natural for item in civil if item.hostility == 0)
    assert sum(item.natural for item in civil if item.hostility) < 10
    assert not any(item.natural for items in of.values() for item in items)


def test_a_larger_source_weighs_more_but_each_of_its_rows_less(folder: Path) -> None:
    _write(folder, "wiki_talk", _rows("wiki_talk", n=960))
    of = _of(public_gold(folder)[0])
    total = {name: sum(item.weight for item in items) for name, items in of.items()}
    assert total["wiki_talk"] == pytest.approx(16**0.75 * total["gibert"])
    assert total["cad"] == pytest.approx(0.5 * total["gibert"])


def test_a_source_is_held_out_whole_and_drawn_by_article(folder: Path) -> None:
    gold = public_gold(folder)[0]
    assert {item.group for item in gold} == {s.collection or s.name for s in SOURCES}
    of = _of(gold)
    civil = {item.group for name in ("toxic_spans", "civil_stripped") for item in of[name]}
    assert len(civil) == 1  # comments of one collection are never on both sides
    assert len({item.cluster for item in of["nyt_rfd"]}) == 7
    assert len({item.cluster for item in of["gibert"]}) == 60


def test_rows_without_text_or_label_are_left_out(folder: Path) -> None:
    rows = [*_rows("wiki_talk"), {"id": "a", "text": " ", "hostility": 1.0}]
    _write(folder, "wiki_talk", [*rows, {"id": "b", "text": "Nobody judged this."}])
    _write(folder, "ruddit", [*_rows("ruddit"), {"id": "c", "text": "Nor this."}])
    of = _of(public_gold(folder)[0])
    assert (len(of["wiki_talk"]), len(of["ruddit"])) == (60, 60)


def test_what_all_others_contradict_is_not_learnt_from(folder: Path) -> None:
    planted = [
        {"id": f"planted-{i}", "text": f"You stupid moron, {thing}!", "hostility": 0.0}
        for i, thing in enumerate(_THINGS[:2])
    ]
    for source in ("wiki_talk", "ruddit"):  # ruddit is not doubted
        rows = _rows(source)
        if source == "ruddit":
            extra = [{**row, "offensiveness": -1.0} for row in planted]
        else:
            extra = planted
        _write(folder, source, [*rows, *extra])
    kept = _of(without_contradicted(public_gold(folder)[0]))
    silenced = {item.comment.id for item in kept["wiki_talk"] if item.weight == 0}
    assert silenced == {"planted-0", "planted-1"}  # one in twenty of 42 harmless rows
    assert all(item.hostility == 0 for item in kept["wiki_talk"] if item.weight == 0)
    assert all(item.weight > 0 for item in kept["ruddit"] + kept["toxic_spans"] + kept["nyt_rfd"])


def _write_civil(path: Path, column: str, values: Sequence[object]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", column, "article_id", "comment_text", "funny"])
        for i, value in enumerate(values):
            text = f'A comment, of "two"\nlines, number {i}'
            writer.writerow([f"{i:05}", value, i % 4, text, 0])


@pytest.mark.parametrize(
    ("name", "column"), [("civil_comments.csv", "toxicity"), ("all_data.csv", "target")]
)
def test_civil_comments_in_full_are_used_where_they_lie(
    folder: Path, name: str, column: str
) -> None:
    _write_civil(folder / name, column, [0.0, 0.25, 1, "", 0.5])
    gold, sources = public_gold(folder)
    rows = _of(gold)[Path(name).stem]
    assert [item.hostility for item in rows] == [0.0, 0.25, 1.0, 0.5]
    assert rows[0].comment.text == 'A comment, of "two"\nlines, number 0'
    assert len({item.group for item in rows}) == 1
    assert len({item.cluster for item in rows}) == 3  # the fourth article's row has no label
    assert all(item.natural for item in rows)
    assert (sources[-1].name, sources[-1].rows) == (Path(name).stem, 4)


@pytest.mark.parametrize("value", ["much", "1.5", "nan"])
def test_a_share_that_is_none_is_told_with_its_line(folder: Path, value: str) -> None:
    _write_civil(folder / "civil_comments.csv", "toxicity", [0.0, value])
    with pytest.raises(InputError) as error:
        public_gold(folder)
    assert (error.value.line, error.value.field) == (4, "toxicity")


def test_without_natural_rows_all_rows_calibrate(gold: Sequence[Gold]) -> None:
    # As for off-topic where the recipe is given no labels of people.
    made = [msgspec.structs.replace(item, natural=False) for item in gold]
    trained = train(made, name="m")
    assert trained.manifest.off_topic is not None
    assert {report.n for report in trained.reports} == {len(gold)}


def test_a_missing_file_is_told_by_name(folder: Path) -> None:
    (folder / "gibert.jsonl.gz").unlink()
    with pytest.raises(InputError, match=r"gibert\.jsonl\.gz: no such file"):
        build(folder, name="m")


def test_half_a_source_would_be_another_model(folder: Path) -> None:
    _write(folder, "cad", [*_rows("cad"), {"id": "x", "text": 5}])
    with pytest.raises(InputError) as error:
        build(folder, name="m")
    assert (error.value.line, error.value.field) == (61, "text")


@pytest.mark.parametrize("sources", [SOURCES, topic_pairs.SOURCES])
def test_the_sources_are_named_once_and_licensed(sources: Sequence[Any]) -> None:
    names = [source.name for source in sources]
    assert len(names) == len(set(names))
    assert all(source.licence for source in sources)


@pytest.mark.parametrize("sources", [SOURCES, topic_pairs.SOURCES])
def test_no_source_is_closed_to_those_who_are_given_the_weights(sources: Sequence[Any]) -> None:
    # The wheel is Apache-2.0: whoever has it may sell what they make of it.
    assert [
        source.name for source in sources if not source.licence or CLOSED.search(source.licence)
    ] == []
