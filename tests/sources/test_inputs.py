"""One stream of comments out of inputs of any kind."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable
from pathlib import Path

import pytest
from corpus import write_lines
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import InputError, ModerationError, Notice, RecordError
from moderation.files.rows import BlockLimits
from moderation.records import Article, Comment
from moderation.sources import read_article, read_comments, read_page
from moderation.sources.comment_rows import Item, RowContext
from moderation.sources.comment_rows.reading import Recurring

EXAMPLES = Path(__file__).parents[2] / "examples"
BRIDGE = Article(id="bridge", title="Bridge shut", text="The bridge is shut.")


def _items(found: Iterable[Item | ModerationError]) -> list[Item]:
    return [each for each in found if isinstance(each, Item)]


def _comments(path: Path, context: RowContext | None = None) -> list[Comment]:
    return [item.comment for item in _items(read_comments([path], context))]


def test_a_full_record(tmp_path: Path) -> None:
    row = {
        "id": 5,
        "text": "x",
        "article": {"id": 9, "title": "T", "text": "A"},
        "parent": "p",
        "author": "Ann",
        "published": "2026-01-02",
        "own": [1],
    }
    (item,) = _items(read_comments([write_lines(tmp_path / "r.jsonl", [row])]))
    assert item.comment == Comment(
        id="5",
        text="x",
        article=Article(id="9", title="T", text="A"),
        article_id="9",
        parent="p",
        author="Ann",
        published="2026-01-02",
    )
    assert item.page is None
    assert item.raw == row


def test_a_record_with_nulls_is_a_record_without(tmp_path: Path) -> None:
    row = dict.fromkeys(("id", "article", "article_id", "parent", "parent_id", "author"))
    path = write_lines(tmp_path / "r.jsonl", [{**row, "text": "x"}, {"text": "x"}])
    one, two = _comments(path)
    assert (one.id, two.id) == ("1", "2")
    assert one.article is two.article is None


@pytest.mark.parametrize(
    ("comment", "title"),
    [
        (Comment(text="x"), "For all"),
        (Comment(text="x", article_id="bridge"), "Bridge shut"),
        (Comment(text="x", article_id="none"), "For all"),
        (Comment(text="x", article=Article(title="Own"), article_id="bridge"), "Own"),
    ],
)
def test_the_nearest_article_counts(comment: Comment, title: str) -> None:
    context = RowContext(Article(title="For all"), {"bridge": BRIDGE})
    placed = context.place(comment)
    assert placed.article is not None
    assert placed.article.title == title
    assert context.place(Comment(text="x", parent="own"), "found").parent == "own"
    assert context.place(Comment(text="x"), "found").parent == "found"


def test_without_context_a_comment_stays_itself() -> None:
    comment = Comment(text="x", article_id="a")
    assert RowContext().place(comment) is comment


def test_a_reply_looks_back_so_far_and_no_further(tmp_path: Path) -> None:
    rows = [{"id": n, "text": f"t{n}", "parent_id": max(0, n - 2)} for n in range(6)]
    rows += [
        {"id": 9, "text": "far", "parent_id": 1},
        {"id": 10, "text": "farther", "parent_id": 0},
    ]
    path = write_lines(tmp_path / "r.jsonl", rows)
    near = [None, "t0", "t0", "t1", "t2", "t3"]
    assert [c.parent for c in _comments(path)] == [*near, "t1", "t0"]
    by_twos = _items(read_comments([path], limits=BlockLimits(rows=2)))
    assert [item.comment.parent for item in by_twos] == [*near, None, None]
    by_threes = _items(read_comments([path], limits=BlockLimits(rows=3)))
    assert [item.comment.parent for item in by_threes] == [*near, "t1", "t0"]


def test_an_article_row_counts_for_the_blocks_that_follow(tmp_path: Path) -> None:
    rows = [{"kind": "article", "id": "a", "title": "Bridge", "text": "Shut."}]
    rows += [{"text": f"t{n}", "article_id": "a"} for n in range(7)]
    path = write_lines(tmp_path / "r.jsonl", rows)
    found = _items(read_comments([path], limits=BlockLimits(rows=2)))
    assert [item.comment.article is not None for item in found] == [True] * 5 + [False] * 2


def test_the_article_of_a_row_keeps_its_address(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("text,article.title,article.url\nOh,Tram,https://p.example/local/tram\n")
    (one,) = _comments(table)
    assert one.article is not None
    assert (one.article.title, one.article.url) == ("Tram", "https://p.example/local/tram")


def test_no_comment_is_its_own_parent(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "r.jsonl", [{"id": "a", "text": "x", "parent_id": "a"}])
    assert _comments(path)[0].parent is None


def test_replies_do_not_reach_into_another_file(tmp_path: Path) -> None:
    one = write_lines(tmp_path / "a.jsonl", [{"id": "a", "text": "x"}])
    two = write_lines(tmp_path / "b.jsonl", [{"id": "b", "text": "y", "parent_id": "a"}])
    found = _items(read_comments([one, two]))
    assert [item.comment.parent for item in found] == [None, None]


def test_errors_stand_in_their_place(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"text": "a"}\nbad\n{"text": "\\n\\t"}\n{"text": "b", "article_id": "n"}\n')
    found = list(read_comments([tmp_path / "none", path]))
    assert [type(each) for each in found] == [
        InputError, Item, RecordError, RecordError, Item, Recurring
    ]  # fmt: skip
    assert {each.path for each in found[2:] if isinstance(each, ModerationError)} == {str(path)}


@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_the_comments_of_a_page_stand_under_its_article(name: str, tmp_path: Path) -> None:
    path = EXAMPLES / name
    items = _items(read_comments([path]))
    page = read_page(path)
    assert [item.comment.text for item in items] == [c.text for c in page.comments]
    assert all(item.page == str(path) and item.raw == {} for item in items)
    assert {item.comment.article for item in items} == {page.article}
    texts = {comment.id: comment.text for comment in page.comments}
    assert [item.comment.parent for item in items] == [
        texts.get(comment.parent_id or "") for comment in page.comments
    ]
    # By content, not by name.
    (tmp_path / "anything.dat").write_bytes(path.read_bytes())
    renamed = _items(read_comments([tmp_path / "anything.dat"]))
    assert [item.comment.text for item in renamed] == [c.text for c in page.comments]


def test_the_two_example_pages_hold_an_article_for_context() -> None:
    for name in ("page.html", "page.txt"):
        article = read_article(EXAMPLES / name)
        assert article.title
        assert article.text


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_an_article_as_json(tmp_path: Path, indent: int | None, bom: str) -> None:
    data = {"id": 3, "title": "T", "text": "one\ntwo", "more": 1}
    (tmp_path / "a.json").write_text(bom + json.dumps(data, indent=indent), encoding="utf-8")
    assert read_article(tmp_path / "a.json") == Article(id="3", title="T", text="one\ntwo")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"title": ""}', b'{"title": 1}', b'{"title": "\xff"}', b"\x00" * 99]
)
def test_no_article_is_an_input_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_article(tmp_path / "a")
    assert caught.value.path == str(tmp_path / "a")


def test_ids_given_twice_and_parents_not_found_are_told_of(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "x", "article_id": "one", "article": {"id": "one", "title": "T"}},
        {"id": "a", "text": "y", "article_id": "two", "article": {"id": "two", "title": "T"}},
        {"id": "b", "text": "y", "parent_id": "a"},
        {"id": "c", "text": "y", "parent_id": "lost"},
        {"id": "b", "text": "z", "parent_id": "gone"},
    ]
    found = list(read_comments([write_lines(tmp_path / "r.jsonl", rows)]))
    assert len(_items(found)) == len(rows)
    told = [(each.field, each.line) for each in found if isinstance(each, Notice)]
    assert told == [("parent_id", 4), ("id", 5)]


def test_what_recurs_is_one_notice_with_the_number_of_rows_and_of_names() -> None:
    one = Recurring.of("article_id", 3, frozenset({"a", "b"}), "r.jsonl", 7)
    both = one.plus(Recurring.of("article_id", 1, frozenset({"b"}), "r.jsonl", 900))
    assert (both.n_rows, both.names, both.line) == (4, {"a", "b"}, 7)
    assert str(both).startswith("r.jsonl:7:article_id: 4 comments naming 2 articles not known - ")
    assert "--articles FILE" in str(both)
    single = Recurring.of("id", 1, frozenset({"a"}), "r.jsonl", 2)
    assert "1 comment with 1 id given to another before" in str(single)
    sent = pickle.loads(pickle.dumps(both))  # as a worker tells it
    assert (sent.names, str(sent)) == (both.names, str(both))


def test_no_more_names_are_remembered_than_a_bound() -> None:
    whole = Recurring.of("parent_id", 1, frozenset({"first"}), "r.jsonl", 1)
    for part in range(4):
        names = frozenset(f"{part}-{n}" for n in range(Recurring.NAMES // 2))
        whole = whole.plus(Recurring.of("parent_id", len(names), names, "r.jsonl", 1))
    assert whole.n_rows == 2 * Recurring.NAMES + 1
    assert len(whole.names) == Recurring.NAMES + 1
    assert "20,001 comments in reply to over 10,000 parents" in str(whole)


def test_a_page_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text("<html>" + "x" * (1 << 20))
    with pytest.raises(InputError, match="1 MiB"):
        read_page(tmp_path / "p.html", longest=1 << 20)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    for name in ("r.jsonl", "r.csv", "r.tsv", "r.parquet", "r", "r.html"):
        (tmp_path / name).write_bytes(data)
        for each in read_comments([tmp_path / name]):
            assert isinstance(each, Item | ModerationError)
            if isinstance(each, ModerationError):
                assert each.path == str(tmp_path / name)
                assert "\n" not in str(each)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"text": st.text(max_size=9) | st.none() | st.integers()},
            optional={
                "id": st.text(max_size=3) | st.integers() | st.floats(allow_nan=False),
                "parent_id": st.text(max_size=3) | st.none(),
                "article": st.none() | st.dictionaries(st.sampled_from(["id", "title"]), st.text()),
            },
        ),
        min_size=1,
        max_size=6,
    )
)
def test_every_row_is_a_comment_or_an_error(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    found = list(read_comments([write_lines(tmp_path / "r.jsonl", rows)]))
    told = [each for each in found if not isinstance(each, Notice | InputError)]
    assert len(told) == len(rows)


_PRETTY = json.dumps({"id": 1, "text": "x", "tags": ["y"]}, indent=2)


@pytest.mark.parametrize("name", ["r.jsonl", "r.json", "r"])
@pytest.mark.parametrize(
    "text",
    [
        _PRETTY,
        f"\ufeff{_PRETTY}\n{_PRETTY}\n",
        _PRETTY.replace("\n", "\r\n"),
        '{"text": "x",\n "id": 1}',
        json.dumps({"rows": [{"text": "x" * 300}] * 999}, indent=1),
    ],
)
def test_an_object_over_many_lines_is_told_what_to_become(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_bytes(text.encode())
    (error,) = read_comments([tmp_path / name])
    assert isinstance(error, InputError)
    assert "over many lines - one object a line: jq -c . FILE" in str(error)


@pytest.mark.parametrize("first", ["{", '{"text": "x",', '{"text": [', '{"a": 1'])
def test_a_first_row_that_is_cut_off_costs_itself_only(tmp_path: Path, first: str) -> None:
    (tmp_path / "r.jsonl").write_text(f'{first}\n{{"text": "y"}}\nbad\n{{"text": "z"}}\n')
    found = list(read_comments([tmp_path / "r.jsonl"]))
    assert [type(each) for each in found] == [RecordError, Item, RecordError, Item]
