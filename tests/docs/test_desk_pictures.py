"""The pictures of the desk: the pages name those that the tool draws, and the tool runs."""

from __future__ import annotations

import re
from pathlib import Path

import desk_pictures
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


def test_the_pages_show_every_picture_of_the_desk_with_words_for_it() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))
    found = re.findall(r"!\[([^\]]+)\]\(images/(desk-\w+)\.png\)", pages)
    shown = {name: words for words, name in found}
    assert set(shown) == set(desk_pictures.DRAWN)
    assert all(len(words) > 20 for words in shown.values())


@pytest.mark.parametrize("name", desk_pictures.DRAWN)
def test_a_picture_has_the_size_of_its_window(name: str) -> None:
    chosen = desk_pictures.DRAWN[name]
    path = desk_pictures.PICTURES / f"{name}.png"
    with Image.open(path) as image:
        assert image.size == (chosen.width, chosen.height)
    assert path.stat().st_size < 100_000


@pytest.mark.skipif(desk_pictures.CHROMIUM is None, reason="there is no Chromium here")
def test_the_tool_draws_what_the_desk_shows(tmp_path: Path) -> None:
    desk_pictures.draw(tmp_path, ["desk-phone"], articles=2, decided=1)
    with Image.open(tmp_path / "desk-phone.png") as image:
        assert image.size == (390, 760)
        assert len(image.convert("RGB").getcolors(10_000) or ()) > 20
