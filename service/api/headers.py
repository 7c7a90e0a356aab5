"""The headers that answers carry and requests may bring, as the OpenAPI document says them."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"schema": {"type": "string", "minLength": 1}}
_COUNT: Final = {"schema": {"type": "string", "pattern": "^[0-9]+$"}}

HEADERS: Final[dict[str, dict[str, Any]]] = {
    "ETag": {
        "description": "of this answer: for `If-None-Match`; of a record also for `If-Match`",
        "required": True,
        **_TEXT,
    },
    "Link": {"description": 'the next page, `<...>; rel="next"`, where there is one', **_TEXT},
    "Location": {"description": "where it is found", "required": True, **_TEXT},
    "Content-Disposition": {"description": "what the file is called", "required": True, **_TEXT},
    "Last-Modified": {"description": "when the newest of its events was recorded; not within that second", **_TEXT},
    "RateLimit-Limit": {"description": "how much may be asked a minute; not sent to loopback", **_COUNT},
    "RateLimit-Remaining": {"description": "how much is left of it", **_COUNT},
    "RateLimit-Reset": {"description": "seconds until it is whole again", **_COUNT},
    "Retry-After": {"description": "seconds to wait", "required": True, **_COUNT},
    "WWW-Authenticate": {"description": "how to say who asks (RFC 6750)", "required": True, **_TEXT},
}
_RATES: Final = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_OF_STATUS: Final = {
    201: ("Location", "ETag"),
    304: ("ETag",),
    308: ("Location",),
    401: ("WWW-Authenticate",),
    429: ("Retry-After",),
}

IF_NONE_MATCH: Final[dict[str, Any]] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "the ETag of the answer that the client has: 304 if it is still so",
    "schema": {"type": "string"},
}


def of_status(status: int, *more: str) -> dict[str, Any]:
    """The headers that every answer of a status carries, and `more`."""
    names = (*_OF_STATUS.get(status, ()), *more, *_RATES)
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def carried(status: int, answer: dict[str, Any], operation: dict[str, Any], *, tagged: bool) -> dict[str, Any]:
    """The headers of an operation's answers of a status; `tagged`: its 200 has an ETag."""
    if status != 200:
        return of_status(status)
    types = set(answer.get("content", ()))
    names = ["ETag"] if tagged else []
    names += ["Link"] if {"cursor", "after"} & {each["name"] for each in operation["parameters"]} else []
    names += ["Content-Disposition"] if types and "application/json" not in types else []
    names += ["Last-Modified"] if types & {"text/calendar", "application/atom+xml"} else []
    return of_status(status, *names)
