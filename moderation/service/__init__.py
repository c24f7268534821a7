"""The HTTP service: Perspective's wire format, Coral's moderation phase and stored feedback.

``wire`` defines the wire format, ``lenient_json`` reads it, and ``errors`` holds the errors of the
original. ``attributes`` maps requested names to models, ``articles`` finds the article and the
parent of a comment, and ``offsets`` locates its sentences. ``analysis`` answers a request,
``feedback`` stores the answers of people, and ``coral`` implements Coral's phase. ``limits`` holds
keys, rates and size limits. ``field_masks`` and ``multipart`` serve Google's client libraries.
``discovery`` and ``openapi`` describe the service. ``state`` holds the active model and replaces it
atomically, ``app`` has the routes, and ``server`` opens the sockets.

No module opens an outgoing connection, and the text of a comment is never logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.service.attributes import read_mapped
    from moderation.service.limits import Keys, ServiceLimits, is_loopback, read_keys
    from moderation.service.logs import LineFormatter
    from moderation.service.origins import read_origins
    from moderation.service.server import serve
    from moderation.service.sockets import listening_socket
    from moderation.service.state import Settings

__all__ = [
    "Keys",
    "LineFormatter",
    "ServiceLimits",
    "Settings",
    "is_loopback",
    "listening_socket",
    "read_keys",
    "read_mapped",
    "read_origins",
    "serve",
]

__getattr__ = open_door(
    __name__,
    {
        "Keys": "moderation.service.limits",
        "ServiceLimits": "moderation.service.limits",
        "LineFormatter": "moderation.service.logs",
        "Settings": "moderation.service.state",
        "is_loopback": "moderation.service.limits",
        "listening_socket": "moderation.service.sockets",
        "read_keys": "moderation.service.limits",
        "read_mapped": "moderation.service.attributes",
        "read_origins": "moderation.service.origins",
        "serve": "moderation.service.server",
    },
)
