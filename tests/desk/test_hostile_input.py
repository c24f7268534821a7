"""Whatever readers, platforms and strangers send: no page breaks, and costs stay linear."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from visiting import Page, scored

from moderation.desk.store.database import Database
from moderation.desk.store.intake import Intake
from moderation.records import Article

Serve = Any  # the fixture of conftest.py

FIELDS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    "javascript:alert(1)",
    "</title></head><body onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "\u202edcba\u2066 \u200b \x1b[2J",
    "a\x00b",
    "half \ud83d",
    "%0d%0aSet-Cookie: moderation-desk=x",
    "\r\nSet-Cookie: moderation-desk=x",
]


class Reader(HTMLParser):
    """Reads a page as a browser does: its tags, its attributes and what is shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.shown: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


INVISIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\x00\x1b]")


def assert_inert(page: Page) -> None:
    """A page has no markup but its own, shows nothing invisible, and has its own headers."""
    assert page.status in {200, 303, 400, 403, 404, 409}, page.text[:500]
    read = Reader(page.text)
    assert "img" not in read.tags
    assert read.tags.count("script") <= 1
    assert read.tags.count("body") <= 1
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    addresses = [v for name, v in read.attributes if name in {"href", "src", "action"}]
    assert not [value for value in addresses if not re.match(r"/(?!/)|https?:|\?|#|$", value)]
    assert not INVISIBLE.search("".join(read.shown))
    assert "{{ 7" not in page.text or "{{ 7 * 7 }}" in page.text
    assert not any(each.startswith("moderation-desk=x") for each in page.cookies)


@pytest.mark.parametrize("text", FIELDS)
def test_every_field_of_a_comment_is_inert_on_every_page(
    database: Database, serve: Serve, text: str
) -> None:
    article = Article(id=text, title=text, text=text, url=text)
    more = {
        "author": text, "article": article, "article_id": text, "parent": text, "parent_id": text,
        "published": text,
    }  # fmt: skip
    pairs = []
    for n in range(4):
        item, verdict = scored(n, f"{text} {n}", **more)
        raw = {"id": f"{text} {n}", "section": text, "url": text, "revision": text}
        pairs.append((item._replace(raw=raw), verdict))
    list(Intake(database).fill(pairs, text))
    mara = serve(database)
    assert_inert(mara.open("/"))
    for link in set(re.findall(r'href="(/[^"]*)"', mara.page.text)):
        assert_inert(mara.open(unescape(link)))
    mara.next()
    assert_inert(mara.page)
    note = text.replace("\ud83d", "")  # half a sign cannot be written in a form
    for do in ("reject:insult", "second", "note"):
        assert_inert(mara.decide(do, note=note))
    for place in ("/?show=decided", "/?show=second", "/week"):
        assert_inert(mara.open(place))


def test_what_an_address_says_is_inert(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    item = mara.next()
    for text in FIELDS:
        fields = ("section", "article", "reason", "author", "show", "order", "from", "done")
        query = urlencode(dict.fromkeys(fields, text), errors="surrogatepass")
        assert_inert(mara.ask("GET", f"/?{query}"))
        assert_inert(mara.ask("GET", f"/comment/{item}?{query}"))
        mara.open("/")
        form = urlencode(mara.fields() | dict.fromkeys(fields, text), errors="replace")
        assert_inert(mara.ask("POST", "/next", form))


HUGE = ["9" * 15, "9" * 19, "9" * 400, "1" + "0" * 5_000, "-1", "1e999", "0x7f", "\u0663", "²", ""]


def test_numbers_of_any_size_are_answered(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    for number in HUGE:
        item = mara.next()
        sent = mara.fields() | {"seen": number, "do": "skip"}
        given = quote(number)
        for field in ("from", "article", "done", "group"):
            assert mara.ask("GET", f"/?{field}={given}").status == 200
        assert mara.ask("GET", f"/comment/{item}?done={given}&article={given}").status == 200
        assert mara.ask("POST", f"/comment/{item}", urlencode(sent)).status in {303, 409}
        undone = {"token": sent["token"], "withdraws": number}
        assert mara.ask("POST", "/undo", urlencode(undone)).status in {404, 303}


@pytest.mark.parametrize(
    "path",
    ["/comment/" + "a" * 30_000, "/comment/%00", "/comment/%ED%A0%BD", "/comment/..%2f..%2fetc",
     "/%00", "/%FF", "//evil.example/", "/desk.css/..", "/../desk.db", "/comment/", "/?%00=%00"],
)  # fmt: skip
def test_addresses_of_any_kind_are_answered(filled: Database, serve: Serve, path: str) -> None:
    mara = serve(filled)
    page = mara.ask("GET", path)
    assert page.status in {200, 400, 404}
    assert "SQLite" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"token=%FF%FE&note=%ED%A0%BD", b"&" * 60_000, b"a=b&" * 500, b"=", b"\x00" * 99],
)
def test_forms_of_any_bytes_are_refused(filled: Database, serve: Serve, body: bytes) -> None:
    mara = serve(filled)
    item = mara.next()
    for path in (f"/comment/{item}", "/next", "/undo", "/enter"):
        assert mara.ask("POST", path, body.decode("latin-1")).status in {400, 403, 413}
    with filled.reading() as sql:
        assert sql.execute("SELECT COUNT(*) FROM decisions").fetchone()[0] == 0


