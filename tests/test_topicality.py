"""Signals between a comment and what it stands under."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from corpus import ARTICLES, gold
from hypothesis import given
from hypothesis import strategies as st

from moderation import topicality as module
from moderation.records import Article, Comment
from moderation.topicality import BUCKETS, SIGNALS, Topicality, overlap

COMMENTS = [item.comment for item in gold()]


@pytest.fixture(scope="module")
def topicality() -> Topicality:
    return Topicality.fit([comment.text for comment in COMMENTS])


def _signals(topicality: Topicality, comment: Comment) -> dict[str, float]:
    return dict(zip(SIGNALS, topicality.signals([comment])[0].tolist(), strict=True))


def test_a_copy_of_the_title_is_as_near_as_can_be(topicality: Topicality) -> None:
    article = ARTICLES[0]
    found = _signals(topicality, Comment(text=article.title, article=article))
    assert found["word_title"] == pytest.approx(1.0)
    assert found["char_title"] == pytest.approx(1.0)
    assert found["covered"] == pytest.approx(1.0)
    assert 0 < found["word_article"] < 1


def test_words_of_another_world_share_nothing(topicality: Topicality) -> None:
    found = _signals(topicality, Comment(text="plum dumplings", article=ARTICLES[0]))
    assert found["word_title"] == found["word_article"] == found["covered"] == 0.0


def test_a_reply_follows_its_parent(topicality: Topicality) -> None:
    comment = Comment(text="plum dumplings", article=ARTICLES[0], parent="Plum dumplings!")
    found = _signals(topicality, comment)
    assert found["word_parent"] == pytest.approx(1.0)
    assert found["char_best"] == found["char_parent"] > found["char_article"]
    assert found["covered"] == pytest.approx(1.0)


def test_no_context_is_nothing_to_be_near_to(topicality: Topicality) -> None:
    found = _signals(topicality, Comment(text="plum dumplings"))
    near = [name for name in SIGNALS if name.startswith(("word", "char"))]
    assert [found[name] for name in near] == [0.0] * len(near)
    assert found["log_article_length"] == 0.0
    assert found["log_length"] == pytest.approx(np.log(3))


@pytest.mark.parametrize(
    ("text", "links", "contact"),
    [
        ("see https://example.org and www.example.org", 2, 0),
        ("a.com b1.com my-shop.net example.org shop.info", 3, 0),
        ("write to me@example.org", 1, 1),
        ("call +44 20 7946 0000", 0, 1),
        ("on Telegram", 0, 1),
        ("in 2026, 3.5 % of them", 0, 0),
        ("well.Company", 0, 0),
    ],
)
def test_advertising_is_seen(
    topicality: Topicality, text: str, links: float, contact: float
) -> None:
    found = _signals(topicality, Comment(text=text, article=ARTICLES[0]))
    assert (found["links"] > 0, found["contact"]) == (links > 0, contact)
    assert found["links"] <= 3


@pytest.mark.parametrize("unit", ["a-", "a.", "1(", "a", "a@", "+1 ", "whats "])
def test_half_a_million_characters_are_searched(topicality: Topicality, unit: str) -> None:
    comment = Comment(text=unit * (500_000 // len(unit)), article=ARTICLES[0])
    assert np.isfinite(topicality.signals([comment])).all()


def test_no_comments_have_no_signals(topicality: Topicality) -> None:
    assert topicality.signals([]).shape == (0, len(SIGNALS))


@given(st.lists(st.text(st.characters(codec=None), max_size=20), min_size=3, max_size=3))
def test_any_text_has_signals_in_range(topicality: Topicality, texts: list[str]) -> None:
    comment = Comment(text=texts[0], article=Article(title=texts[1]), parent=texts[2])
    found = _signals(topicality, comment)
    assert all(-1e-9 <= found[name] <= 1 + 1e-9 for name in SIGNALS if name[:4] in {"word", "char"})
    assert -1e-9 <= found["covered"] <= 1 + 1e-9


def test_company_and_memory_change_nothing(
    topicality: Topicality, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = np.concatenate([topicality.signals([comment]) for comment in COMMENTS])
    np.testing.assert_allclose(topicality.signals(COMMENTS), alone, atol=1e-12)
    monkeypatch.setattr(module, "_KEPT_ARTICLES", 1)
    fresh = Topicality(topicality.idf)
    np.testing.assert_allclose(fresh.signals(COMMENTS), alone, atol=1e-12)
    np.testing.assert_allclose(fresh.signals(COMMENTS[::-1]), alone[::-1], atol=1e-12)


def test_several_threads_get_the_same_signals(topicality: Topicality) -> None:
    expected = topicality.signals(COMMENTS)
    fresh = Topicality(topicality.idf)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(fresh.signals, [COMMENTS] * 16):
            np.testing.assert_array_equal(found, expected)


def test_frequencies_are_what_an_artifact_keeps(topicality: Topicality) -> None:
    for view, buckets in BUCKETS.items():
        idf = topicality.idf[view]
        assert idf.shape == (buckets,)
        np.testing.assert_array_equal(idf, idf.astype(np.float32))


def test_frequencies_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="buckets expected"):
        Topicality({view: np.ones(5) for view in BUCKETS})


def test_overlap_tells_shared_and_new_words_as_written() -> None:
    background = Topicality.fit(["the and of for is"] * 500)
    article = Article(title="The BRIDGE is shut")
    shared, new = overlap(background, Comment(text="The Bridge and Zeppelins", article=article))
    assert shared == ["Bridge"]
    assert new == ["Zeppelins"]
