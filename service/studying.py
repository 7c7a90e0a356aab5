"""Studying what led up to meetings: asks the store, calls the analysis, and puts the answer together.

`METHOD` names the version of the method: figures may change with a new one, never under the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.calendars import Calendar, Coverage
from schemas.errors import DomainError, InvalidRecord
from schemas.events import Event
from schemas.queries import EventQuery, read_filter
from schemas.wire.answers import coverage, day
from service.analysis import baselines, counts, exposure, profile
from service.analysis.results import Exposed, RateRatio, Tally, Week
from service.headlines import Finding, anchor_reason, headline, refusal_words
from service.store import events, links
from service.store.asknown import AsKnown
from service.store.timeline import find

METHOD = "leadup-1"
LATER_BASELINES = {
    "season": "this version of the method compares with days elsewhere only; season is not removed",
    "before": "this version of the method compares with days elsewhere only",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: which calendar's anchors and activities (short filters), how far back, and the rules chosen."""

    calendar: str
    anchors: str
    activities: tuple[str, ...]
    lead_days: int = 60
    overlap: str = "nearest"
    parts: str = "once"


@dataclass(frozen=True, slots=True)
class _Study:
    """What all activities of one question share."""

    at: AsKnown
    calendar: Calendar
    question: Question
    anchors: list[Event]
    anchor_claims: list[list[Coverage]]
    within: dict[str, set[str]]


def study(at: AsKnown, question: Question) -> dict[str, Any]:
    """The whole answer, JSON-ready; raises InvalidRecord for a calendar, anchor or activity that cannot be read."""
    calendar = at.calendars.get(question.calendar)
    if calendar is None:
        known = f"one of {', '.join(sorted(at.calendars))}" if at.calendars else f"no calendar is known on {at.day}"
        detail = f"{question.calendar}: unknown; {known}."
        raise InvalidRecord([{"detail": detail, "pointer": "?calendar"}])
    asked, *queries = _queries(calendar, question)
    anchors = _held(at, asked)
    studied = _Study(at, calendar, question, anchors, _claims(at, calendar, asked), _wholes(at, calendar.slug))
    activities = [_activity(studied, *each) for each in zip(question.activities, queries, strict=True)]
    return {
        "headline": " ".join(headline(each.finding) for each in activities),
        "question": {
            "calendar": question.calendar,
            "anchors": question.anchors,
            "activity": list(question.activities),
            "lead_days": question.lead_days,
            "overlap": question.overlap,
            "parts": question.parts,
        },
        "as_known_on": at.day.isoformat(),
        "zone": calendar.zone,
        "through": at.printed,
        "method": METHOD,
        "anchors": activities[0].anchors,
        "activities": [each.shape for each in activities],
        "data": _digest(anchors, [event for each in activities for event in each.counted]),
    }


@dataclass(frozen=True, slots=True)
class _Activity:
    shape: dict[str, Any]
    finding: Finding
    anchors: list[dict[str, Any]]
    counted: list[Event]


def unreadable(at: AsKnown, asked: Mapping[str, Any]) -> list[DomainError]:
    """What `study` would refuse of the anchors and activities of a question, one by one."""
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
            found.append(_query(calendar, text, pointer))
        except InvalidRecord as refusal:
            mistakes += refusal.mistakes
    return found, mistakes


def _query(calendar: Calendar, text: str, pointer: str) -> EventQuery:
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


def _label(calendar: Calendar, text: str) -> str:
    """A list of kinds as people call them (`plenaries and party congresses`); other conditions as they were asked."""
    kinds = [calendar.kind(each.strip()) for each in text.split(",")]
    plurals = [kind.plural[:1].lower() + kind.plural[1:] for kind in kinds if kind]
    return " and ".join(plurals) if len(plurals) == len(kinds) else text


def _held(at: AsKnown, query: EventQuery) -> list[Event]:
    return events.hydrate(at, find(at, query))


def _kinds(calendar: Calendar, query: EventQuery) -> tuple[str, ...]:
    """Every kind that a query can match."""
    return tuple(
        kind.slug
        for kind in calendar.kinds
        if (not query.kind or kind.slug in query.kind) and (not query.group or kind.group in query.group)
    )


def _wholes(at: AsKnown, calendar: str) -> dict[str, set[str]]:
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


