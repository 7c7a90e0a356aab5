"""/gaps - how long sites wait from the first visit to the opening: curve, sites, and a form for one's own question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from schemas.calendars import Calendar
from schemas.errors import DomainError
from schemas.wording import short_day
from service import naming, picturing, reporting, waiting
from service.analysis.exposure import SETTLING_DAYS
from service.doors import asking, settings
from service.pages import gapform
from service.pages.conventions import page
from service.pages.gapform import GapForm
from service.pages.questionform import address, by_field, calendar_of, offered
from service.pages.typedform import standpoint_of
from service.store.asknown import AsKnown
from service.store.states import PLACE_PARTS
from service.waiting import GapQuestion

door = Blueprint("gaps-page", __name__)

SITES_SHOWN = 100
PROGRAMMES_OFFERED = 60
LABELS = {
    "from_kind": "Counted from",
    "to_kind": "Counted to",
    "from_q": "Words of the title",
    "within_days": "Within how many days",
}
"""What fields are called."""


@door.route("/gaps")
@asking
def show_gaps() -> Response:
    """The waits of a question, or of the first programme that a calendar keeps count of."""
    form = GapForm.of(request.args)
    with standpoint_of(form) as (at, refused):
        calendar = calendar_of(at, form.asked)
        asked = gapform.question(at, calendar, form.asked) if calendar else None
        mistakes = by_field([*refused, *_unreadable(at, asked)])
        answer = None if mistakes or asked is None else waiting.gaps(at, asked, settings().public_url)
        return page(
            "gaps.html",
            at,
            status=422 if mistakes else 200,
            form=form.holding(asked),
            calendar=calendar,
            mistakes=mistakes,
            labels=LABELS,
            kinds=offered(at, calendar) if calendar else [],
            programmes=_programmes(at, calendar) if calendar else [],
            **(_shown(answer, at.day) if answer else {}),
        )


def _unreadable(at: AsKnown, asked: GapQuestion | None) -> list[DomainError]:
    if asked is None:
        return []
    read = {"calendar": (asked.calendar,), "from_kind": asked.from_kinds, "to_kind": asked.to_kinds}
    return waiting.unreadable(at, read)


def _programmes(at: AsKnown, calendar: Calendar) -> list[tuple[str, str]]:
    """(slug, name) of the programmes named most often."""
    found = naming.in_use(at, types=("programme",), calendars=(calendar.slug,), sort="-count")[:PROGRAMMES_OFFERED]
    slugs = [slug for _, ((_, slug), _) in found]
    return [(slug, at.register.spelling("programme", slug, at.day)) for slug in slugs]


def _shown(answer: Mapping[str, Any], day: date) -> dict[str, Any]:
    asked = answer["question"]
    counted = date.fromisoformat(answer["counted_to"]) if answer["counted_to"] else None
    sites = sorted(
        answer["sites"], key=lambda each: (each["first"]["starts"][0] or "", each["first"]["id"]), reverse=True
    )
    return {
        "answer": answer,
        "counted": counted,
        "uncovered": counted is not None and (day - counted).days > SETTLING_DAYS,
        "sites": sites[:SITES_SHOWN],
        "svg": address("/api/v1/gaps.svg", asked),
        "words": picturing.gaps_shown(answer),
        "json": address("/api/v1/gaps", asked),
        "curve_csv": address("/api/v1/gaps.csv", asked, table="curve"),
        "sites_csv": address("/api/v1/gaps.csv", asked, table="sites"),
        "permalink": address("/gaps", asked, as_known_on=answer["as_known_on"], through=answer["through"]),
        "curve": reporting.waits(answer) if answer["curve"] else None,
        "interval": reporting.interval,
        "number": reporting.number,
        "where": where,
        "day_of": date.fromisoformat,
        "short_day": short_day,
    }


def where(place: Mapping[str, str | None] | None) -> str:
    """A site's place in words: name, county, province, each once."""
    parts = [place[part] for part in PLACE_PARTS] if place else []
    words = ", ".join(dict.fromkeys(filter(None, parts))) or "Not told"
    return words[:1].upper() + words[1:]
