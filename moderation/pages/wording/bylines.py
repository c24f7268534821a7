"""Read the author and the date of a comment from one line of text.

A byline is a line such as ``Mia Ostrow says:``, ``by Jonas on 3 May 2021 at 9:14 am. Reply #`` or
``30. Januar 2017 um 15:05 Uhr``. `read_byline` divides a line into author and date and says how
reliable they are. It never returns an author whom the line does not name.
"""

from __future__ import annotations

import functools
import re

import msgspec

from moderation.pages.wording import dates as flat_dates
from moderation.pages.wording import phrases

#: The longest author name, in characters and words. Names on real pages include blog titles.
_MAX_NAME = 80
_MAX_NAME_WORDS = 9
_SENTENCE_END = re.compile(r"[.!?…]\s+\S|[!?…]$")
_TAIL_ACTION = re.compile(
    r"(?:^|[\s|·•,.(\[–—/-]{1,4})(?P<action>[^|·•,.()\[\]–—]{2,40}?)[\s\])#↓↑»|0-9]{0,8}$"
)
_ABBREVIATION = re.compile(r"\b((?:St|Dr|Mr|Mrs|Ms|Prof|Jr|Sr|Rev|Hon|Sgt|Ing|Mag|[A-ZÄÖÜ]))\.")
_RANK = re.compile(r"(?:#\s?\d{1,8}|\(\d{1,5}\)|\d{1,8}[.)]?)(?:\s|$)")
_WORD = re.compile(r"\w")
_LETTER = re.compile(r"[^\W\d_]")
_QUOTED_URL = re.compile(r"%[0-9A-Fa-f]{2}")
#: The file name of an avatar in brackets, as w3m prints it.
_STUB = re.compile(r"\[[\w.-]{2,24}\]\s?(?=\S)")
#: A role that a page prints after the names of its own staff.
_ROLE = re.compile(
    r"(?<=\S)\s+[(\[]?(?:post author|author|autor(?: des beitrags)?|auteur|autore|admin|moderator"
    r"|staff|mod|op)[)\]]?$",
    re.IGNORECASE,
)
#: A place or role in square brackets after a name, whose last bracket may be gone already.
_PLACE_AFTER = re.compile(r"(?<=\S)\s+\[[^\[\]]{1,40}\]?$")
_PRONOUN = re.compile(
    r"(?:i|he|she|it|they|we|you|who|and|as|like|that|this|er|sie|es|wir|man|wer|il|elle|on|él|ella|the)\b",
    re.IGNORECASE,
)
#: Squarespace's word before a name, without a space between them.
_COMMENTER = re.compile(r"^(?:Unregistered |Registered )?Commenter(?=\S)")
#: LiveFyre's line above a comment: "baroo 6 pts".
_POINTS = re.compile(r"(?P<name>\S.{0,40}) \d{1,6} (?:pts|points)$")
#: "Mia wrote on", where a script printed the date and the converter did not see it.
_SAID_ON = re.compile(
    rf"(?P<name>\S.{{0,60}}?),?\s(?:{'|'.join(phrases.SAYS)})\s(?:on|at|am|um|le|el|il|op|em):?",
    re.IGNORECASE,
)
#: Contact details that may follow name and date: "Twitter: @mia", "http://mia.example".
_CONTACT = re.compile(r"(?:[A-Za-z]{2,12}\s?:?\s)?(?:@\w{1,40}|https?://\S{1,200})")
_BY = re.compile(
    r"^[\s,;:.|/·•*–—-]*(?:(?:posted |written |comment )?by|von|par|por|door)\s+"
    r"|^[\s,;:.|/·•*–—-]+",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[\"“„«'‘].*[\"”“»'’]$")


class Byline(msgspec.Struct, frozen=True, kw_only=True):
    """What one line says about the comment beside it.

    Attributes
    ----------
    author, date
        As written on the page; None if the line does not say.
    says
        The line ends in a verb of saying ("X wrote:").
    clock
        The date has a time of day or is relative ("3 hours ago"). Stamps on comments have this,
        and dates in running text rarely do.
    action
        The line carries a link of the page such as "Reply" or "Permalink".
    by
        The line opens with "by", "posted by" or the like in some language.
    joined
        A comma or a word such as "on" joins name and date.
    """

    author: str | None = None
    date: str | None = None
    says: bool = False
    clock: bool = False
    action: bool = False
    by: bool = False
    joined: bool = False

    @property
    def strong(self) -> bool:
        """Whether such a line is almost always a byline."""
        if self.author is None:
            return self.date is not None and self.clock
        return self.says or (self.date is not None and (self.clock or self.action or self.by))


def _drop_actions(line: str) -> tuple[str, bool]:
    """Cut "Reply", "| Permalink" and the like off the end of a line."""
    dropped = False
    if not phrases.ACTION_END.search(line[-60:]):
        return line.rstrip(), False
    for _ in range(4):
        stripped = line.rstrip()
        if phrases.is_action(stripped):
            return "", True
        found = None
        for cut in re.finditer(r"[|·•.,(\[–—/\s-]", stripped[-60:]):
            at = len(stripped) - len(stripped[-60:]) + cut.start()
            if phrases.is_action(stripped[at:]) and stripped[at:].strip(
                " \t0123456789.,|·•-–—/([])#:"
            ):
                found = at
                break
        if found is None:
            return stripped, dropped
        line, dropped = stripped[:found], True
    return line.rstrip(), dropped


def _trim(rest: str) -> tuple[str, bool]:
    """Strip separators and connecting words from both ends; say whether "by" was among them."""
    by = False
    for _ in range(8):
        found = phrases.LEADING_CONNECTOR.match(rest)
        if not found or not found.group(0):
            break
        by = by or found.group(0).lower().endswith(("by", "von", "par", "por", "door", "da"))
        rest = rest[found.end() :]
    for _ in range(8):
        found = phrases.TRAILING_CONNECTOR.search(rest)
        if not found or not found.group(0):
            break
        rest = rest[: found.start()]
    return rest.strip(), by


def looks_like_name(text: str) -> bool:
    """Whether a piece of text could be the name of a person or an account."""
    if not text or len(text) > _MAX_NAME or not _WORD.search(text):
        return False
    text = _ABBREVIATION.sub(r"\g<1>", text)
    words = text.split()
    if len(words) > _MAX_NAME_WORDS or _QUOTED.match(text):
        return False
    if len(words) <= 4:
        return (
            not _SENTENCE_END.search(text)
            or len(words) <= 2
            or bool(re.search(r"\b[A-Z]\. ", text))
        )
    return (
        not _SENTENCE_END.search(text)
        and sum(word[0].islower() for word in words) <= len(words) / 2
    )


def clean_author(name: str) -> str | None:
    """Return a name without avatar stubs and ornaments, or None if nothing is left."""
    name = re.sub(r"^\[[^\]]{0,40}\]\s*", "", name.strip())
    name = _PLACE_AFTER.sub("", name)
    name = re.split(r"\s+[|•·]\s*[|#]", name, maxsplit=1)[0]
    name = re.sub(r"^#?\d{1,5}[.)]\s+(?=\S)", "", name)
    verb = phrases.SAYS_END.search(name)
    if verb and verb.start() > 0:
        name = name[: verb.start()]
    name = name.strip(" \t*_|,;:»«–—+").rstrip("-").strip()
    if name.count("(") > name.count(")"):
        name += ")"
    shorter = _ROLE.sub("", name)
    return shorter or name or None


@functools.lru_cache(maxsize=4096)
def read_byline(line: str, *, opening: bool = False) -> Byline | None:
    """Divide a line into author and date.

    Parameters
    ----------
    line
        One line, without its list marker.
    opening
        Whether it is the first line of a list item, where "Mia says" needs no colon.

    Returns
    -------
    Byline or None
        None if the line is running text or too long to be a byline.
    """
    line = _without_reply(line.strip())
    if not line or len(line) > phrases.MAX_PHRASE or _QUOTED_URL.search(line):
        return None
    line, action = _drop_actions(_STUB.sub("", line, count=1) if line[0] == "[" else line)
    if not line:
        return Byline(action=True)
    dates = list(flat_dates.DATE.finditer(line)) if flat_dates.DATE_HINT.search(line) else []
    if not dates:
        return _undated(line, action, opening=opening)
    found = _dated(line, dates[0], action)
    return found if found is not None or len(dates) == 1 else _dated(line, dates[-1], action)


def _without_reply(line: str) -> str:
    """Drop whom a comment answers between its author and its date ("Mia in reply to Jo on …")."""
    found = phrases.IN_REPLY.search(line[: phrases.MAX_PHRASE])
    if found is None:
        return line
    date = flat_dates.DATE.search(line, found.end())
    return f"{line[: found.start()]} {line[date.start() :]}" if date is not None else line


def _dated(line: str, dated: re.Match[str], action: bool) -> Byline | None:
    """Read a line that holds a date; the rest of it must be a name or nothing."""
    before, after = line[: dated.start()], line[dated.end() :]
    says = False
    pieces = []
    for side in (before, after):
        piece = _without_tail_connectors(side)
        verb = phrases.SAYS_END.search(piece)
        if verb and (side is after or verb["colon"] or len(piece.split()) <= _MAX_NAME_WORDS):
            says = True
            piece = piece[: verb.start()]
        pieces.append(flat_dates.CLOCK.sub("", flat_dates.DATE.sub("", piece)))
    (first, by_first), (second, by_second) = _trim(_unranked(pieces[0])), _trim(pieces[1])
    second = _unranked(_COMMENTER.sub("", second, count=1))
    clock = bool(dated["clock"] or dated["clock2"] or dated["ago"])
    if clock and _RANK.fullmatch(second):
        second = ""
    if first and second and not _CONTACT.fullmatch(second):
        return None
    name = first or second
    date = dated.group(0).strip(" ,.|-")
    if not name:
        return Byline(date=date, clock=clock, action=action, says=says)
    if not says and not _LETTER.search(name):
        return None
    framed = clock and (action or by_first)
    if not (looks_like_name(name) or (framed and len(name) <= 2 * _MAX_NAME)):
        return None
    return Byline(
        author=clean_author(name), date=date, says=says, clock=clock, action=action,
        by=by_first or by_second,
        joined=bool(re.search(r",\s+(?:on|at|am|le|el|il|op|den)\s*$", before)),
    )  # fmt: skip


def _without_tail_connectors(piece: str) -> str:
    """Drop "on", "am" or "," before a date, so that a verb before them is recognised."""
    piece = piece.rstrip()
    for _ in range(3):
        found = phrases.TRAILING_CONNECTOR.search(piece)
        if not found or found.group(0).endswith(":"):
            break
        piece = piece[: found.start()].rstrip()
    return piece


def _unranked(text: str) -> str:
    """Drop a running number ("#12", "3.") before a name."""
    found = _RANK.match(text.strip())
    rest = text.strip()[found.end() :] if found else ""
    return rest if _WORD.search(rest) else text


def _undated(line: str, action: bool, *, opening: bool) -> Byline | None:
    """Read a line that names an author and no date: "Mia says:", "Posted by: Mia"."""
    verb = phrases.SAYS_END.search(line)
    bare = opening and len(line.split()) <= 8 and not _PRONOUN.match(line)
    if verb and verb["colon"] != "," and (verb["colon"] or bare):
        name = clean_author(_BY.sub("", _unranked(line[: verb.start()])))
        titled = opening and verb["colon"] == ":" and name and len(name) <= 2 * _MAX_NAME
        if name and (titled or looks_like_name(name)):
            return Byline(author=name, says=True, action=action)
        return None
    if verb and verb["colon"] == "," and len(line.split()) <= 6 and not _PRONOUN.match(line):
        # The oldest WordPress themes print "Mia said," on a line of its own.
        name = clean_author(_BY.sub("", _unranked(line[: verb.start()])))
        if name and looks_like_name(name):
            return Byline(author=name, says=True, action=action)
    named = _SAID_ON.fullmatch(line) or _POINTS.match(line)
    if named and looks_like_name(named["name"]):
        return Byline(author=named["name"], says=True, action=action)
    posted = re.match(
        r"(?:posted by|comment by|submitted by|written by|kommentar von|verfasst von"
        r"|geschrieben von|publié par|posté par"
        r"|publicado por|geplaatst door)\s?:?\s+(?P<name>.{1,80})$",
        line,
        re.IGNORECASE,
    )
    if posted:
        name = clean_author(posted["name"])
        if name and looks_like_name(name):
            return Byline(author=name, says=True, action=action, by=True)
    return None
