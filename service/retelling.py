"""Retelling: what a subscriber would have been told, by the same rules, from what was known on each day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from schemas.matters import NEWS_WITHIN_DAYS, comes_to, lead_days_of, leads_of, raises, why_no_lead, window_from
from schemas.queries import EventQuery
from schemas.subscriptions import LEAD, OVERDUE, QUIET_AGAIN_DAYS, QUIET_DAYS, Choices
from schemas.vocabulary import AHEAD
from schemas.windows import Told
from schemas.wording import day_words
from service.mail.letters import days_words
from service.store.asknown import AsKnown, days_known
from service.store.revisions import Row
from service.store.timeline import find
from service.store.told import standing_rows, told


@dataclass(frozen=True, slots=True)
class Retold:
    """A letter that would have gone on `day`: on what matter, and what was known: the state, since when."""

    day: date
    matter: str
    about: str
    known: Told


@dataclass(frozen=True, slots=True)
class Account:
    """A meeting, the day it opened (None: not exactly known, or not yet), every letter about it, oldest first, why no
    lead-day letter went, in a clause, where none did, and the `first` day on which it opened or was to open."""

    event: str
    title: str
    opened: date | None
    letters: tuple[Retold, ...]
    why_no_lead: str | None = None
    first: date | None = None

    @property
    def leads(self) -> list[Retold]:
        """The lead-day letters."""
        return [each for each in self.letters if each.matter == LEAD]

    def days_ahead(self, letter: Retold) -> int | None:
        """How many days before the opening a letter went: negative after it."""
        return (self.opened - letter.day).days if self.opened else None


@dataclass(slots=True)
class _Life:
    """An event from day to day until `today`: the states that were known, each from its day until before the next
    one's."""

    rows: Sequence[Row]
    today: date
    zone: str
    choices: Choices
    letters: list[Retold] = field(default_factory=list)

    def days(self) -> list[tuple[date, date, Row]]:
        """(from, until before, the revision that was known); of several known on one day the last."""
        latest = {row.known_on: row for row in self.rows}
        firsts = sorted(latest)
        ends = [date.fromisoformat(each) for each in firsts[1:]] + [date.max]
        return [(date.fromisoformat(day), end, latest[day]) for day, end in zip(firsts, ends, strict=True)]

    def live(self) -> None:
        """Write the letters as the days pass."""
        before: Told | None = None
        for since, until, row in self.days():
            state = told(row)
            last = self.letters[-1].known if self.letters else None
            matter, came = raises(before, state, since), comes_to(before, state, last)
            if matter in self.choices.matters and came in self.choices.matters:
                self.letters.append(Retold(since, str(matter), str(row.sequence), state))
            if LEAD in self.choices.matters:
                self.letters += self._leads(since, until, row)
            if OVERDUE in self.choices.matters:
                self.letters += self._overdue(since, until, row)
            before = state

    def _leads(self, since: date, until: date, row: Row) -> Iterator[Retold]:
        known, before = self._known(since), self._told()
        for lead, about in leads_of(known, self.zone, self.choices, lambda *key: key in before):
            day = max(lead.day_in(self.zone), since)
            if (LEAD, about) not in before and day <= self.today and day < min(lead.until, until):
                yield Retold(day, LEAD, about, told(row))

    def _overdue(self, since: date, until: date, row: Row) -> Iterator[Retold]:
        """That its window passed without word: once a window, as long as that is news."""
        state, last = told(row), told(row).when.starts_max
        if state.status not in AHEAD or last is None:
            return
        day, about = max(last + timedelta(1), since), str(window_from(self._known(since))[0])
        soon = (day - last).days <= NEWS_WITHIN_DAYS and day <= self.today and day < until
        if soon and (OVERDUE, about) not in self._told():
            yield Retold(day, OVERDUE, about, state)

    def _known(self, day: date) -> list[tuple[int, Told]]:
        return [(each.sequence, told(each)) for each in self.rows if date.fromisoformat(each.known_on) <= day]

    def _told(self) -> set[tuple[str, str]]:
        return {(each.matter, each.about) for each in self.letters}


