"""Imports on the wire: a line of a file, what may be asked of an import, and its report."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, pre_load, validate

from schemas.imports import FORMATS, OUTCOMES, Item, Report
from schemas.wire.drafts import EventDraftSchema
from schemas.wire.fields import Day, Flag, Text
from schemas.wire.questions import PlainListSchema
from schemas.wire.shapes import ListShape

_DERIVED = ("zone", "group", "sequence", "last_sequence", "recorded_at", "recorded_by", "links")
_ID = validate.Regexp(r"\w+(?:-\w+)*\Z", error="Not an id: letters and digits joined by hyphens.")


class ImportLineSchema(EventDraftSchema):
    """A line: an event's draft with, if it likes, the id given once by its import. An event as an answer shows it is
    read too: what follows from it (`group`, `sequence`, `recorded_at`, `links` and the like) is passed over."""

    id = Text(longest=100, validate=_ID)

    @pre_load
    def take_an_answer(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, dict):
            return data
        kept = {key: value for key, value in data.items() if key not in _DERIVED}
        if isinstance(kept.get("when"), dict) and "edtf" in kept["when"]:
            kept["when"] = kept["when"]["edtf"]
        return kept

    @post_load
    def make(self, data: dict[str, Any], **options: Any) -> Any:
        return data.pop("id", None), super().make(data, **options)


class ImportQuestionSchema(Schema):
    """How a file is to be taken in."""

    calendar = Text(longest=100, metadata={"description": "for lines that name none; needed for a foreign .ics"})
    kind = Text(longest=100, metadata={"description": "for lines that name none; needed for a foreign .ics"})
    known_on = Day(metadata={"type": "string", "format": "date", "description": "for lines that say none"})
    dry_run = Flag(load_default=False, metadata={"description": "say what would become of each line; store nothing"})
    in_part = Flag(
        data_key="partial",
        load_default=False,
        metadata={"description": "record the good lines though others are refused"},
    )
    notify = Flag(
        load_default=False, metadata={"description": "raise the letters that its changes would raise one by one"}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"partial" if key == "in_part" else key: value for key, value in data.items()}


class NothingAskedSchema(Schema):
    """A question without fields: any is unknown."""


class ImportPageSchema(PlainListSchema):
    """A page of past imports."""


def _raw(kind: Any, **more: Any) -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": kind, **more})


class _MistakeShape(Schema):
    detail = _raw("string")
    pointer = _raw("string", description="where in the line: /title, /place/county, /DTSTART")


class ImportItemShape(Schema):
    line = _raw("integer", description="where it begins, from 1")
    outcome = _raw("string", enum=list(OUTCOMES))
    id = _raw(["string", "null"], description="the event's; null where it was refused without one")
    sequence = _raw(["integer", "null"], description="of the state that stands or was made; null where refused")
    errors = fields.List(fields.Nested(_MistakeShape), required=True)
    kept_out = _raw("array", items={"type": "string"}, description="what an event has no place for")


class _ImportHeadShape(Schema):
    id = _raw(["string", "null"], description="null where nothing was kept of it")
    file = _raw(["string", "null"], description="the name that Content-Disposition gave, or the path's")
    format = _raw("string", enum=list(FORMATS))
    octets = _raw("integer")
    recorded_at = _raw("string", description="the instant, UTC")
    recorded_by = _raw("string")
    dry_run = fields.Boolean(required=True)
    in_part = fields.Boolean(required=True, data_key="partial")
    notify = fields.Boolean(required=True)
    accepted = _raw("integer")
    unchanged = _raw("integer")
    refused = _raw("integer")
    changes = _raw(["array", "null"], items={"type": "integer"}, description="first and last change number it made")


class _PassedOverShape(Schema):
    line = _raw("integer")
    what = _raw("string", description="a component that is no event: VTODO, VJOURNAL, ...")


class ImportShape(_ImportHeadShape):
    items = fields.List(fields.Nested(ImportItemShape), required=True)
    passed_over = fields.List(fields.Nested(_PassedOverShape), required=True)


class ImportListShape(ListShape):
    items = fields.List(fields.Nested(_ImportHeadShape), required=True)


def head(report: Report) -> dict[str, Any]:
    """An import without its lines: who, when, what file, how many."""
    return {
        "id": report.id,
        "file": report.name,
        "format": report.format,
        "octets": report.octets,
        "recorded_at": report.recorded_at,
        "recorded_by": report.recorded_by,
        "dry_run": report.dry_run,
        "partial": report.partial,
        "notify": report.notify,
        **{outcome: report.counts[outcome] for outcome in OUTCOMES},
        "changes": list(report.changes) if report.changes else None,
    }


def whole(report: Report) -> dict[str, Any]:
    """An import with what became of each line."""
    return {**head(report), "items": [_item(each) for each in report.items], "passed_over": report.passed_over}


def _item(item: Item) -> dict[str, Any]:
    return {
        "line": item.line,
        "outcome": item.outcome,
        "id": item.id,
        "sequence": item.sequence,
        "errors": list(item.mistakes),
        "kept_out": list(item.kept_out),
    }
