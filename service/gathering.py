"""Gathering what a study of lead-ups is made from: the meetings, the events of each activity, and what covers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from schemas.calendars import Calendar, Coverage
from schemas.errors import DomainError, InvalidRecord
from schemas.events import Event
from schemas.queries import EventQuery, read_filter, values_of
from schemas.vocabulary import NAME_TYPES, Kind
from service.store import events, links
from service.store.asknown import AsKnown
from service.store.timeline import find

PART_OF_MEETING: Final = "part-of-meeting"
PART_OF_ACTIVITY: Final = "part-of-activity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: which calendar's anchors and activities (short filters), how far back, and the rules chosen."""

    calendar: str
    anchors: str
    activities: tuple[str, ...]
    lead_days: int = 60
    overlap: str = "nearest"
    parts: str = "once"

    def asked(self) -> dict[str, Any]:
        """The question as answers say it."""
        return {
            "calendar": self.calendar,
            "anchors": self.anchors,
            "activity": list(self.activities),
            "lead_days": self.lead_days,
            "overlap": self.overlap,
            "parts": self.parts,
        }


@dataclass(frozen=True, slots=True)
class Meetings:
    """What all activities of one question share: the held meetings of its anchor query in order of their first day,
    the claims that cover them by kind, and by event what it is part of, directly or through others."""

    at: AsKnown
    calendar: Calendar
    question: Question
    named: str
    anchors: list[Event]
    claims: list[list[Coverage]]
    within: dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Activity:
    """The held events of one activity but for the meetings themselves; `apart` are those that are not counted since
    they are part of others, by id and with the reason. `claims` cover it and the meetings, by kind."""

    text: str
    named: str
    query: EventQuery
    events: list[Event]
    apart: dict[str, str]
    claims: list[list[Coverage]]

    @property
    def counted(self) -> list[Event]:
        """The events that have a day of their own to be counted on."""
        return [event for event in self.events if event.id not in self.apart]

    @property
    def coverage(self) -> list[Coverage]:
        """Every claim once."""
        return list(dict.fromkeys(claim for kind in self.claims for claim in kind))


def gather(at: AsKnown, question: Question) -> tuple[Meetings, list[Activity]]:
    """The meetings and activities of a question; raises InvalidRecord for a calendar, anchor or activity that cannot
    be read."""
    calendar = one_calendar(at, question.calendar)
    asked, *queries = _queries(calendar, question)
    within = wholes(at, calendar.slug)
    named = label(at, calendar, question.anchors)
    meetings = Meetings(at, calendar, question, named, held(at, asked), claims(at, calendar, asked), within)
    return meetings, [_activity(meetings, *each) for each in zip(question.activities, queries, strict=True)]


def one_calendar(at: AsKnown, slug: str) -> Calendar:
    """The calendar of that slug as known by then; raises InvalidRecord."""
    calendar = at.calendars.get(slug)
    if calendar is None:
        known = f"one of {', '.join(sorted(at.calendars))}" if at.calendars else f"no calendar is known on {at.day}"
        raise InvalidRecord([{"detail": f"{slug}: unknown; {known}.", "pointer": "?calendar"}])
    return calendar


def unreadable(at: AsKnown, asked: Mapping[str, Any]) -> list[DomainError]:
    """What `gather` would refuse of the anchors and activities of a question, one by one."""
    calendar = at.calendars.get(next(iter(asked.get("calendar", ())), ""))
    if calendar is None:
        return []
    _, mistakes = _read(calendar, asked.get("anchors"), asked.get("activity", ()))
    return [InvalidRecord([each]) for each in mistakes]


def _queries(calendar: Calendar, question: Question) -> list[EventQuery]:
    """The queries of the anchors and of each activity; raises InvalidRecord with all that cannot be read."""
    found, mistakes = _read(calendar, question.anchors, question.activities)
    if mistakes:
        raise InvalidRecord(mistakes)
    return found


def _read(
    calendar: Calendar, anchors: str | None, activities: Sequence[str]
) -> tuple[list[EventQuery], list[dict[str, Any]]]:
    """The queries of the anchors, if given, and of each activity; and what is wrong with those that cannot be read."""
    found, mistakes = [], []
    asked = [("?anchors", anchors)] if anchors is not None else []
    for pointer, text in [*asked, *(("?activity", each) for each in activities)]:
        try:
            found.append(held_query(calendar, text, pointer))
        except InvalidRecord as refusal:
            mistakes += refusal.mistakes
    return found, mistakes


