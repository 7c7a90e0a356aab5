"""Every example of the OpenAPI document is run against the shipped calendar: the answer is of a status that is
described, and as it is described (jsonschema)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.api.examples import told
from service.app import create_app
from service.settings import read_settings
from service.store import tokens
from service.store.database import store_of
from tests.apps import TODAY
from tests.described import Described, Operation

pytestmark = pytest.mark.slow

MADE = (
    "create_event",
    "create_link",
    "accept_suggestion",
    "reject_suggestion",
    "create_import",
    "save_feed",
    "create_token",
    "make_feed_address",
)
"""What others are asked about: run first."""
GIVEN = {
    "get_link": "create_link",
    "amend_link": "create_link",
    "list_link_revisions": "create_link",
    "get_import": "create_import",
    "change_feed": "save_feed",
    "drop_feed": "change_feed",
    "get_token": "create_token",
    "revoke_token": "get_token",
    "get_feed_address": "make_feed_address",
    "private_feed": "make_feed_address",
    "private_news": "make_feed_address",
    "revoke_feed_address": "get_feed_address",
}
"""Operations that name what the service gives (an id, a tag): the document's links say where from."""

GOES_ALONG = {("get_leadup_so_far", "as_known_on")}
"""What each example of an operation needs: the meeting lay ahead on that day."""


@dataclass
class House:
    """An app over the shipped calendar alone, its document, and the answers so far by operation."""

    client: FlaskClient
    described: Described
    headers: dict[str, str]
    answers: dict[str, TestResponse] = field(default_factory=dict)

    def operation(self, name: str) -> tuple[str, str, Operation]:
        return next(found for found in self.described.operations() if found[2]["operationId"] == name)

    def ask(self, name: str, *only: str, type_: str | None = None) -> TestResponse:
        """The answer to the examples of an operation; with `only`, of its parameters those and the ones it needs."""
        path, method, operation = self.operation(name)
        given = self.given(name)
        parts: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        for each in operation["parameters"]:
            along = each["required"] or (name, each["name"]) in GOES_ALONG
            if "example" in each and (not only or each["name"] in only or along):
                parts[each["in"]][each["name"]] = given.get(each["name"], _written(each))
        for place, value in parts["path"].items():
            path = path.replace(f"{{{place}}}", quote(value, safe=""))
        content = operation.get("requestBody", {}).get("content", {})
        type_ = type_ or next(iter(content), None)
        body: dict[str, Any] = {}
        if type_ == "application/json":
            body = {"json": content[type_]["example"]}
        elif type_:
            body = {"data": content[type_]["example"], "content_type": type_}
        asked = {**self.headers, **parts["header"]}
        answer = self.client.open(
            path, method=method, query_string=parts["query"], headers=asked, buffered=True, **body
        )
        self.answers.setdefault(name, answer)
        return answer

    def given(self, name: str) -> dict[str, str]:
        """What the link from the operation before gives, by parameter."""
        if name not in GIVEN:
            return {}
        source = GIVEN[name]
        before = self.answers.get(source) or self.ask(source)
        link = self.operation(source)[2]["responses"][str(before.status_code)]["links"][name]
        return {place.partition(".")[2]: _found(before, where) for place, where in link["parameters"].items()}


def _written(parameter: dict[str, Any]) -> Any:
    value = parameter["example"]
    if isinstance(value, list):
        return value if parameter["explode"] else ",".join(value)
    return str(value).lower() if isinstance(value, bool) else value


