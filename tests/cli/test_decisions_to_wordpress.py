"""``moderation decisions --to wordpress``: the same on a fake site and on a real one."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from decided import add, settle
from running import SERVICE_KEY, Command, Run
from wordpress_sites import Blog, FakeBlog, RealBlog, fake_blog

from deploy.wordpress.local_site import missing, site
from moderation.desk.delivery import wordpress

SECRET = "MODERATION_WORDPRESS_PASSWORD"


@pytest.fixture(scope="module")
def real_blog() -> Iterator[RealBlog]:
    if why := missing():
        pytest.skip(why)
    with site() as found:  # its plugin rests until it has an address
        yield RealBlog(found)


@pytest.fixture
def fake() -> Iterator[FakeBlog]:
    with fake_blog() as blog:
        yield blog


@pytest.fixture(params=["fake", "real"])
def blog(request: pytest.FixtureRequest) -> Blog:
    return request.getfixturevalue("fake" if request.param == "fake" else "real_blog")


class Desk(NamedTuple):
    """A store of decisions, and the command that takes them to a site."""

    run: Command
    store: Path

    def decided(self, blog: Blog, *comments: tuple[str, str, str | None]) -> list[str]:
        """Put comments of a site before the desk, each with its status, and decide them."""
        ids = blog.add(*(comment[:2] for comment in comments))
        for id_, (text, _, reason) in zip(ids, comments, strict=True):
            add(self.store, [(0.95, {"id": id_, "text": text, "source": "export:wxr"})])
            settle(self.store, {id_: reason}, "iven")
        return ids

    def sent(self, blog: Blog, *more: str, url: str = "") -> Run:
        named = ("--to", "wordpress", "--url", url or blog.url, "--user", blog.user)
        return self.run("decisions", self.store, *named, *more)

    @property
    def log(self) -> list[dict[str, Any]]:
        path = self.store.with_name(f"{self.store.name}.wordpress.jsonl")
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def desk(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(wordpress, "wait", lambda _: None)
    monkeypatch.setattr("moderation.desk.delivery.changing.wait", lambda _: None)
    return Desk(run, tmp_path / "desk.db")


@pytest.fixture(autouse=True)
def _password(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in {"fake", "blog"} & set(request.fixturenames):
        monkeypatch.setenv(SECRET, request.getfixturevalue(name).password)


def test_what_differs_is_changed_once_and_remembered(blog: Blog, desk: Desk) -> None:
    shown, held, spam, same = desk.decided(
        blog,
        ("You're a <b>fool</b> & 'worse' 🙂", "approved", "insult"),
        ("A civil remark.\n\nIn two parts.", "hold", None),
        ("Buy my pills", "spam", "advertising"),
        ("Well said", "approved", None),
    )
    dry = desk.sent(blog)
    assert dry.status == 0
    assert {(r["id"], r["from"], r["to"], r["applied"]) for r in dry.records} == {
        (shown, "approved", "trash", False),
        (held, "hold", "approved", False),
    }
    assert "2 comments would change" in dry.err
    assert "this was a dry run" in dry.err
    assert blog.statuses(shown, held) == ["approved", "hold"]
    assert desk.log == []
    done = desk.sent(blog, "--apply")
    assert done.status == 0
    assert "2 comments changed (1 from approved to trash, 1 from hold to approved)" in done.err
    assert blog.statuses(shown, held, spam, same) == ["trash", "approved", "spam", "approved"]
    lines = {line["id"]: line for line in desk.log}
    assert set(lines) == {shown, held, spam, same}
    assert lines[shown] == {
        "at": lines[shown]["at"],
        "site": blog.url,
        "id": shown,
        "from": "approved",
        "to": "trash",
        "decision": 1,
        "moderator": "iven",
        "decided_at": lines[shown]["decided_at"],
        "user": "mara",
    }
    assert lines[spam]["from"] == lines[spam]["to"] == "spam"
    again = desk.sent(blog, "--apply")
    assert (again.status, again.records, len(desk.log)) == (0, [], 4)
    assert "0 comments changed, 4 as decided already" in again.err
    assert desk.sent(blog, "--quiet").err == ""


def test_a_later_change_at_the_site_is_told_and_stays(blog: Blog, desk: Desk) -> None:
    first, second = desk.decided(blog, ("One", "hold", None), ("Two", "hold", None))
    assert desk.sent(blog, "--apply").status == 0
    blog.put(first, "trash")
    blog.put(second, "hold")
    for more in ((), ("--apply",)):
        found = desk.sent(blog, *more)
        assert (found.status, found.records) == (1, [])
        assert "somebody has changed it at the site from approved to trash since" in found.err
        assert "--overwrite" in found.err
    assert blog.statuses(first, second) == ["trash", "hold"]
    taken = desk.sent(blog, "--apply", "--overwrite")
    assert (taken.status, len(taken.records)) == (0, 2)
    assert blog.statuses(first, second) == ["approved", "approved"]


def test_a_new_decision_follows_the_desks_own_change(fake: FakeBlog, desk: Desk) -> None:
    (id_,) = desk.decided(fake, ("One", "hold", "insult"))
    assert desk.sent(fake, "--apply").status == 0
    settle(desk.store, {id_: None}, "mara")
    assert desk.sent(fake, "--apply").status == 0
    assert fake.statuses(id_) == ["approved"]
    assert [(line["from"], line["to"]) for line in desk.log] == [
        ("hold", "trash"),
        ("trash", "approved"),
    ]


def test_what_somebody_has_binned_is_not_published(blog: Blog, desk: Desk) -> None:
    ids = desk.decided(blog, ("One", "trash", None), ("Two", "spam", None))
    found = desk.sent(blog, "--apply")
    assert (found.status, found.records) == (1, [])
    for status in ("trash", "spam"):
        assert f"somebody or something at the site has put it into {status}" in found.err
    assert desk.sent(blog, "--apply", "--overwrite").status == 0
    assert [line["from"] for line in desk.log] == ["trash", "spam"]
    assert blog.statuses(*ids) == ["approved", "approved"]


def test_another_text_or_another_site_is_left_out(blog: Blog, desk: Desk, tmp_path: Path) -> None:
    edited, gone = desk.decided(
        blog, ("You fool", "hold", "insult"), ("You liar", "hold", "insult")
    )
    blog.edit(edited, "I disagree")
    blog.delete(gone)
    output = tmp_path / "changes.jsonl"
    found = desk.sent(blog, "--apply", "-o", str(output))
    assert found.status == 1
    assert (blog.statuses(edited), output.read_text(), desk.log) == (["hold"], "", [])
    kept = [json.loads(line) for line in Path(f"{output}.rejected.jsonl").read_text().splitlines()]
    assert [(row["field"], row["found"]) for row in kept] == [("id", edited), ("id", gone)]
    assert "its text there is not the text that was decided" in kept[0]["reason"]
    assert "no such comment" in kept[1]["reason"]
    assert all(row["hint"] for row in kept)
    assert "fool" not in str(kept) + found.err


def test_a_wrong_password_is_told_without_it(
    blog: Blog, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id_,) = desk.decided(blog, ("You fool", "hold", "insult"))
    monkeypatch.setenv(SECRET, "never-to-be-shown")
    found = desk.sent(blog, "--apply")
    assert found.status == 3
    assert "WordPress refuses, found status 401" in found.err
    assert "never-to-be-shown" not in found.err
    assert (blog.statuses(id_), desk.log) == (["hold"], [])


def test_both_addresses_are_one_site(blog: Blog, desk: Desk) -> None:
    (id_,) = desk.decided(blog, ("You fool", "hold", "insult"))
    assert desk.sent(blog, "--apply", url=f"{blog.url}/wp-json/").status == 0
    assert blog.statuses(id_) == ["trash"]
    blog.put(id_, "approved")
    assert "somebody has changed it at the site" in desk.sent(blog, "--apply").err


def test_the_circle_closes(
    real_blog: RealBlog, desk: Desk, served_desk: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A visitor's comment is held, decided at the desk and published; nobody decided it twice."""
    monkeypatch.setenv(SECRET, real_blog.password)
    address, store = served_desk
    real_blog.site.set_plugin(address=address, key=SERVICE_KEY, feedback=True)
    text = 'You are a liar &amp; an <b>idiot</b>, it\'s "bad"...\n\nAnd 9x9 🙂'
    try:
        visit = httpx.post(
            f"{real_blog.url}/wp-comments-post.php",
            data={
                "comment_post_ID": str(real_blog.post),
                "comment": text,
                "author": "Ann",
                "email": "ann@example.org",
            },
        )
        assert visit.status_code == httpx.codes.FOUND
        id_ = real_blog.site.php("echo get_comments( array( 'number' => 1 ) )[0]->comment_ID;")
        assert real_blog.statuses(id_) == ["hold"]
        settle(store, {id_: None})
        named = ("--to", "wordpress", "--url", real_blog.url, "--user", real_blog.user)
        done = desk.run("decisions", store, *named, "--client", "platform", "--apply")
        assert (done.status, [line["id"] for line in done.records]) == (0, [id_])
        assert real_blog.statuses(id_) == ["approved"]
        count = "global $wpdb; echo $wpdb->get_var( 'SELECT COUNT(*) FROM ' . $table );"
        assert real_blog.site.php(count, table="wp_moderation_decisions") == "0"
    finally:
        real_blog.site.set_plugin(address="")


