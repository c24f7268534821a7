"""The original's errors, word for word: a status, a message and an ``errorType`` to act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from moderation.errors import ModerationError

#: Statuses of Google's APIs that occur here, by HTTP code.
STATUSES = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    408: "DEADLINE_EXCEEDED",
    413: "INVALID_ARGUMENT",
    415: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    431: "INVALID_ARGUMENT",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}

_DETAIL = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
_REASON = "type.googleapis.com/google.rpc.ErrorInfo"


class Refusal(ModerationError):  # noqa: N818 - the client's error, not ours
    """A request that is not answered, and why; it never quotes a comment.

    Parameters
    ----------
    message
        What the client is told.
    code
        The HTTP status.
    details
        As the original's ``error.details``.
    headers
        Of the answer (``Retry-After``, say).
    """

    def __init__(
        self,
        message: str,
        *,
        code: int = 400,
        details: Sequence[dict[str, Any]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.details = tuple(details)
        self.headers = headers or {}

    def document(self) -> dict[str, Any]:
        """The body of the answer."""
        error: dict[str, Any] = {
            "code": self.code,
            "message": self.what,
            "status": STATUSES.get(self.code, "UNKNOWN"),
        }
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}


def invalid(message: str, error_type: str = "INVALID_REQUEST", **more: Any) -> Refusal:
    """A 400 with the original's detail; `more` stands beside its ``errorType``."""
    return Refusal(message, details=[{"@type": _DETAIL, "errorType": error_type, **more}])


def comment_empty() -> Refusal:
    """No comment, or nothing in it."""
    return invalid("Comment must be non-empty.", "COMMENT_EMPTY")


def comment_too_long(size: int, limit: int) -> Refusal:
    """Refuse a comment of `size` bytes in the words of the original, which clients look for."""
    what = f"Comment text was too many bytes. Value ({size}) exceeded limit ({limit})."
    return invalid(what, "COMMENT_TOO_LONG")


def no_requested_attributes() -> Refusal:
    """An answer about nothing was asked for."""
    return invalid("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")


def unknown_attribute(name: str) -> Refusal:
    """Refuse a name that no model of ours answers."""
    return invalid(f"Unknown requested attribute: {name}")


def unsupported_score_type(score_type: str, name: str) -> Refusal:
    """Only probabilities are served, as the original did."""
    return invalid(f"Requested score type {score_type} is not supported by attribute {name}")


def only_plain_text() -> Refusal:
    """The type HTML exists on the wire and was never served."""
    return invalid("Currently, only 'PLAIN_TEXT' comments are supported")


def unknown_text_type() -> Refusal:
    """A type that does not exist on the wire."""
    return invalid("Unknown text type")


def both_contexts() -> Refusal:
    """A context is one or the other."""
    return invalid(
        "Context can have either entries or article_and_parent_comment, but both fields were "
        "populated."
    )


def no_context(name: str) -> Refusal:
    """Off-topic is a relation: without an article, a parent or a thread there is no score."""
    return invalid(
        f"Attribute {name} needs a context: an article or a parent comment to compare with"
    )


def language_not_supported(name: str, requested: Sequence[str]) -> Refusal:
    """The model does not know the language that the client names."""
    languages = list(requested)
    return invalid(
        f"Attribute {name} does not support request languages: {', '.join(languages)}",
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        languageNotSupportedByAttributeError={
            "detectedLanguages": languages,
            "requestedLanguages": languages,
            "attribute": name,
        },
    )


def language_not_detected() -> Refusal:
    """None was named, and the text is in another script than the model's language."""
    return invalid("Unable to detect language", "LANGUAGE_DETECTION_FAILED")


def no_key() -> Refusal:
    """Refuse a request that brings no key, in the words of the original."""
    message = (
        "Method doesn't allow unregistered callers (callers without established identity). Please "
        "use API Key or other form of API consumer identity to call this API."
    )
    return Refusal(message, code=403, details=[{"@type": _REASON, "reason": "API_KEY_MISSING"}])


def wrong_key() -> Refusal:
    """Refuse a request whose key is unknown, as the original did: clients look for the reason."""
    detail = {
        "@type": _REASON,
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "commentanalyzer.googleapis.com"},
    }
    return Refusal("API key not valid. Please pass a valid API key.", details=[detail])


def too_many(seconds: float) -> Refusal:
    """More requests than one client may send."""
    detail = {
        "@type": _REASON,
        "reason": "RATE_LIMIT_EXCEEDED",
        "metadata": {"quota_limit": "AnalyzeRequestsPerMinutePerProject"},
    }
    message = "Quota exceeded for quota metric 'Analysis requests'."
    retry = {"Retry-After": str(max(1, round(seconds + 0.5)))}
    return Refusal(message, code=429, details=[detail], headers=retry)


def busy() -> Refusal:
    """Too much is under way for this request; the client may try again in a second."""
    message = "There is too much to do at the moment."
    return Refusal(message, code=503, headers={"Retry-After": "1"})


def late(seconds: float) -> Refusal:
    """No answer in time, and no score in its stead."""
    return Refusal(f"No answer within {seconds:g} seconds.", code=504)
