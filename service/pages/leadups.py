"""/leadups - what led up to key meetings: the answer in words, figures and charts; and a form to ask by."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from schemas.calendars import Calendar
from schemas.errors import DomainError
from schemas.wire.questions import STUDY_CHARTS, STUDY_TABLES
from schemas.wording import short_day
from service import gathering, picturing, reporting, studying
from service.doors import asking, settings, shelf
from service.gathering import Question
from service.headlines import AGAINST, VERDICTS, Verdict
from service.pages import leadupform
from service.pages.conventions import page
from service.pages.drawing import shortened
from service.pages.leadupform import LeadupForm
from service.pages.questionform import address, by_field, calendar_of, offered
from service.pages.typedform import standpoint_of
from service.store.asknown import AsKnown

door = Blueprint("leadups-page", __name__)

MEETINGS_SHOWN = 40
WEEKS_SHOWN = 130
"""Rows of tables; longer ones are in the CSV alone."""

MORE_OF = 4
"""Of so many activities the second and third chart are shown too."""

LINKS_BYTES = 12_000
"""How long the addresses of one chart of each activity may be together: each names all activities, for their q."""

LABELS = {
    "anchors": "Before which meetings",
    "activity": "What is counted",
    "lead_days": "Days before a meeting",
    "overlap": "Days before two meetings",
    "parts": "Parts of an event",
}
"""What fields are called."""
OVERLAPS = {
    "nearest": "A day before two meetings counts for the one next after it",
    "drop": "The later of two whose windows touch is left out",
}
PARTS = {"once": "An event and its parts count once", "each": "Each part counts by itself"}
TABLES = {
    "profile": "by week",
    "curve": "by day of lead",
    "epochs": "event by event",
    "ratios": "ratios",
    "windows": "p by length of window",
    "meetings": "meetings",
    "events": "every event and its use",
}
"""What each of STUDY_TABLES holds."""


@door.route("/leadups")
@asking
def show_leadups() -> Response:
    """The answer to a question, or to that which the calendar suggests; or what is refused of it, beside its field."""
    form = LeadupForm.of(request.args)
    with standpoint_of(form) as (at, refused):
        calendar = calendar_of(at, form.asked)
        asked = leadupform.question(at, calendar, form.asked) if calendar else None
        mistakes = by_field([*refused, *_unreadable(at, asked)])
        found = None if mistakes or asked is None else answered(at, asked)
        return page(
            "leadups.html",
            at,
            status=422 if mistakes else 200,
            form=form.holding(asked),
            typed=form,
            calendar=calendar,
            mistakes=mistakes,
            labels=LABELS,
            overlaps=OVERLAPS,
            parts=PARTS,
            day_of=date.fromisoformat,
            short_day=short_day,
            **(_offered(at, calendar) if calendar else {}),
            **(_shown(at, calendar, found) if found and calendar else {}),
        )


def answered(at: AsKnown, asked: Question) -> dict[str, Any]:
    """The answer as the API gives it."""
    found: dict[str, Any] = json.loads(studying.answer(at, asked, settings().public_url, shelf()))
    return found


def _unreadable(at: AsKnown, asked: Question | None) -> list[DomainError]:
    if asked is None:
        return []
    read = {"calendar": (asked.calendar,), "anchors": asked.anchors, "activity": asked.activities}
    return gathering.unreadable(at, read)


def _offered(at: AsKnown, calendar: Calendar) -> dict[str, Any]:
    """What the form offers."""
    covered = offered(at, calendar)
    slugs = {kind.slug for kind, _ in covered}
    return {
        "meetings": leadupform.meetings_offered(at, calendar),
        "covered": covered,
        "narrower": leadupform.narrower(at, calendar),
        "uncovered": [kind for kind in calendar.kinds if kind.slug not in slugs and not kind.key_meeting],
    }


def _shown(at: AsKnown, calendar: Calendar, answer: Mapping[str, Any]) -> dict[str, Any]:
    asked, activities = answer["question"], answer["activities"]
    meetings = [each for each in answer["anchors"] if each["starts"]]
    return {
        "answer": answer,
        "named": gathering.label(at, calendar, asked["anchors"]),
        "sections": [_section(at, calendar, asked, each, place) for place, each in enumerate(activities, 1)],
        "meetings_shown": sorted(meetings, key=lambda each: each["starts"], reverse=True)[:MEETINGS_SHOWN],
        "counts": [{case["id"]: case["count"] for case in each["cases"]} for each in activities],
        "until": counted_until(activities, at.day),
        "permalink": address("/leadups", asked, as_known_on=answer["as_known_on"], through=answer["through"]),
        "json": address("/api/v1/leadups", asked),
        "tables": [(TABLES[each], address("/api/v1/leadups.csv", asked, table=each)) for each in STUDY_TABLES],
        "room": {
            "charts": len(address("/api/v1/leadups", asked)) * len(activities) <= LINKS_BYTES,
            "more": len(activities) <= MORE_OF,
            "weeks": sum(len(each["profile"]) for each in activities) <= WEEKS_SHOWN,
        },
    }


def _section(
    at: AsKnown, calendar: Calendar, asked: Mapping[str, Any], activity: Mapping[str, Any], place: int
) -> dict[str, Any]:
    """What the page shows of one activity."""
    charts = {
        each: {
            "svg": address("/api/v1/leadups.svg", asked, chart=each, of=place),
            "words": picturing.shown(activity, each),
        }
        for each in STUDY_CHARTS
    }
    named = gathering.label(at, calendar, activity["label"])
    return {
        "place": place,
        "named": shortened(named[:1].upper() + named[1:]),
        "activity": activity,
        "short": short(activity),
        "charts": charts,
        "ratios": reporting.ratios(activity) if activity["ratios"] else None,
        "weeks": reporting.profile(activity),
        "sentences": list(reporting.sentences(activity)),
    }


def short(activity: Mapping[str, Any]) -> str:
    """What may be said of an activity, in few words: `no evidence either way (0.83 times what ..., 0.46 to 1.50)`."""
    if not activity["ratios"]:
        return str(activity["refusal"]).partition(": ")[2] or str(activity["refusal"])
    first = activity["ratios"][0]
    figures = f"{first['ratio']:.2f} {AGAINST[first['baseline']]}, {reporting.interval(first['low'], first['high'])}"
    return f"{VERDICTS[Verdict(activity['verdict'])]} ({figures})."


def counted_until(activities: Sequence[Mapping[str, Any]], day: date) -> date | None:
    """The last day that is covered for all that is counted, where the day of the page lies after it."""
    ends = []
    for activity in activities:
        kinds = {kind for claim in activity["coverage"] for kind in claim["kinds"]}
        claims = [(claim, date.fromisoformat(claim["to"])) for claim in activity["coverage"]]
        ends += [max(end for claim, end in claims if kind in claim["kinds"]) for kind in kinds]
    return min(ends) if ends and min(ends) < day else None
