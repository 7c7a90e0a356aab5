"""What a letter about an event says: facts, who gave them, and how old they are; never that anything will happen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from typing import Final

from schemas.events import Event, EventView, Source
from schemas.matters import by_the_body
from schemas.plaintext import one_line
from schemas.subscriptions import LEAD, OVERDUE
from schemas.windows import Told
from schemas.wording import day_words, span_words
from service.mail.givers import (
    announced,
    called_off,
    caveat,
    dated,
    given,
    in_a_clause,
    one_day,
    passed,
    told_of,
    whose_words,
    window_words,
)
from service.mail.letters import Block, Facts, Item, Letter, Listing, Paragraph, days_words, plainly, sentence

SOURCES: Final = 3
"""How many sources a letter names."""

TITLE: Final = 80
"""Characters of a source's title that a letter shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """An event as known `today` (in its calendar's zone): what a letter about it is made of.

    `calendar` is the calendar's name, `newest_known` the day of the newest report in it. `record` is the record of
    announced windows in words, `early` that it may open earlier, `came` what became of its own window. `run_up` are
    counts of what was reported in the `run_up_days` before today, `changed` says what is new since the last letter.
    `was` is the last state that the event had while it lay ahead. `page` and `feed` are addresses, None while only
    this machine can open them.
    """

    view: EventView
    calendar: str
    today: date
    newest_known: date
    record: str
    early: str | None = None
    came: str | None = None
    run_up: tuple[tuple[int, str], ...] = ()
    run_up_days: int = 28
    changed: str | None = None
    was: Told | None = None
    page: str | None = None
    feed: str | None = None

    @property
    def event(self) -> Event:
        """The event."""
        return self.view.event

    @property
    def state(self) -> Told:
        """The event's state, as far as who gave its date is concerned."""
        return told_of(self.event)

    @property
    def title(self) -> str:
        """The event's title, as letters have it."""
        return plainly(self.event.title)

    @property
    def days(self) -> int | None:
        """The days from today until the window opens; None without one."""
        opens = self.event.when.starts_min
        return (opens - self.today).days if opens else None


FORETELLING: Final = (LEAD, "announced", "firmed", "moved")
"""The matters of letters about what lies ahead."""


def about_event(outlook: Outlook, matter: str) -> Letter:
    """The letter on a matter of an event, as known now: short enough for one screen."""
    event = outlook.event
    rows = tuple((label, text) for label, text in _rows(outlook, matter) if text)
    known = f"{caveat(outlook.state)} {_age(outlook)}" if matter in FORETELLING else _age(outlook)
    blocks: list[Block] = [Paragraph(_lead(outlook, matter), strong=True), Facts(rows), Paragraph(known)]
    blocks.append(_reported(event.sources))
    if outlook.page:
        blocks.append(_more(outlook))
    return Letter(subject_line(outlook, matter), outlook.title, tuple(blocks), event.sequence, matter)


def _more(outlook: Outlook) -> Listing:
    """Where more stands."""
    items = [Item("The event, its history and its links", outlook.page)]
    if outlook.feed:
        items.append(Item("Its days for a calendar program", outlook.feed))
    return Listing("More", tuple(items), short=True)


def subject_line(outlook: Outlook, matter: str) -> str:
    """The matter, the event and its window on one line."""
    event, title, state = outlook.event, outlook.title, outlook.state
    window = window_words(event.when)
    match matter:
        case "cancelled":
            return f"{title}: {_called_off(state)}"
        case "opened":
            first = event.when.starts_min
            return (
                f"{title}: opened {day_words(first)}" if first and one_day(event.when) else f"{title}: held, {window}"
            )
        case "overdue":
            return f"{title}: no word, and {passed(event.when)}, has passed"
        case "announced":
            return f"{title}: newly {given(state)}{_ahead(outlook)}"
        case "moved" if not dated(state):
            return f"{title}: no date any more, {given(state)}"
        case "firmed" | "moved":
            by = "" if announced(state) or not event.said_by else f", expected by {whose_words(event.said_by)}"
            verb = "narrowed" if matter == "firmed" else "moved"
            return f"{title}: {verb} to {in_a_clause(event.when)}{by}{_ahead(outlook)}"
        case _:
            return f"{title}: {given(state)}{_ahead(outlook)}"


def _ahead(outlook: Outlook) -> str:
    if outlook.days is None or outlook.days < 0 or not dated(outlook.state):
        return ""
    if outlook.days == 0:
        return ", today" if one_day(outlook.event.when) else ", window opens today"
    return f", {'' if one_day(outlook.event.when) else 'window opens '}in {days_words(outlook.days)}"


