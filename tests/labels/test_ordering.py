"""What is asked next."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pytest
from making import BRIDGE, Sheet, candidate
from making import H as HOSTILITY
from making import O as OFF_TOPIC

from moderation.labels.annotation.candidates import Selection, candidate_of
from moderation.labels.annotation.ordering import (
    Order,
    contested_comments,
    disagreements,
    queue,
    uncertainty,
)
from moderation.labels.answers import Answers, contested
from moderation.labels.identity import drawn
from moderation.labels.labelled_files import LabelledRow

WORDS = "river garden council lunch stadium parking reader letter summer meeting".split()


def text(number: int) -> str:
    rng = np.random.default_rng(number)
    return " ".join(rng.choice(WORDS, 12)) + f" {number}"


def pool(n: int) -> list:  # type: ignore[type-arg]
    scores = np.random.default_rng(0).random(n)
    return [candidate(text(i), score=float(scores[i]), off=0.01) for i in range(n)]


def test_the_mixture_holds_its_stated_random_share_everywhere() -> None:
    found = queue(pool(2000), Order.MIXTURE, random_share=0.25)
    for start in range(0, 400, 40):
        counts = Counter(each.selection for each in found[start : start + 40])
        assert abs(counts[Selection.RANDOM] - 10) <= 1
    assert len({each.key for each in found}) == len(found) == 2000


def test_the_random_part_is_drawn_before_anybody_scores() -> None:
    comments = pool(1000)
    turned = [
        msgspec.structs.replace(
            each, seen=msgspec.structs.replace(each.seen, hostility=1 - each.seen.hostility)
        )
        for each in comments
    ]

    def chosen(of: list) -> list[str]:  # type: ignore[type-arg]
        ranked = queue(of, Order.MIXTURE)
        return [each.key for each in ranked[:200] if each.selection is Selection.RANDOM]

    before = chosen(comments)
    assert before == chosen(turned)
    rest = [each for each in comments if each.key not in before[:20]]
    assert chosen(rest)[:20] == before[20:40]


def test_the_random_part_has_scores_like_the_whole() -> None:
    comments = pool(4000)
    ranked = queue(comments, Order.MIXTURE)[:1200]
    drawn = [e.seen.hostility for e in ranked if e.selection is Selection.RANDOM]
    scores = np.array(drawn, float)
    assert scores.mean() == pytest.approx(0.5, abs=0.05)
    assert scores.std() == pytest.approx(np.sqrt(1 / 12), abs=0.03)


def test_uncertain_begins_between_the_thresholds() -> None:
    comments = [candidate(text(i), score=s) for i, s in enumerate((0.01, 0.5, 0.19, 0.97, 0.75))]
    found = queue(comments, Order.UNCERTAIN)
    assert {each.seen.hostility for each in found[:2]} == {0.5, 0.75}
    assert [each.seen.hostility for each in found[2:]] == [0.19, 0.97, 0.01]
    assert {each.selection for each in found} == {Selection.UNCERTAIN}


def test_the_attribute_that_is_least_certain_counts() -> None:
    assert uncertainty(candidate("a", score=0.01, off=0.5)) == 0
    assert uncertainty(candidate("a", score=0.01, off=None)) > 3
    assert uncertainty(candidate("a")) == np.inf


def test_without_a_review_threshold_the_usual_ones_serve() -> None:
    unreached = dict.fromkeys((HOSTILITY, OFF_TOPIC), 1.0)

    def distance(score: float) -> float:
        one = candidate("a", score=score)
        seen = msgspec.structs.replace(one.seen, review=unreached, hold=unreached)
        return uncertainty(msgspec.structs.replace(one, seen=seen))

    assert distance(0.25) == distance(0.55) == 0
    assert distance(0.99) > distance(0.7) > 0
    assert distance(0.01) > distance(0.1) > 0


def test_near_copies_come_last_but_not_in_the_random_part() -> None:
    advert = "Cheap watches and handbags at our shop, message me on the usual channel number {}"
    comments = [candidate(advert.format(i), score=0.5) for i in range(20)]
    comments += [candidate(text(i), score=0.5) for i in range(20)]
    for order in (Order.UNCERTAIN, Order.DIVERSE):
        found = queue(comments, order)
        assert sum(each.comment.text.startswith("Cheap") for each in found[:21]) == 1
    found = queue(comments, Order.RANDOM)
    assert 4 < sum(each.comment.text.startswith("Cheap") for each in found[:20]) < 16


def test_a_copy_in_disguise_is_a_copy() -> None:
    plain = "Cheap watches and handbags at our shop on the corner of the market"
    odd = plain.replace("a", "\u0430").upper()
    found = queue([candidate(plain), candidate(odd), candidate(text(1))], Order.DIVERSE)
    assert text(1) in {each.comment.text for each in found[:2]}


def test_diverse_goes_from_article_to_article() -> None:
    comments = [
        candidate(text(i), article=msgspec.structs.replace(BRIDGE, id=f"a{i % 2 if i else 2}"))
        for i in range(30)
    ]
    found = queue(comments, Order.DIVERSE)
    assert len({each.comment.article_id for each in found[:3]}) == 3


def test_given_is_the_order_of_the_input() -> None:
    comments = pool(50)
    found = queue([*comments, *comments], Order.GIVEN)
    assert [each.key for each in found] == [each.key for each in comments]
    assert {each.selection for each in found} == {None}


@pytest.mark.parametrize("order", [Order.MIXTURE, Order.RANDOM, Order.GIVEN])
def test_memory_is_bounded_and_the_best_are_kept(order: Order) -> None:
    comments = pool(500)
    whole = [each.key for each in queue(comments, order)]
    short = [each.key for each in queue(iter(comments), order, most=20)]
    assert short[:20] == whole[:20]
    assert len(short) <= 40


def test_lots_are_even_and_always_the_same() -> None:
    lots = [drawn(str(i), "random") for i in range(5000)]
    assert np.mean(lots) == pytest.approx(0.5, abs=0.02)
    assert lots == [drawn(str(i), "random") for i in range(5000)]
    assert abs(np.corrcoef(lots, [drawn(str(i), "overlap") for i in range(5000)])[0, 1]) < 0.05


def row(who: str, said: object, of: str = "one", **more: object) -> LabelledRow:
    return LabelledRow(
        id=of, text=of, hostility=said, annotator=who, article_id="bridge", **more  # type: ignore[arg-type]
    )  # fmt: skip


def answered(*rows: LabelledRow) -> Answers:
    answers = Answers()
    answers.add(rows)
    return answers


def test_disagreement_begins_with_annotators_and_goes_on_with_the_model() -> None:
    rows = [
        row("anna", True, "differ"), row("ben", False, "differ"),
        row("anna", True, "missed"), row("anna", False, "agreed"),
        row("anna", False, "flagged"), row("anna", "unsure", "nobody knows"),
    ]  # fmt: skip
    scores = {"differ": 0.9, "missed": 0.02, "agreed": 0.02, "flagged": 0.6, "nobody knows": 0.9}
    found = {r.text: candidate(r.text, score=scores[r.text]) for r in rows}
    doubtful = disagreements(found.values(), answered(*rows))
    assert [each.comment.text for each in doubtful] == ["differ", "missed", "flagged"]
    assert {each.selection for each in doubtful} == {Selection.DISAGREEMENT}


@pytest.mark.parametrize(
    ("said", "differ"),
    [
        ((True, False), True),
        ((True, "unsure"), True),
        ((True, True), False),
        ((True, None), False),
        ((0.2, False), False),
        ((0.8, False), True),
        (("unsure", "unsure"), False),
        ((True,), False),
    ],
)
def test_what_is_contested(said: tuple[object, ...], differ: bool) -> None:
    rows = [row(f"annotator {i}", answer) for i, answer in enumerate(said)]
    assert contested(rows, HOSTILITY) is differ


def test_adjudication_asks_what_is_contested_and_nothing_else() -> None:
    rows = [
        row("anna", True, "differ", off_topic=False), row("ben", False, "differ", off_topic=False),
        row("anna", True, "agreed"), row("ben", True, "agreed"),
        row("anna", True, "settled"), row("ben", False, "settled"),
        row("cleo", True, "settled", adjudicated=True),
    ]  # fmt: skip
    found = [candidate_of(each, {"bridge": BRIDGE}, (HOSTILITY, OFF_TOPIC)) for each in rows[::2]]
    (only,) = contested_comments(found, answered(*rows))
    assert (only.comment.text, only.asked) == ("differ", (HOSTILITY,))


def test_a_comment_chosen_elsewhere_keeps_what_its_row_says_of_it(tmp_path: Path) -> None:
    rows = [
        row("anna", True, "differ", selection="kind"), row("ben", False, "differ"),
        row("anna", True, "agreed", selection="kind"), row("ben", True, "agreed"),
    ]  # fmt: skip
    found = [candidate_of(each, {"bridge": BRIDGE}, (HOSTILITY,)) for each in rows[::2]]
    assert [each.selection for each in found] == ["kind", "kind"]
    assert [each.comment.text for each in contested_comments(found, answered(*rows))] == ["differ"]
    sheet = Sheet(tmp_path)
    sheet.session(found[:1]).answer(False)
    assert [each.selection for each in sheet.rows] == ["kind"]


def test_an_adjudicator_s_answers_stand_beside_their_own(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path)
    for who, said in (("anna", True), ("ben", False)):
        one = sheet.session([candidate("differ", article=None)], who, overlap=1.0)
        one.answer(said)
    session = sheet.session([candidate("differ", article=None)], "anna", adjudicated=True)
    session.answer(False)
    session.undo()
    session.answer("unsure")
    rows = [(each.annotator, each.hostility, each.adjudicated) for each in sheet.rows]
    assert rows == [
        ("anna", True, False),
        ("ben", False, False),
        ("anna", False, True),
        ("anna", None, True),
        ("anna", "unsure", True),
    ]


def test_a_withdrawn_answer_contests_nothing() -> None:
    answers = answered(row("anna", True), row("ben", False), row("ben", None))
    assert not contested(answers.in_force(candidate("one").key), HOSTILITY)
