"""Wrong keys are counted, so that nobody can try many, and nobody is locked out by others.

Each address may be wrong ten times at once and then once in six seconds; all addresses together may
be wrong two hundred times at once and then once a second. A browser in which somebody has entered
before is counted alone. A stranger behind the same proxy, or a flood from everywhere, therefore
never keeps out a moderator who was here; one who enters for the first time waits some seconds.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from moderation.desk.refusals import DeskRefusal

# Wrong keys at once, and seconds until one more is allowed.
_OF_ONE = (10, 6.0)
_OF_ALL = (200, 1.0)

# Addresses and browsers that are remembered.
_MOST = 10_000


class Attempts:
    """The wrong keys of the last minutes.

    Parameters
    ----------
    now
        The clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        # The time at which an allowance will be whole again.
        self._whole: OrderedDict[str, float] = OrderedDict()
        self._all_whole = 0.0

    def check(self, who: str, *, is_known: bool) -> None:
        """Refuse to look at a key if too many were wrong.

        Parameters
        ----------
        who
            The address or the browser.
        is_known
            Whether somebody has entered in this browser before.

        Raises
        ------
        DeskRefusal
            With status 429; it says when to try again.
        """
        seconds = _wait(self._whole.get(who, 0.0) - self._now(), *_OF_ONE)
        if not is_known:
            seconds = max(seconds, _wait(self._all_whole - self._now(), *_OF_ALL))
        if seconds > 0:
            wait = math.ceil(seconds)
            hint = f"Try it again in {wait} seconds. No key was looked at."
            what = "Too many wrong keys were given."
            raise DeskRefusal(what, status=429, hint=hint, retry_after=wait)

    def wrong(self, who: str, *, is_known: bool) -> None:
        """Count a wrong key."""
        now = self._now()
        self._whole[who] = max(now, self._whole.pop(who, 0.0)) + _OF_ONE[1]
        if len(self._whole) > _MOST:
            self._whole.popitem(last=False)
        if not is_known:
            self._all_whole = max(now, self._all_whole) + _OF_ALL[1]


def _wait(used: float, allowed: int, each: float) -> float:
    """Return the seconds until one more is allowed, if `used` seconds' worth were wrong."""
    return used - (allowed - 1) * each if used > (allowed - 1) * each else 0.0
