"""An invented archive: articles, replies, rows that are wrong."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moderation.batch.archive import Options

SAID = (
    "You are an idiot, {n}",
    "The ferry should stay open in winter ({n})",
    "Buy watches at example.com now {n}",
    "Number {n} agrees with the harbour master about the ferry",
    'Zażółć gęślą jaźń 👍 {n}\non two lines, with a "quote"',
)
ARTICLES = [
    {"id": f"a{n}", "title": f"Ferry to close ({n})", "text": "The council closes the ferry."}
    for n in range(3)
]

#: Parts so small that a small archive has many.
OPTIONS = Options(part_rows=40, part_size=8192)

Archive = Callable[..., Path]


def rows(n: int, first: int = 0) -> list[dict[str, Any]]:
    """Rows whose replies and articles reach over several parts."""
    found: list[dict[str, Any]] = []
    for i in range(first, first + n):
        row: dict[str, Any] = {"id": f"c{i}", "text": SAID[i % len(SAID)].format(n=i)}
        if i % 3 == 0:
            row["article"] = ARTICLES[i // 20 % len(ARTICLES)]
        if i % 7 == 6:
            row["parent_id"] = f"c{i - 5 - i % 90}"
        found.append(row)
    return found


def as_jsonl(given: list[dict[str, Any]]) -> bytes:
    """As JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in given).encode()


def as_csv(given: list[dict[str, Any]], separator: str = ",") -> bytes:
    """As a table."""
    out = io.StringIO(newline="")
    names = ["id", "text", "article.id", "article.title", "article.text", "parent_id"]
    writer = csv.DictWriter(out, names, delimiter=separator)
    writer.writeheader()
    for row in given:
        article = {f"article.{key}": value for key, value in row.get("article", {}).items()}
        writer.writerow({k: v for k, v in row.items() if k != "article"} | article)
    return out.getvalue().encode()


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
