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
