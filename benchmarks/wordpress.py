"""The WordPress plugin in a real WordPress, beside a real service and in a real browser.

    python -m benchmarks.wordpress [--journey] [--failures] [--kills] [--backlog] [--checks]

Without options, all parts run. ``deploy/wordpress/local_site.py`` starts the site. The visitor and
the moderator use the system's Chromium. The failures come from a service that was made to fail in
one way. ``--checks`` runs the tests of the plugin that are too long for every run of the suite.
``--backlog`` needs WP-CLI (``wp``).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.desk_browser import invented
from deploy.wordpress.local_site import Site, free_port, missing, site

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEY = "a-key-of-the-benchmark"
MAIN = "from moderation.cli import main; main()"
ROOT = Path(__file__).parents[1]

TITLE = "The old bridge is closed"
ARTICLE = (
    "The old bridge over the river is closed for a week, because engineers found cracks in its "
    "iron. Buses take another way. The council will pay for the repair from its reserve."
)
HOSTILE = "You are a lying idiot and a moron, so shut up."
ASTRAY = "Does anyone sell good winter tyres? And cheap tomatoes for a pizza, please."
SCRIPT = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
CIVIL = "Thank you for the report. When will the bridge be open again?"


class Service:
    """`moderation serve`, which can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.feedback = folder / "decided.jsonl"
        (folder / "keys.txt").write_text(f"paper {KEY}\n", encoding="utf-8")
        self.start()

    def start(self) -> None:
        command = [
            sys.executable, "-c", MAIN, "serve", "--port", str(self.port), "--rate", "0",
            "--keys", str(self.folder / "keys.txt"), "--feedback", str(self.feedback),
        ]  # fmt: skip
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log)
        until(self.answers, 60)

    def answers(self) -> bool:
        try:
            return urllib.request.urlopen(f"{self.address}/healthz", timeout=5).status == 200
        except OSError:
            return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def rows(self) -> list[dict[str, Any]]:
        if not self.feedback.exists():
            return []
        return [json.loads(line) for line in self.feedback.read_text("utf-8").splitlines()]


@contextmanager
def newsroom() -> Iterator[tuple[Site, Service]]:
    """A site with the plugin, and its service."""
    with tempfile.TemporaryDirectory() as folder, site() as wordpress:
        service = Service(Path(folder))
        try:
            connect(wordpress, service.address)
            yield wordpress, service
        finally:
            service.kill()


def connect(wordpress: Site, address: str, key: str = KEY) -> None:
    """Let the plugin ask an address, as if nothing had failed before."""
    wordpress.php("delete_option( 'moderation_state' );")
    wordpress.set_plugin(address=address, key=key)


