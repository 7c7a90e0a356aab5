"""The headers that every answer carries, as the OpenAPI document says them."""

from __future__ import annotations

from typing import Any, Final

from flask_smorest import Api

_TEXT: Final = {"schema": {"type": "string"}}
_COUNT: Final = {"schema": {"type": "string", "pattern": "^[0-9]+$"}}

HEADERS: Final[dict[str, dict[str, Any]]] = {
    "ETag": {"description": "of this answer: for `If-None-Match`; of a record also for `If-Match`", **_TEXT},
    "Link": {"description": 'the next page, `<...>; rel="next"`, where there is one', **_TEXT},
    "Location": {"description": "where what was made is found", **_TEXT},
    "RateLimit-Limit": {"description": "how much may be asked a minute; not sent to loopback", **_COUNT},
    "RateLimit-Remaining": {"description": "how much is left of it", **_COUNT},
    "RateLimit-Reset": {"description": "seconds until it is whole again", **_COUNT},
    "Retry-After": {"description": "seconds to wait, of a 429", **_COUNT},
}
_RATES: Final = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
IF_NONE_MATCH: Final[dict[str, Any]] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "the ETag of the answer that the client has: 304 if it is still so",
    "schema": {"type": "string"},
}


def describe_headers(api: Api) -> None:
    """Add to every operation of the document the headers that its answers carry, and 304 to every read of the API."""
    for name, header in HEADERS.items():
        api.spec.components.header(name, header)
    for path, operations in api.spec._paths.items():
        for method, operation in operations.items():
            if isinstance(operation, dict) and "responses" in operation:
                _describe(path, method, operation)


def _describe(path: str, method: str, operation: dict[str, Any]) -> None:
    tagged = method == "get" and path != "/healthz"
    asked = {each.get("name") for each in operation.get("parameters", ()) if isinstance(each, dict)}
    if tagged:
        operation.setdefault("parameters", []).append(IF_NONE_MATCH)
        operation["responses"]["304"] = {"description": "The client has it already", "headers": _named("ETag")}
    for status, response in operation["responses"].items():
        if not str(status).startswith("2"):
            continue
        names = [*(("ETag",) if tagged or method == "put" or str(status) == "201" else ()), *_RATES]
        names += ["Location"] if str(status) == "201" else []
        names += ["Link"] if asked & {"cursor", "after"} else []
        response.setdefault("headers", {}).update(_named(*names))


def _named(*names: str) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
