"""The table of clients in the documentation agrees with what is answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from moderation.service.attributes import Naming, read_mapped

PAGE = (Path(__file__).parents[2] / "docs/migrating.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("<!-- clients -->")[2].partition("<!-- end -->")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.strip().splitlines()[2:]
]
SIX = ["TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT"]
MODEL = "comments@12345678"


@pytest.mark.parametrize(("client", "asks", "outcome"), ROWS, ids=[row[0] for row in ROWS])
def test_a_client_gets_what_the_table_says(client: str, asks: str, outcome: str) -> None:
    names = re.findall(r"`([A-Z_]+)`", asks) + (SIX if "the six" in asks else [])
    option = re.fullmatch(r"works(?: with `(--lenient|--map (\S+))`)?", outcome)
    assert names, client
    assert option is not None, outcome
    missing = [name for name in names if Naming().find(name, MODEL) is None]
    if option[1] is None:
        assert not missing
    elif option[1] == "--lenient":
        assert 0 < len(missing) < len(names)
    else:
        mapped = read_mapped([option[2]])
        assert sorted(mapped) == sorted(missing)


def test_the_counts_are_the_table_s() -> None:
    some = [row[2] for row in ROWS]
    assert f"{some.count('works')} of {len(ROWS)} work" in PAGE
    assert some.count("works") >= 28
    assert all(outcome.startswith("works") for outcome in some)