def test_the_script_does_the_same_with_the_real_wp_cli(
    real_blog: RealBlog, desk: Desk, tmp_path: Path
) -> None:
    if shutil.which("wp") is None:
        pytest.skip("WP-CLI is not on the path")
    comments = ("One", "approved", "insult"), ("Two", "hold", None), ("Three", "approved", None)
    ids = desk.decided(real_blog, *comments, ("Four", "trash", "insult"))
    script = tmp_path / "decisions.sh"
    assert desk.run("decisions", desk.store, "--to", "wp-cli", "-o", script).status == 0
    named = (f"--path={real_blog.site.root}", f"--url={real_blog.url}")
    command = ["sh", str(script), "--allow-root", *named]
    for told in ([f"Trashed comment {ids[0]}.", f"Approved comment {ids[1]}."], []):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        complaints = [line for line in done.stderr.splitlines() if "Deprecated" not in line]
        assert (done.returncode, "".join(complaints)) == (0, "")  # the core is older than its PHP
        assert sorted(done.stdout.splitlines()) == sorted(f"Success: {line}" for line in told)
    assert real_blog.statuses(*ids) == ["trash", "approved", "approved", "trash"]


@pytest.mark.parametrize(
    ("read", "there"),
    [
        ('It\'s "bad" - really...', "<p>It&#8217;s &#8220;bad&#8221; &#8211; really&#8230;</p>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("one two", "<p>one<br />\ntwo</p>"),
        ("look here", '<a href="https://x.example" rel="nofollow ugc">look</a> here'),
        ("❤ fine", "\u2764\ufe0f fine"),
        ("काम", "<p>काम</p>"),
        ("!!!", "<p>!!!</p>"),
        ("<b>bold</b> said", "<b>bold</b> said"),
    ],
)
def test_a_display_changes_no_text(fake: FakeBlog, desk: Desk, read: str, there: str) -> None:
    (id_,) = desk.decided(fake, (read, "hold", None))
    fake.edit(id_, there)
    assert desk.sent(fake, "--apply").status == 0
    assert fake.statuses(id_) == ["approved"]


@pytest.mark.parametrize(
    ("read", "there"),
    [("Great", "Great 🖕"), ("You may stay", "You may not stay"), ("काम", "कम"), ("!!!", "???")],
)
def test_an_edited_text_is_another_text(fake: FakeBlog, desk: Desk, read: str, there: str) -> None:
    (id_,) = desk.decided(fake, (read, "hold", None))
    fake.edit(id_, there)
    assert desk.sent(fake, "--apply").status == 1
    assert fake.statuses(id_) == ["hold"]


def test_a_hundred_comments_are_one_question(fake: FakeBlog, desk: Desk) -> None:
    fake.add(*((f"Text {n}", "hold") for n in range(101)))
    rows = [
        (0.95, {"id": str(n + 1), "text": f"Text {n}", "source": "export:wxr"}) for n in range(101)
    ]
    add(desk.store, rows)
    settle(desk.store, {str(n + 1): None for n in range(101)})
    assert len(desk.sent(fake).records) == 101
    assert len(fake.asked) == 2
    assert fake.asked[0][1]["source"] == "desk"


@pytest.mark.parametrize("fault", ["lost", (503, {"Retry-After": "2"}, b""), (429, {}, b"{}")])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_request_without_an_answer_is_repeated_with_care(
    fake: FakeBlog, desk: Desk, method: str, fault: Any
) -> None:
    (id_,) = desk.decided(fake, ("You fool", "approved", "insult"))
    fake.faults = [(method, fault), (method, fault)] if fault != "lost" else [(method, fault)]
    assert desk.sent(fake, "--apply").status == 0
    assert fake.statuses(id_) == ["trash"]
    assert [(line["from"], line["to"]) for line in desk.log] == [("approved", "trash")]
    if (method, fault) == ("DELETE", "lost"):
        assert len(fake.writes()) == 1  # it was carried out, and the site said so when asked


def test_a_site_that_stays_silent_stops_the_run_and_nothing_is_lost(
    fake: FakeBlog, desk: Desk
) -> None:
    first, second = desk.decided(fake, ("One", "hold", None), ("Two", "hold", "insult"))
    fake.faults = [("DELETE", (503, {}, b""))] * 3
    found = desk.sent(fake, "--apply")
    assert found.status == 3
    assert "the site does not answer, found status 503" in found.err
    assert "1 comment changed" in found.err
    assert fake.statuses(first, second) == ["approved", "hold"]
    assert [line["id"] for line in desk.log] == [first]
    assert desk.sent(fake, "--apply").status == 0
    assert [line["id"] for line in desk.log] == [first, second]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((302, {"Location": "https://evil.example/wp-login.php?x=1"}, b""), "evil.example"),
        ((200, {}, b"<!DOCTYPE html><title>Log in</title>"), "no REST interface of WordPress"),
        ((200, {}, b'[{"id": 1, "status": "hold"'), "no REST interface of WordPress"),
        ((200, {}, b'{"id": 1}'), "no REST interface of WordPress"),
        ((200, {}, b"\xff\xfe"), "no REST interface of WordPress"),
        ((404, {}, b"not here"), "found status 404"),
        ((403, {}, b"blocked by a firewall"), "WordPress refuses, found status 403"),
        ((500, {}, b'{"code": "internal_server_error"}'), "the site fails, found status 500"),
        ((200, {}, b"[" * 100_000), "no REST interface of WordPress"),
    ],
)
def test_an_address_that_is_no_wordpress_is_told(
    fake: FakeBlog, desk: Desk, answer: Any, told: str
) -> None:
    (id_,) = desk.decided(fake, ("You fool", "hold", "insult"))
    fake.faults = [("GET", answer)]
    found = desk.sent(fake, "--apply")
    assert found.status == 3
    assert told in found.err
    assert fake.statuses(id_) == ["hold"]
    assert fake.writes() == []


