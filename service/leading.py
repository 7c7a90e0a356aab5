"""What an event leads up to: the run-up that it lies in; and which meeting was held last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from schemas.events import Event
from schemas.queries import EventQuery
from schemas.vocabulary import AHEAD
from service import approaching, gathering
from service.analysis.exposure import ONE_MEETING_DAYS
from service.store import events, links, timeline
from service.store.asknown import AsKnown
from service.store.spans import Span, spans

LEAD_DAYS = 60
"""How many days before a meeting are its run-up, where none are asked for."""


@dataclass(frozen=True, slots=True)
class LiesIn:
    """The run-up of a meeting in which an event lies, `leads` days before it opens at the least and at the most (None:
    the event is the meeting); what was held in it by now, as (id, kind, fewest and most days before the meeting);
    `uncovered` says why how much that is tells nothing."""

    meeting: Event
    leads: tuple[int, int] | None
    held: list[tuple[str, str, tuple[int, int]]]
    uncovered: str | None


def last_held(at: AsKnown, calendar: str) -> Event | None:
    """The key meeting of a calendar that was held last; of two that count as one, the first."""
    kinds = at.calendars[calendar].key_meetings()
    query = EventQuery(calendar=(calendar,), kind=kinds, status=("held",), sort="-starts")
    found = events.hydrate(at, timeline.find(at, query, limit=2))
    if len(found) < 2:
        return found[0] if found else None
    later, earlier = found
    opens, ended = later.when.starts_min or at.day, earlier.when.ends_max or at.day
    return earlier if (opens - ended).days <= ONE_MEETING_DAYS else later


def lies_in(at: AsKnown, event: Event) -> LiesIn | None:
    """The run-up in which an event lies, or its own if it is a key meeting; None where it lies in none."""
    if event.status == "cancelled" or event.when.starts_min is None or event.when.starts_max is None:
        return None
    calendar = at.calendars[event.calendar]
    if event.kind in calendar.key_meetings():
        return _in(at, event, event, None)
    found = _next_meeting(at, event)
    return _in(at, event, *found) if found else None


def _next_meeting(at: AsKnown, event: Event) -> tuple[Event, tuple[int, int]] | None:
    """The key meeting that comes next after an event, at most LEAD_DAYS after it and none that the event is part of,
    and how many days lie between, at the least and at the most."""
    first, last = event.when.starts_min, event.when.starts_max
    kinds = at.calendars[event.calendar].key_meetings()
    if first is None or last is None or not kinds:
        return None
    query = EventQuery(
        calendar=(event.calendar,),
        kind=kinds,
        status=("held", *AHEAD),
        since=_moved(first, 1),
        until=_moved(last, LEAD_DAYS),
    )
    wholes = {link.other_id for link in links.of(at, event.id, event.when) if link.rel == "part_of"}
    ahead = [
        (each.starts_min, each.id, (max(1, (each.starts_min - last).days), (each.starts_max - first).days))
        for each in spans(at, query)
        if each.id not in wholes and each.starts_min and each.starts_max and _comes_after(at, each, first)
    ]
    if not ahead:
        return None
    _, id_, leads = min(ahead)
    return events.one(at, id_, sources=False), leads


def _comes_after(at: AsKnown, meeting: Span, first: date) -> bool:
    passed = meeting.status in AHEAD and meeting.ends_max is not None and meeting.ends_max < at.day
    return meeting.starts_max is not None and meeting.starts_max > first and not passed


def _in(at: AsKnown, event: Event, meeting: Event, leads: tuple[int, int] | None) -> LiesIn | None:
    opens = meeting.when.starts_min
    if opens is None:
        return None
    first, last = _moved(opens, -LEAD_DAYS), min(_moved(opens, -1), at.day)
    if first > last:
        return None
    calendar = at.calendars[event.calendar]
    query = EventQuery(calendar=(calendar.slug,), status=("held",), since=first, until=last)
    held = [each for each in spans(at, query) if each.id != meeting.id and _within(each, first, last)]
    kinds = [kind.slug for kind in gathering.covered_kinds(calendar) if not kind.key_meeting]
    uncovered = approaching.not_covered(calendar, kinds[:1], first, last) if kinds else "Not covered"
    return LiesIn(meeting, leads, [(each.id, each.kind, _leads(each, opens)) for each in held], uncovered)


def _within(span: Span, first: date, last: date) -> bool:
    return bool(span.starts_min and span.starts_max and span.starts_max >= first and span.starts_min <= last)


def _leads(span: Span, opens: date) -> tuple[int, int]:
    first, last = span.starts_min or opens, span.starts_max or opens
    return max(1, (opens - last).days), min(LEAD_DAYS, (opens - first).days)


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days)
    except OverflowError:
        return date.max if days > 0 else date.min
