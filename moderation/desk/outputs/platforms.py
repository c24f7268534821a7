"""The way back: what a platform has to be told.

Nothing here opens a connection, and no text of a reader gets into a file of commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from moderation.desk.delivery import APPROVED, TRASH, Wish
from moderation.desk.outputs.standing import StandingDecision
from moderation.desk.reasons import Reasons
from moderation.desk.store.deciding import DeskStep
from moderation.errors import ModerationError, RecordError
from moderation.files.records import Record
from moderation.service.live import Origin

# What readers of exports call Coral and WordPress. Rows of record files, and comments that came to
# the service's own endpoint with their platform's id, may be of either.
_ANY = frozenset({"record", Origin.COMMENTS.value})
_CORAL = _ANY | {"export:coral", "coral"}
_WORDPRESS = _ANY | {"export:wxr", "export:wordpress-rest"}
_DISQUS = _ANY | {"export:disqus", "export:disqus-api"}

# WordPress and Disqus count their comments in 64 bits. No id has a leading zero or a sign.
_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)

# Comments whose state is asked for at once; a command line holds 128 KiB and more.
_AT_ONCE = 200

_HEAD = """#!/bin/sh
# Decisions of the review desk for WordPress. Run this file in the folder of the site; options of
# WP-CLI may follow: sh FILE --url=example.org
# It changes only comments whose state differs, so you may run it again. Rejected comments go to
# the trash.
if [ "$(wp eval 'echo EMPTY_TRASH_DAYS;' "$@" 2>/dev/null)" = 0 ]; then
    echo "The bin is switched off (EMPTY_TRASH_DAYS is 0). Rejected comments would be lost." >&2
    exit 1
