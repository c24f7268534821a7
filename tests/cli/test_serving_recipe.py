"""The recipe for any platform in docs/serving.md, as it stands there, against a real service."""

from __future__ import annotations

import io
import re
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from decided import settle
from running import SERVICE_KEY

from moderation.desk import open_database
from moderation.desk.store.deciding import last_of, undo

PAGE = Path(__file__).parents[2] / "docs/serving.md"
ADDRESS, KEY = "http://127.0.0.1:8080", "YOUR-KEY"


@pytest.fixture(scope="module")
def recipe() -> str:
    part = PAGE.read_text(encoding="utf-8").partition("### In Python\n")[2].partition("\n## ")[0]
    (code,) = re.findall(r"^```python\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    assert code.count(ADDRESS) == code.count(KEY) == 1
    return str(code)


def test_a_comment_goes_there_and_the_decision_comes_back(
    recipe: str, served_desk: tuple[str, Path]
) -> None:
    address, store = served_desk
    code = recipe.replace(ADDRESS, address).replace(KEY, SERVICE_KEY)

    def visible() -> str:
        names: dict[str, Any] = {}
        with redirect_stdout(io.StringIO()) as printed:
            exec(code, names)  # our own page
        names["service"].close()
        return printed.getvalue().strip()

    assert visible() == "{'4711': False}"  # held for a person
    settle(store, {"4711": None})
    assert visible() == "{'4711': True}"
    with closing(open_database(store)) as database:
        line = last_of(database, "mara")
        assert line is not None
        undo(database, "mara", line["seq"])
    assert visible() == "{'4711': False}"
    settle(store, {"4711": "insult"})
    assert visible() == "{'4711': False}"


def test_without_a_service_a_comment_waits(recipe: str) -> None:
    functions = recipe.partition("\ncomment = ")[0].replace(ADDRESS, "http://127.0.0.1:1")
    names: dict[str, Any] = {}
    exec(functions, names)
    with names["service"]:
        assert names["proposed"]({"id": "1", "text": "A civil remark."}) == "hold"


def test_the_recipe_is_short(recipe: str) -> None:
    assert len([line for line in recipe.splitlines() if line.strip()]) <= 30
