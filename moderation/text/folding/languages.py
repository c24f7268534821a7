"""The rules of folding for each language."""

from __future__ import annotations

from moderation.text.folding.world import LanguageRules

_VIETNAMESE = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
# Russian has no і, and hardly anybody writes the dots of ё.
_RUSSIAN = (("і", "и"), ("ё", "е"))

#: The rules of languages that need some of their own.
RULES = {
    "ar": LanguageRules("ar-1", wordbook="ar"),
    "az": LanguageRules("az-1", kept="çğışöüə", dotless=True),
    "be": LanguageRules("cyrillic-1", own="cyrillic"),
    "de": LanguageRules("de-1", wordbook="de"),
    "el": LanguageRules("el-1", own="greek"),
    "es": LanguageRules("es-1", wordbook="es"),
    "fr": LanguageRules("fr-1", wordbook="fr"),
    "ja": LanguageRules("unspaced-1", writing="unspaced"),
    "hi": LanguageRules("hi-1", wordbook="hi"),
    "ko": LanguageRules("ko-1", wordbook="ko", writing="syllables"),
    "pt": LanguageRules("pt-1", wordbook="pt"),
    "ru": LanguageRules("ru-1", own="cyrillic", instead=_RUSSIAN),
    "tr": LanguageRules("tr-1", kept="çğışöüâîû", dotless=True, wordbook="tr"),
    "vi": LanguageRules("vi-1", kept=_VIETNAMESE),
    "zh": LanguageRules("zh-1", wordbook="zh", writing="unspaced"),
}
RULES.update(dict.fromkeys(("bg", "kk", "ky", "mk", "mn", "sr", "tg", "tt", "uk"), RULES["be"]))
RULES.update(dict.fromkeys(("km", "lo", "my", "th"), RULES["ja"]))
#: The rules of all other languages.
PLAIN = LanguageRules("plain-1")