fi
wrong=0
decide() { # the state, the command, the numbers of comments, the options of WP-CLI
    state=$1 command=$2 ids=$3
    shift 3
    done=$(wp comment list --status="$state" --comment__in="$ids" --format=ids "$@") || exit 1
    for id in $(echo "$ids" | tr , ' '); do
        case " $done " in
            *" $id "*) ;;
            *) wp comment "$command" "$id" "$@" || wrong=1 ;;
        esac
    done
}
"""
# WordPress's status of what was published and rejected, and the state and the command of WP-CLI.
_STATUSES = {DeskStep.PUBLISH: APPROVED, DeskStep.REJECT: TRASH}
_COMMANDS = {APPROVED: "approve approve", TRASH: "trash trash"}

_APPROVE = (
    "mutation Approve($input: ApproveCommentInput!) { approveComment(input: $input) "
    "{ comment { id status } clientMutationId } }"
)
_REJECT = (
    "mutation Reject($input: RejectCommentInput!) { rejectComment(input: $input) "
    "{ comment { id status } clientMutationId } }"
)


def wordpress_commands(decisions: Iterable[StandingDecision]) -> Iterator[str | ModerationError]:
    """Yield the parts of a shell script for WP-CLI, and why a comment is not in it.

    Parameters
    ----------
    decisions
        The decisions that stand.
    """
    ids: dict[str, list[str]] = {status: [] for status in _COMMANDS}
    for wish in wordpress_wishes(decisions):
        if isinstance(wish, ModerationError):
            yield wish
        else:
            ids[wish.status].append(wish.id)
    yield _HEAD
    for status, found in ids.items():
        for start in range(0, len(found), _AT_ONCE):
            some = ",".join(found[start : start + _AT_ONCE])
            yield f'decide {_COMMANDS[status]} {some} "$@"\n'
    yield "exit $wrong\n"


def wordpress_wishes(decisions: Iterable[StandingDecision]) -> Iterator[Wish | ModerationError]:
    """Yield the status that each comment shall have in WordPress, and why a comment has none.

    Parameters
    ----------
    decisions
        The decisions that stand.
    """
    for decision in _numbered(decisions, _WORDPRESS, "WordPress"):
        if isinstance(decision, ModerationError):
            yield decision
        else:
            row = decision.row
            status = _STATUSES[row["what"]]
            yield Wish(row["id"], status, row["text"], row["seq"], row["who"], row["at"])


def platform_records(
    platform: str, decisions: Iterable[StandingDecision], reasons: Reasons
) -> Iterator[Record | ModerationError]:
    """Yield what ``coral`` or ``disqus`` has to be told, and why a comment is not in it.

    Parameters
    ----------
    platform
        Its name.
    decisions
        The decisions that stand.
    reasons
        The platform's code of each reason.
    """
    return coral_mutations(decisions, reasons) if platform == "coral" else disqus_actions(decisions)


def disqus_actions(decisions: Iterable[StandingDecision]) -> Iterator[Record | ModerationError]:
    """Yield the method of Disqus's API (``posts/ACTION``) for each comment.

    Parameters
    ----------
    decisions
        The decisions that stand.
    """
    for decision in _numbered(decisions, _DISQUS, "Disqus"):
        if isinstance(decision, ModerationError):
            yield decision
        else:
            row = decision.row
            action = "approve" if row["what"] == DeskStep.PUBLISH else "remove"
            yield {
                "post": row["id"],
                "action": action,
                "reason": row["reason"],
                "decision": row["seq"],
                "decided_at": row["at"],
            }


def coral_mutations(
    decisions: Iterable[StandingDecision], reasons: Reasons
) -> Iterator[Record | ModerationError]:
    """Yield bodies of requests to Coral's GraphQL interface, and why a comment has none.

    Parameters
    ----------
    decisions
        The decisions that stand.
    reasons
        Coral's code of each reason.
    """
    for decision in decisions:
        obstacle = decision.obstacle or _not_of(decision, _CORAL, "Coral")
        if obstacle is None and decision.revision is None:
            obstacle = "its revision is not known, and Coral asks for it"
        if obstacle is not None:
            yield _left_out(decision, obstacle)
        else:
            yield _mutation(decision, reasons)


def _mutation(decision: StandingDecision, reasons: Reasons) -> Record:
    row = decision.row
    about = {
        "commentID": row["id"],
        "commentRevisionID": decision.revision,
        "clientMutationId": f"desk-{row['seq']}",
    }
    if row["what"] == DeskStep.PUBLISH:
        return {"query": _APPROVE, "variables": {"input": about}}
    reason = reasons.find(row["reason"])
    given = {"code": reason.coral.value if reason else "OTHER"}
    if given["code"] == "OTHER":
        given["customReason"] = reasons.name(row["reason"])
    if reason and reason.law:
        given["legalGrounds"] = reason.law
    if reason:
        given["detailedExplanation"] = reason.to_reader
    return {"query": _REJECT, "variables": {"input": {**about, "reason": given}}}


def _numbered(
    decisions: Iterable[StandingDecision], origins: frozenset[str], name: str
) -> Iterator[StandingDecision | RecordError]:
    """Yield the decisions about comments of a platform that numbers them, or the obstacle."""
    for decision in decisions:
        obstacle = decision.obstacle or _not_of(decision, origins, name)
        if obstacle is None and not _NUMBER.fullmatch(str(decision.row["id"])):
            obstacle = f"its id is no number of {name}"
        yield decision if obstacle is None else _left_out(decision, obstacle)


def _not_of(decision: StandingDecision, origins: frozenset[str], name: str) -> str | None:
    origin = decision.row["origin"]
    return None if origin in origins else f"it is not of {name} but of {origin}"


def _left_out(decision: StandingDecision, obstacle: str) -> RecordError:
    """Return why a comment is left out, with its address in the store."""
    what = f"decision {decision.row['seq']} is left out: {obstacle}"
    hint = "settle this comment on the platform"
    return RecordError(what, field="id", got=str(decision.row["id"])[:80], hint=hint)
