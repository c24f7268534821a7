"""What the project's files say of each other: versions, pins, extras, the sdist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import moderation

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _pins(name: str) -> dict[str, set[str]]:
    """Versions of each package in a file of constraints; some differ by version of Python."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"(?m)^([\w.-]+)==([\w.!+]+)", _text(name)):
        found.setdefault(_normal(package), set()).add(version)
    return found


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def test_the_citation_names_this_version() -> None:
    (version,) = re.findall(r"(?m)^version: (.+)$", _text("CITATION.cff"))
    assert version == moderation.__version__


def test_hooks_run_the_versions_that_development_uses() -> None:
    pins = _pins("constraints/development.txt")
    hooks = _text(".pre-commit-config.yaml")
    for repository, package in (("ruff-pre-commit", "ruff"), ("crate-ci/typos", "typos")):
        (revision,) = re.findall(rf"{repository}\n    rev: v(\S+)", hooks)
        assert {revision} == pins[package], "run `just lock`, and change .pre-commit-config.yaml"


@pytest.mark.parametrize(("name", "extras"), [("development", [*EXTRAS]), ("service", ["serve"])])
def test_constraints_are_what_the_project_asks_for(name: str, extras: list[str]) -> None:
    pins = _pins(f"constraints/{name}.txt")
    wanted = [*PROJECT["project"]["dependencies"], *(r for e in extras for r in EXTRAS[e])]
    for line in wanted:
        requirement = Requirement(line)
        if requirement.name == "moderation":
            continue
        versions = pins.get(_normal(requirement.name))
        assert versions, f"constraints/{name}.txt lacks {requirement.name}: run `just lock`"
        for version in versions:
            assert version in requirement.specifier, f"{line}, {version}: run `just lock`"


def test_every_python_that_is_promised_is_tested() -> None:
    promised = {
        line.rsplit(" ", 1)[1]
        for line in PROJECT["project"]["classifiers"]
        if re.search(r"Python :: 3\.\d+$", line)
    }
    (matrix,) = re.findall(r"python: \[(.+)\]", _text(".github/workflows/ci.yml"))
    assert promised == set(re.findall(r"[\d.]+", matrix))
    lowest = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert lowest == min(promised, key=lambda v: int(v.split(".")[1]))


def test_no_extra_repeats_another() -> None:
    (own,) = [Requirement(line) for line in EXTRAS["test"] if line.startswith("moderation[")]
    for extra in own.extras:
        assert not set(EXTRAS[extra]) & set(EXTRAS["test"])


def test_actions_are_pinned_by_what_cannot_move() -> None:
    used = re.findall(r"uses: (\S+)", _text(".github/workflows/ci.yml"))
    assert used
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action in used)
