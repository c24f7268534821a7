"""The words of dates beside comments in the supported languages, and one pattern for them.

`DATE` finds a day with or without a time of day, or a relative time ("3 hours ago", "vor 2
Tagen"), anywhere in a line. Dates are not converted: "03/04/12" is a different day in different
countries, and the page does not say which.
"""

from __future__ import annotations

import re

from moderation.pages.wording.months import NAMES

#: Names and abbreviations that pages write and CLDR does not list as such.
MONTHS = (
    "jan(?:uary|uar|vier|uari)?", "feb(?:ruary|ruar|ruari|rero|braio)?", "f[ée]v(?:rier|ereiro)?",
    "mar(?:ch|s|zo|ço|zec)?", "märz", "mrz", "maart", "mrt", "apr(?:il|ile)?", "avr(?:il)?",
    "abr(?:il)?", "ma[iyj]", "mei", "may(?:o)?", "maio", "maggio", "june?", "juni", "juin",
    "junio", "junho", "giugno", "july?", "juli", "juil(?:let)?", "julio", "julho", "luglio",
    "aug(?:ust|ustus)?", "ao[uû]t", "ago(?:sto)?", "sep(?:t|tember|tembre|tiembre)?",
    "set(?:embro|tembre)?", "o[ck]t(?:ober|obre|ubre)?", "out(?:ubro)?", "ott(?:obre)?",
    "nov(?:ember|embre|iembre|embro)?", "de[czs](?:ember|embre|iembre|embro)?", "d[ée]c(?:embre)?",
    "dic(?:iembre|embre)?", "dez(?:ember|embro)?", "jän(?:ner)?", "gen(?:naio)?", "ene(?:ro)?",
    "jan(?:eiro)?", "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca",
    "sierpnia", "września", "października", "listopada", "grudnia", "января", "февраля", "марта",
    "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря", "ocak",
    "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım",
    "aralık", "augusti", "januari", "februari", "oktober", "desember",
)  # fmt: skip

WEEKDAYS = (
    "mon(?:day)?", "tue(?:s|sday)?", "wed(?:nesday)?", "thu(?:rs|rsday)?", "fri(?:day)?",
    "sat(?:urday)?", "sun(?:day)?", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
    "samstag", "sonnabend", "sonntag", "mo", "di", "mi", "do", "fr", "sa", "so", "lundi", "mardi",
    "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lunes", "martes", "miércoles",
    "jueves", "viernes", "sábado", "domingo", "lunedì", "martedì", "mercoledì", "giovedì",
    "venerdì", "sabato", "domenica", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag",
    "zaterdag", "zondag",
)  # fmt: skip

UNITS = (
    "s", "secs?", "seconds?", "m", "mins?", "minutes?", "h", "hrs?", "hours?", "d", "days?", "w",
    "wks?", "weeks?", "mo", "months?", "y", "yrs?", "years?", "sekunden?", "minuten?", "stunden?",
    "tage?n?", "wochen?", "monate?n?", "jahre?n?", "secondes?", "heures?", "jours?", "semaines?",
    "mois", "ans?", "années?", "segundos?", "minutos?", "horas?", "d[ií]as?", "semanas?",
    "mes(?:es)?", "años?", "anos?", "minut[oi]", "or[ae]", "giorn[oi]", "settiman[ae]", "mes[ei]",
    "ann[oi]", "uur", "dag(?:en)?", "weken", "week", "maanden?", "jaar", "timer?", "timmar",
    "dagar", "годa?", "лет", "час(?:а|ов)?", "минут[уы]?", "дн(?:я|ей)", "день",
)  # fmt: skip

AGO_BEFORE = (
    "vor", "il y a", "hace", "há", "ha", "for", "för",
)  # fmt: skip
AGO_AFTER = (
    "ago", "geleden", "fa", "atrás", "siden", "sedan", "назад", "önce", "temu",
)  # fmt: skip


def _alternatives(words: tuple[str, ...]) -> str:
    """Join words into one alternation, longest first so that a shorter one never hides it."""
    return "|".join(sorted(words, key=len, reverse=True))


#: Further letters that are equal to a letter in any case.
_SAME_LETTER = {"i": "\u0130\u0131", "k": "\u212a", "s": "\u017f"}


def _by_first_letter(words: tuple[str, ...]) -> str:
    """Join words that begin with a letter into one alternation that is quick to reject.

    The letter is a set without regard to `re.IGNORECASE`: `re` skips an alternative that begins
    with such a set without trying it.
    """
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[0], []).append(word[1:])
    return "|".join(
        f"(?-i:[{first}{first.upper()}{_SAME_LETTER.get(first, '')}])"
        f"(?:{_alternatives(tuple(rest))})"
        for first, rest in groups.items()
    )


