"""The name of the person who runs a command."""

from __future__ import annotations


def login(option: str) -> str:
    """Return the login name.

    Parameters
    ----------
    option
        The option with which a name can be given, for the error.

    Raises
    ------
    UsageError
        If the system knows none.
    """
    import getpass

    from moderation.errors import UsageError

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise UsageError("no login name", hint=f"add {option} NAME") from None
