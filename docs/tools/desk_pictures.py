"""Draw the pictures of the review desk from the desk itself.

Invented comments of ``labelled/`` are scored by the shipped model, two invented moderators decide
about some of them as they are labelled, and the system's Chromium shows the pages. Run
``python docs/tools/desk_pictures.py`` after the pages have changed; names of pictures as arguments
draw these alone.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image

from moderation.desk import Intake, open_database
from moderation.desk.appeals.entering import NewAppeal, enter_appeal
from moderation.desk.store.deciding import Decision, DeskStep, decide
from moderation.desk.store.queue import take_next
from moderation.desk.store.views import QueuePart, View
from moderation.model import Moderator
from moderation.records import Article, Comment
from moderation.sources.comment_rows import Item

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs/images"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
_PROGRAM = "from moderation.cli import main; main()"
_COLOURS = 128
_REJECTED = """SELECT d.item FROM decisions d JOIN items i ON i.item = d.item
    WHERE d.who = 'iven' AND d.reason = 'insult' AND i.proposal = 'review' LIMIT 1"""

_NAMES = (
    "Tove Lindqvist|Marcelline Oduya|H. Pemberton-Ruiz|old_miller|Nadia K|PeteFromTheLocks|"
    "Saoirse M.|Idris B.|Quayside Gull|Wilhelmina Sommerfeld|Kofi A|bodkin77"
).split("|")


class Picture(NamedTuple):
    """One picture: its size in pixels, what leads to it, and whether the page is dark."""

    width: int
    height: int
    keys: tuple[str, ...]
    path: str = "/"
    dark: bool = False


DRAWN = {
    "desk-queue": Picture(1000, 720, ()),
    "desk-card": Picture(1000, 860, ("o", "w")),
    "desk-reject": Picture(1000, 720, ("o", "r")),
    "desk-phone": Picture(390, 760, ("o",), dark=True),
    "desk-appeal": Picture(1000, 720, (), "/appeals/1"),
    "desk-week": Picture(1000, 900, (), "/week"),
}


def invented(articles: int) -> Iterator[tuple[Item, bool, bool]]:
    """Comments below so many articles, the latest a few minutes old, each with its labels."""
    known = [Article(**row) for row in _rows("articles.jsonl")[:articles]]
    by_id = {article.id: article for article in known}
    rows = [row for row in _rows("comments.jsonl") if row.get("article_id") in by_id]
    for n, row in enumerate(rows):
        at = datetime.now(UTC) - timedelta(minutes=4 + 3 * (len(rows) - n))
        comment = Comment(
            id=row["id"],
            text=row["text"],
            author=_NAMES[n * n % len(_NAMES)],
            published=at.isoformat(timespec="seconds"),
            parent=row.get("parent"),
            article=by_id[row["article_id"]],
            article_id=row["article_id"],
        )
        yield Item(comment, raw={"id": row["id"]}), row["hostility"], row["off_topic"]


def _rows(name: str) -> list[dict[str, Any]]:
    with (ROOT / "labelled" / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def fill(store: Path, articles: int, decided: int) -> None:
    """Put comments into a store, and decide about the first ones as they are labelled."""
    moderator = Moderator.load()
    found = list(invented(articles))
    database = open_database(store, create=True)
    list(Intake(database).fill(((item, moderator.score(item.comment)) for item, *_ in found), "-"))
    labels = {item.comment.id: (hostile, off_topic) for item, hostile, off_topic in found}
    for n in range(decided):
        who = ("mara", "iven")[n % 2]
        item = take_next(database, View((QueuePart.HOLD, QueuePart.REVIEW)[n // 2 % 2]), who)
        if item is None:
            continue
        with database.reading() as sql:
            (ident,) = sql.execute("SELECT id FROM items WHERE item = ?", (item,)).fetchone()
        hostile, off_topic = labels[ident]
        reason = "insult" if hostile else "off-topic" if off_topic else None
        decide(
            database,
            Decision(item, who, DeskStep.REJECT if reason else DeskStep.PUBLISH, 0, reason),
        )
    with database.reading() as sql:
        found = sql.execute(_REJECTED).fetchone()
    if found is not None:
        said = "I meant what was done and not the people. Please read it again."
        enter_appeal(database, NewAppeal(id=None, item=found["item"], text=said), "mara")
    database.close()


@contextmanager
def desk(store: Path) -> Iterator[str]:
    """The address of a desk in a process of its own."""
    command = [sys.executable, "-c", _PROGRAM, "desk", "--store", str(store), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--moderator", "mara"], stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stderr is not None
    try:
        yield re.findall(r"http://\S+", process.stderr.readline())[0]
    finally:
        process.terminate()
        process.communicate()


def draw(
    folder: Path, names: Iterable[str] = DRAWN, *, articles: int = 60, decided: int = 260
) -> None:
    """Draw pictures into a folder."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "desk.db"
        fill(store, articles, decided)
        with desk(store) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for name in names:
                chosen = DRAWN[name]
                page = browser.new_page(
                    viewport={"width": chosen.width, "height": chosen.height},
                    color_scheme="dark" if chosen.dark else "light",
                )
                (folder / f"{name}.png").write_bytes(_picture(page, address, chosen))
            browser.close()


def _picture(page: Page, address: str, chosen: Picture) -> bytes:
    """Open a page, press the keys, and return what is seen, with few colours."""
    page.goto(address + chosen.path.lstrip("/"))
    for key in chosen.keys:
        page.keyboard.press(key)
        if key == "o":
            page.locator("#comment:focus").wait_for()
    return reduced(page.screenshot(animations="disabled"))


def reduced(screenshot: bytes) -> bytes:
    """Return a picture in PNG with few colours."""
    seen = io.BytesIO()
    image = Image.open(io.BytesIO(screenshot))
    image.convert("RGB").quantize(_COLOURS).save(seen, "PNG", optimize=True)
    return seen.getvalue()


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*DRAWN, []], default=[])
    named = parser.parse_args(arguments).names
    if CHROMIUM is None:
        raise SystemExit("there is no Chromium here")
    draw(PICTURES, named or DRAWN)


if __name__ == "__main__":
    main()
