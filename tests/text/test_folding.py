"""Folding: what becomes one, what stays itself, and where each letter came from."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.text.disguise import may_be_spaced
from moderation.text.folding import fold, fold_chunk, fold_chunks, fold_with_origins

# Words, disguises, marks of every direction, controls and lone surrogates.
TRICKY = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from("aаeеоoαiіIiss\u0131ßﬁﬃŉ…“”‘’«»—–\u200b\u200d\u202e\u2066\ufeff\u0301"),
        st.sampled_from("\ud800\udfff\x00\x1b\x85\u2028  \t\n@$!*10.-_"),
    ),
    max_size=60,
)
WORDY = st.lists(
    st.sampled_from(
        [
            "you",
            "i d i o t",
            "sooooo",
            "b1tch",
            "f**k",
            "ｉｄｉｏｔ",
            "идиот",
            "\u200b",
            "a\x00b",
            "id\x1b[1miot",
            "мои\u0306",
            "i . d . i . o . t",
            "7rump",
            "f**cking",
            "www.b.org",
            "ﬀﬀ",
        ]
    ),
    max_size=12,
).map(" ".join)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("IDIOT", "idiot"),
        ("Straße", "strasse"),
        ("ＩＤＩＯＴ", "idiot"),
        ("ⅰdⅰot", "idiot"),
        ("idіоt", "idiot"),  # Cyrillic і and о inside a Latin word
        ("idiοt", "idiot"),  # Greek omicron
        ("café naïve", "cafe naive"),
        ("cafe\u0301", "cafe"),
        ("i\u0336d\u0336i\u0336o\u0336t\u0336", "idiot"),
        ("id\u200biot", "idiot"),
        ("id\u00adiot", "idiot"),
        ("\u202eidiot\u202c", "idiot"),
        ("idiot\ufe0f", "idiot"),
        ("sooooo good", "so good"),
        ("good book", "good book"),
        ("100000", "100000"),
        ("“well” ‘quite’ «so»", '"well" \'quite\' "so"'),
        ("it’s — well… fine", "it's - well... fine"),
        ("  several \n\n\t lines\r\n", "several lines"),
        ("мой cafe\u0301 мои\u0306 ёж", "мой cafe мой ёж"),
        ("한국어 がき", "한국어 がき"),
        ("ɪᴅɪᴏᴛ idıot 🅸🅳🅸🅾🆃 søren", "idiot idiot idiot soren"),
        ("id\x1b[31miot\x1b[0m id\x08iot", "idiot idiot"),
        ("www.example.org http://www.example.org/aaab?b=1d10t", None),
        ("Write to ann.b@sses.example.org or b0b@example.com.", None),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_fold_reads_what_is_meant(written: str, read: str | None) -> None:
    assert fold(written) == (written.lower() if read is None else read)


@pytest.mark.parametrize(
    "word", ["привет", "сосед", "охрана", "καλημερα", "νοτον", "हिन्दी", "日本語", "שלום", "👍🏽"]
)
def test_words_of_other_scripts_keep_their_letters(word: str) -> None:
    assert fold(word) == word


def test_a_look_alike_is_read_as_latin_only_in_a_word_that_holds_latin() -> None:
    assert fold("сор соp") == "сор cop"


@pytest.mark.parametrize(
    ("written", "read"), [("a\x00b", "ab"), ("a\x1b[31mb", "ab"), ("x\ud800y", "x\ufffdy")]
)
def test_controls_and_surrogates_become_harmless(written: str, read: str) -> None:
    assert fold(written) == read


@given(TRICKY | WORDY)
@example("\u200b b")
@example("ﬃﬃ aaa")
@example("i d i o t")
@example("a butth-ead, BUTTH-EAD\x1b\u0301 butth-ead\x00 butth-ead`")
def test_fold_with_origins_gives_the_same_text_and_places_in_order(text: str) -> None:
    folded = fold_with_origins(text)
    assert folded.text == fold(text)
    assert len(folded.origins) == len(folded.text)
    assert [*folded.origins] == sorted(folded.origins)
    assert all(0 <= origin < len(text) for origin in folded.origins)


@given(TRICKY | WORDY)
def test_spans_lie_inside_the_original(text: str) -> None:
    folded = fold_with_origins(text)
    for place in range(len(folded.text)):
        start, end = folded.span(place, place + 1)
        assert 0 <= start < end <= len(text)


@given(TRICKY | WORDY)
def test_folded_text_can_be_written_and_holds_no_capital(text: str) -> None:
    folded = fold(text)
    folded.encode("utf-8")
    assert not any(c.isupper() for c in folded if c.isascii())


@given(st.text(st.sampled_from("abcéÀ ﬁ’“…—ŉ﹘⁗aаo\u200bßＡ"), max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    # An invisible chunk leaves its place between two spaces the first time.
    assert fold(fold(text)).split() == fold(text).split()


@given(TRICKY)
def test_a_chunk_folds_by_itself(text: str) -> None:
    chunks = text.split()
    if not any(map(may_be_spaced, chunks)):  # single letters may be closed up
        assert fold(text) == " ".join(map(fold_chunk, chunks))


CHUNKS = st.sampled_from(
    [
        *("calm,", '"Idiot"', "sooo", "b1tch!", "f**cking", "i.d.i.o.t", "s/h/i/t,f**k", "u.k./x"),
        *("идиoт", "\u200b", "a\x00b", "id\x1b[1miot", "мои\u0306", "www.b1tch.org", "ﬀﬀ", "(ss"),
    ]
)


@given(st.lists(CHUNKS, max_size=8))
def test_chunks_fold_together_as_each_alone(chunks: list[str]) -> None:
    assert fold_chunks(chunks) == [fold_chunk(chunk) for chunk in chunks]


def test_a_span_covers_a_whole_stretched_run() -> None:
    text = "so looooong ago"
    folded = fold_with_origins(text)
    start = folded.text.index("long")
    first, last = folded.span(start, start + len("long"))
    assert text[first:last] == "looooong"


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "ab",
        "aaab",
        "а",
        "aа",
        "ﬃ",
        "1d10t.",
        "f*",
        "a-",
        ".",
        "\u0301",
        "\ud800",
        "1",
        "@",
        "'",
        "[",
    ],
)
def test_a_million_characters_without_a_space_fold(unit: str) -> None:
    _folds(unit * (1_000_000 // len(unit)))


@pytest.mark.parametrize("unit", ["1d10t/", "i ", "i d i o t "])
def test_a_long_line_full_of_disguises_folds(unit: str) -> None:
    _folds(unit * (60_000 // len(unit)))


def _folds(text: str) -> None:
    folded = fold_with_origins(text)
    assert folded.text == fold(text)
    assert len(folded.origins) == len(folded.text)
