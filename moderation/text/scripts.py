r"""Classes of characters: marks inside words, and scripts that are written without spaces.

They are written out, and not computed from the Unicode database, so that a model reads the same
with every version of Python. Each is for a class of a regular expression.
"""

from __future__ import annotations

import re
import unicodedata

#: Combining marks and vowel signs: Latin, Cyrillic, Hebrew,
#: Arabic, the scripts of India, Thai, Lao, Tibetan, Burmese, Khmer, kana.
MARKS = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    r"\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0730-\u074a"
    r"\u07a6-\u07b0\u0900-\u0963\u0971-\u09f1\u0a01-\u0a75\u0a81-\u0aef\u0b01-\u0b6f\u0b82-\u0bef"
    r"\u0c00-\u0c6f\u0c81-\u0cf3\u0d00-\u0d4e\u0d54-\u0d78\u0d7a-\u0df3\u0e31\u0e34-\u0e3a"
    r"\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f18\u0f19\u0f35\u0f37\u0f39\u0f3e\u0f3f"
    r"\u0f71-\u0f84\u0f86\u0f87\u0f8d-\u0fbc\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064"
    r"\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d\u135d-\u135f\u17b4-\u17d3\u17dd"
    r"\u1885\u1886\u18a9\u1ab0-\u1aff\u1dc0-\u1dff\u302a-\u302f\u3099\u309a\ua8e0-\ua8f1"
)
#: A word: letters, digits and the marks on them.
WORD = rf"\w{MARKS}"
#: The letters of scripts that are written without spaces between words: Han, kana,
#: Thai, Lao, Burmese, Khmer.
UNSPACED = (
    r"\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u1000-\u102a"
    r"\u103f\u1050-\u1055\u1780-\u17b3\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f"
    r"\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003ffff"
)
HAN = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HANGUL = r"\uac00-\ud7a3"
#: The ends of sentences that are not ASCII, one character each (Unicode's Sentence_Terminal).
SENTENCE_ENDS = (
    "\u0589\u061d\u061e\u061f\u06d4\u0700\u0701\u0702\u07f9\u0964\u0965\u104a\u104b\u1362"
    "\u1367\u1368\u166e\u17d4\u17d5\u1803\u1809\u203c\u203d\u2047\u2048\u2049\u3002\ufe52"
    "\ufe56\ufe57\uff01\uff0e\uff1f\uff61\u0f0d\u0f0e"
)

_ON_LATIN = re.compile(r"[\u0300-\u036f]")


def without_marks(text: str) -> str:
    """Return a text without the marks on Latin, Greek and Cyrillic letters.

    >>> without_marks("ótario"), without_marks("ﬁlho")
    ('otario', 'filho')
    """
    return _ON_LATIN.sub("", unicodedata.normalize("NFKD", text))
