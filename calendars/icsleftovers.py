"""What of a foreign entry an event has no place for, named so that a person sees what was lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from calendars.icsreading import Component

_TAKEN: Final = {
    *("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "STATUS", "URL"),
    *("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"),
    *("DTSTAMP", "CREATED", "LAST-MODIFIED"),
}
_BOOKKEEPING: Final = {"SEQUENCE", "TRANSP", "REQUEST-STATUS"}
_BOOKKEEPING_PREFIXES: Final = ("X-MICROSOFT-", "X-MOZ-", "X-MS-OLK-", "X-LIC-", "X-GWSHOW", "X-APPLE-TRAVEL", "X-WR-")
_NAMED: Final = {
    "ATTENDEE": "attendees",
    "ORGANIZER": "organizer",
    "ATTACH": "attachments",
    "GEO": "position",
    "X-APPLE-STRUCTURED-LOCATION": "position",
    "X-ALT-DESC": "description as html",
    "RELATED-TO": "relations",
    "COMMENT": "comments",
    "CONTACT": "contacts",
    "RESOURCES": "resources",
    "PRIORITY": "priority",
    "CLASS": "class",
    "CONFERENCE": "conference",
    "X-GOOGLE-CONFERENCE": "conference",
    "IMAGE": "image",
    "COLOR": "colour",
}


def kept_out(component: Component) -> Iterator[str]:
    """The name of each sort of thing left out, once; properties without a name of ours by their own."""
    names = [_name(found.name) for found in component.properties]
    names += ["alarm" if part.name == "VALARM" else part.name for part in component.parts]
    yield from dict.fromkeys(name for name in names if name)


def _name(name: str) -> str | None:
    if name in _TAKEN or name in _BOOKKEEPING or name.startswith(_BOOKKEEPING_PREFIXES):
        return None
    return _NAMED.get(name, name)