def held_query(calendar: Calendar, text: str, pointer: str) -> EventQuery:
    """The query of the held events of a calendar that a short filter stands for; raises InvalidRecord at `pointer`."""
    try:
        query = read_filter(text)
    except InvalidRecord as refusal:
        raise InvalidRecord([{**each, "pointer": pointer} for each in refusal.mistakes]) from refusal
    for name, asked, known in (
        ("kind", query.kind, {kind.slug for kind in calendar.kinds}),
        ("group", query.group, {kind.group for kind in calendar.kinds}),
    ):
        if unknown := [each for each in asked if each not in known]:
            detail = f"{name} {', '.join(unknown)}: unknown; one of {', '.join(sorted(known))}."
            raise InvalidRecord([{"detail": detail, "pointer": pointer}])
    return replace(query, calendar=(calendar.slug,), status=("held",))


def covered_kinds(calendar: Calendar) -> list[Kind]:
    """The kinds that the calendar claims to hold in full, not within one programme alone."""
    covered = {kind for claim in calendar.coverage if claim.programme is None for kind in claim.kinds}
    return [kind for kind in calendar.kinds if kind.slug in covered]


def label(at: AsKnown, calendar: Calendar, text: str) -> str:
    """A short filter as people say it: `plenaries and party congresses`, `ceremonies (programme Great Works)`."""
    asked = {name: values_of(value) for name, value in read_filter(text).asked().items()}
    kinds = [calendar.kind(each) for each in asked.pop("kind", ())]
    plurals = [kind.plural[:1].lower() + kind.plural[1:] for kind in kinds if kind]
    more = conditions(at, asked)
    return " and ".join(plurals or ["events"]) + (f" ({more})" if more else "")


def conditions(at: AsKnown, asked: Mapping[str, Sequence[str]]) -> str:
    """Conditions as people say them: `programme Great Works; theme construction`, with names as they were spelled on
    the day."""
    return "; ".join(f"{name} {', '.join(_spelled(at, name, each) for each in asked[name])}" for name in asked)


def _spelled(at: AsKnown, name: str, text: str) -> str:
    return at.register.spelling(name, text, at.day) if name in NAME_TYPES else text


def held(at: AsKnown, query: EventQuery) -> list[Event]:
    """The whole events of a query."""
    return events.hydrate(at, find(at, query))


def stated(event: Event) -> tuple[str, int, str, str, str]:
    """Of an event's state, what analyses use of it: the same in every store that was told the same."""
    return event.id, event.sequence, event.kind, event.title, event.when.edtf


def claims(at: AsKnown, calendar: Calendar, query: EventQuery) -> list[list[Coverage]]:
    """By kind that a query can match, the claims that cover it; those within one programme serve a query that asks no
    wider."""
    programmes = {at.register.slug("programme", each) for each in at.register.whole("programme", query.programme)}
    serving = [claim for claim in calendar.coverage if claim.programme is None or programmes == {claim.programme}]
    return [[claim for claim in serving if kind in claim.kinds] for kind in _kinds(calendar, query)]


def _kinds(calendar: Calendar, query: EventQuery) -> tuple[str, ...]:
    """Every kind that a query can match."""
    return tuple(
        kind.slug
        for kind in calendar.kinds
        if (not query.kind or kind.slug in query.kind) and (not query.group or kind.group in query.group)
    )


def wholes(at: AsKnown, calendar: str) -> dict[str, set[str]]:
    """By event, everything it is part of, directly or through others."""
    above = links.parents(at, calendar)
    found: dict[str, set[str]] = {}
    for part in above:
        waiting, seen = list(above[part]), set[str]()
        while waiting:
            whole = waiting.pop()
            if whole not in seen:
                seen.add(whole)
                waiting += above.get(whole, ())
        found[part] = seen
    return found


def _activity(meetings: Meetings, text: str, query: EventQuery) -> Activity:
    known = {anchor.id for anchor in meetings.anchors}
    every = [event for event in held(meetings.at, query) if event.id not in known]
    own = {event.id for event in every} if meetings.question.parts == "once" else set()
    apart = {}
    for event in every:
        wholes = meetings.within.get(event.id, set())
        if wholes & known:
            apart[event.id] = PART_OF_MEETING
        elif wholes & own:
            apart[event.id] = PART_OF_ACTIVITY
    covering = [*claims(meetings.at, meetings.calendar, query), *meetings.claims]
    return Activity(text, label(meetings.at, meetings.calendar, text), query, every, apart, covering)
