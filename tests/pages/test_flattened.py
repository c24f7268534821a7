from __future__ import annotations

import json
from pathlib import Path

import pytest

from moderation.pages.flattened import separate_flattened

HERE = Path(__file__).resolve()
REPOSITORY = HERE.parents[2]
SHARED_PAGES = REPOSITORY / "../shared/pages"


@pytest.mark.skipif(not SHARED_PAGES.is_dir(), reason="../shared/pages is not here")
def test_both_real_pages_give_all_twelve_comments_exactly() -> None:
    gold = json.loads((SHARED_PAGES / "gold.json").read_text(encoding="utf-8"))
    assert sum(len(page["comments"]) for page in gold.values()) == 12
    for name, expected in gold.items():
        page = separate_flattened((SHARED_PAGES / name).read_text(encoding="utf-8"))
        place = {comment.id: at for at, comment in enumerate(page.comments)}
        found = [
            {
                "depth": comment.depth,
                "parent": None if comment.parent_id is None else place[comment.parent_id],
                "text": comment.text,
            }
            for comment in page.comments
        ]
        assert found == expected["comments"]
        assert {comment.source for comment in page.comments} == {"flat:resiliparse"}


def test_the_example_page_gives_nine_comments() -> None:
    page = separate_flattened((REPOSITORY / "examples/page.txt").read_text(encoding="utf-8"))
    assert [(comment.id, comment.parent_id, comment.depth) for comment in page.comments] == [
        ("c1", None, 1),
        ("c2", None, 1),
        ("c3", "c2", 2),
        ("c4", "c2", 2),
        ("c5", None, 1),
        ("c6", None, 1),
        ("c7", None, 1),
        ("c8", "c7", 2),
        ("c9", None, 1),
    ]
    assert page.comments[4].text.split("\n")[1] == "•New engines for both boats: 4.2 million"
    assert "Signe Halvard" not in page.article.text
    assert "A public tender for the route." in page.article.text
