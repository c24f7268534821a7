"""From inputs to candidates: which comment is which, whatever file it came in."""

from __future__ import annotations

from moderation.errors import ModerationError, Notice, RecordError
from moderation.labels.annotation.candidates import candidates
from moderation.labels.identity import article_id, key_of, row_id
from moderation.records import Article, Attribute, Comment
from moderation.sources.comment_rows import Item

BOTH = tuple(Attribute)
NAMELESS = Article(title="Swing bridge shut", text="The bridge stays shut.")


def made(*items: object) -> list:  # type: ignore[type-arg]
    return list(candidates(items, BOTH, "in.jsonl", []))  # type: ignore[arg-type]


def test_an_id_that_was_given_is_kept() -> None:
    (one,) = made(Item(Comment(id="c7", text="Hello."), raw={"id": "c7", "text": "Hello."}))
    assert one.comment.id == "c7"
    (exported,) = made(Item(Comment(id="881", text="Hello.", source="export:wxr")))
    assert exported.comment.id == "881"


def test_the_chance_with_which_a_row_was_drawn_is_kept() -> None:
    def drawn(**raw: object) -> tuple[float | None, str | None]:
        (one,) = made(Item(Comment(id="1", text="Hello."), raw=raw))
        return one.chance, one.drawn

    assert drawn(chance=0.05, selection="random within proposals") == (
        0.05, "random within proposals",
    )  # fmt: skip
    assert drawn(chance="0.5", selection="") == (0.5, None)
    nothing = [drawn(chance=wrong, selection="random") for wrong in (0, 2, "x", None, float("nan"))]
    assert nothing == [(None, None)] * 5


def test_a_line_number_and_a_page_s_own_id_name_nothing_outside() -> None:
    (numbered,) = made(Item(Comment(id="3", text="Hello."), raw={"text": "Hello."}, numbered=True))
    (on_page,) = made(Item(Comment(id="3", text="Hello."), page="page.html"))
    (separated,) = made(
        Item(Comment(id="3", text="Hello."), raw={"id": "3", "page": "page.html", "text": "Hello."})
    )
    assert numbered.comment.id == on_page.comment.id == separated.comment.id == numbered.key


def test_one_comment_has_one_key_wherever_it_stands() -> None:
    parent = "Thank you."
    here = Comment(id="1", text="Hello.", article=NAMELESS, parent=parent, parent_id="9", order=4)
    there = Comment(id="2", text="Hello.", article=NAMELESS, parent=parent, author="somebody")
    first, second = made(Item(here, page="a.html"), Item(there, page="b.html"))
    assert first.key == second.key
    assert first.comment.parent_id is None


def test_another_text_article_or_parent_is_another_comment() -> None:
    keys = {
        key_of("a", "x", None), key_of("b", "x", None), key_of("a", "y", None),
        key_of("a", "x", "p"), key_of("a", None, "x"), key_of("a", None, None),
    }  # fmt: skip
    assert len(keys) == 6


def test_an_article_without_an_id_is_named_after_what_it_says() -> None:
    assert article_id(Article(id="a1", title="T")) == "a1"
    assert article_id(NAMELESS) == article_id(Article(title=NAMELESS.title, text=NAMELESS.text))
    assert article_id(NAMELESS) != article_id(Article(title=NAMELESS.title))
    assert article_id(Article()) is article_id(None) is None
    (one,) = made(Item(Comment(text="Hello.", article=NAMELESS), page="a.html"))
    assert one.comment.article_id == article_id(NAMELESS)


def test_off_topic_is_asked_where_it_can_be_answered() -> None:
    found = made(
        Item(Comment(text="a", article=NAMELESS)),
        Item(Comment(text="b", parent="c")),
        Item(Comment(text="d", article=Article(id="known by its id only"))),
        Item(Comment(text="e")),
    )
    assert [each.asked for each in found] == [BOTH, BOTH, BOTH[:1], BOTH[:1]]


def test_what_cannot_be_read_is_told() -> None:
    problems: list[object] = []
    error = RecordError("text is empty", path="in.jsonl", line=2)
    assert list(candidates([error], BOTH, "in.jsonl", problems)) == []  # type: ignore[arg-type]
    assert problems == [error]


def test_several_comments_in_one_are_told_and_not_asked() -> None:
    problems: list[ModerationError] = []
    several = Item(Comment(text="One. Two.", source="flat:unsegmented"), page="page.txt")
    assert list(candidates([several], BOTH, "page.txt", problems)) == []
    (notice,) = problems
    assert (type(notice), notice.path) == (Notice, "page.txt")


def test_a_comment_without_any_id_has_its_key() -> None:
    assert row_id(Item(Comment(text="Hello.")), "00ff") == "00ff"