def _lead(outlook: Outlook, matter: str) -> str:
    """The one sentence that matters most."""
    event, state = outlook.event, outlook.state
    match matter:
        case "cancelled":
            was = f" It had been {given(outlook.was)}." if outlook.was else ""
            if by_the_body(state):
                return f"Called off: {whose_words(event.said_by)} told so.{was}"
            return f"{sentence(_called_off(state))} That is not the body's own word.{was}"
        case "opened":
            return _opened(outlook)
        case "overdue":
            return sentence(f"{passed(event.when)}, passed without word of it known here")
        case "announced":
            return _announced(state)
        case "firmed":
            return f"Its window got narrower: it is {given(state)}."
        case "moved":
            return f"{'Its date moved' if dated(state) else 'No date is given any more'}: it is {given(state)}."
        case _:
            return sentence(f"{given(state)}{_ahead(outlook)}")


def _called_off(state: Told) -> str:
    """That it was called off; where others than the body told so, by whom."""
    if by_the_body(state):
        return called_off(state)
    by = f" by {whose_words(state.said_by)}" if state.said_by else ", it is not recorded by whom"
    return f"{called_off(state)}{by}"


def _announced(state: Told) -> str:
    """That it is announced now by the body, which may have given no date; what others call announced is what they
    expect."""
    if not announced(state):
        return f"It is newly {given(state)}."
    on = given(state).removeprefix("announced ")
    return f"{whose_words(state.said_by, start=True)} announced it {'' if dated(state) else 'as coming, '}{on}."


def _opened(outlook: Outlook) -> str:
    when = outlook.event.when
    first = day_words(when.starts_min) if when.starts_min and one_day(when) else window_words(when)
    came = f", {outlook.came}" if outlook.came else ""
    return f"It opened on {first}{came}." if one_day(when) else f"It was held, {first}{came}."


def _rows(outlook: Outlook, matter: str) -> Iterator[tuple[str, str]]:
    view, event = outlook.view, outlook.event
    if matter != "cancelled":
        yield "When", _bounds(outlook) + (_days_ahead(outlook) if matter in FORETELLING else "")
    label = "Told by" if matter == "cancelled" else "Given by"
    yield label, f"{whose_words(event.said_by)}, known since {day_words(view.known_since or event.known_on)}"
    yield "New", outlook.changed or _before(view)
    if matter not in ("cancelled", "opened") and announced(outlook.state):
        yield "Record", sentence(outlook.record)
    if matter != "cancelled" and matter != OVERDUE:
        yield "Run-up", _run_up(outlook)


def _bounds(outlook: Outlook) -> str:
    when, days_in = outlook.event.when, f"(days in {outlook.event.zone})"
    if not dated(outlook.state):
        return "no date is given"
    if when.starts_min is None or when.starts_max is None or one_day(when):
        return f"{window_words(when)} {days_in}"
    return f"first day {span_words(when.starts_min, when.starts_max)} {days_in}"


def _days_ahead(outlook: Outlook) -> str:
    """In how many days it opens; of a window in how many at the earliest and at the latest."""
    when, days = outlook.event.when, outlook.days
    if days is None or when.starts_max is None or not dated(outlook.state):
        return ""
    left = (when.starts_max - outlook.today).days
    early = f"; it {outlook.early}" if outlook.early and days > 0 else ""
    if days > 0:
        return f", in {days_words(days)}{early}" if one_day(when) else f", in {days} to {days_words(left)}{early}"
    if left <= 0:
        return ", today" if left == 0 else ""
    return f"; the window {'opens today' if days == 0 else 'is open'}, {days_words(left)} are left"


def _before(view: EventView) -> str:
    if view.before is None:
        return ""
    was = Told(view.event.known_on, view.before, "expected", view.before_said_by)
    return f"before, {whose_words(was.said_by)} had given {window_words(was.when) if dated(was) else 'no date'}"


def _run_up(outlook: Outlook) -> str:
    if not outlook.run_up:
        return ""
    counts = ", ".join(f"{count} {label}" for count, label in outlook.run_up)
    return f"{counts} reported in the last {outlook.run_up_days} days"


def _age(outlook: Outlook) -> str:
    age = (outlook.today - outlook.newest_known).days
    ago = f"{days_words(age)} old" if age > 0 else "of today"
    known = f"As known on {day_words(outlook.today)}"
    return f"{known}; the newest report in the calendar {one_line(outlook.calendar)} is {ago}."


def _reported(sources: tuple[Source, ...]) -> Listing:
    """The newest SOURCES of the sources, and how many more there are: a letter is to be read on one screen."""
    by_day = sorted(sources, key=lambda each: each.published or date.min)
    newest = by_day[-SOURCES:] if len(sources) > SOURCES else sources
    items, more = list(map(_source, newest)), len(sources) - len(newest)
    items += [Item(f"and {more} more, on the event's page")] if more else []
    return Listing("Sources", tuple(items), empty="No source is recorded.")


def _source(source: Source) -> Item:
    day = f", {day_words(source.published)}" if source.published else ""
    title = shorten(one_line(source.title), TITLE, placeholder="...") if source.title else None
    return Item(f"{one_line(source.publisher)}{day}", source.url, title)
