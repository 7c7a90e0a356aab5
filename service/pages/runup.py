"""/leadups/<event id> - what led up to one meeting: event by event if it was held, so far if it lies ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from schemas.errors import DomainError, NotAMeeting, NotHeldYet
from schemas.events import Event
from schemas.vocabulary import AHEAD
from schemas.wire.fields import load_part
from schemas.wire.questions import RunUpSchema
from schemas.wording import short_day
from service import approaching, gathering, leading, recalling
from service.doors import as_known, asking, settings
from service.pages import runups
from service.pages.conventions import leading_to, page
from service.pages.leadupform import LeadupForm
from service.pages.questionform import address, by_field
from service.pages.runupdrawing import fan, strip
from service.problems import STATUS
from service.recalling import RunUp
from service.store import events
from service.store.asknown import AsKnown

door = Blueprint("runup-page", __name__)

FANS = 4
"""Activities drawn, of a run-up so far."""
EVENTS_SHOWN = 120


@dataclass(frozen=True)
class RunUpForm(LeadupForm):
    """What is asked of one meeting."""

    def loaded(self) -> tuple[Any, dict[str, Any], list[DomainError]]:
        """As schemas.wire.fields.load_part reads it."""
        return load_part(RunUpSchema(), self.sent(), "?")


@door.route("/leadups/<event_id>")
@asking
def show_runup(event_id: str) -> Response:
    """The run-up of a meeting; the address of a doubled one leads to the one it doubles."""
    form = RunUpForm.of(request.args)
    asked, refused = form.read
    with as_known(asked.get("as_known_on"), asked.get("through"), subject=event_id) as at:
        if other := events.doubles(at, event_id):
            return leading_to(f"/leadups/{quote(other)}")
        meeting = events.one(at, event_id, sources=False)
        mistakes = by_field([*refused, *gathering.unreadable(at, {**asked, "calendar": (meeting.calendar,)})])
        shown, status = ({}, 422) if mistakes else _found(at, meeting, asked)
        return page(
            "runup.html",
            at,
            status=status,
            form=form,
            mistakes=mistakes,
            meeting=meeting,
            calendar=at.calendars[meeting.calendar],
            lead_days=leading.LEAD_DAYS,
            short_day=short_day,
            day_of=date.fromisoformat,
            **{"refusal": None, "answer": None, "so_far": None, "lies_in": None, **shown},
        )


def _found(at: AsKnown, meeting: Event, asked: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """What the page shows, and its status."""
    question = RunUp(
        meeting=meeting.id,
        anchors=asked.get("anchors"),
        activities=tuple(asked.get("activity", ())),
        lead_days=asked["lead_days"],
        overlap=asked["overlap"],
        parts=asked["parts"],
    )
    if meeting.status in AHEAD and meeting.kind in at.calendars[meeting.calendar].key_meetings():
        return _so_far(at, meeting, question), 200
    try:
        answer = runups.kept(at, ("recalled", question), lambda: recalling.recall(at, question, settings().public_url))
    except (NotAMeeting, NotHeldYet) as refusal:
        return {"refusal": refusal.detail, "lies_in": leading.lies_in(at, meeting)}, STATUS[type(refusal)]
    return _recalled(at, meeting, answer), 200


def _so_far(at: AsKnown, meeting: Event, question: RunUp) -> dict[str, Any]:
    found = runups.so_far(at, meeting, question)
    own = leading.lies_in(at, meeting)
    told = [each for each in found["activities"] if each["sentence"]]
    anchors = question.anchors or ",".join(at.calendars[meeting.calendar].key_meetings())
    besides = {name: value for name, value in question.asked().items() if value}
    return {
        "so_far": found,
        "json": address(f"/api/v1/leadups/{quote(meeting.id)}/so-far", besides),
        "fans": [(each, fan(each, question.lead_days)) for each in told[:FANS]],
        "further": told[FANS:],
        "study": address("/leadups", {"anchors": anchors, "lead_days": question.lead_days}),
        "own": runups.drawn(at, own, meeting.id) if own else None,
    }


def _recalled(at: AsKnown, meeting: Event, answer: Mapping[str, Any]) -> dict[str, Any]:
    calendar, asked = at.calendars[meeting.calendar], answer["question"]
    named = {kind.slug: kind.plural for kind in calendar.kinds}
    marks = [(each["id"], each["kind"], tuple(each["lead_days"])) for each in answer["events"]]
    besides = {name: value for name, value in asked.items() if name != "calendar"}
    own = f"/leadups/{quote(meeting.id)}"
    return {
        "answer": answer,
        "events_shown": answer["events"][:EVENTS_SHOWN],
        "uncovered": _uncovered(at, meeting, answer),
        "drawn": strip(marks, named, asked["lead_days"]),
        "labels": {kind.slug: kind.label for kind in calendar.kinds},
        "named": {each["label"]: gathering.label(at, calendar, each["label"]) for each in answer["activities"]},
        "json": address(f"/api/v1{own}", besides),
        "csv": address("/api/v1/leadups.csv", asked, table="epochs"),
        "study": address("/leadups", asked),
        "permalink": address(own, besides, as_known_on=answer["as_known_on"], through=answer["through"]),
    }


def _uncovered(at: AsKnown, meeting: Event, answer: Mapping[str, Any]) -> str | None:
    """What is to be said in place of counts where no activity could be counted for want of coverage."""
    opens = meeting.when.starts_min
    if opens is None or any(each["used"] for each in answer["activities"]):
        return None
    kinds = [each["label"] for each in answer["activities"] if ":" not in each["label"] and "," not in each["label"]]
    first = opens - timedelta(answer["question"]["lead_days"])
    return approaching.not_covered(at.calendars[meeting.calendar], kinds[:1], first, opens)