def _activity(studied: _Study, text: str, query: EventQuery) -> _Activity:
    meetings = {anchor.id for anchor in studied.anchors}
    every = [event for event in _held(studied.at, query) if event.id not in meetings]
    of_meetings = [event for event in every if studied.within.get(event.id, set()) & meetings]
    own = {event.id for event in every}
    parts = [
        event
        for event in every
        if studied.question.parts == "once" and studied.within.get(event.id, set()) & own and event not in of_meetings
    ]
    left_out = {event.id for event in (*of_meetings, *parts)}
    counted = [event for event in every if event.id not in left_out]
    claims = [*_claims(studied.at, studied.calendar, query), *studied.anchor_claims]
    uncounted = {"part_of_meeting": len(of_meetings), "part_of_activity": len(parts)}
    return _counted(studied, text, query, counted, claims, uncounted)


def _claims(at: AsKnown, calendar: Calendar, query: EventQuery) -> list[list[Coverage]]:
    """By kind that a query can match, the claims that cover it; those within one programme serve a query that asks no
    wider."""
    programmes = {at.register.slug("programme", each) for each in at.register.whole("programme", query.programme)}
    serving = [claim for claim in calendar.coverage if claim.programme is None or programmes == {claim.programme}]
    return [[claim for claim in serving if kind in claim.kinds] for kind in _kinds(calendar, query)]


def _counted(
    studied: _Study,
    text: str,
    query: EventQuery,
    counted: list[Event],
    claims: Sequence[Sequence[Coverage]],
    uncounted: dict[str, int],
) -> _Activity:
    question = studied.question
    origin = _origin(studied.anchors, counted, claims)
    windows, covered_days = _windows(studied, origin, claims)
    placed = _placed(counted, origin, covered_days.size)
    ratio = baselines.elsewhere(placed, windows)
    sample = baselines.sample(windows, ratio)
    named, anchors_named = _label(studied.calendar, text), _label(studied.calendar, question.anchors)
    shape = {
        "label": text,
        "query": query.asked(),
        "profile": [_week(week, bare=bool(sample.refusal)) for week in profile.profile(placed, windows).weeks],
        "cases": _cases(studied, placed, windows),
        "events": [_listed(event) for event in counted] if sample.refusal else [],
        "ratios": [] if sample.refusal else [_ratio(ratio)],
        "refusal": refusal_words(sample, anchors_named, named) if sample.refusal else None,
        "refused": [{"baseline": name, "reason": reason} for name, reason in LATER_BASELINES.items()],
        "left_out": {**uncounted, **_left_out(counts.tally(placed, windows))},
        "anchors_used": sample.anchors,
        "covered_days": int(covered_days.sum()),
        "coverage": [coverage(claim) for claim in dict.fromkeys(claim for kind in claims for claim in kind)],
        "dispersion_30_days": _number(counts.dispersion(placed, windows).index),
    }
    left_out = sum(use.reason not in (None, exposure.Reason.MERGED) for use in windows.uses)
    finding = Finding(named, anchors_named, question.lead_days, left_out, sample, ratio)
    pairs = zip(studied.anchors, windows.uses, strict=True)
    listed = [_anchor_shape(anchor, use, studied.anchors, question.lead_days) for anchor, use in pairs]
    return _Activity(shape, finding, listed, counted)


def _windows(
    studied: _Study, origin: date, claims: Iterable[Iterable[Coverage]]
) -> tuple[exposure.Windows, NDArray[np.bool_]]:
    """What every day from `origin` to the day of knowledge is to the anchors, and which of them are covered."""
    day, question = studied.at.day, studied.question
    days = (day - origin).days + 1
    spans = [[((claim.since - origin).days, (claim.until - origin).days) for claim in kind] for kind in claims]
    covered = exposure.covered_days(days, spans, days - 1)
    positions = {anchor.id: place for place, anchor in enumerate(studied.anchors)}
    anchors = [_anchor(anchor, origin, day, positions, studied.within) for anchor in studied.anchors]
    drop = question.overlap == "drop"
    return exposure.windows(anchors, covered, question.lead_days, drop_overlapping=drop), covered


