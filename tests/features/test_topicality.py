"""Signals between a comment and what it stands under."""

from __future__ import annotations

import math
import re
import time
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
import pytest
from corpus import ARTICLES, gold
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.context import has_thread, in_threads, stands_under_text
from moderation.features.reading import batch as reading
from moderation.features.topicality import (
    ALONE,
    LENGTH_SIGNALS,
    SIGNALS,
    Background,
    Topicality,
    overlap,
    profiles,
    signals,
)
from moderation.features.topicality.fitting import Learning, learn_background
from moderation.features.topicality.stems import stem, stems_of
from moderation.features.topicality.surface import PHRASES, contact, emptiness, links, shouting
from moderation.records import Article, Comment

COMMENTS = in_threads(item.comment for item in gold())
REPLIES = [msgspec.structs.replace(comment, parent=COMMENTS[0].text) for comment in COMMENTS[1:9]]

# Two worlds of invented words; company alone tells which belong together.
_HARBOUR = "ferry quay harbour tide mooring pilot deck anchor sailor cargo".split()
_KITCHEN = "oven flour yeast dough butter recipe simmer ladle pepper onion".split()


def _worlds() -> list[str]:
    random = np.random.default_rng(1)
    worlds = [random.choice(world, 12) for _ in range(400) for world in (_HARBOUR, _KITCHEN)]
    return [" ".join(words) for words in worlds]


@pytest.fixture(scope="module")
def topicality() -> Topicality:
    return Topicality.fit([comment.text for comment in COMMENTS])


@pytest.fixture(scope="module")
def worldly() -> Topicality:
    return Topicality(learn_background(_worlds(), Learning(factors=6, dimensions=4, long=10)))


def _signals(topicality: Topicality, comment: Comment) -> dict[str, float]:
    return dict(zip(SIGNALS, topicality.signals([comment])[0].tolist(), strict=True))


def test_a_copy_of_the_title_is_as_near_as_can_be(topicality: Topicality) -> None:
    article = ARTICLES[0]
    found = _signals(topicality, Comment(text=article.title, article=article))
    apart = _signals(topicality, Comment(text=ARTICLES[3].title, article=article))
    assert found["like_title"] > 5 > 1 > apart["like_title"]
    assert found["words"] > 0.4 > apart["words"]
    assert found["surprise"] > 5 > 1 > apart["surprise"]
    assert found["covered"] == pytest.approx(1.0)
    assert apart["covered"] < 0.3


def test_words_of_another_world_share_nothing(topicality: Topicality) -> None:
    found = _signals(topicality, Comment(text="plum dumplings", article=ARTICLES[0]))
    assert found["words"] < 0.05
    assert found["covered"] == 0.0
    assert found["surprise"] <= 0.0


def test_other_forms_of_a_word_are_shared(topicality: Topicality) -> None:
    found = _signals(topicality, Comment(text="Bridges! Bearing!", article=ARTICLES[0]))
    assert found["covered"] == pytest.approx(1.0)


def test_a_reply_follows_its_parent(topicality: Topicality) -> None:
    comment = Comment(text="plum dumplings", article=ARTICLES[0], parent="Plum dumplings!")
    found = _signals(topicality, comment)
    alone = _signals(topicality, msgspec.structs.replace(comment, parent=None))
    assert found["words"] > 0.7 > 0.05 > alone["words"]
    assert found["like_title"] == alone["like_title"]
    assert found["covered"] == pytest.approx(1.0)


def test_sense_finds_what_shares_no_word(worldly: Topicality) -> None:
    article = Article(title="ferry quay tide")
    near = _signals(worldly, Comment(text="mooring anchor sailor", article=article))
    far = _signals(worldly, Comment(text="dough butter recipe", article=article))
    assert near["covered"] == far["covered"] == 0.0
    assert near["sense"] > 0.5 > far["sense"] + 0.5


def test_without_anything_to_compare_with_nothing_is_claimed(topicality: Topicality) -> None:
    found = _signals(topicality, Comment(text="plum dumplings"))
    assert np.isnan([found[name] for name in SIGNALS if name not in {*ALONE, "thin"}]).all()
    assert found["brevity"] == 1.0


