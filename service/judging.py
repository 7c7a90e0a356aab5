"""Judging a letter anew when it goes: what it was raised for is looked at again by what is known then.

A letter may wait: for a clock that was off, for a server that put it off. What it was to say may have been overtaken,
or told by a letter that went meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from schemas.events import Event
from schemas.matters import NEWS_WITHIN_DAYS, comes_to, generation, lead_days_of, lies_ahead, why_no_lead
from schemas.subscriptions import CHANGES, DIGEST, LEAD, OVERDUE, Choices
from schemas.vocabulary import AHEAD
from schemas.windows import Told, same
from service import raising
from service.store import outbox
from service.store.asknown import AsKnown
from service.store.outbox import Leased
from service.store.told import standing_rows, told


class NoLonger(Exception):
    """A letter that is not to go: what it was to say is not true any more, or of no use. Its words say why."""


def wished(matter: str, choices: Choices) -> bool:
    """Whether a subscriber still chooses to be told on a matter; of events, a digest tells."""
    if matter == DIGEST:
        return choices.digest is not None
    in_digest = choices.digest is not None and matter in (LEAD, *CHANGES, OVERDUE)
    return matter in choices.matters and not in_digest


@dataclass(slots=True)
class Judge:
    """Judges letters over one snapshot of the store; what is the same for many is looked up once."""

    _present: dict[str, Told] = field(default_factory=dict)
    _became: dict[tuple[str, str, Told | None], str | None] = field(default_factory=dict)
    _leads: dict[tuple[str, Choices, str], str | None] = field(default_factory=dict)

    def matter_by_now(self, at: AsKnown, leased: Leased, choices: Choices, event: Event) -> str:
        """The matter that a letter about an event is on by now: the one it was raised on, or what became of it where
        that is wished too; raises NoLonger, also where a letter that went had told it, or one that waits will."""
        owed = leased.owed
        if owed.matter in CHANGES:
            return self._change(at, leased, choices)
        if owed.matter == LEAD:
            key = event.id, choices, owed.about
            if key not in self._leads:
                self._leads[key] = why_lead_is_over(at, event, choices, owed.about)
            if why := self._leads[key]:
                raise NoLonger(why)
        elif (state := self._state(at, event.id)).status not in AHEAD or lies_ahead(state, at.day):
            raise NoLonger("there is word of it by now")
        return owed.matter

    def _change(self, at: AsKnown, leased: Leased, choices: Choices) -> str:
        owed, state = leased.owed, self._state(at, leased.owed.event)
        if outbox.told_since(at.conn, leased, int(owed.about)):
            raise NoLonger("a letter that went told it, or what came after it")
        went = outbox.last_told(at.conn, leased.subscription.id, owed.event)
        last = raising.told_by(at, owed.event, went[0]) if went else None
        if last and same(last, state):
            raise NoLonger("our last letter about the event told the same")
        matter = self._came_to(at, owed.event, owed.about, last)
        if matter is None:
            raise NoLonger(f"it is not so any more: the event is {state.status} by now, {state.when.text}")
        wishes = [each for each in CHANGES if wished(each, choices)]
        if matter not in wishes:
            raise NoLonger(f"it has {_BECAME.get(matter, matter)} by now, which is not wished")
        newer = outbox.newer_waiting(at.conn, leased, wishes)
        if any(self._came_to(at, owed.event, about, last) in wishes for about in newer):
            raise NoLonger("a newer letter about the event says it")
        if (at.day - state.known_on).days > NEWS_WITHIN_DAYS and not lies_ahead(state, at.day):
            raise NoLonger("it is no news any more")
        return matter

    def _state(self, at: AsKnown, event: str) -> Told:
        if event not in self._present:
            self._present[event] = told(standing_rows(at, [event])[event][-1])
        return self._present[event]

    def _came_to(self, at: AsKnown, event: str, about: str, last: Told | None) -> str | None:
        """What a change that raised a letter has come to for whom a letter told `last`: the present state beside that
        one, or beside the one before the change."""
        key = event, about, last
        if key not in self._became:
            before = raising.state_before(at, event, int(about))
            self._became[key] = comes_to(told(before) if before else None, self._state(at, event), last)
        return self._became[key]


_BECAME: Final = {"announced": "been announced", "cancelled": "been called off"}


def why_lead_is_over(at: AsKnown, event: Event, choices: Choices, about: str) -> str | None:
    """Why a lead-day letter that was raised is not to go any more; None where it is."""
    rows = standing_rows(at, [event.id])[event.id]
    state = told(rows[-1])
    if state.status == "held":
        return "the opening is known"
    if why := why_no_lead(state, choices):
        return why
    assert event.when.starts_min, "an announced window has an earliest day"
    leads = {each.days: each for each in lead_days_of(event.when.starts_min, event.zone, choices)}
    days, _, moved = about.partition("/")
    if int(moved or 0) != generation([(row.sequence, told(row)) for row in rows]):
        return "the window has moved since"
    lead = leads.get(int(days))
    return None if lead and at.day < lead.until else "its day has passed"
