"""The original's errors, word for word: a status, a message and an ``errorType``."""

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
    """The reason why a request is refused; it never quotes a comment.

    Parameters
    ----------
    message
        The message for the client.
    code
        The HTTP status.
    details
        The original's ``error.details``.
    headers
        Headers of the response (``Retry-After``, for example).
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
        """Return the body of the response."""
        error: dict[str, Any] = {
            "code": self.code,
            "message": self.what,
            "status": STATUSES.get(self.code, "UNKNOWN"),
        }
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}


def invalid(message: str, error_type: str = "INVALID_REQUEST", **more: Any) -> Refusal:
    """Return a 400 with the original's detail; `more` is added beside its ``errorType``."""
    return Refusal(message, details=[{"@type": _DETAIL, "errorType": error_type, **more}])


def comment_empty() -> Refusal:
    """Refuse a missing or empty comment."""
    return invalid("Comment must be non-empty.", "COMMENT_EMPTY")


def comment_too_long(size: int, limit: int) -> Refusal:
    """Refuse a comment of `size` bytes with the original's message, which clients parse."""
    what = f"Comment text was too many bytes. Value ({size}) exceeded limit ({limit})."
    return invalid(what, "COMMENT_TOO_LONG")


def no_requested_attributes() -> Refusal:
    """Refuse a request without attributes."""
    return invalid("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")


def unknown_attribute(name: str, *, alone: bool = True) -> Refusal:
    """Refuse a name that no model of ours answers; if it is not asked for alone, say what helps."""
    told = f"Unknown requested attribute: {name}"
    if not alone:
        told += " (dropUnsupportedAttributes, or moderation serve --lenient, leaves it out)"
    return invalid(told)


def unsupported_score_type(score_type: str, name: str) -> Refusal:
    """Refuse a score type other than probability, as the original did."""
    return invalid(f"Requested score type {score_type} is not supported by attribute {name}")


def only_plain_text() -> Refusal:
    """Refuse the text type HTML, which the wire format names but the original never served."""
    return invalid("Currently, only 'PLAIN_TEXT' comments are supported")


def unknown_text_type() -> Refusal:
    """Refuse a text type that the wire format does not have."""
    return invalid("Unknown text type")


def both_contexts() -> Refusal:
    """Refuse a context that uses both forms."""
    return invalid(
        "Context can have either entries or article_and_parent_comment, but both fields were "
        "populated."
    )


def no_context(name: str) -> Refusal:
    """Refuse off-topic for a comment without an article, a parent or a thread."""
    return invalid(
        f"Attribute {name} needs a context: an article or a parent comment to compare with"
    )


def language_not_supported(name: str, requested: Sequence[str]) -> Refusal:
    """Refuse a named language that the model does not support."""
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
    """Refuse a text without a named language in a script other than the model's."""
    return invalid("Unable to detect language", "LANGUAGE_DETECTION_FAILED")


def no_key() -> Refusal:
    """Refuse a request without a key, with the original's message."""
    message = (
        "Method doesn't allow unregistered callers (callers without established identity). Please "
        "use API Key or other form of API consumer identity to call this API."
    )
    return Refusal(message, code=403, details=[{"@type": _REASON, "reason": "API_KEY_MISSING"}])


def wrong_key() -> Refusal:
    """Refuse an unknown key with the original's reason, which clients parse."""
    detail = {
        "@type": _REASON,
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "commentanalyzer.googleapis.com"},
    }
    return Refusal("API key not valid. Please pass a valid API key.", details=[detail])


def too_many(seconds: float) -> Refusal:
    """Refuse a request beyond the rate limit of its client."""
    detail = {
        "@type": _REASON,
        "reason": "RATE_LIMIT_EXCEEDED",
        "metadata": {"quota_limit": "AnalyzeRequestsPerMinutePerProject"},
    }
    message = "Quota exceeded for quota metric 'Analysis requests'."
    retry = {"Retry-After": str(max(1, round(seconds + 0.5)))}
    return Refusal(message, code=429, details=[detail], headers=retry)


def busy() -> Refusal:
    """Refuse a request because the service is busy; the client may retry in a second."""
    message = "There is too much to do at the moment."
    return Refusal(message, code=503, headers={"Retry-After": "1"})


def late(seconds: float) -> Refusal:
    """Report a timeout; no score is sent instead."""
    return Refusal(f"No answer within {seconds:g} seconds.", code=504)
