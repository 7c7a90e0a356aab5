"""Studying what led up to meetings: puts what was gathered onto days, calls the analysis, puts the answer together.

`METHOD` names the version of the method: figures may change with a new one, never under the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from schemas.calendars import Coverage
from schemas.events import Event
from schemas.wire.answers import check, coverage, day
from service import figures, placing
from service.analysis import exposure
from service.analysis import study as analysis
from service.gathering import PART_OF_MEETING, Activity, Meetings, Question, gather, stated
from service.headlines import Finding, anchor_reason, headline, refusal_words, refused_words, verdict
from service.shelf import Shelf
from service.store import registers
from service.store.asknown import AsKnown

METHOD: Final = "leadup-2"


@dataclass(frozen=True, slots=True)
class Studied:
    """One activity and what its analysis answers; `origin` is day 0 of its axis, `q` its p among all activities asked
    (None where there is no p, or one activity alone was asked)."""

    meetings: Meetings
    activity: Activity
    origin: date
    covered: NDArray[np.bool_]
    found: analysis.Study
    q: float | None = None
    asked: int = 1


def answer(at: AsKnown, question: Question, public_url: str, shelf: Shelf) -> bytes:
    """The whole answer as JSON; from the shelf where the same was asked of the same data by the same method.

    Raises InvalidRecord for a calendar, anchor or activity that cannot be read.
    """
    gathered = gather(at, question)
    stamp = (METHOD, _digest(*gathered), registers.newest_name_change(at.conn, at.through))
    asked = ("leadups", question, at.day, at.printed, at.only, public_url)
    return shelf.take(asked, stamp, lambda: _plain(_whole(*gathered, public_url)))


def study(at: AsKnown, question: Question, public_url: str) -> dict[str, Any]:
    """The whole answer, JSON-ready; raises InvalidRecord as `answer`."""
    return _whole(*gather(at, question), public_url)


def _plain(shape: dict[str, Any]) -> bytes:
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _whole(meetings: Meetings, activities: Sequence[Activity], public_url: str) -> dict[str, Any]:
    at, question = meetings.at, meetings.question
    studied = analysed(meetings, activities)
    shapes = [_activity(each) for each in studied]
    return {
        "headline": " ".join(each["headline"] for each in shapes),
        "question": question.asked(),
        "as_known_on": at.day.isoformat(),
        "zone": meetings.calendar.zone,
        "through": at.printed,
        "method": METHOD,
        "anchors": _anchors(studied[0]),
        "activities": shapes,
        "checks": [check(each) for each in meetings.calendar.checks],
        "data": _digest(meetings, activities),
        "permalink": _permalink(question, at, public_url),
    }


def _permalink(question: Question, at: AsKnown, public_url: str) -> str:
    asked = question.asked() | {"as_known_on": at.day.isoformat(), "through": at.printed}
    return f"{public_url}/api/v1/leadups?{urlencode(asked, doseq=True)}"


def analysed(meetings: Meetings, activities: Sequence[Activity]) -> list[Studied]:
    """Each activity analysed; where several were asked, each p beside its q among them all."""
    found = [_analysed(meetings, each) for each in activities]
    given = [at for at, each in enumerate(found) if each.found.chance]
    if len(found) < 2 or not given:
        return found
    from service.analysis.chance import q_values

    chances = [each.found.chance for each in found]
    q = dict(zip(given, q_values([each.p for each in chances if each]).tolist(), strict=True))
    return [
        Studied(each.meetings, each.activity, each.origin, each.covered, each.found, q.get(at), len(found))
        for at, each in enumerate(found)
    ]


def _analysed(meetings: Meetings, activity: Activity) -> Studied:
    origin, asked = laid_out(meetings, activity)
    return Studied(meetings, activity, origin, asked.covered, analysis.study(asked))


def laid_out(meetings: Meetings, activity: Activity) -> tuple[date, analysis.StudyQuestion]:
    """What the analysis is asked of an activity, its days counted from the day given first."""
    question, known_on = meetings.question, meetings.at.day
    origin = placing.origin(meetings.anchors, activity.counted, activity.claims)
    starts = np.array(placing.bounds(activity.counted, origin), dtype=np.int64).reshape(-1, 2)
    return origin, analysis.StudyQuestion(
        anchors=placing.anchors(meetings.anchors, meetings.within, origin, known_on),
        covered=_covered_days(origin, known_on, activity.claims),
        starts_min=starts[:, 0],
        starts_max=starts[:, 1],
        lead_days=question.lead_days,
        drop_overlapping=question.overlap == "drop",
    )


def _covered_days(origin: date, known_on: date, claims: Iterable[Iterable[Coverage]]) -> NDArray[np.bool_]:
    """By day from `origin` to the day of knowledge: covered for every kind."""
    days = (known_on - origin).days + 1
    spans = [[((claim.since - origin).days, (claim.until - origin).days) for claim in kind] for kind in claims]
    return exposure.covered_days(days, spans, days - 1)


def finding(studied: Studied) -> Finding:
    """What the headline of an activity is made of."""
    found = studied.found
    left_out = sum(use.reason not in (None, exposure.Reason.MERGED) for use in found.windows.uses)
    return Finding(
        label=studied.activity.named,
        anchors_label=studied.meetings.named,
        lead_days=studied.meetings.question.lead_days,
        left_out=left_out,
        sample=found.sample,
        ratios=found.ratios,
        refused=found.refused,
        separation=found.separation,
        chance=found.chance,
        q=studied.q,
        asked=studied.asked,
        robust=found.robust,
        thin=_thin_windows(studied),
    )


def _thin_windows(studied: Studied) -> int:
    """In how many of the windows used the calendar calls its coverage of the activity thin."""
    spans = [
        ((thin.since - studied.origin).days, (thin.until - studied.origin).days)
        for claim in studied.activity.coverage
        for thin in claim.thin
    ]
    windows = studied.found.windows
    firsts = [windows.uses[at].first_day for at in windows.used]
    return sum(any(since < first and until >= first - windows.lead_days for since, until in spans) for first in firsts)


def _activity(studied: Studied) -> dict[str, Any]:
    activity, found = studied.activity, studied.found
    told, refusal = finding(studied), bool(found.sample.refusal)
    placed = placing.Placed(studied.origin, found.windows)
    return {
        "label": activity.text,
        "headline": headline(told),
        "verdict": verdict(told),
        "query": activity.query.asked(),
        "profile": [figures.week(week, bare=refusal) for week in found.profile.weeks],
        "curve": figures.curve(found.profile),
        "band": figures.band(found.profile.band),
        "ratios": [
            figures.ratio(each, *((found.chance, studied.q) if each.baseline == "season" else (None, None)))
            for each in found.ratios
        ],
        "refusal": refusal_words(found.sample, told.anchors_label, told.label) if refusal else None,
        "refused": [
            {"baseline": each.baseline, "reason": refused_words(each), "found": figures.number(each.found)}
            for each in found.refused
        ],
        "robust": found.robust,
        "separation": figures.separation(found.separation),
        "chance": figures.chance(found.chance, studied.q, studied.asked),
        "p_by_window": [figures.chance_at(each) for each in found.chance_at],
        "epochs": figures.epochs(found.epochs),
        "nearest": figures.nearest(found.nearest),
        "dispersion": figures.dispersion(found.dispersion),
        "cases": _cases(studied, placed),
        "events": [placed.listed(event, activity.apart.get(event.id)) for event in activity.events],
        "left_out": figures.left_out(found.tally, activity.apart, of_meeting=PART_OF_MEETING),
        "anchors_used": found.sample.anchors,
        "anchors_left_out": [each for each in _anchors(studied) if not each["used"]],
        "covered_days": int(studied.covered.sum()),
        "coverage": [coverage(claim) for claim in activity.coverage],
    }


def _cases(studied: Studied, placed: placing.Placed) -> list[dict[str, Any]]:
    """The used anchors side by side: how many events in the covered days of the window of each, and which."""
    found = studied.found
    by_anchor = placed.by_anchor(studied.activity.counted)
    return [
        {
            "id": anchor.id,
            "title": anchor.title,
            "starts": day(anchor.when.starts_min),
            "count": figures.number(found.found[at]),
            "days": int(found.days[at]),
            "events": by_anchor.get(at, []),
        }
        for at, anchor in enumerate(studied.meetings.anchors)
        if found.windows.uses[at].reason is None
    ]


def _anchors(studied: Studied) -> list[dict[str, Any]]:
    anchors, lead_days = studied.meetings.anchors, studied.meetings.question.lead_days
    pairs = zip(anchors, studied.found.windows.uses, strict=True)
    return [anchor_shape(anchor, use, anchors, lead_days) for anchor, use in pairs]


def anchor_shape(anchor: Event, use: exposure.AnchorUse, anchors: Sequence[Event], lead_days: int) -> dict[str, Any]:
    """{id, title, starts, window, used, reason}"""
    other = anchors[use.other].title if use.other is not None else None
    first = anchor.when.starts_min
    window = [day(first - timedelta(lead_days)), day(first - timedelta(1))] if first and use.reason is None else None
    return {
        "id": anchor.id,
        "title": anchor.title,
        "starts": day(first),
        "window": window,
        "used": use.reason is None,
        "reason": anchor_reason(use, other, lead_days),
    }


def _digest(meetings: Meetings, activities: Sequence[Activity]) -> str:
    """A fingerprint of the data behind an answer: which states of which events, what is apart, what is covered and
    what it is checked by. The same data has the same one in every store."""
    every = [*meetings.anchors, *(event for each in activities for event in each.events)]
    states = sorted({stated(event) for event in every})
    apart = [sorted(each.apart.items()) for each in activities]
    wholes = [sorted(meetings.within.get(anchor.id, ())) for anchor in meetings.anchors]
    claims = [[_claims(each.coverage) for each in activities], _claims(meetings.calendar.checks)]
    return hashlib.sha256(json.dumps([states, apart, wholes, claims]).encode()).hexdigest()[:16]


def _claims(claims: Iterable[Coverage] | Iterable[Any]) -> list[str]:
    return sorted(json.dumps(asdict(each), default=str, sort_keys=True) for each in claims)