def _found(answer: TestResponse, expression: str) -> str:
    if expression.startswith("$response.header."):
        return answer.headers[expression.removeprefix("$response.header.")]
    value: Any = answer.get_json()
    for step in expression.removeprefix("$response.body#/").split("/"):
        value = value[int(step) if step.isdigit() else step]
    return str(value)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, shipped_store: Path) -> Iterator[House]:
    home = tmp_path_factory.mktemp("examples")
    (home / "var").mkdir()
    shutil.copy(shipped_store, home / "var" / "leadup.sqlite3")
    settings = read_settings({"LEADUP_HOME": str(home), "LEADUP_TODAY": TODAY.isoformat()})
    with store_of(settings).transaction("test") as tx:
        secret = tokens.create(tx, "root", "admin")
    with create_app(settings).test_client() as client:
        document = client.get("/openapi.json").get_json()
        made = House(client, Described(document), {"Authorization": f"Bearer {secret}"})
        for name in MADE:
            made.ask(name)
        yield made


SAYS_MORE = {
    (name, more)
    for name in ("list_events", "events_csv", "events_jsonl", "query_feed", "query_news")
    for more in ("within_days", "rel")
}
"""What only goes with `near` and `linked_to`: the whole example has them."""
WRITES_WITHOUT_BODY = ("revoke_token", "drop_feed", "make_feed_address", "revoke_feed_address")
READS = [name for name, asked in told().items() if "body" not in asked and name not in WRITES_WITHOUT_BODY]


@pytest.mark.parametrize("name", READS)
def test_the_example_of_a_parameter_is_one_by_itself(house: House, name: str) -> None:
    operation = house.operation(name)[2]
    for each in operation["parameters"]:
        if (name, each["name"]) in SAYS_MORE:
            continue
        answer = house.ask(name, each["name"])
        assert answer.status_code == 200, (each["name"], answer.get_data(as_text=True)[:1000])
        assert house.described.broken_by(answer, operation) == [], each["name"]


@pytest.mark.parametrize("name", READS)
def test_the_whole_example_typed_into_the_form_of_its_page_is_answered(house: House, name: str) -> None:
    given = house.given(name)
    typed = {}
    for each in house.operation(name)[2]["parameters"]:
        if "example" in each and each["in"] != "header":
            value = given.get(each["name"], _written(each))
            typed[each["name"]] = "\n".join(value) if isinstance(value, list) else value
    led = house.client.get(f"/docs/operations/{name}/ask", query_string=typed, headers=house.headers)
    assert led.status_code == 303, led.get_data(as_text=True)
    answer = house.client.get(led.location, headers=house.headers, buffered=True)
    assert answer.status_code == 200, (led.location, answer.get_data(as_text=True)[:500])


@pytest.mark.parametrize("name", told())
def test_the_whole_example_of_an_operation_is_answered_as_described(house: House, name: str) -> None:
    answer = house.answers[name] if name in MADE else house.ask(name)
    wanted = 202 if name == "subscribe" else {"POST": 201, "DELETE": 204}.get(answer.request.method, 200)
    assert answer.status_code == wanted, answer.get_data(as_text=True)[:1000]
    assert house.described.broken_by(answer, house.operation(name)[2]) == []


@pytest.mark.parametrize("type_", told()["create_import"]["body"])
def test_a_file_of_every_type_is_taken_in(house: House, type_: str) -> None:
    answer = house.ask("create_import", "kind", "calendar", "known_on", type_=type_)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.get_json()["accepted"] + answer.get_json()["unchanged"] == 1, answer.get_json()


def test_only_what_the_service_gives_has_no_example(house: House) -> None:
    without = {
        each["name"]
        for _, _, operation in house.described.operations()
        for each in operation["parameters"]
        if "example" not in each
    }
    assert without == {"cursor"}
    for _, _, operation in house.described.operations():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert content["example"], operation["operationId"]


def test_the_examples_find_something(house: House) -> None:
    """An empty list would be an example of little."""
    for name in ("list_events", "list_links", "list_suggestions", "list_names", "list_names_of_type", "list_changes"):
        assert house.ask(name).get_json()["items"], name
    assert house.ask("get_chain").get_json()["edges"]
    assert re.search(rb"BEGIN:VEVENT", house.ask("query_feed").data)
