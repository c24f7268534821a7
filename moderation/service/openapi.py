"""The OpenAPI description, generated from the wire records."""

from __future__ import annotations

from typing import Any

import msgspec

from moderation import __version__
from moderation.service.analysis import LONGEST_COMMENT
from moderation.service.attributes import Naming
from moderation.service.comments import (
    COMMENTS,
    DECISIONS,
    MOST_DECISIONS,
    CommentsRequest,
    CommentsResponse,
    DecisionsKept,
    DecisionsRequest,
    DecisionsResponse,
)
from moderation.service.wire import (
    TEXT_TYPES,
    AnalyzeCommentRequest,
    AnalyzeCommentResponse,
    ErrorResponse,
    SuggestCommentScoreRequest,
    SuggestCommentScoreResponse,
)

_RECORDS = (
    AnalyzeCommentRequest,
    AnalyzeCommentResponse,
    SuggestCommentScoreRequest,
    SuggestCommentScoreResponse,
    CommentsRequest,
    CommentsResponse,
    DecisionsRequest,
    DecisionsKept,
    DecisionsResponse,
    ErrorResponse,
)

_COMMENT = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {"type": "string", "minLength": 1, "pattern": r"\S", "maxLength": LONGEST_COMMENT},
        "type": {"enum": list(TEXT_TYPES[:2])},
    },
}


def _by_name(record: str, naming: Naming) -> dict[str, Any]:
    """Describe a map whose keys are the names that our models answer."""
    names = f"^({'|'.join(naming.served)})(_EXPERIMENTAL)?(@[0-9]{{1,6}})?$"
    values = {"anyOf": [{"$ref": f"#/components/schemas/{record}"}, {"type": "null"}]}
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": names},
        "additionalProperties": values,
    }


def _needed(naming: Naming) -> dict[str, dict[str, Any]]:
    """Return the required fields by record; the reader accepts more than the description."""
    return {
        "AnalyzeCommentRequest": {
            "comment": _COMMENT,
            "requestedAttributes": _by_name("AttributeParameters", naming),
        },
        "SuggestCommentScoreRequest": {
            "comment": _COMMENT,
            "attributeScores": _by_name("SuggestedScores", naming),
        },
    }


# The error responses of every route that takes a body.
_REFUSALS = {
    "400": "The request is wrong, or its key is unknown; details tell how.",
    "403": "A key is missing.",
    "408": "The request came too slowly.",
    "413": "The request is too large.",
    "415": "The body is packed in an unknown way.",
    "429": "Too many requests of one client.",
    "500": "Scoring failed; there is no score.",
    "503": "There is too much to do at the moment.",
    "504": "Scoring took too long; there is no score.",
}


def openapi_document(root_url: str, naming: Naming | None = None) -> dict[str, Any]:
    """Describe the service in OpenAPI 3.1.

    Parameters
    ----------
    root_url
        Address of the service as the client sees it, with a trailing slash.
    naming
        Says which names are answered; None means :data:`~moderation.service.attributes.SERVED`.
    """
    _, components = msgspec.json.schema_components(
        _RECORDS, ref_template="#/components/schemas/{name}"
    )
    for name, fields in _needed(naming or Naming()).items():
        components[name]["required"] = sorted(fields)
        components[name]["properties"].update(fields)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "moderation serve",
            "version": __version__,
            "description": "Verdicts of a newsroom's own models: our own endpoint, and "
            "Perspective's wire format.",
        },
        "servers": [{"url": root_url.rstrip("/")}],
        "paths": {
            "/v1alpha1/comments:analyze": {
                "post": _operation(
                    "analyze",
                    "Scores of a comment.",
                    AnalyzeCommentRequest,
                    AnalyzeCommentResponse,
                )
            },
            "/v1alpha1/comments:suggestscore": {
                "post": _operation(
                    "suggestscore",
                    "A person's answer about a comment, kept for training.",
                    SuggestCommentScoreRequest,
                    SuggestCommentScoreResponse,
                    more={"501": "Feedback is not kept here."},
                )
            },
            COMMENTS: {
                "post": _operation(
                    "comments",
                    "Verdicts on comments, which go into the desk's queue if there is a desk.",
                    CommentsRequest,
                    CommentsResponse,
                )
            },
            DECISIONS: {
                "get": _decisions(),
                "post": _operation(
                    "decided",
                    "What the platform's moderators decided, kept for training.",
                    DecisionsRequest,
                    DecisionsKept,
                    more={"501": "Feedback is not kept here."},
                ),
            },
            "/$discovery/rest": {"get": _reading("discovery", "The discovery document.")},
            "/healthz": {"get": _reading("health", "Whether it serves, and with which model.")},
        },
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "query", "name": "key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _content(type_: type[msgspec.Struct]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{type_.__name__}"}
    return {"application/json": {"schema": schema}}


def _operation(
    name: str,
    summary: str,
    request: type[msgspec.Struct],
    response: type[msgspec.Struct],
    more: dict[str, str] | None = None,
) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": {"description": "Done.", "content": _content(response)}}
    for code, description in (_REFUSALS | (more or {})).items():
        answers[code] = {"description": description, "content": _content(ErrorResponse)}
    return {
        "operationId": name,
        "summary": summary,
        "security": [{}, {"key": []}, {"bearer": []}],
        "requestBody": {"required": True, "content": _content(request)},
        "responses": answers,
    }


def _decisions() -> dict[str, Any]:
    refusals = {code: _REFUSALS[code] for code in ("400", "403", "500", "503")}
    refusals["501"] = "The service runs without a desk."
    answers = {
        code: {"description": told, "content": _content(ErrorResponse)}
        for code, told in refusals.items()
    }
    done = {"description": "What stands decided.", "content": _content(DecisionsResponse)}
    number = {"type": "integer", "minimum": 0}
    return {
        "operationId": "decisions",
        "summary": "What people have decided about the comments of this key.",
        "security": [{}, {"key": []}, {"bearer": []}],
        "parameters": [
            _query("after", "the last `next`; 0 at first", number | {"maximum": 2**53}),
            _query("limit", "decisions in one answer", number | {"maximum": MOST_DECISIONS}),
        ],
        "responses": {"200": done, **answers},
    }


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _reading(name: str, summary: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}}}
    refused = {"description": "Not served so.", "content": _content(ErrorResponse)}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {"description": "As asked.", "content": content},
            "404": refused,
        },
    }
