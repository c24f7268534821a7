"""The separator beside other tools, on the pages with gold in ``../shared/separation``.

Run ``python -m benchmarks.separation`` in the checkout. Tools that are not installed are named as
absent. Nothing of the pages is written anywhere; the table goes to standard output.

Measures
--------
token F1
    Over bags of words. *micro* adds up all pages, *macro* is the mean over pages.
leak
    Share of the gold comment words that turn up in the article beyond the gold article's own.
item F1
    A comment counts as found if its text is equal up to white space, case, accents, the shape of
    quotation marks and Unicode compatibility forms; pingbacks are not comments. *but byline*
    forgives an author or date line that the gold kept at an end of the text.
depth, parent
    Share right among the comments found.
reported
    Pages without comments on which more than 20 words are returned as comments.

Intervals are 95 % bootstrap intervals over pages (seeded).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import statistics
import sys
import time
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.tools import Separation, html_tools

WORD = re.compile(r"\w+")
CONVERTERS = (
    "resiliparse_nobullets",
    "html2text",
    "inscriptis",
    "lynx",
    "w3m",
    "bs4_newline",
    "trafilatura_txt",
    "trafilatura_md",
)
#: Longest author and date line that the gold of items may hold beside the text, in characters.
BYLINE = 90
#: A gold text that begins or ends with what is no part of it: "says:", a rank, a date, "[Reply]".
BYLINE_LEFT = re.compile(
    r"^[^\n]{0,60}\b(?:says|said|sagt|writes):?[.,…]*\n|^[|#\s]*\d{1,3}\n|\n\[?reply\]?$"
    r"|^[|#\s]*\d{1,3}\n|\nReport as abusive$|^[^\n]{0,40}\d (?:am|pm)[^\n]{0,40}\n"
    r"|^[^\n]{0,60}\b(?:(?:19|20)\d\d|\d\d\.\d\d\.\d\d)\b[^\n]{0,30}\n"
    r"|^[^\n]{0,40}\n\w{3} \d{1,2} (?:19|20)\d\d\n|\n\w+ \d{1,2}, \d{4} [^\n]{0,12}$"
    r"|\n(?:19|20)\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+00:00$",
    re.IGNORECASE,
)
PARTS = ("html", "items", "flat", "conv", "negatives", "pages", "time")


def rows(shared: Path, name: str, half: str) -> list[dict[str, Any]]:
    """Read the rows of one file, all of them or the half of the ids that hash to ``a`` or ``b``."""
    with gzip.open(shared / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    if half == "all":
        return found
    return [row for row in found if "ab"[zlib.crc32(row["id"].encode()) % 2] == half]


def bag(text: str) -> Counter[str]:
    """Words of a text, lower case, with their counts."""
    return Counter(WORD.findall(text.lower()))


#: What html2text writes in ASCII: quotation marks and dashes.
ASCII = str.maketrans("‘’‚“”„«»–—‑", '\'\'\'"""""---')


def same(text: str) -> str:
    """Bring a comment into the form in which two are compared.

    Case, white space, compatibility forms, accents and the shape of quotation marks and dashes
    do not count: html2text writes all of them in ASCII.
    """
    folded = unicodedata.normalize("NFKD", text.translate(ASCII)).casefold()
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


@dataclass
class Overlap:
    """Counts behind precision, recall and F1; add up with ``+=``."""

    common: float = 0
    got: float = 0
    gold: float = 0

    @classmethod
    def of(cls, got: Counter[str], gold: Counter[str]) -> Overlap:
        """Overlap of two bags."""
        return cls((got & gold).total(), got.total(), gold.total())

    def __iadd__(self, other: Overlap) -> Overlap:
        self.common += other.common
        self.got += other.got
        self.gold += other.gold
        return self

    @property
    def f1(self) -> float:
        """F1; 1 where there was nothing to find and nothing was found."""
        return 2 * self.common / (self.got + self.gold) if self.got + self.gold else 1.0


@dataclass
class PageResult:
    """What one page contributes to every measure."""

    id: str
    tokens: Overlap = field(default_factory=Overlap)
    with_names: Overlap = field(default_factory=Overlap)
    article: Overlap = field(default_factory=Overlap)
    leaked: float = 0
    items: Overlap = field(default_factory=Overlap)
    nearly: Overlap = field(default_factory=Overlap)
    exact: bool = False
    depths: tuple[int, int] = (0, 0)
    parents: tuple[int, int] = (0, 0)
    group: str = ""


def micro(results: list[PageResult], name: str) -> float:
    """F1 of the sums of an overlap over pages."""
    total = Overlap()
    for result in results:
        total += getattr(result, name)
    return total.f1


