"""What the desk refuses to do, with the status of its HTTP response."""

from __future__ import annotations

from moderation.errors import ModerationError


class DeskRefusal(ModerationError):  # noqa: N818 - the desk answers with it
    """A request that the desk refuses; nothing has been written.

    Parameters
    ----------
    what
        What is wrong, in a few words.
    status
        The status of the response.
    hint
        What the moderator can do.
    retry_after
        Seconds after which the same may be asked again.
    """

    exit_status = 2

    def __init__(
        self,
        what: str,
        *,
        status: int = 400,
        hint: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(what, hint=hint)
        self.status = status
        self.retry_after = retry_after


def no_such_comment() -> DeskRefusal:
    """Return the refusal for a comment that the store does not hold."""
    return DeskRefusal("There is no such comment.", status=404, hint="Go back to the queue.")
