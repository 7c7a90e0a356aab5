"""Query strings of the .ics addresses: the filter language or a day, and how the feed shows what it finds."""

from __future__ import annotations

import re
from dataclasses import fields as fields_of
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from schemas.feeds import INCLUDED, UNCERTAIN, FeedOptions
from schemas.queries import EventQuery
from schemas.wire.fields import Several, Whole
from schemas.wire.questions import AsKnownSchema, EventQuerySchema

MOST_ALARMS = 5
FURTHEST_ALARM_DAYS = 365

_ALARM = re.compile(r"(\d{1,3})d", re.ASCII)


_DAYS = "([0-9]|[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-5])d"
_ALARMS = {
    "type": "string",
    "pattern": f"^{_DAYS}(,{_DAYS}){{0,{MOST_ALARMS - 1}}}$",
    "description": "an alarm so many days before what lies ahead: `7d,1d`",
}


class Alarms(Several):
    """Days before an event, as `7d,1d`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        words = super()._deserialize(value, attr, data, **options)
        days = {int(found[1]) for word in words if (found := _ALARM.fullmatch(word))}
        if not all(_ALARM.fullmatch(word) for word in words) or max(days) > FURTHEST_ALARM_DAYS:
            raise ValidationError(f"Not alarms: write days before, as 7d,1d, each at most {FURTHEST_ALARM_DAYS}d.")
        if len(days) > MOST_ALARMS:
            raise ValidationError(f"More than {MOST_ALARMS} alarms for one event: leave some out.")
        return tuple(sorted(days, reverse=True))


class _EntrySchema(Schema):
    """How an entry is drawn."""

    uncertain = fields.String(
        validate=validate.OneOf(UNCERTAIN),
        metadata={
            "description": "how uncertain days are shown: a span of at most ten days as a band, a wider one as a"
            " single day (`auto`, the default); any closed span as a band (`span`); the earliest day (`first`); not"
            " at all (`skip`)"
        },
    )
    alarms = Alarms(metadata=_ALARMS)


class _OptionsSchema(_EntrySchema):
    """How a feed shows what it finds."""

    include = fields.String(
        validate=validate.OneOf(INCLUDED),
        metadata={"description": "`announced` leaves out what is merely expected; `all` is the default"},
    )
    past = Whole(
        0, 36500, metadata={"description": "leave out what was over more than so many days ago; moves at midnight"}
    )


class FeedSchema(AsKnownSchema, _OptionsSchema):
    """The feed of a query that has a name: as known on which day, shown how."""

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return _options(data), data


class EventFeedSchema(AsKnownSchema, _EntrySchema):
    """The feed of one event: as known on which day, shown how."""

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return _options(data), data


class QueryFeedSchema(EventQuerySchema, _OptionsSchema):
    """The feed of any query, shown how."""

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return _options(data), EventQuery(**data)


def _options(data: dict[str, Any]) -> FeedOptions:
    """The options among the fields read; they are taken out of `data`."""
    return FeedOptions(**{field.name: data.pop(field.name) for field in fields_of(FeedOptions) if field.name in data})
