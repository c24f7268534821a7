"""Weights of the lines of an article.

Fitted by ``benchmarks/fit_article.py`` on ../shared/separation/pages_html
(half a, 38609 lines); a line belongs to the article if its weighted
features add up to more than 0.
"""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "bias": 1.265,
    "words": -0.217,
    "long": 0.228,
    "links": -0.626,
    "sentence": 0.063,
    "commas": -0.581,
    "paragraph": -0.255,
    "item": 0.480,
    "heading": -0.059,
    "high_heading": 0.682,
    "has_text_of_article": -0.995,
    "before_title": -1.083,
    "title": 2.425,
    "after_title": -1.820,
    "near_title": 4.966,
    "after_comments": -1.569,
    "near_comments": -4.491,
    "has_comments": 0.333,
    "container": 3.271,
    "container_far": 0.506,
    "in_deep": 0.995,
    "in_wide": -0.496,
    "before": 0.238,
    "behind": 0.767,
    "linked_before": -1.492,
    "linked_behind": -0.524,
    "rights": -1.911,
    "date": 0.659,
    "by": 0.171,
    "place": -0.259,
    "capitals": -0.449,
    "negative": -1.452,
    "meta": -0.582,
    "positive": 0.771,
    "text_of_article": 0.689,
    "comment": -0.698,
    "nav": -0.720,
    "footer": 0.459,
    "form": -1.226,
    "main": 0.056,
    "list": -0.563,
    "table": -0.336,
    "quote": 2.849,
}
