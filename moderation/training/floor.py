"""The floor: below it, a model trained from scratch is worse than none, and says so."""

from __future__ import annotations

from moderation.evaluation import Report

#: Fewest hostile comments, and the least that the ROC AUC on comments that the model has not seen
#: may be, by the lower end of its interval. Both were chosen on eight files in as many languages,
#: from which 25 to 400 hostile comments were drawn (``python -m benchmarks.language_floor``).
FEWEST_HOSTILE = 100
LEAST_AUC = 0.65


def caution(report: Report) -> str:
    """Return why a model should not be used, or an empty text.

    Parameters
    ----------
    report
        The validation of hostility, out of fold.
    """
    hostile, auc = report.n_true, report.figures["roc_auc"]
    reasons = []
    if hostile < FEWEST_HOSTILE:
        reasons.append(f"it learnt from {hostile:,} hostile comments, and {FEWEST_HOSTILE} are few")
    least = auc.value if auc.low is None else auc.low
    if least is None or least < LEAST_AUC:
        reasons.append(
            f"on comments that it has not seen, it puts a hostile one before another with a "
            f"probability of {auc} only (ROC AUC), and the lower end has to reach {LEAST_AUC}"
        )
    return "; ".join(reasons)
