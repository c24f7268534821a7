"""What texts cost that are written to keep the machine busy, beside ordinary prose.

    python -m benchmarks.hostile_text [--only NAME] [--no-large]
    python -m benchmarks.hostile_text --random 100000 [--seed 1]

For every family of ``tests/hostile_families.py``: the cost of 20,000 characters with reasons, and
without, relative to ordinary prose of that length (at most 10 is the aim); the growth from 10,000
to 20,000 characters (at most 2.4); the cost of 1 MiB with reasons relative to prose, and the
memory of its process (at most 10 and 250 MB), each in a process of its own. Time is the
processor's, the least of several runs.

``--random N`` reads N random texts, pages and exports, tells of every failure that is not an error
with an address, and of the slowest text relative to the bound: ten times prose of its length.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from html import escape
from pathlib import Path

from moderation.errors import ModerationError
from moderation.model.moderator import Moderator
from moderation.pages import separate
from moderation.records import Comment
from moderation.sources.exports.reading import read_export
from moderation.text.markup.html import html_to_text

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))
from hostile_families import FAMILIES, Family, prose, random_family  # noqa: E402

N = 20_000
LARGE = 1 << 20
TIMES_PROSE, GROWTH, MEGABYTES = 10, 2.4, 250
RUNS = 3
LARGE_SECONDS = 900


def seconds(run: Callable[[], object]) -> float:
    """Processor time in a thread of its own, which remembers no chunk that was met before."""
    found: list[float] = []

    def timed() -> None:
        begun = time.thread_time()
        run()
        found.append(time.thread_time() - begun)

    thread = threading.Thread(target=timed)
    thread.start()
    thread.join()
    return found[0]


class Costs:
    """Measures what texts cost."""

    def __init__(self) -> None:
        self.moderator = Moderator.load()
        for explain in (False, True, True):
            self.of(prose(N, random.Random(0)), explain=explain)

    def of(self, text: str, *, explain: bool = True) -> float:
        comment = Comment(text=text)

        def run() -> None:
            html_to_text(text)
            self.moderator.score(comment, explain=explain)

        return seconds(run)

    def least(self, family: Family, n: int, *, explain: bool = True) -> float:
        texts = (family(n, random.Random(draw)) for draw in range(RUNS))
        return min(self.of(text, explain=explain) for text in texts)


def growth(costs: Costs, family: Family) -> float:
    """The least of several rounds: a busy machine makes single ones wrong, quadratic time all."""
    rounds = []
    for draw in range(RUNS, 3 * RUNS):
        # Drawn apart, so that nothing that is remembered makes one of them cheaper.
        once = costs.of(family(N // 2, random.Random(draw)))
        rounds.append(costs.of(family(N, random.Random(100 + draw))) / once)
        if rounds[-1] <= GROWTH:
            break
    return min(rounds)


def large(name: str) -> tuple[float, int]:
    """Seconds and megabytes of 1 MiB with reasons in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.hostile_text", "--one", name]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=LARGE_SECONDS
    )
    took, memory = json.loads(done.stdout)
    return took, memory


