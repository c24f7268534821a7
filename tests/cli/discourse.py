"""A Discourse for tests, built from its controllers and serializers, for it does not install here.

It follows ``ReviewablesController`` (index, perform), ``Reviewable#perform``, the actions of
``ReviewableQueuedPost``, and ``PostsController#by_number``: pages of ten, users and topics beside
the list, a version that every change counts up, and the order in which a request is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from listening import answering

PER_PAGE = 10
KEY, USER = "d" * 64, "desk"
PENDING, APPROVED, REJECTED = 0, 1, 2


class FakeDiscourse:
    """The forum: its queue, the posts of its one topic, and which of them were read."""

    def __init__(self) -> None:
        self.queued: list[dict[str, Any]] = []
        self.posts = {1: "The old bridge is closed for a week.", 2: "Who decided that?"}
        self.claimed: set[int] = set()
        self.read: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def queue(self, raw: str, **more: Any) -> int:
        """Let a reader's post wait, and return its number."""
        id_ = 700 + len(self.queued)
        self.queued.append(
            {
                "id": id_,
                "type": "ReviewableQueuedPost",
                "status": PENDING,
                "topic_id": 12,
                "created_at": "2026-11-30T09:15:00.250Z",
                "version": 0,
                "created_by_id": -1,
                "target_created_by_id": 5,
                "payload": {"raw": raw},
                **more,
            }
        )
        return id_

    def find(self, id_: int) -> dict[str, Any]:
        return next(each for each in self.queued if each["id"] == id_)

    def statuses(self) -> list[int]:
        return [each["status"] for each in self.queued]

    def edit(self, id_: int, raw: str) -> None:
        """Change a waiting post, as its moderators can."""
        found = self.find(id_)
        found["payload"]["raw"] = raw
        found["version"] += 1

    def listed(self, asked: dict[str, str]) -> Any:
        offset = int(asked.get("offset", "0"))
        found = [
            each
            for each in self.queued
            if each["type"] == asked["type"] and each["status"] == PENDING
        ]
        return {
            "reviewables": found[offset : offset + PER_PAGE],
            "users": [{"id": -1, "username": "system"}, {"id": 5, "username": "ann"}],
            "topics": [{"id": 12, "title": "The bridge is closed"}],
            "meta": {"total_rows_reviewables": len(found)},
        }

    def perform(self, id_: int, action: str, asked: dict[str, str]) -> tuple[int, Any]:
        if not asked.get("version"):
            return 422, {"errors": ["version missing"]}
        found = next((each for each in self.queued if each["id"] == id_), None)
        if found is None:
            return 404, {"errors": ["not found"]}
        if id_ in self.claimed:
            return 422, {"errors": ["This item has been claimed by another user."]}
        offered = {"approve_post"} if found["status"] != APPROVED else set()
        if found["status"] == PENDING:
            offered.add("reject_post")
        if action not in offered:
            return 403, {"errors": ["invalid access"]}
        if int(asked["version"]) != found["version"]:
            return 409, {"errors": ["conflict"]}
        found["version"] += 1
        found["status"] = APPROVED if action == "approve_post" else REJECTED
        result = {"success": True, "version": found["version"]}
        return 200, {"reviewable_perform_result": result}


def _handler(forum: FakeDiscourse) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, document = self._routed(parts.path, asked)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = _answer  # noqa: N815

        def _routed(self, path: str, asked: dict[str, str]) -> tuple[int, Any]:
            if (self.headers.get("Api-Key"), self.headers.get("Api-Username")) != (KEY, USER):
                return 403, {"errors": ["invalid access"], "error_type": "invalid_access"}
            if path == "/review.json" and self.command == "GET":
                return 200, forum.listed(asked)
            named = path.removesuffix(".json").split("/")[1:]
            if named[0] == "posts" and named[2] == "12" and int(named[3]) in forum.posts:
                forum.read.append(named[3])
                return 200, {"raw": forum.posts[int(named[3])]}
            if named[0] == "review" and named[2] == "perform" and self.command == "PUT":
                return forum.perform(int(named[1]), named[3], asked)
            return 404, {"errors": ["not found"]}

    return Handler


@contextmanager
def fake_discourse() -> Iterator[FakeDiscourse]:
    """Run the forum."""
    forum = FakeDiscourse()
    with answering(forum.server):
        yield forum
