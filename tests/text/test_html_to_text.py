"""Bodies of comments as exports hold them, into text."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.sources.exports.rows import timestamp
from moderation.text.markup.html import html_to_text, plain_line, unescaped, without_shortcodes


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", ""),
        ("Plain words", "Plain words"),
        ("Two\n\n lines \t here", "Two\nlines here"),
        ("Fish &amp; chips&nbsp;&#8211; twice", "Fish & chips – twice"),
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("<p>One line\nstill it</p>\n<p>Two</p>", "One line still it\nTwo"),
        ("<b>a</b>\n<i>b</i><br>c", "a b\nc"),
        ("<b>bold</b>\nno paragraphs", "bold\nno paragraphs"),
        ("half<b>way</b>", "halfway"),
        ("5 < 6 and 7 > 3, I <3 it", "5 < 6 and 7 > 3, I <3 it"),
        ("a <unclosed", "a <unclosed"),
        ("<a title=\"x > y\" href='z'>link</a>!", "link!"),
        ('<a title="never closed>link</a>!', "link!"),
        ("&lt;script&gt; is text", "<script> is text"),
        ("<p>seen<!-- not <b>seen</b> --> again</p>", "seen again"),
        ("<p>a</p><script>if (a < b) { c('</p>') }</script><p>b</p>", "a\nb"),
        ("<STYLE>p { }</STYLE>kept", "kept"),
        ("<svg/>kept", "kept"),
        ("<pre>a\n  b</pre>\n<p>c\nd</p>", "a\nb\nc d"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("<blockquote>quoted</blockquote>answer", "quoted\nanswer"),
        ("<!DOCTYPE x><?php echo 1 ?>x", "x"),
        ("wow <! no", "wow <! no"),
        ("<joe@mail.example", "<joe@mail.example"),
        ('<img src="x.gif" alt="">', ""),
    ],
)
def test_html_to_text(body: str, text: str) -> None:
    assert html_to_text(body) == text


def test_line_breaks_of_a_wordpress_body_are_of_the_text() -> None:
    assert html_to_text("<p>One\ntwo</p>", breaks=True) == "One\ntwo"


def test_titles_are_one_line_and_unescaped_twice() -> None:
    assert plain_line("It isn&amp;#39;t\n<em>over</em>") == "It isn't over"


def test_shortcodes_go_and_what_they_hold_stays() -> None:
    body = '[caption id="a" width="3"]A bridge[/caption] [gallery] [sic] [embedded] [x'
    assert html_to_text(without_shortcodes(body)) == "A bridge [sic] [embedded] [x"


@given(st.text())
def test_any_text_gives_text_without_blank_lines(body: str) -> None:
    for breaks in (False, True):
        text = html_to_text(body, breaks=breaks)
        assert all(line == " ".join(line.split()) != "" for line in text.split("\n") if text)


@given(st.text(alphabet="<>/!-abp \"'=&;[]", max_size=60))
def test_any_markup_gives_text(body: str) -> None:
    assert "<p>" not in html_to_text(body)


@pytest.mark.parametrize(
    ("value", "utc", "expected"),
    [
        ("2025-03-03 07:30:00", True, "2025-03-03T07:30:00Z"),
        ("2025-03-03 07:30:00", False, "2025-03-03T07:30:00"),
        ("2025-03-03T07:30:00+01:00", True, "2025-03-03T07:30:00+01:00"),
        ("2025-03-03T07:30:00.123Z", False, "2025-03-03T07:30:00.123Z"),
        ({"$date": "2025-03-03T07:30:00Z"}, False, "2025-03-03T07:30:00Z"),
        ({"$date": 0}, False, "1970-01-01T00:00:00.000Z"),
        ({"$date": {"$numberLong": "-1000"}}, False, "1969-12-31T23:59:59.000Z"),
        ({"$date": {"$numberLong": "9" * 30}}, False, None),
        ({"$date": None}, False, None),
        ("0000-00-00 00:00:00", True, None),
        ("yesterday", True, None),
        (None, True, None),
        (17, True, None),
    ],
)
def test_timestamp(value: object, utc: bool, expected: str | None) -> None:
    assert timestamp(value, utc=utc) == expected


@pytest.mark.parametrize("digits", ["65", "0" * 5000 + "65", "9" * 5000, "1114112", "10" * 3000])
@pytest.mark.parametrize("end", [";", "", " "])
def test_a_number_of_any_length_is_an_entity(digits: str, end: str) -> None:
    shown = "A" if digits.endswith("65") else "\ufffd"
    assert html_to_text(f"a &#{digits}{end} b") == f"a {shown} b"
    assert plain_line(f"a &amp;#{digits}{end} b") == f"a {shown} b"
    assert unescaped(f"&#x{digits}{end}")


@given(st.lists(st.sampled_from(["&#", "&#x", "&", "amp", "0", "9", "123456789", "a", ";", " "])))
def test_entities_are_read_as_the_standard_library_reads_them(pieces: list[str]) -> None:
    assert unescaped("".join(pieces)) == html.unescape("".join(pieces))
