"""Scoring with article ids and explaining, as newsrooms have comments; no text is a reader's own.

    OMP_NUM_THREADS=1 python -m benchmarks.articles [--scale 200000] [--beside ../main]

Comments of about 420 characters are put together from sentences of labelled/, and stand under
articles with 30 to 300 comments each, of which twenty are discussed at a time. New words never
end: after 38 million characters, 420 characters of data/train still bring 3.1 tokens that did not
occur before, 1.1 of them new words. Each comment here therefore has one word of its own, and two
pairs of words that are joined as no others are. Every row is one run of the command in one process,
start and model included: without article ids, with ids alone, so that the thread is compared, and
with headlines and bodies as well. Beside another checkout, both take turns. Explanations are timed
in a process of their own that has scored the comments, as the desk and `score --explain` have.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.archive import COMMAND, Spent, spent

ROOT = Path(__file__).parents[1]
_SENTENCE = re.compile(r"[^.!?]+[.!?]+")
_LENGTH = 420
_FEWEST, _MOST = 30, 300
_AT_A_TIME = 20
_JOINTS = ("/", "...", "&", "--")
_BODY = 2500
# Prints milliseconds of processor time per explanation of both attributes, and of each.
_EXPLAIN = """
import json, sys, time
from moderation import Article, Comment, Moderator
from moderation.records import Attribute
rows = [json.loads(line) for line in open(sys.argv[1], "rb")]
articles = {a["id"]: Article(**a) for a in map(json.loads, open(sys.argv[2], "rb"))}
thread = tuple(row["text"] for row in rows)
comments = [Comment(text=r["text"], article=articles[r["article_id"]], thread=thread) for r in rows]
moderator = Moderator.load()
list(moderator.score_many(comments[1:]))
times = {}
for name in ("first", "hostility", "off_topic"):
    asked = comments[:1] if name == "first" else comments[1:]
    begun = time.process_time()
    for comment in asked:
        for attribute in Attribute:
            if name in ("first", attribute.value):
                moderator.explain(comment, attribute)
    times[name] = 1000 * (time.process_time() - begun) / len(asked)
