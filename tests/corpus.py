"""A small invented corpus: six articles, each with civil, hostile and off-topic comments."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moderation.labels.gold.computing import Gold
from moderation.records import Article, Comment

#: What a licence says that lets no weights be sold that were learnt under it.
CLOSED = re.compile(r"research|non-?commercial|academic|\bNC\b|unknown", re.IGNORECASE)

ARTICLES = tuple(
    Article(id=id_, title=title, text=text)
    for id_, title, text in (
        (
            "bridge",
            "Kelmouth swing bridge shut until spring",
            "The swing bridge over the harbour at Kelmouth will stay shut until spring while "
            "engineers replace two bearings. Lorries are sent round by the toll road.",
        ),
        (
            "library",
            "Town library to open on Sundays",
            "The library in Arden Street opens on Sundays from May, run by volunteers. Readers "
            "asked for longer hours; the council pays for heating and two librarians.",
        ),
        (
            "buses",
            "Bus lane trial on Marsh Road extended",
            "The bus lane on Marsh Road stays for another year. Buses are four minutes faster, "
            "shopkeepers complain about parking, cyclists about the bend.",
        ),
        (
            "meals",
            "School kitchens cook lunch themselves again",
            "Nine schools in the county cook lunch in their own kitchens again. Parents welcome "
            "the meals, the cooks say the budget for vegetables is too small.",
        ),
        (
            "stadium",
            "Rovers plan a smaller stadium by the river",
            "Tarn Rovers want to build a stadium for nine thousand by the river. The club says "
            "the old ground floods; neighbours fear noise and match day traffic.",
        ),
        (
            "plots",
            "Allotment rents double in two years",
            "Gardeners on the Quarry Lane allotments pay twice the rent of two years ago. The "
            "parish says water and fences have become dearer.",
        ),
    )
)

_CIVIL = (
    "Thank you for the careful report about {topic}.",
    "I wonder who pays for {topic} in the end, but the idea is sound.",
    "My neighbour has followed {topic} for years and is quietly pleased.",
)
_HOSTILE = (
    "You idiot, {topic} is beyond a moron like you.",
    "Shut up, you stupid clown, nobody wants your whining about {topic}.",
    "The disgusting idiots behind {topic} should crawl back under their stone.",
)
_ASTRAY = (
    "Cheap watches and handbags at www.example.com, message me on telegram!",
    "Does anybody know a good recipe for plum dumplings?",
    "The moon landing film was on again last night, terrible sound.",
)
_TOPICS = {
    "bridge": "the swing bridge and its bearings",
    "library": "the library on Sundays",
    "buses": "the bus lane on Marsh Road",
    "meals": "lunch from the school kitchens",
    "stadium": "the stadium of the Rovers by the river",
    "plots": "the rents of the allotments",
}


def rows() -> list[dict[str, Any]]:
    """Labelled rows as a file would hold them: nine under each article, ids ``bridge-0`` ..."""
    found = []
    for article in ARTICLES:
        assert article.id is not None
        kinds = [(t, False, False) for t in _CIVIL] + [(t, True, False) for t in _HOSTILE]
        kinds += [(t, False, True) for t in _ASTRAY]
        for number, (template, hostile, astray) in enumerate(kinds):
            found.append(
                {
                    "id": f"{article.id}-{number}",
                    "text": template.format(topic=_TOPICS[article.id]),
                    "hostility": hostile,
                    "off_topic": astray,
                    "annotator": "a",
                    "article_id": article.id,
                }
            )
    return found


def gold() -> list[Gold]:
    """The corpus as gold labels."""
    articles = {article.id: article for article in ARTICLES}
    return [
        Gold(
            comment=Comment(
                id=row["id"],
                text=row["text"],
                article=articles[row["article_id"]],
                article_id=row["article_id"],
            ),
            group=row["article_id"],
            source="invented",
            hostility=float(row["hostility"]),
            off_topic=float(row["off_topic"]),
        )
        for row in rows()
    ]


def write_lines(path: Path, lines: Sequence[object]) -> Path:
    """Write rows as JSON Lines."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path
