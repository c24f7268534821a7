"""The functional suite as it is read and run; test_judgement.py looks at our own cases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from corpus import write_lines

from moderation.errors import InputError, ModelError
from moderation.evaluation.audits.suite import (
    Behaviour,
    Case,
    read_suite,
    run_suite,
    shipped_suite,
)
from moderation.model.artifact.folder import Model
from moderation.model.moderator import Moderator
from moderation.records import Action, Attribute, Comment, Score, Verdict

INSULT = Behaviour(name="insult", title="t", description="d", expected="mixed")
PRAISE = Behaviour(name="praise", title="t", description="d", expected="not_hostile")
UNUSED = Behaviour(name="unused", title="t", description="d", expected="hostile")
CASES = (
    Case(id="i1", text="You fool.", hostility=True, behaviour="insult", pair="i2"),
    Case(id="i2", text="No fool like me.", hostility=False, behaviour="insult", pair="i1"),
    Case(id="i3", text="You liar.", hostility=True, behaviour="insult"),
    Case(id="p1", text="Well done.", hostility=False, behaviour="praise"),
)


class _Given:
    """A moderator whose scores are given."""

    def __init__(self, model: Model, values: Sequence[float]) -> None:
        self.model = model
        self._values = values

    def score_many(self, comments: Iterable[Comment]) -> Iterator[Verdict]:
        for comment, value in zip(comments, self._values, strict=True):
            hostility, none = (
                Score(attribute=attribute, value=v, review=0.5, hold=0.9)
                for attribute, v in ((Attribute.HOSTILITY, value), (Attribute.OFF_TOPIC, None))
            )
            action = Action.PUBLISH
            yield Verdict(
                id=comment.id, hostility=hostility, off_topic=none, action=action, model="m"
            )


def test_rates_and_pairs_by_hand(model: Model) -> None:
    given = cast(Moderator, _Given(model, [0.6, 0.55, 0.5, 0.7]))
    found = run_suite(given, [INSULT, PRAISE, UNUSED], CASES)
    assert (found.n, found.n_passed) == (4, 2)  # at the threshold is past it
    assert (found.n_pairs, found.n_pairs_ordered) == (1, 1)
    assert [result.behaviour.name for result in found.behaviours] == ["praise", "insult"]
    praise, insult = found.behaviours
    assert (praise.rate, praise.failed) == (0.0, ("p1",))
    assert (insult.rate, insult.failed) == (pytest.approx(2 / 3), ("i2",))
    assert (praise.example, insult.example) == ("Well done.", "No fool like me.")
    assert (praise.example_hostility, insult.example_hostility) == (False, False)


def test_a_pair_of_equal_scores_is_in_no_order(model: Model) -> None:
    found = run_suite(cast(Moderator, _Given(model, [0.6, 0.6, 0.6, 0.1])), [INSULT, PRAISE], CASES)
    assert (found.n_pairs, found.n_pairs_ordered) == (1, 0)


def test_a_model_without_hostility_passes_nothing(model: Model) -> None:
    manifest = msgspec.structs.replace(model.manifest, hostility=None)
    with pytest.raises(ModelError, match="does not score hostility"):
        run_suite(Moderator(Model(manifest, {}, "0" * 64)), [INSULT, PRAISE], CASES)


def _written(folder: Path, cases: Sequence[object], behaviours: object = None) -> Path:
    described = msgspec.to_builtins([INSULT, PRAISE]) if behaviours is None else behaviours
    (folder / "behaviours.json").write_text(json.dumps(described), encoding="utf-8")
    write_lines(folder / "hostility.jsonl", cases)
    return folder


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = msgspec.to_builtins(CASES)
    return rows


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_suite(_written(tmp_path, _rows())) == ([INSULT, PRAISE], list(CASES))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"behaviour": "praise "}, "behaviour: unknown behaviour"),
        ({"pair": "i9"}, "pair: no case of this id, found i9"),
        ({"id": "i2"}, "id: every case needs an id of its own"),
        ({"hostility": "yes"}, "hostility.jsonl:1:hostility: "),
        ({"behavior": "insult"}, "did you mean behaviour"),
    ],
)
def test_a_case_that_cannot_be_judged_is_told(
    tmp_path: Path, changed: dict[str, object], told: str
) -> None:
    first, *rest = _rows()
    with pytest.raises(InputError) as error:
        read_suite(_written(tmp_path, [first | changed, *rest]))
    assert told in str(error.value)


@pytest.mark.parametrize("behaviours", [{}, [{"name": "insult"}], "insult", [3]])
def test_behaviours_that_cannot_be_read_are_told(tmp_path: Path, behaviours: object) -> None:
    with pytest.raises(InputError, match="not a list of behaviours"):
        read_suite(_written(tmp_path, _rows(), behaviours))


def test_an_empty_suite_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_suite(_written(tmp_path, []))


@pytest.mark.parametrize("missing", ["behaviours.json", "hostility.jsonl"])
def test_a_missing_file_is_told(tmp_path: Path, missing: str) -> None:
    folder = _written(tmp_path, _rows())
    (folder / missing).unlink()
    with pytest.raises(InputError, match="no such file"):
        read_suite(folder)


def test_a_suite_comes_with_the_package_for_english() -> None:
    folder = shipped_suite("en")
    assert folder is not None
    assert len(read_suite(folder)[1]) > 1_000


@pytest.mark.parametrize("language", ["nl", "", ".", "..", "../judgement", "README.md"])
def test_no_suite_is_found_for_any_other_name(language: str) -> None:
    assert shipped_suite(language) is None


def test_suites_may_share_the_behaviours_in_the_folder_above(tmp_path: Path) -> None:
    own = read_suite(_written(tmp_path, _rows()))
    (tmp_path / "xx").mkdir()
    (tmp_path / "hostility.jsonl").rename(tmp_path / "xx" / "hostility.jsonl")
    assert read_suite(tmp_path / "xx") == own