print(json.dumps(times))
"""


class Pieces(NamedTuple):
    """What comments and articles are made of."""

    sentences: list[str]
    headlines: list[str]
    bodies: list[str]

    @classmethod
    def of(cls, folder: Path) -> Pieces:
        names = ("comments", "asked/comments", "judgement/hostility", "contrast/comments")
        texts = [row["text"] for name in names for row in _rows(folder / f"{name}.jsonl")]
        articles = list(_rows(folder / "articles.jsonl"))
        sentences = [found.strip() for text in texts for found in _SENTENCE.findall(text)]
        bodies = [s.strip() for row in articles for s in _SENTENCE.findall(row["text"])]
        return cls(sentences, [row["title"] for row in articles], bodies)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open("rb") as stream:
        yield from map(json.loads, stream)


class Made:
    """Invented comments in the order in which they were written, and their articles."""

    def __init__(self, pieces: Pieces, n: int, seed: int = 0) -> None:
        self._pieces, self._draw, self._n = pieces, random.Random(seed), n
        self._words = [word for s in pieces.sentences[:20_000] for word in s.split(" ")]
        self._sizes: list[int] = []
        while sum(self._sizes) < n:
            self._sizes.append(self._draw.randint(_FEWEST, _MOST))

    def articles(self) -> Iterator[dict[str, str]]:
        """Headlines and bodies, no two equal."""
        draw, pieces = self._draw, self._pieces
        for i in range(len(self._sizes)):
            body = _filled(draw, pieces.bodies, _BODY)
            yield {"id": f"a{i}", "title": f"{draw.choice(pieces.headlines)} {i}", "text": body}

    def comments(self) -> Iterator[dict[str, str]]:
        """Comments; twenty articles are discussed at a time."""
        waiting = list(enumerate(self._sizes))[::-1]
        under: list[list[int]] = []
        for i in range(self._n):
            while waiting and len(under) < _AT_A_TIME:
                under.append([*waiting.pop()])
            chosen = self._draw.choice(under)
            yield {"id": f"c{i}", "article_id": f"a{chosen[0]}", "text": self._text(i)}
            chosen[1] -= 1
            if not chosen[1]:
                under.remove(chosen)

    def _text(self, number: int) -> str:
        words = _filled(self._draw, self._pieces.sentences, _LENGTH).split(" ")
        place, *others = self._draw.sample(range(len(words)), 3)
        middle = len(words[place]) // 2
        words[place] = f"{words[place][:middle]}{_letters(number)}{words[place][middle:]}"
        for other in others:
            word = self._draw.choice(self._words)
            words[other] = f"{words[other]}{self._draw.choice(_JOINTS)}{word}"
        return " ".join(words)


def _filled(draw: random.Random, sentences: list[str], length: int) -> str:
    text = draw.choice(sentences)
    while len(text) < length - 20:
        text = f"{text} {draw.choice(sentences)}"
    return text[:length]


def _letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number, 26)
        found += chr(ord("a") + rest)
    return found


def write(path: Path, rows: Iterator[dict[str, str]], without: str = "") -> None:
    with path.open("wb") as stream:
        for row in rows:
            row.pop(without, None)
            stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def checkouts(beside: Path | None) -> dict[str, Path]:
    return {"this": ROOT} if beside is None else {"this": ROOT, "beside": beside.resolve()}


def _path_of(checkout: Path) -> dict[str, str]:
    """Return the environment in which Python imports from a checkout, not the present folder."""
    return {"PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1"}


def score_with(checkout: Path, path: Path, *more: str) -> Spent:
    os.environ.update(_path_of(checkout))
    output = path.with_name("out.jsonl")
    return spent([*COMMAND, str(path), "-o", str(output), "--force", "--jobs", "1", *more])


def explained(checkout: Path, path: Path, articles: Path) -> dict[str, float]:
    environment = {**os.environ, **_path_of(checkout)}
    command = [sys.executable, "-c", _EXPLAIN, str(path), str(articles)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    times: dict[str, float] = json.loads(done.stdout)
    return times


def rates(folder: Path, n: int, places: Mapping[str, Path], rounds: int) -> None:
    made = Made(Pieces.of(ROOT / "labelled"), n)
    headlines, whole = folder / "headlines.jsonl", folder / "articles.jsonl"
    write(whole, made.articles())
    write(headlines, _rows(whole), without="text")
    alone, placed = folder / "alone.jsonl", folder / "placed.jsonl"
    write(placed, made.comments())
    write(alone, _rows(placed), without="article_id")
    runs: dict[str, tuple[Path, list[str]]] = {
        "no article ids": (alone, []),
        "ids: thread": (placed, []),
        "ids: thread, headline": (placed, ["--articles", str(headlines)]),
        "ids: thread, headline, body": (placed, ["--articles", str(whole)]),
    }
    size = placed.stat().st_size / n
    print(f"{n:,} comments, {size:.0f} bytes a row; one process, medians of {rounds} rounds")
    print(f"{'compared':<30}{'checkout':<10}{'processor s':>12}{'comments a s':>14}{'MB':>6}")
    for name, (path, more) in runs.items():
        taken: dict[str, list[Spent]] = {which: [] for which in places}
        for _ in range(rounds):
            for which, checkout in places.items():
                taken[which].append(score_with(checkout, path, "--quiet", *more))
        for which, found in taken.items():
            used = statistics.median(one.processor for one in found)
            peak = max(one.peak for one in found)
            print(f"{name:<30}{which:<10}{used:>12.1f}{n / used:>14,.0f}{peak:>6.0f}", flush=True)
        _tell_ratio([[one.processor for one in found] for found in taken.values()])


def _tell_ratio(taken: list[list[float]]) -> None:
    if len(taken) > 1:
        ratio = statistics.median(other / own for own, other in zip(*taken, strict=True))
        print(f"{'':<30}the other checkout takes {ratio:.2f} times as long", flush=True)


def explanations(folder: Path, places: Mapping[str, Path], rounds: int) -> None:
    made = Made(Pieces.of(ROOT / "labelled"), 200, seed=1)
    articles, comments = folder / "articles.jsonl", folder / "explained.jsonl"
    write(articles, made.articles())
    write(comments, made.comments())
    print("explaining a comment, ms of processor time, beside article, headline and thread")
    runs: dict[str, list[dict[str, float]]] = {which: [] for which in places}
    for _ in range(rounds):
        for which, checkout in places.items():
            runs[which].append(explained(checkout, comments, articles))
    for name in ("first", "hostility", "off_topic"):
        taken = {which: [times[name] for times in found] for which, found in runs.items()}
        for which, values in taken.items():
            print(f"{name:<30}{which:<10}{statistics.median(values):>12.2f}")
        _tell_ratio([*taken.values()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=200_000, help="comments")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--beside", type=Path, help="another checkout that takes turns")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/moderation-articles"))
    options = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        print("set OMP_NUM_THREADS=1 for figures of one core", file=sys.stderr)
    options.folder.mkdir(parents=True)
    places = checkouts(options.beside)
    try:
        explanations(options.folder, places, options.rounds)
        if options.scale:
            rates(options.folder, options.scale, places, options.rounds)
    finally:
        shutil.rmtree(options.folder)


if __name__ == "__main__":
    main()
