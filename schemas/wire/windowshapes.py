"""The record of announced windows on the wire: its question, its shapes, its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields

from schemas.vocabulary import SAYERS
from schemas.windows import OUTCOMES, Window, counted, record_in_words
from schemas.wire import answers
from schemas.wire.fields import Several
from schemas.wire.questions import ShortListSchema
from schemas.wire.shapes import ListShape, SaidByShape, WhenShape

_DAY_OR_NULL: Any = {"type": ["string", "null"], "format": "date"}
_WHOLE_OR_NULL: Any = {"type": ["integer", "null"]}


class WindowsSchema(ShortListSchema):
    """Which announced windows."""

    kind = Several(metadata={"description": "kinds (`/api/v1/kinds`), by comma; all if not given"})
    said_by = Several(
        SAYERS,
        metadata={"description": "windows given by these, by comma; what the body itself announced if not given"},
    )


class OfEventShape(Schema):
    id = fields.Raw(required=True, metadata={"type": "string"})
    title = fields.Raw(required=True, metadata={"type": "string"})
    kind = fields.Raw(required=True, metadata={"type": "string"})


class WindowShape(Schema):
    event = fields.Nested(OfEventShape, required=True)
    window = fields.Nested(WhenShape, required=True)
    said_by = fields.Nested(SaidByShape, required=True, allow_none=True)
    known_on = fields.Raw(required=True, metadata={"type": "string", "format": "date"})
    opened = fields.Raw(
        required=True, metadata=_DAY_OR_NULL | {"description": "the day it opened; null where not exactly known"}
    )
    outcome = fields.Raw(
        required=True,
        metadata={
            "type": "string",
            "enum": list(OUTCOMES),
            "description": "when it opened, against the window; `open`: no opening is known; `unclear`: the"
            " day is not known exactly enough",
        },
    )
    days_off = fields.Raw(
        required=True,
        metadata=_WHOLE_OR_NULL
        | {"description": "negative before the earliest day, 0 inside, positive after the last"},
    )
    announced_days_before = fields.Raw(
        required=True, metadata=_WHOLE_OR_NULL | {"description": "from known_on to the opening"}
    )


class WindowCountsShape(Schema):
    early = fields.Raw(required=True, metadata={"type": "integer"})
    inside = fields.Raw(required=True, metadata={"type": "integer"})
    late = fields.Raw(required=True, metadata={"type": "integer"})
    open = fields.Raw(required=True, metadata={"type": "integer"})
    cancelled = fields.Raw(required=True, metadata={"type": "integer"})
    unclear = fields.Raw(required=True, metadata={"type": "integer"})


class WindowListShape(ListShape):
    items = fields.List(fields.Nested(WindowShape), required=True)
    counts = fields.Nested(
        WindowCountsShape, required=True, metadata={"description": "of all windows asked for, not of the page alone"}
    )
    words = fields.Raw(
        required=True,
        metadata={
            "type": "string",
            "description": "the newest of the same windows in one sentence; of what the body announced it is that which"
            " letters and pages quote",
        },
    )


def whole(windows: Sequence[Window], said_by: Sequence[str]) -> dict[str, Any]:
    """What a list says of all that was asked for, windows given by `said_by`: {counts, words}."""
    words = record_in_words(windows, announced=set(said_by) == {"body"})
    return {"counts": counted(windows), "words": words}


def window(value: Window) -> dict[str, Any]:
    """{event, window, said_by, known_on, opened, outcome, days_off, announced_days_before}"""
    return {
        "event": {"id": value.event, "title": value.title, "kind": value.kind},
        "window": answers.when(value.when),
        "said_by": answers.said_by(value.said_by),
        "known_on": answers.day(value.known_on),
        "opened": answers.day(value.opened),
        "outcome": value.outcome,
        "days_off": value.days_off,
        "announced_days_before": value.announced_days_before,
    }
