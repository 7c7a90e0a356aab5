"""The OpenAPI document describes what the service does: generated requests find no answer that it does not allow."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from openapi_spec_validator import validate
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from service.app import create_app
from service.settings import Settings

EXAMPLES = 25


@pytest.fixture
def document(settings: Settings) -> dict[str, object]:
    answer = create_app(settings).test_client().get("/openapi.json").get_json()
    assert isinstance(answer, dict)
    return answer


def test_the_document_is_openapi_3_1(document: dict[str, object]) -> None:
    validate(document)


@pytest.mark.slow
def test_every_answer_is_as_described(settings: Settings, write_headers: dict[str, str]) -> None:
    described = schemathesis.openapi.from_wsgi("/openapi.json", create_app(settings))
    refusals = []
    for found in described.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @given(case=operation.as_strategy())
        @budget(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def ask(case: schemathesis.Case[Any]) -> None:
            headers = write_headers if case.method in ("POST", "PUT") else {}
            # A day that is well written may still lie after today: not every request that fits the schema is accepted.
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        try:
            ask()
        except BaseExceptionGroup as group:
            refusals += [f"{operation.label}: {refusal}" for refusal in group.exceptions]
    assert not refusals, "\n\n".join(refusals)