@contextmanager
def browser() -> Iterator[Callable[[], Page]]:
    """A browser; each page is that of another person."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if found is None:
        raise SystemExit("there is no Chromium here")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield lambda: launched.new_context(viewport={"width": 1280, "height": 900}).new_page()
        launched.close()


def write(page: Page, wordpress: Site, post: int, text: str, author: str) -> float:
    """Post a comment as a visitor does; return the seconds until the next page."""
    page.goto(f"{wordpress.url}/?p={post}")
    page.fill("#comment", text)
    page.fill("#author", author)
    page.fill("#email", f"{author.lower()}@example.org")
    began = time.perf_counter()
    with page.expect_navigation(wait_until="commit"):
        page.click("#submit")
    return time.perf_counter() - began


def log_in(page: Page, wordpress: Site, name: str) -> None:
    page.goto(f"{wordpress.url}/wp-login.php")
    page.fill("#user_login", name)
    page.fill("#user_pass", wordpress.password)
    page.click("#wp-submit")
    page.wait_for_url("**/wp-admin/**")


def journey(wordpress: Site, service: Service) -> None:
    """From a visitor's three comments to rows that `train` takes."""
    post = wordpress.post(TITLE, ARTICLE)
    wordpress.user("mara", "editor")
    with browser() as person:
        visitor, mara = person(), person()
        for text, author in ((HOSTILE, "Ann"), (ASTRAY, "Ben"), (CIVIL, "Cleo")):
            seconds = write(visitor, wordpress, post, text, author)
            seen = visitor.locator(".comment-awaiting-moderation").count()
            print(f"{author}: {'held' if seen else 'published'} after {seconds:.2f} s   {text}")
        stranger = person()
        stranger.goto(f"{wordpress.url}/?p={post}")
        print("others see:", stranger.locator(".comment-content").all_inner_texts())
        log_in(mara, wordpress, "mara")
        mara.goto(f"{wordpress.url}/wp-admin/edit-comments.php?orderby=moderation_hostility")
        for cell in mara.locator("td.column-moderation").all_inner_texts()[:3]:
            print("wp-admin:", " | ".join(cell.split("\n")))
        row = mara.locator("#the-comment-list tr", has_text="winter tyres")
        row.hover()
        row.locator(".approve a").click()
        row.locator(".unapprove a").wait_for()
        row = mara.locator("#the-comment-list tr", has_text="lying idiot")
        row.hover()
        row.get_by_role("link", name="Trash: hostile").click()
        mara.wait_for_url("**trashed=1**")
        scripts(wordpress, mara)
        began = time.monotonic()
        # WordPress does what is planned when a page is seen, but once a minute at most.
        until(lambda: bool(stranger.reload() and len(service.rows()) == 2), 120)
    print(f"both decisions are rows after {time.monotonic() - began:.0f} s:")
    for kept in service.rows():
        answers = f"hostility {kept.get('hostility')}, off-topic {kept.get('off_topic')}"
        print(f"{answers}, {kept['annotator']}, {kept['labelled_at']}, seen {kept['score_seen']}")
    labelled = str(ROOT / "labelled/comments.jsonl")
    command = [sys.executable, "-c", MAIN, "train", labelled, str(service.feedback)]
    command += ["-o", str(service.folder / "models")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print("train:", done.stdout.strip().splitlines()[-1] if not done.returncode else done.stderr)


def scripts(wordpress: Site, mara: Page) -> None:
    """Look for scripts that run in wp-admin: of a title, a comment, an author and a verdict."""
    post = wordpress.post(TITLE, ARTICLE)
    comment = wordpress.comment(post, HOSTILE + SCRIPT, "Eve" + SCRIPT)
    code = """global $wpdb;
        $wpdb->update( $wpdb->posts, array( 'post_title' => $script ), array( 'ID' => $post ) );
        Moderation_Verdicts::keep( get_comment( $comment ), array( 'action' => 'hold',
        'model' => $script, 'null_reason' => $script, 'reasons' => array( array( 'weight' => 1,
        'end' => 1, 'text' => $script, 'attribute' => 'hostility' ) ) ) );"""
    wordpress.php(code, post=post, comment=comment, script=SCRIPT)
    pages = ("edit-comments.php", f"comment.php?action=editcomment&c={comment}", "index.php")
    for page in pages:
        mara.goto(f"{wordpress.url}/wp-admin/{page}", wait_until="networkidle")
        said = "window.ran === 1 ? 'A SCRIPT RAN' : 'no script ran'"
        print(f"{page.partition('?')[0]}: {mara.evaluate(said)}")


def until(ready: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise SystemExit("it did not come to that")
        time.sleep(0.1)


# What a service that fails answers, piece by piece; a pause of a second between two.
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"
_BROKEN = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
FAILING: dict[str, tuple[bytes, ...]] = {
    "never answers": (b"",) * 30,
    "an answer byte by byte": tuple(bytes([byte]) for byte in _HEAD[:30]),
    "half an answer, then silence": (_HEAD + b'{"model": "m", "comm', *(b"",) * 30),
    "half an answer, then the end": (_HEAD + b'{"model": "m", "comm',),
    "status 500": (_BROKEN,),
    "another document": (_EMPTY,),
}


@contextmanager
def failing(pieces: tuple[bytes, ...]) -> Iterator[str]:
    """The address of a service that answers with these pieces."""
    over = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection:
            connection.recv(1 << 20)
            for place, piece in enumerate(pieces):
                if place and over.wait(1.0):
                    return
                try:
                    connection.sendall(piece)
                except OSError:
                    return

    def listen(server: socket.socket) -> None:
        while not over.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=listen, args=(server,), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        server.shutdown(socket.SHUT_RDWR)


def failures(wordpress: Site, service: Service) -> None:
    """Post while the service fails in each way; say how long it takes and what is seen."""
    post = wordpress.post(TITLE, ARTICLE)
    timed(wordpress, post, "warm up")
    print(f"{'the service':<32}{'posting':>8}{'after 3':>9}  status       why, as wp-admin says it")
    for name, pieces in FAILING.items():
        with failing(pieces) as address:
            connect(wordpress, address)
            told(wordpress, post, name)
    connect(wordpress, f"http://127.0.0.1:{free_port()}")
    told(wordpress, post, "is down")
    connect(wordpress, service.address, "not-the-key-of-anybody")
    told(wordpress, post, "wrong key")
    connect(wordpress, service.address)
    wordpress.php("for ( $i = 0; $i < 9; $i++ ) { Moderation_Posting::score_again(); }")
    left = wordpress.php("echo get_comments( array( 'status' => 'hold', 'count' => true ) );")
    print(f"after the service answers again, {left} of these comments wait")


def told(wordpress: Site, post: int, name: str) -> None:
    """Post four times: three that may wait for the service, and one that does not."""
    seconds, comments = [], []
    for n in range(4):
        took, comment = timed(wordpress, post, f"{name}, {n}")
        seconds.append(took)
        comments.append(comment)
    found = {wordpress.status(comment) for comment in comments}
    why = wordpress.php("echo Moderation_Client::state()['message'];")
    times = f"{max(seconds[:3]):>6.2f} s{seconds[3]:>7.2f} s"
    print(f"{name:<32}{times}  {', '.join(found):<12} {why[:90]}")


def timed(wordpress: Site, post: int, text: str) -> tuple[float, int]:
    began = time.perf_counter()
    comment = wordpress.comment(post, f"{CIVIL} ({text})", "Dora")
    return time.perf_counter() - began, comment


def kills(wordpress: Site, service: Service, posts: int = 1_000, times: int = 10) -> None:
    """Post from four readers while the service is killed; count what is there afterwards."""
    post = wordpress.post(TITLE, ARTICLE)
    texts = [f"{(HOSTILE, CIVIL)[n % 2]} ({n})" for n in range(posts)]
    done, every = [0], posts // times

    def send(n: int) -> float:
        took = time.perf_counter()
        wordpress.comment(post, texts[n], f"Reader {'abcdefgh'[n % 8]}")
        done[0] += 1
        return time.perf_counter() - took

    def kill() -> None:
        for round_ in range(times):
            until(lambda r=round_: done[0] >= r * every + every // 3, 600)
            service.kill()
            time.sleep(2)
            service.start()

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(4) as readers:
        took = sorted(readers.map(send, range(posts)))
    killer.join()
    print(
        f"{posts:,} posts, the service killed {times} times: median {took[posts // 2]:.2f} s,",
        end="",
    )
    print(f" p99 {took[int(posts * 0.99)]:.2f} s, worst {took[-1]:.2f} s")
    print("then:", count(wordpress))
    connect(wordpress, service.address)
    wordpress.php("for ( $i = 0; $i < 40; $i++ ) { Moderation_Posting::score_again(); }")
    print("after the service is back:", count(wordpress))
    wordpress.user("nora", "editor")
    decided = decide_while_killed(wordpress, service)
    kept = {row["id"].split(":")[0] for row in service.rows() if row["annotator"] == "paper/nora"}
    print(f"{len(decided)} decisions meanwhile: {len(kept)} of them are rows")


def count(wordpress: Site) -> str:
    code = """global $wpdb; echo wp_json_encode( $wpdb->get_results( "SELECT comment_approved AS
        approved, meta_value AS proposal, COUNT(*) AS comments FROM $wpdb->comments LEFT JOIN
        $wpdb->commentmeta AS kept ON kept.comment_id = $wpdb->comments.comment_ID
        AND meta_key = '_moderation_proposal' WHERE comment_content LIKE '%(%)'
        GROUP BY 1, 2" ) );"""
    names = {"0": "pending", "1": "published"}
    found = [
        f"{each['comments']} {names[each['approved']]} ({each['proposal']})"
        for each in json.loads(wordpress.php(code))
    ]
    return ", ".join(found)


def decide_while_killed(wordpress: Site, service: Service, n: int = 200) -> list[int]:
    """Let a moderator approve comments in groups; the service dies while they are sent."""
    code = """wp_set_current_user( get_user_by( 'login', 'nora' )->ID ); $done = array();
        foreach ( get_comments( array( 'status' => 'hold', 'number' => $n ) ) as $comment ) {
            wp_set_comment_status( $comment, 'approve' ); $done[] = (int) $comment->comment_ID; }
        echo wp_json_encode( $done ); Moderation_Decisions::send();"""
    decided: list[int] = []
    for group in range(4):
        killer = threading.Timer(0.4 + 0.2 * group, service.kill)
        killer.start()
        decided += json.loads(wordpress.php(code, n=n // 4))
        killer.join()
        service.start()
    until(lambda: wordpress.php("echo true === Moderation_Decisions::send();") == "1", 120)
    return decided


def backlog(wordpress: Site, service: Service, n: int = 1_000) -> None:
    """Score comments that a site already has, by WP-CLI."""
    if not shutil.which("wp"):
        print("backlog: skipped, because this machine has no WP-CLI (wp)")
        return
    connect(wordpress, service.address)
    comments = [
        {"title": item.comment.article.title, "article": item.comment.article.text}
        | {"text": item.comment.text, "author": item.comment.author}
        for item in islice(invented(), n)
    ]
    code = """$posts = array(); foreach ( $comments as $c ) { $key = $c['title'];
        if ( ! isset( $posts[ $key ] ) ) { $posts[ $key ] = wp_insert_post( wp_slash( array(
            'post_title' => $c['title'], 'post_content' => $c['article'],
            'post_status' => 'publish' ) ) ); }
        wp_insert_comment( wp_slash( array( 'comment_post_ID' => $posts[ $key ],
            'comment_content' => $c['text'], 'comment_author' => $c['author'] ) ) ); }"""
    for start in range(0, n, 100):
        wordpress.php(code, comments=comments[start : start + 100])
    began = time.perf_counter()
    done = wordpress.wp("moderation", "score", check=False)
    print(f"backlog: {time.perf_counter() - began:.1f} s. {done.stdout.strip()}")


def checks() -> None:
    """Run the tests of the plugin that take a minute."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", str(ROOT / "tests/wordpress")]
    subprocess.run(command, env={**os.environ, "MODERATION_WORDPRESS": "1"}, check=True, cwd=ROOT)


PARTS: dict[str, Callable[[Site, Service], None]] = {
    "--journey": journey,
    "--failures": failures,
    "--kills": kills,
    "--backlog": backlog,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in (*PARTS, "--checks"):
        parser.add_argument(name, action="store_true")
    chosen = {f"--{name}" for name, wanted in vars(parser.parse_args()).items() if wanted}
    if why := missing():
        raise SystemExit(why)
    for name, part in PARTS.items():
        if not chosen or name in chosen:
            print(name)
            with newsroom() as (wordpress, service):
                part(wordpress, service)
                wrong = [w for w in wordpress.complaints() if "plugins/moderation" in w]
                print("PHP complains of the plugin:", wrong or "nothing")
    if not chosen or "--checks" in chosen:
        print("--checks", flush=True)
        checks()


if __name__ == "__main__":
    main()
