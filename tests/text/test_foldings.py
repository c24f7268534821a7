"""Foldings of other languages than English: what each reads as one, and what stays apart."""

from __future__ import annotations

import copy
import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.features import blocks_for
from moderation.text.folding import ENGLISH, folding_for, folding_of
from moderation.text.folding.languages import PLAIN, RULES

NAMES = sorted({rules.name for rules in (*RULES.values(), PLAIN)})
PIECES = st.sampled_from(
    [
        *"aıİI\u0301éёіカ。！？؟।،ـك.!@01 \n\u3000\u200d\x00\ud800\u1112đỚßŉ",
        *"cука idіоt 시1발 ﾊﾞ कु त् 👨 🏿 👩\u200d👩 ❤\ufe0f ﷺﷺﷺ ＩＤ أَنْ f*der p*** 傻x1".split(),
        *"ㅋㅋㅋㅋ ㅅㅂ p.u.t.a www.a.b \x1b[1m \u1112\u1161\u11ab มากกก p0rra H*re".split(),
        *["i d i o t", "병 신", "傻 逼"],
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=14).map("".join), st.text(st.characters(codec=None), max_size=30)
)


@settings(max_examples=400)
@given(TEXTS, st.sampled_from(NAMES))
def test_every_character_has_a_place_in_the_text(text: str, name: str) -> None:
    folding = folding_of(name)
    folded = folding.fold_with_origins(text)
    assert folded.text == folding.fold(text)
    assert len(folded.origins) == len(folded.text)
    assert list(folded.origins) == sorted(folded.origins)
    assert all(0 <= place < len(text) for place in folded.origins)


@given(TEXTS, st.sampled_from(NAMES))
def test_units_are_the_text_without_its_white_space(text: str, name: str) -> None:
    units = folding_of(name).units(text)
    assert "".join(text[start:end] for start, end in units) == "".join(text.split())


@pytest.mark.parametrize("name", ["fold-3", *NAMES])
def test_a_folding_is_one_object_and_pickles_as_its_name(name: str) -> None:
    folding = folding_of(name)
    assert folding.name == name
    assert copy.deepcopy(folding) is folding
    assert pickle.loads(pickle.dumps(folding)) is folding


def test_an_unknown_folding_is_refused() -> None:
    with pytest.raises(ValueError, match="no folding 'fold-0'; this version knows fold-3, ar-1"):
        folding_of("fold-0")


@pytest.mark.parametrize("language", ["en", "EN-gb"])
def test_english_keeps_its_folding(language: str) -> None:
    assert folding_for(language) is ENGLISH
    assert ENGLISH.name == "fold-3"


@pytest.mark.parametrize(
    ("language", "written", "read"),
    [
        # One look-alike of another script in a word, of either kind of letter.
        ("ru", "cука дypак Bода пiзда xуй", "сука дурак вода пизда хуй"),
        ("ru", "idіоt", "idiot"),
        ("ru", "c\u200bука c\u0336ука", "сука сука"),
        ("uk", "дурeнь і дiд", "дурень і дід"),
        ("bg", "глyпак", "глупак"),
        ("el", "mαλάκας Tι", "μαλακασ τι"),
        ("pt", "idіоta", "idiota"),  # Cyrillic і and о
        # Marks that tell words apart stay, and others go.
        ("vi", "các bạn nói đúng, một vấn đề lớn", "các bạn nói đúng, một vấn đề lớn"),
        ("vi", "lo\u031b\u0301n đượс сả thầу", "lớn được cả thầy"),
        ("tr", "SIK SIK Sİ ŞİŞ dik", "sık sık si şiş dik"),
        ("tr", "I\u0307yi", "iyi"),
        ("fr", "péché", "peche"),
        ("de", "Straße schwül", "strasse schwul"),
        ("pt", "s\u0336i\u0336m", "sim"),
        # English spellings mean nothing here.
        ("nl", "Dat kunt u; een dik boek", "dat kunt u; een dik boek"),
        ("fr", "lier", "lier"),
        ("da", "skum", "skum"),
        # Disguises by the words of the language.
        ("de", "H*re W1chser Schl*mpe h u r e n s o h n", "hure wichser schlampe hurensohn"),
        ("pt", "f*der p0rra v1ado p*ta put*** m.e.r.d.a", "foder porra viado puta puta merda"),
        ("es", "p*ta m1erda c@brón", "puta mierda cabron"),
        ("fr", "c*nnard sal0pe enc*lé p u t e", "connard salope encule pute"),
        ("tr", "or*spu 0rospular ş*refsiz", "orospu orospular şerefsiz"),
        ("hi", "ch*tiya bh3nchod चू*िया", "chutiya bhenchod चूतिया"),
        ("ko", "시1발 병1신 씨@발놈 개1새끼 병 신", "시발 병신 씨발놈 개새끼 병신"),
        ("zh", "你这个傻1逼 傻*逼 傻 逼 你这个傻 逼真烦", "你这个傻逼 傻逼 傻逼 你这个傻逼真烦"),
        ("ar", "ح*ار ك.ل.ب", "حمار كلب"),
        # Letters that are written in several ways.
        ("ar", "أَنْتَ كَلْبٌ", "انت كلب"),
        ("ar", "كـــلب إلى مدرسة کتاب مستشفى", "كلب الي مدرسه كتاب مستشفي"),
        ("fa", "كثافت کثافت", "كثافت كثافت"),
        ("he", "שָׁלוֹם", "שלום"),
        # Letters in parts.
        ("ko", "\u110a\u1175\u1107\u1161\u11af", "씨발"),
        ("ko", "ㅅㅣ발 ㅂㅕㅇ신 ㅋㅋ", "시발 병신 ㅋㅋ"),
        ("ja", "ﾊﾞｶ", "バカ"),
        # Emoji.
        ("de", "🖕🏿 👍🏽", "🖕 👍"),
        ("de", "👩🏽\u200d❤\ufe0f\u200d👨🏾 a\u200db", "👩\u200d❤\u200d👨 ab"),
        # Letters that are repeated.
        ("ko", "ㅋㅋㅋㅋㅋ", "ㅋㅋ"),
        ("th", "มากกกกก", "มากก"),
        ("pt", "nãooooo puuuuta", "nao puta"),
    ],
)  # fmt: skip
def test_what_is_read_as_one(language: str, written: str, read: str) -> None:
    assert folding_for(language).fold(written) == read