def test_a_thread_speaks_without_the_comment_itself(topicality: Topicality) -> None:
    text = "plum dumplings"
    others = tuple(comment.text for comment in COMMENTS[:6])
    apart = _signals(topicality, Comment(text=text, thread=others))
    within = _signals(topicality, Comment(text=text, thread=(*others, text)))
    twice = _signals(topicality, Comment(text=text, thread=(text, *others, text)))
    assert within["like_thread"] == pytest.approx(apart["like_thread"], abs=1e-5)
    assert twice["like_thread"] == pytest.approx(apart["like_thread"], abs=1e-5)
    assert apart["like_thread"] < 0.2
    assert np.isnan(apart["covered"])


def test_a_comment_that_goes_on_is_near_its_thread(worldly: Topicality) -> None:
    thread = ("ferry quay tide", "harbour pilot deck", "anchor cargo sailor", "tide and quay")
    near = _signals(worldly, Comment(text="mooring and pilot", thread=thread))
    far = _signals(worldly, Comment(text="dough and butter", thread=thread))
    assert near["like_thread"] > 0.3 > far["like_thread"]


def test_a_long_article_has_a_lead_of_its_own(topicality: Topicality) -> None:
    lead, rest = "The bridge and its bearings stay shut. " * 9, "Readers of the library ask. " * 30
    short, long = (Article(title="t", text=text) for text in (lead, lead + rest))
    comment = Comment(text="What of the bearings of the bridge?", article=long)
    other = msgspec.structs.replace(comment, text="What do readers of the library ask?")
    assert _signals(topicality, comment)["like_lead"] > 1 > _signals(topicality, other)["like_lead"]
    brief = msgspec.structs.replace(comment, article=short)
    assert np.isnan(_signals(topicality, brief)["like_lead"])


def test_a_beginning_is_shared_where_a_stem_is_not(topicality: Topicality) -> None:
    article = Article(title="An immigrant tells")
    found = _signals(topicality, Comment(text="Immigration!", article=article))
    assert found["covered"] == 0.0
    assert found["starts"] > 0.3 > found["words"]


def test_the_same_words_under_other_articles_are_counted() -> None:
    copied, said = "Buy the round blue fish from my uncle", "I quite agree"
    comments = in_threads(
        Comment(text=text, article=article)
        for article in ARTICLES
        for text in (copied.upper() if article is ARTICLES[0] else copied, said)
    )
    assert [comment.copies for comment in comments] == [5, 0] * 6
    alone = in_threads([Comment(text=copied, article=ARTICLES[0])] * 4)
    assert [comment.copies for comment in alone] == [0] * 4


def test_copies_of_a_comment_are_a_signal(topicality: Topicality) -> None:
    comment = Comment(text="plum dumplings", article=ARTICLES[0], copies=9)
    assert _signals(topicality, comment)["copies"] == 3


@pytest.mark.parametrize("others", [0, 2, 3])
def test_few_comments_are_no_thread(topicality: Topicality, others: int) -> None:
    comment = Comment(text="t", thread=("t", *(COMMENTS[i].text for i in range(others))))
    assert has_thread(comment) == (others >= 3)
    assert np.isnan(_signals(topicality, comment)["like_thread"]) == (others < 3)


def test_comments_of_one_article_form_a_thread() -> None:
    assert len(COMMENTS[0].thread) == 9
    assert COMMENTS[0].text in COMMENTS[0].thread
    assert COMMENTS[0].thread is COMMENTS[8].thread
    given_thread = Comment(text="t", article=ARTICLES[0], thread=("a", "b"))
    assert in_threads([*COMMENTS, given_thread])[-1] is given_thread
    assert in_threads([Comment(text=str(i)) for i in range(9)])[0].thread == ()


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
def test_addresses_are_seen(
    topicality: Topicality, text: str, links: float, contact: float
) -> None:
    found = _signals(topicality, Comment(text=text, article=ARTICLES[0]))
    assert (found["links"] > 0, found["contact"]) == (links > 0, contact)
    assert found["links"] <= 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notice", "Lost dog, answers to Biscuit"),
        ("promotion", "10% off boilers, visit our website, no obligation"),
        ("site_talk", "Why was my comment removed by the moderators?"),
        ("shouting", "VOTE THEM OUT"),
        ("emptiness", "!!! 1"),
    ],
)
def test_what_a_comment_alone_tells(topicality: Topicality, name: str, text: str) -> None:
    plain = "I worked on that bridge for years and the bearings were never good."
    assert _signals(topicality, Comment(text=text, article=ARTICLES[0]))[name] > 0
    assert _signals(topicality, Comment(text=plain, article=ARTICLES[0]))[name] == 0


