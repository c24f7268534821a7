"""Markers, indents and the tree that they make."""

from __future__ import annotations

from moderation.pages.flat.items import flatten, read_run
from moderation.pages.flat.layouts import LAYOUTS, detect_layout
from moderation.pages.flat.lines import LineRun, build_tree, read_lines, strip_markdown


def rows(text: str) -> list[tuple[str, int, int | None]]:
    tree = build_tree(read_lines(text), min_indent=2)
    run = next(part for part in tree if isinstance(part, LineRun))
    return [(reading.text, depth, parent) for reading, depth, parent in flatten(read_run(run))]


def test_continuation_stands_two_columns_in_whatever_the_width_of_the_marker() -> None:
    assert rows("  9. Nine.\n\n    More.\n\n  10. Ten.\n\n    More.\n") == [
        ("Nine.\nMore.", 1, None),
        ("Ten.\nMore.", 1, None),
    ]


def test_loose_bullets_answer_and_tight_bullets_list() -> None:
    assert rows(
        "  1. A list:\n\n    • one\n    • two\n\n    Done.\n\n  2. x\n\n    • I saw it too\n"
    ) == [
        ("A list:\none\ntwo\nDone.", 1, None),
        ("x", 1, None),
        ("I saw it too", 2, 1),
    ]


def test_a_bullet_without_a_space_is_text() -> None:
    assert rows("  1. Compare:\n\n    •this\n    •that\n") == [("Compare:\n•this\n•that", 1, None)]


def test_a_date_is_no_rank() -> None:
    lines = read_lines("    23. Juni 2016 um 17:21 Uhr\n    12. May I ask why?\n")
    assert [line.mark for line in lines[:2]] == [None, "ol"]


def test_numbers_that_skip_go_on_and_numbers_that_fall_begin_anew() -> None:
    tree = build_tree(read_lines("  1. a\n  5. b\n  2. c\n"), min_indent=2)
    runs = [part for part in tree if isinstance(part, LineRun)]
    assert [len(run.items) for run in runs] == [2, 1]


def test_a_year_at_the_start_of_a_paragraph_is_text() -> None:
    tree = build_tree(read_lines("2019. That was the year.\n"), min_indent=2)
    assert not any(isinstance(part, LineRun) for part in tree)


def test_right_aligned_numbers_are_one_run() -> None:
    text = " 9. nine\n    more\n10. ten\n    more\n"
    tree = build_tree(read_lines(text), min_indent=1, right_aligned=True)
    runs = [part for part in tree if isinstance(part, LineRun)]
    assert [len(run.items) for run in runs] == [2]


def test_markdown_ornaments_go() -> None:
    assert strip_markdown("**Mia** [said](http://x.example/a) ![pic](http://x.example/b) _so_") == (
        "Mia said  so"
    )
    assert read_lines("18\\. Oktober", markdown=True)[0].text == "18. Oktober"


def test_layouts_are_told_by_their_markers() -> None:
    assert detect_layout("  1. a\n\n    • b\n") is LAYOUTS["resiliparse"]
    assert detect_layout("## T\n\n  * a\n  * b\n\ntext\n") is LAYOUTS["html2text"]
    assert detect_layout(" 1. a\n    b\n 2. c\n    d\n") is LAYOUTS["w3m"]
    assert detect_layout("Mia\n \nsays:\n\n\nHello\n") is LAYOUTS["beautifulsoup"]
    assert detect_layout("Just a line.\n") is LAYOUTS["text"]
    assert detect_layout("") is LAYOUTS["text"]


def test_a_word_that_is_a_button_elsewhere_may_be_the_comment() -> None:
    text = "  1. Mia says:\n    May 3, 2021 at 9:14 am\n\n    Agree\n\n    Reply\n"
    assert rows(text) == [("Agree", 1, None)]
    assert rows("  1. Mia says:\n    May 3, 2021 at 9:14 am\n\n    Reply\n") == [("", 1, None)]
