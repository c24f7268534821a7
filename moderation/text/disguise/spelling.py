"""The plain words behind spellings with replaced, masked, separated or repeated letters.

Each rule takes one part of a token and returns a word or None. The rules are listed in the order in
which they are tried.
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

# The letters that a character may stand for, the likelier first.
STANDS_FOR = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "+": "t", "(": "c", "\u20ac": "e", "\xa3": "l",
    "\xa2": "c", "\xa5": "y",
}  # fmt: skip
# Maps all characters that may stand for the same letter to one, to get the skeleton of a word.
_SKELETON = {
    **{ord(sign): letters[0] for sign, letters in STANDS_FOR.items()},
    **{ord(letter): letters[0] for letters in STANDS_FOR.values() for letter in letters[1:]},
}
# The characters that are replaced in any word. Brackets and currency signs too often mean
# themselves.
_IN_ANY_WORD = frozenset("013456789@$!|")
_MASKS = "*#%_\u2022\u2217\u2588\u25a0\u25cf\xd7"
_JOINTS = ".-_*~\u00b7"

_JOINT = re.compile(f"[{re.escape(_JOINTS)}]+")
_MASK = re.compile(f"[{_MASKS}]")
_MASK_RUN = re.compile(f"[{_MASKS}]+")
# Stands for any letter in a pattern.
_ANY = "*"
_NO_LETTERS = frozenset("#%_")  # masks of insults only
_MORE = 2  # the most letters by which a word may be longer than its masked form

_COMMONEST_SQUEEZED = {squeezed(word) for word in COMMONEST}
_ENDS = {(word[0], word[-1]) for word in COMMONEST}
_COMMONEST_BY_SHAPE = wordlist.Shapes(COMMONEST)
_NOT_PLAIN = {*ALIASES, ""}
_TWICE = re.compile(r"([a-z])\1")
_THRICE = re.compile(r"([a-z])\1\1")
# A part between white space, slashes, commas and the like, and the punctuation around it.
_PART = re.compile(r"[^\s/,;:?\"&=]+")
_BEFORE, _BEHIND = "'[{<", "']})>.!"
# Four or more letters with points between them are any word spelt out.
_SPELT = re.compile(r"[a-z](?:\.[a-z]){3,}")
# Single letters with the same sign between them. Signs that also separate words (either/or) need
# more letters, so that a choice among three single letters does not match.
_LADDER = re.compile(
    r"(?<![^\W_])[a-z](?:([/,;:|=&+?!'])[a-z](?:\1[a-z]){2,}|([^\w\s]|_)[a-z](?:\2[a-z])+)(?![^\W_])"
)
# "600k", "+17" and "5s" are amounts, whatever their digits resemble. "$3bn", "1,080p" and "10am"
# are quantities, which never stand for common words.
_AMOUNT = re.compile(r"[+-]?\d+[a-z]?")
_QUANTITY = re.compile(r"[+-]?[$\u20ac\xa3]?\d[\d.,]*+[a-z]{0,2}")
_AFFIXES = re.compile(r"[\d@$]*([a-z]{2,})[\d!$]*")
# Symbols that may replace a letter that they do not resemble: "f@ck", "sh^t", "f--k".
_WILD_SIGNS = "@$!^#%*+~-"
_WILD = re.compile(r"[@$!^#%*+~]|-(?=-)|(?<=-)-")
# Removes the letters of a part and maps all digits that resemble letters to one.
_SIGNS = {**dict.fromkeys(range(ord("a"), ord("z") + 1)), **dict.fromkeys(b"13456789", "0")}

#: Words with three equal letters that are not stretched: "www" and Roman numerals.
RIGHTLY_THRICE = "(?:www|[mdclxv]*(?:iii|xxx))"
_RIGHTLY_THRICE = re.compile(RIGHTLY_THRICE)

_LONGEST = 24
_MOST_READINGS = 64
_MOST_RUNS = 4
# A part that is a word without its digits must be this many times as rare as the word read from it.
_MUCH_RARER = 4
# A stretched letter is read as a doubled one if that gives a word with a rank below this ("goood",
# "tooo"), even if a single letter gives a word too.
_WELL_KNOWN = 500


class Plain(NamedTuple):
    """A disguised word in plain letters, and the span ``chunk[start:end]`` that it replaces."""

    word: str
    start: int
    end: int

    def moved(self, by: int) -> Plain:
        """Return the same word with its span moved by `by` characters."""
        return Plain(self.word, self.start + by, self.end + by)


def undisguised(chunks: str) -> list[Plain]:
    """Return the disguised words of one or more tokens, in order.

    Parameters
    ----------
    chunks
        Tokens that are folded in all other respects, with line ends between them.

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
    """Return whether a quick check shows that a word is neither disguised nor stretched.

    If the result is False, the word needs a closer look.

    Parameters
    ----------
    word
        Lower-case ASCII letters with single apostrophes between them, words of at least three
        letters with single hyphens between them, or digits. An empty string is not plain.
    """
    if not _TWICE.search(word):
        return word not in _NOT_PLAIN
    if word in ALIASES or _THRICE.search(word):
        return False
    # A doubled letter is reduced to one only in the commonest insults.
    return (word[0], word[-1]) not in _ENDS or squeezed(word) not in _COMMONEST_SQUEEZED


