"""Markup in the texts of records is taken out, and spans find the way back."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.markup import has_markup, shown_text
from moderation.text.markup.fragments import spans_in_markup


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p>You&#39;re <b>odd</b>, Ann.</p>\n", "You're odd, Ann."),
        ("It&#x27;s an <i>odd</i> idea.<p>Five &gt; 4.", "It's an odd idea.\nFive > 4."),
        ("<p>One<br>two</p><p>three\nfour</p>", "One\ntwo\nthree four"),
        ('See <a href="https://example.org/?a=1&amp;b=2" title="x > y">there</a>.', "See there."),
        ("a&nbsp;b &amp;amp; c", "a b &amp; c"),
        ("<TD>one</TD><td>two</td>", "one two"),
    ],
)  # fmt: skip
def test_tags_and_entities_come_out(body: str, shown: str) -> None:
    assert shown_text(body) == shown


@pytest.mark.parametrize(
    "text",
    [
        "5 < 6  and 7 > 3",
        "I <3 this\n\ntown",
        "AT&T & Co",
        "a <b",
        "&nothing;",
        "x</",
        "<you idiot>",
    ],
)
def test_what_is_no_markup_stays_as_it_is(text: str) -> None:
    assert not has_markup(text)
    assert shown_text(text) == text


@pytest.mark.parametrize("body", ["<b>x</b> <you idiot>", "<i>x</i> <!-- idiot -->",
                                  "<p>x</p><script>idiot</script>"])  # fmt: skip
def test_nobody_hides_words_in_unknown_tags(body: str) -> None:
    assert "idiot" in shown_text(body)


def test_spans_find_the_words_in_the_original() -> None:
    body = "<p>You&#39;re an\n<b>id</b>iot, Ann &amp; Bo.</p>"
    shown = shown_text(body)
    (word, pair) = (shown.index("idiot"), shown.index("Ann & Bo"))
    first, second = spans_in_markup(body, [(word, word + 5), (pair, pair + 8)])
    assert body[slice(*first)] == "id</b>iot"
    assert body[slice(*second)] == "Ann &amp; Bo"


@given(st.lists(st.text(alphabet="ab <>&'\"\n\u2028ü", max_size=8), max_size=6))
def test_every_character_has_a_place(words: list[str]) -> None:
    body = "<p>" + "<br>".join(html.escape(word) for word in words) + "</p>"
    shown = shown_text(body)
    assert shown.split() == " ".join(words).split()
    for place, character in enumerate(shown):
        if not character.isspace():
            ((start, end),) = spans_in_markup(body, [(place, place + 1)])
            assert html.unescape(body[start:end]) == character
