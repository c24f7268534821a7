"""Six disguises are read as the words they stand for; ordinary text passes as it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.disguise import join_spaced, spaced_words, undisguised
from moderation.lexicon import ALIASES, COMMONEST, STEMS, WORDS
from moderation.text import fold

_LEET = str.maketrans("aeios", "43105")
_CYRILLIC = str.maketrans("aeopcxyi", "аеорсхуі")
_WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(ord("a"), ord("z") + 1)})


def _masked(word: str) -> str:
    return word[0] + "*" + word[2:]


def _stretched(word: str) -> str:
    return word[:-1] + 4 * word[-1]


DISGUISES: dict[str, Callable[[str], str]] = {
    "leet": lambda word: word.translate(_LEET),
    "dotted": ".".join,
    "spaced": " ".join,
    "stretched": _stretched,
    "masked": _masked,
    "look-alikes": lambda word: word[0] + word[1:].translate(_CYRILLIC),
    "full width": lambda word: word.translate(_WIDE),
    "zero width": "\u200b".join,
    "capitals": str.upper,
}
INSULTS = "idiot moron stupid asshole bastard scum liar bitch".split()


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("word", INSULTS)
def test_a_disguised_word_reads_as_the_plain_one(disguise: str, word: str) -> None:
    plain = f"Well, you are a {word} now, so there."
    assert fold(f"Well, you are a {DISGUISES[disguise](word)} now, so there.") == fold(plain)


ORDINARY = (
    "The G20 met on 11.09.2001 and again on 3-4 May; see p. 17, no. 4.",
    "Call 555-0199 between 9 and 5, or write to s.o.smith@example.com.",
    "The A380 and the B-52 cost $400m; the MP3 and the H2O cost £5.",
    "C U R at 8, said J. R. R. and A B C D E in the choir.",
    "Class assessments pass through Essex, Sussex and Scunthorpe.",
    "A* students *really* worked; footnote* and 100% of it, 5* hotel.",
    "www.example.org/a-b_c?d=e.f&g=1 is the address.",
    "She is a well-known, hard-hitting, co-operative 21-year-old.",
    "F. Scott and D.H. read U.S. and U.N. papers, e.g. at 10 a.m.",
    "Covid-19 and Sars-CoV-2: R0 of 1.5 to 2.4 (95 % CI).",
    "Das Straßenfest in Gießen; élèves à l'école; Я живу в Москве; 你好.",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_disguises_nothing(text: str) -> None:
    folded = text.casefold()
    assert [undisguised(chunk) for chunk in folded.split()] == [[]] * len(folded.split())
    assert list(spaced_words(text)) == []
    assert join_spaced(text) == text


@pytest.mark.parametrize("word", sorted({*STEMS, *WORDS, *COMMONEST}))
def test_a_plain_word_of_the_list_is_no_disguise(word: str) -> None:
    assert undisguised(word) == []


@pytest.mark.parametrize(("odd", "plain"), sorted(ALIASES.items()))
def test_odd_spellings_stand_for_listed_words(odd: str, plain: str) -> None:
    found = undisguised(odd)
    assert [p.word for p in found] == ([] if odd in {*WORDS, *STEMS} else [plain])


@given(st.text(alphabet="aeilotsdfuck01345@$!*.-_ #~'\n", max_size=60))
def test_parts_lie_in_the_chunk_in_order(text: str) -> None:
    for chunk in text.split():
        end = 0
        for plain in undisguised(chunk):
            assert end <= plain.start < plain.end <= len(chunk)
            end = plain.end
    end = 0
    for start, stop in spaced_words(text):
        assert end <= start < stop <= len(text)
        end = stop
    assert "".join(join_spaced(text).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("you i d i o t!", "you idiot!"),
        ("(i d i o t)", "(idiot)"),
        ('"i d i o t" he said', '"idiot" he said'),
        ("s h i t!", "shit!"),
        ("f u c k y o u", "fuck y o u"),
        ("f u c k i n g", "fucking"),
        ("i d 1 0 t s.", "idiots."),
        ("plan a b c d, then", "plan a b c d, then"),
    ],
)
def test_spaced_letters_are_read_beside_punctuation(written: str, read: str) -> None:
    assert fold(written) == read
