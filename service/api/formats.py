"""CSV and JSON Lines beside JSON: by the address (`.csv`, `.jsonl`) or by `Accept`, streamed, with a weak tag."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final, cast

from flask import Response, request
from werkzeug.datastructures import MIMEAccept

from schemas.errors import InvalidRecord, NoSuchFormat
from schemas.queries import EventQuery
from schemas.wire import columns
from service import answering, exporting
from service.api.addresses import next_address, next_after
from service.charts.drawing import STYLE_HASH
from service.doors import as_known, settings, store

JSON: Final = "application/json"
CSV: Final = "text/csv"
JSONL: Final = "application/jsonl"
SVG: Final = "image/svg+xml"
NDJSON: Final = "application/x-ndjson"

_DOC: Final = {
    "schema": {"type": "string"},
    "description": "JSON has a page; CSV (RFC 4180) and JSON Lines the whole answer, or `limit` of it",
}
CSV_DOC: Final[dict[str, Any]] = {"content_type": CSV, **_DOC}
CSV_TABLE_DOC: Final[dict[str, Any]] = {
    "content_type": CSV,
    "schema": {"type": "string"},
    "description": "CSV (RFC 4180): a line of column names, then the rows",
}
SVG_DOC: Final[dict[str, Any]] = {
    "content_type": SVG,
    "schema": {"type": "string"},
    "description": "SVG, with its title and a sentence that says what it shows",
}
JSONL_DOC: Final[dict[str, Any]] = {"content_type": JSONL, **_DOC}


def wanted(*among: str) -> str:
    """Which of the formats `among` (JSON besides) the client likes best; raises NoSuchFormat (406) for none."""
    # `application/json; charset=utf-8` asks for no other format than `application/json` does.
    accepted = MIMEAccept((type_.partition(";")[0].strip(), weight) for type_, weight in request.accept_mimetypes)
    best = accepted.best_match([JSON, *among]) if accepted else JSON
    if best is None:
        named = "one of them" if among else "it"
        raise NoSuchFormat(f"This is given as {', '.join((JSON, *among))}: let `Accept` name {named}.")
    return best


def events_as(asked: dict[str, Any], type_: str) -> Response:
    """The events of a question, all of them unless `limit` is given, as `type_`."""
    _refuse_what_has_no_place(asked, type_)
    query, after = answering.begun(asked["query"], asked["cursor"])
    limit = asked["limit"] if "limit" in request.args else None
    with as_known(query.as_known_on, query.through, query.calendar) as at:
        stands = exporting.standing(at, query)
        tag = exporting.tag(at, query, type_, asked["detail"], limit, after)
    held = store()
    if type_ == CSV:
        lines = exporting.events_csv(held, stands, after=after, limit=limit)
    else:
        lines = exporting.events_jsonl(held, stands, detail=asked["detail"], after=after, limit=limit)
    response = streamed(lines, type_, tag, "events")
    return _linked(response, next_address(exporting.next_cursor(held, stands, after, limit)) if limit else None)


def _refuse_what_has_no_place(asked: dict[str, Any], type_: str) -> None:
    refuse_total(asked)
    if type_ == CSV and asked["detail"].fields:
        detail = "CSV has its own columns: ask for JSON or JSON Lines."
        raise InvalidRecord([{"detail": detail, "pointer": "?fields"}])
    if type_ == CSV and "links" in asked["detail"].expand:
        raise InvalidRecord([{"detail": "CSV has no column for links: ask for JSON Lines.", "pointer": "?expand"}])


def refuse_total(asked: dict[str, Any]) -> None:
    """Raise InvalidRecord where a format other than JSON is asked for the total."""
    if asked.get("total"):
        raise InvalidRecord([{"detail": "Only JSON has a place for the total.", "pointer": "?total"}])


def changes_as(asked: dict[str, Any], type_: str) -> Response:
    """The log after a change number, all of it unless `limit` is given, as `type_`."""
    refuse_total(asked)
    day, through = asked.get("as_known_on"), asked.get("through")
    query = EventQuery(calendar=asked.get("calendar", ()), as_known_on=day, through=through)
    limit = asked["limit"] if "limit" in request.args else None
    with as_known(day, through, query.calendar) as at:
        stands = exporting.standing(at, query)
        tag = exporting.tag(at, query, "changes", type_, asked["after"], limit)
        last = exporting.last_of_page(at, query, asked["after"], limit) if limit else None
    lines = exporting.changes_jsonl(store(), stands, after=asked["after"], limit=limit)
    return _linked(streamed(lines, type_, tag, "changes"), None if last is None else next_after(last))


def _linked(response: Response, address: str | None) -> Response:
    """The answer, naming the address of the next page where there is one."""
    if address:
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


def names_as(shapes: list[dict[str, Any]], type_: str, cursor: str | None) -> Response:
    """Names as `type_`; `cursor` is where the next page begins, if this is not all of them."""
    body = columns.names(shapes).encode() if type_ == CSV else exporting.lines(shapes)
    return _linked(whole_file(body, type_, "names"), next_address(cursor))


def whole_file(body: bytes, type_: str, name: str) -> Response:
    """A file that is at hand whole."""
    return streamed(iter((body,)), type_, hashlib.sha256(body).hexdigest()[:16], name)


def picture(body: bytes, name: str) -> Response:
    """A chart, shown where it is asked for; opened by itself it may use its own style, and nothing else."""
    response = Response(body, content_type=SVG)
    response.set_etag(hashlib.sha256(body).hexdigest()[:16])
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.svg"'
    response.headers["Content-Security-Policy"] = f"default-src 'none'; style-src '{STYLE_HASH}'"
    return varied(cast("Response", response.make_conditional(request)))


def streamed(lines: Iterator[bytes], type_: str, tag: str, name: str) -> Response:
    """Lines sent as they are made, or 304 before any is made."""
    response = Response(lines, content_type=f"{type_}; charset=utf-8" if type_ == CSV else type_)
    # Else make_conditional would read all of it into memory to count its bytes.
    response.automatically_set_content_length = False
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{"csv" if type_ == CSV else "jsonl"}"'
    return varied(cast("Response", response.make_conditional(request)))


def varied(response: Response) -> Response:
    """The answer, said to depend on `Accept` (and on the token, where reading is closed)."""
    response.vary.add("Accept")
    if settings().reading == "token":
        response.vary.add("Authorization")
    return response
