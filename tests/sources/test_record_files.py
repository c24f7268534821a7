"""Record files as people have them: arrays, spreadsheets, markup, fields of other names."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from moderation.batch import Options, prepare, score_archive
from moderation.errors import InputError, ModerationError, RecordError
from moderation.files.rows import BlockLimits
from moderation.records import Article
from moderation.sources import read_comments
from moderation.sources.comment_rows import Item, RowContext

ROWS = [
    {"id": "a", "text": "You are an idiot."},
    {"id": "b", "text": 'The mayor is right, "though".'},
]
TEXTS = [row["text"] for row in ROWS]


def _read(path: Path, **names: str) -> list[Item | ModerationError]:
    return list(read_comments([path], RowContext(names=names)))


def _texts(found: list[Item | ModerationError]) -> list[str]:
    return [item.comment.text for item in found if isinstance(item, Item)]


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("before", ["", "\ufeff", "\n\n"])
def test_an_array_is_read_as_its_objects(tmp_path: Path, indent: int | None, before: str) -> None:
    path = tmp_path / "rows.json"
    path.write_text(before + json.dumps(ROWS, indent=indent), encoding="utf-8")
    found = _read(path)
    assert _texts(found) == TEXTS
    assert [item.raw for item in found if isinstance(item, Item)] == ROWS


def test_a_faulty_object_of_an_array_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[\n {"text": "x"},\n {\n  "text": 7\n },\n 5,\n {"text": "y"}\n]\n')
    found = _read(path)
    errors = [error for error in found if isinstance(error, RecordError)]
    assert _texts(found) == ["x", "y"]
    assert [(error.line, error.field) for error in errors] == [(3, "text"), (6, None)]


def test_an_array_that_breaks_off_gives_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[\n {"text": "x"},\n {"text": "y')
    *read, error = _read(path)
    assert _texts(read) == ["x"]
    assert isinstance(error, RecordError)
    assert error.line == 3


def test_objects_on_one_line_have_ids_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"text": "x"},{"text": "y"},{"text": "z"}]')
    assert [item.comment.id for item in _read(path) if isinstance(item, Item)] == ["1", "2", "3"]


def test_an_array_of_anything_else_names_its_fields(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"id": 1, "body": "x"}]')
    row, whole = _read(path)
    assert isinstance(row, RecordError)
    assert "body" in str(row)
    assert isinstance(whole, InputError)
    assert _texts(_read(path, text="body")) == ["x"]


def _array_of(path: Path, n: int) -> Path:
    with path.open("w") as file:
        file.write("[")
        for number in range(n):
            row = {"id": number, "text": f"number {number} of many, {'so ' * 40}"}
            file.write(f"{',' if number else ''}\n{json.dumps(row)}")
        file.write("]")
    return path


def _peak(path: Path) -> int:
    limits = BlockLimits(rows=500, size=2**16)
    tracemalloc.start()
    n = sum(isinstance(item, Item) for item in read_comments([path], raw=False, limits=limits))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n
    return peak


def test_the_memory_for_an_array_does_not_grow_with_it(tmp_path: Path) -> None:
    small, large = _array_of(tmp_path / "s.json", 1_500), _array_of(tmp_path / "l.json", 6_000)
    _peak(_array_of(tmp_path / "t.json", 10))  # imports what is needed
    assert _peak(large) < 1.2 * _peak(small)


def test_a_large_array_is_scored_in_parts(tmp_path: Path) -> None:
    path = _array_of(tmp_path / "rows.json", 35_000)
    run = prepare([str(path)], str(tmp_path / "out.jsonl"), Options())
    run.abandon()
    assert len(run.todo) > 2


def test_parts_of_an_array_are_scored_as_lines_are(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"id": str(i), "text": f"Number {i}."} for i in range(40)]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    (tmp_path / "l.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name in ("a.json", "l.jsonl"):
        options = Options(part_rows=7)
        summary = score_archive([tmp_path / name], tmp_path / f"{name}.out.jsonl", options)
        assert (summary.n_scored, summary.n_rejected) == (40, 0)
    one, other = (tmp_path / f"{name}.out.jsonl" for name in ("a.json", "l.jsonl"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("separator", [";", "\t", ",", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("declared", [False, True])
@pytest.mark.parametrize("suffix", [".csv", ""])
def test_spreadsheets_are_read_however_they_were_saved(
    tmp_path: Path, separator: str, encoding: str, declared: bool, suffix: str
) -> None:
    lines = ["id", "author", "text"], ["1", "Åsa", '"Schön; oder,\tnicht"'], ["2", "Bo", "Ja."]
    text = "".join(separator.join(cells) + "\r\n" for cells in lines)
    path = tmp_path / f"sheet{suffix}"
    path.write_bytes(((f"sep={separator}\r\n" if declared else "") + text).encode(encoding))
    found = [item.comment for item in _read(path) if isinstance(item, Item)]
    assert [(c.id, c.author, c.text) for c in found] == [
        ("1", "Åsa", "Schön; oder,\tnicht"),
        ("2", "Bo", "Ja."),
    ]


def test_a_code_page_may_have_pairs_of_bytes_that_are_a_letter_of_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes("id;text\n1;ENTRÉ’S Übung\n2;Größe und Maß\n".encode("cp1252"))
    assert _texts(_read(path))[1:] == ["Größe und Maß"]


def test_a_table_in_utf_8_with_a_row_of_a_code_page_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes("id;text\n1;Grüße, Zoë\n2;Größe\n".encode() + b"3;Ma\xdf\n")
    assert _texts(_read(path)) == ["Grüße, Zoë", "Größe", "Maß"]


def test_a_table_without_our_column_is_told_its_columns_whatever_divides_them(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("id;Kommentar;Autor\n1;x;y\n")
    (refused,) = _read(path)
    assert "it names: id, Kommentar, Autor" in str(refused)
    assert "divided" not in str(refused)


def test_lines_of_json_may_be_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "Åsa 👍"}\n{"text": "two"}\n', encoding="utf-16")
    assert _texts(_read(path)) == ["Åsa 👍", "two"]


def test_a_damaged_row_under_a_note_of_excel_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("sep=;\nid;text\n1;x\n2\n3;z\n")
    found = _read(path)
    assert _texts(found) == ["x", "z"]
    assert [error.line for error in found if isinstance(error, RecordError)] == [4]


def test_fields_of_other_names_are_found(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text('{"nr": 4, "body": "x", "text": "none", "by": "Ann"}\n')
    (tmp_path / "r.csv").write_text("nr,Der Kommentar,by\n4,x,Ann\n")
    (one,) = _read(tmp_path / "r.jsonl", text="body", id="nr", author="by")
    (two,) = _read(tmp_path / "r.csv", text="Der Kommentar", id="nr", author="by")
    assert isinstance(one, Item)
    assert isinstance(two, Item)
    assert (one.comment.id, one.comment.text, one.comment.author) == ("4", "x", "Ann")
    assert (two.comment.id, two.comment.text, two.comment.author) == ("4", "x", "Ann")


def test_a_missing_column_is_named_as_the_caller_named_it(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("nr,body\n4,x\n")
    (error,) = _read(tmp_path / "r.csv", text="comment")
    assert isinstance(error, InputError)
    assert "comment" in error.what
    assert "body" in str(error)


@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv"])
def test_texts_that_are_html_are_scored_as_they_show(tmp_path: Path, suffix: str) -> None:
    bodies = ["<p>You&#39;re <b>odd</b>.</p>", "No.<p>5 < 6", "plain  text"]
    path = tmp_path / f"r.{suffix}"
    if suffix == "csv":
        path.write_text("text,author\n" + "".join(f'"{body}",Ann\n' for body in bodies))
    elif suffix == "json":
        path.write_text(json.dumps([{"text": body} for body in bodies]))
    else:
        path.write_text("".join(json.dumps({"text": body}) + "\n" for body in bodies))
    found = [item for item in _read(path) if isinstance(item, Item)]
    assert [item.comment.text for item in found] == ["You're odd.", "No.\n5 < 6", "plain  text"]
    assert [item.written for item in found] == [*bodies[:2], None]
    assert found[0].raw["text"] == bodies[0]


def test_a_few_tags_in_plain_texts_change_nothing(tmp_path: Path) -> None:
    texts = [*["I <3 it, 5 < 6"] * 9, "Write <b>bold</b> to shout"]
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    assert _texts(_read(path)) == texts


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (
            "a.json",
            b'{"title": "Bridge", "hostname": "x", "fingerprint": "a1", "text": "ada@x.example"}',
            "an article that an extractor wrote",
        ),
        (
            "a.xml",
            b"<?xml version='1.0'?>\n<o><c ip='192.0.2.1'>ada@x.example</c></o>",
            "XML of no format that is known",
        ),
        ("a.db", b"SQLite format 3\x00" + bytes(200) + b"ada@x.example", "a database"),
        ("a.json", b'{\n "list": [\n  {"mail": "ada@x.example"}\n ]\n}', "a JSON object over many"),
    ],
)
def test_what_is_of_no_known_format_is_said_to_be_so(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (error,) = _read(path)
    assert isinstance(error, InputError)
    assert error.what.startswith(said)
    assert error.hint
    assert "ada@" not in str(error)
    assert "192.0.2" not in str(error)


def test_a_page_that_begins_with_a_list_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("Words; text; and a title, 'quoted': a page\n\nThe council met.\n")
    assert not any(isinstance(found, RecordError) for found in _read(path))


def test_a_named_title_is_the_headline_of_the_comment_s_article(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        "Titel,text,article_id\nTram &amp; bus,Late <b>again</b>.,t1\nFerry,Oh.,f\n,No.,\n"
    )
    known = Article(id="f", title="Ferry", text="The ferry stays in port.")
    context = RowContext(names={"title": "Titel"}, articles={"f": known})
    found = [item for item in read_comments([path], context) if isinstance(item, Item)]
    articles = [item.comment.article for item in found]
    assert articles == [Article(id="t1", title="Tram & bus", text=""), known, None]


def test_a_title_that_nobody_named_is_no_headline(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("title,text\nMy opinion,Late again.\n")
    (item,) = (item for item in read_comments([path]) if isinstance(item, Item))
    assert item.comment.article is None
