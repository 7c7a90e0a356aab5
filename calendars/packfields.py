"""What the files of a pack may hold: their fields and the rules that a calendar, a name or an event keeps by itself.

`CALENDAR`, `NAME` and `event_line` read one calendar.toml, one line of names.jsonl and one line of events.jsonl; each
takes the parsed JSON or TOML and raises Unfit with everything that is wrong in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from reprlib import repr as shortened
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calendars.fieldreaders import (
    Reader,
    Sentence,
    Unfit,
    calendar_day,
    checked,
    flag,
    list_of,
    one_of,
    record,
    slug,
    text,
    whole_number,
)
from schemas.calendars import Calendar, Check, Coverage, Promise, Rule, Thin
from schemas.errors import DomainError, InvalidRecord
from schemas.events import EventDraft, Place, SaidBy, Source
from schemas.names import Former, Name
from schemas.queries import read_filter
from schemas.rules import broken_by_state, broken_by_time, utc
from schemas.vocabulary import GROUPS, NAME_TYPES, RELS, SAYERS, STATUSES, Kind
from schemas.when import When, parse


@dataclass(frozen=True, slots=True)
class PackLink:
    """A link from the event that holds it to the event `to`, and the day from which it could be drawn."""

    rel: str
    to: str
    known_on: date


@dataclass(frozen=True, slots=True)
class PackEvent:
    """An event of a pack: its line in events.jsonl (from 1), its id, its assertions in order of known_on, its links."""

    line: int
    id: str
    revisions: tuple[EventDraft, ...]
    links: tuple[PackLink, ...] = ()


def _zone(value: Any) -> str:
    try:
        return ZoneInfo(text(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unfit(("", f"must be an IANA time zone such as Asia/Tokyo, not {shortened(value)}")) from None


def _instant(value: Any) -> str:
    try:
        if datetime.fromisoformat(text(value)).tzinfo:
            return utc(value)
    except ValueError:
        pass
    raise Unfit(("", f"must be an instant such as 2025-12-05T06:00:00+09:00, not {shortened(value)}"))


def _when(zone: ZoneInfo, value: Any) -> When:
    try:
        return parse(text(value), zone)
    except DomainError as error:
        raise Unfit(("", f"cannot be read: {error.detail}")) from error


def _spanned(make: type[Coverage] | type[Promise] | type[Thin], **fields: Any) -> Coverage | Promise | Thin:
    return make(since=fields.pop("from"), until=fields.pop("to"), **fields)


def _wrong_in_span(span: Coverage | Promise | Thin) -> Iterator[Sentence]:
    if span.until < span.since:
        yield "to", f"is {span.until}, before from, {span.since}"


def _wrong_in_calendar(calendar: Calendar) -> Iterator[Sentence]:
    declared = [kind.slug for kind in calendar.kinds]
    for repeated in [each for each, count in Counter(declared).items() if count > 1]:
        yield "kinds", f"declares {repeated!r} twice"
    for field, claims in (("coverage", calendar.coverage), ("announcements", calendar.announcements)):
        for number, claim in enumerate(claims):
            for unknown in [kind for kind in claim.kinds if kind not in declared]:
                yield f"{field}[{number}].kinds", f"names {unknown!r}, which is not declared in [[kinds]]"
    for number, rule in enumerate(calendar.rules):
        if rule.kind not in declared:
            yield f"rules[{number}].kind", f"names {rule.kind!r}, which is not declared in [[kinds]]"
    for number, promise in enumerate(calendar.promises):
        for field in ("begun", "inspected", "opened"):
            try:
                read_filter(getattr(promise, field))
            except InvalidRecord as refusal:
                yield f"promises[{number}].{field}", f"cannot be read: {refusal.mistakes[0]['detail']}"


def _wrong_in_revision(zone: str, draft: EventDraft) -> Iterator[Sentence]:
    known = draft.known_on
    if known:
        broken = broken_by_time(known, draft.sources, zone, today=known) + broken_by_state(draft, known)
        yield from ((_place(error.pointer or ""), f"is refused: {error.detail}") for error in broken)


def _place(pointer: str) -> str:
    return re.sub(r"\.(\d+)", r"[\1]", pointer.strip("/").replace("/", "."))


def _wrong_in_event(event: PackEvent) -> Iterator[Sentence]:
    if not event.revisions:
        yield "revisions", "must hold at least one"
    for number, (before, after) in enumerate(pairwise(event.revisions), 1):
        if before.known_on and after.known_on and after.known_on < before.known_on:
            yield f"revisions[{number}].known_on", f"is {after.known_on}, before that of the revision above it"


_TEXTS: Final = list_of(text)
_SPAN: Final = {"from": calendar_day, "to": calendar_day}
_THIN: Final = checked(
    record(partial(_spanned, Thin), _SPAN | {"reason": text}, {"known_on": calendar_day}), _wrong_in_span
)
_COVERAGE: Final = checked(
    record(
        partial(_spanned, Coverage),
        _SPAN | {"kinds": _TEXTS, "known_on": calendar_day},
        {"programme": text, "note": text, "thin": list_of(_THIN)},
    ),
    _wrong_in_span,
)
_KIND: Final = record(
    Kind,
    {"slug": slug, "group": one_of(GROUPS), "label": text, "plural": text},
    {"key_meeting": flag, "known_on": calendar_day, "variants": _TEXTS},
)
_COUNTS: Final = {"year": whole_number, "theirs": whole_number, "ours": whole_number}
_CHECK: Final = record(Check, _COUNTS | {"publisher": text, "what": text, "known_on": calendar_day}, {"url": text})
_RULE: Final = record(
    Rule,
    {"kind": slug, "every_years": whole_number, "known_on": calendar_day, "words": text, "publisher": text},
    {"url": text},
)
_PROMISE: Final = checked(
    record(
        partial(_spanned, Promise),
        _SPAN
        | dict.fromkeys(("words", "publisher", "begun", "inspected", "opened"), text)
        | {"programme": slug, "sites_a_year": whole_number, "known_on": calendar_day},
        {"url": text},
    ),
    _wrong_in_span,
)
CALENDAR: Final = checked(
    record(
        Calendar,
        {"slug": slug, "name": text, "zone": _zone, "known_on": calendar_day, "kinds": list_of(_KIND)},
        dict.fromkeys(("description", "color", "language", "country", "licence"), text)
        | {"coverage": list_of(_COVERAGE), "announcements": list_of(_COVERAGE), "checks": list_of(_CHECK)}
        | {"rules": list_of(_RULE), "promises": list_of(_PROMISE), "showcase": calendar_day}
        | {"variants": _TEXTS},
    ),
    _wrong_in_calendar,
)
NAME: Final = record(
    Name,
    {"slug": slug, "type": one_of(NAME_TYPES), "name": text, "known_on": calendar_day},
    {
        "native": text,
        "variants": _TEXTS,
        "former": list_of(record(Former, {"name": text, "until": calendar_day}, {})),
        "part_of": slug,
        "all_of": list_of(slug),
        "one_of": list_of(slug),
    },
)
_SOURCE: Final = record(
    Source, {"publisher": text}, {"title": text, "url": text, "published": calendar_day, "published_at": _instant}
)
_LINK: Final = record(PackLink, {"rel": one_of(RELS), "to": slug, "known_on": calendar_day}, {})


def event_line(calendar: Calendar | None) -> Reader:
    """The reader of a line of events.jsonl; without a calendar that could be read, kinds go unchecked."""
    zone = calendar.zone if calendar else "UTC"
    revision = record(
        partial(EventDraft, calendar=calendar.slug if calendar else ""),
        {
            "known_on": calendar_day,
            "kind": one_of([kind.slug for kind in calendar.kinds]) if calendar else text,
            "title": text,
            "when": partial(_when, ZoneInfo(zone)),
            "status": one_of(STATUSES),
        },
        {
            "said_by": record(SaidBy, {"who": one_of(SAYERS)}, {"name": text}),
            "place": record(Place, {}, dict.fromkeys(("name", "county", "province", "country"), text)),
            "people": _TEXTS,
            "bodies": _TEXTS,
            "themes": _TEXTS,
            "programme": text,
            "note": text,
            "sources": list_of(_SOURCE),
        },
    )
    revisions = list_of(checked(revision, partial(_wrong_in_revision, zone)))
    line = record(partial(PackEvent, line=0), {"id": slug, "revisions": revisions}, {"links": list_of(_LINK)})
    return checked(line, _wrong_in_event)
