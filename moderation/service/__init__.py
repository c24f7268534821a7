"""The HTTP face: Perspective's wire format, Coral's moderation phase, and feedback that is kept.

``contract`` says what goes over the wire, ``tolerant`` reads it, ``refusals`` are the original's
errors. ``attributes`` tells which of our models stands behind a name, ``context`` what a comment
stands under, ``spans`` where its sentences are; ``analysis`` turns a request into its answer,
``feedback`` keeps what people say about it, ``coral`` speaks to Coral. ``limits`` decides who may
ask and how much, ``masks`` and ``batching`` serve Google's client libraries, ``discovery`` and
``openapi`` describe it all. ``state`` holds the model in force and replaces it whole, ``app`` has
the routes, ``running`` the sockets.

Nothing here opens a connection to anywhere, and no text of a comment is ever logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.service.attributes import read_mapped
    from moderation.service.limits import ServiceLimits
    from moderation.service.logs import LineFormatter
    from moderation.service.origins import read_origins
    from moderation.service.server import serve
    from moderation.service.state import Settings

__all__ = ["LineFormatter", "ServiceLimits", "Settings", "read_mapped", "read_origins", "serve"]

__getattr__ = open_door(
    __name__,
    {
        "ServiceLimits": "moderation.service.limits",
        "LineFormatter": "moderation.service.logs",
        "Settings": "moderation.service.state",
        "read_mapped": "moderation.service.attributes",
        "read_origins": "moderation.service.origins",
        "serve": "moderation.service.server",
    },
)
