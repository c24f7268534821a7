"""Separate a page, as HTML or as plain text, into its article and its readers' comments."""

from __future__ import annotations

from moderation.errors import InputError
from moderation.records import Page
from moderation.text.markup import decode, is_html

__all__ = ["separate"]


def separate(page: str | bytes, *, url: str | None = None) -> Page:
    """Separate the article of a page from its readers' comments.

    Parameters
    ----------
    page
        An HTML page, or the text that a converter made from one; the content decides which.
        Bytes are decoded by byte order mark, declared charset, UTF-8, UTF-16 or a Windows code
        page.
    url
        The page's address, copied to the article.

    Returns
    -------
    Page
        The article, the comments in page order with author, date, depth and parent as far as
        the page gives them, and everything else with the reason why it is neither.

    Raises
    ------
    InputError
        The page is empty or binary.

    Examples
    --------
    >>> page = separate("<h1>Fair opens</h1><p>It did.</p>"
    ...                 "<li id='comment-7'><p>Lovely evening.</p></li>")
    >>> [(comment.id, comment.text) for comment in page.comments]
    [('comment-7', 'Lovely evening.')]
    """
    text = decode(page) if isinstance(page, bytes) else page
    if not text.strip("\ufeff\x00 \t\r\n\f\v"):
        raise InputError("the page is empty", hint="give a page with text in it")
    # Each half is imported only when a page needs it: flattened text needs no HTML parser.
    if is_html(text):
        from moderation.pages.html import separate_html

        return separate_html(text, url=url)
    from moderation.pages.flat import separate_flattened

    return separate_flattened(text)
