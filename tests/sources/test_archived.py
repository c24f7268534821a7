"""Archives: WARC files of crawlers, zip and tar files of anything that is read."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from containers import TEXTS, mhtml, page, part, record, sparse_bomb, tarred, warc, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.batch import Options, score_archive
from moderation.errors import InputError, ModerationError, Notice
from moderation.files.archives import member_files
from moderation.files.archives.member_files import MOST_RATIO, SMALL, Allowance
from moderation.records import Page
from moderation.sources import expanded, read_article, read_comments, read_page, read_pages
from moderation.sources.comment_rows import Item, RowContext

HTML = page().encode()
URLS = [f"https://example.org/{number}" for number in range(4)]
RECORDS = [record(page(f"Bridge {n}").encode(), url) for n, url in enumerate(URLS)]


def _read(path: Path, data: bytes) -> list[Item | ModerationError]:
    path.write_bytes(data)
    return list(read_comments([path]))


def _pages(found: list[Item | ModerationError]) -> list[str | None]:
    return list(dict.fromkeys(item.page for item in found if isinstance(item, Item)))


def _texts(found: list[Item | ModerationError]) -> list[str]:
    return [item.comment.text for item in found if isinstance(item, Item)]


def _errors(found: list[Item | ModerationError]) -> list[ModerationError]:
    return [error for error in found if isinstance(error, InputError)]


# --- WARC ---


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", ["crawl.warc.gz", "crawl"])
def test_every_record_is_a_page_of_its_own(tmp_path: Path, packed: bool, name: str) -> None:
    picture = record(b"\x89PNG", "https://example.org/p.png", "image/png")
    gone = record(b"<p>Not found</p>", "https://example.org/x", status="404 Not Found")
    request = record(HTML, "https://example.org/9", warc_type="request")
    data = warc([*RECORDS, picture, gone, request], packed=packed)
    found = _read(tmp_path / name, data)
    assert _pages(found) == URLS
    assert _texts(found) == TEXTS * 4
    articles = [item.comment.article for item in found if isinstance(item, Item)]
    assert [a.title for a in articles[::2] if a] == [f"Bridge {n}" for n in range(4)]
    assert [a.url for a in articles[::2] if a] == URLS
    assert not _errors(found)
    (notice,) = (each for each in found if isinstance(each, Notice))
    assert "4 records that are no page" in notice.what


@pytest.mark.parametrize("packed", [True, False])
def test_separate_reads_every_page(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(warc(RECORDS, packed=packed))
    found = [each for each in read_pages(str(path)) if not isinstance(each, ModerationError)]
    assert [name for name, _ in found] == URLS
    assert all(isinstance(each, Page) and len(each.comments) == 2 for _, each in found)
    with pytest.raises(InputError, match="an archive, not one page"):
        read_page(path)
    with pytest.raises(InputError, match="an archive, not an article"):
        read_article(path)


def _bytes_replaced(data: bytes, at: int) -> bytes:
    return data[: at + 400] + b"\xff" * 20 + data[at + 420 :]


def _bytes_missing(data: bytes, at: int) -> bytes:
    return data[: at + 60] + data[at + 90 :]


def _head_replaced(data: bytes, at: int) -> bytes:
    return data[:at] + b"XXXXXX" + data[at + 6 :]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("spoil", [_bytes_replaced, _bytes_missing, _head_replaced])
def test_a_damaged_record_costs_itself_alone(
    tmp_path: Path, packed: bool, spoil: Callable[[bytes, int], bytes]
) -> None:
    data = warc(RECORDS, packed=packed)
    at = len(warc(RECORDS[:1], packed=packed))
    found = _read(tmp_path / "crawl.warc", spoil(data, at))
    pages = _pages(found)
    assert [url for url in pages if url in URLS and url != URLS[1]] == [URLS[0], *URLS[2:]]
    if (
        len(pages) == 4
    ):  # A record that has lost its checksum and half its address cannot be judged.
        assert (spoil, packed) == (_bytes_missing, False)
        return
    (error, *_) = _errors(found)
    assert "record 3" in error.what
    assert error.path == str(tmp_path / "crawl.warc")
    assert error.hint == "the other records are read"


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_that_breaks_off_gives_what_is_whole(tmp_path: Path, packed: bool) -> None:
    data = warc(RECORDS, packed=packed)
    found = _read(tmp_path / "crawl.warc", data[:-300])
    assert _pages(found) == URLS[:3]
    assert "record 5" in _errors(found)[0].what


@pytest.mark.parametrize("coding", ["gzip", "deflate", "chunked", "claimed", "br"])
def test_what_the_transfer_wrapped_is_unwrapped(tmp_path: Path, coding: str) -> None:
    more, body = f"Content-Encoding: {coding}\r\n", HTML
    if coding == "gzip":
        body = gzip.compress(HTML)
    elif coding == "deflate":
        import zlib

        body = zlib.compress(HTML)
    elif coding in ("chunked", "claimed"):
        more = "Transfer-Encoding: chunked\r\n"
        pieces = (HTML[at : at + 500] for at in range(0, len(HTML), 500))
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        body = chunks + b"0\r\n\r\n" if coding == "chunked" else HTML
    else:
        body = b"\x8b\x07\x80" + bytes(range(0x60, 0x90)) * 30
    found = _read(tmp_path / "crawl.warc", warc([record(body, URLS[0], more=more)], packed=True))
    if coding == "br":
        (error,) = _errors(found)
        assert "packed as br" in error.what
    else:
        assert _texts(found) == TEXTS


def test_the_charset_is_that_of_the_answer(tmp_path: Path) -> None:
    body = page(texts=["Ещё чего", "Да ну"]).encode("koi8-r")
    data = warc([record(body, URLS[0], "text/html; charset=koi8-r")], packed=False)
    assert _texts(_read(tmp_path / "crawl.warc", data)) == ["Ещё чего", "Да ну"]


@pytest.mark.parametrize(
    "field",
    [
        b"WARC-Type", b"WARC-Target-URI", b"WARC-Block-Digest", b"Content-Length", b"Content-Type",
        b"Content-Encoding", b"Transfer-Encoding", b"Server",
    ],
)  # fmt: skip
@pytest.mark.parametrize("letter", ["é".encode(), b"\xe9"])
def test_a_field_of_any_letters_costs_no_other_record(
    tmp_path: Path, field: bytes, letter: bytes
) -> None:
    more = "Content-Encoding: identity\r\nTransfer-Encoding: none\r\nServer: Apache\r\n"
    odd = record(HTML, URLS[0], more=more)
    assert field in odd
    odd = odd.replace(field + b": ", field + b": " + letter)
    assert _pages(_read(tmp_path / "c.warc", odd + RECORDS[1]))[-1] == URLS[1]


def test_an_address_cannot_write_on_the_screen(tmp_path: Path) -> None:
    url = "https://example.org/\x1b[2J\x07"
    data = warc([record(b"<p>nothing</p>", url)], packed=False)
    (notice,) = (each for each in _read(tmp_path / "c.warc", data) if "comments" in str(each))
    assert str(notice).isprintable()


def test_the_memory_for_a_large_crawl_does_not_grow_with_it(tmp_path: Path) -> None:
    def peak(n: int) -> int:
        path = tmp_path / f"{n}.warc.gz"
        path.write_bytes(
            warc([record(HTML, f"https://example.org/{i}") for i in range(n)], packed=True)
        )
        tracemalloc.start()
        assert sum(isinstance(item, Item) for item in read_comments([path])) == 2 * n
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(2)
    assert peak(30) < 1.2 * peak(10)


# --- zip and tar ---

FILES = {
    "2025/comments.jsonl": b'{"id": "1", "text": "So it is."}\n',
    "2025/bridge.html": HTML,
    "2025/bridge_files/frame.html": HTML,
    "2025/packed.csv.gz": gzip.compress(b"id,text\n2,No.\n"),
    "2025/saved.mhtml": mhtml(part(HTML)),
    "2025/picture.png": b"\x89PNG",
    "__MACOSX/2025/._comments.jsonl": b"\x00\x05",
    ".hidden.jsonl": b'{"text": "x"}',
}
PACKED = {
    "a.zip": zipped,
    "a.tar": tarred,
    "a.tar.gz": lambda files: gzip.compress(tarred(files)),
    "a.tgz": lambda files: gzip.compress(tarred(files)),
    "a.tar.bz2": lambda files: bz2.compress(tarred(files)),
    "a.tar.xz": lambda files: lzma.compress(tarred(files)),
    "a.zip.gz": lambda files: gzip.compress(zipped(files)),
}


@pytest.mark.parametrize("name", PACKED)
def test_every_input_in_an_archive_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    found = _read(path, PACKED[name](FILES))
    assert _texts(found) == ["So it is.", *TEXTS, "No.", *TEXTS]
    assert _pages(found)[1:] == [f"{path}/2025/bridge.html", None, f"{path}/2025/saved.mhtml"][::2]
    assert not _errors(found)
    (notice,) = (each for each in found if isinstance(each, Notice))
    assert (notice.what, notice.path) == ("1 files of other kinds left out", str(path))


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_is_scored_as_its_files_are(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PACKED[name]({"a.csv": b"nr,body\n7,You idiot.\n8,\n9,Fine.\n"}))
    options = Options(columns=(("id", "nr"), ("text", "body")))
    summary = score_archive([tmp_path / name], tmp_path / "out.jsonl", options)
    assert (summary.n_scored, summary.n_rejected) == (2, 1)
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["7", "9"]


def test_rows_in_an_archive_are_refused_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    found = _read(path, zipped({"b.jsonl": b'{"text": "x"}\n{"text": 5}\n', "c.json": b"{"}))
    row, whole, last = (each for each in found if isinstance(each, ModerationError))
    assert (row.path, row.line, row.field) == (f"{path}/b.jsonl", 2, "text")
    assert {whole.path, last.path} == {f"{path}/c.json"}


def test_archives_in_archives_are_refused_plainly(tmp_path: Path) -> None:
    inner = zipped({"a.jsonl": b'{"text": "x"}\n'})
    files = {"in.zip": inner, "in.tar.gz": gzip.compress(tarred({})), "b.jsonl": b'{"text": "y"}\n'}
    for outer in (zipped(files), tarred(files)):
        found = _read(tmp_path / "a", outer)
        assert _texts(found) == ["y"]
        zip_, tar = _errors(found)
        assert "archive inside an archive" in zip_.what
        assert (zip_.path, tar.path) == (str(tmp_path / "a/in.zip"), str(tmp_path / "a/in.tar.gz"))


@pytest.mark.parametrize(
    "name", ["../../etc/x.jsonl", "/etc/x.jsonl", "C:\\x.jsonl", "a\x1b[2J.jsonl"]
)
def test_names_lead_nowhere_and_write_nothing_on_the_screen(tmp_path: Path, name: str) -> None:
    for data in (zipped({name: b'{"text": 5}\n'}), tarred({name: b'{"text": 5}\n'})):
        found = _read(tmp_path / "a.zip", data)
        assert all(str(error).isprintable() for error in found)
        assert str(found[0]).startswith(str(tmp_path / "a.zip"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_an_archive_without_any_input_says_so(tmp_path: Path) -> None:
    for data in (zipped({"a.png": b"x"}), tarred({"a.png": b"x"}), zipped({})):
        (error,) = _read(tmp_path / "a.zip", data)
        assert "no record file, page or export in it" in str(error)


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz"])
@pytest.mark.parametrize("share", [0.4, 0.7, 0.95])
def test_a_truncated_archive_is_said_to_be_damaged(tmp_path: Path, name: str, share: float) -> None:
    rows = "".join(json.dumps({"text": f"Number {n * n * n}."}) + "\n" for n in range(3_000))
    whole = PACKED[name]({"a.jsonl": b'{"text": "x"}\n', "b.jsonl": rows.encode()})
    found = _read(tmp_path / name, whole[: int(len(whole.rstrip(bytes(1))) * share)])
    assert any("damaged" in str(error) for error in _errors(found))
    if name != "a.zip":  # whose list of files stands at its end
        assert _texts(found)[0] == "x"


def test_a_damaged_member_costs_itself_alone(tmp_path: Path) -> None:
    rows = b"".join(b'{"text": "Number %d."}\n' % (n * n) for n in range(2_000))
    data = bytearray(zipped({"a.jsonl": rows, "b.jsonl": b'{"text": "y"}\n'}))
    data[400:430] = bytes(30)
    found = _read(tmp_path / "a.zip", bytes(data))
    assert _texts(found)[-1] == "y"
    assert _errors(found)[0].path == str(tmp_path / "a.zip/a.jsonl")


def test_damage_in_the_midst_of_a_tar_is_not_its_end(tmp_path: Path) -> None:
    data = bytearray(tarred({"a.jsonl": b'{"text": "x"}\n', "b.jsonl": b'{"text": "y"}\n'}))
    data[1024 + 20 : 1024 + 60] = b"\xff" * 40
    found = _read(tmp_path / "a.tar", bytes(data))
    assert _texts(found) == ["x"]
    assert "damaged tar archive" in _errors(found)[0].what


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.jsonl": b"x" * 40, "b.jsonl": b'{"text": "y"}\n'}))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))
    data[at + 8] |= 1
    found = _read(tmp_path / "a.zip", bytes(data))
    assert _texts(found) == ["y"]
    assert "encrypted" in _errors(found)[0].what


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_of_a_zip_archive_costs_itself_alone(tmp_path: Path, packing: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        archive.writestr("a.jsonl", b"".join(b'{"text": "x%d"}\n' % n for n in range(5_000)))
        archive.writestr("b.jsonl", b'{"text": "y"}\n')
    data = bytearray(out.getvalue())
    data[300:330] = bytes(30)
    found = _read(tmp_path / "a.zip", bytes(data))
    assert _texts(found)[-1:] == ["y"]
    assert [error.what for error in _errors(found)] == ["damaged compression"]


def test_files_that_overlap_are_refused(tmp_path: Path) -> None:
    rows = b'{"text": "x"}\n' * 5_000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.jsonl", rows)
        archive.filelist += [archive.filelist[0]] * 50
        archive.start_dir = out.tell()
    (*_, error) = _read(tmp_path / "a.zip", out.getvalue())
    assert "overlap" in str(error)


def test_what_expands_without_end_is_refused() -> None:
    Allowance(10_000).take(SMALL, "small")
    with pytest.raises(InputError, match=f"{MOST_RATIO} times"):
        Allowance(10_000).take(SMALL + 1, "small")
    with pytest.raises(InputError, match=f"{MOST_RATIO} times"):
        Allowance(2 * SMALL).take(2 * MOST_RATIO * SMALL + 1, "large")


@pytest.mark.parametrize("packed", [True, False])
def test_pages_of_a_crawl_may_not_expand_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(member_files, "SMALL", 2**20)
    body = b"<p>" + b"a" * 400_000
    one = record(zlib.compress(body, 9), URLS[0], more="Content-Encoding: deflate\r\n")
    path = tmp_path / "crawl.warc"
    path.write_bytes(gzip.compress(one * 50) if packed else one * 5)
    found = list(read_pages(str(path)))
    assert sum(isinstance(each, tuple) for each in found) <= 2
    (error,) = (each for each in found if isinstance(each, InputError))
    assert f"{MOST_RATIO} times" in error.what


@pytest.mark.parametrize("version", ["1.0", "old"])
def test_the_map_of_a_sparse_file_takes_no_memory(tmp_path: Path, version: str) -> None:
    def peak(size: int) -> int:
        data = sparse_bomb(version, size) + tarred({"a.jsonl": b'{"text": "Seen."}\n'})
        tracemalloc.start()
        try:
            assert _texts(_read(tmp_path / f"{size}.tar.gz", gzip.compress(data))) == ["Seen."]
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(50_000)
    assert peak(8_000_000) < peak(400_000) + 1_000_000


def test_a_small_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.jsonl": bytes(50_000)}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (2**31).to_bytes(4, "little")
    (error,) = _errors(_read(tmp_path / "a.zip", bytes(data)))
    assert "times its size" in error.what


def test_an_archive_of_very_many_files_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("x" * 60_000 + ".jsonl")
        archive.writestr(info, b"")
        archive.filelist *= 600
    (error,) = _read(tmp_path / "a.zip", out.getvalue())
    assert "too many files" in str(error)


def test_a_description_without_end_is_refused(tmp_path: Path) -> None:
    for kind in (b"x", b"g", b"L", b"K", b"V"):
        data = bytearray(tarred({"a.jsonl": b'{"text": "x"}\n'}))
        data[156:157] = kind
        data[124:136] = b"77777777777\x00"
        data[148:156] = b" " * 8
        data[148:156] = b"%06o\x00 " % sum(data[:512])
        (error, *_) = _read(tmp_path / "a.tar", bytes(data))
        assert "damaged tar archive" in str(error)


def test_a_folder_is_searched_for_archives(tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_bytes(PACKED["a.tar.gz"](FILES))
    (tmp_path / "b.zip").write_bytes(zipped(FILES))
    paths = [path for path in expanded([str(tmp_path)]) if isinstance(path, str)]
    assert [Path(path).name for path in paths] == ["a.tar.gz", "b.zip"]


def test_office_documents_are_refused_by_name(tmp_path: Path) -> None:
    word = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    table = zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})
    for data in (word, table):
        (error,) = _read(tmp_path / "a.zip", data)
        assert "office document" in str(error)


def test_columns_are_passed_into_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.csv": b"nr,body\n7,x\n"}))
    (item,) = read_comments([path], RowContext(names={"text": "body", "id": "nr"}))
    assert isinstance(item, Item)
    assert (item.comment.id, item.comment.text) == ("7", "x")


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_comments_of_a_coral_dump_meet_their_stories(tmp_path: Path, name: str) -> None:
    dump = Path(__file__).parent / "exports" / "coral"
    files = {f"dump/{path.name}": path.read_bytes() for path in sorted(dump.iterdir())}
    found = _read(tmp_path / name, PACKED[name](files))
    alone = list(read_comments([dump]))
    assert [
        (item.comment.id, item.comment.article) for item in found if isinstance(item, Item)
    ] == [(item.comment.id, item.comment.article) for item in alone if isinstance(item, Item)]
    assert any(item.comment.article for item in found if isinstance(item, Item))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_mutated_archives_never_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    files = {"a.jsonl": b'{"text": "x"}\n' * 30, "b.csv": b"id,text\n1,y\n"}
    small = [record(b"<p>" + b"x" * 200, url) for url in URLS[:2]]
    makes = [zipped(files), tarred(files), warc(small, packed=True), warc(small, packed=False)]
    body = bytearray(data.draw(st.sampled_from(makes)))
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 30)))
        body[start:end] = data.draw(st.binary(max_size=20))
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(bytes(body))
    found = list(read_comments([path]))
    assert all(str(each) for each in found if isinstance(each, ModerationError))
