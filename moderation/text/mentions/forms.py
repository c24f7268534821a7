"""Words that a comment mentions without saying them of anybody else.

"He is not a fool", "I am such an idiot", "she was called a cow" and "someone shouted 'get out'"
hold rude words that insult nobody. A model of words cannot know that. This module finds such words
in English text. It knows few forms, and only plain ones: what stands in no such form is taken as
said.

Every pattern has a bounded length, so that the time grows linearly with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

#: The longest text that is examined, in characters. In longer ones mentioned words lose a twentieth
#: of what they add, or less, which is not worth scoring them twice.
LONGEST = 400

_WORD = r"[^\W\d_][\w'-]{0,30}"


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


# Words that stand between the verb and the words that it is about.
_FILLERS = _any(
    "a an the any some all such so just really very quite even exactly actually your my his her "
    "their being be been always ever simply bit total complete utter absolute bloody fucking damn "
    "real little big old right proper also still clearly obviously evidently probably usually "
    "often now officially like"
)
# Words at which the mentioned words end.
_STOPS = _any(
    "of to for in on at by with from about and or but because that who which when if than as like "
    "you u he she they it we him her them this these those is are was were am be i not"
)
_MENTIONED = (
    rf"(?:{_FILLERS} ){{0,4}}"
    rf"(?P<words>(?:(?!{_STOPS}\b){_WORD}(?: |(?=[^\w ]|$))){{1,2}})"
)
_SAYS = _any(
    "call calls called calling say says saying said think thinks thinking thought mean means meant "
    "believe believes suggest suggests suggesting claim claims claiming claimed"
)
_OF_WHOM = _any(
    "that him her them me us you he she they it we people anyone anybody somebody someone everyone "
    "everybody all is are was were as"
)
_WHOM = (
    rf"(?:{_any('him her them me us you someone somebody people everyone')} "
    rf"|(?:(?:my|his|her|their|the|our) )?{_WORD} (?:{_WORD} )?(?=(?:a|an|the|such) ))"
)
# Anybody but the reader who is addressed.
_PERSON = (
    rf"(?:{_any('him her them me us someone somebody people everyone')} "
    rf"|(?:my|his|her|their|the|our|a|an|one of our) (?:{_WORD} ){{1,2}}?)"
)
_OTHERS = _any("i he she they we it")
_BEING = "(?:am|was|were|is|are)"
_SAID = "(?:sa(?:id|ys)|shout(?:s|ed)|yell(?:s|ed)|scream(?:s|ed)|wr(?:ote|ites)|claim(?:s|ed))"
_OLD_SELF = _any(
    "stupid silly dumb daft dim thick foolish clumsy idiotic lazy useless dopey old forgetful"
)


class _Form(NamedTuple):
    """A form of a sentence. A text without any of its `cues` does not have it."""

    cues: tuple[str, ...]
    pattern: str


# In lower case, with straight apostrophes. The cues are there for speed alone.
_FORMS = (
    # He is not a fool. They aren't vermin.
    _Form(
        (
            "s not ",
            "e not ",
            "m not ",
            "s no ",
            "e no ",
            "s never ",
            "e never ",
            "s hardly ",
            "e hardly ",
            "sn't ",
            "ren't ",
            "ain't ",
        ),
        (
            rf"(?:(?:\b(?:is|are|was|were|am|be|been|being)|'(?:s|re|m)) (?:not|never|no|hardly)"
            rf"|\b(?:is|are|was|were|ai)n't) (?!(?:only|just|merely|simply|least)\b){_MENTIONED}"
        ),
    ),
    # Nobody here is a racist.
    _Form(
        ("nobody ", "none ", "neither "),
        rf"\b(?:nobody|none|neither) (?:{_WORD} ){{0,3}}?(?:is|are|was|were) {_MENTIONED}",
    ),
    # Don't call her a cow. I never said that they were thieves.
    _Form(
        ("n't ", "not ", "never ", "nobody ", "stop ", "without "),
        (
            rf"\b(?:never|not|nobody|stop|without|(?:do|does|did|would|wo|should|ca|could)n't)"
            rf" {_SAYS} (?:{_OF_WHOM} ){{0,4}}{_MENTIONED}"
        ),
    ),
    # I'm such an idiot. It made me look stupid.
    _Form(
        (
            "i'm ",
            "im ",
            "i am ",
            "i was ",
            "i feel ",
            "i felt ",
            "i look",
            "i've been ",
            "myself ",
            "e me ",
            "es me ",
        ),
        (
            rf"\b(?:i'?m|i (?:am|was|feel|felt|look|looked)|i've been|call(?:ed|ing)? myself"
            rf"|ma(?:kes?|de) me(?: (?:look|feel|seem|sound))?) {_MENTIONED}"
        ),
    ),
    # Stupid me. What an idiot I am. Fool that I was.
    _Form((" me",), rf"\b(?P<words>{_OLD_SELF}(?: old)?) me\b"),
    _Form(
        ("what a",),
        rf"\bwhat an? (?P<words>(?:{_WORD} ){{1,3}}?)i (?:am|was)\b",
    ),
    _Form(
        ("that i am", "that i was", "as i am", "as i was"),
        rf"\b(?P<words>(?:{_WORD} ){{1,2}}?)(?:that|as) i (?:am|was)\b",
    ),
    # She was called a cow. He called me a liar. Not: I call you a liar.
    _Form(
        ("call", "label", "brand", "dubbed"),
        (
            rf"(?<!\bi )(?<!\bwe )(?<!'d )(?<!'ll )(?<!would )(?<!could )(?<!will )(?<!can )"
            rf"\b(?:call(?:s|ed|ing)?|labell?ed|branded|dubbed) {_WHOM}?{_MENTIONED}"
        ),
    ),
    # They told my son he was a freak. I was told I am vermin. Not: I told him he was a fool.
    _Form(
        ("told ", "tells ", "telling "),
        (
            rf"(?<!\bi )(?<!\bwe )(?<!'d )(?<!'ve )\b(?:told|tells|telling) {_PERSON}?"
            rf"(?:that )?{_OTHERS} {_BEING} {_MENTIONED}"
        ),
    ),
    # A man shouted that we are animals. She said I was a cow.
    _Form(
        (" i am ", " i was ", " i'm ", " we are ", " we were ", " we're "),
        (
            rf"\b{_SAID} (?:(?:at|to) {_PERSON})?(?:that )?"
            rf"(?:(?:i|we) (?:am|was|are|were)|i'm|we're) {_MENTIONED}"
        ),
    ),
    # He was accused of being a thief.
    _Form(
        (" of being ",),
        rf"(?<!\bi )(?<!\bwe )\baccus(?:es?|ed|ing) {_PERSON}?of being {_MENTIONED}",
    ),
)

_QUOTED = re.compile(
    r"“([^“”\n]{1,300})”|\"([^\"\n]{1,300})\"|(?<![^\s(])[‘']([^'‘\n]{3,200})'(?!\w)"
)
_MARKS = ('"', "“", "‘", " '")
# A quotation counts if a word before it says that it is one. Many put quotation marks around words
# that they say themselves.
_REPORTS = re.compile(
    r"\b(?:sa(?:id|ys?|ying)|wr(?:ote|ites?|iting|itten)|call(?:s|ed|ing)?|shout(?:s|ed|ing)?"
    r"|yell(?:s|ed|ing)?|scream(?:s|ed|ing)?|t(?:old|ells?|elling)|tweet(?:s|ed)?|post(?:s|ed)?"
    r"|spat|hissed|muttered|chant(?:s|ed|ing)?|graffiti|sprayed|scrawled|painted|words?|term"
    r"|phrase|slurs?|slogan|sign|banner|notes?|letters?|e?-?mails?|messages?|headline|title"
    r"|comments?|quot(?:es?|ed|ing)|reads?|hear(?:d|ing)?|named|labell?ed|branded|insults?|abuse"
    r"|answered|replied|ask(?:s|ed)|us(?:e|es|ed|ing)|receiv(?:e|ed)|sen[dt]s?)\b"
    r"[^.!?\n\"“”]{0,50}$",
)
_BEFORE = 90
_MOST_QUOTATIONS = 20
# The fewest words around a quotation. A comment that is all quotation is taken as said.
_FEWEST_AROUND = 3
_ANY_WORD = re.compile(r"\w+")


def mentions(text: str) -> list[tuple[int, int]]:
    """Return the spans of the mentioned words of a text, in order of their start.

    Parameters
    ----------
    text
        The original text. One of more than `LONGEST` characters has no spans.

    >>> text = "He is not a fool."
    >>> [text[start:end] for start, end in mentions(text)]
    ['fool']
    """
    if len(text) > LONGEST:
        return []
    plain = text.lower()
    if len(plain) != len(text):  # a letter that is longer in lower case moves all that follow
        plain = text
    plain = plain.replace("’", "'")
    return sorted({*_in_forms(plain), *_in_quotations(plain)})


def _in_forms(plain: str) -> Iterator[tuple[int, int]]:
    for form in _FORMS:
        if any(cue in plain for cue in form.cues):
            for found in _compiled(form.pattern).finditer(plain):
                start, end = found.span("words")
                yield start, start + len(plain[start:end].rstrip())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when it is first searched for: together they take 50 ms."""
    return re.compile(pattern)


def _in_quotations(plain: str) -> Iterator[tuple[int, int]]:
    if not any(mark in plain for mark in _MARKS):
        return
    n_words = 0
    for found in islice(_QUOTED.finditer(plain), _MOST_QUOTATIONS):
        start, end = found.span(found.lastindex or 0)
        before = plain[max(0, start - 1 - _BEFORE) : start - 1]
        if _REPORTS.search(before):
            n_words = n_words or len(_ANY_WORD.findall(plain))
            if n_words - len(_ANY_WORD.findall(plain, start, end)) >= _FEWEST_AROUND:
                yield start, end


def without_mentions(text: str) -> str | None:
    """Return a text with blanks in place of its mentioned words; None if it has none.

    >>> without_mentions("He is not a fool.")
    'He is not a     .'
    """
    spans = mentions(text)
    if not spans:
        return None
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)
