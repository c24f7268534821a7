"""The folding of English text, with the place of each character in the original.

A disguise (full-width letters, a Roman numeral for an i, a Cyrillic letter in a Latin word,
zero-width characters, combining marks, repeated letters) must not hide a word from the model, and
words in other scripts must stay unchanged. Training and scoring use :func:`fold`.
:func:`fold_with_origins` gives the same text with the place of each character in the original, so
that an explanation can point at what the reader wrote.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache

from moderation.text.disguise import (
    FEWEST_SPACED,
    RIGHTLY_THRICE,
    is_plain,
    join_spaced,
    spaced_words,
    undisguised,
)
from moderation.text.folding.changes import replaced, rewritten
from moderation.text.folding.kinds import Folded, Folding
from moderation.text.sentences import closes_sentence

# Letters of other scripts that look like Latin ones. They are replaced only inside a word that also
# has a Latin letter, so that a Russian or Greek word keeps its letters. (The cases of Unicode TR 39
# whose glyphs look alike in common fonts.)
_CYRILLIC = "авеёкмнорстухіїјѕԁԛԝгьһ"
_CYRILLIC_AS = "abeekmhopctyxiijsdqwrbh"
_GREEK = "αβγεηικμνορτυχω"
_GREEK_AS = "abyenikunoptuxw"
_CONFUSABLE = str.maketrans(_CYRILLIC + _GREEK, _CYRILLIC_AS + _GREEK_AS)

_LOOK_ALIKE = re.compile("[\u0370-\u052f]")
_WORD = re.compile(r"[^\W\d_]+")
_CHUNK = re.compile(r"\S+")
# A run of one letter. Words that rightly have three of a letter are matched first.
_STRETCHED = re.compile(rf"\b{RIGHTLY_THRICE}\b|([^\W\d_])\1{{2,}}")
# Terminal sequences for colours and cursor movements, which a reader never sees, and a Cyrillic
# letter with a separate combining mark, which is one letter.
_ESCAPES_OR_APART = re.compile("\x1b\\[[0-?]*+[@-~]|[\u0400-\u04ff][\u0306\u0308]")
# Addresses contain no disguises.
ADDRESS = re.compile(
    r"[\"'(\[<{]*(?:https?:|ftp:|www\.|mailto:|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?![\w@]))"
)
# A word in ASCII letters, whole words joined by hyphens, or a number, with the punctuation around
# it. Such a token needs no more folding unless `is_plain` rejects its word.
_ORDINARY = re.compile(
    r"^(?:[\"'\[{<]*+"
    r"((?:[a-z]{3,}+-)++[a-z]{3,}+|[a-z]++(?:'[a-z]++)*+|[0-9]++)"
    r"[.,;:?!\"')\]}>]*+$|.*+$)",
    re.MULTILINE,
)
_COMBINING = range(0x0300, 0x0370)
# From here on, a letter with a mark is a different letter (Cyrillic, Hangul). Latin and Greek
# accents are removed.
_OTHER_SCRIPTS = "\u0400"
TYPOGRAPHIC = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u0060\u00b4\u02bc"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
    0x2026: "...",
}
# Letters that look like others but do not decompose into them: small capitals, letters with
# strokes, and white letters on black circles and squares.
LETTERLIKE = {
    **str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"),
    **str.maketrans("ıɑɡøłđħŧ", "iagoldht"),
    **{start + i: 97 + i for start in (0x1F150, 0x1F170) for i in range(26)},
}


# A folded token may be at most `LONGER` times as long as written, plus `_SPARE` characters. Some
# ligatures are whole phrases (U+FDFA is eighteen characters), and a text of only these would fill
# the memory. Tokens that people write stay far below: four of the longest ligature still unfold.
LONGER, _SPARE = 3, 64

# The longest token, and the number of them, whose origins are cached for explanations.
_LONGEST_KEPT, _KEPT_CHUNKS = 40, 1 << 14


class _CharacterTable(dict[int, str]):
    """The folded form of each character, filled on first use.

    Its size is limited by the number of code points and, in practice, by the alphabets in use.
    """

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    """Fold compatibility forms and case; remove Latin marks and format characters."""
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"  # a lone surrogate cannot be encoded
    category = unicodedata.category(character)
    if category == "Cf" or ord(character) in _COMBINING or 0xFE00 <= ord(character) <= 0xFE0F:
        return ""
    if category == "Cc":
        return " " if character.isspace() else ""
    plain = unicodedata.normalize("NFKD", character).casefold().translate(LETTERLIKE)
    if plain[:1] >= _OTHER_SCRIPTS and plain[0].isalpha():
        return unicodedata.normalize("NFKC", character).casefold()
    plain = "".join(c for c in plain if ord(c) not in _COMBINING)
    return plain.translate(TYPOGRAPHIC)


class _ShorterTable(dict[int, str]):
    """The same, but a character that folds to more than `LONGER` characters stays unchanged."""

    def __missing__(self, code: int) -> str:
        folded = _TABLE[code]
        self[code] = folded if len(folded) <= LONGER else chr(code)
        return self[code]


_TABLE = _CharacterTable(TYPOGRAPHIC)
_SHORTER_TABLE = _ShorterTable()


def fold(text: str) -> str:
    """Fold `text` to the form that the models read.

    Folding normalises case, width and compatibility forms, accents, zero-width and other format
    characters, control characters, typographic quotes and dashes, look-alike letters inside Latin
    words, disguised words (:mod:`moderation.text.disguise`), and letters repeated more than twice
    in a row.

    Parameters
    ----------
    text
        Any string, including lone surrogates and NUL.

    Returns
    -------
    str
        The folded text with white space reduced to single spaces. It consists of exactly the
        folded tokens (see :func:`fold_chunk`) of ``join_spaced(text).split()``.

    Examples
    --------
    >>> fold("You ＩＤⅰОТ, “sooooo” sm4rt @sshole, g e t  l o s t")
    'you idiot, "so" smart asshole, get lost'
    """
    return " ".join(fold_chunks(join_spaced(text).split()))


def fold_chunk(chunk: str) -> str:
    """Fold one token; see :func:`fold_chunks`."""
    return fold_chunks([chunk])[0]


def fold_chunks(chunks: Sequence[str]) -> list[str]:
    """Fold tokens, which contain no white space; their folded forms may.

    The result for a token does not depend on the others, so it can be cached per token. Folding
    many together is faster.

    Parameters
    ----------
    chunks
        The tokens as written.

    Returns
    -------
    list of str
        The folded tokens in the same order.
    """
    folded = [_lowered(chunk) for chunk in chunks]
    words = _ORDINARY.findall("\n".join(folded))  # one per line; empty where there is more to fold
    odd = [i for i in range(len(chunks)) if not is_plain(words[i])]
    if odd:
        for i, text in zip(odd, _folded([chunks[i] for i in odd]), strict=True):
            folded[i] = text
    return folded


def _lowered(chunk: str) -> str:
    """Return the folded form of an ordinary token."""
    return chunk.lower() if chunk.isascii() else _each_folded(chunk)


def _each_folded(chunk: str) -> str:
    """Fold each character of a token by itself."""
    folded = chunk.translate(_TABLE)
    return folded if not _too_long(folded, chunk) else chunk.translate(_SHORTER_TABLE)


def _too_long(folded: str, chunk: str) -> bool:
    return longer_than_written(len(folded), len(chunk))


def longer_than_written(folded: int, written: int) -> bool:
    """Return whether a token has become too long, given its lengths in characters."""
    return folded > LONGER * written + _SPARE


def _folded(chunks: Sequence[str]) -> list[str]:
    """Fold tokens that are not ordinary."""
    lines = "\n".join(chunks)
    folded = [_each_folded(line) for line in replaced(lines, _seen(lines)).split("\n")]
    for i, chunk in enumerate(folded):
        if not chunk.isascii() and _LOOK_ALIKE.search(chunk):
            folded[i] = _WORD.sub(_as_latin, chunk)
    others = [i for i, chunk in enumerate(folded) if not ADDRESS.match(chunk)]
    if others:
        lines = "\n".join([folded[i] for i in others])
        lines = replaced(lines, undisguised(lines))
        lines = replaced(lines, _shortened(lines))
        for i, chunk in zip(others, lines.split("\n"), strict=True):
            folded[i] = chunk
    return folded


def _seen(chunk: str) -> Iterator[tuple[str, int, int]]:
    for found in _ESCAPES_OR_APART.finditer(chunk):
        letters = "" if found[0][0] == "\x1b" else unicodedata.normalize("NFC", found[0])
        yield letters, *found.span()


def _shortened(folded: str) -> Iterator[tuple[str, int, int]]:
    for run in _STRETCHED.finditer(folded):
        if run[1]:
            yield 2 * run[1], *run.span()


def fold_with_origins(text: str) -> Folded:
    """Fold `text` like :func:`fold` and keep the origin of each character.

    This is slower than :func:`fold` and meant for the explanation of single texts.

    Parameters
    ----------
    text
        Any string, including lone surrogates and NUL.

    Returns
    -------
    Folded
        The folded text and the origins of its characters.
    """
    joined, places = _joined(text)
    chunks: list[str] = []
    origins = array("i")
    for number, chunk in enumerate(_CHUNK.finditer(joined)):
        if number:
            origins.append(places[chunk.start() - 1])
        written = chunk.group()
        short = len(written) <= _LONGEST_KEPT
        folded, within = (_fold_short_chunk if short else _fold_chunk)(written)
        chunks.append(folded)
        begun = chunk.start()
        if isinstance(within, range):
            origins.extend(places[begun : begun + len(within)])
        else:
            origins.extend([places[begun + place] for place in within])
    return Folded(" ".join(chunks), origins)


def _joined(text: str) -> tuple[str, array[int]]:
    """Return ``join_spaced(text)`` and the original offset of each of its characters."""
    places = array("i")
    position = 0
    spans = [*spaced_words(text)]
    if not spans:
        return text, array("i", range(len(text)))
    for start, end in spans:
        places.extend(range(position, start))
        places.extend(i for i in range(start, end) if not text[i].isspace())
        position = end
    places.extend(range(position, len(text)))
    return "".join(text[i] for i in places), places


def _fold_chunk(chunk: str) -> Folded:
    """Fold a token; the origins are offsets in the token."""
    written = Folded(chunk, range(len(chunk)))
    if is_plain(_ORDINARY.findall(_lowered(chunk))[0]):
        return _translated(written)
    folded, origins = _translated(rewritten(written, _seen(chunk)))
    if not folded.isascii() and _LOOK_ALIKE.search(folded):
        folded = _WORD.sub(_as_latin, folded)  # letter for letter, so offsets stay valid
    if ADDRESS.match(folded):
        return Folded(folded, origins)
    plain = rewritten(Folded(folded, origins), undisguised(folded))
    # The second letter gets the origin of the last one, so that a span covers the whole run.
    return rewritten(plain, _shortened(plain.text))


@lru_cache(maxsize=_KEPT_CHUNKS)
def _fold_short_chunk(chunk: str) -> Folded:
    """Do the same; the origins of a token with as many characters as written are a range."""
    folded, origins = _fold_chunk(chunk)
    each = range(len(chunk))
    return Folded(folded, each if origins == [*each] else origins)


def _translated(written: Folded) -> Folded:
    """Fold each character by itself."""
    table = _SHORTER_TABLE if _too_long(written.text.translate(_TABLE), written.text) else _TABLE
    pieces = [table[ord(character)] for character in written.text]
    origins = [place for place, piece in zip(written.origins, pieces, strict=True) for _ in piece]
    return Folded("".join(pieces), origins)


def _as_latin(match: re.Match[str]) -> str:
    word = match.group()
    return word.translate(_CONFUSABLE) if any("a" <= c <= "z" for c in word) else word


class _EnglishFolding(Folding):
    """The folding of this module."""

    name = "fold-3"
    fewest_spaced = FEWEST_SPACED
    writing = "spaced"

    def __reduce__(self) -> str:
        """Pickle and copy as the only object of its kind."""
        return "ENGLISH"

    def join_spaced(self, text: str) -> str:
        return join_spaced(text)

    def fold_chunks(self, chunks: Sequence[str]) -> list[str]:
        return fold_chunks(chunks)

    def fold_with_origins(self, text: str) -> Folded:
        return fold_with_origins(text)

    def closes_sentence(self, chunk: str) -> bool:
        return closes_sentence(chunk)

    def units(self, text: str) -> list[tuple[int, int]]:
        return [chunk.span() for chunk in _CHUNK.finditer(text)]


#: The folding of English models.
ENGLISH: Folding = _EnglishFolding()
