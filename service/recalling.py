"""Recalling one past meeting: what led up to it, event by event, beside what led up to the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from schemas.calendars import Calendar
from schemas.errors import NotAMeeting, NotHeldYet
from schemas.events import Event, FarEnd
from schemas.queries import EventQuery
from schemas.wire import answers
from schemas.wire.answers import day
from service import figures
from service.analysis import counts, exposure, profile
from service.analysis.results import Week
from service.gathering import Activity, Meetings, Question, covered_kinds, gather, held, held_query
from service.headlines import anchor_reason
from service.placing import led
from service.store import events, links
from service.store.asknown import AsKnown
from service.studying import METHOD, laid_out


@dataclass(frozen=True, slots=True, kw_only=True)
class RunUp:
    """What is asked of one meeting. Without `anchors` it stands beside the key meetings of its calendar; without
    `activities` every kind that is covered is counted, but for those of the meetings."""

    meeting: str
    anchors: str | None = None
    activities: tuple[str, ...] = ()
    lead_days: int = 60
    overlap: str = "nearest"
    parts: str = "once"

    def asked(self) -> dict[str, Any]:
        """What is asked of the meeting, as an address says it."""
        return {
            "anchors": self.anchors,
            "activity": list(self.activities),
            "lead_days": self.lead_days,
            "overlap": self.overlap,
            "parts": self.parts,
        }


def recall(at: AsKnown, asked: RunUp, public_url: str) -> dict[str, Any]:
    """The lead-up of a meeting, JSON-ready.

    Raises EventNotFound, NotHeldYet, NotAMeeting for one that is not among the anchors, and InvalidRecord for anchors
    or activities that cannot be read.
    """
    meeting = events.one(at, asked.meeting, sources=False)
    question = _question(at.calendars[meeting.calendar], asked)
    meetings, activities = gather(at, question)
    position = _position(at, meeting, meetings)
    first = meeting.when.starts_min or at.day
    window = (first - timedelta(asked.lead_days), first - timedelta(1))
    seen = _seen(meetings, meeting, window)
    counted = [_beside(meetings, each, position) for each in activities]
    return {
        "headline": _headline(meeting, asked.lead_days, len(seen), meetings.named, counted),
        "question": question.asked(),
        "as_known_on": at.day.isoformat(),
        "zone": meetings.calendar.zone,
        "through": at.printed,
        "method": METHOD,
        "meeting": answers.end(FarEnd(meeting.id, meeting.title, meeting.when)),
        "window": [day(each) for each in window],
        "events": seen,
        "activities": [each.shape for each in counted],
        "permalink": _permalink(meeting, question, at, public_url),
    }


def _question(calendar: Calendar, asked: RunUp) -> Question:
    anchors = asked.anchors or ",".join(calendar.key_meetings())
    if not anchors:
        raise NotAMeeting(f"{calendar.name} declares no key meetings: name the `anchors`.")
    meetings = held_query(calendar, anchors, "?anchors").kind
    kinds = (kind.slug for kind in covered_kinds(calendar) if kind.slug not in meetings)
    return Question(
        calendar=calendar.slug,
        anchors=anchors,
        activities=asked.activities or tuple(kinds),
        lead_days=asked.lead_days,
        overlap=asked.overlap,
        parts=asked.parts,
    )


def _position(at: AsKnown, meeting: Event, meetings: Meetings) -> int:
    found = next((place for place, each in enumerate(meetings.anchors) if each.id == meeting.id), None)
    if found is not None:
        return found
    if meeting.status != "held":
        raise NotHeldYet(
            f"{meeting.title} is {meeting.status}, not held, as known on {at.day}: it has no past lead-up."
        )
    raise NotAMeeting(f"{meeting.title} is none of the {meetings.named} of {meetings.calendar.name}.")


def _seen(meetings: Meetings, meeting: Event, window: tuple[date, date]) -> list[dict[str, Any]]:
    """Every event that was held in the window, or may have been; no part of a meeting that is an anchor."""
    query = EventQuery(calendar=(meetings.calendar.slug,), status=("held",), since=window[0], until=window[1])
    anchors = {anchor.id for anchor in meetings.anchors}
    found = []
    for event in held(meetings.at, query):
        leads = _leads(event, window)
        of_meeting = meetings.within.get(event.id, set()) & anchors
        if leads and event.id != meeting.id and not of_meeting:
            drawn = [each for each in links.of(meetings.at, event.id, event.when) if each.state == "asserted"]
            shape = led(event, *leads) | {"links": [answers.link(each) for each in drawn]}
            found.append((-leads[1], event.id, shape))
    return [shape for _, _, shape in sorted(found, key=lambda each: each[:2])]


def _leads(event: Event, window: tuple[date, date]) -> tuple[int, int] | None:
    """The fewest and the most days before the meeting on which an event may have begun within the window; None for
    one that cannot have, or whose day is not bounded."""
    first, last = event.when.starts_min, event.when.starts_max
    if first is None or last is None or last < window[0] or first > window[1]:
        return None
    opens = window[1] + timedelta(1)
    return (opens - min(last, window[1])).days, (opens - max(first, window[0])).days


@dataclass(frozen=True, slots=True)
class _Beside:
    named: str
    count: float | None
    others: int
    mean: float | None
    shape: dict[str, Any]


def _beside(meetings: Meetings, activity: Activity, position: int) -> _Beside:
    """One activity before this meeting, week by week, beside all others whose windows are used."""
    _, asked = laid_out(meetings, activity)
    windows = exposure.windows(asked.anchors, asked.covered, asked.lead_days, drop_overlapping=asked.drop_overlapping)
    placed = counts.place(asked.starts_min, asked.starts_max, asked.covered.size)
    use = windows.uses[position]
    of_this = windows.anchor == position
    own = profile.weeks(*profile.by_lead(placed, replace(windows, lead=windows.lead * of_this)))
    others = profile.weeks(*profile.by_lead(placed, replace(windows, lead=windows.lead * ~of_this)))
    used = use.reason is None
    number = len(windows.used) - used
    count = sum(each.count for each in own) if used else None
    mean = _mean(own if used else (), others, asked.lead_days)
    names = [anchor.title for anchor in meetings.anchors]
    shape = {
        "label": activity.text,
        "query": activity.query.asked(),
        "used": used,
        "reason": anchor_reason(use, names[use.other] if use.other is not None else None, asked.lead_days),
        "count": figures.number(count),
        "others": number,
        "others_mean": figures.number(mean),
        "weeks": [_week(*each, used) for each in zip(own, others, strict=True)],
    }
    return _Beside(activity.named, count, number, mean, shape)


def _mean(own: Sequence[Week], others: Sequence[Week], lead_days: int) -> float | None:
    """Events of an average other window, cut to as many covered days as this one has (all of them, if not used)."""
    days = sum(each.days for each in own) if own else lead_days
    exposed = sum(each.days for each in others)
    return sum(each.count for each in others) / exposed * days if exposed else None


def _week(own: Week, others: Week, used: bool) -> dict[str, Any]:
    return {
        "lead_from": own.lead_from,
        "lead_to": own.lead_to,
        "count": figures.number(own.count) if used else None,
        "days": own.days if used else None,
        "rate": figures.number(own.rate) if used else None,
        "others": {"count": figures.number(others.count), "days": others.days, "rate": figures.number(others.rate)},
    }


def _headline(meeting: Event, lead_days: int, seen: int, named: str, counted: Sequence[_Beside]) -> str:
    """How many events, and of each activity how many beside the others' mean: a description, no more."""
    told = [
        f"{each.named} {each.count:g} ({each.others} others: {each.mean:.1f} on average)"
        for each in counted
        if each.count is not None and each.mean is not None
    ]
    begun = f"{seen} event{'' if seen == 1 else 's'} in the {lead_days} days before {meeting.title}"
    return f"{begun}; beside other {named}: {'; '.join(told)}." if told else f"{begun}."


def _permalink(meeting: Event, question: Question, at: AsKnown, public_url: str) -> str:
    asked = question.asked() | {"as_known_on": at.day.isoformat(), "through": at.printed}
    del asked["calendar"]
    return f"{public_url}/api/v1/leadups/{quote(meeting.id)}?{urlencode(asked, doseq=True)}"