def measure_one(name: str) -> None:
    text = _family(name)(LARGE, random.Random(1))
    moderator = Moderator.load()
    begun = time.process_time()
    html_to_text(text)
    moderator.score(Comment(text=text), explain=True)
    took = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([took, peak * (1 if sys.platform == "darwin" else 1024) // 10**6]))


def _family(name: str) -> Family:
    return prose if name == "prose" else FAMILIES[name]


def measure(only: str, *, with_large: bool) -> None:
    costs = Costs()
    usual = {explain: costs.least(prose, N, explain=explain) for explain in (False, True)}
    took, memory = large("prose") if with_large else (0.0, 0)
    print(f"ordinary prose of {N:,} characters: {1e3 * usual[True]:.0f} ms with reasons, ", end="")
    print(f"{1e3 * usual[False]:.0f} ms without; 1 MiB: {took:.1f} s, {memory} MB\n")
    print(f"{'family':38} reasons  without  growth   1 MiB    MB")
    worst = [0.0] * 5
    for name, family in FAMILIES.items():
        if only not in name:
            continue
        twice = costs.least(family, N)
        row = [twice / usual[True], costs.least(family, N, explain=False) / usual[False]]
        row.append(growth(costs, family))
        if with_large:
            each, memory = large(name)
            row += [each / took, float(memory)]
        worst = [max(pair) for pair in zip(worst, [*row, 0.0, 0.0], strict=False)]
        print(f"{name:38} {_shown(row)}", flush=True)
    print(f"{'the worst':38} {_shown(worst if with_large else worst[:3])}")
    bounds = [TIMES_PROSE, TIMES_PROSE, GROWTH, TIMES_PROSE, MEGABYTES]
    print(f"{'to reach, at most':38} {_shown(list(map(float, bounds)))}")


def _shown(row: list[float]) -> str:
    return "  ".join(f"{value:6.{0 if i == 4 else 1}f}" for i, value in enumerate(row))


def _texts(draw: random.Random) -> str:
    size = draw.choice((3, 20, 200, 2000))
    kind = draw.random()
    if kind < 0.5:
        return random_family(draw)(size, draw)
    if kind < 0.8:
        return draw.choice([*FAMILIES.values()])(size, draw)
    if kind < 0.9:
        return "".join(chr(draw.randrange(0x110000)) for _ in range(size // 4))
    pieces = [random_family(draw)(size // 4, draw) for _ in range(3)]
    return draw.choice((" ", "\n", "")).join([*pieces, prose(40, draw)])


def _page(draw: random.Random) -> str:
    pieces = [_texts(draw) for _ in range(3)]
    if draw.random() < 0.5:
        items = "".join(f"<li class=comment id=comment-{i}>{each}" for i, each in enumerate(pieces))
        return f"<html><h1>Buses</h1><p>{_texts(draw)}<ol class=commentlist>{items}</ol>"
    items = "\n\n".join(f"Anna says:\nMay 5, 2024 at 10:30\n{each}" for each in pieces)
    return f"Buses\n\nThe council voted.\n\n3 Comments\n\n{items}\n"


def _export(draw: random.Random) -> tuple[str, bytes]:
    fmt = draw.choice(sorted(_MAKERS))
    first, second = _texts(draw), _texts(draw)
    return fmt, _MAKERS[fmt](draw, first, second).encode("utf-8", "replace")


def _coral(_: random.Random, first: str, second: str) -> str:
    date = {"$date": {"$numberLong": first[:30]}}
    rows = [
        {"id": body[:9], "createdAt": date, "revisions": [{"id": "r", "body": body}]}
        for body in (first, second)
    ]
    return "\n".join(map(json.dumps, rows))


def _rest(_: random.Random, first: str, second: str) -> str:
    rows = [
        {"id": 1, "author_name": first[:40], "date": second[:30], "content": {"rendered": body}}
        for body in (first, second)
    ]
    return json.dumps(rows)


def _wxr(draw: random.Random, first: str, second: str) -> str:
    comments = "".join(
        f"<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>{_in_xml(draw, second)}"
        f"</wp:comment_author><wp:comment_content>{_in_xml(draw, body)}</wp:comment_content>"
        f"</wp:comment>"
        for body in (first, second)
    )
    item = f"<item><title>{_in_xml(draw, first)}</title>{comments}</item>"
    return f"<rss><channel><wp:wxr_version>1.2</wp:wxr_version>{item}</channel></rss>"


def _disqus(draw: random.Random, first: str, second: str) -> str:
    posts = "".join(
        f'<post dsq:id="1"><message>{_in_xml(draw, body)}</message>'
        f"<author><name>{_in_xml(draw, first)}</name></author></post>"
        for body in (first, second)
    )
    return f"<disqus>{posts}</disqus>"


def _in_xml(draw: random.Random, text: str) -> str:
    return text if draw.random() < 0.1 else escape(text)


_MAKERS = {"coral": _coral, "disqus": _disqus, "wordpress-rest": _rest, "wxr": _wxr}


def read_random(number: int, seed: int) -> None:
    costs = Costs()
    draw = random.Random(seed)
    # Prose of each length, per character and with a call's own price.
    usual = {n: costs.least(prose, n) for n in (200, 2000, 8000)}
    failures, slowest, counts = 0, (0.0, ""), dict.fromkeys(("text", "page", "export"), 0)
    for _ in range(number):
        kind = draw.choices(("text", "page", "export"), (90, 5, 5))[0]
        counts[kind] += 1
        given: object = ""
        try:
            if kind == "text":
                given = text = _texts(draw)
                begun = time.thread_time()
                html_to_text(text)
                costs.moderator.score(Comment(text=text), explain=True)
                took = time.thread_time() - begun
                bound = TIMES_PROSE * next((usual[n] for n in usual if len(text) <= n), usual[8000])
                if took > bound:  # once more, for the machine may have been busy
                    took = min(took, costs.of(text), costs.of(text))
                slowest = max(slowest, (took / bound, text[:60]))
            elif kind == "page":
                given = _page(draw)
                separate(str(given))
            else:
                given = fmt, body = _export(draw)
                list(read_export(io.BytesIO(body), fmt, name="export"))
        except ModerationError:
            continue
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            failures += 1
            print(f"{kind} {given!r:.300}\n{traceback.format_exc(limit=-3)}", flush=True)
    read = ", ".join(f"{n:,} {kind}s" for kind, n in counts.items())
    print(
        f"{read}: {failures} failures; the slowest text took {slowest[0]:.2f} of the bound: ",
        end="",
    )
    print(f"{slowest[1]!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="families whose names hold this")
    parser.add_argument("--no-large", action="store_true", help="leave 1 MiB out")
    parser.add_argument("--random", type=int, metavar="N", help="read N random inputs")
    parser.add_argument("--seed", type=int, default=os.getpid())
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure_one(options.one)
    elif options.random:
        read_random(options.random, options.seed)
    else:
        measure(options.only, with_large=not options.no_large)


if __name__ == "__main__":
    main()