def test_a_refusal_of_one_comment_does_not_stop_the_others(fake: FakeBlog, desk: Desk) -> None:
    rejected, published = desk.decided(fake, ("One", "hold", "insult"), ("Two", "hold", None))
    fake.has_bin = False
    found = desk.sent(fake, "--apply")
    assert found.status == 1
    assert "rest_trash_not_supported" in found.err
    assert "EMPTY_TRASH_DAYS" in found.err
    assert fake.statuses(rejected, published) == ["hold", "approved"]


def test_a_change_in_the_same_moment_is_no_error(fake: FakeBlog, desk: Desk) -> None:
    (id_,) = desk.decided(fake, ("One", "hold", "insult"))
    fake.faults = [("DELETE", (410, {}, b'{"code": "rest_already_trashed"}'))]
    assert desk.sent(fake, "--apply").status == 0
    assert fake.statuses(id_) == ["trash"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://paper.example", "the password would be sent unencrypted"),
        ("https://mara:never-shown@paper.example", "a name or a password in it"),
        ("paper.example", "no address of a site"),
        ("ftp://paper.example", "no address of a site"),
        ("https://paper.example/?p=1", "no address of a site"),
        ("https://[::1", "no address"),
        ("https://paper.example:port", "no address"),
        ("https://paper.example:99999", "no address"),
        ("https://paper example", "no address"),
        ("", "--to wordpress needs the site and an account"),
    ],
)
def test_a_wrong_address_is_refused_before_anything_is_sent(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    monkeypatch.setenv(SECRET, "never-shown")
    add(tmp_path / "desk.db", [(0.9, {"id": "1", "text": "One"})])
    named = ("--to", "wordpress", "--url", url, "--user", "mara")
    found = run("decisions", tmp_path / "desk.db", *named)
    assert found.status == 2
    assert told in found.err
    assert "never-shown" not in found.err


@pytest.mark.parametrize("name", ["a" * 70 + ".invalid", "a..invalid"])
def test_a_name_that_nobody_has_is_told(desk: Desk, fake: FakeBlog, name: str) -> None:
    desk.decided(fake, ("One", "hold", None))
    found = desk.sent(fake, url=f"https://{name}")
    assert found.status in {2, 3}
    assert "no address" in found.err or "the site does not answer" in found.err


def test_the_password_comes_from_a_file_too(
    fake: FakeBlog, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SECRET)
    (id_,) = desk.decided(fake, ("One", "hold", None))
    secret = tmp_path / "password"
    secret.write_text(f"{fake.password}\n")
    secret.chmod(0o600)
    found = desk.sent(fake, "--apply", "--password-file", str(secret))
    assert (found.status, fake.statuses(id_)) == (0, ["approved"])
    secret.chmod(0o644)
    assert "chmod 600" in desk.sent(fake, "--password-file", str(secret)).err
    secret.write_text("\n")
    assert desk.sent(fake, "--password-file", str(secret)).status == 2
    assert desk.sent(fake, "--password-file", str(tmp_path / "none")).status == 3
    without = desk.sent(fake)
    assert without.status == 2
    assert f"set {SECRET}" in without.err


def test_a_log_of_something_else_is_refused(fake: FakeBlog, desk: Desk, tmp_path: Path) -> None:
    desk.decided(fake, ("One", "hold", None))
    other = tmp_path / "labels.jsonl"
    other.write_text('{"id": "1", "text": "a"}\n')
    found = desk.sent(fake, "--apply", "--log", str(other))
    assert found.status == 3
    assert "labels.jsonl:1: is no log of changes" in found.err
    assert fake.writes() == []


@pytest.mark.parametrize(
    "given",
    [("--apply",), ("--url", "https://x.example"), ("--password-file", "p"), ("--log", "l")],
)
def test_options_of_a_site_go_with_a_site(
    run: Command, tmp_path: Path, given: tuple[str, ...]
) -> None:
    add(tmp_path / "desk.db", [(0.9, {"id": "1", "text": "One"})])
    found = run("decisions", tmp_path / "desk.db", "--to", "wp-cli", *given)
    assert found.status == 2
    assert f"{given[0]} goes with --to wordpress" in found.err