@pytest.mark.parametrize(
    ("language", "harmless"),
    [
        ("de", "die autor*innen und leser:innen, z.b. am 24.12. um 10 h, co2, 3x u-bahn halle*"),
        ("de", "die leser_innen der e-mail, 100 % bio, mp3"),
        ("pt", "tod@s @s amig@s: 24h, r$50, covid-19, guarda-chuva, carro, g20, 1x0"),
        ("es", "tod@s l@s chic@s: 24h, 50€, covid-19, perro, pata"),
        ("fr", "les etudiant·e·s et lecteur.rice.s, 1er, 24h, b2b, covid-19"),
        ("tr", "saat 10'da sık sık piknik, 1'i, malzeme, topla"),
        ("ko", "다시1발 2시발표 시발점 역시 발전 3신 병원1층"),
        ("zh", "第1名 2b铅笔 t恤 你真傻,逼我"),
        ("hi", "covid-19 salad 10वीं कक्षा"),
    ],
)
def test_harmless_spellings_stay(language: str, harmless: str) -> None:
    assert folding_for(language).fold(harmless) == harmless


def test_sentences_of_all_scripts_end() -> None:
    texts = {
        "ar": "ما هذا؟ أنت كلب",
        "hi": "यह ठीक है।आप कौन हैं",
        "hy": "Սա լավ է։ Ոչ",
        "ja": "今日は。馬鹿！",
        "zh": "今天天气很好。你这个傻逼。明天见",
        "ur": "یہ اچھا ہے۔ نہیں",
    }
    for language, text in texts.items():
        folding = folding_for(language)
        chunks = folding.apart(text).split()
        assert sum(map(folding.closes_sentence, chunks[:-1])) == text.count("。") or 1, language
        assert not folding.closes_sentence("3.5"), language
    german = folding_for("de")
    assert [german.closes_sentence(c) for c in ("z.B.", "bzw.", "Nein.", "3.5", "Nein!“")] == [
        False, False, True, False, True,
    ]  # fmt: skip


def test_characters_of_scripts_without_spaces_are_units() -> None:
    text = "你好 OK, กุ้ง कुत्ता"
    units = [text[start:end] for start, end in folding_for("zh").units(text)]
    assert units == ["你", "好", "OK,", "กุ้", "ง", "कुत्ता"]


def test_blocks_follow_the_writing() -> None:
    assert [spec.ngram_range for spec in blocks_for(ENGLISH)] == [(1, 2), (2, 5)]
    assert [spec.ngram_range for spec in blocks_for(folding_for("ko"))] == [(1, 2), (1, 4)]
    assert [spec.ngram_range for spec in blocks_for(folding_for("ja"))] == [(1, 4)]
    words = re.compile(blocks_for(folding_for("hi"))[0].token_pattern)
    text = "कुत्ता שָׁלוֹם กุ้ง 👩\u200d❤\u200d👨!"
    assert words.findall(text) == ["कुत्ता", "שָׁלוֹם", "กุ้ง", "👩\u200d❤\u200d👨", "!"]
