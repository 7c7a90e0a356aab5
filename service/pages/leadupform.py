"""The form of /leadups: the question of the API as fields, and what is asked where a field is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from schemas.calendars import Calendar
from schemas.errors import DomainError, InvalidRecord
from schemas.queries import EventQuery, values_of
from schemas.vocabulary import Kind
from schemas.wire.fields import load_part
from schemas.wire.questions import LeadupSchema
from service import gathering
from service.gathering import Question
from service.pages.typedform import TypedForm
from service.store import timeline
from service.store.asknown import AsKnown

ACTIVITIES_UNASKED = 3
"""How many activities are counted where none is asked for: the kinds most often recorded."""

_UNASKED = {"lead_days": 60, "overlap": "nearest", "parts": "once", "rel": "completes"}
"""What the API takes where a field is left out."""

_LEFT_OUT = ("calendar", "anchors", "activity")
_REPEATED = ("anchors", "activity")


@dataclass(frozen=True)
class LeadupForm(TypedForm):
    """What was typed. Kinds of anchors are ticked one by one, conditions are written; each activity is a value."""

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> LeadupForm:
        """The form as an address carries it: as a form sends it, or as the API is asked."""
        form = super().of(args)
        anchors = form.typed.get("anchors", ())
        ticked = [part for each in anchors for part in ([each] if ":" in each else values_of(each))]
        return cls({**form.typed, **({"anchors": tuple(dict.fromkeys(ticked))} if ticked else {})})

    @cached_property
    def read(self) -> tuple[dict[str, Any], list[DomainError]]:
        """What could be read of it, by field, and the refusals."""
        given: dict[str, Any] = self.given("activity")
        if "activity" in self.typed:
            given["activity"] = list(self.typed["activity"])
        whole, part, refused = load_part(LeadupSchema(partial=_LEFT_OUT), given, "?")
        found = part if whole is None else whole
        if len(found.get("calendar", ())) > 1:
            refused = [*refused, InvalidRecord([{"detail": "Name one calendar.", "pointer": "?calendar"}])]
        return found, [*refused, *self.twice()]

    @property
    def refused(self) -> list[DomainError]:
        """What is refused of it."""
        return self.read[1]

    @property
    def asked(self) -> dict[str, Any]:
        """The fields that could be read."""
        return self.read[0]

    def twice(self) -> list[DomainError]:
        """The fields that take one value and were given more."""
        return LeadupForm({name: given for name, given in self.typed.items() if name not in _REPEATED})._twice()

    def _twice(self) -> list[DomainError]:
        return super().twice()

    def written(self, name: str) -> str:
        """The conditions of a repeated field, which no tick stands for."""
        return next((each for each in self.typed.get(name, ()) if ":" in each), "")

    def holding(self, question: Question | None) -> LeadupForm:
        """The form filled in with what is asked where it was left out."""
        if question is None:
            return self
        anchors = question.anchors
        asked = {
            "calendar": (question.calendar,),
            "anchors": (anchors,) if ":" in anchors else values_of(anchors),
            "activity": question.activities,
            "lead_days": (str(question.lead_days),),
            "overlap": (question.overlap,),
            "parts": (question.parts,),
        }
        return LeadupForm({**asked, **self.typed})


def calendar_of(at: AsKnown, asked: Mapping[str, Any]) -> Calendar | None:
    """The calendar that is asked, else the first; None for one that is not known by then."""
    slugs: Sequence[str] = asked.get("calendar") or sorted(at.calendars)[:1]
    return at.calendars.get(slugs[0]) if slugs else None


def question(at: AsKnown, calendar: Calendar, asked: Mapping[str, Any]) -> Question | None:
    """What is asked; left out, the anchors are the calendar's key meetings, the activities those that it has most of.
    None where it has none such."""
    anchors = asked.get("anchors") or ",".join(calendar.key_meetings())
    activities = asked.get("activity") or [kind.slug for kind, _ in offered(at, calendar)[:ACTIVITIES_UNASKED]]
    if not anchors or not activities:
        return None
    return Question(
        calendar=calendar.slug,
        anchors=anchors,
        activities=tuple(activities),
        lead_days=asked.get("lead_days", 60),
        overlap=asked.get("overlap", "nearest"),
        parts=asked.get("parts", "once"),
    )


def offered(at: AsKnown, calendar: Calendar) -> list[tuple[Kind, int]]:
    """The kinds that have a rate, but for key meetings, with how many were held; the most frequent first."""
    counts = held_by_kind(at, calendar)
    kinds = [kind for kind in gathering.covered_kinds(calendar) if not kind.key_meeting]
    return sorted(((kind, counts.get(kind.slug, 0)) for kind in kinds), key=lambda each: -each[1])


def meetings_offered(at: AsKnown, calendar: Calendar) -> list[tuple[Kind, int]]:
    """The kinds of the groups of key meetings, with how many were held; key meetings first."""
    counts = held_by_kind(at, calendar)
    groups = {kind.group for kind in calendar.kinds if kind.key_meeting}
    kinds = [kind for kind in calendar.kinds if kind.group in groups]
    return [(kind, counts.get(kind.slug, 0)) for kind in sorted(kinds, key=lambda each: not each.key_meeting)]


def narrower(at: AsKnown, calendar: Calendar) -> list[tuple[str, str]]:
    """(short filter, words) of the activities that are covered within one programme alone."""
    found = {}
    for claim in calendar.coverage:
        if claim.programme:
            kinds = [kind.plural for each in claim.kinds if (kind := calendar.kind(each))]
            name = at.register.spelling("programme", claim.programme, at.day)
            found[f"kind:{','.join(claim.kinds)};programme:{claim.programme}"] = f"{', '.join(kinds)} of {name}"
    return list(found.items())


def held_by_kind(at: AsKnown, calendar: Calendar) -> dict[str, int]:
    """How many events of each kind were held."""
    return timeline.kinds(at, EventQuery(calendar=(calendar.slug,), status=("held",)))


def address(path: str, asked: Mapping[str, Any], **more: Any) -> str:
    """An address that asks a question, without a standpoint; what is asked by itself is left out."""
    told = {name: value for name, value in asked.items() if _UNASKED.get(name) != value}
    return f"{path}?{urlencode({**told, **more}, doseq=True, safe=',:', quote_via=quote)}"
