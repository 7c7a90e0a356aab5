"""The run-up that stands on other pages: the present one on the first page, that in which an event lies on its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from schemas.events import Event
from schemas.queries import EventQuery
from schemas.vocabulary import AHEAD
from service import approaching, gathering
from service.analysis.exposure import ONE_MEETING_DAYS
from service.briefing import Coming
from service.doors import shelf
from service.pages.runupdrawing import Fan, Strip, fan, strip
from service.recalling import RunUp
from service.store import events, links, timeline
from service.store.asknown import AsKnown, last_change
from service.store.spans import Span, spans

LEAD_DAYS = 60
"""How many days before a meeting are its run-up, where none are asked for."""


@dataclass(frozen=True, slots=True)
class Present:
    """The run-up to the next meeting: what is said of it, and its drawing; `last` is the newest meeting that was held,
    whose run-up can be looked at instead where there is none."""

    meeting: Event | None
    words: str
    drawn: Fan | None
    last: Event | None


@dataclass(frozen=True, slots=True)
class LiesIn:
    """The run-up of a meeting in which an event lies, `leads` days before it opens (None: the event is the meeting);
    how many events are known in it, None where `uncovered` says why that is not told."""

    meeting: Event
    leads: tuple[int, int] | None
    count: int
    uncovered: str | None
    drawn: Strip | None


def kept(at: AsKnown, key: tuple[Hashable, ...], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """An answer, made only where nothing was recorded since it was made last."""
    made = shelf().take(
        (*key, at.day, at.through, at.printed, at.only), last_change(at.conn), lambda: json.dumps(make()).encode()
    )
    found: dict[str, Any] = json.loads(made)
    return found


def present(at: AsKnown, coming: Sequence[Coming]) -> Present | None:
    """The run-up to the next meeting of which a day is known; None where no calendar declares key meetings."""
    keyed = [each for each in at.calendars.values() if each.key_meetings()]
    if not keyed:
        return None
    dated = [each.event for each in coming if each.event.when.starts_max]
    if dated:
        answer = so_far(at, dated[0], RunUp(meeting=dated[0].id), most=1)
        words = answer["sentence"] or answer["refusal"]
        drawn = fan(answer["activities"][0], LEAD_DAYS) if answer["activities"] else None
        return Present(dated[0], words, drawn, None if answer["sentence"] else last_held(at, dated[0].calendar))
    words = "No run-up can be told: of no key meeting that lies ahead a day is known."
    kinds = gathering.covered_kinds(keyed[0])
    gap = approaching.not_covered(keyed[0], [kind.slug for kind in kinds[:1]], at.day, at.day) if kinds else None
    return Present(None, f"{words} {gap}." if gap else words, None, last_held(at, keyed[0].slug))


def so_far(at: AsKnown, meeting: Event, asked: RunUp, *, most: int | None = None) -> dict[str, Any]:
    """How the run-up to a meeting ahead stands, in each activity asked, else in so many covered kinds as `most`."""
    return kept(at, ("so far", asked, most), lambda: approaching.approach(at, meeting, asked, most=most))


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
    marks = [(each.id, each.kind, _leads(each, opens)) for each in held]
    named = {kind.slug: kind.plural for kind in calendar.kinds}
    return LiesIn(meeting, leads, len(held), uncovered, strip(marks, named, LEAD_DAYS, event.id))


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
