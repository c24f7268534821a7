"""The model card: a model's description, data, figures and intended use.

It is written from the manifest alone, so that a command has measured every figure in it.
"""

from __future__ import annotations

from typing import Any

from moderation.model.manifest import Manifest
from moderation.text.visibility import printable, printable_lines

_TITLE = "# {name}\n\n"

_HEAD = """\
Scores reader comments for {what}. **A person decides**: the model
orders and explains; it rejects nothing.

- Language: {language}
- Text folding: {folding}; gold labels: {gold}
- Trained with: {training}

"""

_USE = """## Use
Intended: ordering a moderator's queue, finding what needs a second look in an archive, and telling
why. Not intended: rejecting or banning without a person; judging people rather than comments;
languages other than the one above.

A logistic regression over words and letters knows wording, not meaning. It misses contempt in
clean words and irony; it may flag abuse that is quoted to condemn it. Look at the reasons it gives.
"""

_SENTENCE = """
{share:.0%} of a hostility score (in log-odds) is that of the comment's most hostile sentence, the
rest the whole comment's. A sentence ends at a full stop, a question or exclamation mark, an
ellipsis or a line break.
"""

_SHORT = """
A comment of at most {words} words that says neither *you* nor *he* or *she* and names no group
reaches a probability of {ceiling:.0%} at most: one rude word of two ("Pathetic!") does not tell
whether anybody is meant. Such a comment may go to review, but it is not held.
"""

_ORDER = (
    ("roc_auc", "ROC AUC"),
    ("average_precision", "average precision"),
    ("calibration_error", "calibration error"),
    ("precision_at_review", "precision at review"),
    ("recall_at_review", "recall at review"),
    ("share_at_review", "share sent to review or held"),
    ("precision_at_hold", "precision at hold"),
    ("recall_at_hold", "recall at hold"),
    ("share_at_hold", "share held"),
)


def model_card(manifest: Manifest, notes: str = "") -> str:
    """Return the card of a model.

    Parameters
    ----------
    manifest
        The manifest of the model.
    notes
        Markdown to append, such as known failures or figures on other sets.

    Returns
    -------
    str
        The card in Markdown.
    """
    training = ", ".join(f"{key} {value}" for key, value in manifest.training.items())
    scored = {"hostility": manifest.hostility, "being off topic": manifest.off_topic}
    what = [name for name, spec in scored.items() if spec is not None]
    told = {
        "name": manifest.name,
        "language": manifest.language,
        "folding": manifest.folding,
        "gold": manifest.gold,
        "training": training,
        "what": " and for ".join(what),
    }
    printed = {key: printable(value) for key, value in told.items()}
    foreword = printable_lines(manifest.foreword).strip()
    parts = [_TITLE.format(**printed), f"{foreword}\n\n" if foreword else ""]
    parts += [
        _HEAD.format(**printed),
        _sources(manifest),
        _figures(manifest),
        _USE,
        _sentence(manifest),
    ]
    parts.append(_short(manifest))
    if notes:
        parts.append("\n" + notes.strip() + "\n")
    return "".join(parts)


def _sources(manifest: Manifest) -> str:
    lines = ["## Data", "| source | rows | licence |", "|---|---|---|"]
    lines += [
        printable(f"| {s.name} | {s.rows:,} | {s.licence or '-'} |") for s in manifest.sources
    ]
    return "\n".join(lines) + "\n\n"


def _sentence(manifest: Manifest) -> str:
    """Describe the weight of the most hostile sentence; empty if it has none."""
    share = manifest.hostility.sentence.share if manifest.hostility else 0.0
    return _SENTENCE.format(share=share) if share > 0 else ""


def _short(manifest: Manifest) -> str:
    """Describe the bound on short comments; empty if there is none."""
    short = manifest.hostility.short if manifest.hostility else None
    return _SHORT.format(words=short.words, ceiling=short.ceiling) if short else ""


def _figures(manifest: Manifest) -> str:
    parts = [
        f"## Figures\nOut-of-fold on the training data, grouped by {_unit(manifest)}: development "
        "figures, with 95 % intervals.\n"
    ]
    for attribute, report in manifest.figures.items():
        parts.append(f"\n### {printable(attribute)}\n{_thresholds(report)}")
        parts.append("\n| figure | value | interval |\n|---|---|---|\n")
        parts += [_row(title, report["figures"].get(name)) for name, title in _ORDER]
    return "".join(parts) + "\n"


def _unit(manifest: Manifest) -> str:
    return str(manifest.training.get("held_out", "article"))


def _thresholds(report: dict[str, Any]) -> str:
    counts = f"{report['n']:,} comments, {report['n_true']:,} true, {report['n_groups']:,} groups."
    thresholds = report["thresholds"]
    if thresholds is None:
        return f"{counts}\n"
    why = printable(thresholds.get("chosen_for", ""))
    return (
        f"{counts} Review from {thresholds['review']:.4f}, hold from {thresholds['hold']:.4f}: "
        f"{why}.\n"
    )


def _row(title: str, figure: dict[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return f"| {title} | - | - |\n"
    interval = f"{figure['low']:.3f} to {figure['high']:.3f}" if figure["low"] is not None else "-"
    return f"| {title} | {figure['value']:.3f} | {interval} |\n"