# What addresses, telephone numbers, capitals and spaced letters are made of.
_PIECES = st.sampled_from(
    [
        *["a@b.co", "x@", "www.x", ".com", "b.net,", "http://", "+4", "077", "(12)", "345", "3.14"],
        *["2026", "678.", "NATO", "ÉLAN", "IDIOT-LIAR", "Oslo", "I", "w h y", "a b c d", "ab", "_"],
        *["٣٤٥", "\ud800", "\x1c", "\xa0", " ", "\n", "-", ".", "ЛЖЕЦ", "日本語日本"],
    ]
)


@given(st.lists(st.lists(_PIECES, max_size=12).map("".join), min_size=1, max_size=4))
@example(["you i d i o t, " * 6])
def test_what_a_chunk_promises_is_found(topicality: Topicality, texts: list[str]) -> None:
    found = topicality.signals([Comment(text=text) for text in texts])
    for text, row in zip(texts, found, strict=True):
        signals = dict(zip(SIGNALS, row.tolist(), strict=True))
        assert signals["links"] == links(text)
        assert signals["contact"] == contact(text)
        assert signals["shouting"] == shouting(text)
        assert signals["emptiness"] == emptiness(text)
        n = min(max(len(text.split()), 20), 60)
        assert signals["brevity"] == pytest.approx(math.log(60 / n) / math.log(3))


