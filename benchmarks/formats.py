"""Reading large files of each format: time, and peak memory beside that of a tenth of the file.

    python -m benchmarks.formats [FORMAT ...] [--megabytes 200]

Files are made of invented comments below a temporary folder, and removed. Every file is read in a
process of its own, by the reader that the commands use, without a model. Memory that does not grow
with the file shows as a last column near 1. Workbooks are a tenth as large, because their list of
texts is held in memory; so are archives that are packed, whose size is counted unpacked.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

TEXT = "The council might have asked those who live beside it, number {n}, before it was shut. "


class Layout(NamedTuple):
    """A text format: what stands before, for each comment, and behind."""

    head: str
    row: Callable[[int], str]
    tail: str = ""
    name: str = "large"


def _json(n: int, fields: dict[str, Any], between: str = ",\n") -> str:
    return (between if n else "") + json.dumps(fields)


def _text(n: int) -> str:
    return TEXT.format(n=n) * 3


WXR = (
    '<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
    "<wp:wxr_version>1.2</wp:wxr_version><item><title>Bridge</title><wp:post_id>5</wp:post_id>"
)
BLOGGER = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><id>tag:blogger.com,1999:blog-1.archive</id><entry>"
    "<id>post-1</id><category term='http://schemas.google.com/blogger/2008/kind#post'/>"
    "<title>Bridge</title><content>It is shut.</content></entry>\n"
)

TEXTS: dict[str, Layout] = {
    "json-array": Layout("[", lambda n: _json(n, {"id": n, "text": _text(n)}), "]", "large.json"),
    "csv": Layout("id;text\n", lambda n: f'{n};"{_text(n)}"\n', name="large.csv"),
    "wxr": Layout(WXR, lambda n: (
        f"<wp:comment><wp:comment_id>{n + 1}</wp:comment_id><wp:comment_content>{_text(n)}"
        "</wp:comment_content><wp:comment_approved>1</wp:comment_approved></wp:comment>\n"),
        "</item></channel></rss>"),
    "disqus": Layout('<disqus><thread dsq:id="1"><title>Bridge</title></thread>', lambda n: (
        f'<post dsq:id="{n}"><message>{_text(n)}</message><thread dsq:id="1"/></post>\n'),
        "</disqus>"),
    "blogger": Layout(BLOGGER, lambda n: (
        f"<entry><id>c-{n}</id><category term='http://schemas.google.com/blogger/2008/kind#comment'"
        f"/><content>{_text(n)}</content><thr:in-reply-to ref='post-1'/></entry>\n"), "</feed>"),
    "intense-debate": Layout("<output>\n<blogpost>\n<title>Bridge</title><comments>\n", lambda n: (
        f"<comment id='{n + 1}' parentid='0'><name>x</name><text>{_text(n)}</text></comment>\n"),
        "</comments></blogpost></output>"),
    "movable-type": Layout("TITLE: Bridge\n-----\nBODY:\nIt is shut.\n-----\n", lambda n: (
        f"COMMENT:\nAUTHOR: x\nDATE: 01/06/2025 08:00:00 AM\n{_text(n)}\n-----\n"), "--------\n"),
    "coral": Layout("", lambda n: json.dumps(
        {"tenantID": "t", "id": f"c{n}", "storyID": "s", "revisions": [{"body": _text(n)}]}
    ) + "\n"),
    "talk4": Layout("", lambda n: json.dumps(
        {"id": f"c{n}", "body": _text(n), "asset_id": "a", "author_id": "u", "parent_id": None}
    ) + "\n"),
    "commento": Layout('{"version": 1, "comments": [', lambda n: _json(
        n, {"commentHex": f"c{n}", "commenterHex": "a", "markdown": _text(n), "parentHex": "root"}),
        '], "commenters": [{"commenterHex": "a", "name": "x"}]}'),
    "hyvor": Layout('{"comments": [', lambda n: _json(
        n, {"id": n, "page": {"url": "x"}, "user": {"name": "x"}, "body": _text(n)}), "]}"),
    "youtube": Layout('{"id": "v", "title": "Bridge", "formats": [], "comments": [',
                      lambda n: _json(n, {"id": n, "parent": "root", "text": _text(n)}), "]}"),
    "remark42": Layout('{"version": 1, "users": [], "posts": []}\n', lambda n: json.dumps(
        {"id": f"c{n}", "pid": "", "text": _text(n), "locator": {"url": "x"}}) + "\n"),
    "reddit": Layout("", lambda n: json.dumps(
        {"id": f"c{n}", "link_id": "t3_9", "parent_id": "t3_9", "body": _text(n)}) + "\n"),
}  # fmt: skip


def _pieces(layout: Layout, size: int) -> Iterator[bytes]:
    yield layout.head.encode()
    written = n = 0
    while written < size:
        piece = "".join(layout.row(n + i) for i in range(1000)).encode()
        n += 1000
        written += len(piece)
        yield piece
    yield layout.tail.encode()


def _plain(folder: Path, fmt: str, size: int) -> Path:
    layout = TEXTS[fmt]
    path = folder / layout.name
    with path.open("wb") as file:
        file.writelines(_pieces(layout, size))
    return path


def _lines(size: int) -> Iterator[bytes]:
    row = Layout("", lambda n: json.dumps({"id": n, "text": _text(n)}) + "\n")
    return _pieces(row, size)


def _zip(folder: Path, size: int) -> Path:
    path = folder / "large.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.jsonl", "b.jsonl"):
            with archive.open(name, "w") as member:
                member.writelines(_lines(size // 2))
    return path


def _tar(folder: Path, size: int) -> Path:
    with (folder / "a.jsonl").open("wb") as member:
        member.writelines(_lines(size))
    with tarfile.open(folder / "large.tar.gz", "w:gz", compresslevel=1) as archive:
        archive.add(folder / "a.jsonl", "a.jsonl")
    (folder / "a.jsonl").unlink()
    return folder / "large.tar.gz"


def _warc(folder: Path, size: int) -> Path:
    path = folder / "large.warc.gz"
    items = "".join(
        f'<li class="comment" id="comment-{n}"><b class="fn">Reader</b><p>{_text(n)}</p></li>'
        for n in range(20)
    )
    filler = "<!-- " + "x" * 200_000 + " -->"
    page = f"<html><body><h1>Bridge</h1><p>It is shut.</p><ol>{items}</ol>{filler}</body></html>"
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.encode()
    with path.open("wb") as file:
        for n in range(max(1, size // len(block))):
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://bugle.example/{n}\r\n"
                f"Content-Length: {len(block)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + block + b"\r\n\r\n", 1))
    return path


def _isso(folder: Path, size: int) -> Path:
    path = folder / "comments.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR, title VARCHAR)")
    database.execute("INSERT INTO threads VALUES (1, '/bridge', 'Bridge')")
    database.execute(
        "CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT, "
        "mode INTEGER, text VARCHAR, author VARCHAR)"
    )
    rows = ((n, _text(n)) for n in range(size // len(_text(0))))
    database.executemany("INSERT INTO comments VALUES (1, ?, NULL, 0, 1, ?, 'x')", rows)
    database.commit()
    database.close()
    return path


def _xlsx(folder: Path, size: int) -> Path:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Comments")
    sheet.append(["id", "text"])
    for n in range(size // 10 // len(_text(0))):
        sheet.append([n, _text(n)])
    book.save(folder / "large.xlsx")
    return folder / "large.xlsx"


MADE: dict[str, Callable[[Path, int], Path]] = {
    "zip": _zip, "tar.gz": _tar, "warc.gz": _warc, "isso": _isso, "xlsx": _xlsx,
}  # fmt: skip
FORMATS = (*TEXTS, *MADE)


class Spent(NamedTuple):
    """What reading a file took."""

    comments: int
    seconds: float
    peak: float


def _read(path: str) -> None:
    """Read one file, and print what it took; runs in a process of its own."""
    import resource
    import time

    from moderation.errors import ModerationError
    from moderation.sources import STREAM_LIMITS, read_comments

    began = time.process_time()
    n = 0
    for item in read_comments([path], raw=False, limits=STREAM_LIMITS):
        if isinstance(item, ModerationError):
            if item.exit_status:
                sys.exit(str(item))
        else:
            n += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([n, time.process_time() - began, peak]))


def measured(fmt: str, size: int) -> tuple[Spent, float]:
    """Make a file, read it, and return what it took and the size of the file in MB."""
    with tempfile.TemporaryDirectory(prefix="moderation-") as folder:
        make = MADE.get(fmt)
        path = make(Path(folder), size) if make else _plain(Path(folder), fmt, size)
        command = [sys.executable, "-m", "benchmarks.formats", "--read", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{fmt}: {done.stderr.strip()}")
        return Spent(*json.loads(done.stdout)), path.stat().st_size / 1e6


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("formats", nargs="*", choices=[*FORMATS, []], metavar="FORMAT")
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--read", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.read:
        _read(given.read)
        return
    print(f"{'format':16}{'file MB':>9}{'comments':>10}{'CPU s':>8}{'peak MB':>9}{'x a tenth':>11}")
    for fmt in given.formats or FORMATS:
        small, _ = measured(fmt, given.megabytes * 100_000)
        large, stored = measured(fmt, given.megabytes * 1_000_000)
        print(
            f"{fmt:16}{stored:9.1f}{large.comments:10,}{large.seconds:8.1f}{large.peak:9.0f}"
            f"{large.peak / small.peak:11.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
