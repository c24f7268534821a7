"""The answers given so far, kept up to date from a labelled file while people answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from moderation.labels.identity import key_of_row
from moderation.labels.labelled_files import LabelledRow
from moderation.records import Attribute


class Answers:
    """The last line of each annotator about each comment.

    An adjudicated line does not replace the same annotator's ordinary line. Comments are
    identified by key (see :mod:`moderation.labels.identity`), not by id.
    """

    def __init__(self) -> None:
        self._of: dict[str, dict[tuple[str, bool], LabelledRow]] = {}
        self._texts: dict[str, int] = {}

    def add(self, rows: Iterable[LabelledRow]) -> None:
        """Add rows in the order in which they were answered; a repeated row counts once."""
        for row in rows:
            key = key_of_row(row)
            of_comment = self._of.setdefault(key, {})
            of_comment.pop((row.annotator, row.adjudicated), None)  # the latest comes last
            of_comment[row.annotator, row.adjudicated] = row
            self._texts.setdefault(row.id, hash(row.text))

    def line(self, key: str, annotator: str, *, adjudicated: bool = False) -> LabelledRow | None:
        """Return an annotator's last line about a comment, even if it withdraws the answer."""
        return self._of.get(key, {}).get((annotator, adjudicated))

    def in_force(self, key: str) -> list[LabelledRow]:
        """Return the lines about a comment that count."""
        return [row for row in self._of.get(key, {}).values() if not withdrawn(row)]

    def others(self, key: str, annotator: str) -> list[LabelledRow]:
        """Return the lines that count from all other annotators."""
        return [row for row in self.in_force(key) if row.annotator != annotator]

    def is_adjudicated(self, key: str, attribute: Attribute) -> bool:
        """Return whether an adjudicator has decided about a comment."""
        lines = self.in_force(key)
        return any(row.adjudicated and row.answer(attribute) is not None for row in lines)

    def is_other(self, id_: str, text: str) -> bool:
        """Return whether an id already belongs to another text."""
        return self._texts.get(id_, hash(text)) != hash(text)

    def of(self, annotator: str, *, adjudicated: bool = False) -> Iterator[LabelledRow]:
        """Yield an annotator's lines that count, in order of the comments' first appearance."""
        for of_comment in self._of.values():
            row = of_comment.get((annotator, adjudicated))
            if row is not None and not withdrawn(row):
                yield row

    def comments(self) -> Iterator[tuple[str, list[LabelledRow]]]:
        """Yield each comment that has lines that count, together with those lines."""
        for key in self._of:
            if rows := self.in_force(key):
                yield key, rows


def withdrawn(row: LabelledRow) -> bool:
    """Return whether a line has no answer, and so withdraws its annotator's earlier answers.

    Parameters
    ----------
    row
        The line.
    """
    return row.hostility is None and row.off_topic is None


def contested(rows: Sequence[LabelledRow], attribute: Attribute) -> bool:
    """Return whether annotators disagree about an attribute; "unsure" counts as an answer.

    Parameters
    ----------
    rows
        The lines about one comment.
    attribute
        The attribute that was asked about.
    """
    said = [row.answer(attribute) for row in rows if not row.adjudicated]
    kinds = {
        "unsure" if each == "unsure" else float(each) > 0.5 for each in said if each is not None
    }
    return len(kinds) > 1
