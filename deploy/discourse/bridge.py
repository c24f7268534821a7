"""Queued posts of a Discourse go to `moderation serve`, and what people decide comes back.

    pip install httpx
    export DISCOURSE_KEY=... MODERATION_KEY=...
    python bridge.py --discourse https://forum.example --user desk --state bridge.json

One call does one round: run it every minute (cron, or a systemd timer). It sends each post that
waits in Discourse's review queue (ReviewableQueuedPost), with its topic, and asks the service what
was decided since the last round. A post that was published at the desk is approved in Discourse,
and one that was rejected is rejected. With --approve, what the model proposes to publish is
approved at once; without it, Discourse publishes nothing that no person has decided.

A decision names the version of the post that was decided, and Discourse refuses it if the post has
changed since. `moderation serve` runs with --desk and --keys. The log, one line of JSON for each
decision, goes to standard output and holds no text.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

# Reviewables on a page of Discourse's answers, and the pages of a round, which are half of what
# Discourse answers a key in a minute by default.
PAGE, PAGES = 10, 30
ACTIONS = {"publish": "approve_post", "reject": "reject_post"}
# What Discourse says of a decision that it does not take.
REFUSED = {
    403: "refused: it was settled in Discourse, its topic is closed, or the user may not",
    404: "gone from Discourse",
    409: "not applied: the post has changed since, and will be asked about again",
    422: "refused: somebody has claimed it, or it cannot be posted",
}


class Bridge:
    """Discourse on one side, the service on the other, and a file that remembers.

    Parameters
    ----------
    discourse, service
        Clients with the address and the key of each.
    path
        The file. It keeps the number of the last decision, and the version of each post sent.
    """

    def __init__(self, discourse: httpx.Client, service: httpx.Client, path: Path) -> None:
        self.discourse, self.service, self.path = discourse, service, path
        self.firsts: dict[int, str | None] = {}
        self.state: dict[str, Any] = {"after": 0, "sent": {}}
        if path.exists():
            self.state = json.loads(path.read_text(encoding="utf-8"))

    def round(self, *, approve: bool) -> None:
        """Send what waits, and apply what was decided."""
        waiting = {str(each["id"]): each for each in self.waiting()}
        sent = self.state["sent"] = {k: v for k, v in self.state["sent"].items() if k in waiting}
        for id_, comment in waiting.items():
            if sent.get(id_) == comment["revision"]:
                continue
            action = self.proposed(comment)
            sent[id_] = comment["revision"]
            if approve and action == "publish":
                self.perform(id_, comment["revision"], "publish", "model")
            self.save()
        for decision in self.decided():
            if decision["decision"] in ACTIONS:
                named = decision["id"], decision["revision"]
                self.perform(*named, decision["decision"], decision["moderator"])
            self.state["after"] = decision["seq"]
            self.save()

    def waiting(self) -> Iterator[dict[str, Any]]:
        """Yield the posts that wait in Discourse, as comments."""
        asked = {
            "type": "ReviewableQueuedPost",
            "status": "pending",
            "sort_order": "created_at_asc",
        }
        for page in range(PAGES):
            answer = get(self.discourse, "/review.json", asked | {"offset": str(page * PAGE)})
            users = {user["id"]: user["username"] for user in answer.get("users", ())}
            topics = {topic["id"]: topic for topic in answer.get("topics", ())}
            for found in answer["reviewables"]:
                if (found.get("payload") or {}).get("raw", "").strip():
                    yield self.comment(found, users, topics)
            if len(answer["reviewables"]) < PAGE:
                return
        print(f"more than {PAGE * PAGES} posts wait; the newest are not sent yet", file=sys.stderr)

    def comment(
        self, found: dict[str, Any], users: dict[int, str], topics: dict[int, dict[str, Any]]
    ) -> dict[str, Any]:
        """Return a queued post as the service takes it, but for the texts of other posts."""
        author = found.get("target_created_by_id") or found.get("created_by_id")
        comment = {
            "id": str(found["id"]),
            "revision": str(found["version"]),
            "text": found["payload"]["raw"],
            "author": users.get(author),
            "published": found["created_at"],
            "url": str(self.discourse.base_url.join(f"/review/{found['id']}")),
        }
        topic = found.get("topic_id")
        if topic is not None:
            comment["article"] = {"id": str(topic), "title": topics.get(topic, {}).get("title")}
            comment["parent"] = found.get("reply_to_post_number")
        return comment

    def raw(self, topic: int, number: int) -> str | None:
        """Return the text of a post; None if it is gone, or this user may not read it."""
        answer = self.discourse.get(f"/posts/by_number/{topic}/{number}.json")
        if answer.status_code in {httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND}:
            return None
        return str(answer.raise_for_status().json()["raw"])

    def proposed(self, comment: dict[str, Any]) -> str:
        """Return the model's proposal; the topic's first post is the article."""
        sent = dict(comment)
        if article := comment.get("article"):
            topic, number = int(article["id"]), comment["parent"]
            if topic not in self.firsts:
                self.firsts[topic] = self.raw(topic, 1)
            sent["article"] = article | {"text": self.firsts[topic]}
            sent["parent"] = self.raw(topic, number) if number else None
        answer = self.service.post("/v1/comments", json={"comments": [sent], "explain": False})
        if answer.status_code == httpx.codes.BAD_REQUEST:  # nothing in it that could be scored
            told(comment["id"], comment["revision"], "none", "model", "not scored")
            return "hold"
        return str(answer.raise_for_status().json()["comments"][0]["action"])

    def decided(self) -> Iterator[dict[str, Any]]:
        """Yield what people have decided since the last round."""
        while True:
            found = get(self.service, "/v1/decisions", {"after": str(self.state["after"])})
            if not found["decisions"]:
                return
            yield from found["decisions"]

    def perform(self, id_: str, version: str, decision: str, who: str) -> None:
        """Tell Discourse what was decided, and write down what it said."""
        path = f"/review/{id_}/perform/{ACTIONS[decision]}.json"
        answer = self.discourse.put(path, params={"version": version})
        if answer.status_code not in REFUSED:
            answer.raise_for_status()
        told(id_, version, ACTIONS[decision], who, REFUSED.get(answer.status_code, "applied"))

    def save(self) -> None:
        """Write the file, whole or not at all."""
        with tempfile.NamedTemporaryFile(
            "w", dir=self.path.parent, prefix=self.path.name, delete=False, encoding="utf-8"
        ) as stream:
            json.dump(self.state, stream)
        Path(stream.name).replace(self.path)


def told(id_: str, version: str, action: str, who: str, result: str) -> None:
    """Write a line of the log."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = {"at": at, "reviewable": id_, "version": version, "action": action, "by": who}
    print(json.dumps(line | {"result": result}), flush=True)


