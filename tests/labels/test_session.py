"""The session: what is asked next, and what each answer leaves in the file."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from making import BRIDGE, Sheet, candidate, said
from making import H as HOSTILITY
from making import O as OFF_TOPIC

from moderation.errors import UsageError
from moderation.labels.annotation.candidates import Selection
from moderation.labels.annotation.session import SITTING
from moderation.labels.gold.computing import gold_labels
from moderation.labels.journal.log import Journal
from moderation.labels.labelled_files import LabelledRow, read_labelled
from moderation.records import Article


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    return Sheet(tmp_path)


def test_a_comment_is_asked_about_each_attribute(sheet: Sheet) -> None:
    session = sheet.session([candidate("one"), candidate("two")])
    assert (session.current.comment.text, session.question) == ("one", HOSTILITY)
    session.answer(True)
    assert (session.current.comment.text, session.question) == ("one", OFF_TOPIC)
    session.answer("unsure")
    assert (session.current.comment.text, session.question) == ("two", HOSTILITY)
    assert said(sheet.rows) == [("one", True, None), ("one", True, "unsure")]


def test_every_key_is_in_the_file_before_anything_else_happens(sheet: Sheet) -> None:
    session = sheet.session([candidate("one")])
    session.answer(True)
    assert said(sheet.rows) == [("one", True, None)]


def test_without_anything_to_compare_with_off_topic_is_not_asked(sheet: Sheet) -> None:
    session = sheet.session([candidate("alone", article=None)])
    session.answer(True, OFF_TOPIC)
    assert session.question is HOSTILITY
    assert not sheet.path.exists()
    session.answer(False)
    assert session.finished


def test_answers_come_in_any_order_and_can_be_corrected(sheet: Sheet) -> None:
    session = sheet.session([candidate("one"), candidate("two")])
    session.answer(False, OFF_TOPIC)
    assert session.question is HOSTILITY
    session.answer(True, OFF_TOPIC)
    session.answer(False)
    assert said(sheet.rows)[-1] == ("one", False, True)
    assert session.current.comment.text == "two"


def test_undo_withdraws_and_asks_again(sheet: Sheet) -> None:
    session = sheet.session([candidate("one"), candidate("two"), candidate("three")])
    for _ in range(4):
        session.answer(True)
    assert session.undo()
    assert (session.current.comment.text, session.question) == ("two", HOSTILITY)
    assert said(sheet.rows)[-1] == ("two", None, None)
    session.answer(False)
    session.answer(False)
    assert session.current.comment.text == "three"
    gold = {g.comment.text: (g.hostility, g.off_topic) for g in _gold(sheet)}
    assert gold == {"one": (1.0, 1.0), "two": (0.0, 0.0)}


def _gold(sheet: Sheet):  # type: ignore[no-untyped-def]
    return gold_labels(read_labelled([sheet.path]))


def test_undo_goes_back_as_far_as_one_likes(sheet: Sheet) -> None:
    session = sheet.session([candidate("one"), candidate("two")])
    for _ in range(4):
        session.answer(True)
    at_the_end = session.current
    assert at_the_end is None
    assert session.undo()
    assert session.undo()
    assert session.current.comment.text == "one"
    assert not session.undo()
    assert session.progress[:3] == (0, 2, 0)
    assert [(g.hostility, g.off_topic) for g in _gold(sheet)] == [(None, None)] * 2


def test_undo_of_half_an_answer_stays_with_the_comment(sheet: Sheet) -> None:
    session = sheet.session([candidate("one"), candidate("two")])
    session.answer(True)
    assert session.undo()
    assert (session.current.comment.text, session.question) == ("one", HOSTILITY)
    assert said(sheet.rows)[-1] == ("one", None, None)


def test_undo_reaches_into_the_session_before(sheet: Sheet) -> None:
    queue = [candidate("one"), candidate("two")]
    first = sheet.session(queue)
    first.answer(True)
    first.answer(True)
    session = sheet.session(queue[1:])
    assert session.undo()
    assert session.current.comment.text == "one"
    assert session.current.comment.article == BRIDGE
    session.answer(False)
    session.answer(False)
    assert session.current.comment.text == "two"
    assert said(sheet.rows)[-1] == ("one", False, False)


def test_what_was_answered_is_not_asked_again(sheet: Sheet) -> None:
    queue = [candidate("one"), candidate("two"), candidate("three")]
    first = sheet.session(queue)
    for _ in range(3):
        first.answer(True)
    session = sheet.session(queue)
    assert (session.current.comment.text, session.question) == ("two", OFF_TOPIC)
    session.answer(False)
    assert said(sheet.rows)[-1] == ("two", True, False)
    assert session.current.comment.text == "three"
    assert sheet.session(queue, "ben", overlap=1.0).current.comment.text == "one"


def test_asking_about_one_attribute_later_keeps_the_other(sheet: Sheet) -> None:
    only = [candidate("one")]
    first = sheet.session([c.__class__(**{**_fields(c), "asked": (HOSTILITY,)}) for c in only])
    first.answer(True)
    session = sheet.session(only)
    assert session.question is OFF_TOPIC
    session.answer(True)
    assert said(sheet.rows)[-1] == ("one", True, True)


def _fields(record: object) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__struct_fields__}  # type: ignore[attr-defined]


def test_a_skipped_comment_leaves_nothing_and_comes_again(sheet: Sheet) -> None:
    queue = [candidate("one"), candidate("two")]
    session = sheet.session(queue)
    session.skip()
    assert session.current.comment.text == "two"
    assert not sheet.path.exists()
    assert sheet.session(queue).current.comment.text == "one"


def test_a_note_is_kept_at_once_and_stays_with_the_answer(sheet: Sheet) -> None:
    session = sheet.session([candidate("one")])
    session.note(" irony? ")
    assert [(row.note, row.hostility) for row in sheet.rows] == [("irony?", None)]
    session.answer(False)
    assert [row.note for row in sheet.rows] == ["irony?"] * 2
    session.note("")
    assert sheet.rows[-1].note is None
    assert sheet.rows[-1].hostility is False


def test_rows_tell_how_they_came_about(sheet: Sheet) -> None:
    chosen = candidate("one", score=0.31234, selection=Selection.UNCERTAIN)
    session = sheet.session([chosen], guideline="7")
    session.answer(True)
    (row,) = sheet.rows
    assert (row.annotator, row.guideline, row.selection) == ("anna", "7", "uncertain")
    assert (row.model, row.score_seen, row.adjudicated) == ("tiny@1", None, False)
    assert row.labelled_at is not None


def test_a_random_comment_owes_nothing_to_a_model(sheet: Sheet) -> None:
    session = sheet.session([candidate("one", score=0.3, selection=Selection.RANDOM)])
    session.answer(True)
    assert (sheet.rows[0].selection, sheet.rows[0].model) == ("random", None)


def test_assistance_is_recorded(sheet: Sheet) -> None:
    chosen = candidate("one", score=0.31234, selection=Selection.RANDOM)
    session = sheet.session([chosen], assist=True)
    session.answer(True)
    assert (sheet.rows[0].model, sheet.rows[0].score_seen) == ("tiny@1", 0.3123)


def test_others_answers_are_hidden_without_assistance(sheet: Sheet) -> None:
    other = sheet.session([candidate("one")], "ben")
    other.answer(True)
    assert sheet.session([candidate("one")]).others == []
    (shown,) = sheet.session([candidate("one")], assist=True).others
    assert (shown.annotator, shown.hostility) == ("ben", True)


def test_what_others_have_answered_waits(sheet: Sheet) -> None:
    queue = [candidate(f"comment {number}") for number in range(40)]
    other = sheet.session(queue[:20], "ben")
    for _ in range(40):
        other.answer(False)
    session = sheet.session(queue, overlap=0.2)
    asked = []
    while session.current is not None:
        asked.append(session.current.comment.text)
        session.answer(False)
        session.answer(False)
    assert sorted(asked) == sorted(each.comment.text for each in queue)
    early = [text for text in asked[:24] if int(text.split()[1]) < 20]
    assert 0 < len(early) < 10
    assert all(int(text.split()[1]) < 20 for text in asked[-10:])


def test_what_another_answers_meanwhile_waits_too(sheet: Sheet) -> None:
    queue = [candidate("one"), candidate("two"), candidate("three")]
    mine = sheet.session(queue, overlap=0.0)
    theirs = sheet.session(queue[1:2], "ben")
    theirs.answer(True)
    theirs.answer(True)
    mine.answer(False)
    mine.answer(False)
    assert mine.current.comment.text == "three"


def test_progress_and_pace(sheet: Sheet) -> None:
    session = sheet.session([candidate(f"comment {n}") for n in range(10)], goal=5)
    assert session.progress == (0, 5, 0, None)
    for _ in range(3):
        sheet.seconds += 10
        session.answer(False)
        session.answer(False)
    assert session.progress == (3, 2, 3, 360.0)
    assert session.progress.minutes_left == pytest.approx(1 / 3)
    sheet.seconds += 10_000  # the annotator was away
    session.answer(False)
    session.answer(False)
    assert session.progress.per_hour == pytest.approx(3600 * 4 / (30 + 180))
    assert not session.finished
    session.answer(False)
    session.answer(False)
    assert session.finished
    assert session.progress.left == 0


def test_articles_stand_beside_the_answers(sheet: Sheet) -> None:
    session = sheet.session([candidate("one"), candidate("two")])
    for _ in range(4):
        session.answer(False)
    found = read_labelled([sheet.path])
    assert found.articles == {"bridge": BRIDGE}
    assert not found.rejected
    assert all(row.article is None for row in found.rows)


def test_another_article_of_the_same_id_stands_in_the_row(sheet: Sheet) -> None:
    other = Article(id="bridge", title="A bridge in another town", text="Opened.")
    session = sheet.session([candidate("one"), candidate("two", article=other)])
    for _ in range(4):
        session.answer(False)
    found = read_labelled([sheet.path])
    assert found.articles == {"bridge": BRIDGE}
    assert [row.article for row in found.rows] == [None, None, other, other]


def test_an_article_of_which_only_the_id_is_known_may_be_filled_in(sheet: Sheet) -> None:
    bare = candidate("one", article=Article(id="bridge"))
    session = sheet.session([bare])
    session.answer(False)
    assert not read_labelled([sheet.path]).rejected
    again = sheet.session([candidate("two")])
    again.answer(False)
    assert read_labelled([sheet.path]).articles == {"bridge": BRIDGE}


def test_one_id_never_stands_for_two_texts(sheet: Sheet) -> None:
    session = sheet.session([candidate("one", id_="7"), candidate("other", id_="7")])
    for _ in range(4):
        session.answer(False)
    found = read_labelled([sheet.path])
    assert not found.rejected
    assert len({row.id for row in found.rows}) == 2
    assert found.rows[0].id == "7"


def test_a_second_look_at_one_s_own_answer_happens_once(sheet: Sheet) -> None:
    first = sheet.session([candidate("one")])
    first.answer(True)
    first.answer(False)
    doubtful = candidate("one", score=0.01, selection=Selection.DISAGREEMENT)
    session = sheet.session([doubtful])
    assert session.question is HOSTILITY
    session.answer(False)
    session.answer(False)
    assert session.finished
    assert sheet.session([doubtful]).finished


def test_undoing_a_second_look_leaves_the_first_answer_in_force(sheet: Sheet) -> None:
    first = sheet.session([candidate("one")])
    first.answer(True)
    first.answer(False)
    session = sheet.session([candidate("one", selection=Selection.DISAGREEMENT)])
    session.answer(False)
    assert session.undo()
    assert session.question is HOSTILITY
    session.answer(False)
    session.answer(True)
    assert session.undo()
    assert said(sheet.rows)[-1] == ("one", True, False)
    assert [(g.hostility, g.off_topic) for g in _gold(sheet)] == [(1.0, 0.0)]


def test_undo_keeps_what_is_not_asked_this_time(sheet: Sheet) -> None:
    sheet.session([candidate("one")], attributes=(HOSTILITY,)).answer(True)
    later = candidate("one").__class__(**{**_fields(candidate("one")), "asked": (OFF_TOPIC,)})
    session = sheet.session([later])
    session.answer(True)
    assert session.undo()
    assert said(sheet.rows)[-1] == ("one", True, None)


def test_an_undo_that_cannot_be_kept_changes_nothing(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = sheet.session([candidate("one", article=None), candidate("two", article=None)])
    session.answer(True)

    def full(journal: Journal, row: LabelledRow) -> None:
        raise UsageError("cannot be written (No space left on device)")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", full)
        with pytest.raises(UsageError):
            session.undo()
    assert session.current.comment.text == "two"
    assert session.undo()
    assert session.current.comment.text == "one"


def test_an_answer_that_cannot_be_kept_leaves_the_question(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = sheet.session([candidate("one"), candidate("two")])

    def full(journal: Journal, row: LabelledRow) -> None:
        raise UsageError("cannot be written (No space left on device)")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", full)
        with pytest.raises(UsageError):
            session.answer(True)
    assert (session.current.comment.text, session.question) == ("one", HOSTILITY)
    session.answer(True)
    assert session.question is OFF_TOPIC


def test_the_goal_of_an_interrupted_sitting_is_not_counted_anew(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = [candidate(f"comment {n}", article=None) for n in range(10)]
    first = sheet.session(queue, goal=5)
    for _ in range(3):
        first.answer(True)
    first.close()
    resumed = sheet.session(queue, goal=5)
    assert resumed.progress.left == 2
    resumed.answer(False)
    resumed.answer(False)
    assert resumed.finished
    resumed.close()
    later = time.time() + SITTING + 60
    monkeypatch.setattr(time, "time", lambda: later)
    weekly = sheet.session(queue, goal=5)
    assert weekly.progress.left == 5
    weekly.close()
