"""The shapes of answers, as the OpenAPI document describes them; `answers` writes them, a contract test holds both."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from schemas.vocabulary import GROUPS, LINK_STATES, RELS, RETRACTED, SAYERS, SCOPES, STATUSES

STANDINGS = ("in force", "expired", "revoked")

_DAY = {"type": "string", "format": "date"}
_DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}


def _day(**more: Any) -> fields.Field[Any]:
    return fields.Raw(required=True, metadata=_DAY | more)


def _one_of(values: Any, description: str = "") -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": "string", "enum": list(values), "description": description})


def _text(*, null: bool = False, description: str = "") -> fields.Field[Any]:
    kind: Any = ["string", "null"] if null else "string"
    return fields.Raw(required=True, metadata={"type": kind, "description": description})


def _whole(description: str = "") -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": "integer", "description": description})


def _texts() -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": "array", "items": {"type": "string"}})


def _bounds(description: str) -> fields.Field[Any]:
    pair = {"type": "array", "items": _DAY_OR_NULL, "minItems": 2, "maxItems": 2, "description": description}
    return fields.Raw(required=True, metadata=pair)


class WhenShape(Schema):
    edtf = _text(description="EDTF (ISO 8601-2)")
    text = _text(description="in words")
    starts = _bounds("earliest and latest first day")
    ends = _bounds("earliest and latest last day; null where open")


class SourceShape(Schema):
    publisher = _text()
    title = _text(null=True)
    url = _text(null=True)
    published = fields.Raw(required=True, metadata=_DAY_OR_NULL)
    published_at = _text(null=True)


class PlaceShape(Schema):
    name = _text(null=True)
    county = _text(null=True)
    province = _text(null=True)
    country = _text(null=True)


class SaidByShape(Schema):
    who = _one_of(SAYERS)
    name = _text(null=True)


class FarEndShape(Schema):
    id = _text()
    title = _text()
    when = fields.Nested(WhenShape, required=True)


class LinkOfEventShape(Schema):
    id = _text()
    rel = _one_of(RELS)
    direction = _one_of(("out", "in"), "out: this event is the link's subject")
    label = _text(description="the rel in words, as seen from this event")
    event = fields.Nested(FarEndShape, required=True)
    gap_days = fields.Raw(
        required=True,
        metadata={
            "type": "array",
            "items": {"type": ["integer", "null"]},
            "description": "days between the two first days, [least, most]; most is null where a bound is open",
        },
    )
    state = _one_of(LINK_STATES)


class EventShape(Schema):
    id = _text()
    calendar = _text()
    zone = _text(description="the calendar's IANA time zone: all days are days there")
    kind = _text()
    group = _one_of(GROUPS)
    title = _text()
    when = fields.Nested(WhenShape, required=True)
    status = _one_of(STATUSES)
    said_by = fields.Nested(SaidByShape, required=True, allow_none=True)
    sequence = _whole("of the state shown")
    last_sequence = _whole("the highest known by then")
    known_on = _day()
    recorded_at = _text(description="the instant it was written here, UTC")
    recorded_by = _text()
    place = fields.Nested(PlaceShape, required=True, allow_none=True)
    people = _texts()
    bodies = _texts()
    themes = _texts()
    programme = _text(null=True)
    note = _text(null=True)
    sources = fields.List(fields.Nested(SourceShape))
    links = fields.List(fields.Nested(LinkOfEventShape))


EVENT_FIELDS = tuple(EventShape().fields)


class EventInListShape(EventShape):
    """An event of which only some fields may be asked for."""


class ListShape(Schema):
    """What every list says besides its items."""

    next = _text(null=True, description="the address of the next page, or null")
    as_known_on = _day(description="answered with what was known at the end of this day")
    zone = _text(null=True, description="the IANA time zone whose days are meant; null where calendars have several")
    through = _whole("the last change known by then")
    total = fields.Integer(metadata={"description": "how many match in all, where `total=true` asks"})
    newest_known_on = fields.Raw(
        metadata=_DAY_OR_NULL | {"description": "the newest day anything here became known, by then"}
    )
    newest_known_days_ago = fields.Raw(
        metadata={"type": ["integer", "null"], "description": "how many days before as_known_on that is"}
    )


class CoveredShape(Schema):
    to = fields.Raw(required=True, metadata=_DAY_OR_NULL)
    kinds = _texts()


class KnowledgeShape(Schema):
    calendar = _text()
    newest_known_on = fields.Raw(required=True, metadata=_DAY_OR_NULL)
    newest_known_days_ago = fields.Raw(required=True, metadata={"type": ["integer", "null"]})
    covered = fields.List(fields.Nested(CoveredShape), required=True)


class EventListShape(ListShape):
    items = fields.List(fields.Nested(EventInListShape(partial=EVENT_FIELDS[1:])), required=True)
    knowledge = fields.List(
        fields.Nested(KnowledgeShape),
        required=True,
        metadata={
            "description": "by calendar: how many days ago the newest report became known, and until when which kinds"
            " are covered; after that day, silence means nothing"
        },
    )


class ChangedFieldShape(Schema):
    field = _text()
    before = fields.Raw(required=True, allow_none=True, metadata={"description": "the value before"})
    after = fields.Raw(required=True, allow_none=True, metadata={"description": "the value after"})


class RevisionShape(Schema):
    sequence = _whole()
    known_on = _day()
    recorded_at = _text()
    recorded_by = _text()
    why = _text(null=True)
    replaced = fields.Boolean(required=True)
    event = fields.Nested(EventShape, required=True)
    changes = fields.List(fields.Nested(ChangedFieldShape), required=True)
    moved = _text(null=True, description="what the date did, in words")


class ChangeShape(Schema):
    change = _whole("the number of the assertion; commit order")
    sort = _one_of(("event", "link", "calendar", "name"))
    subject = _text()
    calendar = _text()
    sequence = _whole()
    known_on = _day()
    recorded_at = _text()
    recorded_by = _text()
    why = _text(null=True)
    replaces = fields.Raw(required=True, metadata={"type": ["integer", "null"]})
    state = fields.Dict(
        required=True,
        metadata={"description": "the whole state asserted, as its sort has it: an event's draft, a link's, ..."},
    )
    sources = fields.List(
        fields.Dict(), required=True, metadata={"description": "the reports it brought; fields not known are left out"}
    )
    days_moved = fields.Raw(
        required=True,
        metadata={"type": ["integer", "null"], "description": "days the earliest first day moved; negative: earlier"},
    )
    moved = _text(null=True, description="the move in words")


class ChangeListShape(ListShape):
    items = fields.List(fields.Nested(ChangeShape), required=True)
    last = _whole("the change number to go on from")


class RevisionListShape(ListShape):
    items = fields.List(fields.Nested(RevisionShape), required=True)


class LinkShape(Schema):
    id = _text()
    calendar = _text()
    rel = _one_of(RELS)
    from_ = fields.Nested(FarEndShape, required=True, data_key="from")
    to = fields.Nested(FarEndShape, required=True)
    state = _one_of((*LINK_STATES, RETRACTED), "retracted: only in the answer to retracting it, and in its history")
    gap_days = LinkOfEventShape._declared_fields["gap_days"]
    evidence = _text(null=True)
    sources = fields.List(fields.Nested(SourceShape), required=True)
    sequence = _whole()
    last_sequence = _whole()
    known_on = _day()
    recorded_at = _text()
    recorded_by = _text()


class KindShape(Schema):
    calendar = _text()
    slug = _text()
    group = _one_of(GROUPS)
    label = _text()
    plural = _text()
    key_meeting = fields.Boolean(required=True)
    known_on = fields.Raw(
        required=True, metadata=_DAY_OR_NULL | {"description": "declared from; null: for as long as the calendar"}
    )


class KindListShape(ListShape):
    items = fields.List(fields.Nested(KindShape), required=True)


class TokenShape(Schema):
    name = _text()
    scope = _one_of(SCOPES)
    calendars = fields.Raw(
        required=True,
        metadata={"type": "array", "items": {"type": "string"}, "description": "where it may write; empty for all"},
    )
    standing = _one_of(STANDINGS)
    created_at = _text()
    created_by = _text()
    expires_at = _text(null=True)
    last_used_at = _text(null=True, description="to the minute")
    revoked_at = _text(null=True)


class NewTokenShape(TokenShape):
    token = _text(description="the secret, shown only here")


class TokenListShape(ListShape):
    items = fields.List(fields.Nested(TokenShape), required=True)


class FeedShape(Schema):
    slug = _text()
    title = _text()
    query = _text(description="the filter language, as an address writes it")
    url = _text(description="where calendar programs subscribe")
    built_in = fields.Boolean(required=True)
    owner = _text(null=True, description="the name of the token that saved it")
    created_at = _text(null=True)
    changed_at = _text(null=True)


class FeedListShape(ListShape):
    items = fields.List(fields.Nested(FeedShape), required=True)


class FeedAddressShape(Schema):
    id = _text()
    feed = _text(description="the slug of the feed")
    owner = _text(description="the name of the token that made it")
    standing = _one_of(STANDINGS, "that of its token: only while that is in force is the feed served")
    created_at = _text()
    last_used_at = _text(null=True, description="to the minute")


class NewFeedAddressShape(FeedAddressShape):
    secret = _text(description="what the address ends with, shown only here")
    url = _text(description="where a calendar program subscribes, shown only here; with `.atom` for newsreaders")


class FeedAddressListShape(ListShape):
    items = fields.List(fields.Nested(FeedAddressShape), required=True)
