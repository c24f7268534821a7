"""The discovery document, from which Google's client libraries learn the API.

Its ``rootUrl`` is the address at which it was requested, so that the client comes back to this
machine. The parameters and methods are the original's. The description of `requestedAttributes` and
the field ``x-moderation`` say which model answers for a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from moderation import __version__
from moderation.service.attributes import Naming

NAME, API_VERSION = "commentanalyzer", "v1alpha1"
PATH = "/$discovery/rest"

_STRING = {"type": "string"}
_BOOLEAN = {"type": "boolean"}
_FLOAT = {"type": "number", "format": "float"}
_INT32 = {"type": "integer", "format": "int32"}
_SCORE_TYPE = {
    "type": "string",
    "enum": ["SCORE_TYPE_UNSPECIFIED", "PROBABILITY", "STD_DEV_SCORE", "PERCENTILE", "RAW"],
}
_TEXT_TYPE = {"type": "string", "enum": ["TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML"]}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": name}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _map(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


# The fields of each wire record, as in the original's document; `model` was added here.
_SCHEMAS: dict[str, dict[str, Any]] = {
    "TextEntry": {"text": _STRING, "type": _TEXT_TYPE},
    "ArticleAndParentComment": {
        "article": _reference("TextEntry"),
        "parentComment": _reference("TextEntry"),
    },
    "Context": {
        "entries": _list(_reference("TextEntry")),
        "articleAndParentComment": _reference("ArticleAndParentComment"),
    },
    "AttributeParameters": {"scoreType": _SCORE_TYPE, "scoreThreshold": _FLOAT},
    "AnalyzeCommentRequest": {
        "comment": _reference("TextEntry"),
        "context": _reference("Context"),
        "requestedAttributes": _map(_reference("AttributeParameters")),
        "spanAnnotations": _BOOLEAN,
        "languages": _list(_STRING),
        "doNotStore": _BOOLEAN,
        "clientToken": _STRING,
        "sessionId": _STRING,
        "communityId": _STRING,
    },
    "Score": {"value": _FLOAT, "type": _SCORE_TYPE},
    "SpanScore": {"begin": _INT32, "end": _INT32, "score": _reference("Score")},
    "AttributeScores": {
        "summaryScore": _reference("Score"),
        "spanScores": _list(_reference("SpanScore")),
        "model": _STRING,
    },
    "AnalyzeCommentResponse": {
        "attributeScores": _map(_reference("AttributeScores")),
        "languages": _list(_STRING),
        "detectedLanguages": _list(_STRING),
        "clientToken": _STRING,
        "model": _STRING,
    },
    "SuggestCommentScoreRequest": {
        "comment": _reference("TextEntry"),
        "context": _reference("Context"),
        "attributeScores": _map(_reference("AttributeScores")),
        "languages": _list(_STRING),
        "communityId": _STRING,
        "clientToken": _STRING,
        "sessionId": _STRING,
    },
    "SuggestCommentScoreResponse": {
        "clientToken": _STRING,
        "detectedLanguages": _list(_STRING),
        "requestedLanguages": _list(_STRING),
    },
}

# Query parameters that every method accepts.
_PARAMETERS: dict[str, dict[str, Any]] = {
    "key": {"type": "string", "description": "API key."},
    "alt": {
        "type": "string",
        "description": "Data format for the response: JSON.",
        "default": "json",
        "enum": ["json", "media", "proto"],
        "enumDescriptions": ["JSON", "not served here", "not served here"],
    },
    "prettyPrint": {
        "type": "boolean",
        "description": "Returns response with indentations and line breaks.",
        "default": "false",
    },
    "fields": {"type": "string", "description": "Selector of the fields of a partial response."},
    "callback": {"type": "string", "description": "JSONP; not served here."},
    "quotaUser": {"type": "string", "description": "Accepted, without effect."},
    "access_token": {"type": "string", "description": "OAuth access token; here: the API key."},
    "oauth_token": {"type": "string", "description": "Accepted, without effect."},
    "$.xgafv": {
        "type": "string",
        "description": "V1 error format.",
        "enum": ["1", "2"],
        "enumDescriptions": ["v1 error format", "v2 error format"],
    },
    "uploadType": {"type": "string", "description": "Accepted, without effect."},
    "upload_protocol": {"type": "string", "description": "Accepted, without effect."},
}

_METHODS = {
    "analyze": (
        "AnalyzeCommentRequest",
        "AnalyzeCommentResponse",
        "Analyzes the provided text and returns scores for requested attributes.",
    ),
    "suggestscore": (
        "SuggestCommentScoreRequest",
        "SuggestCommentScoreResponse",
        "Suggest comment scores as training data.",
    ),
}


def discovery_document(
    root_url: str, model: str, languages: Sequence[str], naming: Naming
) -> dict[str, Any]:
    """Describe the service to Google's client libraries.

    Parameters
    ----------
    root_url
        Address of the service as the client sees it, with a trailing slash.
    model
        Version of the active model.
    languages
        The codes of the languages that the models speak.
    naming
        Says which names are answered.
    """
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": f"{NAME}:{API_VERSION}",
        "name": NAME,
        "canonicalName": "Comment Analyzer",
        "version": API_VERSION,
        "revision": "20260101",
        "title": "Perspective Comment Analyzer API, served by moderation",
        "description": "Scores of this newsroom's own models in Perspective's wire format. "
        "A person decides.",
        "ownerName": "moderation",
        "ownerDomain": "localhost",
        "documentationLink": "docs/serving.md",
        "protocol": "rest",
        "rootUrl": root_url,
        "servicePath": "",
        "baseUrl": root_url,
        "basePath": "",
        "batchPath": "batch",
        "fullyEncodeReservedExpansion": True,
        "icons": {},
        "parameters": {name: {**p, "location": "query"} for name, p in _PARAMETERS.items()},
        "schemas": _schemas(model, naming),
        "resources": {"comments": {"methods": {name: _method(name) for name in _METHODS}}},
        "x-moderation": {
            "software": f"moderation {__version__}",
            "model": model,
            "languages": list(languages),
            "attributes": {
                name: {"model": served.attribute.value, "meaning": served.meaning}
                for name, served in naming.served.items()
            },
            "refused": naming.refused,
        },
    }


def _schemas(model: str, naming: Naming) -> dict[str, Any]:
    schemas: dict[str, dict[str, Any]] = {
        name: {"id": name, "type": "object", "properties": dict(fields)}
        for name, fields in _SCHEMAS.items()
    }
    served = naming.served.items()
    behind = "; ".join(f"{name}: {each.attribute.value}" for name, each in served)
    others = "left out" if naming.lenient else "refused"
    asked = schemas["AnalyzeCommentRequest"]["properties"]
    asked["requestedAttributes"] = {
        **asked["requestedAttributes"],
        "description": f"Scores to give. Models behind the names, of {model}: {behind}. "
        f"Other names are {others}.",
    }
    return schemas


def _method(name: str) -> dict[str, Any]:
    request, response, description = _METHODS[name]
    return {
        "id": f"{NAME}.comments.{name}",
        "path": f"{API_VERSION}/comments:{name}",
        "flatPath": f"{API_VERSION}/comments:{name}",
        "httpMethod": "POST",
        "description": description,
        "parameters": {},
        "parameterOrder": [],
        "request": _reference(request),
        "response": _reference(response),
    }
