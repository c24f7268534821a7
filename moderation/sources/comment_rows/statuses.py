"""What became of a comment, whatever the platform calls it."""

from __future__ import annotations

#: The words of Blogger, Commento, Coral, Hyvor Talk, isso, Talk 4 and WordPress. Coral's NONE (on
#: the page, though nobody has decided) is none of the three.
_WORDS = {
    "approved": "1 accept accepted approve approved live publish published",
    "pending": "0 emailed hold held pending premod system_withheld unapproved unpublished",
    "rejected": "deleted ghosted hidden reject rejected removed spam trash",
}
_STANDINGS = {word: standing for standing, words in _WORDS.items() for word in words.split()}


def standing(status: str | None) -> str:
    """Return ``approved``, ``pending`` or ``rejected``, else the platform's word in lower case.

    Examples
    --------
    >>> standing("SYSTEM_WITHHELD"), standing("1"), standing("NONE"), standing(None)
    ('pending', 'approved', 'none', '')
    """
    word = (status or "").strip().lower()
    return _STANDINGS.get(word, word)
