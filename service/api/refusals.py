"""Which refusals each operation can answer with, and their shapes, as the OpenAPI document says them.

Most follow from what an operation takes (`refused_by`); what its verb refuses besides stands in `_BY_VERB`. A contract
test holds every problem that any test meets against this.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, Final

from schemas import errors
from schemas.errors import DomainError
from service import problems

Refusals = Iterable[type[DomainError]]

_WHEN: Final = (errors.UnreadableWhen, errors.EndsBeforeStart)
_TIMES: Final = (errors.KnownInFuture, errors.SourceAfterKnownOn, errors.NoSuchRevision)
_EVENT: Final = (
    *_WHEN,
    *_TIMES,
    errors.UnknownCalendar,
    errors.UnknownKind,
    errors.KnownBeforeCalendar,
    errors.HeldBeforeStart,
)
_LINK: Final = (
    *_TIMES,
    errors.KnownBeforeEnds,
    errors.EventNotFound,
    errors.LinkToItself,
    errors.LinkExists,
    errors.LinkWouldCycle,
)
_DECISION: Final = (
    errors.SuggestionNotFound,
    errors.KnownBeforeEnds,
    errors.LinkExists,
    errors.LinkWouldCycle,
    errors.KnownInFuture,
)

_BY_VERB: Final[dict[str, Refusals]] = {
    "create_event": _EVENT,
    "get_event": (errors.EventNotFound,),
    "amend_event": (*_EVENT, errors.EventNotFound, errors.IdTaken, errors.Retracted),
    "event_feed": (errors.EventNotFound,),
    "event_news": (errors.EventNotFound,),
    "list_revisions": (errors.EventNotFound,),
    "get_chain": (errors.EventNotFound,),
    "list_links": (errors.EventNotFound,),
    "create_link": _LINK,
    "get_link": (errors.LinkNotFound,),
    "amend_link": (*_LINK, errors.LinkNotFound, errors.Retracted),
    "list_link_revisions": (errors.LinkNotFound,),
    "list_suggestions": (errors.EventNotFound,),
    "accept_suggestion": _DECISION,
    "reject_suggestion": _DECISION,
    "get_calendar": (errors.CalendarNotFound,),
    "list_names_of_type": (errors.NameNotFound,),
    "get_name": (errors.NameNotFound,),
    "create_import": (
        errors.FileUnreadable,
        errors.LinesRefused,
        errors.UnknownCalendar,
        errors.UnknownKind,
        errors.KnownInFuture,
    ),
    "get_import": (errors.ImportNotFound,),
    "get_leadup": (errors.EventNotFound, errors.NotAMeeting, errors.NotHeldYet),
    "get_leadup_so_far": (errors.EventNotFound, errors.NotAMeeting, errors.NotAhead),
    "get_when": _WHEN,
    "create_token": (errors.TokenExists, errors.IdempotencyKeyRefused),
    "get_token": (errors.TokenNotFound,),
    "revoke_token": (errors.TokenNotFound,),
    "subscribe": (errors.UnknownCalendar,),
    "calendar_feed": (errors.FeedNotFound,),
    "named_feed": (errors.FeedNotFound,),
    "calendar_news": (errors.FeedNotFound,),
    "feed_news": (errors.FeedNotFound,),
    "save_feed": (errors.FeedExists,),
    "get_feed": (errors.FeedNotFound,),
    "change_feed": (errors.FeedNotFound,),
    "drop_feed": (errors.FeedNotFound,),
    "list_feed_addresses": (errors.FeedNotFound,),
    "make_feed_address": (errors.FeedNotFound, errors.IdempotencyKeyRefused),
    "get_feed_address": (errors.FeedAddressNotFound,),
    "revoke_feed_address": (errors.FeedAddressNotFound,),
    "private_feed": (errors.FeedNotFound,),
    "private_news": (errors.FeedNotFound,),
}
_OUTSIDE_THE_RECORD: Final = ("list_tokens", "list_imports", "list_feed_addresses")
"""Lists that have cursors, and no day: those of the record that a cursor carries are checked as the question's are."""

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457. `type` is the address of a page that explains it; `about:blank` says no more than the"
    " status does.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "one sentence: what was refused and what to do"},
        "errors": {
            "type": "array",
            "description": "every mistake: what, and where (`/title` in a body, `?kind` in a query)",
            "items": {
                "type": "object",
                "required": ["detail", "pointer"],
                "properties": {
                    "detail": {"type": "string"},
                    "pointer": {"type": "string"},
                    "line": {"type": "integer", "description": "of a file that was sent"},
                },
            },
        },
    },
}
_TEXT: Final = {"type": "string"}
_WHOLE: Final = {"type": "integer"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_MEMBERS: Final[dict[type[DomainError], dict[str, Any]]] = {
    errors.UnreadableWhen: {
        "column": _WHOLE | {"description": "where reading stopped, from 1"},
        "nearest": {"type": ["string", "null"], "description": "a form that would have been read"},
    },
    errors.UnknownKind: {"known": _TEXTS},
    errors.UnknownCalendar: {"known": _TEXTS},
    errors.LinkExists: {"link": _TEXT | {"description": "the id of the one that stands"}, "state": _TEXT},
    errors.LinkWouldCycle: {"on": _TEXT | {"format": "date"}},
    errors.KnownBeforeEnds: {"since": _TEXT | {"format": "date"}},
    errors.StaleRevision: {"current": _TEXT, "yours": _TEXT},
    errors.TooManyRequests: {"retry_after_seconds": _WHOLE},
    errors.FileUnreadable: {"line": _WHOLE},
    errors.LinesRefused: {"refused": _WHOLE, "errors": {"type": "array", "minItems": 1}},
    errors.InvalidRecord: {"errors": {"type": "array", "minItems": 1}},
}
"""The facts that a problem always brings, beside its sentence."""

UNNAMED: Final = "UnnamedProblem"
"""The shape of a problem that has no page: an address that there is not, an error of ours."""


def refused_by(operation: dict[str, Any], *, writes: bool, admits: bool) -> dict[int, list[str]]:
    """By status, the names of the shapes of all problems that an operation can answer with; `admits`: it needs a
    client's token."""
    name = operation["operationId"]
    found = dict.fromkeys([*_always(name), *_by_what_it_takes(operation), *_BY_VERB.get(name, ())])
    if writes:
        found |= dict.fromkeys((errors.BodyTooLarge, errors.WrongContentType, errors.StoreBusy))
    elif name != "health" and "application/json" in operation["responses"].get("200", {}).get("content", {}):
        found[errors.NoSuchFormat] = None
    if name in _OUTSIDE_THE_RECORD:
        found = {each: None for each in found if each not in (errors.AskedInFuture, errors.ThroughAhead)}
    if admits:
        found |= dict.fromkeys((errors.TokenMissing, errors.ScopeMissing))
    by_status: dict[int, list[str]] = {500: [UNNAMED]}
    for kind in found:
        by_status.setdefault(problems.STATUS[kind], []).append(shape_name(kind))
    if any(each["in"] == "path" for each in operation["parameters"]):
        by_status.setdefault(404, []).append(UNNAMED)
    return {status: by_status[status] for status in sorted(by_status)}


def _always(name: str) -> Refusals:
    """A query field that the operation does not know; a token that is sent and not in force."""
    everywhere = (errors.InvalidRecord, errors.TooManyRequests)
    return everywhere if name == "health" else (*everywhere, errors.StoreUnreadable, errors.TokenMissing)


def _by_what_it_takes(operation: dict[str, Any]) -> Refusals:
    taken = {each["name"] for each in operation["parameters"]}
    found: list[type[DomainError]] = []
    if taken & {"as_known_on", "cursor"}:
        found += [errors.AskedInFuture, errors.ThroughAhead]
    if "Idempotency-Key" in taken:
        found += [errors.IdempotencyKeyUnreadable, errors.IdempotencyKeyReused]
    if "If-Match" in taken:
        found += [errors.SequenceExpected, errors.StaleRevision]
    content = operation.get("requestBody", {}).get("content", {})
    if content:
        found.append(errors.WrongContentType)
    if "application/json" in content:
        found += [errors.UnreadableBody]
    return found


def shape_name(kind: type[DomainError]) -> str:
    """`StaleRevision` -> `StaleRevisionProblem`, its name among the document's schemas."""
    return f"{kind.__name__}Problem"


def address(name: str) -> str:
    """The `type` of the problem whose shape has that name."""
    return "about:blank" if name == UNNAMED else f"/problems/{problems.slug(_KINDS[name])}"


_KINDS: Final = {shape_name(kind): kind for kind in problems.STATUS}


def shapes() -> dict[str, dict[str, Any]]:
    """The schema of every problem, by its name."""
    found = {"Problem": PROBLEM, UNNAMED: _shape("about:blank", "No more is to be said than the status says.", {})}
    for kind, status in sorted(problems.STATUS.items(), key=lambda pair: pair[0].__name__):
        members = {"status": {"const": status}, **_MEMBERS.get(kind, {})}
        found[shape_name(kind)] = _shape(f"/problems/{problems.slug(kind)}", inspect.getdoc(kind) or "", members)
    return found


def _shape(type_: str, words: str, members: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": words,
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "type": "object",
        "properties": {"type": {"const": type_}, **members},
        "required": ["type", *members],
    }
