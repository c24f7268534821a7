"""What a command says if an extra of the package is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

# The modules that each extra brings along.
_BROUGHT = {
    "desk": frozenset({"jinja2", "starlette", "uvicorn"}),
    "platforms": frozenset({"httpx"}),
    "serve": frozenset({"httptools", "prometheus_client", "starlette", "uvicorn"}),
}


@contextmanager
def extra(name: str, user: str, otherwise: str | None = None) -> Iterator[None]:
    """Import what an extra brings along, or say how to install it.

    Parameters
    ----------
    name
        The extra, or several with commas.
    user
        What needs it, for the error.
    otherwise
        What can be done without it.

    Raises
    ------
    UsageError
        If a module of an extra is missing.
    """
    from moderation.errors import UsageError

    try:
        yield
    except ModuleNotFoundError as error:
        if not any(error.name in _BROUGHT[each] for each in name.split(",")):
            raise
        hint = f"pip install '.[{name}]', in moderation's folder"
        if otherwise is not None:
            hint += f"; or {otherwise}"
        raise UsageError(f"{user} needs {error.name}", hint=hint) from None