def macro(results: list[PageResult], name: str) -> float:
    """Mean over pages of the F1 of an overlap."""
    return statistics.fmean(getattr(result, name).f1 for result in results) if results else 0.0


def leak(results: list[PageResult]) -> float:
    """Share of all gold comment words that stand in the article."""
    gold = sum(result.tokens.gold for result in results)
    return sum(result.leaked for result in results) / gold if gold else 0.0


def share(pairs: Iterator[tuple[int, int]]) -> float:
    """Right out of all, over pages."""
    right, total = (sum(column) for column in zip(*pairs, strict=True))
    return right / total if total else float("nan")


def interval(
    results: list[PageResult], measure: Callable[[list[PageResult]], float], rounds: int
) -> str:
    """Print a figure and its 95 % bootstrap interval over pages."""
    figure = measure(results)
    if not rounds or len(results) < 2:
        return f"{figure:.3f}"
    draw = random.Random(7)
    drawn = sorted(measure(draw.choices(results, k=len(results))) for _ in range(rounds))
    low, high = drawn[int(0.025 * rounds)], drawn[int(0.975 * rounds) - 1]
    return f"{figure:.3f} [{low:.3f}, {high:.3f}]"


def page_result(row: dict[str, Any], got: Separation) -> PageResult:
    """Bag measures of a page whose gold is one text of comments and one of the article."""
    comments, article = bag(row["comments"]), bag(row["article"])
    found = bag(got.article)
    return PageResult(
        id=row["id"],
        tokens=Overlap.of(bag("\n".join(got.texts)), comments),
        with_names=Overlap.of(bag("\n".join([*got.texts, *got.names])), comments),
        article=Overlap.of(found, article),
        leaked=((found - article) & comments).total(),
    )


def item_result(row: dict[str, Any], got: Separation) -> PageResult:
    """Item measures of a page whose gold is a list of comments."""
    every = row["items"]
    numbers = [item.get("i", place) for place, item in enumerate(every)]
    gold = {
        number: item
        for number, item in zip(numbers, every, strict=True)
        if item["kind"] == "comment" and item["text"].strip()
    }
    matched, nearly = match(got.texts, {number: item["text"] for number, item in gold.items()})
    depths = sum(got.depths[place] == gold[number]["depth"] for place, number in matched.items())
    known = [(p, n) for p, n in matched.items() if (up := gold[n]["parent"]) is None or up in gold]
    parents = sum(parent_is_right(got, place, gold[n]["parent"], matched) for place, n in known)
    golden = Counter[str]()
    for item in gold.values():
        golden += bag(item["text"])
    return PageResult(
        id=row["id"],
        tokens=Overlap.of(bag("\n".join(got.texts)), golden),
        items=Overlap(len(matched), len(got.texts), len(gold)),
        nearly=Overlap(len(matched) + nearly, len(got.texts), len(gold)),
        exact=len(got.texts) == len(gold),
        depths=(depths, len(matched)),
        parents=(parents, len(known)),
        group=row.get("layout", ""),
    )


def match(texts: list[str], gold: dict[int, str]) -> tuple[dict[int, int], int]:
    """Match comments with equal texts, and count those that differ by a byline in the gold only.

    The gold keeps an author or date line at either end of some comments that should stand in
    fields of their own; such a comment counts as nearly found if the rest is equal and the line
    no longer than `BYLINE` characters.
    """
    waiting: dict[str, list[int]] = {}
    for number, text in reversed(gold.items()):
        waiting.setdefault(same(text), []).append(number)
    matched: dict[int, int] = {}  # place in texts -> number in gold
    for place, text in enumerate(texts):
        if numbers := waiting.get(same(text)):
            matched[place] = numbers.pop()
    rest = [same(text) for place, text in enumerate(texts) if place not in matched]
    unmatched = [same(text) for n, text in gold.items() if n not in set(matched.values())]
    nearly = 0
    for text in rest:
        for place, golden in enumerate(unmatched[:60]):
            if text and text in golden and len(golden) - len(text) <= BYLINE:
                del unmatched[place]
                nearly += 1
                break
    return matched, nearly


def keeps_bylines(row: dict[str, Any]) -> bool:
    """Whether the gold left author or date lines in the text of most comments of a page."""
    items = [item for item in row["items"] if item["kind"] == "comment" and item["text"].strip()]
    return sum(bool(BYLINE_LEFT.search(item["text"].strip())) for item in items) > len(items) / 2


