"""The WordPress plugin, in a real WordPress beside a real service where both can be had."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from deploy.wordpress.local_site import PLUGIN, Site, free_port, missing, site
from deploy.wordpress.strings import TEMPLATE
from moderation.labels import read_labelled

KEY = "k" * 20
HOSTILE = "You are a lying idiot and a moron, so shut up."
ASTRAY = "Does anyone sell good winter tyres? And cheap tomatoes for a pizza, please."
CIVIL = "Thank you for the report. When will the bridge be open again?"
SCRIPT = "<script>document.title = 'owned'</script><img src=x onerror=document.title='owned'>"


class Newsroom(NamedTuple):
    """A site, its service, and the file that the service appends to."""

    site: Site
    address: str
    feedback: Path
    post: int

    def answers(self, *, key: str = KEY, address: str | None = None) -> None:
        """Let the plugin ask this address with this key, as if nothing had failed before."""
        self.site.php("delete_option( 'moderation_state' );")
        self.site.set_plugin(address=address or self.address, key=key)

    def kept(self, comment: int) -> dict[str, Any]:
        code = "echo wp_json_encode( Moderation_Verdicts::of( get_comment( $comment ) ) );"
        return json.loads(self.site.php(code, comment=comment))

    def decide(self, name: str, code: str, **values: Any) -> str:
        """Let a moderator run PHP, and send what was decided."""
        who = "wp_set_current_user( get_user_by( 'login', $name )->ID ); "
        send = " Moderation_Decisions::send();"
        return self.site.php(who + code + send, name=name, **values)

    def rows(self) -> list[dict[str, Any]]:
        if not self.feedback.exists():
            return []
        return [json.loads(line) for line in self.feedback.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    if why := missing():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("newsroom")
    (folder / "keys.txt").write_text(f"paper {KEY}\n", encoding="utf-8")
    port, feedback = free_port(), folder / "decided.jsonl"
    command = [
        sys.executable, "-c", "from moderation.cli import main; main()", "serve",
        "--port", str(port), "--keys", str(folder / "keys.txt"), "--feedback", str(feedback),
    ]  # fmt: skip
    with (folder / "service.log").open("wb") as log:
        service = subprocess.Popen(command, stderr=log)
    try:
        with site() as found:
            post = found.post(
                "The old bridge is closed" + SCRIPT,
                "The old bridge over the river is closed for a week, because engineers found "
                "cracks in its iron. Buses take another way. The council will pay for the repair.",
            )
            found.be_patient()
            found.user("mara", "editor")
            found.user("carl", "contributor")
            yield Newsroom(found, f"http://127.0.0.1:{port}", feedback, post)
            assert [line for line in found.complaints() if "plugins/moderation" in line] == []
    finally:
        service.kill()  # every row is on the disk before it is acknowledged
        service.wait()


#: One test of the site belongs to every run of the suite; the others would double its time.
at_length = pytest.mark.skipif(
    "MODERATION_WORDPRESS" not in os.environ,
    reason="takes a minute; `python -m benchmarks.wordpress` runs it",
)


@pytest.fixture
def ready(newsroom: Newsroom) -> Newsroom:
    newsroom.answers()
    return newsroom


def test_a_reader_is_held_or_published_and_what_a_moderator_decides_is_a_row(
    ready: Newsroom,
) -> None:
    wordpress = ready.site
    hostile, astray, civil = (
        wordpress.comment(ready.post, text, "Ann") for text in (HOSTILE, ASTRAY, CIVIL)
    )
    found = [wordpress.status(comment) for comment in (hostile, astray, civil)]
    assert found == ["unapproved", "unapproved", "approved"]
    kept = ready.kept(hostile)
    assert kept["proposal"] == "hold"
    assert "idiot" in {reason["text"] for reason in kept["reasons"]}
    assert ready.kept(astray)["off_topic"] > ready.kept(civil)["off_topic"]
    ready.decide(
        "mara",
        "Moderation_Decisions::reject( $hostile, 'hostile' );"
        "wp_set_comment_status( $astray, 'approve' ); wp_spam_comment( $civil );"
        "wp_unspam_comment( $civil );",
        hostile=hostile, astray=astray, civil=civil,
    )  # fmt: skip
    rows = ready.rows()
    assert [(row["text"], row["hostility"]) for row in rows] == [
        (HOSTILE, True), (ASTRAY, False), (CIVIL, "unsure"), (CIVIL, "unsure"),
    ]  # fmt: skip
    assert {row["annotator"] for row in rows} == {"paper/mara"}
    assert rows[0]["article"]["title"].startswith("The old bridge is closed")
    assert "cracks in its iron" in rows[0]["article"]["text"]
    assert len(read_labelled([ready.feedback]).rows) == 4


@at_length
def test_what_nobody_decided_and_what_the_desk_applies_is_no_row(ready: Newsroom) -> None:
    comment = ready.site.comment(ready.post, CIVIL + " I cycle there.", "Ben")
    code = (
        "wp_set_comment_status( $comment, 'hold' ); echo Moderation_Decisions::state()['waiting'];"
    )
    assert ready.site.php(code, comment=comment) == "0"
    desk = (
        "$_SERVER['HTTP_X_MODERATION_SOURCE'] = 'desk'; wp_set_comment_status( $comment, 'spam' );"
    )
    assert ready.decide("mara", desk + code, comment=comment) == "0"


@at_length
@pytest.mark.parametrize("case", ["down", "wrong key", "no service"])
def test_a_failure_keeps_the_comment_waiting_and_says_why(newsroom: Newsroom, case: str) -> None:
    wordpress = newsroom.site
    if case == "down":
        newsroom.answers(address=f"http://127.0.0.1:{free_port()}")
    elif case == "wrong key":
        newsroom.answers(key="w" * 20)
    else:
        newsroom.answers(address=wordpress.url)
    comment = wordpress.comment(newsroom.post, f"{CIVIL} I ask because of {case}.", "Cleo")
    assert wordpress.status(comment) == "unapproved"
    kept = newsroom.kept(comment)
    said = {"down": "did not answer", "wrong key": "API key not valid", "no service": "status 404"}
    assert (kept["proposal"], said[case] in kept["error"]) == ("unscored", True), kept
    newsroom.answers()
    wordpress.php("Moderation_Posting::score_again();")
    assert (wordpress.status(comment), newsroom.kept(comment)["proposal"]) == (
        "approved",
        "publish",
    )


@at_length
def test_what_a_moderator_decided_while_the_service_was_away_stands(newsroom: Newsroom) -> None:
    newsroom.answers(address=f"http://127.0.0.1:{free_port()}")
    comment = newsroom.site.comment(newsroom.post, f"{CIVIL} And the trains?", "Dora")
    sent = newsroom.decide(
        "mara",
        "wp_set_comment_status( $comment, 'approve' ); wp_set_comment_status( $comment, 'hold' );",
        comment=comment,
    )
    assert sent == ""
    before = len(newsroom.rows())
    newsroom.answers()
    newsroom.site.php("Moderation_Posting::score_again(); Moderation_Decisions::send();")
    assert newsroom.site.status(comment) == "unapproved"
    assert [row["hostility"] for row in newsroom.rows()[before:]] == [False, "unsure"]


@at_length
def test_after_three_failures_nobody_waits_for_the_service(newsroom: Newsroom) -> None:
    newsroom.answers(address=f"http://127.0.0.1:{free_port()}")
    ask = "echo is_wp_error( Moderation_Client::ask( array( array( 'id' => '1' ) ) ) );"
    code = "echo Moderation_Client::ask( array( array( 'id' => '1' ) ) )->get_error_code();"
    newsroom.site.php(ask * 3)
    assert newsroom.site.php(code) == "moderation_paused"
    assert (
        newsroom.site.php(
            "$state = Moderation_Client::state(); $state['until'] = time() - 1;"
            f"update_option( 'moderation_state', $state ); {code} {code}"
        )
        == "moderation_networkmoderation_paused"
    )


def log_in(wordpress: Site, name: str) -> requests.Session:
    session = requests.Session()
    form = {"log": name, "pwd": wordpress.password, "testcookie": "1"}
    session.cookies.set("wordpress_test_cookie", "WP Cookie check")
    answer = session.post(f"{wordpress.url}/wp-login.php", form, allow_redirects=False)
    assert answer.status_code == 302
    return session


@at_length
def test_only_who_moderates_sees_scores(ready: Newsroom) -> None:
    wordpress = ready.site
    comment = wordpress.comment(ready.post, HOSTILE + " Again.", "Eve")
    with log_in(wordpress, "mara") as mara, log_in(wordpress, "carl") as carl:
        table = f"{wordpress.url}/wp-admin/edit-comments.php"
        seen = mara.get(table).text
        assert "column-moderation" in seen
        assert re.search(r"moderation-words\">[^<]*idiot", seen)
        wish = "?comment_status=all&moderation_proposal=publish"
        assert f"comment-{comment}" not in mara.get(table + wish).text
        order = "?comment_status=all&orderby=moderation_hostility&order=desc"
        ids = re.findall(r"id=.comment-(\d+)", mara.get(table + order).text)
        scores = [ready.kept(int(id_))["hostility"] or 0.0 for id_ in ids if id_ != "1"]
        assert scores == sorted(scores, reverse=True)
        unseen = carl.get(table).text
        assert "wp-list-table" in unseen
        assert not re.search(r"moderation-words|moderation_reject|moderation_proposal", unseen)
        count = "id='comment-"
        assert carl.get(table + wish).text.count(count) == unseen.count(count) > 0
        reject = f"{wordpress.url}/wp-admin/admin-post.php?action=moderation_reject&c={comment}"
        assert mara.get(f"{reject}&reason=hostile").status_code == 403
        (link,) = re.findall(
            rf"href=\"([^\"]*moderation_reject&#038;c={comment}&#038;reason=hostile[^\"]*)", seen
        )
        assert carl.get(link.replace("&#038;", "&")).status_code == 403
        assert wordpress.status(comment) == "unapproved"
        mara.get(link.replace("&#038;", "&"))
        assert wordpress.status(comment) == "trash"
    for path in ("wp/v2/comments", f"wp/v2/comments?post={ready.post}&_fields=meta,_links"):
        answer = requests.get(f"{wordpress.url}/wp-json/{path}", timeout=10)
        assert answer.status_code == 200
        assert "hostility" not in answer.text


@at_length
def test_the_rest_api_is_covered(ready: Newsroom) -> None:
    wordpress = ready.site
    login = ("nora", wordpress.user("nora", "subscriber"))
    fields: Any = {"post": ready.post, "content": HOSTILE + " By REST.", "author_name": "Finn"}
    fields["author_email"] = "finn@example.org"
    address = f"{wordpress.url}/wp-json/wp/v2/comments"
    answer = requests.post(address, json=fields, auth=login, timeout=10)
    assert (answer.status_code, answer.json()["status"]) == (201, "hold")
    fields["content"] = CIVIL + " By REST."
    answer = requests.post(address, json=fields, auth=login, timeout=10)
    assert answer.json()["status"] == "approved"


@at_length
def test_stored_scripts_stay_text(ready: Newsroom) -> None:
    comment = ready.site.comment(ready.post, HOSTILE, "Gus " + SCRIPT)
    code = """$found = array( 'id' => (string) $id, 'hostility' => 0.9, 'off_topic' => null,
        'action' => 'hold', 'model' => $script, 'null_reason' => $script, 'reasons' => array(
        array( 'attribute' => 'hostility', 'text' => $script, 'weight' => 2, 'end' => 3 ) ) );
        Moderation_Verdicts::keep( get_comment( $id ), $found );"""
    ready.site.php(code, id=comment, script=SCRIPT)
    with log_in(ready.site, "mara") as mara:
        for page in ("edit-comments.php", f"comment.php?action=editcomment&c={comment}"):
            text = mara.get(f"{ready.site.url}/wp-admin/{page}").text
            assert "&lt;img src=x onerror" in text
            assert "was changed after" not in text
            assert "<img src=x" not in text
            assert "<script>document.title" not in text


@at_length
def test_a_reader_may_have_the_scores_and_have_them_erased(ready: Newsroom) -> None:
    comment = ready.site.comment(ready.post, HOSTILE + " Really.", "Hugo")
    code = "echo wp_json_encode( Moderation_Privacy::export( 'hugo@example.org' ) );"
    (item,) = json.loads(ready.site.php(code))["data"]
    assert {"Proposal", "Hostility", "Words"} <= {row["name"] for row in item["data"]}
    order = "echo array_key_first( apply_filters( 'wp_privacy_personal_data_erasers', array() ) );"
    assert ready.site.php(order) == "moderation"
    erased = json.loads(ready.site.php(code.replace("export", "erase")))
    assert (erased["items_removed"], erased["done"]) == (True, True)
    assert ready.kept(comment) is None


@at_length
def test_taken_away_it_leaves_nothing_behind(ready: Newsroom) -> None:
    left = """global $wpdb; echo $wpdb->get_var( "SELECT COUNT(*) FROM $wpdb->options
        WHERE option_name LIKE 'moderation\\_%' AND option_name NOT IN ( 'moderation_keys',
        'moderation_notify' )" ), ' ', $wpdb->get_var( "SELECT COUNT(*) FROM
        $wpdb->commentmeta WHERE meta_key LIKE '_moderation%'" ), ' ',
        count( $wpdb->get_col( "SHOW TABLES LIKE '%moderation%'" ) ), ' ', substr_count(
        serialize( _get_cron_array() ), 'moderation' ) > 0 ? 'planned' : 'none';"""
    assert ready.site.php(left).endswith("planned")
    away = """require_once ABSPATH . 'wp-admin/includes/plugin.php';
        deactivate_plugins( 'moderation/moderation.php' );
        uninstall_plugin( 'moderation/moderation.php' ); """
    ready.site.php(away)
    assert ready.site.php(left) == "0 0 0 none"


def test_every_file_is_sound_php() -> None:
    if not shutil.which("php"):
        pytest.skip("this machine has no php")
    for path in [*PLUGIN.glob("*.php"), *PLUGIN.glob("includes/*.php")]:
        done = subprocess.run(["php", "-l", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_coding_standard_of_wordpress_is_kept() -> None:
    known = ""
    with contextlib.suppress(FileNotFoundError):
        known = subprocess.run(["phpcs", "-i"], capture_output=True, text=True, check=False).stdout
    if "WordPress" not in known:
        pytest.skip("this machine has no phpcs with the WordPress standard")
    standard = PLUGIN.parent / "phpcs.xml"
    done = subprocess.run(
        ["phpcs", "-q", f"--standard={standard}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_translators_find_every_string() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    found = {
        string
        for path in PLUGIN.rglob("*.php")
        for string in re.findall(
            r"\b(?:__|_n|esc_html__|esc_html_e|esc_attr__)\( '((?:[^'\\]|\\.)+)'",
            path.read_text(encoding="utf-8"),
        )
    }
    assert len(found) > 50
    escaped = {string: string.replace('"', '\\"') for string in found}
    lacking = [string for string, shown in escaped.items() if f'msgid "{shown}"' not in template]
    assert lacking == [], "run `python deploy/wordpress/strings.py`"
