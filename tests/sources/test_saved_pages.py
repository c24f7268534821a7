"""Pages that a browser saved into one file, or with a folder beside them."""

from __future__ import annotations

import plistlib
import time
from pathlib import Path

import pytest
from containers import TEXTS, mhtml, page, part, web_archive
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.errors import InputError
from moderation.records import Page
from moderation.sources import expanded, read_article, read_comments, read_page
from moderation.sources.comment_rows import Item

HTML = page().encode()
FRAME = b"<html><body><p>Advertisement: fresh bread every day.</p></body></html>"


def _read(tmp_path: Path, data: bytes, name: str = "saved") -> Page:
    path = tmp_path / name
    path.write_bytes(data)
    return read_page(path)


def _texts(found: Page) -> list[str]:
    return [comment.text for comment in found.comments]


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit", "binary"])
@pytest.mark.parametrize("name", ["bridge.mhtml", "bridge.html", "bridge"])
def test_mhtml_is_read_as_its_page(tmp_path: Path, encoding: str, name: str) -> None:
    picture = part(b"\x89PNG" + bytes(300), "image/png", "base64")
    found = _read(tmp_path, mhtml(part(HTML, encoding=encoding), picture), name)
    assert _texts(found) == TEXTS
    assert [comment.author for comment in found.comments] == ["Reader 1", "Reader 2"]
    assert found.article.title == "Swing bridge shut"
    assert found.article.url == "https://example.org/bridge"
    assert "Saved by" not in found.article.text


def test_the_charset_is_that_of_the_part(tmp_path: Path) -> None:
    body = page(texts=["Ещё чего, старый мост", "Да ну"]).encode("koi8-r")
    found = _read(tmp_path, mhtml(part(body, 'text/html; charset="koi8-r"')))
    assert _texts(found) == ["Ещё чего, старый мост", "Да ну"]


@pytest.mark.parametrize("first", ["frame", "page"])
def test_the_root_is_what_the_file_names(tmp_path: Path, first: str) -> None:
    root = part(HTML, Content_ID="<frame-1@mhtml>", Content_Location="https://example.org/bridge")
    frame = part(FRAME, Content_ID="<frame-2@mhtml>", Content_Location="https://ads.example/1")
    parts = (frame, root) if first == "frame" else (root, frame)
    assert _texts(_read(tmp_path, mhtml(*parts))) == TEXTS
    named = mhtml(*parts, address="https://elsewhere.example/", more='\n\tstart="<frame-1@mhtml>";')
    assert _texts(_read(tmp_path, named)) == TEXTS


def test_comments_in_a_frame_of_the_page_are_read(tmp_path: Path) -> None:
    bare = page(texts=()).replace('<div id="comments"><h2>0 comments</h2><ol></ol></div>', "")
    frame = part(HTML, Content_Location="https://comments.example/embed")
    root = part(bare.encode(), Content_Location="https://example.org/bridge")
    found = _read(tmp_path, mhtml(root, part(FRAME), frame))
    assert _texts(found) == TEXTS
    assert found.article.url == "https://example.org/bridge"


def test_a_page_without_pictures_may_be_saved_without_parts(tmp_path: Path) -> None:
    head = b"From: <Saved by Windows Internet Explorer 8>\r\nMIME-Version: 1.0\r\n"
    assert _texts(_read(tmp_path, head + part(HTML).replace(b"\n", b"\r\n"), "b.mht")) == TEXTS


def test_a_file_that_breaks_off_gives_what_it_has(tmp_path: Path) -> None:
    whole = mhtml(part(HTML))
    found = _read(tmp_path, whole[: whole.index(b"Everybody")])
    assert _texts(found)[:1] == TEXTS[:1]


@pytest.mark.parametrize(
    "data",
    [
        mhtml(part(b"body {}", "text/css")),
        mhtml(),
        mhtml(part(b"", "text/html")),
        b"From: <Saved by Blink>\nContent-Type: multipart/related\n\nnothing",
        web_archive(b"")[:-40],
        web_archive(HTML)[:200] + b"\xff" * 60,
        web_archive(HTML, WebResourceMIMEType="image/png"),
        plistlib.dumps({"WebMainResource": 5}),
    ],
    ids=lambda data: f"{data[:12]!r}-{len(data)}",
)
def test_a_saved_page_without_a_page_says_so(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match=r"saved page|web archive") as raised:
        _read(tmp_path, data)
    assert raised.value.path is not None
    assert raised.value.hint is not None


@pytest.mark.parametrize("fmt", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_web_archives_of_safari_are_read(tmp_path: Path, fmt: object) -> None:
    found = _read(tmp_path, web_archive(HTML, fmt), "bridge.webarchive")
    assert _texts(found) == TEXTS
    assert found.article.url == "https://example.org/bridge"


def test_an_entity_bomb_in_a_web_archive_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE plist [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
    data = b'<?xml version="1.0"?>' + bomb + b"<plist><dict><key>WebMainResource</key>"
    with pytest.raises(InputError, match="web archive"):
        _read(tmp_path, data + b"<string>&b;</string></dict></plist>")


def test_a_saved_page_gives_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.mhtml").write_bytes(mhtml(part(HTML)))
    assert read_article(tmp_path / "a.mhtml").title == "Swing bridge shut"


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_mutated_files_never_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = mhtml(part(HTML), part(FRAME, encoding="base64"))
    body = bytearray(data.draw(st.sampled_from([whole, web_archive(HTML)])))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 60)))
        body[start:end] = data.draw(st.sampled_from([b"", b"\n\n", b"--", b"=", b"\xff\x00", b":"]))
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(bytes(body))
    found = list(read_comments([path]))
    assert all(item.comment.text for item in found if isinstance(item, Item))


@pytest.mark.parametrize(
    "of",
    [
        lambda n: b"Content-Type: multipart/related; boundary=b\n\n" + b"--b\n" * n,
        lambda n: mhtml(*[part(b"x", "text/plain")] * (n // 50)),
        lambda n: b"Content-Type: multipart/related\n" + b"A: b\n" * n,
        lambda n: mhtml(part(b"<p>" + b"x" * 9 * n, encoding="base64")),
        lambda n: mhtml(b"Content-Type: multipart/mixed; boundary=b\n\n" * (n // 40)),
    ],
    ids=["boundaries", "parts", "fields", "base64", "nested"],
)  # fmt: skip
def test_the_cost_of_hostile_files_is_linear(tmp_path: Path, of: object) -> None:
    def spent(n: int) -> float:
        path = tmp_path / f"{n}.mhtml"
        path.write_bytes(of(n))  # type: ignore[operator]
        began = time.process_time()
        list(read_comments([path]))
        return time.process_time() - began

    spent(1_000)
    assert spent(40_000) < 0.5 + 20 * spent(4_000)


@pytest.mark.parametrize("folder", ["bridge_files", "bridge-Dateien", "bridge_fichiers"])
def test_the_folder_of_a_page_is_not_read_twice(tmp_path: Path, folder: str) -> None:
    beside = tmp_path / folder / "inner"
    beside.mkdir(parents=True)
    (tmp_path / "bridge.html").write_bytes(HTML)
    for name in ("frame.html", "saved_resource.html", "data.json"):
        (beside / name).write_bytes(FRAME)
    (tmp_path / "old_files").mkdir()
    (tmp_path / "old_files" / "orchard.html").write_bytes(HTML)
    found = list(expanded([str(tmp_path)]))
    assert found == [str(tmp_path / "bridge.html"), str(tmp_path / "old_files" / "orchard.html")]
