"""Bodies: drafts of events and links, with their sources and places."""

from __future__ import annotations

from typing import Any, TypeVar

from marshmallow import Schema, fields, post_load, pre_load, validate

from schemas.events import EventDraft, LinkDraft, Place, SaidBy, Source
from schemas.feeds import LONGEST_SLUG, LONGEST_TITLE, FeedDraft
from schemas.tokens import TokenDraft
from schemas.vocabulary import INVERSES, LINK_STATES, RELS, RETRACTED, SAYERS, SCOPES, STATUSES
from schemas.wire.fields import Day, Instant, Text, WhenText, Whole
from schemas.wire.questions import read_query

S = TypeVar("S", bound=type[Schema])


def nullable(schema: S) -> S:
    """The schema, said to take null for what need not be given."""
    for field in schema._declared_fields.values():
        field.allow_none = field.allow_none or not field.required
    return schema


class DropsNulls(Schema):
    """null in a body means: not given."""

    @pre_load
    def drop_nulls(self, data: Any, **_: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value is not None}
        return data


@nullable
class SourceSchema(DropsNulls):
    error_messages = {"type": 'Not a source: send an object, {"publisher": "...", "published": "2026-05-02"}.'}  # noqa: RUF012

    publisher = Text(required=True, longest=200)
    title = Text(longest=500)
    url = fields.Url(
        schemes={"http", "https"}, require_tld=False, validate=validate.Length(max=2000), metadata={"format": "uri"}
    )
    published = Day(metadata={"format": "date", "type": "string", "description": "the day it appeared"})
    published_at = Instant(
        metadata={"format": "date-time", "description": "the instant it appeared, with its offset; kept as UTC"}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Source:
        return Source(**data)


@nullable
class PlaceSchema(DropsNulls):
    error_messages = {"type": 'Not a place: send an object, {"county": "..."}, of name, county, province, country.'}  # noqa: RUF012

    name = Text(longest=200)
    county = Text(longest=200)
    province = Text(longest=200)
    country = Text(longest=100)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Place:
        return Place(**data)


@nullable
class SaidBySchema(DropsNulls):
    error_messages = {"type": 'Not who said it: send an object, {"who": "press", "name": "..."}.'}  # noqa: RUF012

    who = fields.String(required=True, validate=validate.OneOf(SAYERS))
    name = Text(longest=200)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SaidBy:
        return SaidBy(**data)


_KNOWN_ON = {
    "format": "date",
    "type": "string",
    "description": "the day the public could know this; if not given, the latest day of its sources",
}
_WHY = {"description": "why it is recorded so, for whoever reads its history"}


def _names(description: str) -> fields.List[str]:
    return fields.List(Text(longest=200), validate=validate.Length(max=200), metadata={"description": description})


@nullable
class EventDraftSchema(DropsNulls):
    """POST and PUT of an event: one assertion of its whole state."""

    calendar = Text(required=True, longest=100, metadata={"description": "a calendar's slug; an event keeps it"})
    kind = Text(required=True, longest=100, metadata={"description": "a kind of that calendar (`/api/v1/kinds`)"})
    title = Text(required=True, longest=500, metadata={"description": "what it is, in our own words"})
    when = WhenText(
        required=True,
        metadata={"type": "string", "description": "EDTF, or words such as 'mid-December 2025'", "maxLength": 200},
    )
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    known_on = Day(metadata=_KNOWN_ON)
    said_by = fields.Nested(SaidBySchema)
    place = fields.Nested(PlaceSchema)
    people = _names("who took part, in the order of the report: it is rank")
    bodies = _names("the bodies that act, or whose meeting it is")
    themes = _names("what it is about, in words of your own")
    programme = Text(longest=200, metadata={"description": "the programme it belongs to, under any of its names"})
    note = Text(longest=10_000, lines=True, metadata={"description": "what else there is to say of it"})
    sources = fields.List(
        fields.Nested(SourceSchema),
        validate=validate.Length(max=200),
        metadata={"description": "the reports that say so, those that this revision brings"},
    )
    why = Text(longest=1000, lines=True, metadata=_WHY)
    replaces = Whole(metadata={"description": "the sequence of a revision that was entered wrongly"})
    same_as = Text(longest=100, metadata={"description": "with `retracted`: the id of the event that this one doubles"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> EventDraft:
        for key in ("people", "bodies", "themes"):
            data[key] = tuple(dict.fromkeys(data.get(key, ())))
        data["sources"] = tuple(data.get("sources", ()))
        return EventDraft(**data)


@nullable
class LinkDraftSchema(DropsNulls):
    """POST and PUT of a link: `from` -rel-> `to`; by an inverse name it is kept with its ends exchanged."""

    rel = fields.String(
        required=True,
        validate=validate.OneOf((*RELS, *INVERSES)),
        metadata={"description": "a rel, or an inverse name, which is kept as the rel with `from` and `to` exchanged"},
    )
    subject = Text(required=True, data_key="from", longest=100, metadata={"description": "the id of an event"})
    target = Text(required=True, data_key="to", longest=100, metadata={"description": "the id of another event"})
    state = fields.String(
        validate=validate.OneOf((*LINK_STATES, RETRACTED)),
        metadata={"description": "rejected: not so related; retracted: entered in error, and in no answer any more"},
    )
    known_on = Day(metadata=_KNOWN_ON)
    evidence = Text(longest=1000, lines=True, metadata={"description": "what speaks for it"})
    sources = fields.List(fields.Nested(SourceSchema), validate=validate.Length(max=200))
    why = Text(longest=1000, lines=True, metadata=_WHY)
    replaces = Whole(metadata={"description": "the sequence of a revision that was entered wrongly"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> LinkDraft:
        data["sources"] = tuple(data.get("sources", ()))
        if data["rel"] in INVERSES:
            ends = {"subject": data.pop("target"), "target": data.pop("subject"), "exchanged": True}
            data |= ends | {"rel": INVERSES[data["rel"]]}
        return LinkDraft(**data)


@nullable
class TokenDraftSchema(DropsNulls):
    """POST of a token: what it may do, where and until when."""

    name = Text(
        required=True,
        longest=100,
        metadata={"pattern": r"^[\w.@-]+$", "description": "letters, digits and . _ @ -; it signs what is recorded"},
    )
    scope = fields.String(required=True, validate=validate.OneOf(SCOPES))
    calendars = _names("calendars it is limited to; all if not given")
    expires = Day(
        metadata={"format": "date", "type": "string", "description": "refused from this day on (00:00 UTC)"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> TokenDraft:
        return TokenDraft(**{**data, "calendars": tuple(dict.fromkeys(data.get("calendars", ())))})


_SLUG = validate.Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", error="Not a slug: a-z and 0-9, joined by single hyphens.")


@nullable
class FeedDraftSchema(DropsNulls):
    """POST and PUT of a saved query."""

    title = Text(required=True, longest=LONGEST_TITLE, metadata={"description": "what calendar programs show"})
    query = Text(
        required=True,
        longest=2000,
        metadata={"description": "the filter language as an address writes it: `kind=leader-visit&place=Sinyang`"},
    )
    slug = fields.String(
        validate=[validate.Length(1, LONGEST_SLUG), _SLUG],
        metadata={
            "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
            "description": "its address, `/feeds/<slug>.ics`; made of the title where left out",
        },
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> FeedDraft:
        text = data["query"].removeprefix("?")
        return FeedDraft(title=data["title"], text=text, query=read_query(text), slug=data.get("slug"))
