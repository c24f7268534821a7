"""Lines that name who wrote a comment and when."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.pages.wording.bylines import clean_author, looks_like_name, read_byline

KNOWN = {
    # author above the text
    "Mia Ostrow says:": ("Mia Ostrow", None),
    "keloph schreibt:": ("keloph", None),
    "Odile Marchand dit :": ("Odile Marchand", None),
    "Ramón dijo:": ("Ramón", None),
    "Piet zegt:": ("Piet", None),
    "09. Jul, 2012 / Courtney says:": ("Courtney", "09. Jul, 2012"),
    "Beth on August 22, 2012 at 6:29 pm said:": ("Beth", "August 22, 2012 at 6:29 pm"),
    "Jo Alder, on May 7th, 2012 // Twitter: @joalder": ("Jo Alder", "May 7th, 2012"),
    "Jo Alder wrote on": ("Jo Alder", None),
    "Jo wrote on December 24, 2020 at 3:53 am:": ("Jo", "December 24, 2020 at 3:53 am"),
    "On October 26, 2012 at 2:08am, Rosa said...": ("Rosa", "October 26, 2012 at 2:08am"),
    "Regan August 19, 2019 - 5:48 pm": ("Regan", "August 19, 2019 - 5:48 pm"),
    "2 Odd Berge February 11, 2022 at 12:56 pm": ("Odd Berge", "February 11, 2022 at 12:56 pm"),
    "Mia Ostrow vor 3 Tagen · Antworten": ("Mia Ostrow", "vor 3 Tagen"),
    "Ana hace 2 días": ("Ana", "hace 2 días"),
    "(1) Mike says:": ("Mike", None),
    "1009 schreibt:": ("1009", None),
    "[f00dbeef] Petra Lunde says:": ("Petra Lunde", None),
    "Jeremiah WarrenJuly 10th, 2012, 7:20 pm": ("Jeremiah Warren", "July 10th, 2012, 7:20 pm"),
    # author below the text
    "by james on January 31, 2011 at 9:59 am. Reply #": ("james", "January 31, 2011 at 9:59 am"),
    "Posted by: Ann | Nov 3, 2009 at 10:11 AM": ("Ann", "Nov 3, 2009 at 10:11 AM"),
    "geschrieben von berg am 21. Jan. 2015, 19:04 [ antworten ]": ("berg", "21. Jan. 2015, 19:04"),
    "October 22, 2012 | Unregistered CommenterMaggie": ("Maggie", "October 22, 2012"),
    "by sun-arc on Aug 8, 2012 12:39 PM MST via mobile up reply actions": (
        "sun-arc",
        "Aug 8, 2012 12:39 PM MST",
    ),
    # a date alone
    "30. Januar 2017 um 15:05 Uhr": (None, "30. Januar 2017 um 15:05 Uhr"),
    "07.16.12 at 21:35": (None, "07.16.12 at 21:35"),
    "2017-06-06T01:41:27+00:00": (None, "2017-06-06T01:41:27+00:00"),
    "12 février 2020 à 8 h 14 min": (None, "12 février 2020 à 8 h 14 min"),
    "2 hours ago": (None, "2 hours ago"),
    "Posted 10/18/2012 at 12:18 pm | Permalink": (None, "10/18/2012 at 12:18 pm"),
}


@pytest.mark.parametrize("line", KNOWN)
def test_bylines_are_taken_apart(line: str) -> None:
    byline = read_byline(line)
    assert byline is not None
    assert (byline.author, byline.date) == KNOWN[line]


@pytest.mark.parametrize(
    "line",
    [
        "I am 47 years old and live by the sea.",
        "In May, ten people asked me the same thing; I never knew what to say to them.",
        "He wrote it on May 3, 2012, and on May 4 he took it back.",
        "2012-04-02+11%3A00%3A51",
        "Wonderful!",
        "",
    ],
)
def test_running_text_is_no_byline(line: str) -> None:
    assert read_byline(line) is None


def test_a_day_without_a_time_is_weak_and_a_stamp_is_strong() -> None:
    weak, strong = read_byline("Ana 3 May 2021"), read_byline("Ana 3 May 2021 at 9:14")
    assert weak is not None
    assert strong is not None
    assert not weak.strong
    assert strong.strong


def test_a_verb_needs_no_colon_at_the_opening_of_an_item() -> None:
    assert read_byline("Jenny says") is None
    byline = read_byline("Jenny says", opening=True)
    assert byline is not None
    assert byline.author == "Jenny"
    assert read_byline("He says", opening=True) is None


def test_names_lose_the_page_s_ornaments() -> None:
    assert clean_author("Mathias Autor") == "Mathias"
    assert clean_author("jj (@all2one") == "jj (@all2one)"
    assert clean_author("BMilton | | #1") == "BMilton"
    assert clean_author("  ***  ") is None
    assert looks_like_name("Dr. Lorenz Gräf")
    assert not looks_like_name("I never said that. You did.")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=220))
def test_no_line_names_an_author_that_it_does_not_hold(line: str) -> None:
    byline = read_byline(line)
    if byline is not None and byline.author is not None:
        assert byline.author.rstrip(")") in line
