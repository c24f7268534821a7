"""The socket at which a server listens."""

from __future__ import annotations

import os
import socket

from moderation.errors import UsageError


def listening_socket(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Return a listening socket.

    Parameters
    ----------
    host, port
        The address; port 0 takes a free one.
    shared
        Whether other processes may listen on its port, too.

    Raises
    ------
    UsageError
        If the address is not available.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio otherwise does not send small packets at once: every
    # answer would wait 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((host, port))
        listening.listen(1024)
    except (OSError, OverflowError) as error:
        listening.close()
        number = getattr(error, "errno", None)
        why = os.strerror(number) if number else str(error)
        what = f"cannot listen at {host}:{port} ({why})"
        hint = "choose another with --port N, or end what listens there"
        raise UsageError(what, hint=hint) from None
    return listening
