"""Comments as ranges of a page: wrappers, threads, and the lines at their ends."""

from __future__ import annotations

import pytest

from moderation.pages import separate
from moderation.pages.html.credits import Credits, clean_date, read_line, split_credits
from moderation.pages.html.items import merge_wrappers
from moderation.pages.html.selectors import select
from moderation.pages.html.tree import Tree


def kept(html: str, selector: str = ".comment") -> list[str]:
    tree = Tree(html)
    return [
        tree.attribute(place, "id") or tree.tags[place]
        for place in merge_wrappers(tree, select(tree, selector))
    ]


def test_of_a_pair_the_outer_one_stays() -> None:
    pair = "<li class=comment id=li-comment-5><div class=comment id=comment-5>Hello there</div>"
    reply = "<ul><li class=comment id=li-comment-6><div class=comment id=comment-6>Hi</div></ul>"
    assert kept(pair + reply) == ["li-comment-5", "li-comment-6"]


def test_part_of_a_numbered_comment_is_none() -> None:
    html = "<li class=comment id=comment-5><p>Mia</p><section class=comment>Hello there</section>"
    assert kept(html) == ["comment-5"]


def test_list_that_calls_itself_a_comment_is_none() -> None:
    html = "<div class=comment><p class=comment>One of them</p><p class=comment>Another</p></div>"
    assert kept(html) == ["p", "p"]


@pytest.mark.parametrize(
    ("depths", "parents"),
    [
        ([1, 2, 3, 2, 1], [None, 0, 1, 0, None]),
        ([1, 3, 2], [None, 0, 0]),
        ([2, 3, 1], [None, 0, None]),
    ],
)
def test_threads_by_written_depth(depths: list[int], parents: list[int | None]) -> None:
    html = "".join(
        f"<div class='comment depth-{depth}' id=comment-{n}><cite>Mia</cite><p>Words {n}</p></div>"
        for n, depth in enumerate(depths)
    )
    comments = separate(f"<html><body>{html}").comments
    assert [comment.parent_id for comment in comments] == [
        None if parent is None else f"comment-{parent}" for parent in parents
    ]
    for comment, parent in zip(comments, parents, strict=True):
        assert comment.depth == (1 if parent is None else comments[parent].depth + 1)


def test_reply_to_a_pingback_hangs_higher() -> None:
    html = (
        "<li class=pingback id=comment-1><p>Pingback: a blog</p><ul>"
        "<li class=comment id=comment-2><p>Thank you for the link, blog.</p></li></ul></li>"
    )
    page = separate(f"<html><body>{html}")
    assert [(c.id, c.parent_id, c.depth) for c in page.comments] == [("comment-2", None, 1)]
    assert [piece.reason for piece in page.left_out] == ["pingback"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2021-05-03T09:14:00+02:00", "2021-05-03T09:14:00+02:00"),
        ("2021-05-03 09:14:00Z, License: CC BY-SA", "2021-05-03 09:14:00Z"),
        ("May 3, 2021 at 9:14 am", "May 3, 2021 at 9:14 am"),
        ("3. Mai 2021 um 9:14 Uhr (Bearbeiten)", "3. Mai 2021 um 9:14 Uhr"),
        ("on May 3rd, 2021 | #", "May 3rd, 2021"),
        ("Permalink", None),
        ("", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    assert clean_date(text) == date


@pytest.mark.parametrize(
    ("lines", "author", "date", "text"),
    [
        (["Mia says:", "Hello."], "Mia", None, ["Hello."]),
        (["12", "Mia", "May 3, 2021 at 9:14 am", "Hi."], "Mia", "May 3, 2021 at 9:14 am", ["Hi."]),
        (["Hello.", "Posted by: Mia | May 3, 2021 9:14 AM", "Reply"], "Mia",
         "May 3, 2021 9:14 AM", ["Hello."]),
        (["Mia,", "I agree with you.", "Jon"], None, None, ["Mia,", "I agree with you.", "Jon"]),
        (["+", "I agree."], None, None, ["+", "I agree."]),
    ],
)  # fmt: skip
def test_credits_at_the_ends(
    lines: list[str], author: str | None, date: str | None, text: list[str]
) -> None:
    assert split_credits(lines, Credits(), bare=True) == Credits(author, date, text)


def test_marked_text_keeps_its_first_line() -> None:
    known = Credits("Mia", "May 3, 2021")
    assert split_credits(["12", "May 3, 2021 was a Monday."], known, bare=False).lines == [
        "12",
        "May 3, 2021 was a Monday.",
    ]


@pytest.mark.parametrize("line", ["", "I was there in 2019 and saw it myself.", "x" * 5000])
def test_running_text_is_no_byline(line: str) -> None:
    assert read_line(line) is None


def test_a_depth_of_any_number_of_digits_is_read() -> None:
    items = "".join(
        f"<shreddit-comment depth='{depth}' author='a{i}' thingid='t1_{i}'><div slot='comment'>"
        f"<p>Comment number {i}.</p></div></shreddit-comment>"
        for i, depth in enumerate(("0", "9" * 5000))
    )
    assert len(separate(f"<h1>Buses</h1><p>The council voted.</p>{items}").comments) == 2
