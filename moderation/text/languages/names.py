"""Languages by their codes (BCP 47), named in English."""

from __future__ import annotations

#: The languages that are told apart, with their names. Those that the models speak and those that
#: stand near them: a language that is missing here is taken for a neighbour or for unsure.
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ka": "Georgian", "ko": "Korean", "lt": "Lithuanian",
    "lv": "Latvian", "mr": "Marathi", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "ta": "Tamil", "te": "Telugu",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip

#: Other codes of the same languages, and of scripts whose language is not known.
_OTHERS = {
    "nb": "Norwegian", "nn": "Norwegian", "iw": "Hebrew", "in": "Indonesian",
    "und-Arab": "a language in Arabic letters", "und-Cyrl": "a language in Cyrillic letters",
    "und-Deva": "a language in Devanagari letters",
}  # fmt: skip
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}


def language_name(code: str) -> str:
    """Return the English name of a language; the code itself if it is not known."""
    return NAMES.get(code) or _OTHERS.get(code, code)


_BY_NAME = {name.lower(): code for code, name in NAMES.items()}


def known_language(value: object) -> str | None:
    """Return the code of the language that a field of a record names; None if it names none.

    >>> known_language("pt-BR"), known_language("Dutch"), known_language("und")
    ('pt', 'nl', None)
    """
    if not isinstance(value, str):
        return None
    code = primary(value)
    return code if code in NAMES else _BY_NAME.get(value.strip().lower())


def primary(tag: str) -> str:
    """Return the code of the language of a BCP 47 tag: "pt" for "pt-BR"."""
    code = tag.replace("_", "-").partition("-")[0].strip().lower()
    return _SAME.get(code, code)
