"""``moderation compare --decisions``: what people decided beside what the model proposes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from moderation.cli.options import columns, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from moderation.cli.problems import Problems
    from moderation.evaluation.decided import DecisionsCompared
    from moderation.evaluation.shares import Share
    from moderation.labels.decided import Decided
    from moderation.model import Moderator

#: The fields of a row that are no fields of a comment.
OF_DECISION = ("decision", "reason", "section")

# Characters of a group's name, and of a text.
_NAME, _TEXT = 34, 100


class DecisionFiles(NamedTuple):
    """Files with decisions, and what the options say about them."""

    paths: Sequence[Path]
    column: list[str] | None = None
    means: list[str] | None = None
    reasons: Path | None = None


def compare_files(
    moderator: Moderator,
    files: DecisionFiles,
    largest: int,
    *,
    show_text: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Compare, print, and return the exit status.

    Parameters
    ----------
    moderator
        The model.
    files
        The decisions.
    largest
        The number of disagreements to list in each direction.
    show_text
        Whether the texts of these are shown.
    as_json
        Whether to print one document for machines.
    quiet
        Whether to say nothing but errors.
    """
    from moderation.cli.output import say_json
    from moderation.cli.problems import Problems
    from moderation.evaluation.decided import compare_decisions

    with Problems(None, quiet=quiet) as problems:
        decided = decisions_in(files, problems)
        found = compare_decisions(moderator, decided, largest=largest, show_text=show_text)
    if as_json:
        say_json(found)
    else:
        _show(found)
    return problems.status


def decisions_in(files: DecisionFiles, problems: Problems) -> Iterator[Decided]:
    """Yield the decisions of all files, those of a desk's store included.

    Parameters
    ----------
    files
        The files, and what the options say about them.
    problems
        Receives what cannot be read.
    """
    from moderation.desk import is_store
    from moderation.errors import ModerationError
    from moderation.labels.decided import DecidedNames, read_decided

    fields = columns(files.column, OF_DECISION)
    names = DecidedNames(fields, pairs("--means", files.means))
    for path in files.paths:
        if is_store(path):
            yield from _of_store(path, files.reasons)
            continue
        for found in read_decided(str(path), names):
            if isinstance(found, ModerationError):
                problems.add(found)
            else:
                yield found


def _of_store(path: Path, reasons: Path | None) -> Iterator[Decided]:
    from contextlib import closing

    from moderation.desk import open_database, read_reasons
    from moderation.desk.outputs.evidence import decided_comments

    with closing(open_database(path)) as database:
        yield from decided_comments(database, read_reasons(reasons))


def _show(found: DecisionsCompared) -> None:
    from moderation.cli.output import say

    say(f"{found.n:,} decided comments, model {found.model}; 95 % intervals")
    if found.n_unscored:
        say(f"{found.n_unscored:,} more have no score")
    _show_actions(found)
    _show_workload(found)
    for title, groups in (("section", found.sections), ("article", found.articles)):
        if groups:
            say("")
            heads = ("agreed", "held, published", "published, rejected")
            say(f"{f'by {title}':<{_NAME + 9}}{_in_columns(heads)}")
        for each in groups:
            shares = (each.agreed, each.stricter_model, each.stricter_people)
            say(f"  {each.name[:_NAME]:<{_NAME}}{each.n:>6,} {_in_columns(map(_short, shares))}")
    _show_disagreements(found)
    say("")
    say("Before you believe it:")
    for caution in found.cautions:
        say(f"  - {caution}")


def _show_actions(found: DecisionsCompared) -> None:
    from moderation.cli.output import say

    say("")
    say("the model would    published  rejected     trash      spam  rejected, trash too")
    for row in found.actions:
        counts = (row.published, row.rejected, row.trash, row.spam)
        told = "".join(f"{n:>10,}" for n in counts)
        say(f"  {row.action:<16}{told}  {_told(row.taken_down)}")
    total = found.agreement
    say("")
    say(f"agreement where it would hold or publish  {_told(total.agreed)}")
    say(f"  model stricter: held, people published  {_told(total.stricter_model)}")
    say(f"  people stricter: published, rejected    {_told(total.stricter_people)}")
    say(f"Cohen's kappa, sent to people and rejected {found.kappa}")


def _show_workload(found: DecisionsCompared) -> None:
    from moderation.cli.output import say

    say("")
    heads = ("found", "found, hostile", "rejected of sent")
    say(f"{'what goes to people':<30}{'from':>8}{'sent':>7}  {_in_columns(heads)}")
    for row in found.workload:
        at = "-" if row.threshold is None else f"{row.threshold:.4f}"
        sent = "-" if row.sent.value is None else f"{row.sent.value:.1%}"
        told = _in_columns(map(_short, (row.found, row.found_hostile, row.rejected)))
        say(f"  {row.name:<28}{at:>8}{sent:>7}  {told}")
    say("found: of what you rejected, how much people would have seen; hostile: for that reason")


def _in_columns(parts: Iterable[str]) -> str:
    return "".join(f"{part:<18}" for part in parts).rstrip()


def _show_disagreements(found: DecisionsCompared) -> None:
    from moderation.cli.output import say

    for title, rows in (
        ("strongest disagreements, model stricter (held, people published)", found.stricter_model),
        ("strongest disagreements, people stricter (published, rejected)", found.stricter_people),
    ):
        if rows:
            say("")
            say(title)
        for row in rows:
            off_topic = "   -" if row.off_topic is None else f"{row.off_topic:.2f}"
            text = f"  {row.text[:_TEXT]}" if row.text else ""
            reason = f"  {row.reason}" if row.reason else ""
            say(f"  hostility {row.hostility:.2f}  off-topic {off_topic}  #{row.id}{reason}{text}")


def _told(part: Share) -> str:
    if part.value is None or part.low is None or part.high is None:
        return f"too few to say ({part.k:,} of {part.n:,})"
    interval = f"[{100 * part.low:.0f}, {100 * part.high:.0f}] %"
    return f"{100 * part.value:.0f} {interval} ({part.k:,} of {part.n:,})"


def _short(part: Share) -> str:
    if part.value is None or part.low is None or part.high is None:
        return f"{part.k} of {part.n}: too few"
    return f"{100 * part.value:.0f} [{100 * part.low:.0f}, {100 * part.high:.0f}] %"
