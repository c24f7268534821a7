"""The separator on pages whose markup says nothing: structure alone has to decide.

Run ``python -m benchmarks.scrambled`` in the checkout. The pages are `items_html` and `pages_html`
of ``../shared/separation``, spoilt in five ways that leave their gold as it is. Nothing of the
pages is written anywhere; the table goes to standard output.

Ways of spoiling
----------------
renamed
    Every class, id and anchor name becomes a random word of its own (equal names on a page stay
    equal), and so do the parts of links behind ``#`` that name an id. Every ``data-`` attribute is
    renamed, too, and its value is dropped if it has letters.
stripped
    The same names are deleted.
flattened
    ``renamed``, and every element is a ``div`` or, inside a line, a ``span``. What does something
    and is no mere name stays: links with their address, pictures, line breaks, and the controls of
    forms. Paragraphs and headings become ``div``. A ``time`` becomes a ``span`` without its
    machine-readable date.
flat and stripped
    ``flattened`` without any class, id and ``data-`` attribute.
worded
    ``renamed``, but a class or id that holds a word of comments is kept behind a prefix of the
    page's own, as sites have it whose software nobody knows.

All five drop what is written for machines alone (linked data, microdata, scripts), because it
answers in place of the structure.

Measures
--------
item F1, exact count, depth and parent
    As in ``benchmarks.separation``; *but byline* forgives an author or date line in the gold.
comment macro
    The mean over pages of the F1 of the words of the comments.
nothing
    Pages with comments on which none is found.
false pages
    Pages without comments on which more than 20 words are returned as comments.

Intervals are 95 % bootstrap intervals over pages (seeded). ``--half b`` measures only on pages
that the weights of the judge were not trained on (`benchmarks/fit_groups.py`).
"""

from __future__ import annotations

import argparse
import random
import re
import string
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from benchmarks.separation import (
    PageResult,
    bag,
    interval,
    item_result,
    macro,
    micro,
    page_result,
    rows,
    share,
)
from benchmarks.tools import Separation, html_tools

#: Attributes that refer to ids of the page.
REFERENCES = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "form")
#: Attributes that describe the content for machines.
MACHINES = ("itemprop", "itemtype", "itemscope", "itemid", "property", "typeof", "vocab", "about")
#: A class or id that is kept behind a prefix in ``worded``.
WORDED = re.compile(r"comment|kommentar|coment|repl(?:y|ies)|respon[sd]|reakt|react|discuss")
#: Elements that do something, or that the page does not show: flattening leaves them alone.
KEPT = frozenset(
    "html head body title meta link base style script noscript template a img br wbr form input "
    "textarea select option optgroup button iframe object embed svg video audio picture "
    "source".split()
)
INLINE = frozenset(
    "abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt "
    "ruby s samp small span strike strong sub sup time tt u var".split()
)
_TAG = re.compile(r"<(/?)([a-z][^\s/>]*)")
_LETTER = re.compile(r"[A-Za-z]")


class Namer:
    """Gives each name of a page a random word, always the same one."""

    def __init__(self, seed: str, *, worded: bool) -> None:
        self.draw = random.Random(zlib.crc32(seed.encode()))
        self.words: dict[str, str] = {}
        self.worded = worded
        self.prefix = self.word().lower()

    def word(self) -> str:
        """Draw a word as build tools make them: letters and digits, a letter first."""
        letters = string.ascii_letters + string.digits
        first = self.draw.choice(string.ascii_letters)
        return first + "".join(self.draw.choices(letters, k=self.draw.randint(3, 7)))

    def name(self, old: str) -> str:
        """Return the word for a name."""
        new = self.words.get(old)
        if new is None:
            kept = self.worded and WORDED.search(old.lower())
            new = self.words[old] = f"{self.prefix}-{old}" if kept else self.word()
        return new


def scramble(html: str, seed: str, *, strip: bool = False, worded: bool = False) -> str:
    """Rename or delete every class, id and data attribute of a page."""
    tree = LexborHTMLParser(html)
    for node in tree.css("script"):
        node.decompose()
    namer = Namer(seed, worded=worded)
    every = tree.css("body, body *")
    ids = {found for node in every if (found := node.attributes.get("id"))}
    ids |= {found for node in tree.css("a[name]") if (found := node.attributes.get("name"))}
    for node in every:
        _scramble_node(node, namer, ids, strip=strip)
    return tree.html or ""


def _scramble_node(node: Any, namer: Namer, ids: set[str], *, strip: bool) -> None:
    for name, written in node.attributes.items():
        value = written or ""
        anchor = name == "name" and node.tag == "a"
        if name.startswith("data-"):
            del node.attrs[name]
            if not strip:
                node.attrs[f"data-{namer.name(name).lower()}"] = (
                    "" if _LETTER.search(value) else value
                )
        elif name in MACHINES:
            del node.attrs[name]
        elif name in {"class", "id", *REFERENCES} or anchor:
            if strip:
                del node.attrs[name]
            else:
                node.attrs[name] = " ".join(map(namer.name, value.split()))
        elif name == "href" and "#" in value:
            address, _, fragment = value.partition("#")
            if fragment in ids:
                node.attrs[name] = f"{address}#{namer.name(fragment)}"


