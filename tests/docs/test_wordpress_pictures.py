"""The pictures of the WordPress plugin are those that the page shows, in the size that is drawn."""

from __future__ import annotations

import re

import wordpress_pictures
from PIL import Image


def test_the_page_shows_every_picture_that_is_drawn() -> None:
    page = wordpress_pictures.PICTURES.parent / "wordpress.md"
    shown = re.findall(r"\]\(images/([\w-]+)\.png\)", page.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(wordpress_pictures.DRAWN)
    for name, height in wordpress_pictures.DRAWN.items():
        with Image.open(wordpress_pictures.PICTURES / f"{name}.png") as picture:
            assert picture.size == (wordpress_pictures.WIDTH, height)
