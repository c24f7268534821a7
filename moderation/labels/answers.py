"""What has been answered so far: kept up to date from a labelled file while people answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from moderation.labels.identity import key_of_row
from moderation.labels.labelled_files import LabelledRow
from moderation.records import Attribute


class Answers:
    """The last line of each annotator about each comment.

    Adjudicated lines stand beside an annotator's ordinary ones. Comments are told apart by key
    (see :mod:`moderation.labels.identity`), not by id.
    """

    def __init__(self) -> None:
        self._of: dict[str, dict[tuple[str, bool], LabelledRow]] = {}
        self._texts: dict[str, int] = {}

    def add(self, rows: Iterable[LabelledRow]) -> None:
        """Take in rows in the order in which they were answered; the same one twice is one."""
        for row in rows:
            key = key_of_row(row)
            of_comment = self._of.setdefault(key, {})
            of_comment.pop((row.annotator, row.adjudicated), None)  # the latest comes last
            of_comment[row.annotator, row.adjudicated] = row
            self._texts.setdefault(row.id, hash(row.text))

    def line(self, key: str, annotator: str, *, adjudicated: bool = False) -> LabelledRow | None:
        """An annotator's last line about a comment, one that withdraws too."""
        return self._of.get(key, {}).get((annotator, adjudicated))

    def in_force(self, key: str) -> list[LabelledRow]:
        """The lines that count about a comment."""
        return [row for row in self._of.get(key, {}).values() if not withdrawn(row)]

    def others(self, key: str, annotator: str) -> list[LabelledRow]:
        """The lines that count of everybody else."""
        return [row for row in self.in_force(key) if row.annotator != annotator]

    def is_adjudicated(self, key: str, attribute: Attribute) -> bool:
        """Tell whether an adjudicator has decided about a comment."""
        lines = self.in_force(key)
        return any(row.adjudicated and row.answer(attribute) is not None for row in lines)

    def is_other(self, id_: str, text: str) -> bool:
        """Tell whether an id stands for another text already."""
        return self._texts.get(id_, hash(text)) != hash(text)

    def of(self, annotator: str, *, adjudicated: bool = False) -> Iterator[LabelledRow]:
        """An annotator's lines that count, in order of the comments' first appearance."""
        for of_comment in self._of.values():
            row = of_comment.get((annotator, adjudicated))
            if row is not None and not withdrawn(row):
                yield row

    def comments(self) -> Iterator[tuple[str, list[LabelledRow]]]:
        """Every comment with a line that counts, and these lines."""
        for key in self._of:
            if rows := self.in_force(key):
                yield key, rows


def withdrawn(row: LabelledRow) -> bool:
    """Tell whether a line answers nothing: it withdraws what its annotator said before."""
    return row.hostility is None and row.off_topic is None


def contested(rows: Sequence[LabelledRow], attribute: Attribute) -> bool:
    """Tell whether people answered differently about an attribute; "unsure" is an answer."""
    said = [row.answer(attribute) for row in rows if not row.adjudicated]
    kinds = {
        "unsure" if each == "unsure" else float(each) > 0.5 for each in said if each is not None
    }
    return len(kinds) > 1
