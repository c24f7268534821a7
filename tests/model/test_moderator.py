"""The object that scores: context, actions, order, and texts of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from random import Random

import msgspec
import pytest
from corpus import ARTICLES, gold
from hypothesis import given
from hypothesis import strategies as st

from moderation.context import has_context
from moderation.errors import ModelError
from moderation.features.tokens import ChunkReader
from moderation.model import moderator as module
from moderation.model.artifact.folder import Model, shipped_model
from moderation.model.moderator import NO_CONTEXT, NO_MODEL, NO_SUBJECT, Moderator, proposed
from moderation.records import Action, Article, Attribute, Comment, Score

COMMENTS = [item.comment for item in gold()]
ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


def _score(value: float | None, review: float = 0.5, hold: float = 0.9) -> Score:
    return Score(attribute=Attribute.HOSTILITY, value=value, review=review, hold=hold)


@pytest.mark.parametrize(
    ("values", "action"),
    [
        ((0.1, 0.1), Action.PUBLISH),
        ((0.5, 0.1), Action.REVIEW),
        ((0.1, 0.89), Action.REVIEW),
        ((0.9, 0.6), Action.HOLD),
        ((0.1, None), Action.PUBLISH),
        ((None, 0.95), Action.HOLD),
        ((None, None), Action.PUBLISH),
    ],
)
def test_the_strictest_action_is_proposed(
    values: tuple[float | None, float | None], action: Action
) -> None:
    assert proposed(_score(value) for value in values) is action


@pytest.mark.parametrize(
    ("comment", "known"),
    [
        (Comment(text="x"), False),
        (Comment(text="x", article=Article(id="a")), False),
        (Comment(text="x", article_id="a", parent_id="b"), False),
        (Comment(text="x", article=Article(title="t")), True),
        (Comment(text="x", article=Article(text="t")), True),
        (Comment(text="x", parent="p"), True),
        (Comment(text="x", parent=""), False),
        (Comment(text="x", parent=" \n\u3000"), False),
        (Comment(text="x", article=Article(title=" ", text="\t")), False),
    ],
)
def test_off_topic_is_null_without_anything_to_compare_with(
    moderator: Moderator, comment: Comment, known: bool
) -> None:
    assert has_context(comment) is known
    score = moderator.score(comment).off_topic
    assert (score.value is not None) is known
    assert score.why_null == (None if known else NO_CONTEXT)
    assert (moderator.explain(comment, Attribute.OFF_TOPIC) is not None) is known


@pytest.mark.parametrize(
    "title",
    [
        *("Untitled", "Comments", "(no title)", "Auto Draft", "404 Not Found", "Just a moment…"),
        *("12345", "p1a01", "asset-77", "article_12", "#5", "5f9b3c2e1d4a", "null", "Home page"),
        *("Open thread", "General discussion", "Latest news", "Comments (12)"),
        *("3f2a8c1e-abcd-4c3a-8f21-0a1b2c3d4e5f", "https://news.example/12345", "www.news.example"),
    ],
)
def test_a_title_that_says_nothing_is_nothing_to_compare_with(
    moderator: Moderator, title: str
) -> None:
    bare = Comment(text="Buy a watch", article=Article(id="a", title=title))
    score = moderator.score(bare).off_topic
    assert (score.value, score.why_null) == (None, NO_SUBJECT)
    assert moderator.explained(bare, Attribute.OFF_TOPIC) == (score, None)
    whole = msgspec.structs.replace(bare, article=Article(title=title, text="The bridge"))
    answer = msgspec.structs.replace(bare, parent="Which watch?")
    assert None not in [v.off_topic.value for v in moderator.score_many([whole, answer])]


@pytest.mark.parametrize(
    "title",
    [
        *("Brexit", "UK", "Comments on the budget", "No news of the ferry", "Östrich", "2024 vote"),
        *(
            "https://news.example/2012/05/ferry-to-close",
            "选举",
            "2024年選挙",
            "Выборы",
            "foo_ferry",
        ),
    ],
)
def test_a_short_title_may_say_what_an_article_is_about(title: str) -> None:
    assert has_context(Comment(text="x", article=Article(title=title)))


def test_it_tells_insults_from_thanks_and_watches_from_bridges(moderator: Moderator) -> None:
    rude, kind = moderator.score_many(
        [Comment(text="You stupid idiot"), Comment(text="Thank you for the careful report.")]
    )
    assert rude.hostility.value is not None
    assert kind.hostility.value is not None
    assert rude.hostility.value > 0.5 > kind.hostility.value
    near, far = moderator.score_many(
        [
            Comment(text="The bearings of the swing bridge!", article=ARTICLES[0]),
            Comment(text="Cheap watches, telegram me", article=ARTICLES[0]),
        ]
    )
    assert near.off_topic.value is not None
    assert far.off_topic.value is not None
    assert far.off_topic.value > near.off_topic.value


def test_verdicts_follow_the_order_of_a_stream_of_any_length(
    moderator: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [moderator.score(comment) for comment in COMMENTS]
    for most in (1, 7, 512):
        monkeypatch.setattr(module, "_BATCH_COMMENTS", most)
        found = list(moderator.score_many(iter(COMMENTS)))
        assert [verdict.id for verdict in found] == [comment.id for comment in COMMENTS]
        for one, other in zip(found, expected, strict=True):
            assert one.hostility.value == pytest.approx(other.hostility.value, abs=1e-12)
            assert one.off_topic.value == pytest.approx(other.off_topic.value, abs=1e-12)
            assert one.action is other.action


def test_a_stream_is_read_no_further_than_needed(moderator: Moderator) -> None:
    endless = (Comment(text="x", id=str(number)) for number in iter(int, 1))
    assert len(list(islice(moderator.score_many(endless), 3))) == 3


def test_no_comments_no_verdicts(moderator: Moderator) -> None:
    assert list(moderator.score_many([])) == []


def test_reasons_come_on_request(moderator: Moderator) -> None:
    comment = COMMENTS[3]
    assert moderator.score(comment).hostility.reasons == ()
    verdict = moderator.score(comment, explain=True)
    reasons = verdict.hostility.reasons
    assert 0 < len(reasons) <= 5
    assert [r.weight for r in reasons] == sorted((r.weight for r in reasons), reverse=True)
    assert all(comment.text[r.start : r.end] == r.text for r in reasons)
    assert verdict.off_topic.reasons
    assert all(reason.attribute is Attribute.OFF_TOPIC for reason in verdict.off_topic.reasons)


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT | st.none()), min_size=1, max_size=30))
def test_strings_of_any_kind_are_scored(
    moderator: Moderator, texts: list[tuple[str, str | None]]
) -> None:
    _assert_scored(moderator, texts)


def test_thousands_of_strings_of_any_kind_are_scored(moderator: Moderator) -> None:
    random = Random(0)
    alphabets = [
        range(0x110000),  # anything, surrogates and unassigned code points included
        range(0x80),
        range(0xD800, 0xE000),
        [ord(c) for c in "\x00\u200f\u202e\u2066\ufeff\u0301 \n"],
        [ord(c) for c in "iId10оt!*. -@$\u200b"],
    ]
    texts = [
        "".join(map(chr, random.choices(random.choice(alphabets), k=random.randrange(40))))
        for _ in range(6000)
    ]
    _assert_scored(moderator, list(zip(texts[::2], texts[1::2], strict=True)))


def _assert_scored(moderator: Moderator, texts: list[tuple[str, str | None]]) -> None:
    comments = [
        Comment(text=text, parent=parent, article=ARTICLES[0] if parent else None)
        for text, parent in texts
    ]
    verdicts = list(moderator.score_many(comments, explain=True))
    assert len(verdicts) == len(comments)
    for comment, verdict in zip(comments, verdicts, strict=True):
        if verdict.unspoken:  # letters of another script
            assert verdict.hostility.value is verdict.off_topic.value is None
            assert not verdict.hostility.reasons
            continue
        assert verdict.hostility.value is not None
        assert 0 <= verdict.hostility.value <= 1
        assert (verdict.off_topic.value is not None) is bool(comment.parent)
        assert all(comment.text[r.start : r.end] == r.text for r in verdict.hostility.reasons)


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "\u202e" * 1_000_000, "a\x00" * 500_000, "\ud800" * 1_000_000,
     "idiot " * 160_000, "." * 1_000_000],
    ids=["letter", "right-to-left mark", "NUL", "surrogate", "words", "dots"],
)  # fmt: skip
def test_a_megabyte_in_one_line_is_scored(moderator: Moderator, text: str) -> None:
    verdict = moderator.score(Comment(text=text, article=ARTICLES[0]))
    assert verdict.hostility.value is not None
    assert verdict.off_topic.value is not None


def test_several_threads_get_the_same_verdicts(model: Model) -> None:
    shared = Moderator(model)
    expected = list(shared.score_many(COMMENTS, explain=True))
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            work = [pool.submit(lambda: list(shared.score_many(COMMENTS, explain=True)))] * 4
            assert all(each.result() == expected for each in work)


def test_a_model_of_one_attribute_says_so(model: Model) -> None:
    import msgspec

    manifest = msgspec.structs.replace(model.manifest, off_topic=None)
    verdict = Moderator(Model(manifest, model._arrays, "0" * 64)).score(COMMENTS[0])
    assert verdict.off_topic.value is None
    assert verdict.off_topic.why_null == NO_MODEL
    assert verdict.hostility.value is not None


def test_a_verdict_names_its_model(moderator: Moderator) -> None:
    assert moderator.score(COMMENTS[0]).model == moderator.model.version
    assert moderator.model.version.startswith("tiny@")


def test_a_missing_shipped_model_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="shipped model is missing"):
        shipped_model((tmp_path,))


def test_what_comes_with_a_comment_goes_to_its_verdict(moderator: Moderator) -> None:
    pairs = [(f"beside {i}", comment) for i, comment in enumerate(COMMENTS)]
    found = list(moderator.score_pairs(pairs))
    assert [beside for beside, _ in found] == [beside for beside, _ in pairs]
    assert [verdict for _, verdict in found] == list(moderator.score_many(COMMENTS))


def test_both_attributes_read_a_comment_once(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    read = ChunkReader.read

    def watched(self: ChunkReader, texts: Sequence[str]) -> object:
        seen.extend(texts)
        return read(self, texts)

    monkeypatch.setattr(ChunkReader, "read", watched)
    verdicts = [*Moderator.load(model_folder).score_many(COMMENTS)]
    assert all(verdict.off_topic.value is not None for verdict in verdicts)
    texts = [comment.text for comment in COMMENTS]
    assert seen[: len(texts)] == texts
    assert not {*seen[len(texts) :]} & {*texts}