def flatten(html: str) -> str:
    """Make every element that is only a name a ``div`` or ``span``."""
    tree = LexborHTMLParser(html)
    for node in tree.css("time[datetime]"):
        del node.attrs["datetime"]

    def plain(tag: re.Match[str]) -> str:
        if tag[2] in KEPT:
            return tag.group()
        return f"<{tag[1]}{'span' if tag[2] in INLINE else 'div'}"

    return _TAG.sub(plain, tree.html or "")


WAYS: dict[str, Callable[[str, str], str]] = {
    "renamed": scramble,
    "stripped": lambda html, seed: scramble(html, seed, strip=True),
    "flattened": lambda html, seed: flatten(scramble(html, seed)),
    "flat and stripped": lambda html, seed: flatten(scramble(html, seed, strip=True)),
    "worded": lambda html, seed: scramble(html, seed, worded=True),
}


def run(args: argparse.Namespace, name: str, tool: Callable[[str], Separation]) -> None:
    """Measure one tool on every way of spoiling the pages."""
    with_items = rows(args.shared, "items_html", args.half)[:: args.stride]
    pages = rows(args.shared, "pages_html", args.half)[:: args.stride]
    bags = [row for row in pages if row["comments"].strip()]
    without = [row for row in pages if not row["comments"].strip()]
    print(
        f"\n{name}: {len(with_items)} pages with items, {len(bags)} with the text of the comments, "
        f"{len(without)} without comments"
    )
    print(
        f"{'':<18}{'item F1':>22}{'but byline':>22}{'exact':>7}{'depth':>7}{'parent':>7}"
        f"{'nothing':>9}{'comment macro':>22}{'of text: micro':>16}{'macro':>7}{'nothing':>9}"
        f"{'article':>9}{'false pages':>22}"
    )
    for way in args.way or WAYS:
        spoil = WAYS[way]
        items = [item_result(row, tool(spoil(row["html"], row["id"]))) for row in with_items]
        texts = [page_result(row, tool(spoil(row["html"], row["id"]))) for row in bags]
        reported = [
            PageResult(id=row["id"], depths=(int(found > 20), 1))
            for row in without
            for found in [bag("\n".join(tool(spoil(row["html"], row["id"])).texts)).total()]
        ]
        golden = [result for result in items if result.items.gold]
        print(
            f"{way:<18}"
            f"{interval(items, lambda r: micro(r, 'items'), args.bootstrap):>22}"
            f"{interval(items, lambda r: micro(r, 'nearly'), args.bootstrap):>22}"
            f"{sum(result.exact for result in items) / len(items):>7.1%}"
            f"{share(result.depths for result in items):>7.3f}"
            f"{share(result.parents for result in items):>7.3f}"
            f"{sum(not result.items.got for result in golden):>9}"
            f"{interval(golden, lambda r: macro(r, 'tokens'), args.bootstrap):>22}"
            f"{micro(texts, 'with_names'):>16.3f}{macro(texts, 'with_names'):>7.3f}"
            f"{sum(not result.tokens.got for result in texts):>9}"
            f"{macro(texts, 'article'):>9.3f}"
            f"{interval(reported, _false, args.bootstrap):>22}",
            flush=True,
        )
        show_worst(items, texts, reported, args.worst)


def _false(results: list[PageResult]) -> float:
    return share(result.depths for result in results)


def show_worst(
    items: list[PageResult], texts: list[PageResult], reported: list[PageResult], count: int
) -> None:
    """Name the pages that lose most, for whoever works on the separator."""
    for results, name in ((items, "nearly"), (texts, "with_names")):
        for result in sorted(results, key=lambda r: getattr(r, name).f1)[:count]:
            counts = getattr(result, name)
            print(
                f"   {name:<11}{result.id:<28} F1 {counts.f1:.3f}  "
                f"got {counts.got:.0f} gold {counts.gold:.0f} common {counts.common:.0f}"
            )
    if count:
        print("   false:", " ".join(result.id for result in reported if result.depths[0]))


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    beside = Path(__file__).resolve().parents[2] / "shared" / "separation"
    parser.add_argument("--shared", type=Path, default=beside, help="folder of the gold files")
    parser.add_argument("--half", choices=("a", "b", "all"), default="all", help="half of the ids")
    parser.add_argument("--way", action="append", choices=WAYS, help="spoil only in these ways")
    parser.add_argument(
        "--tools", type=lambda names: names.split(","), default=["moderation"], help="these tools"
    )
    parser.add_argument("--stride", type=int, default=1, help="every Nth page")
    parser.add_argument("--bootstrap", type=int, default=300, help="rounds; 0 for none")
    parser.add_argument("--worst", type=int, default=0, help="name the N worst pages")
    args = parser.parse_args(arguments)
    if not args.shared.is_dir():
        sys.exit(f"{args.shared}: no such folder - name it with --shared")
    for name, tool in html_tools(args.tools).items():
        run(args, name, tool)


if __name__ == "__main__":
    main()
