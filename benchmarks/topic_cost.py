"""What off-topic costs beside hostility, page by page.

    python -m benchmarks.topic_cost [--shared ../shared] [--rounds 3]

The comments of nyt_rfd and globe stand under their articles, as a page brings them. Seconds of
processor time a comment, best of the rounds: "fresh" loads the model anew for each round, "warm"
asks the same once more. What off-topic *adds* is the time of both on each page, one after the other
as when scoring, less that of hostility; "by itself" is off-topic without hostility before it, when
nothing of the page has been read.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from moderation.context import in_threads
from moderation.model import load_model, shipped_model
from moderation.records import Comment
from moderation.training.public_sources import read_public


def pages(shared: Path) -> list[list[Comment]]:
    folder = shared / "data" / "train"
    found = []
    for source in ("nyt_rfd", "globe"):
        rows = [row for row in read_public(folder, source) if row.article and row.text.strip()]
        rows.sort(key=lambda row: str(row.article and row.article.id))
        for _, under in groupby(rows, key=lambda row: str(row.article and row.article.id)):
            comments = [Comment(text=r.text, article=r.article, parent=r.parent) for r in under]
            found.append(list(in_threads(comments)))
    return found


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    asked = pages(options.shared)
    n = sum(map(len, asked))
    times: dict[tuple[str, str], list[float]] = {}
    works = {
        "hostility": lambda m, page: m.hostility.log_odds(c.text for c in page),
        "off-topic": lambda m, page: m.off_topic.log_odds(m.topicality.signals(page)),
    }
    works["both"] = lambda m, page: (works["hostility"](m, page), works["off-topic"](m, page))
    for _ in range(options.rounds):
        for name, work in works.items():
            model = load_model(options.model or shipped_model())
            # Built before the clock runs.
            assert all(
                part is not None for part in (model.hostility, model.off_topic, model.topicality)
            )
            for memory in ("fresh", "warm"):
                taken = seconds(lambda m=model, w=work: [w(m, page) for page in asked])
                times.setdefault((memory, name), []).append(1e3 * taken / n)
    print(f"{n:,} comments under {len(asked)} articles, model {model.version}")
    for memory in ("fresh", "warm"):
        hostility, alone, both = (min(times[memory, name]) for name in works)
        added = both - hostility
        print(
            f"{memory:<8}hostility {hostility:.3f} ms a comment, "
            f"off-topic adds {added:.3f}: {added / hostility:.2f} times; "
            f"by itself {alone:.3f}: {alone / hostility:.2f} times"
        )


if __name__ == "__main__":
    main()
