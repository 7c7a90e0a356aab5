"""Query strings: the filter language, pages, and the questions of the analyses."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from marshmallow import Schema, fields, post_load, validate, validates_schema
from marshmallow import ValidationError as Invalid

from schemas.errors import InvalidRecord
from schemas.queries import EXPANDABLE, NEAR_DAYS, SORTS, Detail, EventQuery
from schemas.vocabulary import GROUPS, INVERSES, NAMED_TYPES, RELS, STATUSES
from schemas.wire.fields import Day, Flag, Several, Text, Whole, Words, load, unescaped
from schemas.wire.shapes import EVENT_FIELDS

NAME_SORTS = ("slug", "-count")

_DATE = {"type": "string", "format": "date"}
_CALENDARS = {"description": "calendars (`/api/v1/calendars`), by comma; all if not given"}
_LIMIT = {"description": "how many to a page"}
_CURSOR = {"description": "where a page begins: follow `next`, which has it"}
_TOTAL = "count all that match"


def _names(what: str) -> dict[str, str]:
    return {"description": f"{what}, by comma: slugs or any spelling (`/api/v1/names`); any of them"}


def _flag(description: str) -> fields.Field[bool]:
    return Flag(metadata={"description": description})


class AsKnownSchema(Schema):
    """As known on which day, through which change."""

    as_known_on = Day(metadata=_DATE | {"description": "answer with what was known at the end of this day"})
    through = Whole(metadata={"description": "answer with what the store held at this change number"})


class EventQuerySchema(AsKnownSchema):
    """The filter language."""

    calendar = Several(metadata=_CALENDARS)
    kind = Several(metadata={"description": "kinds (`/api/v1/kinds`), by comma"})
    group = Several(GROUPS, metadata={"description": "groups of kinds, by comma"})
    status = Several(STATUSES, metadata={"description": "statuses, by comma"})
    person = Several(metadata=_names("persons"))
    place = Several(metadata=_names("places"))
    body = Several(metadata=_names("bodies"))
    theme = Several(metadata=_names("themes"))
    programme = Several(metadata=_names("programmes"))
    people_all = Several(metadata={"description": "persons named together in one state, by comma"})
    said_by = Several(metadata={"description": "who gave the date: body, government, press, or a name"})
    recorded_by = Several(metadata={"description": "who recorded it: names of tokens, or pack"})
    since = Day(data_key="from", metadata=_DATE | {"description": "the span it may lie in ends on this day or later"})
    until = Day(data_key="to", metadata=_DATE | {"description": "the span it may lie in starts by this day"})
    within = _flag("the whole span must lie inside `from` and `to`")
    text = Words(data_key="q", longest=200, metadata={"description": "words of titles, names and notes"})
    overdue = _flag("announced or expected, and its window passed without word")
    near = Text(longest=200, metadata={"description": "the id of an event that it is near to"})
    within_days = Whole(0, 3660, metadata={"description": f"how near, in days between the spans: {NEAR_DAYS}"})
    linked_to = Text(longest=200, metadata={"description": "the id of an event that asserted links join it to"})
    rel = Several((*RELS, *INVERSES), metadata={"description": "by which links, under either of their names"})
    sort = fields.String(
        validate=validate.OneOf(SORTS),
        metadata={"description": "by earliest first day (`starts` if not given) or by when known; `-`: downward"},
    )

    @validates_schema(skip_on_field_errors=False)
    def what_belongs_together(self, data: dict[str, Any], **_: Any) -> None:
        for name, other in (("within_days", "near"), ("rel", "linked_to")):
            if name in data and other not in data:
                raise Invalid(f"Says more about {other}: give that too, or leave this out.", name)
        if data.get("within") and "since" not in data and "until" not in data:
            raise Invalid("Says more about from and to: give one of them too, or leave this out.", "within")

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
    found = [
        {"detail": f"{name}: given twice.", "pointer": "/query"}
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    found += [
        {"detail": f"{name}: a query that is kept says what, not when: leave it out.", "pointer": "/query"}
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
            {"detail": f"{unescaped(each['pointer'].removeprefix('?'))}: {each['detail']}", "pointer": pointer}
            for each in refusal.mistakes
        ]
    )


class PageSchema(EventQuerySchema):
    """A page of a list: how many, from where, and what to show of each."""

    limit = Whole(1, 200, load_default=50, metadata=_LIMIT)
    cursor = Text(longest=1000, metadata=_CURSOR)
    expand = Several(EXPANDABLE, metadata={"description": "what to show of each besides, by comma"})
    shown = Several(EVENT_FIELDS, data_key="fields", metadata={"description": "only these fields, and `id`, by comma"})
    total = _flag(_TOTAL)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        page = {key: data.pop(key, default) for key, default in _PAGE_DEFAULTS.items()}
        expand, shown = data.pop("expand", ()), data.pop("shown", ())
        return {"query": EventQuery(**data), "detail": Detail.of(expand, shown), **page}


_PAGE_DEFAULTS: dict[str, Any] = {"limit": 50, "cursor": None, "total": False}


class PlainListSchema(Schema):
    """A page of a list that stands outside the record: tokens."""

    limit = Whole(1, 200, load_default=50, metadata=_LIMIT)
    cursor = Text(longest=1000, metadata=_CURSOR)
    total = _flag(_TOTAL)


class AsKnownListSchema(PlainListSchema, AsKnownSchema):
    """A page of a short list: feeds, revisions."""


class ShortListSchema(AsKnownListSchema):
    """A page of a short list of some calendars: calendars, kinds."""

    calendar = Several(metadata=_CALENDARS)


class NamesSchema(ShortListSchema):
    """A page of the names in use."""

    text = Words(data_key="q", longest=200, metadata={"description": "words that begin words of one of its spellings"})
    sort = fields.String(
        validate=validate.OneOf(NAME_SORTS),
        load_default="slug",
        metadata={"description": "by slug, or the most frequent first"},
    )


class NamesOfTypesSchema(NamesSchema):
    """A page of the names in use, of some types."""

    type = Several(NAMED_TYPES, metadata={"description": "names of what, by comma"})


class NameSchema(AsKnownSchema):
    """One name, within some calendars."""

    calendar = Several(metadata=_CALENDARS)


class ChangesSchema(AsKnownSchema):
    """The log after a change number."""

    after = Whole(load_default=0, metadata={"description": "the change number that was read last"})
    limit = Whole(1, 200, load_default=50, metadata=_LIMIT)
    total = _flag("count all that match, after `after`")
    calendar = Several(metadata=_CALENDARS)


class WhenQuestionSchema(Schema):
    """Words or EDTF, and the day they were said."""

    text = fields.String(required=True, metadata={"description": "EDTF, or words such as `mid-December 2025`"})
    calendar = Several(metadata=_CALENDARS)
    said_on = Day(metadata=_DATE | {"description": "the day on which words such as `next month` were said"})


ACTIVITIES_AT_MOST = 12
STUDY_TABLES = ("profile", "curve", "epochs", "ratios", "windows", "meetings", "events")
GAP_TABLES = ("curve", "sites")
STUDY_CHARTS = ("profile", "epochs", "ratios")
_ANCHORS = {"description": "the meetings: kinds by comma, or conditions (`kind:plenary;q:extended`)"}
_ACTIVITY = {"description": "what is counted, written as `anchors` are; give the field again for each"}


class _WindowSchema(AsKnownSchema):
    """How windows before meetings are cut, and what is counted in them."""

    lead_days = Whole(
        7, 365, load_default=60, metadata={"description": "how many days before a meeting are its lead-up"}
    )
    overlap = fields.String(
        validate=validate.OneOf(("nearest", "drop")),
        load_default="nearest",
        metadata={"description": "a day before two meetings counts for the nearer one, or such meetings are left out"},
    )
    parts = fields.String(
        validate=validate.OneOf(("once", "each")),
        load_default="once",
        metadata={"description": "an event and its parts count once, or each by itself"},
    )


class LeadupSchema(_WindowSchema):
    """What led up to the anchors: which calendar, anchors and activities, and how far back."""

    calendar = Several(required=True, metadata={"type": "string", "description": "the one calendar it is about"})
    anchors = Text(required=True, longest=500, metadata=_ANCHORS)
    activity = fields.List(
        Text(longest=500), required=True, validate=validate.Length(1, ACTIVITIES_AT_MOST), metadata=_ACTIVITY
    )


class LeadupTableSchema(LeadupSchema):
    """One table of an answer about lead-ups."""

    table = fields.String(
        validate=validate.OneOf(STUDY_TABLES),
        load_default="profile",
        metadata={"description": "which of its tables: there is one behind each chart, and one of all events"},
    )


class LeadupChartSchema(LeadupSchema):
    """One chart of an answer about lead-ups."""

    chart = fields.String(
        validate=validate.OneOf(STUDY_CHARTS),
        load_default="profile",
        metadata={
            "description": "the rate by lead over what chance gives, the events before each meeting, or the ratios"
        },
    )
    of = Whole(
        1,
        ACTIVITIES_AT_MOST,
        load_default=1,
        metadata={"description": "which of the activities asked is drawn: 1, 2, ..."},
    )


class RunUpSchema(_WindowSchema):
    """What led up to one meeting: beside which others, what is counted, and how far back."""

    anchors = Text(longest=500, metadata={"description": f"{_ANCHORS['description']}; key meetings if not given"})
    activity = fields.List(
        Text(longest=500),
        validate=validate.Length(1, ACTIVITIES_AT_MOST),
        metadata={"description": f"{_ACTIVITY['description']}; every covered kind if not given"},
    )


class GapsSchema(AsKnownSchema):
    """How long until a site opens: counted from what, to what, within which programme."""

    calendar = Several(required=True, metadata={"type": "string", "description": "the one calendar it is about"})
    rel = fields.String(
        validate=validate.OneOf(("completes",)),
        load_default="completes",
        metadata={"description": "the link from the later to the earlier: an opening completes a visit"},
    )
    from_kind = Several(required=True, metadata={"description": "kinds it is counted from, by comma"})
    to_kind = Several(required=True, metadata={"description": "kinds it is counted to, by comma"})
    programme = Several(metadata=_names("programmes"))
    theme = Several(metadata=_names("themes of what it is counted from"))
    from_q = Words(longest=200, metadata={"description": "words of the title of what it is counted from"})
    within_days = Whole(0, 36500, metadata={"description": "tell the share that had opened within so many days"})


class GapTableSchema(GapsSchema):
    """One table of an answer about waits."""

    table = fields.String(
        validate=validate.OneOf(GAP_TABLES),
        load_default="curve",
        metadata={"description": "the share opened by each day, or site by site"},
    )
