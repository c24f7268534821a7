"""The name of the person who runs a command."""

from __future__ import annotations


def person(given: str | None, option: str) -> str:
    """Return the name that an option gives; without it, the login name.

    Parameters
    ----------
    given
        The name; None if the option is not there.
    option
        The option, for the error.

    Raises
    ------
    UsageError
        If the name is empty, or the system knows none.
    """
    from moderation.errors import UsageError

    name = (login(f"{option} NAME") if given is None else given).strip()
    if not name:
        raise UsageError("the name is empty", field=option, hint="write a name")
    return name


def login(instead: str) -> str:
    """Return the login name.

    Parameters
    ----------
    instead
        What can be added to the command instead, for the error.

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
        raise UsageError("no login name", hint=f"add {instead}") from None
