"""Advice on what to do next about labels: one line each, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.evaluation.labels.agreement import Agreement
from moderation.evaluation.labels.findings import LabelFindings
from moderation.evaluation.labels.suspicious import Suspicion
from moderation.labels.gold import FEWEST
from moderation.records import Attribute

# Limits from Krippendorff (2004), "Reliability in Content Analysis": below the first, no conclusion
# is safe; below the second, conclusions are tentative.
UNRELIABLE, TENTATIVE = 0.667, 0.8

# With fewer comments that have two annotators, the interval of alpha is too wide to be useful.
_SHARED = 50
# Labels of the rarer kind that are worth having before a model is adapted. (In
# benchmarks.adaptation, 50 labels of c3, a tenth of them hostile, already help; more is better.)
_RARE = 30
_LARGEST_SHARE = 0.3


def advice(findings: LabelFindings) -> list[str]:
    """Return what to do next, as at least one line.

    Parameters
    ----------
    findings
        The findings of a check.
    """
    told = [
        *_mend(findings),
        *_agree(findings),
        *_look_again(findings),
        *_label_more(findings),
    ]
    return told or ["nothing needs attention: moderation train LABELLED -o MODEL"]


def _mend(findings: LabelFindings) -> Iterator[str]:
    if findings.rejected:
        yield (
            f"mend the {_number(findings.rejected, 'rejected row')}: they count for nothing "
            "(their addresses stand above)"
        )
    found = findings.repeats.contradictions
    if found:
        first = ", ".join(found[0].ids[:3])
        yield (
            f"settle {_number(len(found), 'group')} of copies with different gold labels "
            f"(first: {first})"
        )
    several = [change for change in findings.repeats.changed if len(change.ids) > 1]
    if several:
        who = ", ".join(sorted({change.annotator for change in several}))
        yield f"ask {who} about {_number(len(several), 'text')} that they answered both ways"


def _agree(findings: LabelFindings) -> Iterator[str]:
    for attribute, counted in findings.gold.items():
        if counted.contested:
            yield (
                f"settle {_number(counted.contested, 'contested comment')} of {_told(attribute)}: "
                "moderation label LABELLED --adjudicate -o FILE"
            )
    for agreement in findings.agreement:
        alpha = agreement.alpha.value
        if agreement.guideline is None and alpha is not None and alpha < TENTATIVE:
            yield _low(agreement, alpha)
    shared = max((each.n_comments for each in findings.agreement), default=0)
    if shared < _SHARED:
        yield (
            f"have a second person label {_SHARED} to 100 of the comments: {shared} have two "
            "annotators, too few to know how far the labels can be trusted"
        )


def _low(agreement: Agreement, alpha: float) -> str:
    weight = "no conclusion is safe" if alpha < UNRELIABLE else "conclusions are tentative"
    low = [pair for pair in agreement.pairs if pair.kappa.value is not None]
    worst = min(low, key=lambda pair: pair.kappa.value or 0.0, default=None)
    pair = f", first with {' and '.join(worst.annotators)}" if worst and len(low) > 1 else ""
    return (
        f"talk the guideline of {_told(agreement.attribute)} through{pair}: alpha is {alpha:.2f}, "
        f"and below {UNRELIABLE if alpha < UNRELIABLE else TENTATIVE} {weight}"
    )


def _look_again(findings: LabelFindings) -> Iterator[str]:
    for attribute, suspicion in findings.suspicious.items():
        if suspicion.n_doubtful:
            n = worth_a_look(suspicion)
            yield (
                f"look again at the first {n:,} suspicious labels of {_told(attribute)}: "
                f"{suspicion.n_doubtful:,} of {suspicion.n:,} are doubtful "
                "(-o FILE writes them for moderation label)"
            )


def worth_a_look(suspicion: Suspicion) -> int:
    """Return how many suspicious labels to review: the doubtful ones, but at most one in ten.

    Parameters
    ----------
    suspicion
        The labels of one attribute in order of suspicion.
    """
    return min(suspicion.n_doubtful, max(1, suspicion.n // 10))


def _label_more(findings: LabelFindings) -> Iterator[str]:
    for attribute, counted in findings.gold.items():
        rarer, kind = min((counted.true, "true"), (counted.false, "false"))
        if not counted.true and not counted.false:
            continue
        if rarer < _RARE:
            can = "it cannot be trained yet" if rarer < FEWEST else "few to learn from"
            yield (
                f"find more comments that are {kind} for {_told(attribute)}: there are {rarer}, "
                f"{can} (moderation label --order uncertain)"
            )
    spread = findings.coverage
    if spread.articles > 1 and spread.largest_share > _LARGEST_SHARE:
        yield (
            f"label under other articles: {spread.largest_share:.0%} of the comments stand under "
            f"one ({spread.largest})"
        )
    if spread.without_context and findings.gold[Attribute.OFF_TOPIC].true:
        yield (
            f"give article or parent of {_number(spread.without_context, 'comment')}: off-topic "
            "is learnt from comments that have something to compare with"
        )


def _told(attribute: Attribute) -> str:
    return attribute.value.replace("_", "-")


def _number(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"
