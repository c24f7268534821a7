"""Hindi in Latin letters, which the identifier does not know, by its small words."""

from __future__ import annotations

from collections.abc import Sequence

# Frequent words that are rare in other languages. One that means something elsewhere ("main",
# "log", "ho") is missing.
_HINDI = frozenset(
    "aap aapka aapke aapki abhi accha achha agar apna apne apni aur baat bhai bhi chahiye "
    "deta diya gaya gayi gaye hai hain hoga hoti hota hua hui isko iska iske iski jaisa jaise "
    "jaata jata jate kaha kahan kaise karna karne karo karta karte karti kaun kiya koi kuch kyo "
    "kyon kyu kyun lekin liye magar maine matlab mein mera mere meri mujhe nahi nahin phir raha "
    "rahe rahi saale sabhi sakta sakte sakti tera tere teri thi tumhara tumhare tumhari tumko "
    "unka unke unki usko uska uske uski wahi wala wale wali yaar yahi yeh".split()
)
# At least so many of them, and at least one word in so many.
_FEWEST, _ONE_IN = 2, 6


def is_romanised_hindi(words: Sequence[str]) -> bool:
    """Return whether enough of the words, in lower case, are small words of Hindi."""
    found = [word for word in words if word in _HINDI]
    return len(set(found)) >= _FEWEST and len(found) * _ONE_IN >= len(words)
