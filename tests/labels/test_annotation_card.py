"""What the annotator sees, at any size and with any text."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import msgspec
import pytest
from making import Sheet, candidate
from rich.cells import cell_len

from moderation.labels.annotation.candidates import Candidate
from moderation.labels.annotation.card import LONGEST, card, clipped, progress_line, shown, wrapped
from moderation.labels.identity import key_of
from moderation.records import Article, Attribute, Comment

LONG = Article(id="long", title="Council " * 30, text="The council met again. " * 200)


def lines(queue: list[Candidate], folder: Path, width: int = 80, height: int = 24) -> list[str]:
    session = Sheet(folder).session(queue)
    shown_card = card(session, width, height)
    session.close()
    return [line.plain for line in shown_card.lines]


def reply(text: str) -> Candidate:
    parent = "Parent. " * 300
    comment = Comment(id="c", text=text, article=LONG, article_id="long", parent=parent)
    return Candidate(comment=comment, key=key_of(text, "long", parent), asked=tuple(Attribute))


def test_everything_has_its_place(tmp_path: Path) -> None:
    found = lines([reply("This is the comment.")], tmp_path)
    assert len(found) == 24
    text = "\n".join(found)
    for piece in ("Council Council", "The council met", "in reply to", "Parent.", "This is the c"):
        assert piece in text
    assert "Hostile?  [h] hostile  [n] not  [u] unsure" in text
    assert "s skip  z undo  e note  a article  ? guideline  q quit" in text
    assert found[-1] == "0 answered, 1 left, 0 in the file; anna"


@pytest.mark.parametrize("width", [1, 2, 7, 20, 33, 80, 240])
@pytest.mark.parametrize("height", [1, 2, 3, 5, 8, 12, 24, 70])
def test_it_fits_any_terminal(tmp_path: Path, width: int, height: int) -> None:
    for text in ("Short.", "word " * 3000, "x" * 5000, "\u6f22\u5b57" * 300):
        found = lines([reply(text)], tmp_path, width, height)
        assert len(found) <= height
        assert all(cell_len(line) <= max(2, width - 1) for line in found)


def test_a_small_terminal_shows_comment_and_question_first(tmp_path: Path) -> None:
    text = "\n".join(lines([reply("This is the comment.")], tmp_path, 40, 10))
    assert "This is the comment." in text
    assert "Hostile?" in text


def test_a_long_comment_is_seen_whole_by_scrolling(tmp_path: Path) -> None:
    words = [f"word{number}" for number in range(2000)]
    session = Sheet(tmp_path).session([reply(" ".join(words))])
    seen: set[str] = set()
    first = card(session, 60, 24)
    assert "more below" in "\n".join(line.plain for line in first.lines)
    for at in range(0, first.furthest + first.page, first.page):
        text = " ".join(line.plain for line in card(session, 60, 24, scroll=at).lines)
        seen.update(text.split())
    assert seen >= set(words)
    last = card(session, 60, 24, scroll=10**9)
    assert "end; PgUp" in "\n".join(line.plain for line in last.lines)


def test_the_answer_given_is_shown_while_the_next_is_asked(tmp_path: Path) -> None:
    session = Sheet(tmp_path).session([reply("This is the comment.")])
    session.answer(False)
    text = "\n".join(line.plain for line in card(session, 80, 24).lines)
    assert "not hostile.  On topic?  [o] off topic  [t] on topic  [u] unsure" in text


def test_scores_and_others_are_shown_with_assistance_only(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path)
    sheet.session([candidate("one", score=0.4)], "ben").answer(True)
    queue = [candidate("one", score=0.4)]
    for assist in (False, True):
        session = sheet.session(queue, assist=assist)
        session.telling = str.split
        text = "\n".join(line.plain for line in card(session, 80, 24).lines)
        assert ("words that raise hostility: one" in text) is assist
        assert ("model: hostility 0.40 (review from 0.20)" in text) is assist
        assert ("ben: hostile" in text) is assist


@hypothesis.given(st.text(max_size=300), st.integers(2, 50))
def test_no_text_reaches_the_terminal_s_controls(text: str, width: int) -> None:
    for line in wrapped(text, width):
        assert cell_len(line) <= width
        assert (
            line.isprintable()
            or all(c.isprintable() or c in "\xa0\u3000" for c in line)
            or (not any(c < " " or "\x7f" <= c < "\xa0" or "\u202a" <= c <= "\u202e" for c in line))
        )


def test_what_would_turn_or_move_the_screen_is_made_visible() -> None:
    assert shown("a\x1b[2Jb\u202ec\x07d\x9be") == "a\ufffd[2Jb\ufffdc\ufffdd\ufffde"
    assert shown("one\r\ntwo\u2028three\tfour") == "one\ntwo\nthree   four"
    assert shown("i\u200bdiot") == "i\ufffddiot"
    assert shown("\U0001f468\u200d\U0001f469\ufe0f") == "\U0001f468\U0001f469"
    assert shown("a" + "\u0301" * 50) == "a" + "\u0301" * 2
    assert shown("x" * (LONGEST + 5)).endswith("x\n[5 more characters]")


def test_wide_characters_and_other_directions_are_wrapped_by_their_width() -> None:
    assert wrapped("\u6f22\u5b57\u6f22\u5b57\u6f22", 5) == (
        "\u6f22\u5b57",
        "\u6f22\u5b57",
        "\u6f22",
    )
    hebrew = "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd"
    assert " ".join(wrapped(hebrew, 6)) == hebrew
    assert wrapped("first\n\nsecond", 10) == ("first", "", "second")


def test_clipping_keeps_to_the_width() -> None:
    assert clipped("short", 10) == "short"
    assert clipped("a longer text", 10) == "a longe..."
    assert cell_len(clipped("\u6f22" * 20, 10)) <= 10
    assert clipped("text", 0) == ""


def test_nothing_left_is_told(tmp_path: Path) -> None:
    session = Sheet(tmp_path).session([])
    assert "No comment is left" in card(session, 80, 24).lines[0].plain


def test_the_card_says_who_wrote_and_when(tmp_path: Path) -> None:
    known = reply("This is the comment.")
    told = msgspec.structs.replace(known.comment, author="Gull", published="2026-03-02 10:00")
    assert "by Gull, 2026-03-02 10:00" in lines(
        [msgspec.structs.replace(known, comment=told)], tmp_path
    )


def test_the_time_left_is_never_none(tmp_path: Path) -> None:
    session = Sheet(tmp_path).session([])
    assert "less than a minute" in progress_line(session.progress._replace(left=1, per_hour=600.0))
    assert "about 6 min" in progress_line(session.progress._replace(left=60, per_hour=600.0))
    session.close()
