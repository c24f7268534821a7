"""Comments labelled more than once: copies of a text, and answers that an annotator changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from moderation.labels import Answer, LabelledRow, rows_in_force
from moderation.labels.gold import Gold
from moderation.records import Attribute
from moderation.text import near_copies, plainly


class CopyGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Comments with the same or nearly the same text.

    Attributes
    ----------
    ids
        The ids of the comments.
    exact
        Whether the texts are equal apart from case and white space.
    contradicts
        The attributes for which some gold labels are true and others false. Off-topic depends on
        the article, so for it only copies under the same article are compared.
    """

    ids: tuple[str, ...]
    exact: bool
    contradicts: tuple[Attribute, ...]


class ChangedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One annotator's different answers to the same question about the same text.

    Attributes
    ----------
    annotator, attribute
        The annotator, and the attribute that was asked about.
    ids
        One id if the annotator answered the comment again; the last answer counts. Several ids if
        they answered copies of the text differently; each answer counts.
    answers
        The answers in the order in which they were given.
    """

    annotator: str
    attribute: Attribute
    ids: tuple[str, ...]
    answers: tuple[Answer, ...]


class Repeats(msgspec.Struct, frozen=True, kw_only=True):
    """Comments that were labelled more than once.

    Attributes
    ----------
    copies
        Groups of copies, contradictions first.
    changed
        Questions that one annotator answered differently at different times.
    repeated_rows
        The number of rows that repeat their annotator's earlier answers about the comment.
    """

    copies: tuple[CopyGroup, ...]
    changed: tuple[ChangedAnswer, ...]
    repeated_rows: int

    @property
    def contradictions(self) -> tuple[CopyGroup, ...]:
        """The groups of copies whose gold labels differ."""
        return tuple(group for group in self.copies if group.contradicts)


def repeats(rows: Sequence[LabelledRow], gold: Sequence[Gold]) -> Repeats:
    """Find comments that were labelled more than once.

    Parameters
    ----------
    rows
        The labelled rows.
    gold
        The gold labels of their comments.
    """
    groups = [
        CopyGroup(
            ids=tuple(item.comment.id for item in members),
            exact=copies.exact,
            contradicts=tuple(a for a in Attribute if _contradict(members, a)),
        )
        for copies in near_copies([item.comment.text for item in gold])
        for members in [[gold[place] for place in copies.members]]
    ]
    again, changed = _second_thoughts(rows)
    return Repeats(
        copies=tuple(sorted(groups, key=lambda group: not group.contradicts)),
        changed=(*changed, *_inconsistent(rows)),
        repeated_rows=again,
    )


def _contradict(members: Sequence[Gold], attribute: Attribute) -> bool:
    sides: dict[str, set[bool]] = {}
    for item in members:
        label = item.label(attribute)
        if label is not None and label != 0.5:
            under = item.group if attribute is Attribute.OFF_TOPIC else ""
            sides.setdefault(under, set()).add(label > 0.5)
    return any(len(found) > 1 for found in sides.values())


def _second_thoughts(rows: Sequence[LabelledRow]) -> tuple[int, list[ChangedAnswer]]:
    """Return the number of rows that repeat an answer, and the changed answers to one comment."""
    given: dict[tuple[str, str, bool], list[LabelledRow]] = {}
    for row in rows:
        given.setdefault((row.id, row.annotator, row.adjudicated), []).append(row)
    again, changed = 0, []
    for (comment, annotator, _), lines in given.items():
        said = [(row.hostility, row.off_topic) for row in lines]
        again += len(said) - len(set(said))
        changed += _differing(annotator, {comment: lines})
    return again, changed


def _inconsistent(rows: Sequence[LabelledRow]) -> list[ChangedAnswer]:
    """Return an annotator's different answers to equal texts with different ids."""
    given: dict[tuple[str, str], dict[str, list[LabelledRow]]] = {}
    for row in rows_in_force(rows):
        of_text = given.setdefault((plainly(row.text), row.annotator), {})
        of_text.setdefault(row.id, []).append(row)
    return [
        changed
        for (_, annotator), of_text in given.items()
        if len(of_text) > 1
        for changed in _differing(annotator, of_text)
        if changed.attribute is Attribute.HOSTILITY  # off-topic depends on the article
    ]


def _differing(annotator: str, lines: Mapping[str, Sequence[LabelledRow]]) -> list[ChangedAnswer]:
    found = []
    for attribute in Attribute:
        answers = [row.answer(attribute) for rows in lines.values() for row in rows]
        known = tuple(answer for answer in answers if answer is not None)
        if len(set(known)) > 1:
            found.append(
                ChangedAnswer(
                    annotator=annotator, attribute=attribute, ids=tuple(lines), answers=known
                )
            )
    return found
