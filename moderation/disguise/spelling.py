"""Words whose letters are replaced, masked, joined or repeated: what they stand for.

Each rule reads one part of a chunk and gives a word or none; the rules stand in the order in which
they are tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, product
from typing import NamedTuple

from moderation.disguise import insults, wordlist
from moderation.disguise.insults import DOUBLED, unlikeliness
from moderation.lexicon import ALIASES, COMMONEST

# Letters that a character may stand for, the likelier first.
STANDS_FOR = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "+": "t", "(": "c", "\u20ac": "e", "\xa3": "l",
    "\xa2": "c", "\xa5": "y",
}  # fmt: skip
# Those that are read so in any word. Brackets and currencies are too often what they are.
_IN_ANY_WORD = frozenset("013456789@$!|")
_MASKS = "*#%_\u2022\u2217\u2588\u25a0\u25cf\xd7"
_JOINTS = ".-_*~\u00b7"

_JOINT = re.compile(f"[{re.escape(_JOINTS)}]+")
_MASK_RUN = re.compile(f"[{_MASKS}]+")
_NO_LETTERS = frozenset("#%_")  # masks of insults only
_MORE = 2  # letters that a run of masks may stand for beyond its length
_NO_MASK = dict.fromkeys(map(ord, _MASKS))

# A part is looked at only if it has a character that disguises are made of, or a letter thrice.
_SUSPICIOUS = re.compile(rf"[0-9@$!|+(\u20ac\xa3\xa2\xa5^.\-~\u00b7{_MASKS}]|([a-z])\1")
_COMMONEST_SQUEEZED = {DOUBLED.sub(r"\1", word) for word in COMMONEST}
_ENDS = {(word[0], word[-1]) for word in COMMONEST}
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
_WILD = re.compile(r"[@$!^#%*+~]|-(?=-)|(?<=-)-")

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


def undisguised(chunk: str) -> list[Plain]:
    """The words that a chunk disguises, in order.

    Parameters
    ----------
    chunk
        Folded otherwise.

    Examples
    --------
    >>> undisguised('"1d10t!"'), undisguised("f**k,")
    ([Plain(word='idiot', start=1, end=6)], [Plain(word='fuck', start=0, end=4)])
    >>> undisguised("g20"), undisguised("covid-19"), undisguised("assess")
    ([], [], [])
    """
    found = [*_ladders(chunk)]
    if found:
        return found
    for part in _PART.finditer(chunk):
        start, end = _inner(part)
        piece = chunk[start:end]
        if 2 <= len(piece) <= 2 * _LONGEST and piece not in insults.words():
            word = read(piece) if _SUSPICIOUS.search(piece) else ALIASES.get(piece)
            if word is None and piece.startswith("("):  # no letter, but a bracket
                start += 1
                word = read(piece[1:]) if piece[1:] not in insults.words() else None
            if word is not None and word != piece:
                found.append(Plain(word, start, end))
    return found


def is_plain(word: str) -> bool:
    """Tell quickly that a word is neither disguised nor stretched; False: take a closer look.

    Parameters
    ----------
    word
        Lower-case ASCII letters with single apostrophes between them, words of at least three
        letters with single hyphens between them, or digits.
    """
    if word in ALIASES:
        return False
    if not DOUBLED.search(word):
        return True
    if _THRICE.search(word):
        return False
    # A letter that is only doubled is read as one in the commonest words alone.
    return (word[0], word[-1]) not in _ENDS or DOUBLED.sub(r"\1", word) not in _COMMONEST_SQUEEZED


def read(part: str) -> str | None:
    """The word that `part` stands for, by each rule in turn; None if it is as it should be."""
    return (
        ALIASES.get(part)
        or _stretched(part)
        or _substituted(part)
        or _masked(part)
        or _jointed(part)
        or _wild(part)
        or _substituted_in_any(part)
    )


def _inner(part: re.Match[str]) -> tuple[int, int]:
    """Bounds of a part without the punctuation or the asterisks of emphasis around it."""
    piece = part.group().lstrip(_BEFORE)
    start, piece = part.end() - len(piece), piece.rstrip(_BEHIND)
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
    squeezed = DOUBLED.sub(r"\1", part)
    if len(squeezed) == len(part) or not part.isalpha() or _RIGHTLY_THRICE.fullmatch(part):
        return None
    runs = [(letter, len(list(run))) for letter, run in groupby(part)]
    thrice = any(length > 2 for _, length in runs)
    if not thrice and squeezed not in _COMMONEST_SQUEEZED:
        return None
    candidates = []
    for word in insults.by_letters().get(squeezed, ()):
        wanted = [len(list(run)) for _, run in groupby(word)]
        if all(have >= want for (_, have), want in zip(runs, wanted, strict=True)):
            if word in COMMONEST:
                return word
            candidates.append(word)
    if not thrice:
        return None
    candidates += _shortened(runs)
    doubled = [w for w in candidates if len(w) > len(squeezed) and wordlist.rank(w) < _WELL_KNOWN]
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
    digits = sum(map(str.isdigit, part))
    if part.isalpha() or _AMOUNT.fullmatch(part) or digits == len(part):
        return None
    for word in _readings(part):
        if word in insults.words():
            return word
        plain = ALIASES.get(word) or (_stretched_insult(word) if word.isalpha() else None)
        if plain:
            return plain
    return None


def _stretched_insult(word: str) -> str | None:
    plain = _stretched(word)
    return plain if plain in insults.words() else None


def _substituted_in_any(part: str) -> str | None:
    """``7h3m``, ``wh@t``: the same for all common words, where no other sense is likelier."""
    letters = sum(map(str.isalpha, part))
    odd = {character for character in part if not "a" <= character <= "z"}
    if not odd or not odd <= _IN_ANY_WORD or _QUANTITY.fullmatch(part):
        return None
    if letters < 2 and len(part) < 5:
        return None
    word = _likeliest(filter(wordlist.is_common, _readings(part)))
    affixed = _AFFIXES.fullmatch(part)  # "5miles", "mark5", "@way": a word and something with it
    if word and affixed and wordlist.rank(affixed[1]) < _MUCH_RARER * wordlist.rank(word):
        return None
    return word


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
    known = part.translate(_NO_MASK)
    if not known or len(known) == len(part) or not part[0].isalpha() or len(part) < 3:
        return None
    if part[-1] in _MASKS and _is_footnote(known, len(part) - len(known)):
        return None
    commonest = _first(COMMONEST, _pattern(part))
    runs, n_runs = _MASK_RUN.subn(f".{{1,{len(part) - len(known) + _MORE}}}", part)
    if commonest is None and len(known) >= 3 and known.isalpha() and n_runs == 1:
        commonest = _first(COMMONEST, runs)  # "f**cking", "b***ches", "f*ing"
    if commonest or len(known) < 2 or not known.isalpha():
        return commonest
    shape, fits = (len(part), part[0]), re.compile(_pattern(part)).fullmatch
    candidates = [*filter(fits, insults.by_shape().get(shape, ()))]
    if part[-1] in _MASKS or set(part) & _NO_LETTERS:  # "c#", "100%" and "snake_case"
        candidates = [word for word in candidates if word in insults.listed()]
    else:
        words = filter(wordlist.is_common, wordlist.by_shape().get(shape, ()))
        candidates += filter(fits, words)
    return _likeliest(candidates)


def _is_footnote(known: str, masks: int) -> bool:
    """Whether masks at the end stand behind a whole word, a letter or a grade: "term*", "b**"."""
    if masks == 1 and len(known) < 3:
        return True
    return masks < 3 and (len(known) == 1 or _is_word(known))


def _pattern(part: str) -> str:
    return "".join("." if c in _MASKS else re.escape(c) for c in part)


def _first(words: Iterable[str], pattern: str) -> str | None:
    return next(filter(re.compile(pattern).fullmatch, words), None)


def _is_word(part: str) -> bool:
    return wordlist.is_common(part) or part in insults.words()


def _wild(part: str) -> str | None:
    """``f@ck``, ``s#!t``, ``f--k``: symbols in the place of letters of the commonest insults."""
    pattern, symbols = _WILD.subn(".", part)
    letters = pattern.replace(".", "")
    if not symbols or len(part) < 4 or "." in part or not (letters.isalpha() and part[0].isalpha()):
        return None
    if not part[-1].isalpha() or 2 * symbols > len(part):
        return None
    return _first(COMMONEST, pattern)
