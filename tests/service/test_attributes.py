"""Which model stands behind a name; the documentation says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer.main

from moderation.cli.app import app
from moderation.records import Attribute
from moderation.service.attributes import REFUSED, SERVED, attribute_of, attributes_markdown

ROOT = Path(__file__).parents[2]
MODEL = "comments@12345678"


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("TOXICITY", Attribute.HOSTILITY),
        ("TOXICITY@6", Attribute.HOSTILITY),
        ("INSULT_EXPERIMENTAL", Attribute.HOSTILITY),
        ("HOSTILITY@12345678", Attribute.HOSTILITY),
        (f"OFF_TOPIC@{MODEL}", Attribute.OFF_TOPIC),
        ("HOSTILITY@87654321", None),
        ("TOXICITY@", None),
        ("toxicity", None),
        ("_EXPERIMENTAL", None),
        ("", None),
        ("@6", None),
    ],
)
def test_names(name: str, attribute: Attribute | None) -> None:
    assert attribute_of(name, MODEL) is attribute


def test_no_name_is_both_served_and_refused() -> None:
    assert not SERVED.keys() & REFUSED.keys()
    assert all(attribute_of(name, MODEL) is None for name in REFUSED)


def test_the_documentation_holds_the_table() -> None:
    assert attributes_markdown() in (ROOT / "docs/serving.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", ["deploy/moderation.service", "deploy/Containerfile", "docs/serving.md"]
)
def test_the_options_in_documents_exist(path: str) -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    options = {option for each in commands["serve"].params for option in each.opts}
    text = (ROOT / path).read_text(encoding="utf-8")
    named = {word.strip('`",[]') for word in text.split() if word.strip('`",[]').startswith("--")}
    other = {"--interval=30s", "--timeout=3s", "--no-cache-dir", "--system", "--uid", "--home-dir"}
    other |= {"--read-only", "--cap-drop", "--now", "--", "-->"}
    assert named - other <= options
    assert named & options