def parent_is_right(
    got: Separation, place: int, gold_parent: int | None, matched: dict[int, int]
) -> bool:
    """Whether a found comment hangs under the comment that the gold names."""
    up = got.parents[place]
    if up is None or gold_parent is None:
        return up is None and gold_parent is None
    return matched.get(up) == gold_parent


# ------------------------------------------------------------------------------------- parts


def run_html(args: argparse.Namespace) -> None:
    """Bag measures on whole HTML pages, and false reports on pages without comments."""
    every = rows(args.shared, "pages_html", args.half)
    positives = [row for row in every if row["comments"].strip()]
    negatives = [row for row in every if not row["comments"].strip()]
    print(f"\npages_html: {len(positives)} pages with comments, {len(negatives)} without")
    print(
        f"{'tool':<24}{'comment micro':>22}{'macro':>22}{'with names':>16}"
        f"{'article macro':>22}{'leak':>7}{'reported':>10}"
    )
    for name, tool in html_tools(args.tools).items():
        results = [page_result(row, tool(row["html"])) for row in positives]
        found = [(row["id"], bag("\n".join(tool(row["html"]).texts))) for row in negatives]
        reported = [page for page, words in found if words.total() > 20]
        names = f"{micro(results, 'with_names'):.3f} / {macro(results, 'with_names'):.3f}"
        print(
            f"{name:<24}"
            f"{interval(results, lambda r: micro(r, 'tokens'), args.bootstrap):>22}"
            f"{interval(results, lambda r: macro(r, 'tokens'), args.bootstrap):>22}"
            f"{names:>16}"
            f"{interval(results, lambda r: macro(r, 'article'), args.bootstrap):>22}"
            f"{leak(results):>7.3f}{len(reported) / max(1, len(negatives)):>10.1%}"
        )
        if name == "moderation":
            show_worst(results, "tokens", args.worst)
            show_worst(results, "article", args.worst)
            if args.worst:
                print("   reported without gold:", " ".join(reported))


def run_items(args: argparse.Namespace) -> None:
    """Item measures on HTML pages with known markup."""
    every = rows(args.shared, "items_html", args.half)
    print(f"\nitems_html: {len(every)} pages")
    item_header()
    for name, tool in html_tools(args.tools).items():
        results = [item_result(row, tool(row["html"])) for row in every]
        item_line(name, results, args)
        if name == "moderation":
            clean = {row["id"] for row in every if not keeps_bylines(row)}
            item_line("  gold without bylines", [r for r in results if r.id in clean], args)


def run_flat(args: argparse.Namespace) -> None:
    """Item and bag measures on flattened text."""
    run_flattened(args, ("flat_main", "flat_full", "flat_lemire"))


def run_conv(args: argparse.Namespace) -> None:
    """Measure the same on the same pages through other converters."""
    run_flattened(args, tuple(f"conv_{name}" for name in CONVERTERS))


def run_flattened(args: argparse.Namespace, names: tuple[str, ...]) -> None:
    """Item and bag measures of this package on flattened files; no other tool splits such text."""
    tool = html_tools(["moderation"])["moderation"]
    print("\nflattened text (every other library: 0)")
    item_header()
    for name in names:
        every = rows(args.shared, name, args.half)
        results = [item_result(row, tool(row["text"])) for row in every]
        clean = {row["id"] for row in every if not keeps_bylines(row)}
        item_line(name, results, args)
        for group in sorted({result.group for result in results} - {""}):
            item_line(f"  {group}", [r for r in results if r.group == group], args, worst=False)
        results = [result for result in results if result.id in clean]
        item_line("  gold without bylines", results, args, worst=False)
        for group in sorted({result.group for result in results} - {""}):
            item_line(f"    {group}", [r for r in results if r.group == group], args, worst=False)


def run_negatives(args: argparse.Namespace) -> None:
    """Count false reports on flattened pages without comments."""
    tool = html_tools(["moderation"])["moderation"]
    every = rows(args.shared, "flat_negatives", args.half)
    found = [(row["id"], tool(row["text"]).texts) for row in every]
    any_item = [page for page, texts in found if texts]
    long = [page for page, texts in found if bag("\n".join(texts)).total() > 20]
    print(
        f"\nflat_negatives: {len(every)} pages; a comment reported on "
        f"{len(any_item) / len(every):.1%}, more than 20 words on {len(long) / len(every):.1%}"
    )
    if args.worst:
        print("  ", " ".join(any_item))


