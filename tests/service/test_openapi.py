"""Requests made up from the OpenAPI description: never a 500, and answers as described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from served import Served

from moderation.service.openapi import openapi_document

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = {
    operation.ok().label: operation.ok()
    for operation in schemathesis.openapi.from_dict(
        openapi_document("http://127.0.0.1/")
    ).get_all_operations()
}


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as kept:
        yield kept


# What reads no parameters has nothing to get wrong.
MODES = [
    (label, mode)
    for label in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or label.startswith("POST")
]


@pytest.mark.parametrize(("label", "mode"), MODES)
def test_made_up_requests(
    served: Served, session: requests.Session, label: str, mode: GenerationMode
) -> None:
    # Making up what is wrong takes ten times as long as answering it.
    @settings(max_examples=40 if mode is GenerationMode.POSITIVE else 15)
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        answer = case.call(base_url=served.root.rstrip("/"), session=session)
        # This service has no desk, so that 501 is the answer described.
        checks = CHECKS[1:] if label == "GET /v1/decisions" else CHECKS
        case.validate_response(answer, checks=checks)

    ask()


def test_the_description_is_served(served: Served) -> None:
    document = served.ask("GET", "/openapi.json").json
    assert document == openapi_document(served.root)
    assert set(document["paths"]) >= {
        "/v1alpha1/comments:analyze",
        "/v1alpha1/comments:suggestscore",
        "/v1/comments",
        "/v1/decisions",
    }


@pytest.mark.parametrize("path", ["/v1alpha1/comments:analyze", "/v1/comments", "/v1/decisions"])
def test_some_made_up_requests_are_sound(
    served: Served, session: requests.Session, path: str
) -> None:
    codes: set[int] = set()
    operation = OPERATIONS[f"POST {path}"]

    @settings(max_examples=40)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def ask(case: Case) -> None:
        codes.add(case.call(base_url=served.root.rstrip("/"), session=session).status_code)

    ask()
    assert 200 in codes
