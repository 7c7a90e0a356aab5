"""What a form that amends was opened on, what stands by now on its day, and the form brought onto that: a three-way
merge, so that what was not touched is put back by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from schemas.errors import DomainError
from schemas.events import Event
from schemas.when import read
from service import revising
from service.pages.recordform import RecordForm, expected_of
from service.store import events
from service.store.asknown import AsKnown, standpoint
from service.store.database import Store

_UNITS = (
    *(("title",), ("kind",), ("when",), ("status",), ("who", "who_name"), ("place", "county", "province", "country")),
    *(("people",), ("bodies",), ("themes",), ("programme",), ("note",)),
)
"""The fields of an event, by what is changed as one: half of one place and half of another is neither."""


@dataclass(frozen=True)
class Merged:
    """A form brought onto `there`, how the event stands on the day that it is known since.

    `before` is how it stood on that day when the form was opened, None where the form does not say; `turned` says that
    the form was opened on something else than `there`, so that nothing of it was seen yet by who sends it.
    """

    form: RecordForm
    there: Event
    before: Event | None
    turned: bool

    @property
    def meanwhile(self) -> bool:
        """Whether somebody amended it, as of that day, since the form was opened."""
        return self.before is None or self.before.sequence != self.there.sequence


def holding(event: Event) -> RecordForm:
    """A form that would leave an event as it stands; its date in words where they say the same."""
    form = RecordForm.holding(revising.draft_of(event))
    try:
        in_words = read(event.when.text).edtf == event.when.edtf
    except DomainError:
        in_words = False
    told = {"when": event.when.text} if in_words else {}
    return form.changed(read=event.title, **told)


def noted(event: Event, there: Event) -> str:
    """Where a form was opened, as it carries it along: the newest revision of the event, whatever day that is known
    from, and the one that the form holds."""
    return f"{event.last_sequence}-{there.sequence}"


def merged(at: AsKnown, store: Store, event: Event, form: RecordForm) -> Merged:
    """A form brought onto how the event stands on its day: first from what it was opened on to how the event stood on
    that day then, then to how it does now. Fields that were typed stay, whatever others did to them."""
    there = _on(at, store, event, form.day("known_on"))
    last, opened = expected_of(form.text("standing"))
    history = [each for _, each in events.history(at, event.id)]
    # `there` as its names are spelled on its day
    told = {each.event.sequence: each.event for each in history} | {there.sequence: there}
    before = None
    if opened in told:
        day = max(there.known_on, form.day("known_on") or date.max)
        stood = [each.event for each in history if not each.replaced and each.event.known_on <= day]
        before = told[([opened] + [each.sequence for each in stood if each.sequence <= last])[-1]]
        form = _onto(_onto(form, told[opened], before), before, there)
    form = form.changed(standing=noted(event, there), read=form.text("title"))
    return Merged(form, there, before, turned=opened != there.sequence)


def _on(at: AsKnown, store: Store, event: Event, day: date | None) -> Event:
    """The event as known on a day, which is what is amended there, or as first known after that; as it stands today
    where no day is said, or one since which it stands so."""
    if day is None or day >= event.known_on:
        return event
    first = date.fromisoformat(events.standing(at, event.id)[0].known_on)
    return events.one(standpoint(at.conn, store.clock, max(first, day), None, [event.calendar], at.only), event.id)


def _onto(form: RecordForm, base: Event, other: Event) -> RecordForm:
    """The form with how `other` has it in the fields that stand as in `base`."""
    if base.sequence == other.sequence:
        return form
    had, has = _typed(holding(base)), _typed(holding(other))
    untouched = (unit for unit in _UNITS if all(form.text(name) == had.get(name, "") for name in unit))
    return form.changed(**{name: has.get(name) for unit in untouched for name in unit})


def _typed(form: RecordForm) -> Mapping[str, str]:
    """What a browser sends of a form that is left as it is."""
    return RecordForm.of(MultiDict(form.typed)).typed
