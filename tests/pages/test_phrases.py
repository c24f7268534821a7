"""The tables of phrases: what opens and ends a comment section, and what stands in it."""

from __future__ import annotations

import pytest

from moderation.pages.wording import phrases
from moderation.pages.wording import surroundings as flat_surroundings

HEADINGS = {
    "24 comments": 24,
    "One comment": 1,
    "Comments (87)": 87,
    "45 Gedanken zu „Das wird man ja wohl noch sagen dürfen!“": 45,
    "5 thoughts on “Night swimmers win back the quarry lake”": 5,
    "12 Responses to “A title”": 12,
    "1 Kommentar": 1,
    "3 commentaires": 3,
    "3 comentarios": 3,
    "4 reacties": 4,
    "7 комментариев": 7,
    "{ 74 comments… read them below or add one }": 74,
    "Dieser Artikel hat 32 Kommentare.": 32,
    "There are 27 comments. Add yours.": 27,
    "Comments (4)Add Comment": 4,
    "soundoff (78 Responses)": 78,
    "1,204 comments": 1204,
    "## 6 thoughts on \"Title\"": 6,
    "Comments": None,
    "Comments»": None,
    "COMMENTS": None,
    "Reader Interactions": None,
    "Kommentare": None,
    "Responses": None,
}  # fmt: skip


@pytest.mark.parametrize("line", HEADINGS)
def test_headings_and_their_counts(line: str) -> None:
    assert phrases.is_heading(line)
    assert phrases.heading_count(line) == HEADINGS[line]


@pytest.mark.parametrize(
    "line",
    ["Recent Comments", "2 people were hurt", "Three comments that I never forgot were my aunt's",
     "Leave a Reply", "", "Comment", "The discussion went on until four in the morning."],
)  # fmt: skip
def test_what_is_no_heading(line: str) -> None:
    if line != "Comment":  # some themes do head the section so
        assert not phrases.is_heading(line)


@pytest.mark.parametrize(
    "line",
    ["Leave a Reply", "Leave a Comment »", "Your email address will not be published.Extra",
     "Schreibe einen Kommentar Antworten abbrechen", "Laisser un commentaire", "Deja una respuesta",
     "Geef een reactie", "Comments are closed.", "The comments to this entry are closed.",
     "You must be logged in to post a comment.", "Post a new comment"],
)  # fmt: skip
def test_ends(line: str) -> None:
    assert phrases.is_end(line)


@pytest.mark.parametrize(
    "line",
    ["Reply", "[Reply]", "Reply ↓", "Antworten", "/ Responder", "Répondre", "LikenLiken",
     "Reply 0 Flag this comment", "- Antworten", "Permalink"],
)  # fmt: skip
def test_actions(line: str) -> None:
    assert phrases.is_action(line)


@pytest.mark.parametrize("line", ["I like it", "Replying to all of you was fun", "", "No."])
def test_what_people_write_is_no_action(line: str) -> None:
    assert not phrases.is_action(line)


def test_pages_that_say_they_have_no_comments() -> None:
    assert flat_surroundings.says_no_comments("No comments yet. Be the first to comment!")
    assert flat_surroundings.says_no_comments("0 Kommentare")
    assert not flat_surroundings.says_no_comments(
        "No comments needed, the picture says it all, doesn't it"
    )


def test_pingbacks_feet_and_teasers() -> None:
    assert phrases.is_ping("Pingback: Open water news | Cold Feet")
    assert not phrases.is_ping("I got a pingback from you, thanks")
    assert flat_surroundings.is_foot("© 2023 Tarnby Post. All rights reserved.")
    assert phrases.is_teaser("Read more »")
    assert not phrases.is_teaser("Reply")
