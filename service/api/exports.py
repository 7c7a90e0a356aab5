"""/api/v1/events.csv, events.jsonl, names.csv, names.jsonl, changes.jsonl: whole answers as files."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.wire.questions import ChangesSchema, NamesOfTypesSchema, PageSchema
from service.api.conventions import Door
from service.api.formats import CSV, CSV_DOC, JSONL, JSONL_DOC, changes_as, events_as
from service.api.names import list_as

door = Door("exports", __name__, url_prefix="/api/v1", description="Whole answers as CSV and JSON Lines")


@door.route("/events.csv", methods=["GET"])
@door.arguments(PageSchema, location="query")
@door.alt_response(200, **CSV_DOC)
def events_csv(asked: dict[str, Any]) -> Response:
    """The events of a query as CSV: all of them, unless `limit` is given.

    The first line names the columns (RFC 4180); a cell that a spreadsheet would take for a formula is made harmless.
    """
    return events_as(asked, CSV)


@door.route("/events.jsonl", methods=["GET"])
@door.arguments(PageSchema, location="query")
@door.alt_response(200, **JSONL_DOC)
def events_jsonl(asked: dict[str, Any]) -> Response:
    """The events of a query as JSON Lines: all of them, unless `limit` is given.

    A line is an event as lists show it.
    """
    return events_as(asked, JSONL)


@door.route("/names.csv", methods=["GET"])
@door.arguments(NamesOfTypesSchema, location="query")
@door.alt_response(200, **CSV_DOC)
def names_csv(asked: dict[str, Any]) -> Response:
    """The names in use as CSV: all of them, unless `limit` is given.

    The first line names the columns (RFC 4180).
    """
    return list_as(asked, asked.get("type", ()), CSV)


@door.route("/names.jsonl", methods=["GET"])
@door.arguments(NamesOfTypesSchema, location="query")
@door.alt_response(200, **JSONL_DOC)
def names_jsonl(asked: dict[str, Any]) -> Response:
    """The names in use as JSON Lines: all of them, unless `limit` is given.

    A line is a name as `/api/v1/names` shows it.
    """
    return list_as(asked, asked.get("type", ()), JSONL)


@door.route("/changes.jsonl", methods=["GET"])
@door.arguments(ChangesSchema, location="query")
@door.alt_response(200, **JSONL_DOC)
def changes_jsonl(asked: dict[str, Any]) -> Response:
    """The log after change number `after` as JSON Lines: all of it, unless `limit` is given.

    A line is a change as `/api/v1/changes` shows it.
    """
    return changes_as(asked, JSONL)
