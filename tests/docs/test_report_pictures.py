"""The pictures of the report: the page for editors names them, and the tool draws the page."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import desk_pictures
import msgspec
import pytest
import report_pictures
from PIL import Image

from moderation.evaluation.report import find, render
from moderation.model.artifact.folder import Model

ROOT = Path(__file__).parents[2]
NAMES = {"report", "report-charts"}


def test_the_page_for_editors_shows_the_pictures_with_words_for_them() -> None:
    page = (ROOT / "docs/editor.md").read_text(encoding="utf-8")
    shown = {name: words for words, name in re.findall(r"!\[([^\]]+)\]\(images/(\S+)\.png", page)}
    assert set(shown) == NAMES
    assert all(len(words) > 40 for words in shown.values())
    for name in NAMES:
        assert (report_pictures.PICTURES / f"{name}.png").stat().st_size < 100_000


@pytest.mark.skipif(desk_pictures.CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.usefixtures("few_rounds")
def test_the_tool_draws_the_top_of_the_page_and_two_charts(model: Model, tmp_path: Path) -> None:
    found = find(model)
    hostility = msgspec.structs.replace(found, attributes=found.attributes[:1])
    report_pictures.draw(tmp_path, render(hostility, day=date(2026, 11, 3)))
    with Image.open(tmp_path / "report.png") as image:
        assert image.size == (report_pictures.WIDTH, report_pictures.HEIGHT)
    with Image.open(tmp_path / "report-charts.png") as image:
        assert image.size[0] > 1.5 * image.size[1]
        assert len(image.convert("RGB").getcolors(10_000) or ()) > 20
