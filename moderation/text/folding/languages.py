"""The rules of folding for each language."""

from __future__ import annotations

from moderation.text.folding.world import Rules

_VIETNAMESE = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
# Russian has no і, and hardly anybody writes the dots of ё.
_RUSSIAN = (("і", "и"), ("ё", "е"))

#: The rules of languages that need some of their own.
RULES = {
    "ar": Rules("ar-1", wordbook="ar"),
    "az": Rules("az-1", kept="çğışöüə", dotless=True),
    "be": Rules("cyrillic-1", own="cyrillic"),
    "de": Rules("de-1", wordbook="de"),
    "el": Rules("el-1", own="greek"),
    "es": Rules("es-1", wordbook="es"),
    "fr": Rules("fr-1", wordbook="fr"),
    "ja": Rules("unspaced-1", writing="unspaced"),
    "hi": Rules("hi-1", wordbook="hi"),
    "ko": Rules("ko-1", wordbook="ko", writing="syllables"),
    "pt": Rules("pt-1", wordbook="pt"),
    "ru": Rules("ru-1", own="cyrillic", instead=_RUSSIAN),
    "tr": Rules("tr-1", kept="çğışöüâîû", dotless=True, wordbook="tr"),
    "vi": Rules("vi-1", kept=_VIETNAMESE),
    "zh": Rules("zh-1", wordbook="zh", writing="unspaced"),
}
RULES.update(dict.fromkeys(("bg", "kk", "ky", "mk", "mn", "sr", "tg", "tt", "uk"), RULES["be"]))
RULES.update(dict.fromkeys(("km", "lo", "my", "th"), RULES["ja"]))
#: The rules of all other languages.
PLAIN = Rules("plain-1")
