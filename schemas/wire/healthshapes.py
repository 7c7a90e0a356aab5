"""The shapes of what /healthz answers, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

_DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}


def _a(kind: Any, **more: Any) -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": kind, **more})


class ClockShape(Schema):
    status = _a("string", enum=["never seen", "silent", "beating"])
    last_beat = _a(["string", "null"], description="the instant, UTC")
    failure = _a(["string", "null"], description="why a job last failed; null where none did")
    letters_waiting = _a("integer")
    letters_refused = _a("integer")
    letters_given_up = _a("integer")
    letters_delayed = _a(["string", "null"], description="why the last try of one that waits failed; null for none")


class HealthShape(Schema):
    status = _a("string", enum=["ok"])
    store = _a("string", enum=["readable"])
    migrations = _a("string", enum=["current"])
    today = fields.Raw(required=True, metadata={"type": "string", "format": "date"})
    newest_known_on = fields.Raw(required=True, metadata=_DAY_OR_NULL)
    newest_known_days_ago = _a(["integer", "null"])
    calendars = fields.Raw(
        required=True,
        metadata={
            "type": "object",
            "additionalProperties": _DAY_OR_NULL,
            "description": "by calendar, the newest day anything in it became known",
        },
    )
    clock = fields.Nested(ClockShape, required=True)


class FailingShape(Schema):
    status = _a("string", enum=["failing"])
    store = _a("string", description="`readable`, or what is wrong")
    migrations = fields.Raw(metadata={"type": "string", "description": "what is missing"})