def get(client: httpx.Client, path: str, asked: dict[str, str]) -> Any:
    """Ask one side."""
    return client.get(path, params=asked).raise_for_status().json()


def client(address: str, headers: dict[str, str]) -> httpx.Client:
    """Return a client of one address, which sends its key nowhere else."""
    parts = urlsplit(address)
    name = parts.hostname or ""
    try:
        local = name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        local = False
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        sys.exit(f"{address}: the key would be sent unencrypted; begin the address with https://")
    return httpx.Client(base_url=address, headers=headers, timeout=15, trust_env=False)


def key(name: str) -> str:
    """Return a key of the environment."""
    found = os.environ.get(name, "").strip()
    return found or sys.exit(f"{name} is not set: export {name}=...")


def main() -> None:
    """Do one round."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--discourse", required=True, help="address of the forum")
    parser.add_argument("--user", required=True, help="the moderator to whom DISCOURSE_KEY belongs")
    parser.add_argument("--service", default="http://127.0.0.1:8080", help="`moderation serve`")
    parser.add_argument("--state", type=Path, required=True, help="file that remembers")
    parser.add_argument("--approve", action="store_true", help="approve what may be published")
    given = parser.parse_args()
    headers = {"Api-Key": key("DISCOURSE_KEY"), "Api-Username": given.user}
    bearer = {"Authorization": f"Bearer {key('MODERATION_KEY')}"}
    with client(given.discourse, headers) as forum, client(given.service, bearer) as service:
        try:
            Bridge(forum, service, given.state).round(approve=given.approve)
        except httpx.HTTPStatusError as error:
            request = error.request
            what = f"{request.method} {request.url.copy_with(query=None)}"
            sys.exit(f"{what}: status {error.response.status_code}; the next round goes on")
        except (httpx.HTTPError, ValueError, KeyError) as error:
            sys.exit(f"no usable answer ({type(error).__name__}); the next round goes on")


if __name__ == "__main__":
    main()
