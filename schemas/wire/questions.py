"""Query strings: the filter language, pages, and the questions of the analyses."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from marshmallow import Schema, fields, post_load, validate, validates_schema
from marshmallow import ValidationError as Invalid

from schemas.errors import InvalidRecord
from schemas.queries import EXPANDABLE, NEAR_DAYS, SORTS, Detail, EventQuery
from schemas.vocabulary import GROUPS, INVERSES, NAMED_TYPES, RELS, STATUSES
from schemas.wire.fields import Day, Several, Text, Whole, load
from schemas.wire.shapes import EVENT_FIELDS

NAME_SORTS = ("slug", "-count")

_COMMA = {"type": "string", "description": "one or more values, by comma"}
_DATE = {"type": "string", "format": "date"}


def _flag(description: str) -> fields.Field[bool]:
    return fields.Boolean(truthy={"true"}, falsy={"false"}, metadata={"description": description})


class AsKnownSchema(Schema):
    """As known on which day, through which change."""

    as_known_on = Day(metadata=_DATE | {"description": "answer with what was known at the end of this day"})
    through = Whole(metadata={"description": "answer with what the store held at this change number"})


class EventQuerySchema(AsKnownSchema):
    """The filter language."""

    calendar = Several(metadata=_COMMA)
    kind = Several(metadata=_COMMA)
    group = Several(GROUPS, metadata=_COMMA)
    status = Several(STATUSES, metadata=_COMMA)
    person = Several(metadata=_COMMA)
    place = Several(metadata=_COMMA)
    body = Several(metadata=_COMMA)
    theme = Several(metadata=_COMMA)
    programme = Several(metadata=_COMMA)
    people_all = Several(metadata=_COMMA | {"description": "persons named together in one state, by comma"})
    said_by = Several(metadata=_COMMA | {"description": "who gave the date: body, government, press, or a name"})
    recorded_by = Several(metadata=_COMMA | {"description": "who recorded it: names of tokens, or pack"})
    since = Day(data_key="from", metadata=_DATE | {"description": "the span it may lie in ends on this day or later"})
    until = Day(data_key="to", metadata=_DATE | {"description": "the span it may lie in starts by this day"})
    within = _flag("the whole span must lie inside `from` and `to`")
    text = Text(data_key="q", longest=200, metadata={"description": "words of titles, names and notes"})
    overdue = _flag("announced or expected, and its window passed without word")
    near = Text(longest=200, metadata={"description": "the id of an event that it is near to"})
    within_days = Whole(0, 3660, metadata={"description": f"how near, in days between the spans: {NEAR_DAYS}"})
    linked_to = Text(longest=200, metadata={"description": "the id of an event that asserted links join it to"})
    rel = Several((*RELS, *INVERSES), metadata=_COMMA | {"description": "by which links, under either of their names"})
    sort = fields.String(validate=validate.OneOf(SORTS))

    @validates_schema(skip_on_field_errors=False)
    def what_belongs_together(self, data: dict[str, Any], **_: Any) -> None:
        for name, other in (("within_days", "near"), ("rel", "linked_to")):
            if name in data and other not in data:
                raise Invalid(f"Says more about {other}: give that too, or leave this out.", name)

    @validates_schema(skip_on_field_errors=False)
    def span_is_ordered(self, data: dict[str, Any], **_: Any) -> None:
        if "since" in data and "until" in data and data["since"] > data["until"]:
            raise Invalid(f"from {data['since']} lies after to {data['until']}.", "from")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return EventQuery(**data)


def read_query(text: str) -> EventQuery:
    """The query that a query string says, as a saved query keeps it; raises InvalidRecord with the pointer `/query`.

    It says what, not when: `as_known_on` and `through` belong to the address of the feed.
    """
    pairs = parse_qsl(text, keep_blank_values=True)
    names = [name for name, _ in pairs]
    found = [{"detail": f"{name}: given twice.", "pointer": "/query"} for name in set(names) if names.count(name) > 1]
    found += [
        {"detail": f"{name}: ask the feed's address for a day, not the saved query.", "pointer": "/query"}
        for name in sorted({"as_known_on", "through"} & set(names))
    ]
    if found or not pairs:
        raise InvalidRecord(
            found or [{"detail": "Not a query: write it as kind=plenary&from=2025-12-01.", "pointer": "/query"}]
        )
    try:
        query: EventQuery = load(EventQuerySchema(), dict(pairs), "?")
    except InvalidRecord as refusal:
        raise within(refusal, "/query") from refusal
    return query


def within(refusal: InvalidRecord, pointer: str) -> InvalidRecord:
    """The mistakes of a query that stands at `pointer` of a body: each says its field in words."""
    return InvalidRecord(
        [
            {"detail": f"{each['pointer'].removeprefix('?')}: {each['detail']}", "pointer": pointer}
            for each in refusal.mistakes
        ]
    )


class PageSchema(EventQuerySchema):
    """A page of a list: how many, from where, and what to show of each."""

    limit = Whole(1, 200, load_default=50)
    cursor = Text(longest=1000)
    expand = Several(EXPANDABLE, metadata=_COMMA)
    shown = Several(EVENT_FIELDS, data_key="fields", metadata=_COMMA | {"description": "only these fields, and `id`"})
    total = _flag("count all that match")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        page = {key: data.pop(key, default) for key, default in _PAGE_DEFAULTS.items()}
        expand, shown = data.pop("expand", ()), data.pop("shown", ())
        return {"query": EventQuery(**data), "detail": Detail.of(expand, shown), **page}


_PAGE_DEFAULTS: dict[str, Any] = {"limit": 50, "cursor": None, "total": False}


class AsKnownListSchema(AsKnownSchema):
    """A page of a short list: feeds."""

    limit = Whole(1, 200, load_default=50)
    cursor = Text(longest=1000)


class ShortListSchema(AsKnownListSchema):
    """A page of a short list of some calendars: calendars, kinds."""

    calendar = Several(metadata=_COMMA)


class PlainListSchema(Schema):
    """A page of a list that stands outside the record: tokens."""

    limit = Whole(1, 200, load_default=50)
    cursor = Text(longest=1000)


class NamesSchema(ShortListSchema):
    """A page of the names in use."""

    text = Text(data_key="q", longest=200, metadata={"description": "words that begin words of one of its spellings"})
    sort = fields.String(validate=validate.OneOf(NAME_SORTS), load_default="slug")


class NamesOfTypesSchema(NamesSchema):
    """A page of the names in use, of some types."""

    type = Several(NAMED_TYPES, metadata=_COMMA)


class NameSchema(AsKnownSchema):
    """One name, within some calendars."""

    calendar = Several(metadata=_COMMA)


class ChangesSchema(AsKnownSchema):
    """The log after a change number."""

    after = Whole(load_default=0)
    limit = Whole(1, 200, load_default=50)
    calendar = Several(metadata=_COMMA)


class WhenQuestionSchema(Schema):
    """Words or EDTF, and the day they were said."""

    text = fields.String(required=True)
    calendar = Several(metadata=_COMMA)
    said_on = Day(metadata=_DATE)


class LeadupSchema(AsKnownSchema):
    """What led up to the anchors: which calendar, anchors and activities, and how far back."""

    calendar = Several(required=True, metadata=_COMMA)
    anchors = Text(required=True, longest=500)
    activity = fields.List(Text(longest=500), required=True, validate=validate.Length(1, 12))
    lead_days = Whole(7, 365, load_default=60)
    overlap = fields.String(validate=validate.OneOf(("nearest", "drop")), load_default="nearest")
    parts = fields.String(validate=validate.OneOf(("once", "each")), load_default="once")
