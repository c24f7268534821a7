"""Which model stands behind a name; the documentation says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from moderation.cli import serve
from moderation.errors import UsageError
from moderation.records import Attribute
from moderation.service.attributes import REFUSED, SERVED, Naming, attributes_markdown, read_mapped

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
    found = Naming().find(name, MODEL)
    assert (found and found.attribute) is attribute


def test_no_name_is_both_served_and_refused() -> None:
    assert not SERVED.keys() & REFUSED.keys()
    assert all(Naming().find(name, MODEL) is None for name in REFUSED)


def test_a_newsroom_may_give_a_name_a_model() -> None:
    naming = Naming(read_mapped(["SEXUALLY_EXPLICIT, FLIRTATION=hostility", "SPAM=hostility"]))
    for name in ("SEXUALLY_EXPLICIT", "FLIRTATION_EXPERIMENTAL", "SPAM@2"):
        found = naming.find(name, MODEL)
        assert found is not None
        assert found.attribute is Attribute.HOSTILITY
    assert "FLIRTATION" in naming.served
    assert "FLIRTATION" not in naming.refused
    assert naming.find("INCOHERENT", MODEL) is None


@pytest.mark.parametrize(
    "given",
    [
        "",
        "FLIRTATION",
        "FLIRTATION=",
        "FLIRTATION=off_topic",
        "FLIRTATION=spam",
        "=hostility",
        "TOXICITY=hostility",
        "NO_SUCH=hostility",
        "flirtation=hostility",
        "FLIRTATION,,SPAM=hostility",
        "COMPASSION=hostility",
        "RESPECT=hostility",
    ],
)
def test_no_name_gets_a_model_by_mistake(given: str) -> None:
    with pytest.raises(UsageError):
        read_mapped([given])


def test_the_documentation_holds_the_table() -> None:
    assert attributes_markdown() in (ROOT / "docs/serving.md").read_text(encoding="utf-8")


def options() -> set[str]:
    alone = typer.Typer(add_completion=False)
    alone.command()(serve.command)
    return {option for each in typer.main.get_command(alone).params for option in each.opts}


def test_every_option_is_documented() -> None:
    table = re.findall(r"^\| (`--.*?) \|", (ROOT / "docs/serving.md").read_text("utf-8"), re.M)
    assert set(re.findall(r"--[a-z-]+", "".join(table))) == options() - {"--quiet"}


@pytest.mark.parametrize("path", ["deploy/moderation.service", "deploy/Containerfile"])
def test_the_options_that_are_deployed_exist(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    command = re.split(r"^(?:ExecStart=|ENTRYPOINT)", text, maxsplit=1, flags=re.M)[1]
    used = set(re.findall(r"--[a-z-]+", command))
    assert used
    assert used <= options()
