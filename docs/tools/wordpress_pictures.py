"""Draw the pictures of the WordPress plugin from a real WordPress.

``benchmarks.wordpress`` starts the site and its service, readers post invented comments of
``labelled/`` by the form, and the system's Chromium shows what the administrator sees. Run
``python docs/tools/wordpress_pictures.py`` in the project's folder after the pages have changed.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from desk_pictures import PICTURES, invented, reduced

from benchmarks.wordpress import browser, log_in, newsroom
from deploy.wordpress.local_site import Site, missing

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: The pictures, and the height of each in pixels.
DRAWN = {"wordpress-settings": 940, "wordpress-table": 900, "wordpress-comment": 520}
WIDTH = 1200


def fill(site: Site, comments: int) -> int:
    """Let readers post comments below an article; return the last that is proposed to be held."""
    found = [item.comment for item, *_ in islice(invented(1), comments)]
    article = found[0].article
    assert article is not None
    post = site.post(article.title, article.text)
    for comment in found:
        site.comment(post, comment.text, comment.author or "Reader")
    code = """echo current( get_comments( array( 'fields' => 'ids', 'number' => 1,
        'meta_key' => '_moderation_proposal', 'meta_value' => 'hold' ) ) );"""
    return int(site.php(code))


def draw(folder: Path, comments: int = 14) -> None:
    """Draw the pictures into a folder."""
    with newsroom() as (site, _), browser() as person:
        site.be_patient()
        held, page = fill(site, comments), person()
        log_in(page, site, site.login)
        admin = f"{site.url}/wp-admin"
        page.goto(f"{admin}/options-general.php?page=moderation")
        page.click("#moderation_test")
        page.locator(".notice-success").wait_for()
        _show(page, folder, "wordpress-settings")
        page.goto(f"{admin}/edit-comments.php?orderby=moderation_hostility&order=desc")
        page.locator("#the-comment-list tr").first.hover()
        _show(page, folder, "wordpress-table")
        page.goto(f"{admin}/comment.php?action=editcomment&c={held}")
        page.locator("#moderation").scroll_into_view_if_needed()
        _show(page, folder, "wordpress-comment")


def _show(page: Page, folder: Path, name: str) -> None:
    """Write what is seen, without WordPress's hints about itself."""
    page.set_viewport_size({"width": WIDTH, "height": DRAWN[name]})
    page.add_style_tag(content=".update-nag, #wpfooter { display: none; }")
    if name == "wordpress-comment":
        page.evaluate("document.querySelector('#moderation').scrollIntoView()")
        page.mouse.wheel(0, -40)
        page.wait_for_timeout(200)
    shown = page.screenshot(animations="disabled")
    (folder / f"{name}.png").write_bytes(reduced(shown))


def main() -> None:
    """Draw all pictures."""
    if why := missing():
        raise SystemExit(why)
    draw(PICTURES)


if __name__ == "__main__":
    main()
