"""How questions and bodies are read, and all mistakes of one told at once: what its schema refuses, and what clock, log
and calendars refuse of the rest.

webargs is bent where it would answer wrongly: unknown and repeated query fields are refused, and a body that is not
JSON is refused as such.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, ParamSpec, TypeVar, cast

from flask import Request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from schemas.errors import DomainError, InvalidRecord, UnreadableBody, WrongContentType, refuse_together
from schemas.jsontexts import NoJson, json_of
from schemas.links import LinkQuery
from schemas.queries import EventQuery
from schemas.tokens import mistakes
from schemas.wire.drafts import TokenDraftSchema
from schemas.wire.fields import refusals, refuse_halves
from service import answering, gathering, recording, waiting
from service.doors import admitted, settings, store, visible_calendars
from service.store.asknown import ahead, standpoint
from service.store.database import Connection

P = ParamSpec("P")
R = TypeVar("R")

REPEATABLE = {"activity"}


class Parser(FlaskParser):
    """Reads query strings and JSON bodies strictly."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {"query": RAISE, "json": RAISE}  # noqa: RUF012

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        asked = super().load_querystring(req, schema)
        repeated = [name for name in req.args if len(req.args.getlist(name)) > 1 and name not in REPEATABLE]
        if repeated:
            detail = "Given twice: give it once, values by comma."
            found: list[DomainError] = [InvalidRecord([{"detail": detail, "pointer": f"?{each}"}]) for each in repeated]
            refuse_together(_with_what_is_unreadable(found, schema, asked))
        return asked

    def load_json(self, req: Request, schema: Schema) -> Any:
        return json_body(req)

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, *, error_status_code: Any, error_headers: Any
    ) -> Any:
        """Raise what the schema refuses, and what the calendars refuse of the rest: all mistakes at once."""
        del req, error_status_code, error_headers
        messages = cast("dict[str, Any]", error.messages)
        found = [
            refusal
            for location, inner in messages.items()
            for refusal in refusals(inner, "?" if location == "query" else "/")
        ]
        read = cast("dict[str, Any]", error.valid_data)
        if "json" in messages:
            found += _of_the_rest(schema, read)
        else:
            found = besides(found, read)
        refuse_together(found)


def _of_the_rest(schema: Schema, read: Mapping[str, Any]) -> list[DomainError]:
    """What is to be refused of the fields of a body that could be read, where others could not."""
    calendars = visible_calendars()
    if isinstance(schema, TokenDraftSchema):
        return [InvalidRecord([each]) for each in mistakes(read, calendars, store().clock.today("UTC"))]
    return recording.unknown_lists(calendars, read)


def _with_what_is_unreadable(found: list[DomainError], schema: Schema, asked: Any) -> list[DomainError]:
    try:
        return besides(found, schema.load(asked))
    except ValidationError as error:
        told = {each.errors()[0]["pointer"] for each in found}
        unreadable = [each for each in refusals(error.messages, "?") if each.errors()[0]["pointer"] not in told]
        return besides([*found, *unreadable], error.valid_data)


def told_whole(view: Callable[P, R]) -> Callable[P, R]:
    """A view of a question (its first argument) that, refusing one field of it, refuses all that are to be refused."""

    @functools.wraps(view)
    def asked_of(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return view(*args, **kwargs)
        except DomainError as refusal:
            pointers = [each["pointer"] for each in refusal.errors()]
            if pointers and all(each.startswith("?") for each in pointers):
                refuse_together(besides([refusal], args[0]))
            raise

    return asked_of


def besides(told: Sequence[DomainError], asked: Any) -> list[DomainError]:
    """`told`, and what else is to be refused of what could be read of the question, field by field; nothing else where
    reading is closed to the client, whom it would tell what calendars there are."""
    known = {each["pointer"] for refusal in told for each in refusal.errors()}
    read = _fields(asked)
    day, through, calendars = read.get("as_known_on"), read.get("through"), read.get("calendar", ())
    with store().reading() as conn:
        if not _open(conn):
            return list(told)
        found = ahead(conn, store().clock, day, through, calendars)
        refused = {each.pointer for each in found}
        day, through = (None if f"?{name}" in refused else read.get(name) for name in ("as_known_on", "through"))
        at = standpoint(conn, store().clock, day, through, calendars)
        found += answering.unknown(at, {**read, **dict.fromkeys(answering.EVENTS)} if found else read)
        found += gathering.unreadable(at, read)
        found += waiting.unreadable(at, read)
    return [*told, *(each for each in found if each.errors()[0]["pointer"] not in known)]


def _fields(asked: Any) -> Mapping[str, Any]:
    """What was asked, by field: of a query, of a page of one, of a feed (how to show it, and what), or of any other
    question."""
    if isinstance(asked, tuple):
        return _fields(asked[-1])
    query = asked if isinstance(asked, EventQuery) else asked.get("query")
    if isinstance(query, EventQuery | LinkQuery):
        besides = {} if query is asked else asked
        return {**besides, **{field.name: getattr(query, field.name) for field in fields(query)}}
    # Where a question takes one calendar or one kind alone, that is a word: all letters of it would be sought.
    return {
        name: (value,) if name in ("calendar", "kind") and isinstance(value, str) else value
        for name, value in cast("Mapping[str, Any]", asked).items()
    }


def _open(conn: Connection) -> bool:
    if settings().reading != "token":
        return True
    try:
        return not admitted(conn, "read").calendars
    except DomainError:
        return False


def json_body(req: Request) -> Any:
    """The JSON object of a body; raises WrongContentType, UnreadableBody, or InvalidRecord for halves of characters."""
    if req.mimetype != "application/json":
        raise WrongContentType(f"The body is {req.mimetype or 'of no type'}: send `Content-Type: application/json`.")
    try:
        body = json_of(req.get_data(), _no_repeats)
        refuse_halves(body)
    except RecursionError as cause:
        raise UnreadableBody("The body is nested too deeply.") from cause
    except NoJson as cause:
        raise UnreadableBody(f"The body {cause}.") from cause
    if not isinstance(body, dict):
        raise InvalidRecord([{"detail": "The body must be a JSON object.", "pointer": ""}])
    return body


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        names = [name for name, _ in pairs]
        raise NoJson(f"is not JSON: the key {next(name for name in names if names.count(name) > 1)!r} stands twice")
    return body
