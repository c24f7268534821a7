"""Weights of the lines of an article.

Fitted by ``benchmarks/fit_article.py`` on ../shared/separation/pages_html
(half a, 38620 lines); a line belongs to the article if its weighted
features add up to more than 0.
"""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "bias": 1.344,
    "words": -0.200,
    "long": 0.186,
    "links": -0.631,
    "sentence": 0.051,
    "commas": -0.757,
    "paragraph": -0.384,
    "item": 0.305,
    "heading": 0.071,
    "high_heading": 0.561,
    "negative": -1.463,
    "meta": -0.558,
    "positive": 0.850,
    "text_of_article": 0.640,
    "comment": -1.216,
    "nav": -0.828,
    "footer": 0.516,
    "form": -0.987,
    "main": 0.127,
    "list": -0.319,
    "table": -0.425,
    "quote": 2.935,
    "has_text_of_article": -1.157,
    "before_title": -1.393,
    "title": 2.183,
    "after_title": -2.199,
    "near_title": 5.546,
    "after_comments": -1.048,
    "near_comments": -3.349,
    "has_comments": 0.416,
    "container": 3.353,
    "container_far": 0.740,
    "in_deep": 0.800,
    "in_wide": -0.476,
    "before": 0.279,
    "behind": 0.730,
    "linked_before": -1.321,
    "linked_behind": -0.469,
    "rights": -1.981,
    "date": 0.562,
    "by": 0.134,
    "place": -0.320,
    "capitals": -0.402,
}
