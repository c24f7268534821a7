"""Words that a comment mentions without saying them of anybody else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.mentions.forms import LONGEST, mentions, without_mentions

MENTIONED = {
    "He is not a fool.": ["fool"],
    "She's no idiot, she knows what she does": ["idiot"],
    "They aren’t vermin": ["vermin"],
    "Nobody here is a racist": ["racist"],
    "None of them are thugs": ["thugs"],
    "Please don't call her a cow": ["cow"],
    "I never said that they were thieves!": ["thieves"],
    "I'm such an idiot, I locked my keys in the car": ["idiot"],
    "I AM SO STUPID": ["STUPID"],
    "It made me look like a clown.": ["clown"],
    "Stupid me, I read the wrong timetable.": ["Stupid"],
    "What an idiot I am": ["idiot"],
    "Fool that I was, I believed it": ["Fool"],
    "The report says he called her a stupid cow. Awful.": ["stupid cow"],
    "She was called a pig at work": ["pig"],
    "They told my son he was a retard. He is nine.": ["retard"],
    "People keep telling me I'm a loser": ["loser"],
    "A man told a reporter that they are scum": ["scum"],
    "My neighbour shouted at us that we are parasites.": ["parasites"],
    "She says I'm a clown": ["clown"],
    "He was accused of being a crook": ["crook"],
    'Somebody shouted "get out, vermin" at my neighbour': ["get out, vermin"],
    "Someone wrote ‘die, pig’ on his door": ["die, pig"],
}
SAID = (
    "He is a fool.",
    "He is not only a thief but a liar",
    "I call you a liar",
    "I'd call him a pig",
    "You can call me what you like",
    "I told him he was a fool",
    "I told you, you are a fool",
    "We told them they were vermin",
    "Somebody told your mother she was a pig, and rightly",
    "She said he was a fool",
    "I accuse him of being a thief",
    '"You filthy pig"',
    'Said "you filthy pig"',
    'These "people" are vermin',
    "You idiots are not welcome",
    "",
)


@pytest.mark.parametrize(("text", "words"), MENTIONED.items())
def test_mentioned_words_are_found(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in mentions(text)] == words


@pytest.mark.parametrize("text", SAID)
def test_what_is_said_is_not_mentioned(text: str) -> None:
    insults = {"fool", "thief", "liar", "pig", "filthy", "vermin", "idiots", "people"}
    found = " ".join(text[start:end] for start, end in mentions(text))
    assert insults.isdisjoint(found.split())


def test_blanks_take_the_place_of_mentioned_words() -> None:
    assert without_mentions("He is not a fool, you pig") == "He is not a     , you pig"
    assert without_mentions("You pig") is None


def test_a_letter_that_is_longer_in_lower_case_moves_nothing() -> None:
    assert without_mentions("İ he is not a fool") == "İ he is not a     "


@given(st.text(st.sampled_from(" \n.,\"“”'‘’acdilmnostİ"), max_size=200))
def test_nothing_else_changes(text: str) -> None:
    other = without_mentions(text)
    if other is not None:
        assert len(other) == len(text)
        assert all(new in (old, " ") for new, old in zip(other, text, strict=True))


@pytest.mark.parametrize(
    "unit",
    ["a-", " ", "is not ", '"a', "call a ", "i'm a ", "nobody a b ", 'say "a b c" ', "as i "],
)
def test_the_time_grows_with_the_length(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        start = time.process_time()
        for _ in range(5):
            mentions(text)
        return time.process_time() - start

    ratios = (seconds(LONGEST) / max(seconds(LONGEST // 4), 1e-5) for _ in range(5))
    assert any(ratio < 10 for ratio in ratios)


def test_a_long_text_is_not_examined() -> None:
    assert mentions("He is not a fool. " * 100) == []
