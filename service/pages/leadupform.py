"""The form of /leadups: the question of the API as fields, and what is asked where a field is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from schemas.calendars import Calendar
from schemas.errors import DomainError
from schemas.queries import values_of
from schemas.vocabulary import Kind
from schemas.wire.fields import load_part
from schemas.wire.questions import LeadupSchema
from service.gathering import Question
from service.pages.questionform import QuestionForm, held_by_kind, offered
from service.pages.typedform import LISTS
from service.store.asknown import AsKnown

ACTIVITIES_UNASKED = 3
"""How many activities are counted where none is asked for: the kinds most often recorded."""

_LEFT_OUT = ("calendar", "anchors", "activity")


@dataclass(frozen=True)
class LeadupForm(QuestionForm):
    """What was typed. Kinds of anchors are ticked one by one, conditions are written; each activity is a value."""

    repeated = (*LISTS, "anchors", "activity")

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Self:
        """The form as an address carries it: as a form sends it, or as the API is asked."""
        form = super().of(args)
        anchors = form.typed.get("anchors", ())
        ticked = [part for each in anchors for part in ([each] if ":" in each else values_of(each))]
        return cls({**form.typed, **({"anchors": tuple(dict.fromkeys(ticked))} if ticked else {})})

    def loaded(self) -> tuple[Any, dict[str, Any], list[DomainError]]:
        """As schemas.wire.fields.load_part reads it."""
        return load_part(LeadupSchema(partial=_LEFT_OUT), self.sent(), "?")

    def sent(self) -> dict[str, Any]:
        """By field what the API would be asked; each activity by itself, since a comma may stand in one."""
        activities = {"activity": list(self.typed["activity"])} if "activity" in self.typed else {}
        return {**self.given("activity"), **activities}

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