def run_pages(args: argparse.Namespace) -> None:
    """Compare the two real pages in ``../shared/pages``: text, depth, parent of every comment."""
    tool = html_tools(["moderation"])["moderation"]
    folder = args.shared.parent / "pages"
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    right = total = 0
    for page, comments in gold_pages(gold):
        got = tool((folder / page).read_text(encoding="utf-8"))
        total += len(comments)
        for place, item in enumerate(comments):
            right += (
                place < len(got.texts)
                and same(got.texts[place]) == same(item["text"])
                and got.depths[place] == item["depth"]
                and got.parents[place] == item["parent"]
            )
    print(f"\n../shared/pages: {right} of {total} comments exact (text, depth, parent)")


def gold_pages(gold: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """File name and comments of each page of ``gold.json``."""
    for name, page in gold.items():
        comments = page if isinstance(page, list) else page["comments"]
        yield name if name.endswith(".txt") else f"{name}.txt", comments


def run_time(args: argparse.Namespace) -> None:
    """Median time of a page, every tool in turn on the same page in the same process.

    Time of the processor, not of the clock: other work on the machine waits its turn unseen.
    """
    every = rows(args.shared, "pages_html", args.half)[:: args.stride]
    tools = html_tools(args.tools)
    spent: dict[str, list[float]] = {name: [] for name in tools}
    for row in every:
        for name, tool in tools.items():
            best = float("inf")
            for _ in range(args.repeat):
                begun = time.process_time()
                tool(row["html"])
                best = min(best, time.process_time() - begun)
            spent[name].append(best * 1000)
    print(f"\nprocessor time per page, ms, {len(every)} pages, best of {args.repeat} runs")
    ours = spent.get("moderation", [])
    for name, times in spent.items():
        ratio = statistics.median(ours) / statistics.median(times) if ours else float("nan")
        print(
            f"{name:<24}median {statistics.median(times):8.2f}"
            f"   mean {statistics.fmean(times):8.2f}   moderation takes {ratio:6.2f} x"
        )


# ------------------------------------------------------------------------------------ tables


def item_header() -> None:
    """Head of a table of item measures."""
    print(
        f"{'':<24}{'pages':>6}{'item F1':>22}{'but byline':>11}{'exact count':>12}"
        f"{'token micro':>12}{'token macro':>12}{'depth':>8}{'parent':>8}"
    )


def item_line(
    name: str, results: list[PageResult], args: argparse.Namespace, *, worst: bool = True
) -> None:
    """One line of a table of item measures."""
    with_gold = [result for result in results if result.items.gold]
    exact = statistics.fmean(result.exact for result in results) if results else float("nan")
    print(
        f"{name:<24}{len(results):>6}"
        f"{interval(results, lambda r: micro(r, 'items'), args.bootstrap):>22}"
        f"{micro(results, 'nearly'):>11.3f}"
        f"{exact:>12.1%}{micro(results, 'tokens'):>12.3f}{macro(with_gold, 'tokens'):>12.3f}"
        f"{share(result.depths for result in results):>8.3f}"
        f"{share(result.parents for result in results):>8.3f}"
    )
    if worst:
        show_worst(with_gold, "items", args.worst)


def show_worst(results: list[PageResult], name: str, count: int) -> None:
    """Name the pages that lose most, for whoever works on the separator."""

    def lost(result: PageResult) -> float:
        counts = getattr(result, name)
        return float(counts.got + counts.gold - 2 * counts.common)

    for result in sorted(results, key=lost, reverse=True)[:count]:
        counts = getattr(result, name)
        if lost(result):
            print(
                f"   {name:<8}{result.id:<28} F1 {counts.f1:.3f}  "
                f"got {counts.got:.0f} gold {counts.gold:.0f} common {counts.common:.0f}"
            )


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    beside = Path(__file__).resolve().parents[2] / "shared" / "separation"
    parser.add_argument("--shared", type=Path, default=beside, help="folder of the gold files")
    parser.add_argument("--only", action="append", choices=PARTS, help="run only these parts")
    parser.add_argument("--half", choices=("a", "b", "all"), default="all", help="half of the ids")
    parser.add_argument("--tools", type=lambda names: names.split(","), help="only these tools")
    parser.add_argument("--bootstrap", type=int, default=300, help="rounds; 0 for none")
    parser.add_argument("--worst", type=int, default=0, help="name the N worst pages")
    parser.add_argument("--repeat", type=int, default=3, help="timing: runs per page")
    parser.add_argument("--stride", type=int, default=4, help="timing: every Nth page")
    args = parser.parse_args(arguments)
    if not args.shared.is_dir():
        sys.exit(f"{args.shared}: no such folder - name it with --shared")
    for part in args.only or PARTS:
        globals()[f"run_{part}"](args)


if __name__ == "__main__":
    main()
