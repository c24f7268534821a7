"""Sites of WordPress for tests: a real one, and a fake that answers as the real one does.

The same tests run on both. The fake follows WordPress's controller of comments (6.1): what its
answers hold, the codes of its errors, and the order of its checks. It can be made to fail.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs, urlsplit

from listening import answering

if TYPE_CHECKING:
    from deploy.wordpress.local_site import Site

ROUTE = "/wp/v2/comments"


class Blog(Protocol):
    """A site as the tests see it."""

    url: str
    user: str
    password: str

    def add(self, *comments: tuple[str, str]) -> list[str]:
        """Add comments with a text and a status each, and return their numbers."""

    def statuses(self, *ids: str) -> list[str]:
        """Return the status of comments in the words of the REST interface."""

    def put(self, id_: str, status: str) -> None:
        """Change a comment as a moderator of the site does."""

    def edit(self, id_: str, text: str) -> None:
        """Change the text of a comment."""

    def delete(self, id_: str) -> None:
        """Delete a comment for good."""


class FakeBlog:
    """The fake. ``faults`` are answers that it gives first: each a method and what happens.

    What happens is a status with headers and a body, or ``"lost"``: the request is carried out and
    the connection is closed without an answer.
    """

    def __init__(self) -> None:
        self.user, self.password = "mara", "abcd EFGH ijkl 1234"
        self.faults: list[tuple[str, Any]] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.has_bin = True
        self.comments: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def add(self, *comments: tuple[str, str]) -> list[str]:
        before = len(self.comments)
        for text, status in comments:
            self.comments[str(len(self.comments) + 1)] = {"text": text, "status": status}
        return list(self.comments)[before:]

    def statuses(self, *ids: str) -> list[str]:
        return [self.comments[id_]["status"] for id_ in ids]

    def put(self, id_: str, status: str) -> None:
        self.comments[id_]["status"] = status

    def edit(self, id_: str, text: str) -> None:
        self.comments[id_]["text"] = text

    def delete(self, id_: str) -> None:
        self.comments[id_] = {}

    def writes(self) -> list[str]:
        """The requests that change something."""
        return [f"{method} {asked['path']}" for method, asked in self.asked if method != "GET"]


def _handler(blog: FakeBlog) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            sent = json.loads(self.rfile.read(length) or b"{}")
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            route = asked.pop("rest_route", parts.path.removeprefix("/wp-json"))
            headers = {"source": self.headers.get("X-Moderation-Source", "")}
            method = self.headers.get("X-HTTP-Method-Override", self.command)
            blog.asked.append((method, {**asked, **headers, "path": route}))
            fault = None
            if blog.faults and blog.faults[0][0] == method:
                fault = blog.faults.pop(0)[1]
            if isinstance(fault, tuple):
                self._write(*fault)
                return
            status, document = self._routed(method, route, asked, sent)
            if fault == "lost":
                self.close_connection = True
                return
            self._write(status, {}, json.dumps(document).encode())

        do_GET = do_POST = _answer  # noqa: N815

        def _write(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _routed(
            self, method: str, route: str, asked: dict[str, str], sent: dict[str, str]
        ) -> Any:
            if not route.startswith(ROUTE):
                return _error(404, "rest_no_route")
            expected = base64.b64encode(f"{blog.user}:{blog.password}".encode()).decode()
            known = self.headers.get("Authorization") == f"Basic {expected}"
            if method == "GET":
                if asked.get("context") == "edit" and not known:
                    return _error(401, "rest_forbidden_context")
                return 200, _listed(blog, asked)
            id_ = route.removeprefix(f"{ROUTE}/")
            comment = blog.comments.get(id_)
            if not comment:
                return _error(404, "rest_comment_invalid_id")
            if not known:
                return _error(401, "rest_cannot_edit")
            if method == "POST":
                comment["status"] = sent["status"]
            elif not blog.has_bin:
                return _error(501, "rest_trash_not_supported")
            elif comment["status"] == "trash":
                return _error(410, "rest_already_trashed")
            else:
                comment["status"] = "trash"
            return 200, {"id": int(id_), "status": comment["status"]}

    return Handler


def _listed(blog: FakeBlog, asked: dict[str, str]) -> list[dict[str, Any]]:
    """The newest first, and never more than are asked for."""
    any_, most = asked.get("status") == "any", int(asked["per_page"])
    found = [
        {
            "id": int(id_),
            "status": blog.comments[id_]["status"],
            "content": {
                "raw": blog.comments[id_]["text"],
                "rendered": f"<p>{blog.comments[id_]['text']}</p>\n",
            },
        }
        for id_ in asked["include"].split(",")
        if blog.comments.get(id_) and (any_ or blog.comments[id_]["status"] == "approved")
    ]
    return found[::-1][:most]


def _error(status: int, code: str) -> tuple[int, dict[str, Any]]:
    return status, {"code": code, "message": "Sorry.", "data": {"status": status}}


@contextmanager
def fake_blog() -> Iterator[FakeBlog]:
    """Run the fake."""
    blog = FakeBlog()
    with answering(blog.server):
        yield blog


class RealBlog:
    """A real WordPress with a post."""

    def __init__(self, site: Site) -> None:
        self.site, self.url = site, site.url
        self.user, self.password = "mara", site.user("mara", "editor")
        self.post = site.post("The bridge is closed", "The old bridge is closed for a week.")

    def add(self, *comments: tuple[str, str]) -> list[str]:
        code = """foreach ( $comments as list( $text, $status ) ) {
            echo wp_insert_comment( wp_slash( array( 'comment_post_ID' => $post,
                'comment_content' => $text, 'comment_author' => 'Ann',
                'comment_approved' => $status ) ) ), ' '; }"""
        stored = [(text, _STORED.get(status, status)) for text, status in comments]
        return self.site.php(code, post=self.post, comments=stored).split()

    def statuses(self, *ids: str) -> list[str]:
        code = "foreach ( $ids as $id ) { echo get_comment( $id )->comment_approved, ' '; }"
        named = {value: name for name, value in _STORED.items()}
        stored = self.site.php(code, ids=list(map(int, ids))).split()
        return [named.get(each, each) for each in stored]

    def put(self, id_: str, status: str) -> None:
        code = "wp_set_comment_status( $id, $status );"
        named = {"approved": "approve"}.get(status, status)
        self.site.php(code, id=int(id_), status=named)

    def edit(self, id_: str, text: str) -> None:
        changed = "array( 'comment_ID' => $id, 'comment_content' => $text )"
        self.site.php(f"wp_update_comment( wp_slash( {changed} ) );", id=int(id_), text=text)

    def delete(self, id_: str) -> None:
        self.site.php("wp_delete_comment( $id, true );", id=int(id_))


# What the database calls the statuses.
_STORED = {"hold": "0", "approved": "1"}
