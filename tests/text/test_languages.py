"""Which language a text is in, and what leaves that open."""

from __future__ import annotations

import pytest

from moderation.text.languages import (
    ENOUGH,
    NAMES,
    english_words,
    identify,
    language_name,
    needs_identifier,
    primary,
)

#: Sentences of our own, one for each way in which a language is told.
SENTENCES = {
    "nl": "Dat kunt u beter vragen aan de gemeente, niet aan mij",
    "pl": "Gmina powinna wreszcie naprawić ten most nad rzeką",
    "vi": "các bạn nói đúng, một vấn đề lớn của thành phố",
    "ru": "Спросите об этом в городской администрации",
    "uk": "Запитайте про це у міській раді, вони знають більше",
    "de": "Die Brücke sollte endlich repariert werden",
    "tr": "Bu köprü artık tamir edilmeli, herkes bekliyor",
    "ar": "يجب على البلدية إصلاح الجسر قبل الشتاء",
    "fa": "شهرداری باید این پل را قبل از زمستان تعمیر کند",
    "hi": "नगर पालिका को यह पुल जल्दी ठीक करना चाहिए",
    "ko": "다리 언제 고쳐요",
    "ja": "橋を早く直してください",
    "zh": "这座桥应该早点修好",
    "el": "Η γέφυρα πρέπει να επισκευαστεί",
    "he": "צריך לתקן את הגשר",
    "th": "ควรซ่อมสะพานนี้",
}
#: Comments whose language must stay open, so that the English model scores them.
UNSURE = [
    "lol", "Schadenfreude", "42", "😀😀", "", "   ", "café", "ok ok ok ok ok", "hahahaha haha haha",
    "@jo_miller #bridge https://example.org/a/b", "f*ck y0u st00pid m0r0n", "L I A R",
    "y o u  a r e  a  l i a r", "YOU IDI0T", "Jo Miller", "no no no no no no no", "1d10t!!!",
]  # fmt: skip


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_tells_its_language(code: str) -> None:
    assert identify(SENTENCES[code]) == code
    assert sum(english_words(SENTENCES[code].split())) < ENOUGH


@pytest.mark.parametrize("text", UNSURE)
def test_few_words_and_disguises_tell_nothing(text: str) -> None:
    assert identify(text) in {None, "en"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("तू बहुत बड़ा कुत्ता है साले", "hi"),
        ("यह पुल कब ठीक होगा", "hi"),
        ("می‌خواهم از شما تشکر کنم، خیلی خوب بود", "fa"),
        ("شُكْرًا جَزِيلًا عَلَى هَذَا الْمَقَالِ", "ar"),
    ],
)
def test_vowel_signs_and_joiners_belong_to_words(text: str, code: str) -> None:
    assert identify(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Filho da puta", "pt"),
        ("Vai se foder!", "pt"),
        ("Hijo de puta", "es"),
        ("CONNARD", "fr"),
        ("du Arschloch", "de"),
        ("aptal", "tr"),
    ],
)
def test_a_short_insult_tells_its_language(text: str, code: str) -> None:
    assert identify(text) == code
    assert identify(text, "nl") is None


@pytest.mark.parametrize(
    "text", ["You puta", "idiot", "Negro", "mama mia", "con", "lol", "Marco Rubio", "such a puta"]
)
def test_no_insult_beside_an_english_word_tells_a_language(text: str) -> None:
    assert identify(text) is None


def test_hindi_in_latin_letters() -> None:
    assert identify("yeh pul kab theek hoga, koi nahi jaanta hai") == "hi"


def test_a_script_of_several_languages_may_be_all_that_is_sure() -> None:
    assert identify("щлдыг щлдыг щлдыг йцкн") == "und-Cyrl"
    assert language_name("und-Cyrl") == "a language in Cyrillic letters"


@pytest.mark.parametrize(
    "text",
    [
        "уоu аrе а stuрid liаr аnd yоu knоw it",  # Cyrillic look-alikes
        "Yóu árê á lîár ánd ÿou knów ít",
        "𝓨𝓸𝓾 𝓪𝓻𝓮 𝓪 𝓵𝓲𝓪𝓻 𝓪𝓷𝓭 𝔂𝓸𝓾 𝓴𝓷𝓸𝔀 𝓲𝓽",
        "ｙｏｕ ａｒｅ ａ ｌｉａｒ ａｎｄ ｙｏｕ ｋｎｏｗ ｉｔ",
    ],
)
def test_disguised_english_stays_english(text: str) -> None:
    assert identify(text) in {None, "en"}


def test_our_own_language_has_the_benefit_of_the_doubt() -> None:
    text = "Kan ikke lade være med at grine ad det her"
    assert identify(text) in {"da", "no"}
    assert identify(text, own="da") in {"da", None}


def test_an_insult_counts_as_two_english_words() -> None:
    assert sum(english_words("Wat een fucking brug is dat".split())) >= ENOUGH
    assert sum(english_words("Wat een dik boek is dat".split())) == 0
    assert [*english_words(["“Don’t”", "the,", "xyzzy", "..."])] == [2, 1, 0, 0]


def test_only_a_sample_of_a_long_text_is_read() -> None:
    long = SENTENCES["nl"] + " xqzw" * 200_000
    assert needs_identifier(long)
    assert identify(long) in {"nl", None}


@pytest.mark.parametrize(
    "text", ["lol", "다리 언제 고쳐요", "42", "yeh pul kab theek hoga nahi hai"]
)
def test_what_is_plain_at_once_needs_no_identifier(text: str) -> None:
    assert not needs_identifier(text)


@pytest.mark.parametrize(
    ("tag", "code"), [("pt-BR", "pt"), ("EN_us", "en"), ("nb", "no"), ("iw", "he"), (" zh ", "zh")]
)
def test_the_language_of_a_tag(tag: str, code: str) -> None:
    assert primary(tag) == code
    assert language_name(code) == NAMES[code]
