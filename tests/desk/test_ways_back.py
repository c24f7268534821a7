"""The way back to a platform, and statements of reasons."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from visiting import scored

from moderation.desk.delivery import Wish
from moderation.desk.live import LiveDesk
from moderation.desk.outputs.article17 import statements
from moderation.desk.outputs.period import EVER, Period, last_days, moment_of, read_period
from moderation.desk.outputs.platforms import (
    coral_mutations,
    platform_records,
    wordpress_commands,
    wordpress_wishes,
)
from moderation.desk.outputs.standing import standing_decisions
from moderation.desk.reasons import CoralCode, RejectionReason, Teaches, read_reasons
from moderation.desk.store.database import Database
from moderation.desk.store.deciding import Decision, DeskStep, decide, last_of, undo
from moderation.desk.store.intake import Intake
from moderation.errors import ModerationError, UsageError
from moderation.records import Verdict
from moderation.service.live import Arrival, Origin
from moderation.sources.comment_rows import Item

REASONS = read_reasons()


def named(id_: str, text: str, **more: Any) -> tuple[Item, Verdict]:
    """A comment with an id of our choice, and its verdict."""
    item, judged = scored(1, text, **more)
    comment = msgspec.structs.replace(item.comment, id=id_)
    return Item(comment, raw={"id": id_}), judged


def put(database: Database, id_: str, text: str, **more: Any) -> None:
    """Put a comment with an id of our choice into the store."""
    list(Intake(database).fill([named(id_, text, **more)], "in"))


def settle(database: Database, text: str, step: DeskStep, reason: str | None = None) -> None:
    """Decide about the comments with a text."""
    statement = "SELECT item, last FROM items WHERE text = ?"
    with database.reading() as sql:
        found = sql.execute(statement, (text,)).fetchall()
    for item, last in found:
        decide(database, Decision(item, "mara", step, last, reason, note="a secret note"))


def commands(database: Database) -> tuple[str, list[str]]:
    """Return the script, and what is left out of it."""
    parts = list(wordpress_commands(standing_decisions(database, EVER)))
    script = "".join(part for part in parts if isinstance(part, str))
    return script, [str(part) for part in parts if isinstance(part, ModerationError)]


def mutations(database: Database) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the requests to Coral, and what is left out."""
    parts = list(coral_mutations(standing_decisions(database, EVER), REASONS))
    told = [str(part) for part in parts if isinstance(part, ModerationError)]
    return [part for part in parts if isinstance(part, dict)], told


_WP = """#!/bin/sh
echo "$@" >> "$TOLD"
case "$2" in list) case "$3" in *approve) echo 7 8 ;; *) echo 9 ;; esac ;; esac
[ "$3" != 13 ]
"""