_ALL_MONTHS = (*MONTHS, *map(re.escape, NAMES))
_MONTH = rf"ב?(?:{_by_first_letter(_ALL_MONTHS)})(?![^\W\d_])\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º|ª)?\b\.?"
_YEAR = r"(?:(?:19|20|25)\d\d|['’]?\d\d(?![\d:.]))"
_ZONE = r"(?:uhr|hrs?|h|z|utc|gmt|[ecmp][sd]?t|cest|cet|bst)"
_CLOCK = (
    r"\d{1,2} ?h ?\d{2}(?: ?min\b)?|\d{1,2}(?:[:h]|\.(?=\d\d\b))\d{2}(?::\d{2})?(?:\.\d{1,6})?"
    r"(?:\s?[ap]\.?\s?m\b\.?)?(?:\s?[+-]\d\d:?\d\d)?"
    rf"(?:\s?\((?:utc|gmt) ?[+−-]? ?\d{{0,4}}\)|\s?\(?{_ZONE}\b\)?)?|\d{{1,2}}\s?[ap]m\b"
)
_AT = (
    r"at|um|à|a las|a les|às|ás|alle(?: ore)?|ore|om|kl|klo|kello|o|о|в|у|v|ve|στις|ob|u|la|saat"
    r"|pukul|lúc|को|الساعة|ساعت|בשעה"
)
_JOIN = (
    r"[\s,،\-–—@|/·•.]{0,4}(?:(?:г|р|m|d)\.,?\s)?"
    rf"(?:\b(?:{_AT})\b\.?)?[\s@:]{{0,3}}"
)
#: "2024. január", "2024 m. sausio", "2024. gada 6. janvāris": the year comes first.
_YEAR_FIRST = r"(?:19|20)\d\d(?:[.,]|\(?e?\)?ko| (?:m|ж|թ)\.)?(?: gada \d{1,2}\.)?\s"
#: A number and a date that follows it are no day and month: "12 Jan 6, 2024".
_NO_DATE_AFTER = r"(?!\s?\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d)"
#: The month stands in the pattern once, because its names are many: what follows it depends on
#: what stands before it, a day (group `day`), a year (group `year`) or neither.
_NAMED_DAY = (
    rf"(?:(?P<day>(?<!#){_DAY}\s?(?:de |of |d['’])?|\d{{1,2}}-)|(?P<year>{_YEAR_FIRST}))?{_MONTH}"
    rf"(?(day){_NO_DATE_AFTER}(?:-{_YEAR}|,?(?:\s?(?:del? |of |ค\.ศ\. |พ\.ศ\. )?{_YEAR})?)"
    rf"|(?(year)(?:\s{_DAY}(?!:))?|\s?{_DAY}(?:,?\s?{_YEAR})?))"
)
_NUMBER_DAY = (
    r"(?:(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:(?:19|20)\d\d|\d\d)\b"
    r"|\d{4}年\d{1,2}月\d{1,2}日|\d{4}년\s?\d{1,2}월\s?\d{1,2}일|\d{1,2} tháng \d{1,2},? \d{4})"
)
_AGO = (
    rf"(?:(?:about |almost |over |around |circa |etwa )?(?:\d{{1,3}}|an?|one)\+?\s?"
    rf"(?:{_by_first_letter(UNITS)})\s"
    rf"(?:{_by_first_letter(AGO_AFTER)})\b|\b(?:{_by_first_letter(AGO_BEFORE)})\s(?:\d{{1,3}}|une?|einem|einer|una?|um|uma)\s"
    rf"(?:{_by_first_letter(UNITS)})\b)"
)

#: A date with or without a time of day. Groups: `clock` for the time, `ago` if it is relative.
DATE = re.compile(
    rf"(?:(?<![^\W_])|(?<![\d./-])(?=\d)|(?-i:(?<=[a-zà-öø-ÿ])(?=[A-Z])))(?:(?:{_by_first_letter(WEEKDAYS)})\b[.,]?\s{{0,2}}(?:(?:the|den|le)\s)?)?"
    rf"(?:(?P<ago>{_AGO})"
    rf"|(?:(?:{_CLOCK})[\s,|·-]{{1,4}}(?:on |am |le )?)?(?:{_NAMED_DAY}|{_NUMBER_DAY})T?"
    rf"(?:{_JOIN}(?P<clock>{_CLOCK}))?"
    rf"|(?:yesterday|today|gestern|heute|hier|ayer|hoy|ieri|oggi|gisteren|vandaag)\b(?:{_JOIN}(?P<clock2>{_CLOCK})))",
    re.IGNORECASE,
)
#: A day that looks like a numbered list item: "23. Juni 2016", "4. mai kl. 10:12".
DAY_NOT_RANK = re.compile(
    rf"\d{{1,2}}\.\s{{0,2}}{_MONTH}(?:,?\s{{1,2}}(?:(?:19|20)\d\d\b|um\b|at\b|kl\b|\d{{1,2}}:\d\d)|\s*$)",
    re.IGNORECASE,
)
CLOCK = re.compile(rf"\b(?:{_CLOCK})", re.IGNORECASE)
CLOCK_LINE = re.compile(rf"\s*(?:{_CLOCK})\s*", re.IGNORECASE)
#: A line without any of these holds no date.
DATE_HINT = re.compile(
    rf"\d|\b(?:{_by_first_letter(AGO_BEFORE)}) (?:une?|eine[mr]|una?|uma?)\b"
    rf"|\b(?:an?|one) .{{0,20}}\b(?:{_by_first_letter(AGO_AFTER)})\b",
    re.IGNORECASE,
)
