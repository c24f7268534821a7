"""Which language a text is in: by its script where that decides, else by py3langid.

py3langid takes a second and a hundred megabytes to load, so it is imported when a text needs it.
Only a sample of a long text is read, and the cost of a text is bounded.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from moderation.text.folding import fold
from moderation.text.languages.english import ENOUGH, english_words
from moderation.text.languages.insulting import insulted_in
from moderation.text.languages.names import NAMES
from moderation.text.languages.romanised import is_romanised_hindi
from moderation.text.scripts import MARKS, without_marks

# Characters at the start and at the end of a text that are looked at.
_HEAD, _TAIL = 300, 100

# A language is named from this probability on, if that of our own language is at most the other.
# Measured on 96,771 English comments and on those of 24 other languages.
_SURE, _HARDLY = 0.5, 0.02

# A language is named from this share on of the probabilities of all languages in its script.
_SURE_OF_SCRIPT = 0.55

# The fewest different words of at least two letters, and the fewest letters, that can tell one
# language in Latin letters from another.
_WORDS, _LETTERS = 3, 12

# The fewest letters of another script that count.
_FOREIGN = 3

# Scripts and what they say. Where a script serves several languages, the identifier chooses.
_SCRIPTS = {
    "ko": "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff",
    "ja": "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u0590-\u05ff\ufb1d-\ufb4f",
    "hy": "\u0530-\u058f",
    "ka": "\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",
    "th": "\u0e00-\u0e7f",
    "bn": "\u0980-\u09ff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "Cyrl": "\u0400-\u052f",
    "Arab": "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefe",
    "Deva": "\u0900-\u097f",
}
_SHARED = {
    "Cyrl": frozenset({"bg", "ru", "sr", "uk"}),
    "Arab": frozenset({"ar", "fa", "ur"}),
    "Deva": frozenset({"hi", "mr"}),
}
_OF_SCRIPT = re.compile("|".join(f"(?P<{name}>[{span}])" for name, span in _SCRIPTS.items()))
# Scripts with letters that look like Latin ones.
_LOOK_ALIKE = {"Cyrl", "el"}
_LATIN = re.compile("[a-zA-Z]")
# A word: letters, the signs on them in scripts other than Latin, and joiners.
_WORD = re.compile(rf"(?:[^\W\d_]|(?![\u0300-\u036f])[{MARKS}\u0640\u200c\u200d])+")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_AROUND = ".,;:!?\"'()[]{}<>*-_…“”‘’«»¡¿"


def identify(text: str, own: str = "en") -> str | None:
    """Return the language of a text, or None if that is not sure.

    Parameters
    ----------
    text
        Any text. Names, addresses, numbers and disguised words say nothing about its language.
    own
        The language that has the benefit of the doubt: another one is named only if this one is
        ruled out.

    Returns
    -------
    str or None
        A code, such as ``nl``; ``und-Cyrl`` if only the script is sure.

    Examples
    --------
    >>> identify("Dat kunt u beter vragen aan de gemeente")
    'nl'
    >>> identify("오늘 날씨가 좋네요")
    'ko'
    >>> identify("lol")
    """
    read = _read(text)
    if not read.is_asked:
        is_short = read.words and not read.language and own == "en"
        return insulted_in(read.words) if is_short else read.language
    spoken = " ".join(read.words)
    if read.script:
        return _of_script(read.script, spoken)
    found, sure, ours = _likeliest(_STRETCHED.sub(r"\1\1", spoken), own)
    if sure < _SURE or (found != own and ours > _HARDLY):
        return insulted_in(read.words) if own == "en" else None
    return None if found != own == "en" and _is_disguised_english(read.plain) else found


def needs_identifier(text: str) -> bool:
    """Return whether :func:`identify` asks py3langid about a text, which takes long at first."""
    return _read(text).is_asked


class _Read(NamedTuple):
    """What a text shows at once.

    `language` is the language that needs no identifier. `script` is a script that several
    languages share.
    """

    language: str | None = None
    is_asked: bool = False
    words: Sequence[str] = ()
    script: str | None = None
    plain: str = ""


def _read(text: str) -> _Read:
    sample = text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} {text[-_TAIL:]}"
    plain = sample
    if not sample.isascii():  # one character may stand for eighteen
        plain = unicodedata.normalize("NFKC", sample)[: _HEAD + _TAIL]
    script = None if plain.isascii() else _script(plain)
    if script in _LOOK_ALIKE and _LATIN.search(plain):
        script = _script(fold(plain))
    if script in NAMES:
        return _Read(script)
    words = [word for chunk in plain.split() if (word := _word(chunk))]
    if script:
        return _Read(is_asked=True, words=words, script=script)
    different = {word for word in words if len(word) > 1}
    if len(different) < _WORDS or sum(map(len, words)) < _LETTERS:
        return _Read(words=words)
    if is_romanised_hindi(words):
        return _Read("hi")
    return _Read(is_asked=True, words=words, plain=plain)


def _script(text: str) -> str | None:
    """Return the script that most letters have, or the language that alone has it."""
    counts, n_letters = Counter[str](), 0
    for character, n in Counter(text).items():
        if character.isalpha():
            n_letters += n
            counts[_script_of(character)] += n
    latin = counts.pop("", 0)
    n = n_letters - latin
    if n < _FOREIGN or n <= latin:
        return None
    if counts["ja"] and counts["ja"] + counts["zh"] > n / 2:
        return "ja"
    return counts.most_common(1)[0][0]


@lru_cache(maxsize=1 << 14)
def _script_of(letter: str) -> str:
    found = _OF_SCRIPT.match(letter)
    return str(found.lastgroup) if found else ""


def _word(chunk: str) -> str:
    """Return the word of a token in lower case; an empty string if it is no plain word."""
    word = chunk.strip(_AROUND)
    letters = word.replace("'", "").replace("’", "").replace("-", "")
    plain = _WORD.fullmatch(unicodedata.normalize("NFC", letters))
    return word.lower() if plain and chunk[0] not in "@#" else ""


def _is_disguised_english(text: str) -> bool:
    """Return whether a text with letters beyond ASCII is English once their marks are gone."""
    if text.isascii():
        return False
    plain = without_marks(text)
    if not plain.isascii():  # letters of other scripts among them, say
        plain = fold(plain)
    if sum(english_words(plain.split())) < ENOUGH:
        return False
    found, sure, _ = _likeliest(plain.lower(), "en")
    return found == "en" and sure >= _SURE


def _of_script(script: str, text: str) -> str:
    """Return the language of a text among those of its script."""
    ranked = dict(_identifier().rank(text))
    chances = {code: ranked.get(code, 0.0) for code in _SHARED[script]}
    found = max(chances, key=lambda code: (chances[code], code))
    return found if chances[found] > _SURE_OF_SCRIPT * sum(chances.values()) else f"und-{script}"


def _likeliest(text: str, own: str) -> tuple[str, float, float]:
    """Return the likeliest language, its probability, and that of our own language."""
    ranked = _identifier().rank(text)
    return *ranked[0], dict(ranked).get(own, 0.0)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(NAMES)
    identifier.nb_ptc = np.ascontiguousarray(identifier.nb_ptc, np.float32)
    return identifier
