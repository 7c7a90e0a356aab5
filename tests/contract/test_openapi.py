"""The OpenAPI document is complete: every operation, field and problem is in it, in words and with its shape."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from openapi_spec_validator import validate

from schemas import errors
from service import problems
from service.api.describing import DESCRIPTION
from service.app import create_app
from service.settings import Settings
from tests.described import Described

pytestmark = pytest.mark.slow

WRITES = ("post", "put", "delete")


@pytest.fixture
def described(settings: Settings) -> Described:
    answer = create_app(settings).test_client().get("/openapi.json").get_json()
    assert isinstance(answer, dict)
    return Described(answer)


def test_the_document_is_openapi_3_1(described: Described) -> None:
    validate(described.document)
    assert described.document["info"]["description"] == DESCRIPTION


def test_every_route_of_the_api_is_described(settings: Settings, described: Described) -> None:
    app = create_app(settings)
    names = {operation["operationId"] for _, _, operation in described.operations()}
    for rule in app.url_map.iter_rules():
        door, _, name = rule.endpoint.partition(".")
        if (rule.rule.startswith("/api") or rule.rule.endswith((".ics", ".atom"))) and door:
            assert name in names, rule.rule
    assert len(names) == len(list(described.operations()))


def test_every_operation_and_field_is_told_in_words(described: Described) -> None:
    for _, _, operation in described.operations():
        assert operation["summary"], operation
        assert operation["description"], operation["operationId"]
        for each in operation["parameters"]:
            assert each["description"], (operation["operationId"], each["name"])
            assert each["schema"].get("type"), (operation["operationId"], each["name"])


def test_every_problem_is_listed_where_it_can_be_answered(described: Described) -> None:
    """That none is answered which is not listed is looked at in every test of this folder (see its conftest.py)."""
    listed = {
        type_
        for _, _, operation in described.operations()
        for status, answer in operation["responses"].items()
        if int(status) >= 400 and operation["operationId"] != "health"
        for type_ in _types(described, answer)
    }
    # Behind the links in letters, of forms, of the inbox.
    of_pages = {errors.SubscriptionNotFound, errors.SentFromElsewhere, errors.HeadlineNotFound}
    told = {f"/problems/{problems.slug(kind)}" for kind in problems.STATUS if kind not in of_pages}
    assert listed == told | {"about:blank"}


def _types(described: Described, answer: dict[str, Any]) -> list[str]:
    """The types of the problems that an answer may be, each of the status it is listed at."""
    schema = described.resolved(answer)["content"]["application/problem+json"]["schema"]
    shapes = [described.resolved(each) for each in schema.get("oneOf", [schema])]
    return [shape["properties"]["type"]["const"] for shape in shapes]


def test_no_status_is_left_to_a_default(described: Described) -> None:
    for _, method, operation in described.operations():
        statuses = set(operation["responses"])
        assert "default" not in statuses
        assert {"429", "500", "503"} <= statuses
        if method in WRITES:
            wanted = {"401", "413"} if operation["operationId"] == "subscribe" else {"401", "403", "413"}
            assert wanted <= statuses, operation["operationId"]


def test_where_reading_is_closed_every_read_says_that_it_needs_a_token(settings: Settings) -> None:
    closed = create_app(replace(settings, reading="token")).test_client().get("/openapi.json").get_json()
    for _, _, operation in Described(closed).operations():
        name = operation["operationId"]
        admitted_otherwise = name == "health" or name.startswith("private_")
        assert operation["security"] == ([] if admitted_otherwise else [{"token": []}])
        assert ("401" in operation["responses"]) is (name != "health"), "of a token that is sent and not in force"


def test_an_open_door_says_that_it_needs_none(described: Described) -> None:
    operation = described.operation("get", "/api/v1/events")
    assert operation
    assert operation["security"] == []
    assert "401" in operation["responses"], "of a token that is sent and not in force"
    assert "403" not in operation["responses"]


def test_every_field_of_a_question_stands_beside_its_headers(described: Described) -> None:
    """What is told of the Idempotency-Key once took the place of all fields of the question."""
    operation = described.operation("post", "/api/v1/imports")
    assert operation
    names = {each["name"] for each in operation["parameters"]}
    assert names == {"calendar", "kind", "known_on", "dry_run", "partial", "notify", "Idempotency-Key"}


def test_lists_of_values_are_written_with_commas(described: Described) -> None:
    operation = described.operation("get", "/api/v1/events")
    assert operation
    status = next(each for each in operation["parameters"] if each["name"] == "status")
    assert (status["style"], status["explode"]) == ("form", False)
    assert status["schema"]["items"]["enum"] == ["expected", "announced", "held", "cancelled", "retracted"]


def test_null_is_said_to_be_taken_for_what_need_not_be_given(described: Described) -> None:
    draft = described.document["components"]["schemas"]["EventDraft"]["properties"]
    assert draft["programme"]["type"] == ["string", "null"]
    assert draft["title"]["type"] == "string"


def test_the_one_calendar_of_a_lead_up_is_a_word(described: Described) -> None:
    operation = described.operation("get", "/api/v1/leadups")
    assert operation
    calendar = next(each["schema"] for each in operation["parameters"] if each["name"] == "calendar")
    assert calendar["type"] == "string"
    assert re.search(calendar["pattern"], "dprk")
    for other in ("a,b", "", " ", "\x01"):
        assert not re.search(calendar["pattern"], other)


def test_the_document_of_one_app_is_not_changed_by_another(settings: Settings) -> None:
    closed = create_app(replace(settings, reading="token")).test_client()
    before = closed.get("/openapi.json").get_json()
    create_app(settings)
    assert closed.get("/openapi.json").get_json() == before
