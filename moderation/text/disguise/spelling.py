"""Words whose letters are replaced, masked, joined or repeated: what they stand for.

Each rule reads one part of a chunk and gives a word or none; the rules stand in the order in which
they are tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import groupby, product
from typing import NamedTuple

from moderation.text.disguise import common_words as wordlist
from moderation.text.disguise import insults
from moderation.text.disguise.insults import squeezed, unlikeliness
from moderation.text.disguise.lexicon import ALIASES, COMMONEST

# Letters that a character may stand for, the likelier first.
STANDS_FOR = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "+": "t", "(": "c", "\u20ac": "e", "\xa3": "l",
    "\xa2": "c", "\xa5": "y",
}  # fmt: skip
# Characters that may stand for one and the same letter, as one: what is left of a word.
_SKELETON = {
    **{ord(sign): letters[0] for sign, letters in STANDS_FOR.items()},
    **{ord(letter): letters[0] for letters in STANDS_FOR.values() for letter in letters[1:]},
}
# Those that are read so in any word. Brackets and currencies are too often what they are.
_IN_ANY_WORD = frozenset("013456789@$!|")
_MASKS = "*#%_\u2022\u2217\u2588\u25a0\u25cf\xd7"
_JOINTS = ".-_*~\u00b7"

_JOINT = re.compile(f"[{re.escape(_JOINTS)}]+")
_MASK = re.compile(f"[{_MASKS}]")
_MASK_RUN = re.compile(f"[{_MASKS}]+")
# In a pattern, for any letter.
_ANY = "*"
_NO_LETTERS = frozenset("#%_")  # masks of insults only
_MORE = 2  # letters that a run of masks may stand for beyond its length

_COMMONEST_SQUEEZED = {squeezed(word) for word in COMMONEST}
_ENDS = {(word[0], word[-1]) for word in COMMONEST}
_COMMONEST_BY_SHAPE = wordlist.Shapes(COMMONEST)
_NOT_PLAIN = {*ALIASES, ""}
_TWICE = re.compile(r"([a-z])\1")
_THRICE = re.compile(r"([a-z])\1\1")
# What stands between white space, slashes, commas and the like, and what may stand around it.
_PART = re.compile(r"[^\s/,;:?\"&=]+")
_BEFORE, _BEHIND = "'[{<", "']})>.!"
# Four letters and more with points between them: a word spelt out, whichever it is.
_SPELT = re.compile(r"[a-z](?:\.[a-z]){3,}")
# Single letters with one sign between them, whichever it is. Those that part words (either/or)
# need more letters, so that a choice of three is none.
_LADDER = re.compile(
    r"(?<![^\W_])[a-z](?:([/,;:|=&+?!'])[a-z](?:\1[a-z]){2,}|([^\w\s]|_)[a-z](?:\2[a-z])+)(?![^\W_])"
)
# "600k", "+17", "5s": an amount, whatever its digits resemble; "$3bn", "1,080p" and "10am" are
# none of the lexicon's either.
_AMOUNT = re.compile(r"[+-]?\d+[a-z]?")
_QUANTITY = re.compile(r"[+-]?[$\u20ac\xa3]?\d[\d.,]*+[a-z]{0,2}")
_AFFIXES = re.compile(r"[\d@$]*([a-z]{2,})[\d!$]*")
# A symbol in the place of a letter that it does not resemble: "f@ck", "sh^t", "f--k".
_WILD_SIGNS = "@$!^#%*+~-"
_WILD = re.compile(r"[@$!^#%*+~]|-(?=-)|(?<=-)-")
# Leaves of a part what is no letter; one digit that resembles a letter is as good as another.
_SIGNS = {**dict.fromkeys(range(ord("a"), ord("z") + 1)), **dict.fromkeys(b"13456789", "0")}

#: The part of an address, and Roman numerals.
RIGHTLY_THRICE = "(?:www|[mdclxv]*(?:iii|xxx))"
_RIGHTLY_THRICE = re.compile(RIGHTLY_THRICE)

_LONGEST = 24
_MOST_READINGS = 64
_MOST_RUNS = 4
# What is a word without its digits must be so many times as rare as the word that they make of it.
_MUCH_RARER = 4
# A doubled letter in so common a word is meant ("goood", "tooo"), if one would do as well.
_WELL_KNOWN = 500


class Plain(NamedTuple):
    """A disguised word in plain letters, and the part ``chunk[start:end]`` that it stands for."""

    word: str
    start: int
    end: int

    def moved(self, by: int) -> Plain:
        """The same so many characters further on."""
        return Plain(self.word, self.start + by, self.end + by)


def undisguised(chunks: str) -> list[Plain]:
    """The words that a chunk disguises, in order; or several chunks.

    Parameters
    ----------
    chunks
        Folded otherwise, line ends between them.

    Examples
    --------
    >>> undisguised('"1d10t!"'), undisguised("f**k,")
    ([Plain(word='idiot', start=1, end=6)], [Plain(word='fuck', start=0, end=4)])
    >>> undisguised("g20"), undisguised("covid-19"), undisguised("assess")
    ([], [], [])
    """
    ladders = [*_ladders(chunks)]
    if not ladders:
        return [*_disguised_parts(chunks)]
    if "\n" not in chunks:
        return ladders
    found, before = [], 0
    for chunk in chunks.split("\n"):
        found += [plain.moved(before) for plain in undisguised(chunk)]
        before += len(chunk) + 1
    return found


def is_plain(word: str) -> bool:
    """Tell quickly that a word is neither disguised nor stretched; False: take a closer look.

    Parameters
    ----------
    word
        Lower-case ASCII letters with single apostrophes between them, words of at least three
        letters with single hyphens between them, or digits; nothing at all is not plain.
    """
    if not _TWICE.search(word):
        return word not in _NOT_PLAIN
    if word in ALIASES or _THRICE.search(word):
        return False
    # A letter that is only doubled is read as one in the commonest words alone.
    return (word[0], word[-1]) not in _ENDS or squeezed(word) not in _COMMONEST_SQUEEZED


def read(part: str) -> str | None:
    """The word that `part` stands for, by each rule in turn; None if it is as it should be."""
    if part.isalpha():
        return ALIASES.get(part) or _stretched(part)
    for rule in _rules(part.translate(_SIGNS)):
        word = rule(part)
        if word:
            return word
    return None


@lru_cache(maxsize=1 << 12)
def _rules(signs: str) -> list[Callable[[str], str | None]]:
    """The rules that may read a part with such `signs` beside its letters."""
    found = set(signs)
    may_read = {
        _substituted: found <= STANDS_FOR.keys(),
        _masked: not found.isdisjoint(_MASKS),
        _jointed: not found.isdisjoint(_JOINTS),
        _wild: not found.isdisjoint(_WILD_SIGNS),
        _substituted_in_any: found <= _IN_ANY_WORD,
    }
    return [rule for rule, applies in may_read.items() if applies]


def _disguised_parts(chunks: str) -> Iterator[Plain]:
    for part in _PART.finditer(chunks):
        text = part[0]
        found = _remembered(text) if len(text) <= 2 * _LONGEST else _disguised(text)
        if found is not None:
            yield found.moved(part.start())


def _disguised(part: str) -> Plain | None:
    """The word that a part disguises, and where in the part."""
    start, end = _inner(part)
    piece = part[start:end]
    if not 2 <= len(piece) <= 2 * _LONGEST or piece in insults.words():
        return None
    word = read(piece)
    if word is None and piece.startswith("("):  # no letter, but a bracket
        start += 1
        word = read(piece[1:]) if piece[1:] not in insults.words() else None
    return Plain(word, start, end) if word is not None and word != piece else None


# Hostility and topicality read the same comments; addresses and tags repeat their parts. Parts of
# ordinary length only, so that memory stays bounded.
_remembered = lru_cache(maxsize=1 << 14)(_disguised)


def _inner(part: str) -> tuple[int, int]:
    """Bounds of a part without the punctuation or the asterisks of emphasis around it."""
    piece = part.lstrip(_BEFORE)
    start, piece = len(part) - len(piece), piece.rstrip(_BEHIND)
    end = start + len(piece)
    if piece.startswith("*") and piece.endswith("*"):
        start += len(piece) - len(piece.lstrip("*"))
        end -= len(piece) - len(piece.rstrip("*"))
    return start, max(start, end)


def _ladders(chunk: str) -> Iterator[Plain]:
    for ladder in _LADDER.finditer(chunk):
        letters = ladder.group()[::2]
        if letters in insults.words() or wordlist.is_common(letters):
            yield Plain(letters, *ladder.span())


def _likeliest(candidates: Iterable[str]) -> str | None:
    return min(candidates, key=unlikeliness, default=None)


def _stretched(part: str) -> str | None:
    """``idiooot``, ``youuuu``: runs of letters at least as long as in the word."""
    shortest = squeezed(part)
    if len(shortest) == len(part) or _RIGHTLY_THRICE.fullmatch(part):
        return None
    thrice = _THRICE.search(part)
    if not thrice and shortest not in _COMMONEST_SQUEEZED:
        return None
    runs = [(letter, len(list(run))) for letter, run in groupby(part)]
    candidates = []
    for word in insults.by_letters().get(shortest, ()):
        wanted = [len(list(run)) for _, run in groupby(word)]
        if all(have >= want for (_, have), want in zip(runs, wanted, strict=True)):
            if word in COMMONEST:
                return word
            candidates.append(word)
    if not thrice:
        return None
    candidates += _shortened(runs)
    doubled = [w for w in candidates if len(w) > len(shortest) and wordlist.rank(w) < _WELL_KNOWN]
    return _likeliest(doubled or candidates)


def _shortened(runs: list[tuple[str, int]]) -> Iterator[str]:
    """Listed words that are left if each run of three and more is one or two letters."""
    options = [
        (letter, 2 * letter) if length > 2 else (length * letter,) for letter, length in runs
    ]
    if sum(len(option) > 1 for option in options) <= _MOST_RUNS:
        for word in map("".join, product(*options)):
            if wordlist.rank(word) < (_WELL_KNOWN if len(word) < 3 else wordlist.UNLISTED):
                yield word


def _substituted(part: str) -> str | None:
    """``1d10t``, ``@$$``: symbols read as the letters they resemble."""
    if _AMOUNT.fullmatch(part) or _squeezed_skeleton(part) not in _insulting_skeletons():
        return None
    for word in _readings(part):
        if word in insults.words():
            return word
        plain = ALIASES.get(word) or _stretched_insult(word)
        if plain:
            return plain
    return None


def _stretched_insult(word: str) -> str | None:
    plain = _stretched(word)
    return plain if plain in insults.words() else None


def _substituted_in_any(part: str) -> str | None:
    """``7h3m``, ``wh@t``: the same for all common words, where no other sense is likelier."""
    if _QUANTITY.fullmatch(part):
        return None
    if len(part) < 5 and sum(map(str.isalpha, part)) < 2:
        return None
    if part.translate(_SKELETON) not in _common_skeletons():
        return None
    word = _likeliest(filter(wordlist.is_common, _readings(part)))
    affixed = _AFFIXES.fullmatch(part)  # "5miles", "mark5", "@way": a word and something with it
    if word and affixed and wordlist.rank(affixed[1]) < _MUCH_RARER * wordlist.rank(word):
        return None
    return word


def _squeezed_skeleton(part: str) -> str:
    return squeezed(part.translate(_SKELETON))


@cache
def _insulting_skeletons() -> frozenset[str]:
    """What no reading of a part without such a skeleton is: a word of the lexicon, or stretched."""
    return frozenset(map(_squeezed_skeleton, (*insults.words(), *ALIASES)))


@cache
def _common_skeletons() -> frozenset[str]:
    """The same of common words."""
    return frozenset(
        word.translate(_SKELETON) for word in wordlist.ranks() if wordlist.is_common(word)
    )


def _readings(part: str) -> Iterator[str]:
    """Each way to read the symbols of a part as letters; none if there are too many."""
    options = [STANDS_FOR.get(character, character) for character in part]
    n_readings = 1
    for option in options:
        n_readings *= len(option)
    return map("".join, product(*options)) if n_readings <= _MOST_READINGS else iter(())


def _jointed(part: str) -> str | None:
    """``i.d.i.o.t``, ``f-u-c-k``: joints between the letters."""
    pieces = _JOINT.split(part)
    letters = "".join(pieces)
    if len(pieces) == 1 or len(letters) < 3:
        return None
    word = letters if letters in insults.words() else None
    if not letters.isalpha():
        word = _substituted(letters)
    elif word is None and _SPELT.fullmatch(part):
        return letters
    # "f-uck", "stu.pid" and "s.h.i.t" are disguises; what joins whole words is none.
    if word and len(part) < 2 * len(letters) - 1 and all(map(_is_word, pieces)):
        return None
    return word


def _masked(part: str) -> str | None:
    """``f**k``, ``sh*t``, ``b****``, ``tr**p``: one mask a letter, or of a long rest any number."""
    if not part[0].isalpha() or len(part) < 3:
        return None
    known, n_masks = _MASK.subn("", part)
    if part[-1] in _MASKS and _is_footnote(known, n_masks):
        return None
    pattern = _MASK.sub(_ANY, part)
    commonest = next(_fitting(_COMMONEST_BY_SHAPE, pattern), None)
    if commonest is None and len(known) >= 3 and known.isalpha():
        commonest = _fitting_loosely(part)
    if commonest or len(known) < 2 or not known.isalpha():
        return commonest
    candidates = [*_fitting(insults.by_shape(), pattern)]
    if part[-1] in _MASKS or set(part) & _NO_LETTERS:  # "c#", "100%" and "snake_case"
        candidates = [word for word in candidates if word in insults.listed()]
    else:
        candidates += filter(wordlist.is_common, _fitting(wordlist.by_shape(), pattern))
    return _likeliest(candidates)


def _is_footnote(known: str, masks: int) -> bool:
    """Whether masks at the end stand behind a whole word, a letter or a grade: "term*", "b**"."""
    if masks == 1 and len(known) < 3:
        return True
    return masks < 3 and (len(known) == 1 or _is_word(known))


def _fitting(shapes: wordlist.Shapes, pattern: str) -> Iterator[str]:
    """The words that a pattern fits, which begins with a letter."""
    known = [(i, letter) for i, letter in enumerate(pattern) if letter != _ANY]
    return shapes.fitting(len(pattern), known)


def _fitting_loosely(part: str) -> str | None:
    """``f**cking``, ``b***ches``, ``f*ing``: one of the commonest for a single run of masks."""
    before, *behind = _MASK_RUN.split(part)
    if len(behind) != 1:
        return None
    longest = len(part) + _MORE
    fewest = len(before) + len(behind[0]) + 1
    for word in COMMONEST:
        if fewest <= len(word) <= longest and word.startswith(before) and word.endswith(behind[0]):
            return word
    return None


def _is_word(part: str) -> bool:
    return wordlist.is_common(part) or part in insults.words()


def _wild(part: str) -> str | None:
    """``f@ck``, ``s#!t``, ``f--k``: symbols in the place of letters of the commonest insults."""
    if len(part) < 4 or not (part[0].isalpha() and part[-1].isalpha()):
        return None
    pattern, symbols = _WILD.subn(_ANY, part)
    if not pattern.replace(_ANY, "").isalpha() or 2 * symbols > len(part):
        return None
    return next(_fitting(_COMMONEST_BY_SHAPE, pattern), None) if symbols else None
