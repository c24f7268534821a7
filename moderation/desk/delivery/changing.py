"""Compares what was decided with what a site has, and changes what differs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from moderation.desk.delivery.changes import Change, ChangeLog
from moderation.desk.delivery.wishes import APPROVED, TRASH, Wish
from moderation.desk.delivery.wordpress import (
    MOST,
    PAUSES,
    SiteBusyError,
    SiteComment,
    WordPress,
    wait,
)
from moderation.errors import RecordError
from moderation.text.markup import html_to_text

# The statuses of a comment that carry each decision out. A comment in spam is hidden, too.
_FULFILLED = {APPROVED: frozenset({APPROVED}), TRASH: frozenset({TRASH, "spam"})}

# A comment about which nobody has decided at the site, and one that is shown there.
_WAITING, _UNDECIDED = "hold", frozenset({"hold", APPROVED})

# The post lies in the bin with its comments, which get their status back with it.
_WITH_POST = "post-trashed"

# WordPress's refusals when somebody else made the same change a moment before.
_TOO_LATE = frozenset({"rest_already_trashed", "rest_comment_failed_edit"})

_REFUSED = {
    "rest_trash_not_supported": "its bin is switched off (EMPTY_TRASH_DAYS), so that a rejection "
    "would delete the comment for good; switch it on, or delete the comment by hand",
    "rest_comment_invalid_id": "it has just been deleted there",
}
_AS_USER = "try it in WordPress as this user"

_OVERWRITE = "look at it in WordPress; --overwrite takes the desk's decision all the same"


def deliver(
    wishes: Iterable[Wish],
    site: WordPress,
    log: ChangeLog,
    *,
    apply: bool = False,
    overwrite: bool = False,
) -> Iterator[Change | RecordError]:
    """Yield what has to change at a site, and change it if that is wished.

    A change whose two words are equal says that the site has the decision already. A comment that
    somebody has changed at the site since the last run, or has put into the bin there, is left
    out, and so is one whose text is not the text that was decided.

    Parameters
    ----------
    wishes
        The decisions.
    site
        The site. Its comments are read a hundred at a time, and each one again right before it is
        changed.
    log
        What earlier runs have changed.
    apply
        Whether to change the site. Without it, nothing is changed and nothing is written.
    overwrite
        Whether to change even what somebody has changed at the site.

    Raises
    ------
    SiteError
        If the site cannot be used. What was changed before is in the log.
    """
    delivery = _Delivery(site, log, overwrite)
    rest = iter(wishes)
    while some := list(islice(rest, MOST)):
        found = site.comments(wish.id for wish in some)
        for wish in some:
            seen = delivery.judged(wish, found.get(wish.id))
            yield delivery.carried_out(wish, seen) if apply and isinstance(seen, Change) else seen


class _Delivery(NamedTuple):
    """What is the same for all decisions."""

    site: WordPress
    log: ChangeLog
    overwrite: bool

    def judged(self, wish: Wish, found: SiteComment | None) -> Change | RecordError:
        """Return the change that a comment needs, or why it is left out."""
        if found is None:
            hint = "it was deleted there, this user may not read its post, or --url is another site"
            return _left_out(wish, "the site has no such comment", hint)
        if not _is_same(wish.text, found.texts):
            hint = (
                "let the desk read the comment again, or give the address of its own site as --url"
            )
            return _left_out(wish, "its text there is not the text that was decided", hint)
        if found.status == _WITH_POST:
            return _left_out(wish, "its post lies in the bin of the site", "restore the post first")
        done = found.status in _FULFILLED[wish.status]
        obstacle = None if done or self.overwrite else self._obstacle(wish, found.status)
        if obstacle is not None:
            return _left_out(wish, obstacle, _OVERWRITE)
        return Change(
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            site=self.site.name,
            id=wish.id,
            was=found.status,
            became=found.status if done else wish.status,
            decision=wish.decision,
            moderator=wish.moderator,
            decided_at=wish.decided_at,
            user=self.site.user,
        )

    def _obstacle(self, wish: Wish, status: str) -> str | None:
        """Return whose word at the site a change would overwrite."""
        last = self.log.last(self.site.name, wish.id)
        if last is None:
            known = status in _UNDECIDED
            return None if known else f"somebody or something at the site has put it into {status}"
        if last.became == status or (status == _WAITING and wish.decision > last.decision):
            return None
        return f"somebody has changed it at the site from {last.became} to {status} since {last.at}"

    def carried_out(self, wish: Wish, change: Change) -> Change | RecordError:
        """Make a change and remember it. A request without an answer may have been heard."""
        if change.was == change.became:
            return self._remembered(change)
        asked: Change | None = None
        for pause in (*PAUSES, None):
            now = self.judged(wish, self.site.comments([wish.id]).get(wish.id))
            if isinstance(now, RecordError):
                return now
            if now.was == now.became:
                return self._remembered(asked or now)
            try:
                refusal = self.site.change(wish.id, wish.status)
            except SiteBusyError:
                if pause is None:
                    raise
                asked = now
                wait(pause)
                continue
            if refusal is None:
                return self._remembered(now)
            hint = _REFUSED.get(refusal, _AS_USER)
            refused = _left_out(wish, f"WordPress refuses ({refusal})", hint)
            if refusal not in _TOO_LATE:
                break
        return refused

    def _remembered(self, change: Change) -> Change:
        last = self.log.last(change.site, change.id)
        if last is None or (last.became, last.decision) != (change.became, change.decision):
            self.log.append(change)
        return change


def _left_out(wish: Wish, obstacle: str, hint: str) -> RecordError:
    what = f"decision {wish.decision} is left out: {obstacle}"
    return RecordError(what, field="id", got=wish.id, hint=hint)


def _is_same(decided: str, found: tuple[str, ...]) -> bool:
    """Return whether one of a site's texts is the decided one, whatever its markup and marks."""
    ours = {_kept(decided), _kept(html_to_text(decided))}
    return any(not ours.isdisjoint({_kept(each), _kept(html_to_text(each))}) for each in found)


def _kept(text: str) -> str:
    """Return letters, digits and symbols such as emoji, which a display leaves as they are.

    Blanks, quotation marks, dashes and what chooses the style of an emoji go. A text that has
    nothing else is returned without its blanks.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (mark for mark in folded if _is_said(mark))
    return "".join(kept) or "".join(folded.split())


def _is_said(mark: str) -> bool:
    return unicodedata.category(mark)[0] in "LMNS" and not "\ufe00" <= mark <= "\ufe0f"
