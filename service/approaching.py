"""Approaching: how the run-up to a meeting that lies ahead stands so far, beside earlier ones at the same distance.

It describes and claims nothing: how many earlier run-ups had more for their pace is told, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from schemas.calendars import Calendar
from schemas.errors import NotAhead, NotAMeeting
from schemas.events import Event, FarEnd
from schemas.queries import EventQuery
from schemas.vocabulary import AHEAD
from schemas.wire import answers
from schemas.wire.answers import day
from schemas.wording import day_words
from service import figures
from service.analysis import counts, exposure
from service.analysis.sofar import SoFar, so_far
from service.gathering import Activity, Meetings, Question, covered_kinds, gather, held_query
from service.recalling import RunUp
from service.store import events, timeline
from service.store.asknown import AsKnown
from service.studying import METHOD, laid_out

NEEDED_RUNUPS: Final = 5
BEGUN_DAYS: Final = 7
"""How many days of a run-up must be over before it is told of."""

WIDEST_DAYS: Final = 31
"""A window that may open on more days than these does not say how far a run-up has come."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """A run-up as it would be if its meeting opened on a day; None of `own` where its days are not covered."""

    own: SoFar | None
    others: list[tuple[Event, SoFar, SoFar]]


def approach(at: AsKnown, meeting: Event, asked: RunUp, *, most: int | None = None) -> dict[str, Any]:
    """{sentence, refusal, lead_days, opens, activities}, JSON-ready: the run-up to a meeting that lies ahead, in each
    activity asked, else in each covered kind, the most frequent first, or in so many of them as `most`.

    Raises InvalidRecord for anchors or activities that cannot be read.
    """
    calendar = at.calendars[meeting.calendar]
    found: dict[str, Any] = {"sentence": None, "refusal": None, "lead_days": asked.lead_days, "activities": []}
    if refusal := _untold(at, calendar, meeting, asked.lead_days):
        return found | {"refusal": refusal}
    kinds = asked.activities or tuple(kind for kind in _kinds(at, calendar) if kind != meeting.kind)[:most]
    if not kinds:
        return found | {"refusal": f"No kind of event of {calendar.name} is covered: a run-up cannot be counted."}
    question = Question(
        calendar=calendar.slug,
        anchors=asked.anchors or ",".join(calendar.key_meetings()),
        activities=kinds,
        lead_days=asked.lead_days,
        overlap=asked.overlap,
        parts=asked.parts,
    )
    meetings, gathered = gather(at, question)
    opens = _opens(meeting, at.day)
    shapes = [_activity(meetings, each, meeting, opens) for each in gathered]
    first = {name: shapes[0][name] for name in ("sentence", "refusal")}
    return found | first | {"opens": [day(each) for each in opens], "activities": shapes}


def ahead(at: AsKnown, asked: RunUp, public_url: str) -> dict[str, Any]:
    """The answer about the run-up to a meeting that lies ahead, JSON-ready.

    Raises EventNotFound, NotAhead, NotAMeeting for one that is not among the anchors, and InvalidRecord for anchors or
    activities that cannot be read.
    """
    meeting = events.one(at, asked.meeting, sources=False)
    calendar = at.calendars[meeting.calendar]
    if meeting.status not in AHEAD:
        raise NotAhead(f"{meeting.title} is {meeting.status}, as known on {at.day}: its run-up is over.")
    anchors = asked.anchors or ",".join(calendar.key_meetings())
    if not anchors or meeting.kind not in held_query(calendar, anchors, "?anchors").kind:
        raise NotAMeeting(f"{meeting.title} is none of the meetings whose run-ups are compared.")
    found = approach(at, meeting, asked)
    told = replace(asked, anchors=anchors).asked() | {"as_known_on": at.day.isoformat(), "through": at.printed}
    return {
        "headline": found["sentence"] or found["refusal"],
        "as_known_on": at.day.isoformat(),
        "zone": calendar.zone,
        "through": at.printed,
        "method": METHOD,
        "meeting": answers.end(FarEnd(meeting.id, meeting.title, meeting.when)),
        "lead_days": asked.lead_days,
        "opens": found.get("opens"),
        "activities": found["activities"],
        "permalink": f"{public_url}/api/v1/leadups/{quote(meeting.id)}/so-far?{urlencode(told, doseq=True)}",
    }


def not_covered(calendar: Calendar, kinds: Sequence[str], first: date, last: date) -> str | None:
    """`Not covered since 31 March 2026`, `Not covered before ...`: what is to be said in place of figures where these
    days reach past what the calendar claims to hold of any of these kinds; None where they do not."""
    for kind in kinds:
        claims = [each for each in calendar.coverage if kind in each.kinds and each.programme is None]
        if not claims:
            return "Not covered"
        since, until = min(each.since for each in claims), max(each.until for each in claims)
        if last > until:
            return f"Not covered since {day_words(until)}"
        if first < since:
            return f"Not covered before {day_words(since)}"
    return None


def _opens(meeting: Event, today: date) -> tuple[date, date]:
    """The earliest and the latest day on which it may yet open."""
    first, last = meeting.when.starts_min or today, meeting.when.starts_max or today
    return max(first, today), max(last, today)


def _untold(at: AsKnown, calendar: Calendar, meeting: Event, lead_days: int) -> str | None:
    """Why the run-up to a meeting ahead cannot be told."""
    first, last = meeting.when.starts_min, meeting.when.starts_max
    if first is None or last is None:
        return f"No date is known for {meeting.title}: how far its run-up has come cannot be told."
    if (last - first).days >= WIDEST_DAYS:
        days = f"{day_words(first)} to {day_words(last)}"
        return f"{meeting.title} may open from {days}: too wide a window to say how far its run-up has come."
    counted = at.day - timedelta(exposure.SETTLING_DAYS)
    begins = _opens(meeting, at.day)[0] - timedelta(lead_days)
    if (counted - begins).days + 1 < BEGUN_DAYS:
        return f"The {lead_days} days before {meeting.title} have hardly begun: there is no run-up to tell of yet."
    kinds = [kind.slug for kind in covered_kinds(calendar)]
    gap = not_covered(calendar, kinds[:1], begins, counted) if kinds else None
    return f"{gap}: how the run-up to {meeting.title} stands is not known here." if gap else None


def _kinds(at: AsKnown, calendar: Calendar) -> list[str]:
    """The covered kinds but for key meetings, the most frequent first."""
    held = timeline.kinds(at, EventQuery(calendar=(calendar.slug,), status=("held",)))
    kinds = [kind.slug for kind in covered_kinds(calendar) if not kind.key_meeting and held.get(kind.slug)]
    return sorted(kinds, key=lambda each: (-held[each], each))


def _activity(meetings: Meetings, activity: Activity, meeting: Event, opens: tuple[date, date]) -> dict[str, Any]:
    """One activity so far, if the meeting opens on the earliest and on the latest day it may."""
    standings = [_standing(meetings, activity, each) for each in dict.fromkeys(opens)]
    earliest = standings[0]
    shape = {
        "label": activity.text,
        "named": activity.named,
        "own": [_shape(each.own) for each in standings],
        "more": [_more(each) for each in standings],
        "others": [
            {
                "id": event.id,
                "title": event.title,
                "starts": day(event.when.starts_min),
                "then": _shape(then),
                "whole": _shape(whole),
            }
            for event, then, whole in earliest.others
        ],
    }
    refusal = _refusal(meetings, activity, meeting, standings)
    return shape | {
        "refusal": refusal,
        "sentence": None if refusal else _sentence(meetings, activity, meeting, standings),
    }


def _standing(meetings: Meetings, activity: Activity, opens: date) -> _Standing:
    origin, asked = laid_out(meetings, activity)
    windows = exposure.windows(asked.anchors, asked.covered, asked.lead_days, drop_overlapping=asked.drop_overlapping)
    by_day = counts.place(asked.starts_min, asked.starts_max, asked.covered.size).by_day
    counted = meetings.at.day - timedelta(exposure.SETTLING_DAYS)
    nearest = (opens - counted).days
    days = (by_day, asked.covered, windows.meeting)
    own = so_far(*days, (opens - origin).days, asked.lead_days, nearest)
    others = []
    for place in windows.used:
        first = windows.uses[place].first_day
        then, whole = (so_far(*days, first, asked.lead_days, each) for each in (nearest, 1))
        if then and whole and then.pace is not None:
            others.append((meetings.anchors[place], then, whole))
    return _Standing(own, others)


def _more(standing: _Standing) -> int | None:
    """How many earlier run-ups had more, at this distance, for their pace."""
    own = standing.own.pace if standing.own else None
    return None if own is None else sum((then.pace or 0) > own for _, then, _ in standing.others)


def _refusal(meetings: Meetings, activity: Activity, meeting: Event, standings: Sequence[_Standing]) -> str | None:
    named, found = f"{activity.named[:1].upper()}{activity.named[1:]}", [each.own for each in standings]
    if any(each is None for each in found):
        kinds = activity.query.kind or (meeting.kind,)
        gap = not_covered(meetings.calendar, kinds, date.min, meetings.at.day) or "Not covered"
        return f"{named}: {gap[:1].lower()}{gap[1:]}."
    if any(each is None or each.pace is None for each in found):
        return f"{named}: the year before is not covered, or holds none: there is no pace to compare with."
    fewest = min(len(each.others) for each in standings)
    if fewest < NEEDED_RUNUPS:
        return f"{named}: too few earlier run-ups to stand beside: {fewest} with covered days; {NEEDED_RUNUPS} needed."
    return None


def _sentence(meetings: Meetings, activity: Activity, meeting: Event, standings: Sequence[_Standing]) -> str:
    own = [each.own for each in standings if each.own]
    counted = meetings.at.day - timedelta(exposure.SETTLING_DAYS)
    distance = _span([each.nearest for each in own])
    paces = _span([pace_words(each.pace or 0) for each in own])
    others = len(standings[0].others)
    more = _span([_more(each) or 0 for each in standings])
    found = _span([f"{each.count:g}" for each in own])
    kind = meetings.calendar.kind(activity.text) if found == "1" else None
    named = f"{kind.label[:1].lower()}{kind.label[1:]}" if kind else activity.named
    shared = "" if all(each.count.is_integer() for each in own) else "; days not exactly known count by shares"
    return (
        f"{found} {named} in the run-up to {meeting.title}, counted to"
        f" {day_words(counted)}, {distance} days before it may open{shared}: {paces} times the pace of the year before."
        f" {'None' if more == '0' else more} of {others} earlier run-ups had more for their pace at the same distance."
    )


def pace_words(pace: float) -> str:
    """`0.47`, `1.3`, `24`, `240`: two figures, in digits."""
    return f"{pace:.0f}" if pace >= 10 else f"{pace:.2f}" if 0 < pace < 0.01 else f"{pace:.2g}"


def _span(values: Sequence[Any]) -> str:
    """`9 to 18`; one value where all are alike."""
    told = list(dict.fromkeys(map(str, sorted(values, key=float))))
    return told[0] if len(told) == 1 else f"{told[0]} to {told[-1]}"


def _shape(found: SoFar | None) -> dict[str, Any] | None:
    """{nearest, count, days, level, pace, steps}"""
    if found is None:
        return None
    return {
        "nearest": found.nearest,
        "count": figures.number(found.count),
        "days": found.days,
        "level": figures.number(found.level),
        "pace": figures.number(found.pace),
        "steps": [[lead, figures.number(count)] for lead, count in found.steps],
    }