def read(part: str) -> str | None:
    """Return the word that `part` stands for by the first rule that applies, or None."""
    if part.isalpha():
        return ALIASES.get(part) or _stretched(part)
    for rule in _rules(part.translate(_SIGNS)):
        word = rule(part)
        if word:
            return word
    return None


@lru_cache(maxsize=1 << 12)
def _rules(signs: str) -> list[Callable[[str], str | None]]:
    """Return the rules that may apply to a part with these characters besides its letters."""
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
    """Return the word that a part disguises, with its span in the part."""
    start, end = inner(part, _BEFORE)
    piece = part[start:end]
    if not 2 <= len(piece) <= 2 * _LONGEST or piece in insults.words():
        return None
    word = read(piece)
    if word is None and piece.startswith("("):  # a bracket instead of a letter
        start += 1
        word = read(piece[1:]) if piece[1:] not in insults.words() else None
    return Plain(word, start, end) if word is not None and word != piece else None


# Results are cached because both models read the same comments, and addresses and tags repeat
# their parts. Only parts of ordinary length are cached, so that the memory stays bounded.
_remembered = lru_cache(maxsize=1 << 14)(_disguised)


def inner(part: str, before: str) -> tuple[int, int]:
    """Return the bounds of a part without the punctuation or emphasis asterisks around it.

    Parameters
    ----------
    part
        A part of a token.
    before
        The punctuation that may stand before a word.
    """
    piece = part.lstrip(before)
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
    """``idiooot``, ``youuuu``: find words whose runs of letters are at most as long."""
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
    """Yield listed words in which each run of three or more becomes one or two letters."""
    options = [
        (letter, 2 * letter) if length > 2 else (length * letter,) for letter, length in runs
    ]
    if sum(len(option) > 1 for option in options) <= _MOST_RUNS:
        for word in map("".join, product(*options)):
            if wordlist.rank(word) < (_WELL_KNOWN if len(word) < 3 else wordlist.UNLISTED):
                yield word


def _substituted(part: str) -> str | None:
    """``1d10t``, ``@$$``: read symbols as the letters that they resemble."""
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
    """``7h3m``, ``wh@t``: do the same for all common words, if no other meaning is likelier."""
    if _QUANTITY.fullmatch(part):
        return None
    if len(part) < 5 and sum(map(str.isalpha, part)) < 2:
        return None
    if part.translate(_SKELETON) not in _common_skeletons():
        return None
    word = _likeliest(filter(wordlist.is_common, _readings(part)))
    affixed = _AFFIXES.fullmatch(part)  # "5miles", "mark5", "@way": a word with a prefix or suffix
    if word and affixed and wordlist.rank(affixed[1]) < _MUCH_RARER * wordlist.rank(word):
        return None
    return word


def _squeezed_skeleton(part: str) -> str:
    return squeezed(part.translate(_SKELETON))


@cache
def _insulting_skeletons() -> frozenset[str]:
    """Return the skeletons of all insults; a part with another skeleton hides no insult."""
    return frozenset(map(_squeezed_skeleton, (*insults.words(), *ALIASES)))


@cache
def _common_skeletons() -> frozenset[str]:
    """Return the skeletons of all common words."""
    return frozenset(
        word.translate(_SKELETON) for word in wordlist.ranks() if wordlist.is_common(word)
    )


def _readings(part: str) -> Iterator[str]:
    """Return each way to read the symbols of a part as letters; none if there are too many."""
    options = [STANDS_FOR.get(character, character) for character in part]
    n_readings = 1
    for option in options:
        n_readings *= len(option)
    return map("".join, product(*options)) if n_readings <= _MOST_READINGS else iter(())


def _jointed(part: str) -> str | None:
    """``i.d.i.o.t``, ``f-u-c-k``: remove the separators between letters."""
    pieces = _JOINT.split(part)
    letters = "".join(pieces)
    if len(pieces) == 1 or len(letters) < 3:
        return None
    word = letters if letters in insults.words() else None
    if not letters.isalpha():
        word = _substituted(letters)
    elif word is None and _SPELT.fullmatch(part):
        return letters
    # "f-uck", "stu.pid" and "s.h.i.t" are disguises. A separator between whole words is not.
    if word and len(part) < 2 * len(letters) - 1 and all(map(_is_word, pieces)):
        return None
    return word


def _masked(part: str) -> str | None:
    """``f**k``, ``sh*t``, ``b****``, ``tr**p``: each mask stands for one or more letters."""
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
    """Return whether the final masks follow a whole word, letter or grade: "term*", "b**"."""
    if masks == 1 and len(known) < 3:
        return True
    return masks < 3 and (len(known) == 1 or _is_word(known))


def _fitting(shapes: wordlist.Shapes, pattern: str) -> Iterator[str]:
    """Return the words that fit a pattern, which begins with a letter."""
    known = [(i, letter) for i, letter in enumerate(pattern) if letter != _ANY]
    return shapes.fitting(len(pattern), known)


def _fitting_loosely(part: str) -> str | None:
    """``f**cking``, ``b***ches``, ``f*ing``: find one of the commonest for one run of masks."""
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
    """``f@ck``, ``s#!t``, ``f--k``: read symbols as any letters of the commonest insults."""
    if len(part) < 4 or not (part[0].isalpha() and part[-1].isalpha()):
        return None
    pattern, symbols = _WILD.subn(_ANY, part)
    if not pattern.replace(_ANY, "").isalpha() or 2 * symbols > len(part):
        return None
    return next(_fitting(_COMMONEST_BY_SHAPE, pattern), None) if symbols else None