def _placed(counted: Iterable[Event], origin: date, days: int) -> counts.Counts:
    """The events on their days; one without a bound may lie anywhere, so its span is longer than any that counts."""
    bounds = [
        ((first - origin).days, (last - origin).days)
        for event in counted
        for first, last in [(event.when.starts_min or date.min, event.when.starts_max or date.max)]
    ]
    starts = np.array(bounds, dtype=np.int64).reshape(-1, 2)
    return counts.place(starts[:, 0], starts[:, 1], days)


def _left_out(tally: Tally) -> dict[str, float]:
    return {
        "day_uncertain": tally.uncertain,
        "on_meeting_days": tally.meeting,
        "in_windows_left_out": tally.left_out,
        "not_covered": tally.not_covered,
    }


def _origin(anchors: Sequence[Event], counted: Sequence[Event], claims: Iterable[Iterable[Coverage]]) -> date:
    """The first day of the axis: no covered day, anchor or event lies before it."""
    days = [claim.since for kind in claims for claim in kind]
    days += [event.when.starts_min for event in (*anchors, *counted) if event.when.starts_min]
    return min(days, default=date.min)


def _anchor(
    event: Event, origin: date, day: date, positions: dict[str, int], within: dict[str, set[str]]
) -> exposure.Anchor:
    first = event.when.starts_min or origin
    latest = min(event.when.starts_max or day, day)
    last = min(event.when.ends_max or day, day)
    whole = min((positions[each] for each in within.get(event.id, ()) if each in positions), default=None)
    return exposure.Anchor((first - origin).days, (latest - origin).days, (last - origin).days, whole)


def _anchor_shape(anchor: Event, use: exposure.AnchorUse, anchors: Sequence[Event], lead_days: int) -> dict[str, Any]:
    other = anchors[use.other].title if use.other is not None else None
    first = anchor.when.starts_min
    window = [day(first - timedelta(lead_days)), day(first - timedelta(1))] if first and use.reason is None else None
    return {
        "id": anchor.id,
        "title": anchor.title,
        "starts": anchor.when.starts_min.isoformat() if anchor.when.starts_min else None,
        "window": window,
        "used": use.reason is None,
        "reason": anchor_reason(use, other, lead_days),
    }


def _listed(event: Event) -> dict[str, Any]:
    return {"id": event.id, "title": event.title, "starts": [day(event.when.starts_min), day(event.when.starts_max)]}


def _cases(studied: _Study, placed: counts.Counts, windows: exposure.Windows) -> list[dict[str, Any]]:
    """The used anchors side by side: how many events in the covered days of the window of each."""
    found, days = profile.by_anchor(placed, windows)
    return [
        {"id": anchor.id, "title": anchor.title, "count": _number(found[at]), "days": int(days[at])}
        for at, anchor in enumerate(studied.anchors)
        if windows.uses[at].reason is None
    ]


def _week(week: Week, *, bare: bool) -> dict[str, Any]:
    """A week of lead; `bare` leaves out the interval, as where the sample is too small for any."""
    return {
        "lead_from": week.lead_from,
        "lead_to": week.lead_to,
        "count": _number(week.count),
        "days": week.days,
        "rate": _number(week.rate),
        "low": None if bare else _number(week.low),
        "high": None if bare else _number(week.high),
    }


def _ratio(ratio: RateRatio) -> dict[str, Any]:
    return {
        "baseline": ratio.baseline,
        "inside": _exposed(ratio.inside),
        "outside": _exposed(ratio.outside),
        "ratio": _number(ratio.ratio),
        "low": _number(ratio.reported.low),
        "high": _number(ratio.reported.high),
        "if_independent": [_number(ratio.independent.low), _number(ratio.independent.high)],
        "p": None,
        "q": None,
    }


def _exposed(exposed: Exposed) -> dict[str, Any]:
    rate = exposed.count / exposed.days if exposed.days else np.nan
    return {"count": _number(exposed.count), "days": exposed.days, "rate": _number(rate)}


def _number(value: float) -> float | None:
    """A figure with six decimals at most, so that it reads and compares the same everywhere; null where undefined."""
    return round(float(value), 6) if np.isfinite(value) else None


def _digest(anchors: Sequence[Event], counted: Sequence[Event]) -> str:
    """A fingerprint of the data behind an answer: which states of which events it was made from."""
    used = sorted({(event.id, event.sequence, event.recorded_at) for event in (*anchors, *counted)})
    return hashlib.sha256(json.dumps(used).encode()).hexdigest()[:16]
