"""Markup and encodings: conversion of bytes from the web to plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.text.markup.encodings import decode, is_html
    from moderation.text.markup.fragments import has_markup, reasons_in_markup, shown_text
    from moderation.text.markup.html import html_to_text, plain_line, without_shortcodes

__all__ = [
    "decode",
    "has_markup",
    "html_to_text",
    "is_html",
    "plain_line",
    "reasons_in_markup",
    "shown_text",
    "without_shortcodes",
]

__getattr__ = open_door(
    __name__,
    {
        "decode": "moderation.text.markup.encodings",
        "has_markup": "moderation.text.markup.fragments",
        "html_to_text": "moderation.text.markup.html",
        "is_html": "moderation.text.markup.encodings",
        "plain_line": "moderation.text.markup.html",
        "reasons_in_markup": "moderation.text.markup.fragments",
        "shown_text": "moderation.text.markup.fragments",
        "without_shortcodes": "moderation.text.markup.html",
    },
)
