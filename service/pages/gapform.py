"""The form of /gaps: the question of the API as fields, and what a promise suggests where fields are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.calendars import Calendar, Promise
from schemas.errors import DomainError
from schemas.queries import read_filter
from schemas.wire.fields import load_part
from schemas.wire.questions import GapsSchema
from service.pages.questionform import QuestionForm
from service.store.asknown import AsKnown
from service.waiting import GapQuestion

_LEFT_OUT = ("calendar", "from_kind", "to_kind")


@dataclass(frozen=True)
class GapForm(QuestionForm):
    """What was typed."""

    def loaded(self) -> tuple[Any, dict[str, Any], list[DomainError]]:
        """As schemas.wire.fields.load_part reads it."""
        return load_part(GapsSchema(partial=_LEFT_OUT), self.given(), "?")

    def holding(self, question: GapQuestion | None) -> GapForm:
        """The form filled in with what is asked where it was left out."""
        if question is None:
            return self
        asked = {
            "calendar": (question.calendar,),
            "from_kind": question.from_kinds,
            "to_kind": question.to_kinds,
            "programme": question.programme,
        }
        return GapForm({**asked, **self.typed})


def question(at: AsKnown, calendar: Calendar, asked: Mapping[str, Any]) -> GapQuestion | None:
    """What is asked; the kinds left out are those that a promise of the calendar keeps count by: that of the programme
    asked, or the first where nothing is asked. None where there is no such promise."""
    promise = _promise(at, calendar, asked)
    starts = asked.get("from_kind") or (read_filter(promise.inspected).kind if promise else ())
    ends = asked.get("to_kind") or (read_filter(promise.opened).kind if promise else ())
    if not starts or not ends:
        return None
    narrowed = any(asked.get(name) for name in ("from_kind", "to_kind", "programme", "theme", "from_q"))
    return GapQuestion(
        calendar=calendar.slug,
        from_kinds=starts,
        to_kinds=ends,
        rel=asked.get("rel", "completes"),
        programme=asked.get("programme", () if narrowed or not promise else (promise.programme,)),
        theme=asked.get("theme", ()),
        text=asked.get("from_q"),
        within_days=asked.get("within_days"),
    )


def _promise(at: AsKnown, calendar: Calendar, asked: Mapping[str, Any]) -> Promise | None:
    programmes = {at.register.slug("programme", each) for each in asked.get("programme", ())}
    found = (each for each in calendar.promises if not programmes or each.programme in programmes)
    return next(found, next(iter(calendar.promises), None))
