"""All findings of a check of labels, in one record."""

from __future__ import annotations

from typing import Any

import msgspec

from moderation.evaluation.labels.agreement import Agreement, agreements
from moderation.evaluation.labels.coverage import Balance, Coverage, balance, coverage
from moderation.evaluation.labels.repeats import Repeats, repeats
from moderation.evaluation.labels.suspicious import Suspect, Suspicion, suspicious_labels
from moderation.labels import Answers, LabelledSet
from moderation.labels.gold import GoldRule, Reliability, gold_labels, reliabilities
from moderation.model import Model
from moderation.records import Attribute


class LabelFindings(msgspec.Struct, frozen=True, kw_only=True):
    """The findings of a check.

    Attributes
    ----------
    rows, rejected, comments, articles
        The number of each.
    annotators
        The names of the annotators.
    rule
        The rule by which gold labels were computed.
    gold
        The counts of gold labels by attribute.
    coverage
        The spread of the comments over articles and sources.
    agreement
        The agreement by attribute, and by version of the guideline if there are several.
    reliability
        By attribute, how often each annotator is right, estimated from the others' answers.
    repeats
        Comments that were labelled more than once.
    suspicious
        By attribute, the labels in order of suspicion.
    """

    rows: int
    rejected: int
    comments: int
    articles: int
    annotators: tuple[str, ...]
    rule: GoldRule
    gold: dict[Attribute, Balance]
    coverage: Coverage
    agreement: tuple[Agreement, ...]
    reliability: dict[Attribute, tuple[Reliability, ...]]
    repeats: Repeats
    suspicious: dict[Attribute, Suspicion]

    def document(self, *, show: int) -> dict[str, Any]:
        """Return the findings for JSON, with the first `show` suspects of each attribute."""
        told: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(self, suspicious={}))
        told["suspicious"] = {
            attribute.value: {
                "n": suspicion.n,
                "n_doubtful": suspicion.n_doubtful,
                "why_none": suspicion.why_none,
                "suspects": [suspect_record(s, attribute) for s in suspicion.suspects[:show]],
            }
            for attribute, suspicion in self.suspicious.items()
        }
        return told


def suspect_record(suspect: Suspect, attribute: Attribute) -> dict[str, Any]:
    """Return a suspicious label as a record that ``moderation label`` reads as a comment.

    Parameters
    ----------
    suspect
        The suspicious label.
    attribute
        The attribute of the label.
    """
    comment = suspect.comment
    return {
        "id": comment.id,
        "text": comment.text,
        "article_id": comment.article_id,
        "parent_id": comment.parent_id,
        "parent": comment.parent,
        "attribute": attribute.value,
        "label": suspect.label,
        "expected": suspect.expected,
        "doubtful": suspect.doubtful,
    }


def check_labels(
    labelled: LabelledSet,
    base: Model | None,
    *,
    rule: GoldRule = GoldRule.MEAN,
    jobs: int = 1,
    seed: int = 0,
) -> LabelFindings:
    """Check labelled files.

    Parameters
    ----------
    labelled
        The rows that were read.
    base
        The model that helps to find suspicious labels; None uses the labels alone.
    rule
        The rule by which gold labels are computed.
    jobs
        The number of processes for the search for suspicious labels.
    seed
        Seed of the folds in that search.
    """
    gold = gold_labels(labelled, rule)
    spread = coverage(gold, labelled.rows)
    answers = Answers()
    answers.add(labelled.rows)
    return LabelFindings(
        rows=len(labelled.rows),
        rejected=len(labelled.rejected),
        comments=len(gold),
        articles=spread.articles,
        annotators=tuple(sorted({row.annotator for row in labelled.rows})),
        rule=rule,
        gold={attribute: balance(gold, answers, attribute) for attribute in Attribute},
        coverage=spread,
        agreement=tuple(agreements(labelled.rows)),
        reliability={a: tuple(reliabilities(labelled.rows, a)) for a in Attribute},
        repeats=repeats(labelled.rows, gold),
        suspicious={
            attribute: suspicious_labels(gold, attribute, base, jobs=jobs, seed=seed)
            for attribute in Attribute
        },
    )
