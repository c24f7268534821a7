"""Explanations in other scripts: by characters where words have no spaces, with all their marks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.features import NgramTfidf, blocks_for
from moderation.features.reading import TokenCache
from moderation.model.explanation import explain_text
from moderation.model.linear import TextModel
from moderation.model.manifest import SentenceSpec
from moderation.records import Attribute
from moderation.text.folding import folding_for

#: Invented sentences, each three times, so that their n-grams are kept.
SENTENCES = {
    "zh": ["今天天气很好。", "你这个傻逼。", "明天见", "傻逼滚开", "谢谢你的文章"],
    "ko": ["오늘 날씨가 좋네요", "이 병신아", "병신 같은 소리", "고맙습니다", "내일 만나요"],
    "hi": ["तू कुत्ता है।", "आज मौसम अच्छा है।", "कुत्ता कहीं का", "धन्यवाद", "कल मिलते हैं"],
    "ar": ["أنت كلب", "شكرا على المقال", "يا كلب اسكت", "صباح الخير", "نراكم غدا"],
    "th": ["ไอ้ควาย", "ขอบคุณครับ", "ควายจริงๆ", "อากาศดี", "พรุ่งนี้เจอกัน"],
}
PIECES = st.sampled_from(
    [*"。！؟। \n\u200d\u064b\x00", *"傻逼 병1신 कुत्ता كَلْب ควาย 👩\u200d👨 傻 ﷺ".split()]
)


@pytest.fixture(scope="module")
def models() -> dict[str, TextModel]:
    found = {}
    for language, sentences in SENTENCES.items():
        folding = folding_for(language)
        tfidf = NgramTfidf(blocks_for(folding), folding).fit(3 * sentences)
        draw = np.random.default_rng(0)
        coefs = [draw.normal(size=len(block.terms)) for block in tfidf.blocks_]
        reading = TokenCache(folding)
        spec = SentenceSpec(share=0.3)
        found[language] = TextModel(tfidf.blocks_, coefs, -1.0, spec, reading=reading)
    return found


def _reasons(model: TextModel, text: str) -> list[str]:
    return [reason.text for reason in explain_text(model, text, Attribute.HOSTILITY).reasons]


@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(sorted(SENTENCES)))
def test_reasons_add_up_and_stand_in_the_text(
    models: dict[str, TextModel], text: str, language: str
) -> None:
    explanation = explain_text(models[language], text, Attribute.HOSTILITY)
    odds = float(models[language].log_odds([text])[0])
    assert explanation.log_odds == pytest.approx(odds, abs=1e-6)
    last = 0
    for reason in explanation.reasons:
        assert last <= reason.start < reason.end <= len(text)
        assert text[reason.start : reason.end] == reason.text
        last = reason.end


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("zh", "你这个傻逼。明天见", ["你", "这", "个", "傻", "逼", "。", "明", "天", "见"]),
        ("zh", "OK, 傻1逼", ["OK", "傻", "1", "逼"]),
        ("ko", "이 병1신아!", ["이", "병1신아"]),
        ("hi", "तू «कुत्ता» है।", ["तू", "कुत्ता", "है"]),
        ("ar", "أَنْتَ كَلْبٌ؟", ["أَنْتَ", "كَلْبٌ"]),
        ("th", "ควายๆ", ["ค", "ว", "า", "ย", "ๆ"]),
    ],
)
def test_words_keep_their_marks_and_scripts_without_spaces_are_told_by_characters(
    models: dict[str, TextModel], language: str, text: str, words: list[str]
) -> None:
    assert _reasons(models[language], text) == words


def test_the_most_hostile_of_sentences_without_white_space_is_told(
    models: dict[str, TextModel],
) -> None:
    text, model = "今天天气很好。你这个傻逼。明天见", models["zh"]
    start, end = explain_text(model, text, Attribute.HOSTILITY).worst_sentence or (0, 0)
    sentences = ["今天天气很好。", "你这个傻逼。", "明天见"]
    assert text[start:end] in sentences
    assert len(model.read([text]).read.sentences()[1]) == len(sentences)
