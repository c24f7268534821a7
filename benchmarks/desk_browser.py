"""A decision by keyboard in a real browser: from the key to the next comment, painted and focused.

    python -m benchmarks.desk_browser [--queued 2000] [--decisions 120] [--blind]

Invented comments of ``labelled/`` are scored by the shipped model until so many wait in the queue.
`moderation desk` shows them in a process of its own to the system's Chromium, which Playwright
drives. The page itself takes the time: it starts with the event of the key and ends with the first
frame after the next comment has the focus. The share of the desk is what lies between the request
and the last byte of the next page.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from moderation.desk import Intake, open_database
from moderation.model import Moderator
from moderation.records import Article, Comment
from moderation.sources.comment_rows import Item

if TYPE_CHECKING:
    from playwright.sync_api import Page

LABELLED = Path(__file__).parents[1] / "labelled"
MAIN = "from moderation.cli import main; main()"

# What a moderator presses; the time runs from the last key of each.
STEPS = (("p",), ("r", "1"), ("p",), ("r", "5"), ("p",), ("s",), ("r", "2"), ("e",))

# The page tells the time of its own; a message is the only way out under the desk's policy.
WATCH = """(() => {
  const now = () => performance.timeOrigin + performance.now();
  document.addEventListener("keydown", () => sessionStorage.setItem("pressed", now()), true);
  document.addEventListener("focusin", (event) => {
    const pressed = Number(sessionStorage.getItem("pressed"));
    if (event.target.id !== "comment" || !pressed) return;
    requestAnimationFrame(() => setTimeout(() => {
      const [entry] = performance.getEntriesByType("navigation");
      const answered = performance.timeOrigin + entry.responseEnd;
      console.log("shown", now() - pressed, answered - pressed);
    }, 0));
  });
})()"""


def rows(name: str) -> list[dict]:
    with (LABELLED / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def invented() -> Iterator[Item]:
    """Comments below the articles of the corpus; those written for contrast below the same."""
    articles = [Article(**row) for row in rows("articles.jsonl")]
    by_id = {article.id: article for article in articles}
    several = itertools.cycle(articles)
    every = rows("comments.jsonl") + rows("contrast/comments.jsonl")
    for n, row in enumerate(every):
        article = by_id.get(row.get("article_id")) or next(several)
        comment = Comment(
            id=row["id"],
            text=row["text"],
            author=f"Reader {n % 500}",
            parent=row.get("parent"),
            article=article,
            article_id=article.id,
        )
        yield Item(comment, raw={"id": row["id"]})


def fill(path: Path, queued: int) -> int:
    """Put comments into a store until so many wait; return how many were put there."""
    moderator = Moderator.load()
    database = open_database(path, create=True)
    intake = Intake(database)
    waiting = "SELECT COUNT(*) FROM items WHERE state = 'open' AND tier IS NOT NULL"
    total = enough = 0
    items = invented()
    while enough < queued and (some := list(itertools.islice(items, 100))):
        scored = ((each, moderator.score(each.comment)) for each in some)
        total += list(intake.fill(scored, "labelled"))[-1]
        with database.reading() as sql:
            enough = sql.execute(waiting).fetchone()[0]
    database.close()
    return total


@contextmanager
def desk(store: Path, *options: str) -> Iterator[str]:
    """The address of a desk in a process of its own."""
    command = [sys.executable, "-c", MAIN, "desk", "--store", str(store), "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline()
        yield re.findall(r"http://\S+", line)[0].rstrip("/")
    finally:
        process.terminate()
        process.wait()


def decide(page: Page, n: int) -> list[tuple[float, float]]:
    """Take decisions; return for each the milliseconds, and those of the desk within them."""
    found = []
    for keys in itertools.islice(itertools.cycle(STEPS), n):
        for key in keys[:-1]:
            page.keyboard.press(key)
        time.sleep(0.15)  # a moderator reads; the browser is at rest
        with page.expect_console_message(lambda told: told.text.startswith("shown")) as told:
            page.keyboard.press(keys[-1])
        _, whole, share = told.value.text.split()
        found.append((float(whole), float(share)))
    return found


def line(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    high = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{name:<28}{statistics.median(times):>8.0f}{high:>8.0f}{ordered[-1]:>8.0f}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--queued", type=int, default=2_000)
    parser.add_argument("--decisions", type=int, default=120)
    parser.add_argument("--blind", action="store_true")
    arguments = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("there is no Chromium here")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "desk.db"
        total = fill(store, arguments.queued)
        print(f"{total:,} comments in the store; at least {arguments.queued:,} of them wait")
        options = ("--moderator", "mara", *(["--blind"] if arguments.blind else []))
        with desk(store, *options) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.add_init_script(WATCH)
            page.goto(f"{address}/")
            with page.expect_console_message(lambda told: told.text.startswith("shown")):
                page.keyboard.press("o")
            decide(page, 8)  # both processes warm up
            times = decide(page, arguments.decisions)
            browser.close()
    print(f"{arguments.decisions} decisions, load {os.getloadavg()[0]:.1f}; milliseconds")
    print(f"{'':<28}{'median':>8}{'p95':>8}{'worst':>8}")
    print(line("key to next comment", [whole for whole, _ in times]))
    print(line("  until its last byte", [share for _, share in times]))
    print(line("  then, until painted", [whole - share for whole, share in times]))


if __name__ == "__main__":
    main()
