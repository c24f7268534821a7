"""Decisions of the desk on their way to a real WordPress, with a command that is killed.

    python -m benchmarks.way_back [--comments 200] [--kills 5]

``deploy/wordpress/local_site.py`` starts the site. Half of the comments are published at the desk
and half rejected. The command is killed with -9 at random moments until it has ended by itself
once. Then every status at the site is compared with its decision, and the log with the site. No
change is lost, and a comment is changed at most once, whatever was killed in between.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from deploy.wordpress.local_site import Site, missing, site
from moderation.desk import Intake, open_database
from moderation.desk.store.deciding import Decision, DeskStep, decide
from moderation.records import Action, Attribute, Comment, Score, Verdict
from moderation.sources.comment_rows import Item

PASSWORD = "MODERATION_WORDPRESS_PASSWORD"

# WordPress tells when a status changes; this file of the site counts it.
_WATCH = """<?php
add_action( 'transition_comment_status', function ( $new, $old, $comment ) {
	file_put_contents( '%s', $comment->comment_ID . "\\n", FILE_APPEND | LOCK_EX );
}, 10, 3 );
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--comments", type=int, default=200)
    parser.add_argument("--kills", type=int, default=5)
    given = parser.parse_args()
    if why := missing():
        raise SystemExit(why)
    with tempfile.TemporaryDirectory() as folder, site(plugin=False) as wordpress:
        store, watched = Path(folder) / "desk.db", wordpress.folder / "changes.txt"
        wanted = decided(wordpress, store, given.comments)
        plugins = wordpress.root / "wp-content/mu-plugins"
        plugins.mkdir(exist_ok=True)
        (plugins / "watch.php").write_text(_WATCH % watched, encoding="utf-8")
        password = wordpress.user("mara", "editor")
        command = [
            sys.executable, "-m", "moderation", "decisions", str(store), "--to", "wordpress",
            "--url", wordpress.url, "--user", "mara", "--quiet",
        ]  # fmt: skip
        environment = {**os.environ, PASSWORD: password}
        seconds = timed(command, environment)
        print(f"asked for {given.comments} comments, a dry run: {seconds:.1f} s")
        killed, seconds = applied([*command, "--apply"], environment, given.kills)
        print(f"applied, killed {killed} times on the way: {seconds:.1f} s")
        print(
            f"once more, with nothing to change: {timed([*command, '--apply'], environment):.1f} s"
        )
        report(wordpress, store, wanted, watched)


def decided(wordpress: Site, store: Path, n: int) -> dict[str, str]:
    """Make comments that wait at the site, decide them, and return what each shall become."""
    post = wordpress.post("The old bridge is closed", "The old bridge is closed for a week.")
    code = """foreach ( range( 1, $n ) as $i ) { echo wp_insert_comment( array(
        'comment_post_ID' => $post, 'comment_content' => "Comment number $i.",
        'comment_author' => 'Ann', 'comment_approved' => '0' ) ), ' '; }"""
    ids = wordpress.php(code, post=post, n=n).split()
    wanted = {}
    with closing(open_database(store, create=True)) as database:
        pairs = []
        for number, id_ in enumerate(ids, start=1):
            comment = Comment(id=id_, text=f"Comment number {number}.", source="export:wxr")
            verdict = Verdict(
                id=id_,
                hostility=Score(attribute=Attribute.HOSTILITY, value=0.9, review=0.5, hold=0.8),
                off_topic=Score(attribute=Attribute.OFF_TOPIC, value=None, review=0.5, hold=0.8),
                action=Action.HOLD,
                model="none@00000000",
            )
            pairs.append((Item(comment, raw={"id": id_}), verdict))
        list(Intake(database).fill(pairs, "site"))
        with database.reading() as sql:
            rows = sql.execute("SELECT item, id, last FROM items").fetchall()
        for row in rows:
            publish = int(row["id"]) % 2 == 0
            step = DeskStep.PUBLISH if publish else DeskStep.REJECT
            reason = None if publish else "insult"
            decide(database, Decision(row["item"], "iven", step, row["last"], reason))
            wanted[row["id"]] = "1" if publish else "trash"
    return wanted


def timed(command: list[str], environment: dict[str, str]) -> float:
    begun = time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.monotonic() - begun


def applied(command: list[str], environment: dict[str, str], kills: int) -> tuple[int, float]:
    """Run the command until it ends by itself; return how often it was killed, and the seconds."""
    chance, killed, begun = random.Random(8), 0, time.monotonic()
    while True:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        patience = chance.uniform(1, 6) if killed < kills else None
        try:
            if process.wait(patience):
                raise SystemExit(f"the command ended with {process.returncode}")
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
            continue
        return killed, time.monotonic() - begun


def report(wordpress: Site, store: Path, wanted: dict[str, str], watched: Path) -> None:
    code = "foreach ( $ids as $id ) { echo get_comment( $id )->comment_approved, ' '; }"
    there = wordpress.php(code, ids=list(map(int, wanted))).split()
    wrong = [id_ for id_, status in zip(wanted, there, strict=True) if wanted[id_] != status]
    changes = Counter(watched.read_text(encoding="utf-8").split())
    log = store.with_name(f"{store.name}.wordpress.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines()]
    twice = sum(n > 1 for n in changes.values())
    print(f"statuses that are not as decided: {len(wrong)} of {len(wanted)}")
    print(f"comments changed more than once at the site: {twice}")
    print(f"comments without a line in the log: {len(wanted.keys() - {x['id'] for x in lines})}")
    unsaid = sum(line["from"] == line["to"] for line in lines)
    print(f"changes that the log knows without their earlier status: {unsaid}")


if __name__ == "__main__":
    main()
