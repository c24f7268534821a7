"""``moderation decisions``: what leaves the desk, and what is refused."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from decided import add, settle
from listening import answering
from running import Command


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three decisions: about a comment of WordPress, one of Coral, and a text like a formula."""
    path = tmp_path / "desk.db"
    add(
        path,
        [
            (0.95, {"id": "7", "text": "You fool", "source": "export:wxr"}),
            (0.6, {"id": "c-1", "text": "Fine", "source": "export:coral", "revision": "r-1"}),
            (0.6, {"id": "=1+1", "text": '=HYPERLINK("https://evil.example")', "author": "@me"}),
        ],
    )
    settle(path, {"7": "insult", "c-1": None, "=1+1": "advertising"})
    return path


def test_the_script_for_wordpress_names_what_it_leaves_out(
    run: Command, store: Path, tmp_path: Path
) -> None:
    output = tmp_path / "wordpress.sh"
    found = run("decisions", store, "--to", "wp-cli", "-o", output)
    assert found.status == 1
    assert len(found.told) == 2
    script = output.read_text()
    assert 'decide trash trash 7 "$@"' in script
    assert "decide approve" not in script
    kept = (tmp_path / "wordpress.sh.rejected.jsonl").read_text()
    assert "not of WordPress but of export:coral" in kept
    assert "evil.example" not in kept + found.err
    assert run("decisions", store, "--to", "wp-cli", "-o", output).status == 2  # it exists
    assert run("decisions", store, "--to", "wp-cli").out == script


def test_mutations_are_lines_ready_to_be_posted(run: Command, store: Path, tmp_path: Path) -> None:
    found = run("decisions", store, "--to", "coral")
    assert found.status == 1
    (mutation,) = found.records
    assert mutation["variables"]["input"]["commentRevisionID"] == "r-1"
    refused = run("decisions", store, "--to", "coral", "-o", tmp_path / "coral.csv")
    assert refused.status == 2
    assert "mutations are JSON Lines" in refused.err
    assert not (tmp_path / "coral.csv").exists()


class _Disqus(BaseHTTPRequestHandler):
    """Answers as Disqus's API is documented to, and remembers what it was asked."""

    asked: ClassVar[list[tuple[str, dict[str, list[str]]]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append((self.path, parse_qs(body, strict_parsing=True)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"code": 0, "response": []}')

    def log_message(self, *_: Any) -> None:
        pass


def test_the_lines_of_the_page_tell_disqus(run: Command, tmp_path: Path) -> None:
    """The page's own lines, with another address, and curl."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    ids = [str(n) for n in range(100, 160)]
    rows = [(0.9, {"id": n, "text": f"Text {n}", "source": "export:disqus"}) for n in ids]
    add(tmp_path / "desk.db", rows)
    settle(tmp_path / "desk.db", {n: None if n == "100" else "insult" for n in ids})
    csv_file = tmp_path / "disqus.csv"
    assert run("decisions", tmp_path / "desk.db", "--to", "disqus", "-o", csv_file).status == 0
    (tmp_path / "disqus.key").write_text("api_secret=s&access_token=t\n")
    page = (Path(__file__).parents[2] / "docs/desk-admin.md").read_text(encoding="utf-8")
    script = page.partition("-o disqus.csv\n")[2].partition("```")[0]
    assert script.count("https://disqus.com") == 1
    with answering(HTTPServer(("127.0.0.1", 0), _Disqus)) as there:
        done = subprocess.run(
            ["sh", "-c", script.replace("https://disqus.com", there)],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert [path for path, _ in _Disqus.asked] == [
        "/api/3.0/posts/approve.json",
        "/api/3.0/posts/remove.json",
        "/api/3.0/posts/remove.json",
    ]
    assert [asked["post"] for _, asked in _Disqus.asked] == [["100"], ids[1:51], ids[51:]]
    assert all(asked["access_token"] == ["t"] for _, asked in _Disqus.asked)


def test_statements_are_written_as_a_table_too(run: Command, store: Path, tmp_path: Path) -> None:
    output = tmp_path / "statements.csv"
    assert run("decisions", store, "--to", "statements", "-o", output).status == 0
    with output.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["incompatible_content_ground"] for row in rows] == [
        "Insults a person",
        "Advertising or spam",
    ]
    assert json.loads(rows[0]["content_type"]) == ["CONTENT_TYPE_TEXT"]


def test_a_table_has_no_formula_and_labels_stay_as_they_are(
    run: Command, store: Path, tmp_path: Path
) -> None:
    assert run("decisions", store, "-o", tmp_path / "all.csv").status == 0
    with (tmp_path / "all.csv").open(newline="") as stream:
        row = list(csv.DictReader(stream))[2]
    assert row["text"] == '\'=HYPERLINK("https://evil.example")'
    assert (row["id"], row["author"]) == ("'=1+1", "'@me")
    assert row["hostility"] == "0.6"
    labels = tmp_path / "labels.csv"
    assert run("decisions", store, "--to", "labels", "-o", labels).status == 0
    with labels.open(newline="") as stream:
        assert {row["text"] for row in csv.DictReader(stream)} == {"You fool", "Fine"}
    records = run("decisions", store, "--format", "jsonl").records
    assert records[2]["text"] == '=HYPERLINK("https://evil.example")'


@pytest.mark.parametrize("to", ["records", "labels", "coral", "disqus", "statements", "wp-cli"])
def test_a_period_limits_whatever_is_written(run: Command, store: Path, to: str) -> None:
    before = run("decisions", store, "--to", to, "--until", "2001-01-01", "--quiet")
    assert before.status == 0
    assert before.err == ""
    assert "7" not in before.out.replace("wp-cli", "")
    since = run("decisions", store, "--to", to, "--since", "2001-01-01", "--zone", "UTC")
    assert (since.out, since.status) != (before.out, before.status)


@pytest.mark.parametrize("to", ["records", "labels"])
def test_a_client_is_for_what_leaves_for_a_platform(run: Command, store: Path, to: str) -> None:
    found = run("decisions", store, "--to", to, "--client", "blog")
    assert (found.status, len(found.told)) == (2, 1)
    assert "--client" in found.err
    assert run("decisions", store, "--to", "wp-cli", "--client", "blog").status == 0


def test_a_wrong_period_is_one_line(run: Command, store: Path) -> None:
    found = run("decisions", store, "--since", "monday")
    assert (found.status, len(found.told)) == (2, 1)
    assert "--since" in found.err


def test_the_week_is_a_page_a_document_or_rows(run: Command, store: Path, tmp_path: Path) -> None:
    week = ("decisions", store, "--weekly", "--zone", "UTC")
    for name in ("week.html", "week.json", "week.csv"):
        assert run(*week, "-o", tmp_path / name).status == 0
        assert run(*week, "-o", tmp_path / name).status == 2  # it exists
    assert "Comments decided</dt><dd>3<" in (tmp_path / "week.html").read_text()
    assert json.loads((tmp_path / "week.json").read_text())["decided"] == 3
    with (tmp_path / "week.csv").open(newline="") as stream:
        assert next(csv.DictReader(stream))["value"] == "3"
    assert run(*week).records[0]["value"] == 3
    earlier = run("decisions", store, "--weekly", "--until", "2001-01-01")
    assert earlier.records[0]["value"] == 0


@pytest.mark.parametrize(
    "arguments",
    [("--weekly", "--to", "labels"), ("--weeks", "2", "--since", "2026-11-01"), ("--weeks", "0")],
)
def test_a_week_of_something_else_is_refused(
    run: Command, store: Path, arguments: tuple[str, ...]
) -> None:
    assert run("decisions", store, *arguments).status == 2
