"""The OpenAPI document, put together: what the doors say of themselves, and what follows from that - every status they
can answer, with its shape, headers and problems, an example of every request, and where an answer leads.

It tells what this instance does: where reading is closed, reads need a token in it too.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from flask_smorest import Api

from service.api import examples, headers, onward, refusals
from service.api.conventions import SECURITY

DESCRIPTION: Final = """A political calendar: events with uncertain dates, as known on any day.

Every refusal is a problem (RFC 9457, `application/problem+json`) whose `type` is the address of a page about it; each
operation lists those it can answer with. An address that there is not is 404, and a method that an address does not
have 405 with `Allow`, both of type `about:blank`. `HEAD` answers as `GET` does, without a body.

The examples are of the calendar that comes with the service; every one of them is run by its tests."""
_OPEN: Final = ("health",)
"""Operations that need no token where reading is closed, and whose answers are of the moment."""
_BY_ADDRESS: Final = ("private_feed", "private_news")
"""Operations whose address admits, so that they need no token where reading is closed."""
_OF_JSON_ALONE: Final = {
    "events_csv": ("fields", "total"),
    **dict.fromkeys(("events_jsonl", "names_csv", "names_jsonl", "changes_jsonl"), ("total",)),
}
"""Parameters that an operation reads only to say that its format has no place for them."""
_PATH: Final = {
    "event_id": "the id of an event",
    "link_id": "the id of a link",
    "suggestion_id": "the id of a suggestion: `<rel>~<from>~<to>`",
    "import_id": "the id of an import",
    "type_": "person, place, body, programme or theme",
    "name": "how it is called",
    "slug": "its name in addresses",
    "address_id": "the id of a private address, which is not its secret",
    "secret": "the secret of a private address",
}


class LeadupApi(Api):  # type: ignore[misc]
    """flask-smorest's Api without its error handlers and error shapes: ours go by path and write problems."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        return

    def _register_responses(self) -> None:
        """None are shared: each operation says its own (flask-smorest names them by status; `describe` undoes that)."""
        for status in HTTPStatus:
            self.spec.components.response(status.name, {"description": status.phrase}, lazy=True)


def describe(api: Api, *, closed: bool) -> None:
    """Complete the document of an api whose doors are all registered; `closed`: reading needs a token."""
    for name, header in headers.HEADERS.items():
        api.spec.components.header(name, header)
    for name, shape in refusals.shapes().items():
        api.spec.components.schema(name, shape)
    operations = {}
    for method, operation in _operations(api):
        operation["security"] = _security(operation, closed)
        _describe_words(operation)
        _describe_parameters(operation, method)
        _describe_answers(api, operation, method)
        operations[operation["operationId"]] = operation
    onward.lead_on(operations)
    examples.show(operations)


def _operations(api: Api) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation with its method; the parameters of its path are its own from now on, and all of it this app's: the
    doors keep what they say of themselves for every app that they are registered with."""
    for path, item in api.spec._paths.items():
        own = copy.deepcopy(item)
        api.spec._paths[path] = own
        of_path = own.pop("parameters", [])
        for method, operation in own.items():
            operation["parameters"] = [_of_path(each) for each in of_path] + operation.get("parameters", [])
            yield method, operation


def _of_path(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"] | {"pattern": "^[^/]+$"}
    return parameter | {"description": _PATH[parameter["name"]], "schema": schema}


def _security(operation: dict[str, Any], closed: bool) -> list[dict[str, list[str]]]:
    """A token, or nothing at all."""
    if "security" in operation:
        return SECURITY
    return SECURITY if closed and operation["operationId"] not in (*_OPEN, *_BY_ADDRESS) else []


def _describe_words(operation: dict[str, Any]) -> None:
    """The first sentence is the summary, what follows the description."""
    whole = " ".join((operation["summary"] + "\n" + operation.get("description", "")).split())
    summary, _, rest = re.sub(r"(\.) (?=[A-Z`])", r"\1\n", whole).partition("\n")
    operation["summary"] = summary.removesuffix(".")
    operation["description"] = rest.replace("\n", " ")


def _describe_parameters(operation: dict[str, Any], method: str) -> None:
    """Comma lists are arrays that are written in one; whatever is read may be asked for anew by its tag."""
    refused = _OF_JSON_ALONE.get(operation["operationId"], ())
    parameters = [each for each in operation["parameters"] if each["name"] not in refused]
    operation["parameters"] = parameters
    for each in parameters:
        if each["schema"].get("type") == "array":
            each.setdefault("style", "form")
            each.setdefault("explode", False)
    if method == "get" and operation["operationId"] not in _OPEN:
        parameters.append(headers.IF_NONE_MATCH)


def _describe_answers(api: Api, operation: dict[str, Any], method: str) -> None:
    answers = {status: answer for status, answer in operation["responses"].items() if status != "422"}
    asked_anew = headers.IF_NONE_MATCH in operation["parameters"]
    if asked_anew:
        answers["304"] = {"description": "The client has it already."}
    for status, answer in answers.items():
        answer["headers"] = headers.carried(int(status), answer, operation, tagged=asked_anew or method == "put")
    refused = refusals.refused_by(operation, writes=method != "get", admits=bool(operation["security"]))
    for status, names in refused.items():
        answers.setdefault(str(status), _problems(api, status, names))
    operation["responses"] = dict(sorted(answers.items()))


def _problems(api: Api, status: int, names: list[str]) -> dict[str, Any]:
    """What is answered with a status: any of the problems of these names. One alone is described once for all."""
    shapes = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    listed = ", ".join(f"`{refusals.address(name)}`" for name in names)
    answer = {
        "description": f"{HTTPStatus(status).phrase}: {listed}",
        "content": {"application/problem+json": {"schema": shapes[0] if len(shapes) == 1 else {"oneOf": shapes}}},
        "headers": headers.of_status(status),
    }
    if len(names) > 1:
        return answer
    name = f"{names[0]}{status}" if names[0] == refusals.UNNAMED else names[0]
    if name not in api.spec.components.responses:
        api.spec.components.response(name, answer)
    return {"$ref": f"#/components/responses/{name}"}
