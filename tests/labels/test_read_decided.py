"""Decisions of platforms and of record files, with the comments that they are about."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from corpus import write_lines

from moderation.errors import ModerationError, UsageError
from moderation.labels.decided import Decided, DecidedNames, Outcome, read_decided

HERE = Path(__file__).parent
EXPORTS = HERE.parent / "sources" / "exports"


class Read:
    """An input read whole."""

    def __init__(self, path: Path, names: DecidedNames | None = None) -> None:
        found = list(read_decided(str(path), names))
        self.decided = [each for each in found if isinstance(each, Decided)]
        self.told = [str(each) for each in found if isinstance(each, ModerationError)]

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        return [(each.comment.id, each.outcome.value) for each in self.decided]


def test_the_last_decision_of_a_person_about_each_text_of_a_coral_dump_counts() -> None:
    read = Read(HERE / "samples" / "coral")
    assert read.outcomes == [
        ("c-1", "rejected"), ("c-1", "published"), ("c-2", "published"),
        ("c-3", "rejected"), ("c-4", "rejected"), ("c-7", "rejected"),
    ]  # fmt: skip
    assert read.decided[0].comment.text == "You pack of thieves."
    assert read.decided[2].comment.parent == "You are all mistaken."
    assert [(each.reason, each.hostile) for each in read.decided] == [
        ("ABUSIVE", True), (None, None), (None, None),
        ("IRRELEVANT_CONTENT", False), (None, None), ("MISINFORMATION", False),
    ]  # fmt: skip
    assert any("decisions of a machine" in line for line in read.told)


def test_a_dump_without_actions_gives_its_statuses_and_says_so(tmp_path: Path) -> None:
    for name in ("comments.json", "stories.json"):
        shutil.copy(EXPORTS / "coral" / name, tmp_path)
    read = Read(tmp_path)
    assert dict(read.outcomes) == {
        each.comment.id: each.outcome.value for each in Read(tmp_path / "comments.json").decided
    }
    assert {"published", "rejected"} <= {outcome for _, outcome in read.outcomes}
    assert any("commentModerationActions.json" in line for line in read.told)
    assert any("does not say who decided" in line for line in read.told)
    assert "Work" in {each.section for each in read.decided}


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("harbour.wxr.xml", {"701": "published", "705": "trash"}),
        ("lighthouse.rest.json", {"33": "published", "30": "spam"}),
        ("orchard.disqus.xml", {"81": "published", "85": "spam"}),
        ("orchard.isso.db", {"1": "published"}),
    ],
)
def test_what_the_statuses_of_other_platforms_mean(name: str, outcomes: dict[str, str]) -> None:
    read = Read(EXPORTS / name)
    assert outcomes.items() <= dict(read.outcomes).items()
    assert any("does not say who decided" in line for line in read.told)


def test_records_of_a_desk_give_the_last_word_about_each_text(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    line = {"text": "You clown.", "article_id": "a"}
    rows = [
        {**line, "id": "1", "decision": "publish", "proposal_seen": True},
        {**line, "id": "1", "decision": "reject", "reason": "insult", "proposal_seen": False},
        {**line, "id": "2", "decision": "reject", "withdrawn": True},
        {**line, "id": "3", "decision": "publish"},
        {**line, "id": "3", "decision": "note"},
        {**line, "id": "4", "decision": "publish"},
        {**line, "id": "4", "decision": "second"},
        {**line, "id": "5", "decision": "reject"},
        {**line, "id": "5", "decision": "overturn"},
    ]
    write_lines(path, rows)
    read = Read(path)
    assert read.outcomes == [("1", "rejected"), ("3", "published"), ("5", "published")]
    assert read.decided[0].hostile is True
    assert read.decided[0].proposal_seen is False


def test_a_table_with_its_own_names_and_words(tmp_path: Path) -> None:
    path = tmp_path / "archive.csv"
    path.write_text(
        "Kommentar;Entscheid;Grund;Ressort\n"
        "Danke;frei;;Sport\nLump;weg;Beleidigung;Politik\nMoment;offen;;Politik\nHm;Rot;;Sport\n",
        encoding="utf-8",
    )
    columns = {
        "text": "Kommentar",
        "decision": "Entscheid",
        "reason": "Grund",
        "section": "Ressort",
    }
    means = {"frei": "published", "WEG": "rejected", "offen": "undecided"}
    read = Read(path, DecidedNames(columns, means))
    assert [(each.outcome, each.section, each.reason) for each in read.decided] == [
        (Outcome.PUBLISHED, "Sport", None),
        (Outcome.REJECTED, "Politik", "Beleidigung"),
    ]
    assert any("1 with no known word for a decision, found 'Rot'" in line for line in read.told)
    assert any("left out: 1 that nobody has decided about" in line for line in read.told)


def test_rows_without_a_decision_are_told(tmp_path: Path) -> None:
    path = tmp_path / "plain.jsonl"
    write_lines(path, [{"text": "No decision here."}, {"text": "Nor here.", "decision": None}])
    read = Read(path)
    assert read.decided == []
    assert any("left out: 2 without a decision" in line for line in read.told)


def test_a_meaning_is_an_outcome(tmp_path: Path) -> None:
    path = tmp_path / "plain.jsonl"
    write_lines(path, [{"text": "x", "decision": "gone"}])
    with pytest.raises(UsageError, match="no outcome"):
        Read(path, DecidedNames(outcomes={"gone": "vanished"}))


def test_a_column_of_texts_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "wrong.jsonl"
    write_lines(path, [{"text": f"Comment {i}", "status": f"Private words {i}"} for i in range(99)])
    (told,) = Read(path).told
    assert "left out: 99 with no known word" in told
    assert "Private" not in told
    assert "--column decision=NAME" in told
