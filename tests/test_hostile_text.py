"""Whatever is written takes linear time, and not much more of it than ordinary prose.

The families are those of ``benchmarks/hostile_text.py``, which prints the figures. Time is the
processor's, counted for one thread. A machine that is busy makes single measurements wrong, by as
much as half: a family fails only if every one of several rounds finds it over its bound.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import thread_time

import pytest
from hostile_families import FAMILIES, Family, prose

from moderation.model.moderator import Moderator
from moderation.records import Comment
from moderation.text.markup.html import html_to_text

N = 10_000
GROWTH = 2.4
TIMES_PROSE = 10
ROUNDS = 6
# Reasons take several times as long as a score, and what they add is the same for each character.
SHORT = 2_500
# In less than this the growth of a time is not told from the price of a call.
LEAST = 2e-3


def seconds(run: Callable[[], object]) -> float:
    """Processor time in a thread of its own, which remembers no chunk that was met before."""

    def timed() -> float:
        begun = thread_time()
        run()
        return thread_time() - begun

    with ThreadPoolExecutor(1) as pool:
        return max(LEAST, pool.submit(timed).result())


def cost(moderator: Moderator, text: str, *, explain: bool = False) -> float:
    """What a text costs that comes as HTML and is scored."""

    def run() -> None:
        html_to_text(text)
        moderator.score(Comment(text=text), explain=explain)

    return seconds(run)


@pytest.fixture(scope="module")
def shipped() -> Moderator:
    moderator = Moderator.load()
    warm = Comment(text=prose(2 * N, random.Random(0)))
    for explain in (False, True, True):  # the vocabulary is made ready for many look-ups
        moderator.score(warm, explain=explain)
    return moderator


@pytest.mark.parametrize("family", FAMILIES)
def test_twice_the_text_takes_twice_the_time(shipped: Moderator, family: str) -> None:
    def growth(draw: int) -> float:
        # Drawn apart: what is remembered of words shall not make one of them cheaper.
        once = FAMILIES[family](N, random.Random(draw))
        twice = FAMILIES[family](2 * N, random.Random(ROUNDS + draw))
        return cost(shipped, twice) / cost(shipped, once)

    assert any(growth(draw) <= GROWTH for draw in range(ROUNDS))


@pytest.fixture(scope="module")
def usual(shipped: Moderator) -> float:
    """What ordinary prose costs with reasons."""
    texts = (prose(SHORT, random.Random(draw)) for draw in range(5))
    return min(cost(shipped, text, explain=True) for text in texts)


@pytest.mark.parametrize("family", FAMILIES)
def test_reasons_cost_at_most_ten_times_those_of_ordinary_prose(
    shipped: Moderator, usual: float, family: str
) -> None:
    texts = (FAMILIES[family](SHORT, random.Random(draw)) for draw in range(ROUNDS))
    assert any(cost(shipped, text, explain=True) <= TIMES_PROSE * usual for text in texts)


def test_what_grows_quadratically_is_told() -> None:
    """The measurement itself: a loop in a loop is over the bound in every round."""

    def slow(n: int) -> None:
        for _ in range(n // 20):
            sum(range(n // 20))

    assert all(seconds(lambda: slow(2 * N)) > GROWTH * seconds(lambda: slow(N)) for _ in range(3))


def test_families_are_as_long_as_they_are_asked_for() -> None:
    makers: dict[str, Family] = {**FAMILIES, "prose": prose}
    for name, make in makers.items():
        assert 0.9 * N <= len(make(N, random.Random(1))) <= N, name
