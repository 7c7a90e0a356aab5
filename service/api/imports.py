"""/api/v1/imports: take in a file of events, and look at past imports."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Response, request
from werkzeug.http import parse_options_header

from schemas.errors import InvalidRecord, WrongContentType
from schemas.tokens import Token
from schemas.wire import imports as wire
from schemas.wire.imports import (
    ImportListShape,
    ImportPageSchema,
    ImportQuestionSchema,
    ImportShape,
    NothingAskedSchema,
)
from service import answering, entering
from service.answering import Cursor
from service.api.conventions import SECURITY, Door, answer, list_answer, writing
from service.api.creating import IDEMPOTENCY_KEY, created, once
from service.doors import admitted, store
from service.entering import Asked
from service.store import imports
from service.store.asknown import AsKnown, standpoint

door = Door("imports", __name__, url_prefix="/api/v1/imports", description="Files of events, and past imports")

FORMAT_OF: Final = {
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "text/csv": "csv",
    "text/calendar": "ics",
}

_BODY: Final = {
    "required": True,
    "description": "A file of at most 64 MiB",
    "content": {type_: {"schema": {"type": "string"}} for type_ in FORMAT_OF},
}


@door.route("", methods=["POST"])
@writing
@once
@door.arguments(ImportQuestionSchema, location="query")
@door.response(201, ImportShape)
@door.alt_response(200, schema=ImportShape, description="A dry run: nothing was stored")
@door.doc(security=SECURITY, requestBody=_BODY)
@door.taking(IDEMPOTENCY_KEY)
def create_import(asked: dict[str, Any]) -> Response:
    """Record the events of a file, line by line: all or nothing, unless `partial=true`.

    What stands already word for word is unchanged, so that sending a file again changes nothing and says so. Where a
    line is refused, nothing is stored and the problem names every such line.
    """
    token = _writer()
    how = Asked(format=_format(), name=_file_name(), only=token.calendars, **asked)
    body = request.get_data()
    if how.dry_run:
        return answer(wire.whole(entering.take_in(store(), body, how, by=token.name)))

    def show(at: AsKnown, id_: str) -> Response:
        report = entering.report_of(at.conn, id_)
        return answer(wire.whole(report), status=201, headers={"Location": f"/api/v1/imports/{id_}"})

    return created(lambda then: entering.take_in(store(), body, how, by=token.name, then=then), show)


def _writer() -> Token:
    with store().reading() as conn:
        return admitted(conn, "write")


def _format() -> str:
    if request.mimetype not in FORMAT_OF:
        raise WrongContentType(f"The body is {request.mimetype or 'of no type'}: send one of {', '.join(FORMAT_OF)}.")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise WrongContentType(f"The body is in {charset}: send it in utf-8.")
    return FORMAT_OF[request.mimetype]


def _file_name() -> str | None:
    """What `Content-Disposition: attachment; filename="..."` calls the file."""
    _, options = parse_options_header(request.headers.get("Content-Disposition", ""))
    return options.get("filename") or None


@door.route("", methods=["GET"])
@writing
@door.arguments(ImportPageSchema, location="query")
@door.response(200, ImportListShape)
@door.doc(security=SECURITY)
def list_imports(asked: dict[str, Any]) -> Response:
    """Past imports, newest first; with a token limited to calendars, its own. They are what was done here, no
    knowledge: there is no `as_known_on`."""
    text = asked.get("cursor")
    cursor = answering.read_cursor(text, "imports") if text else None
    with store().reading() as conn:
        token, at = admitted(conn, "write"), standpoint(conn, store().clock)
        by = token.name if token.calendars else None
        found = imports.page(conn, asked["limit"] + 1, _number(cursor) if cursor else None, by)
        shown = found[: asked["limit"]]
        after = Cursor(at.day, at.printed, "imports", (str(shown[-1][0]), "")) if len(found) > len(shown) else None
        total = imports.count(conn, by) if asked.get("total") else None
        return list_answer(at, [wire.head(report) for _, report in shown], after.text() if after else None, total)


def _number(cursor: Cursor) -> int:
    if not re.fullmatch("[0-9]{1,16}", cursor.after[0]):
        raise InvalidRecord([{"detail": "Not a cursor: follow `next` as it was given.", "pointer": "?cursor"}])
    return int(cursor.after[0])


@door.route("/<import_id>", methods=["GET"])
@writing
@door.arguments(NothingAskedSchema, location="query")
@door.response(200, ImportShape)
@door.doc(security=SECURITY)
def get_import(_: dict[str, Any], import_id: str) -> Response:
    """What became of each line of a past import. A token limited to calendars sees its own ones."""
    with store().reading() as conn:
        token = admitted(conn, "write")
        return answer(wire.whole(entering.report_of(conn, import_id, by=token.name if token.calendars else None)))
