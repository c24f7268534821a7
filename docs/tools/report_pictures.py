"""Draw the pictures of the report on a model from the page itself.

The shipped model is measured on its own validation and on the shipped functional suite. The
system's Chromium shows the page. Run ``python docs/tools/report_pictures.py`` after the page or the
model has changed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from desk_pictures import CHROMIUM, PICTURES, reduced

from moderation.evaluation.audits import read_suite, run_suite, shipped_suite
from moderation.evaluation.report import find, render
from moderation.model import Moderator

#: The width of the window, and the height of the picture of the top of the page.
WIDTH, HEIGHT = 1000, 1250


def draw(folder: Path, html: str) -> None:
    """Draw the top of a report and the first of its charts into a folder."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(html)
        (folder / "report.png").write_bytes(reduced(page.screenshot()))
        page.add_style_tag(content="figure:nth-child(n + 3) { display: none; }")
        charts = page.locator(".charts").first.screenshot(animations="disabled")
        (folder / "report-charts.png").write_bytes(reduced(charts))
        browser.close()


def main() -> None:
    """Draw the pictures of the report on the shipped model."""
    if CHROMIUM is None:
        raise SystemExit("there is no Chromium here")
    moderator = Moderator.load()
    suite = shipped_suite(moderator.model.manifest.language)
    found = run_suite(moderator, *read_suite(suite)) if suite else None
    draw(PICTURES, render(find(moderator.model, suite=found), day=date.today()))


if __name__ == "__main__":
    main()