def test_wordpress_gets_what_differs_and_nothing_else(database: Database, tmp_path: Path) -> None:
    for n in (7, 9, 11, 12, 13):
        put(database, str(n), f"Text {n}")
    settle(database, "Text 7", DeskStep.PUBLISH)
    settle(database, "Text 9", DeskStep.REJECT, "insult")
    settle(database, "Text 11", DeskStep.REJECT, "off-topic")
    settle(database, "Text 12", DeskStep.PUBLISH)
    settle(database, "Text 13", DeskStep.PUBLISH)
    script, left_out = commands(database)
    assert left_out == []
    (tmp_path / "wp").write_text(_WP)
    (tmp_path / "wp").chmod(0o755)
    (tmp_path / "decisions.sh").write_text(script)
    done = subprocess.run(
        ["sh", "decisions.sh", "--url=example.org"],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "TOLD": str(tmp_path / "told")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.returncode == 1  # WordPress refused 13, and the others were told all the same
    assert (tmp_path / "told").read_text().splitlines() == [
        "eval echo EMPTY_TRASH_DAYS; --url=example.org",
        "comment list --status=approve --comment__in=7,12,13 --format=ids --url=example.org",
        "comment approve 12 --url=example.org",
        "comment approve 13 --url=example.org",
        "comment list --status=trash --comment__in=9,11 --format=ids --url=example.org",
        "comment trash 11 --url=example.org",
    ]


def test_nothing_is_deleted_for_good_where_the_bin_is_off(
    database: Database, tmp_path: Path
) -> None:
    put(database, "9", "Text 9")
    settle(database, "Text 9", DeskStep.REJECT, "insult")
    (tmp_path / "decisions.sh").write_text(commands(database)[0])
    told = tmp_path / "told"
    (tmp_path / "wp").write_text(f'#!/bin/sh\n[ "$1" = eval ] && echo 0\necho "$1" >> {told}\n')
    (tmp_path / "wp").chmod(0o755)
    done = subprocess.run(
        ["sh", "decisions.sh"],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, told.read_text()) == (1, "eval\n")
    assert "EMPTY_TRASH_DAYS is 0" in done.stderr


def test_platforms_with_the_same_numbers_are_told_apart(database: Database, tmp_path: Path) -> None:
    live = LiveDesk(tmp_path / "desk.db", REASONS)
    for client in ("blog", "forum"):
        item, judged = named("7", f"Text of the {client}")
        live.keep([Arrival(item.comment, judged, Origin.COMMENTS, client, "1")])
        settle(database, f"Text of the {client}", DeskStep.PUBLISH)
    live.close()
    with pytest.raises(UsageError, match="blog, forum"):
        standing_decisions(database, EVER, of_one_platform=True)
    (blog,) = standing_decisions(database, EVER, "blog", of_one_platform=True)
    (wish,) = wordpress_wishes([blog])
    assert isinstance(wish, Wish)
    assert (wish.id, wish.status, wish.text) == ("7", "approved", "Text of the blog")
    assert len(standing_decisions(database, EVER)) == 2


@pytest.mark.parametrize(
    "id_",
    ["c1", "7; rm -rf ~", "$(id)", "`id`", "-7", "07", "0", "٧", "7\n8", " 7", "7.0", "", "1" * 30],
)
def test_only_numbers_get_into_the_script(database: Database, id_: str) -> None:
    put(database, "7", "Text 7")
    put(database, id_, "Another text")
    settle(database, "Text 7", DeskStep.PUBLISH)
    settle(database, "Another text", DeskStep.PUBLISH)
    script, left_out = commands(database)
    assert re.findall("^decide .*$", script, re.MULTILINE) == ['decide approve approve 7 "$@"']
    assert len(left_out) == 1
    assert "Another text" not in script


def test_ids_that_are_not_the_platforms_own_are_refused(database: Database) -> None:
    item, judged = named("7", "On a page")
    of_page = item._replace(raw={}, page="page.html")
    of_disqus = named("8", "Elsewhere", source="export:disqus")
    list(Intake(database).fill([(of_page, judged), of_disqus], "in"))
    settle(database, "On a page", DeskStep.PUBLISH)
    settle(database, "Elsewhere", DeskStep.PUBLISH)
    script, left_out = commands(database)
    assert "decide approve" not in script
    assert "not known to be the platform's own" in left_out[0]
    assert "not of WordPress but of export:disqus" in left_out[1]


def test_only_what_stands_is_told(database: Database) -> None:
    for n in range(5):
        put(database, str(10 + n), f"Text {n}")
    settle(database, "Text 0", DeskStep.PUBLISH)
    settle(database, "Text 0", DeskStep.REJECT, "insult")  # the last word
    settle(database, "Text 1", DeskStep.PUBLISH)
    settle(database, "Text 1", DeskStep.SECOND)  # a colleague has the word
    settle(database, "Text 2", DeskStep.SKIP)
    settle(database, "Text 3", DeskStep.REJECT, "threat")
    line = last_of(database, "mara")
    assert line is not None
    undo(database, "mara", line["seq"])
    script, left_out = commands(database)
    assert re.findall("^decide .*$", script, re.MULTILINE) == ['decide trash trash 10 "$@"']
    assert left_out == []


def test_a_decision_about_an_earlier_text_is_not_told(database: Database) -> None:
    put(database, "7", "You fool")
    settle(database, "You fool", DeskStep.REJECT, "insult")
    put(database, "7", "I disagree")
    script, left_out = commands(database)
    assert "decide trash" not in script
    assert "its author has changed it since" in left_out[0]
    settle(database, "I disagree", DeskStep.PUBLISH)
    script, left_out = commands(database)
    assert re.findall("^decide .*$", script, re.MULTILINE) == ['decide approve approve 7 "$@"']
    assert len(left_out) == 1


def test_an_id_of_two_authors_is_not_told(database: Database) -> None:
    put(database, "7", "One")
    put(database, "7", "Two", author="Somebody else")
    settle(database, "One", DeskStep.PUBLISH)
    _, left_out = commands(database)
    assert "several comments have its id" in left_out[0]


def test_what_was_read_again_with_another_date_is_told_once(database: Database) -> None:
    put(database, "7", "One", published="2026-11-23")
    settle(database, "One", DeskStep.REJECT, "insult")
    put(database, "7", "One", published="2026-11-24")
    settle(database, "One", DeskStep.PUBLISH)
    script, left_out = commands(database)
    assert re.findall("^decide .*$", script, re.MULTILINE) == ['decide approve approve 7 "$@"']
    assert left_out == []


def test_coral_gets_a_mutation_with_revision_and_code(database: Database) -> None:
    for n, step, reason in (
        (1, DeskStep.PUBLISH, None),
        (2, DeskStep.REJECT, "group"),
        (3, DeskStep.REJECT, "private"),
    ):
        put(database, f"c-{n}", f"Text {n}", revision=f"r-{n}", source="export:coral")
        settle(database, f"Text {n}", step, reason)
    found, left_out = mutations(database)
    assert left_out == []
    approved, hate, other = (each["variables"]["input"] for each in found)
    assert approved == {
        "commentID": "c-1",
        "commentRevisionID": "r-1",
        "clientMutationId": "desk-1",
    }
    assert "approveComment(input: $input)" in found[0]["query"]
    assert hate["reason"]["code"] == "HATE_SPEECH"
    assert hate["reason"]["detailedExplanation"].startswith("Your comment demeans")
    assert "customReason" not in hate["reason"]
    assert other["reason"]["code"] == "OTHER"
    assert other["reason"]["customReason"] == "Private details"
    assert "rejectComment(input: $input)" in found[2]["query"]
    assert "note" not in str(found)


def test_coral_gets_nothing_without_a_revision_or_from_another_platform(
    database: Database,
) -> None:
    put(database, "c-1", "One", source="export:coral")
    put(database, "7", "Two", source="export:wxr", revision="r")
    settle(database, "One", DeskStep.PUBLISH)
    settle(database, "Two", DeskStep.PUBLISH)
    found, left_out = mutations(database)
    assert found == []
    assert "its revision is not known" in left_out[0]
    assert "not of Coral but of export:wxr" in left_out[1]


def test_disqus_gets_numbers_and_actions(database: Database) -> None:
    for n, source in ((1, "export:disqus"), (2, "export:disqus-api"), (3, "export:wxr")):
        put(database, f"{n}00", f"Text {n}", source=source)
    put(database, "x1", "Text x", source="export:disqus")
    settle(database, "Text 1", DeskStep.PUBLISH)
    for text in ("Text 2", "Text 3", "Text x"):
        settle(database, text, DeskStep.REJECT, "insult")
    parts = list(platform_records("disqus", standing_decisions(database, EVER), REASONS))
    found = [part for part in parts if isinstance(part, dict)]
    assert [(each["post"], each["action"], each["reason"]) for each in found] == [
        ("100", "approve", None),
        ("200", "remove", "insult"),
    ]
    told = [str(part) for part in parts if isinstance(part, ModerationError)]
    assert "not of Disqus but of export:wxr" in told[0]
    assert "its id is no number of Disqus" in told[1]


def test_a_statement_has_the_facts_and_no_personal_data(database: Database) -> None:
    put(database, "c1", "You fool", published="2026-11-23T22:30:00Z", author="Nora Quist")
    put(database, "c2", "Fine", published="yesterday")
    settle(database, "You fool", DeskStep.REJECT, "insult")
    settle(database, "Fine", DeskStep.PUBLISH)
    (found,) = statements(standing_decisions(database, EVER), REASONS, EVER)
    assert found["decision_ground"] == "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    assert found["incompatible_content_ground"] == "Insults a person"
    assert found["illegal_content_legal_ground"] is None
    assert found["category"] == "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
    assert found["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
    assert found["content_date"] == "2026-11-23"
    assert (found["automated_detection"], found["automated_decision"]) == (
        "Yes",
        "AUTOMATED_DECISION_NOT_AUTOMATED",
    )
    assert re.fullmatch("[a-zA-Z0-9-_]+", found["puid"])
    for private in ("fool", "Nora", "mara", "note"):
        assert private not in str(found)


def test_a_drawn_comment_was_not_detected_by_a_machine(database: Database) -> None:
    list(Intake(database).fill([scored(n, hostility=0.1) for n in range(60)], "in"))
    with database.reading() as sql:
        (text,) = sql.execute("SELECT text FROM items WHERE drawn LIMIT 1").fetchone()
    settle(database, text, DeskStep.REJECT, "insult")
    (found,) = statements(standing_decisions(database, EVER), REASONS, EVER)
    assert found["automated_detection"] == "No"


def test_a_reason_may_name_a_law(tmp_path: Path, database: Database) -> None:
    path = tmp_path / "reasons.toml"
    path.write_text(
        '[[reason]]\nkey = "insult"\nname = "Insult"\nlabel = "hostile"\nto_reader = "Please."\n'
        'law = "Criminal code, section 185"\ncategory = "ILLEGAL_OR_HARMFUL_SPEECH"\n'
        'coral = "ILLEGAL_CONTENT"\n'
    )
    reasons = read_reasons(path)
    put(database, "c-1", "One", source="export:coral", revision="r")
    settle(database, "One", DeskStep.REJECT, "insult")
    standing = standing_decisions(database, EVER)
    (found,) = statements(standing, reasons, EVER)
    assert found["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert found["illegal_content_legal_ground"] == "Criminal code, section 185"
    assert found["incompatible_content_ground"] is None
    (mutation,) = coral_mutations(standing, reasons)
    assert isinstance(mutation, dict)
    given = mutation["variables"]["input"]["reason"]
    assert given["code"] == "ILLEGAL_CONTENT"
    assert given["legalGrounds"] == "Criminal code, section 185"


def test_the_shipped_reasons_map_to_coral_and_to_no_law() -> None:
    codes = {reason.key: reason.coral.value for reason in REASONS.listed}
    assert codes["insult"] == "ABUSIVE"
    assert codes["off-topic"] == "IRRELEVANT_CONTENT"
    assert [reason.key for reason in REASONS.listed if reason.law] == []
    old = RejectionReason(key="a", name="A", label=Teaches.NEITHER, to_reader="Please.")
    assert old.coral is CoralCode.OTHER
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**msgspec.to_builtins(old), "coral": "RUDE"}, RejectionReason)


def test_days_begin_and_end_in_their_zone() -> None:
    period = read_period("2026-11-23", "2026-11-23", "Europe/Berlin")
    assert not period.holds("2026-11-22T22:59:59+00:00")
    assert period.holds("2026-11-22T23:00:00+00:00")
    assert period.holds("2026-11-23T22:59:59+00:00")
    assert not period.holds("2026-11-23T23:00:00+00:00")
    assert period.zone_name == "Europe/Berlin, UTC+01:00"
    assert period.local("2026-11-23T05:00:00+00:00").hour == 6
    until = read_period(None, "2026-11-23T08:00", "UTC")
    assert until.holds("2026-11-23T07:59:59")
    assert not until.holds("2026-11-23T08:00:00+00:00")
    assert until.zone_name == "UTC"


def test_the_last_days_end_today() -> None:
    zone = read_period(None, None, "America/New_York").zone
    week = last_days(7, moment_of("2026-11-23T03:00:00+00:00"), zone)  # still Sunday there
    assert week.since is not None
    assert week.since.isoformat() == "2026-11-16T00:00:00-05:00"
    assert week.holds("2026-11-23T02:59:00+00:00")


@pytest.mark.parametrize(
    ("since", "until", "zone", "field"),
    [
        ("last week", None, None, "--since"),
        (None, "23.11.2026", None, "--until"),
        (None, "9999-12-31", None, "--until"),
        ("2026-11-24", "2026-11-23", "UTC", "--until"),
        (None, None, "Mars/Base", "--zone"),
        (None, None, "../../etc/passwd", "--zone"),
    ],
)
def test_a_wrong_period_names_its_option(
    since: str | None, until: str | None, zone: str | None, field: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read_period(since, until, zone)
    assert caught.value.field == field
    assert Period() == EVER


def test_a_text_that_its_author_has_restored_is_what_the_platform_is_told_about(
    database: Database,
) -> None:
    put(database, "9", "You fool.")
    settle(database, "You fool.", DeskStep.REJECT, "insult")
    put(database, "9", "A fine bridge.")
    settle(database, "A fine bridge.", DeskStep.PUBLISH)
    assert "decide approve approve 9" in commands(database)[0]
    put(database, "9", "You fool.")
    script, left_out = commands(database)
    assert "decide trash trash 9" in script
    assert "approve 9" not in script
    assert any("has changed it since" in told for told in left_out)
