"""The guidelines and their versions."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from moderation.errors import InputError, UsageError
from moderation.labels.guidelines import guideline_for, read_guideline, shipped_guideline
from moderation.records import Attribute

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("attribute", list(Attribute))
def test_each_attribute_has_a_guideline_with_a_version(attribute: Attribute) -> None:
    found = shipped_guideline(attribute)
    assert found.version == {Attribute.HOSTILITY: "2", Attribute.OFF_TOPIC: "1"}[attribute]
    assert found.text == (ROOT / f"labelled/guidelines/{attribute.value}.md").read_text("utf-8")


def test_the_guidelines_travel_with_the_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included["labelled/guidelines"] == "moderation/guidelines"


def test_two_versions_are_both_named(tmp_path: Path) -> None:
    (tmp_path / "hostility.md").write_text("Version: 3", encoding="utf-8")
    (tmp_path / "off_topic.md").write_text("Version: 1", encoding="utf-8")
    both = guideline_for(tuple(Attribute), shelves=(tmp_path,))
    assert both.version == "hostility 3, off_topic 1"
    assert guideline_for((Attribute.HOSTILITY,), shelves=(tmp_path,)).version == "3"


@pytest.mark.parametrize("line", ["Version: desk-2", "**Version:** desk-2", "- version desk-2"])
def test_an_own_guideline_names_its_version(tmp_path: Path, line: str) -> None:
    path = tmp_path / "ours.md"
    path.write_text(f"# Ours\n\n{line}\n\nBe fair.\n", encoding="utf-8")
    assert guideline_for(tuple(Attribute), path).version == "desk-2"


def test_a_guideline_that_cannot_serve_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ours.md"
    with pytest.raises(InputError, match="cannot be read"):
        read_guideline(path)
    path.write_text("# Ours\n\nBe fair, in every version.\n", encoding="utf-8")
    with pytest.raises(UsageError, match="names no version"):
        read_guideline(path)
    path.write_bytes(b"Version: \xff")
    with pytest.raises(InputError, match="not UTF-8"):
        read_guideline(path)
    with pytest.raises(InputError, match="missing"):
        shipped_guideline(Attribute.HOSTILITY, (tmp_path,))
