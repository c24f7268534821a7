"""The gate of separation: figures on the project's own invented pages, and the floors under them.

The pages beside this file are pinned record by record in other tests. Here each page is also spoilt
in several ways, as other sites' markup and other converters would spoil it, and what is still found
is counted. A figure may rise; ``floors.json`` says how far it may fall.

Run ``python tests/pages/gate.py`` to print the figures, with ``--write`` to raise the floors to
them, and with ``--lower REASON`` to lower a floor, or after pages were added or changed. The reason
is kept in ``floors.json``.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import math
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from moderation.pages import separate
from moderation.pages.html.nodes import INLINE

HERE = Path(__file__).resolve().parent
FLOORS = HERE / "floors.json"
#: What a figure may lose before the gate closes: less than one comment of a hundred.
SLACK = 0.005

#: What flattening leaves alone: what a page does not show, and what does something.
_KEPT = (
    "html|head|body|title|meta|link|script|style|noscript|template|a|img|br|form|input|textarea|"
    "select|option|button|iframe|object|embed|svg|video|audio|source"
)

Figures = dict[str, dict[str, float]]
Spoil = Callable[[str], str]


class Case(NamedTuple):
    """A page, the texts of its comments and the text of its article."""

    name: str
    page: str
    comments: list[str]
    article: str


# ------------------------------------------------------------------------------------ pages


def cases(kind: str) -> list[Case]:
    """Read the pages of a folder of `SPOILS`, and what is written beside them."""
    found = []
    for path in sorted((HERE / kind).glob(f"*.{'txt' if kind == 'flat' else 'html'}")):
        gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        article = gold["article"] if kind == "flat" else gold
        texts = article.get("text") or ""
        body = texts if isinstance(texts, str) else "\n".join(texts)
        encoding = path.stem if path.stem.startswith("windows") else "utf-8"
        page = path.read_bytes().decode(encoding)
        found.append(Case(path.stem, page, [c["text"] for c in gold["comments"]], body))
    return found


def digest(every: list[Case]) -> str:
    """Hash of the pages and of what is written beside them."""
    return hashlib.sha256(json.dumps(every, ensure_ascii=True).encode()).hexdigest()[:16]


# -------------------------------------------------------------------------- ways of spoiling


def _on_tree(change: Callable[[Any], None]) -> Spoil:
    """Make a way of spoiling from a change of one element."""

    def spoil(page: str) -> str:
        tree = LexborHTMLParser(page)
        for node in tree.css("body *"):
            change(node)
        return tree.html or ""

    return spoil


def _rename(node: Any) -> None:
    """Class names and ids as a build tool makes them: one for each name, and meaningless."""
    for name in ("class", "id"):
        words = (node.attributes.get(name) or "").split()
        if words:
            node.attrs[name] = " ".join(f"x{zlib.crc32(word.encode()):08x}" for word in words)


def _strip(node: Any) -> None:
    """No attribute but what a reader sees or follows."""
    for name in list(node.attributes):
        if name not in {"href", "src", "datetime", "alt", "title"}:
            del node.attrs[name]


def _wrap(page: str) -> str:
    """The whole body within further elements, as page builders have it."""
    page = re.sub(r"(<body[^>]*>)", rf"\1{'<div class=page-section><div>' * 4}", page, count=1)
    return re.sub(r"(</body>)", rf"{'</div></div>' * 4}\1", page, count=1)


def _minify(page: str) -> str:
    """Without white space between elements."""
    return re.sub(r">\s*\n\s*<", "><", page)


def _without_data(page: str) -> str:
    """Without what is written for machines alone."""
    page = re.sub(r"(?s)<script[^>]*ld\+json[^>]*>.*?</script>", "", page)
    return re.sub(r"\sitem(?:prop|type|scope|id)(?:=\"[^\"]*\"|='[^']*'|=\S+)?(?=[\s>])", "", page)


def _as_generic(page: str) -> str:
    """Lists, articles and sections as plain blocks."""
    return re.sub(r"<(/?)(?:ol|ul|li|article|section|aside|footer|main)\b", r"<\1div", page)


def _flatten(page: str) -> str:
    """Every element a block or an inline part without a name, but for links, pictures and forms."""
    page = re.sub(r"(<time)\b[^>]*", r"\1", _on_tree(_strip)(page))
    return re.sub(
        rf"<(/?)(?!(?:{_KEPT})\b)([a-z][\w-]*)",
        lambda tag: f"<{tag[1]}{'span' if tag[2] in INLINE else 'div'}",
        page,
    )


def _unmarked(text: str) -> str:
    """Lists without their marks."""
    return re.sub(r"(?m)^([ \t]*)(?:[*•+◦-]|\d+\.) ", r"\1", text)


def _unindented(text: str) -> str:
    """Lines without the white space before them."""
    return re.sub(r"(?m)^[ \t]+", "", text)


def _dense(text: str) -> str:
    """Without blank lines."""
    return re.sub(r"\n[ \t]*(?=\n)", "", text)


def _crlf(text: str) -> str:
    """Line ends of Windows, and a space before each."""
    return text.replace("\n", " \r\n")


SPOILS: dict[str, dict[str, Spoil]] = {
    "html": {
        "as written": str,
        "classes renamed": _on_tree(_rename),
        "attributes stripped": _on_tree(_strip),
        "wrapped": _wrap,
        "minified": _minify,
        "no structured data": _without_data,
        "plain blocks": _as_generic,
        "flattened": _flatten,
    },
    "unknown": {
        "as written": str,
        "classes renamed": _on_tree(_rename),
        "attributes stripped": _on_tree(_strip),
        "wrapped": _wrap,
        "minified": _minify,
        "plain blocks": _as_generic,
        "flattened": _flatten,
    },
    "flat": {
        "as written": str,
        "no list marks": _unmarked,
        "not indented": _unindented,
        "no blank lines": _dense,
        "CRLF": _crlf,
    },
}


# ---------------------------------------------------------------------------------- figures


def _plain(text: str) -> str:
    return " ".join(text.split())


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def _f1(common: float, got: float, gold: float) -> float:
    return 2 * common / (got + gold) if got + gold else 1.0


def measure(every: list[Case], spoil: Spoil) -> dict[str, float]:
    """Compare what is found with what is written beside the pages, over all of them.

    Returns
    -------
    dict of str to float
        F1 of whole comments (equal up to white space), and of the words of the article.
    """
    comments, article = Counter[str](), Counter[str]()
    for case in every:
        found = separate(spoil(case.page))
        got, gold = (
            Counter(_plain(text) for text in texts)
            for texts in ([c.text for c in found.comments], case.comments)
        )
        comments.update(common=(got & gold).total(), got=got.total(), gold=gold.total())
        got, gold = _words(found.article.text), _words(case.article)
        article.update(common=(got & gold).total(), got=got.total(), gold=gold.total())
    return {"comments": _f1(**comments), "article": _f1(**article)}


def figures(kind: str) -> Figures:
    """Measure every way of spoiling the pages of a folder."""
    every = cases(kind)
    return {name: measure(every, spoil) for name, spoil in SPOILS[kind].items()}


def below(found: Figures, floors: Figures) -> list[str]:
    """Name each figure that lies under its floor, or has none."""
    return [
        f"{name}, {what}: {value:.3f}, and the floor is {floors.get(name, {}).get(what, math.nan)}"
        for name, row in found.items()
        for what, value in row.items()
        if not value >= floors.get(name, {}).get(what, math.inf)
    ]


def _floor(value: float) -> float:
    return math.floor((value - SLACK) * 1000) / 1000 if value < 1 else 1.0


def corpus() -> dict[str, Any]:
    """Say which pages the floors hold for."""
    found = {}
    for kind in SPOILS:
        every = cases(kind)
        comments = sum(len(case.comments) for case in every)
        found[kind] = {"pages": len(every), "comments": comments, "digest": digest(every)}
    return found


def _lines(kind: str, found: Figures, floors: Figures) -> Iterator[str]:
    yield f"{kind:<24}{'comments':>10}{'floor':>8}{'article':>10}{'floor':>8}"
    for name, row in found.items():
        cells = "".join(
            f"{row[what]:>10.3f}{floors.get(name, {}).get(what, math.nan):>8}" for what in row
        )
        yield f"  {name:<22}{cells}"


def main(arguments: list[str] | None = None, path: Path = FLOORS) -> None:
    """Print the figures; write the floors if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="raise the floors to the figures")
    what = "lower floors, or take changed pages, and say why"
    parser.add_argument("--lower", metavar="REASON", help=what)
    args = parser.parse_args(arguments)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    floors, changes = kept.get("floors", {}), list(kept.get("changes", []))
    now, fallen = corpus(), []
    for kind in SPOILS:
        found = figures(kind)
        sys.stdout.writelines(f"{line}\n" for line in _lines(kind, found, floors.get(kind, {})))
        fallen += below(found, floors.get(kind, {}))
        before = {} if args.lower else floors.get(kind, {})
        floors[kind] = {
            name: {w: max(_floor(v), before.get(name, {}).get(w, 0)) for w, v in row.items()}
            for name, row in found.items()
        }
    if not (args.write or args.lower):
        return
    if not args.lower and (fallen or now != kept.get("corpus")):
        why = "floors fall or the pages changed: say why with --lower REASON"
        sys.exit("\n".join([*fallen, why]))
    if args.lower:
        changes.append({"on": datetime.date.today().isoformat(), "reason": args.lower})
    record = {"corpus": now, "floors": floors, "changes": changes}
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
