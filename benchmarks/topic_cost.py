"""What off-topic costs beside hostility, page by page.

    python -m benchmarks.topic_cost [--shared ../shared] [--rounds 3]

The comments of nyt_rfd and globe stand under their articles, as a page brings them. Seconds of
processor time a comment, best of the rounds: "fresh" loads the model anew for each round, "warm"
asks the same once more.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from moderation.artifact import load_model, shipped_model
from moderation.recipe import read_public
from moderation.records import Comment
from moderation.topicality import in_threads


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
    for _ in range(options.rounds):
        model = load_model(options.model or shipped_model())
        assert model.hostility
        assert model.off_topic
        works = {
            "hostility": lambda m=model: [m.hostility.log_odds(c.text for c in p) for p in asked],
            "off-topic": lambda m=model: [
                m.off_topic.log_odds(m.topicality.signals(page)) for page in asked
            ],
        }
        for memory in ("fresh", "warm"):
            for name, work in works.items():
                times.setdefault((memory, name), []).append(seconds(work))
    print(f"{n:,} comments under {len(asked)} articles, model {model.version}")
    for memory in ("fresh", "warm"):
        hostility, off_topic = (min(times[memory, name]) for name in ("hostility", "off-topic"))
        print(
            f"{memory:<8}hostility {1e3 * hostility / n:.3f} ms a comment, "
            f"off-topic {1e3 * off_topic / n:.3f}: {off_topic / hostility:.2f} times"
        )


if __name__ == "__main__":
    main()