@pytest.mark.parametrize("note", ["half \ud83d", "a\x00b", "\u202e", "x" * 10_000])
def test_notes_of_any_kind_are_kept(filled: Database, serve: Serve, note: str) -> None:
    mara = serve(filled)
    mara.next()
    body = urlencode(mara.fields() | {"do": "note", "note": note}, errors="surrogatepass")
    (action,) = re.findall(r'action="(/comment/\w+)" id="decide"', mara.page.text)
    page = mara.ask("POST", action, body)
    assert page.status in {303, 400}  # half a sign is no UTF-8
    if page.status == 303:
        assert_inert(mara.open(page.place))


def many(database: Database, n: int) -> None:
    """Put comments under as many articles, each answering the one before it."""
    (item, verdict) = scored(0)
    list(Intake(database).fill([(item, verdict)], "in"))
    with database.writing() as sql:
        numbers = "WITH RECURSIVE many (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM many"
        numbers += " WHERE n < ?)"
        articles = [r[1] for r in sql.execute("PRAGMA table_info(articles)")]
        items = [r[1] for r in sql.execute("PRAGMA table_info(items)")]
        own = {
            "articles": {"place": "1000 + n", "article": "'b' || n", "title": "'Part ' || n"},
            "items": {
                "place": "1000 + n", "item": "'b' || n", "id": "'b' || n", "named": "'b' || n",
                "parent_id": "'b' || (n - 1)", "text": "'Remark ' || n", "shelf": "1000 + n",
                "article": "'b' || n", "author": "'Reader ' || (n % 900)",
            },
        }  # fmt: skip
        for table, columns in (("articles", articles), ("items", items)):
            values = ", ".join(own[table].get(name, f"t.{name}") for name in columns)
            sql.execute(
                f"{numbers} INSERT INTO {table} SELECT {values} FROM many,"
                f" (SELECT * FROM {table} LIMIT 1) t",
                (n,),
            )


def steps(database: Database, act: Any) -> int:
    """Count the instructions of SQLite that something takes, in thousands."""
    counted = [0]

    def one() -> int:
        counted[0] += 1
        return 0

    with database.reading() as sql:
        sql.set_progress_handler(one, 1_000)
    try:
        act()
    finally:
        with database.reading() as sql:
            sql.set_progress_handler(None, 0)
    return counted[0]


def test_a_thread_of_ten_thousand_is_walked_no_further_than_needed(
    database: Database, serve: Serve
) -> None:
    many(database, 10_000)
    with database.writing() as sql:
        sql.execute("UPDATE items SET article = 'b1' WHERE place > 1000")
    mara = serve(database)
    for item in ("b1", "b5000", "b10000"):
        taken = steps(database, partial(mara.open, f"/comment/{item}"))
        assert mara.page.status == 200
        assert len(mara.page.text) < 100_000
        assert taken < 400
