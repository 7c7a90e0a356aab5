"""One event as one VEVENT (RFC 5545, 7986, 9253): a pure function of what is seen, never of today.

How a `when` is shown:

- Exactly known days stand as they are; a time of day stands as local time in the calendar's zone.
- What has begun and has no known end (`a/..`) is one entry on its first day; the title says that it goes on.
- Of uncertain days the title carries the words and, for what lies ahead, whose they are. `Style.uncertain` says where
  the entry stands: `auto` shows a span of at most ten days as a band and a wider or open one as a single day, the later
  of its earliest day and the day it became known, though never past the span's own end; `span` shows any closed span as
  a band; `first` shows the earliest day; `skip` shows nothing.

No entry makes its reader look busy (TRANSP:TRANSPARENT): these are the acts of others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from calendars.contentlines import escaped, folded, parameter
from calendars.description import begun, describe, when_in_words, whose
from schemas.events import Event, EventView, LinkSeen, Source
from schemas.feeds import UNCERTAIN
from schemas.plaintext import one_line, paragraphs, uri
from schemas.vocabulary import AHEAD, RELS

RENDERER: Final = 1
"""Raised with every change of the bytes, so that stored ones are made anew; golden files and CHANGELOG go with it."""

TIMED: Final = b"BEGIN:VEVENT\r\nDTSTART;TZID="
"""How the VEVENT of an event with a time of day begins; its zone and year follow."""

_BAND_DAYS: Final = 10
_ICAL_STATUS: Final = {"held": "CONFIRMED", "cancelled": "CANCELLED", "retracted": "CANCELLED"}
_TITLE_OPENS: Final = {"cancelled": "Cancelled: ", "retracted": "Entered in error: "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How events are drawn: `uncertain` is of UNCERTAIN, `alarms` are days before what lies ahead.

    `public_url` is the address, without a closing slash, under which this service is reached.
    """

    public_url: str
    uncertain: str = "auto"
    alarms: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.uncertain not in UNCERTAIN:
            raise ValueError(f"uncertain is {self.uncertain!r}; it must be one of {', '.join(UNCERTAIN)}.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar program shows of an event: its first and last day, both included; the local time in the event's
    zone at which it starts, None for all day; its title; its STATUS (RFC 5545 section 3.8.1.11)."""

    first: date
    last: date
    moment: datetime | None
    title: str
    status: str


def entry(event: Event, uncertain: str) -> Entry | None:
    """What is shown of an event where uncertain days are drawn as `uncertain` says; None where it is skipped."""
    moment = _moment(event)
    days = _shown(event, uncertain)
    if days is None:
        return None
    first, last = (moment.date(), moment.date()) if moment else days
    return Entry(first, last, moment, _summary(event), _status(event))


def render(view: EventView, style: Style) -> bytes:
    """The VEVENT as content lines ended by CRLF and folded at 75 octets; empty for what the style skips.

    Equal views and styles give equal bytes in any process and any year.
    """
    event = view.event
    shown = entry(event, style.uncertain)
    if shown is None:
        return b""
    summary = shown.title
    lines = [
        "BEGIN:VEVENT",
        *_start_and_end(shown, event.zone),
        *_identity(view),
        f"SUMMARY:{escaped(summary)}",
        f"DESCRIPTION:{escaped(describe(view, style.public_url))}",
        *_place(event),
        f"STATUS:{shown.status}",
        "TRANSP:TRANSPARENT",
        f"CATEGORIES:{','.join(escaped(one_line(word)) for word in (event.kind, *event.themes))}",
        f"CONCEPT:{uri(f'{style.public_url}/api/v1/kinds#{event.kind}')}",
        f"URL:{uri(f'{style.public_url}/events/{event.id}')}",
        *map(_source, event.sources),
        *(_related(link) for link in view.links),
        *_extensions(event, summary),
        *_alarms(event, summary, style.alarms),
        "END:VEVENT",
    ]
    return folded(lines)


def digest(view: EventView, style: Style) -> str:
    """32 hexadecimal digits: equal ones mean equal bytes from `render` (different ones may too). Far cheaper."""
    return hashlib.blake2b(repr((RENDERER, view, style)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def uid(event_id: str, calendar: str) -> str:
    """The UID that an event keeps for ever."""
    return f"{event_id}@{calendar}.leadup"


def _shown(event: Event, uncertain: str) -> tuple[date, date] | None:
    """The first and the last day of the entry, both included; None where the style skips it."""
    when = event.when
    first, last = when.starts_min, when.ends_max
    if first and last and not when.uncertain:
        return first, last
    if opening := begun(when):
        return opening, opening
    if uncertain == "skip":
        return None
    earliest = first or last or event.known_on
    if uncertain == "first":
        return earliest, earliest
    if first and last and (uncertain == "span" or last - first < timedelta(_BAND_DAYS)):
        return first, last
    day = max(first or event.known_on, event.known_on)
    day = min(day, last) if last else day
    return day, day


def _start_and_end(shown: Entry, zone: str) -> Iterator[str]:
    """DTSTART and DTEND (exclusive); what begins at a time of day has no known end and so no DTEND."""
    if shown.moment is not None:
        yield f"DTSTART;TZID={zone}:{_date(shown.moment.date())}T{shown.moment:%H%M%S}"
        return
    yield f"DTSTART;VALUE=DATE:{_date(shown.first)}"
    if shown.last < date.max:
        yield f"DTEND;VALUE=DATE:{_date(shown.last + timedelta(1))}"


def _moment(event: Event) -> datetime | None:
    """The local day and time of day in the calendar's zone, if there is one; a time without an offset is local."""
    if event.when.time is None:
        return None
    moment = datetime.fromisoformat(event.when.edtf)
    return moment if moment.tzinfo is None else moment.astimezone(ZoneInfo(event.zone))


def _identity(view: EventView) -> Iterator[str]:
    event = view.event
    changed = datetime.fromisoformat(view.changed_at).astimezone(UTC)
    stamp = f"{_date(changed.date())}T{changed:%H%M%S}Z"
    yield f"UID:{escaped(one_line(uid(event.id, event.calendar)))}"
    yield f"DTSTAMP:{stamp}"
    yield f"LAST-MODIFIED:{stamp}"
    yield f"SEQUENCE:{event.sequence}"


def _summary(event: Event) -> str:
    """The title, with what a calendar program would not show: cancelled, or an uncertain date and whose it is."""
    title = _TITLE_OPENS.get(event.status, "") + one_line(event.title)
    ahead = event.status in AHEAD
    words = [when_in_words(event)] if event.when.uncertain else ["expected"] if event.status == "expected" else []
    if words and ahead and event.said_by is not None:
        words.append(whose(event.said_by))
    return f"{title} ({', '.join(words)})" if words else title


def _status(event: Event) -> str:
    """What is held is confirmed once its first day is exact; what is cancelled or retracted never comes back."""
    status = _ICAL_STATUS.get(event.status, "TENTATIVE")
    uncertain = event.when.uncertain and (not begun(event.when) or "?" in event.when.edtf)
    return "TENTATIVE" if uncertain and status == "CONFIRMED" else status


def _place(event: Event) -> Iterator[str]:
    if event.place is None:
        return
    place = event.place
    parts = [one_line(part) for part in (place.name, place.county, place.province, place.country) if part]
    shown = [part for part, before in zip(parts, [None, *parts], strict=False) if part != before]
    if shown:
        yield f"LOCATION:{escaped(', '.join(shown))}"


def _source(source: Source) -> str:
    """LINK (RFC 9253) with the relation `via` (RFC 4287: the source); an X- property for one without an address."""
    attributes = parameter("X-LEADUP-PUBLISHER", source.publisher)
    if source.published is not None:
        attributes += f";X-LEADUP-PUBLISHED={_date(source.published)}"
    if source.url is None:
        return f"X-LEADUP-SOURCE{attributes}:{escaped(one_line(source.title or ''))}"
    label = parameter("LABEL", source.title) if source.title else ""
    return f"LINK;LINKREL=via{label}{attributes};VALUE=URI:{uri(source.url)}"


def _related(link: LinkSeen) -> str:
    """RELATED-TO: a part names its PARENT and the whole its CHILD, our other relations are X- types."""
    rel = RELS[link.rel]
    outward = link.direction == "out"
    if link.rel == "part_of":
        reltype = "PARENT" if outward else "CHILD"
    else:
        reltype = "X-LEADUP-" + (rel.slug if outward else rel.inverse).upper().replace("_", "-")
    return f"RELATED-TO;RELTYPE={reltype}:{escaped(one_line(uid(link.other_id, link.other_calendar)))}"


def _extensions(event: Event, summary: str) -> Iterator[str]:
    """What RFC 5545 has no property for; with it our own import reads the same event back."""
    when = event.when
    yield f"X-LEADUP-EDTF:{escaped(one_line(when.edtf))}"
    for name in ("starts_min", "starts_max", "ends_min", "ends_max"):
        bound: date | None = getattr(when, name)
        if bound is not None:
            yield f"X-LEADUP-{name.upper().replace('_', '-')};VALUE=DATE:{_date(bound)}"
    yield f"X-LEADUP-KNOWN-ON;VALUE=DATE:{_date(event.known_on)}"
    yield f"X-LEADUP-STATUS:{event.status}"
    if event.said_by is not None:
        name = parameter("X-LEADUP-NAME", event.said_by.name) if event.said_by.name else ""
        yield f"X-LEADUP-SAID-BY{name}:{event.said_by.who}"
    if summary != event.title:
        yield f"X-LEADUP-TITLE:{escaped(one_line(event.title))}"
    for name, value in _named(event):
        yield f"X-LEADUP-{name}:{escaped(paragraphs(value))}"


def _named(event: Event) -> Iterator[tuple[str, str]]:
    """Names and note by property; people and bodies one a line, in the order of the report."""
    if event.place is not None:
        for part in ("name", "county", "province", "country"):
            if value := getattr(event.place, part):
                yield f"PLACE-{part.upper()}", value
    yield from (("PERSON", person) for person in event.people)
    yield from (("BODY", body) for body in event.bodies)
    if event.programme:
        yield "PROGRAMME", event.programme
    if event.note:
        yield "NOTE", event.note


def _alarms(event: Event, summary: str, lead_days: tuple[int, ...]) -> Iterator[str]:
    """One VALARM a lead (RFC 5545 section 3.6.6), for what lies ahead only."""
    if event.status not in AHEAD:
        return
    for days in lead_days:
        yield from (
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"TRIGGER:-P{days}D",
            f"DESCRIPTION:{escaped(summary)}",
            "END:VALARM",
        )


def _date(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"