@dataclass(frozen=True, slots=True)
class Silence:
    """A letter that would have gone on `day`: that nothing was recorded in the whole calendar since `newest`."""

    day: date
    newest: date
    about: str


def silences(at: AsKnown, calendar: str, since: date, until: date) -> list[Silence]:
    """When a subscriber would have been told, between two days, that nothing is recorded in a calendar; none later than
    the day of `at`."""
    days: list[date | None] = [*days_known(at, calendar, since), None]
    return [
        Silence(day, newest, f"{newest}/{again}")
        for newest, after in pairwise(days)
        if newest
        for again, day in enumerate(_reminders(newest, min(until, after - timedelta(1) if after else until, at.day)))
        if day >= since
    ]


def _reminders(newest: date, until: date) -> Iterator[date]:
    day = newest + timedelta(QUIET_DAYS)
    while day <= until:
        yield day
        day += timedelta(QUIET_AGAIN_DAYS)


def accounts(at: AsKnown, query: EventQuery, choices: Choices, since: date, until: date) -> list[Account]:
    """For each meeting of a query that opened, or was to open, between two days: what would have been told of it when,
    by the order of their days. As known from `at`, from which each day is looked back at as known on it; no letter is
    of a later day."""
    rows = standing_rows(at, [each.id for each in find(at, query)])
    found = []
    for id_, standing in rows.items():
        account = _account(at, id_, standing, choices)
        if account.first and since <= account.first <= until:
            found.append((account.first, account))
    return [account for _, account in sorted(found, key=lambda pair: (pair[0], pair[1].event))]


def _account(at: AsKnown, id_: str, rows: Sequence[Row], choices: Choices) -> Account:
    state = rows[-1].state
    life = _Life(rows, at.day, at.calendars[state["calendar"]].zone, choices)
    life.live()
    last = told(rows[-1])
    held = last.status == "held" and last.when.starts_min == last.when.starts_max
    opened = last.when.starts_min if held else None
    letters = tuple(sorted(life.letters, key=lambda each: each.day))
    lead = any(each.matter == LEAD for each in letters)
    return Account(
        id_, state["title"], opened, letters, None if lead else _why_none(life), opened or last.when.starts_min
    )


def _why_none(life: _Life) -> str:
    """Why no lead-day letter went, from the last state that was known before it opened."""
    announced = [(since, until, row) for since, until, row in life.days() if row.state["status"] == "announced"]
    if not announced:
        return "it was not announced before it opened"
    since, until, row = announced[-1]
    state = told(row)
    if why := why_no_lead(state, life.choices):
        return why
    assert state.when.starts_min, "a window that may be told of has an earliest day"
    if since >= state.when.starts_min:
        return f"it was announced on {day_words(since)}, when the window had opened"
    due = min(lead.day_in(life.zone) for lead in lead_days_of(state.when.starts_min, life.zone, life.choices))
    if until <= due:
        return f"news of {day_words(until)} came before the letter was due on {day_words(due)}"
    if due > life.today:
        return f"the letter is due in {days_words((due - life.today).days)}"
    return "the letter about its announcement had said it"


Letters = list[tuple[Account | None, Retold | Silence]]


def letters_of(found: Sequence[Account], silent: Sequence[Silence], since: date, until: date) -> Letters:
    """Every letter of several accounts, and of silence, that went between two days, newest first."""
    pairs: Letters = [(account, letter) for account in found for letter in account.letters]
    pairs += [(None, silence) for silence in silent]
    went = [pair for pair in pairs if since <= pair[1].day <= until]
    return sorted(went, key=lambda pair: (pair[1].day, pair[0].event if pair[0] else ""), reverse=True)
