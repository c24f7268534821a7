"""A browser without JavaScript, and comments with scores of our choice."""

from __future__ import annotations

import http.client
import re
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from moderation.model.moderator import proposed
from moderation.records import Article, Attribute, Comment, Score, Verdict
from moderation.sources.comment_rows import Item

REVIEW, HOLD = 0.5, 0.9


def verdict(comment: Comment, hostility: float | None) -> Verdict:
    """A verdict with a hostility of our choice, and no score for off-topic."""
    scores = (
        Score(attribute=Attribute.HOSTILITY, value=hostility, review=REVIEW, hold=HOLD),
        Score(attribute=Attribute.OFF_TOPIC, value=None, review=REVIEW, hold=HOLD, why_null="-"),
    )
    return Verdict(
        id=comment.id,
        hostility=scores[0],
        off_topic=scores[1],
        action=proposed(scores),
        model="tiny@00000000",
    )


def scored(
    n: int, text: str | None = None, hostility: float = 0.95, **more: object
) -> tuple[Item, Verdict]:
    """A numbered comment under one of two articles, and its verdict."""
    article = Article(id=f"a{n % 2}", title=f"The bridge, part {n % 2}", text="It is closed.")
    fields: dict[str, Any] = {
        "author": f"Reader {n}",
        "article": article,
        "article_id": article.id,
    } | more
    comment = Comment(text=text or f"Comment {n} on the bridge", id=f"c{n}", **fields)
    return Item(comment, raw={"id": f"c{n}"}), verdict(comment, hostility)


class Page(NamedTuple):
    """An answer of the desk."""

    status: int
    headers: dict[str, str]
    text: str
    cookies: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where a redirect leads."""
        return self.headers.get("location", "")


class Visitor:
    """A browser that keeps a cookie, fills in forms and runs no script.

    Parameters
    ----------
    port
        Where the desk listens.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""
        self.extra = ""  # another cookie that is sent along
        self.mark = ""  # of a browser in which somebody has entered
        self.page = Page(0, {}, "")

    def another(self) -> Visitor:
        """Another browser before the same desk."""
        return Visitor(self.port)

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Page:
        """Send one request; a cookie of the answer is kept."""
        given = {"Host": f"127.0.0.1:{self.port}", "Cookie": f"{self.cookie}; {self.extra}"}
        if body is not None:
            given["Content-Type"] = "application/x-www-form-urlencoded"
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            set_ = tuple(v for name, v in answer.getheaders() if name.lower() == "set-cookie")
            self.page = Page(answer.status, found, answer.read().decode(), set_)
        finally:
            connection.close()
        for each in set_:
            named = each.partition(";")[0]
            if named.startswith("moderation-desk="):
                self.cookie = named
            else:
                self.mark = named
        return self.page

    def open(self, path: str = "/") -> Page:
        """Open an address, and follow where it leads."""
        page = self.ask("GET", path)
        return self.open(page.place) if page.status == 303 else page

    def fields(self, action: str = "") -> dict[str, str]:
        """The hidden fields of the form with an action, or of the last form on the page."""
        forms = self.page.text.split("<form")
        named = [form for form in forms if f'action="{action}"' in form.partition(">")[0]]
        form = (named or forms)[-1]
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
        return {name: unescape(value) for name, value in found}

    def send(self, path: str, **changed: str) -> Page:
        """Send the form to a path, or the last one, with some fields changed; do not follow."""
        body = urlencode(self.fields(path) | changed)
        origin = f"http://127.0.0.1:{self.port}"
        return self.ask("POST", path, body, Origin=origin, Sec_Fetch_Site="same-origin")

    def next(self, **view: str) -> str:
        """Open the next comment; return its key, or nothing if there is none."""
        self.open("/")
        place = self.send("/next", **view).place
        self.open(place)
        return key_in(place)

    def decide(self, do: str, **more: str) -> Page:
        """Press a button of the present card, and follow to the next page."""
        (action,) = re.findall(r'action="(/comment/\w+)" id="decide"', self.page.text)
        page = self.send(action, do=do, **more)
        return self.open(page.place) if page.status == 303 else page

    def undo(self) -> Page:
        """Press the button that withdraws the last step."""
        (form,) = re.findall(r'(?s)<form method="post" action="/undo".*?</form>', self.page.text)
        found = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        origin = f"http://127.0.0.1:{self.port}"
        page = self.ask("POST", "/undo", urlencode(found), Origin=origin)
        return self.open(page.place) if page.status == 303 else page


def key_in(place: str) -> str:
    """The key of the comment in an address."""
    found = re.match(r"/comment/(\w+)", place)
    return found[1] if found else ""
