"""Subscriptions on the wire: the body that asks for one, and what is answered to whoever asks."""

from __future__ import annotations

import re
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, post_load, validate

from schemas.errors import DomainError, InvalidRecord
from schemas.mailboxes import LONGEST, NoMailbox, mailbox
from schemas.queries import EventQuery
from schemas.subscriptions import (
    DIGESTS,
    LEAD,
    MATTERS,
    MOST_DAYS_WIDE,
    MOST_LEAD_DAYS,
    UNSEEN,
    USUAL_MATTERS,
    WEBHOOK,
    Choices,
    SubscriptionDraft,
)
from schemas.vocabulary import SAYERS
from schemas.wire.drafts import DropsNulls, nullable
from schemas.wire.fields import Text, Whole
from schemas.wire.questions import read_query

_HOUR = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?", re.ASCII)
_UNASKABLE = (
    "calendar",
    "status",
    "overdue",
    "sort",
    "as_known_on",
    "through",
    "near",
    "within_days",
    "linked_to",
    "rel",
)


class Mailbox(Text):
    """An e-mail address, by form alone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        try:
            return mailbox(super()._deserialize(value, attr, data, **options))
        except NoMailbox as cause:
            raise ValidationError(f"No e-mail address: {cause}") from cause


class Hour(fields.Field[time]):
    """An hour of the day: 7 or 07:00."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> time:
        whole = isinstance(value, int) and not isinstance(value, bool)
        found = _HOUR.fullmatch(str(value)) if whole or isinstance(value, str) else None
        if not found:
            raise ValidationError("No hour of the day: write it as 7 or as 07:00.")
        return time(int(found[1]), int(found[2] or 0))


class Zone(fields.String):
    """An IANA time zone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        if text not in available_timezones():
            raise ValidationError("No IANA time zone: write one such as Asia/Tokyo.")
        return text


class Truth(fields.Field[bool]):
    """true or false, in JSON."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Neither true nor false: say one of them.")
        return value


class Words(Text):
    """The filter language, without what matters say already and what moves nothing that is told."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options).removeprefix("?")
        try:
            query = read_query(text)
        except DomainError as refusal:
            raise ValidationError([str(each["detail"]) for each in refusal.errors()] or refusal.detail) from refusal
        blank = EventQuery()
        asked = [name for name in _UNASKABLE if getattr(query, name) != getattr(blank, name)]
        if asked:
            raise ValidationError(f"{', '.join(asked)}: leave it out; the calendar and the matters say what is told.")
        return text


def _chosen(values: Any, **metadata: Any) -> fields.Field[Any]:
    return fields.List(
        fields.String(validate=validate.OneOf(values)),
        validate=validate.Length(max=len(values)),
        metadata={"items": {"type": "string", "enum": list(values)}, **metadata},
    )


def _days(description: str) -> fields.Field[Any]:
    return fields.List(
        Whole(1, 365), validate=validate.Length(max=MOST_LEAD_DAYS), metadata={"description": description}
    )


@nullable
class SubscriptionDraftSchema(DropsNulls):
    """POST of a subscription."""

    email = Mailbox(
        required=True, longest=LONGEST, metadata={"format": "email", "description": "by form alone; asked to confirm"}
    )
    calendar = Text(required=True, longest=100, metadata={"description": "the slug of a calendar"})
    query = Words(
        longest=2000,
        metadata={
            "description": "which events, as an address writes it; the key meetings of the calendar if not given"
        },
    )
    matters = _chosen(MATTERS, description="what to be told of; all but `unseen` if not given")
    lead_days = _days("how many days before the earliest day of a window, such as 30, 7, 1; 7 if not given")
    hour = Hour(
        metadata={
            "type": ["integer", "string"],
            "minimum": 0,
            "maximum": 23,
            "pattern": "^([01]?[0-9]|2[0-3])(:[0-5][0-9])?$",
            "description": "when letters go that no report causes, as 7 or 07:00; 07:00 if not given",
        }
    )
    zone = Zone(metadata={"description": "whose hour: an IANA time zone; the calendar's if not given"})
    weekdays = Truth(metadata={"type": "boolean", "description": "on Mondays to Fridays only"})
    digest = fields.String(
        validate=validate.OneOf(DIGESTS),
        metadata={"description": "everything in one letter a day or a week (on Mondays), sent even when empty"},
    )
    given_by = _chosen(SAYERS, description="lead-day letters for windows given by these; the body alone if not given")
    widest_days = Whole(
        1,
        MOST_DAYS_WIDE,
        metadata={"description": "lead-day letters for windows at most so many days wide; 31 if not given"},
    )
    people = fields.List(
        Text(longest=200), validate=validate.Length(max=20), metadata={"description": "of whom `unseen` tells"}
    )
    unseen_days = _days("after how many days without a reported appearance `unseen` tells; 14, 21 if not given")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SubscriptionDraft:
        # Only the command line may leave the address out (partial), for the webhook of whoever runs the service.
        email, calendar = data.pop("email", WEBHOOK), data.pop("calendar")
        return SubscriptionDraft(email=email, calendar=calendar, choices=choices_of(data))


def choices_of(data: dict[str, Any]) -> Choices:
    """Choices out of the fields that were read. Lead days that are named ask for `lead`, people for `unseen`; raises
    InvalidRecord for what says nothing together."""
    lead_days = tuple(sorted(set(data.get("lead_days", ())), reverse=True))
    people = tuple(dict.fromkeys(data.get("people", ())))
    wanted = set(data.get("matters", USUAL_MATTERS))
    if "lead_days" in data:
        wanted = wanted | {LEAD} if lead_days else wanted - {LEAD}
    wanted |= {UNSEEN} if people else set()
    if UNSEEN in wanted and not people:
        detail = "unseen tells of named persons: name them in people."
        raise InvalidRecord([{"detail": detail, "pointer": "/people"}])
    if not wanted and not data.get("digest"):
        detail = "Nothing would ever be told: choose a matter, or a digest."
        raise InvalidRecord([{"detail": detail, "pointer": "/matters"}])
    plain: dict[str, Any] = {
        key: data[key] for key in ("query", "hour", "zone", "weekdays", "digest", "widest_days") if key in data
    }
    plain |= {"lead_days": lead_days} if lead_days else {}
    plain |= {"given_by": tuple(data["given_by"])} if data.get("given_by") else {}
    if data.get("unseen_days"):
        plain["unseen_days"] = tuple(sorted(set(data["unseen_days"])))
    return Choices(**plain, people=people, matters=tuple(each for each in MATTERS if each in wanted))


class AcceptedShape(Schema):
    status = fields.Raw(required=True, metadata={"type": "string", "const": "accepted"})
    detail = fields.Raw(required=True, metadata={"type": "string", "description": "what happens now"})
