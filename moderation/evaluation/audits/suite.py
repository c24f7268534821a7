"""The functional suite: named behaviours, each with hand-written cases, similar to HateCheck.

An average hides what a model cannot do, and a behaviour names it (Röttger et al. 2021). A hostile
case passes if its score reaches the review threshold, and a harmless one if it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from moderation.errors import InputError, ModelError, RecordError
from moderation.files import open_binary, read_bytes, read_records
from moderation.model import Moderator
from moderation.records import Attribute, Comment

_CASES = "hostility.jsonl"
_BEHAVIOURS = "behaviours.json"

# The suites are inside the package in a wheel, and among the labelled files in a checkout.
_PACKAGE, _CHECKOUT = Path(__file__).parents[2], Path(__file__).parents[3] / "labelled"
_ENGLISH = (_PACKAGE / "suite", _CHECKOUT / "judgement")
_OTHERS = (_PACKAGE / "suites", _CHECKOUT / "suites")


class Behaviour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that readers do, and the label that a model should give it."""

    name: str
    title: str
    description: str
    expected: Literal["hostile", "not_hostile", "mixed"]


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text; `pair` is the id of its counterpart with the opposite label."""

    id: str
    text: str
    hostility: bool
    behaviour: str
    pair: str | None = None


class BehaviourResult(msgspec.Struct, frozen=True, kw_only=True):
    """The number of a behaviour's cases that passed, and what failed.

    Attributes
    ----------
    behaviour
        The behaviour.
    n, n_passed
        The number of cases, and of those that passed.
    failed
        The ids of the cases that failed.
    example
        The text of the failed case whose score is farthest from the review threshold.
    example_hostility
        Whether that case is hostile; None if no case failed.
    """

    behaviour: Behaviour
    n: int
    n_passed: int
    failed: tuple[str, ...]
    example: str | None = None
    example_hostility: bool | None = None

    @property
    def rate(self) -> float:
        """Share of the cases that passed."""
        return self.n_passed / self.n


class SuiteResult(msgspec.Struct, frozen=True, kw_only=True):
    """Results of all behaviours, weakest first, and of pairs, which need no threshold.

    Attributes
    ----------
    behaviours
        The results by behaviour.
    n, n_passed
        The number of cases, and of those that passed.
    n_pairs, n_pairs_ordered
        The number of pairs with opposite labels, and of those whose hostile case scores higher.
    """

    behaviours: tuple[BehaviourResult, ...]
    n: int
    n_passed: int
    n_pairs: int
    n_pairs_ordered: int


def shipped_suite(language: str) -> Path | None:
    """Return the folder of the suite that comes with the package.

    Parameters
    ----------
    language
        The language of a model.

    Returns
    -------
    Path or None
        None if no suite of that language comes with the package.
    """
    if language == "en":
        return next((shelf for shelf in _ENGLISH if shelf.is_dir()), None)
    suites = (folder for shelf in _OTHERS if shelf.is_dir() for folder in shelf.iterdir())
    return next((folder for folder in suites if folder.name == language and folder.is_dir()), None)


def read_suite(folder: str | Path) -> tuple[list[Behaviour], list[Case]]:
    """Read a suite: ``behaviours.json`` and ``hostility.jsonl``.

    Parameters
    ----------
    folder
        The folder of the two files. Suites of several languages may share the behaviours, which
        are then in the folder above.

    Raises
    ------
    InputError
        If a file is missing, or a case cannot be read, names an unknown behaviour or names an
        unknown case as its pair.
    """
    own, shared = Path(folder) / _BEHAVIOURS, Path(folder).absolute().parent / _BEHAVIOURS
    path = shared if shared.is_file() and not own.is_file() else own
    try:
        behaviours = msgspec.json.decode(read_bytes(path), type=list[Behaviour])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InputError("not a list of behaviours", path=path, got=str(error)) from None
    cases: list[Case] = []
    path = Path(folder) / _CASES
    with open_binary(path) as stream:
        for row in read_records(stream, "jsonl", Case, name=str(path)):
            if isinstance(row, RecordError):
                raise InputError(row.what, path=path, line=row.line, field=row.field, hint=row.hint)
            cases.append(row.record)
    _check(behaviours, cases, path)
    return behaviours, cases


def _check(behaviours: Sequence[Behaviour], cases: Sequence[Case], path: Path) -> None:
    """Raise InputError unless ids are unique and every behaviour and pair exists."""
    names = {behaviour.name for behaviour in behaviours}
    ids = {case.id for case in cases}
    if not cases or len(ids) < len(cases):
        raise InputError("every case needs an id of its own", path=path, field="id")
    for case in cases:
        if case.behaviour not in names:
            raise InputError("unknown behaviour", path=path, field="behaviour", got=case.behaviour)
        if case.pair is not None and case.pair not in ids:
            raise InputError("no case of this id", path=path, field="pair", got=case.pair)


def run_suite(
    moderator: Moderator, behaviours: Sequence[Behaviour], cases: Sequence[Case]
) -> SuiteResult:
    """Score every case and count those that pass at the review threshold.

    Parameters
    ----------
    moderator
        The model to test.
    behaviours, cases
        The suite.

    Raises
    ------
    ModelError
        If the model does not score hostility.
    """
    if moderator.model.thresholds(Attribute.HOSTILITY) is None:
        raise ModelError("the model does not score hostility", hint="the suite judges nothing else")
    spoken = moderator.model.manifest.language  # a suite is written in the model's language
    verdicts = moderator.score_many(
        Comment(text=case.text, id=case.id, language=spoken) for case in cases
    )
    scores = {verdict.id: verdict.hostility for verdict in verdicts}
    values = {key: score.value for key, score in scores.items() if score.value is not None}
    passed = {c.id: (values[c.id] >= scores[c.id].review) == c.hostility for c in cases}
    results = []
    for behaviour in behaviours:
        own = [case for case in cases if case.behaviour == behaviour.name]
        failed = [case for case in own if not passed[case.id]]
        worst = max(failed, key=lambda c: abs(values[c.id] - scores[c.id].review), default=None)
        results.append(
            BehaviourResult(
                behaviour=behaviour,
                n=len(own),
                n_passed=len(own) - len(failed),
                failed=tuple(case.id for case in failed),
                example=worst.text if worst else None,
                example_hostility=worst.hostility if worst else None,
            )
        )
    pairs = [case for case in cases if case.hostility and case.pair]
    return SuiteResult(
        behaviours=tuple(sorted((r for r in results if r.n), key=lambda r: r.rate)),
        n=len(cases),
        n_passed=sum(passed.values()),
        n_pairs=len(pairs),
        n_pairs_ordered=sum(values[case.id] > values[str(case.pair)] for case in pairs),
    )
