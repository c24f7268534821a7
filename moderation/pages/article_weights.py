"""Weights of the lines of an article.

Fitted by ``benchmarks/fit_article.py`` on ../shared/separation/pages_html
(half a, 38609 lines); a line belongs to the article if its weighted
features add up to more than 0.
"""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "bias": 1.270,
    "words": -0.220,
    "long": 0.197,
    "links": -0.674,
    "sentence": 0.027,
    "commas": -0.589,
    "paragraph": -0.303,
    "item": 0.401,
    "heading": -0.095,
    "high_heading": 0.618,
    "has_text_of_article": -0.962,
    "before_title": -1.170,
    "title": 2.470,
    "after_title": -1.839,
    "near_title": 4.938,
    "after_comments": -1.814,
    "near_comments": -5.060,
    "has_comments": 0.368,
    "container": 3.257,
    "container_far": 0.525,
    "in_deep": 1.009,
    "in_wide": -0.520,
    "before": 0.228,
    "behind": 0.759,
    "linked_before": -1.431,
    "linked_behind": -0.435,
    "rights": -2.064,
    "date": 0.603,
    "by": 0.189,
    "place": -0.230,
    "capitals": -0.473,
    "negative": -1.465,
    "meta": -0.584,
    "positive": 0.787,
    "text_of_article": 0.670,
    "comment": -0.865,
    "nav": -0.872,
    "footer": 0.487,
    "form": -1.158,
    "main": 0.076,
    "list": -0.542,
    "table": -0.336,
    "quote": 2.821,
}