def test_what_is_forgotten_promises_nothing(
    topicality: Topicality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_REMEMBERED_CHUNKS", 0)
    forgetful = Topicality(topicality.background)
    for text in ("plain words", "www.oslo.example comes", "plain words", "or x@oslo.example"):
        found = _signals(forgetful, Comment(text=text))
        assert (found["links"], found["contact"]) == (links(text), contact(text))


_TURNS = [(name, pattern) for name, under in PHRASES.items() for pattern in under.values()]
_WORDS = sorted({word for _, turn in _TURNS for word in re.findall("[a-z]{2,}|%|£", turn)})


@given(st.lists(st.sampled_from([*_WORDS, "1st", "20", "50%", "wanted:"]), min_size=1, max_size=9))
def test_no_turn_of_phrase_occurs_without_its_words(
    topicality: Topicality, words: list[str]
) -> None:
    text = " ".join(words)
    signals = _signals(topicality, Comment(text=text))
    for name in PHRASES:
        turns = {
            hit
            for one, pattern in _TURNS
            if one == name
            for hit in re.findall(rf"\b(?:{pattern})(?!\w)", text)
        }
        assert signals[name] == min(len(turns), 3 if name == "promotion" else 1)


def test_a_headline_is_thin_and_a_whole_article_is_not(topicality: Topicality) -> None:
    sentence = "The ferry leaves the harbour at noon when the tide is high enough for it. "
    thin = {
        n: _signals(topicality, Comment(text="No.", article=Article(title="Ferry", text=text)))[
            "thin"
        ]
        for n, text in ((n, sentence * n) for n in (0, 1, 4, 8, 20))
    }
    assert thin[0] == thin[1] == 1.0 > thin[4] > 0.0 == thin[8] == thin[20]
    beside = Comment(text="No.", parent=sentence * 20, thread=("a b", "c d", "e f", "g h"))
    assert 0.0 < _signals(topicality, beside)["thin"] < 1.0


@pytest.mark.parametrize("title", ["Untitled", "p1a01", " "])
def test_a_title_that_says_nothing_is_no_article(topicality: Topicality, title: str) -> None:
    remark = Comment(text="Plum dumplings at noon", parent="Dumplings, please")
    under = msgspec.structs.replace(remark, article=Article(title=title))
    np.testing.assert_array_equal(topicality.signals([remark]), topicality.signals([under]))
    whole = msgspec.structs.replace(under, article=Article(title=title, text="Dumplings " * 9))
    assert _signals(topicality, whole)["like_title"] != _signals(topicality, under)["like_title"]


def test_length_is_named_as_what_it_is() -> None:
    assert set(LENGTH_SIGNALS) < set(ALONE) < set(SIGNALS)


def test_an_advert_weighs_less_in_a_long_remark(topicality: Topicality) -> None:
    advert = "Subscribe to my channel!"
    remark = " ".join(["The bearings of the bridge were never good."] * 12)
    brief = _signals(topicality, Comment(text=advert, article=ARTICLES[0]))
    long = _signals(topicality, Comment(text=f"{remark} {advert}", article=ARTICLES[0]))
    assert brief["promotion"] > 2 * long["promotion"] > 0
    assert brief["brevity"] > long["brevity"] == 0


@pytest.mark.parametrize("unit", ["a-", "a.", "1(", "a", "a@", "+1 ", "whats ", "my ", "£1 ", "A "])
def test_long_comments_are_searched_in_linear_time(topicality: Topicality, unit: str) -> None:
    unknown = {"like_thread", "like_lead"}  # there is no thread, and no long article

    def spent(length: int) -> float:
        comment = Comment(text=unit * (length // len(unit)), article=ARTICLES[0])
        fresh = Topicality(topicality.background)  # which remembers nothing
        begun = time.process_time()
        found = _signals(fresh, comment)
        ended = time.process_time()
        assert all(np.isfinite(found[name]) for name in SIGNALS if name not in unknown)
        return ended - begun

    # Eight times the length takes eight times as long, and 64 times where the growth is quadratic.
    short = min(spent(10_000) for _ in range(3))
    assert min(spent(80_000) for _ in range(2)) < 24 * max(short, 0.002)


def test_no_comments_have_no_signals(topicality: Topicality) -> None:
    assert topicality.signals([]).shape == (0, len(SIGNALS))


@given(st.lists(st.text(st.characters(codec=None), max_size=20), min_size=3, max_size=9))
def test_any_text_has_signals_in_range(worldly: Topicality, texts: list[str]) -> None:
    comment = Comment(
        text=texts[0], article=Article(title=texts[1]), parent=texts[2], thread=tuple(texts)
    )
    found = _signals(worldly, comment)
    near = [found[name] for name in ("words", "sense", "covered")]
    assert all(np.isnan(value) or -2 <= value <= 1.5 for value in near)
    assert not np.isnan(near).any() or not stands_under_text(comment)


def test_company_and_memory_change_nothing(
    topicality: Topicality, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments = COMMENTS + REPLIES
    alone = np.concatenate([topicality.signals([comment]) for comment in comments])
    np.testing.assert_allclose(topicality.signals(comments), alone, atol=1e-6)
    monkeypatch.setattr(profiles, "_KEPT_TEXTS", 1)
    monkeypatch.setattr(signals, "_KEPT_THREADS", 1)
    fresh = Topicality(topicality.background)
    np.testing.assert_allclose(fresh.signals(comments), alone, atol=1e-6)
    np.testing.assert_allclose(fresh.signals(comments[::-1]), alone[::-1], atol=1e-6)


def test_a_thread_larger_than_the_store_is_compared_as_a_whole(
    topicality: Topicality, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = tuple(f"{comment.text} {i}" for i, comment in enumerate(COMMENTS * 3))
    comments = [Comment(text=text, article=ARTICLES[0], thread=thread) for text in thread]
    expected = topicality.signals(comments)
    monkeypatch.setattr(profiles, "_KEPT_FORMS", 10)
    monkeypatch.setattr(profiles, "_KEPT_TEXTS", 2)
    monkeypatch.setattr(signals, "batches", lambda items, **_: ([item] for item in items))
    monkeypatch.setattr(profiles, "batches", lambda items, **_: ([item] for item in items))
    fresh = Topicality(topicality.background)
    np.testing.assert_allclose(fresh.signals(comments), expected, atol=1e-6)


def test_several_threads_get_the_same_signals(topicality: Topicality) -> None:
    expected = topicality.signals(COMMENTS)
    fresh = Topicality(topicality.background)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(fresh.signals, [COMMENTS] * 16):
            np.testing.assert_array_equal(found, expected)


def test_a_background_is_what_an_artifact_keeps(worldly: Topicality) -> None:
    arrays = worldly.background.arrays
    assert {
        name: (str(array.dtype), array.ndim) for name, array in arrays.items()
    } == Background.ARRAYS
    again = Topicality(Background(**arrays))
    comment = Comment(text="dough and tide", article=Article(title="flour at the quay"))
    np.testing.assert_array_equal(again.signals([comment]), worldly.signals([comment]))


def test_every_band_of_directions_weighs_alike(worldly: Topicality) -> None:
    comment = Comment(text="mooring and pilot and dough", article=Article(title="ferry quay tide"))
    whole, halved = (
        Topicality(Background(**{**worldly.background.arrays, "bands": np.array(bands, np.int32)}))
        for bands in ([], [2])
    )
    own, other = whole.senses([comment.text, "ferry quay tide"])
    cosine = [
        float(own[part] @ other[part] / np.linalg.norm(own[part]) / np.linalg.norm(other[part]))
        for part in (slice(0, 2), slice(2, 4))
    ]
    assert _signals(halved, comment)["sense"] == pytest.approx(np.mean(cosine), abs=1e-6)
    assert _signals(whole, comment)["sense"] == pytest.approx(float(own @ other), abs=1e-6)
    assert abs(np.mean(cosine) - own @ other) > 0.01


def test_a_background_without_bands_has_one(worldly: Topicality) -> None:
    arrays = dict(worldly.background.arrays)
    del arrays["bands"]
    assert Background(**arrays).bands == ()


@pytest.mark.parametrize("bands", [[5], [4], [0], [2, 1], [2, 2], [-1]])
def test_bands_without_directions_are_refused(worldly: Topicality, bands: list[int]) -> None:
    arrays = {**worldly.background.arrays, "bands": np.array(bands, np.int32)}
    with pytest.raises(ValueError, match="disagree"):
        Background(**arrays)


def test_learning_is_repeatable(worldly: Topicality) -> None:
    again = learn_background(_worlds(), Learning(factors=6, dimensions=4, long=10))
    for name, array in worldly.background.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], array)


def test_nothing_can_be_learnt_from() -> None:
    for texts in ([], [""], ["one two"]):
        found = Topicality.fit(texts).signals([Comment(text="a b", article=ARTICLES[0])])
        assert found.shape == (1, len(SIGNALS))


def test_arrays_that_disagree_are_refused(worldly: Topicality) -> None:
    arrays = dict(worldly.background.arrays)
    for name in ("hashes", "weight", "scale", "mean"):
        with pytest.raises(ValueError, match="disagree"):
            Background(**{**arrays, name: arrays[name][:-1]})


def test_a_comment_that_was_scored_keeps_its_signals_for_a_while(
    topicality: Topicality, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = Topicality(topicality.background)
    together = fresh.signals(COMMENTS)
    monkeypatch.setattr(fresh, "signals_of", None)
    for comment, row in zip(COMMENTS, together, strict=True):
        np.testing.assert_array_equal(fresh.signals([comment]), [row])
    same = msgspec.structs.replace(COMMENTS[0])  # equal, but another comment
    with pytest.raises(TypeError):
        fresh.signals([same])
    monkeypatch.setattr(signals, "_KEPT_SIGNALS", 0)
    monkeypatch.delattr(fresh, "signals_of")
    fresh.signals(REPLIES)
    assert fresh.signals([COMMENTS[0]]).shape == (1, len(SIGNALS))


def test_overlap_tells_shared_and_new_words_as_written() -> None:
    background = Topicality.fit(["the and of for is"] * 500)
    article = Article(title="The BRIDGE is shut")
    shared, new = overlap(background, Comment(text="The Bridges and Zeppelins", article=article))
    assert shared == ["Bridges"]
    assert new == ["Zeppelins"]


def test_stems_keep_names_apart_and_forms_together() -> None:
    assert len(set(stems_of("ferry ferries"))) == 1
    assert len(set(stems_of("park parks parked parking"))) == 1
    assert stem("marsh") != stem("mars")
    assert stem("a" * 100) == stem("a" * 90)
