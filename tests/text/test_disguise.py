"""Six disguises are read as the words they stand for; ordinary text passes as it is."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.disguise import common_words as wordlist
from moderation.text.disguise import join_spaced, spaced_words, undisguised
from moderation.text.disguise.lexicon import ALIASES, COMMONEST, STEMS, WORDS
from moderation.text.folding import fold

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
    "An A, B, C, D list; a/b/c, either/or, n/a, 24/7 and 10/10; i. ii. iii. iv.",
    "Walked 5miles on day5 of week7 with @marsh and @way for $3bn at 10am, 1080p and 4k.",
    "A term* and another term**, a*b, 2*3, snake_case and __init__ in file*.py.",
    "Flat 4B, Boeing 747s, a K1A 0B1 postcode, Win95, PS5, i7, the M25 and R2D2.",
    "World War III, Henry VIII, chapter XXIII, an XXX label.",
    "J. R. R. Tolkien, W. E. B. Du Bois; I. M. Pei - - - . . . and so on . . .",
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
        ("f u c k y o u", "fuck you"),
        ("f u c k i n g", "fucking"),
        ("i d 1 0 t s.", "idiots."),
        ("plan a b c d, then", "plan a b c d, then"),
        ("i . d . i . o . t", "idiot"),
        ("so i - d - i - o - t, then", "so idiot, then"),
        ("i. d. i. o. t.", "idiot."),
        ("i, d, i, o, t!", "idiot!"),
        ("y o u a r e an  i d i o t", "you are an idiot"),
        ("y o u  a r e  a  c l o w n", "you are a clown"),
        ("C U R at 8, n u t at 9", "c u r at 8, nut at 9"),
    ],
)
def test_spaced_letters_are_read_beside_punctuation(written: str, read: str) -> None:
    assert fold(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        # The commonest word that the symbols resemble.
        ("gl0b3 7h3m wh@t y0u w4573 7rump", "globe them what you waste trump"),
        ("id!ot m0r0n l0ser 5tup1d (@sshole)", "idiot moron loser stupid (asshole)"),
        # A mask a letter, and of the commonest insults any mask.
        ("d**b l**r tr**p y**r st*pid a**hole", "dumb liar trump your stupid asshole"),
        ("f**cking b***ches f@ck sh#t f--k", "fucking bitches fuck shit fuck"),
        # Runs: the commonest word that is left; of two, the doubled letter if that is well known.
        ("stuuuupid looooser stooop nooo", "stupid loser stop no"),
        ("goood tooo buttttt fooool hellllo", "good too but fool hello"),
        ("i_d_i_o_t i-d-i-o-t i/d/i/o/t i,d,i,o,t i💥d💥i💥o💥t", "idiot " * 4 + "idiot"),
        (
            "stu.pid mor-on dumb-ass id.iot f•ck sh██ fμck",
            "stupid moron dumb-ass idiot fuck shit fuck",
        ),
        ("s.e.x u.s.a. e.g. u.k. m-f", "sex usa. e.g. u.k. m-f"),
    ],
)
def test_a_disguise_is_read_as_the_likeliest_word(written: str, read: str) -> None:
    assert fold(written) == read


@pytest.mark.parametrize("word", ["garden", "teacher", "weather", "morning"])
@pytest.mark.parametrize("disguise", ["leet", "dotted", "spaced", "masked", "look-alikes"])
def test_common_words_are_read_like_insults(disguise: str, word: str) -> None:
    assert fold(f"The {DISGUISES[disguise](word)} now.") == f"the {word} now."


def test_the_list_is_of_plain_words_without_repetition() -> None:
    words = [*wordlist.ranks()]
    assert len(words) == len(wordlist.PATH.read_text(encoding="ascii").split()) > 10_000
    assert all(word.isalpha() and word.islower() and len(word) > 1 for word in words)
    assert not wordlist.is_common("xq")
    assert wordlist.is_common("the")


@pytest.mark.parametrize("unit", ["f*", "*a", "a-", "i. ", "i , ", "a@", "1i", "aab", "f_*#"])
def test_long_runs_of_marks_take_linear_time(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    assert fold(text)


def test_a_long_run_of_letters_takes_linear_time() -> None:
    """A run of 1 MiB was copied once for each of its letters."""

    def seconds(n: int) -> float:
        begun = process_time()
        join_spaced("x " * n)
        return process_time() - begun

    assert any(seconds(400_000) <= 2.7 * seconds(200_000) for _ in range(4))
