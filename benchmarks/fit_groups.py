"""Fit the weights that judge groups by structure; print them as a module.

``python -m benchmarks.fit_groups [--half a|b|all] > moderation/pages/html/evidence_weights.py``

The groups are those of `find_candidates` on the pages of ``../shared/separation``, spoilt as
in ``benchmarks.scrambled``, and on the invented pages in ``tests/pages/unknown``. A group counts
as right to the degree to which its comments are the gold: by their words, and where the gold
knows single comments by those, too. On pages whose markup another stage of the separator reads,
nothing is fitted.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression

import moderation.pages.html as separator
from benchmarks.scrambled import WAYS
from benchmarks.separation import Overlap, bag, match, rows
from moderation.pages.html.jsonld import read_linked_data
from moderation.pages.html.markup import UNKNOWN
from moderation.pages.html.masthead import find_title
from moderation.pages.html.parts import read_spans
from moderation.pages.html.structure import describe_groups
from moderation.pages.html.tree import Tree

#: The ways of spoiling each kind of page; "" leaves it as it is.
USED = {
    "pages_html": ("", "worded", "renamed", "flat and stripped"),
    "items_html": ("stripped", "flattened"),
    "unknown": ("", "flat and stripped"),
}
UNKNOWN_PAGES = Path(__file__).resolve().parents[1] / "tests" / "pages" / "unknown"
#: How much an invented page counts beside a real one.
INVENTED = 3.0
#: The share of a group's worth that its words have where single comments are known.
WORDS = 0.25
#: A group whose words are nearly as good as the best ones loses if it has fewer comments.
NEARLY, FEWER = 0.06, 0.4


class Group(NamedTuple):
    """The features of a group, how good it is from 0 to 1, and how much it counts."""

    features: dict[str, float]
    worth: float
    weight: float


def pages(shared: Path, half: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the pages to fit on, each with its kind."""
    for kind in ("items_html", "pages_html"):
        yield from ((kind, row) for row in rows(shared, kind, half))
    for path in sorted(UNKNOWN_PAGES.glob("*.html")):
        gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        items = [{"text": comment["text"], "kind": "comment"} for comment in gold["comments"]]
        row = {"id": path.name, "html": path.read_text(encoding="utf-8"), "items": items}
        yield "unknown", row


def judged(kind: str, row: dict[str, Any], way: str) -> list[Group]:
    """Return the groups of a page and how good each is."""
    tree = Tree(WAYS[way](row["html"], row["id"]) if way else row["html"])
    if not len(tree) or (way in ("", "worded") and kind != "unknown" and _is_read(tree)):
        return []
    texts = [i["text"] for i in row.get("items", ()) if i["kind"] == "comment"]
    gold = bag("\n".join(texts) if texts else row.get("comments", ""))
    found = []
    for spans, features in describe_groups(tree, find_title(tree, read_linked_data([]))):
        items = [item for item in read_spans(tree, spans, UNKNOWN) if item.text.strip()]
        got = bag("\n".join(item.text for item in items))
        if not texts:
            got += bag("\n".join(f"{item.author or ''} {item.date or ''}" for item in items))
        worth = Overlap.of(got, gold).f1 if gold else 0.0
        if texts:
            right, nearly = match(
                [i.text for i in items], dict(enumerate(filter(str.strip, texts)))
            )
            whole = Overlap(len(right) + nearly, len(items), len(texts)).f1
            worth *= WORDS + (1 - WORDS) * whole
        found.append((features, worth, len(items)))
    if not texts and found:
        best = max(worth for _, worth, _ in found)
        most = max(count for _, worth, count in found if worth >= best - NEARLY) or 1
        found = [(f, w * min(1.0, count / most) ** FEWER, count) for f, w, count in found]
    weight = (INVENTED if kind == "unknown" else 1.0) / max(1, len(found)) ** 0.5
    return [Group(features, worth, weight) for features, worth, _ in found]


def _is_read(tree: Tree) -> bool:
    """Whether the separator reads the comments of a page without looking at structure alone."""
    stated = read_linked_data(tree.head.linked_data)
    with patch.object(separator, "find_structure", return_value=[]):
        found = separator.find_comments(tree, stated, find_title(tree, stated))
    return bool(found.comments) and found.source != "unsegmented"


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    beside = Path(__file__).resolve().parents[2] / "shared" / "separation"
    parser.add_argument("--shared", type=Path, default=beside)
    parser.add_argument("--half", choices=("a", "b", "all"), default="a")
    parser.add_argument("--strength", type=float, default=0.5)
    parser.add_argument("--threshold", type=float, default=-0.3)
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    tasks = [(kind, row, way) for kind, row in pages(args.shared, args.half) for way in USED[kind]]
    every = Parallel(n_jobs=args.jobs)(delayed(judged)(*task) for task in tasks)
    groups = [group for found in every for group in found]
    names = list(dict.fromkeys(name for group in groups for name in group.features))
    X = np.array([[group.features.get(name, 0.0) for name in names] for group in groups])
    worth, weight = (np.array(column) for column in list(zip(*groups, strict=True))[1:])
    model = LogisticRegression(C=args.strength, max_iter=4000, fit_intercept=False)
    model.fit(
        np.vstack([X, X]),
        np.repeat([1, 0], len(X)),
        sample_weight=np.concatenate([worth * weight, (1 - worth) * weight]),
    )
    print('"""Weights of what shows that a group of ranges is the comments of a page.\n')
    print(
        "Fitted by ``benchmarks/fit_groups.py`` on half",
        args.half,
        "of ../shared/separation and on",
    )
    print(f"tests/pages/unknown ({len(groups)} groups). Features whose names begin with ``one_``")
    print('are those of groups with one member.\n"""\n')
    print("from __future__ import annotations\n")
    print("#: A group is taken for comments if its weighted features add up to more.")
    print(f"THRESHOLD = {args.threshold}\n")
    print("WEIGHTS: dict[str, float] = {")
    for name, value in zip(names, model.coef_[0], strict=True):
        print(f'    "{name}": {value:.3f},')
    print("}")


if __name__ == "__main__":
    main()
