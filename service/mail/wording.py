"""What a letter about an event says: facts, who gave them, and how old they are; never that anything will happen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from calendars.contentlines import one_line
from calendars.description import whose
from schemas.events import Event, EventView, SaidBy, Source
from schemas.subscriptions import LEAD, OVERDUE
from schemas.when import When
from service.mail.letters import (
    Block,
    Facts,
    Item,
    Letter,
    Listing,
    Paragraph,
    day_words,
    days_words,
    sentence,
    span_words,
)

CAVEAT: Final = (
    "This is what was announced, not what will be: a meeting may open earlier or later than announced, or not at all."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """An event as known `today` (in its calendar's zone): what a letter about it is made of.

    `calendar` is the calendar's name, `newest_known` the day of the newest report in it. `record` is the record of
    announced windows in words, `early` that it may open earlier, `came` what became of its own window. `run_up` are
    counts of what was reported in the `run_up_days` before today, `changed` says what is new since the last letter.
    `page` and `feed` are addresses, None while only this machine can open them.
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
    page: str | None = None
    feed: str | None = None

    @property
    def event(self) -> Event:
        """The event."""
        return self.view.event

    @property
    def days(self) -> int | None:
        """The days from today until the window opens; None without one."""
        opens = self.event.when.starts_min
        return (opens - self.today).days if opens else None


def about_event(outlook: Outlook, matter: str) -> Letter:
    """The letter on a matter of an event, as known now."""
    event = outlook.event
    rows = tuple((label, text) for label, text in _rows(outlook, matter) if text)
    blocks: list[Block] = [Paragraph(_lead(outlook, matter), strong=True), Facts(rows)]
    if matter in (LEAD, "announced", "firmed", "moved"):
        blocks.append(Paragraph(CAVEAT))
    blocks.append(_reported(event.sources))
    if outlook.page:
        blocks.append(_more(outlook))
    return Letter(subject_line(outlook, matter), one_line(event.title), tuple(blocks), event.sequence, matter)


def _more(outlook: Outlook) -> Listing:
    """Where more stands."""
    items = [Item("The event, its history and its links", outlook.page)]
    if outlook.feed:
        items.append(Item("Its days for a calendar program", outlook.feed))
    return Listing("More", tuple(items))


def subject_line(outlook: Outlook, matter: str) -> str:
    """The matter, the event and its window on one line."""
    event, title = outlook.event, one_line(outlook.event.title)
    window = window_words(event.when)
    match matter:
        case "cancelled":
            return f"{title}: called off"
        case "opened":
            return f"{title}: {event.when.text}" if "opened" in event.when.text else f"{title}: opened {window}"
        case "overdue":
            return f"{title}: no word, and its window, {window}, has passed"
        case "announced":
            return f"{title}: newly announced for {window}{_ahead(outlook)}"
        case "firmed" | "moved":
            return f"{title}: {'narrowed' if matter == 'firmed' else 'moved'} to {window}{_ahead(outlook)}"
        case _:
            return f"{title}: {event.status} for {window}{_ahead(outlook)}"


def _ahead(outlook: Outlook) -> str:
    if outlook.days is None or outlook.days < 0:
        return ""
    if outlook.days == 0:
        return ", today" if one_day(outlook.event.when) else ", window opens today"
    return f", {'' if one_day(outlook.event.when) else 'window opens '}in {days_words(outlook.days)}"


def _lead(outlook: Outlook, matter: str) -> str:
    """The one sentence that matters most."""
    event, when = outlook.event, outlook.event.when
    match matter:
        case "cancelled":
            return f"Called off: {whose_words(event.said_by)} told so. It was set for {window_words(when)}."
        case "opened":
            return _opened(outlook)
        case "overdue":
            return f"Its window, {window_words(when)}, passed without word of it known here."
        case "announced":
            return f"{whose_words(event.said_by, start=True)} announced it for {window_words(when)}."
        case "firmed":
            return f"Its window got narrower: it is {event.status} for {window_words(when)}."
        case "moved":
            return f"Its date moved: it is {event.status} for {window_words(when)}."
        case _:
            return f"{event.status.capitalize()} for {window_words(when)}{_ahead(outlook)}."


def _opened(outlook: Outlook) -> str:
    when = outlook.event.when
    first = day_words(when.starts_min) if when.starts_min and one_day(when) else window_words(when)
    came = f", {outlook.came}" if outlook.came else ""
    return f"It opened on {first}{came}." if one_day(when) else f"It was held, {first}{came}."


def _rows(outlook: Outlook, matter: str) -> Iterator[tuple[str, str]]:
    view, event = outlook.view, outlook.event
    yield "When", _bounds(event)
    yield "Given by", f"{whose_words(event.said_by)}, known since {day_words(view.known_since or event.known_on)}"
    if matter in (LEAD, "announced", "firmed", "moved"):
        yield "Ahead", _days_ahead(outlook)
    yield "New", outlook.changed or _before(view)
    if matter not in ("cancelled", "opened"):
        yield "Record", sentence(outlook.record)
    if matter != "cancelled" and matter != OVERDUE:
        yield "Run-up", _run_up(outlook)
    yield "As known", _age(outlook)


def _bounds(event: Event) -> str:
    when = event.when
    if when.starts_min is None or when.starts_max is None or one_day(when):
        return f"{window_words(when)} (days in {event.zone})"
    return f"{when.text}: first day {span_words(when.starts_min, when.starts_max)} (days in {event.zone})"


def _days_ahead(outlook: Outlook) -> str:
    when, days = outlook.event.when, outlook.days
    if days is None or when.starts_min is None or days < 0:
        return ""
    early = f"; it {outlook.early}" if outlook.early else ""
    if one_day(when):
        return f"{days_words(days)} to the announced first day{early}"
    closes = f" and closes on {day_words(when.starts_max)}" if when.starts_max else ""
    return f"{days_words(days)} until the window opens on {day_words(when.starts_min)}{closes}{early}"


def _before(view: EventView) -> str:
    if view.before is None:
        return ""
    return f"before, {whose_words(view.before_said_by)} had given {view.before.text}"


def _run_up(outlook: Outlook) -> str:
    if not outlook.run_up:
        return ""
    counts = ", ".join(f"{count} {label}" for count, label in outlook.run_up)
    return f"{counts} reported in the last {outlook.run_up_days} days"


def _age(outlook: Outlook) -> str:
    age = (outlook.today - outlook.newest_known).days
    ago = f"{days_words(age)} ago" if age > 0 else "today"
    return f"on {day_words(outlook.today)}; newest report in {one_line(outlook.calendar)}: {ago}"


def _reported(sources: tuple[Source, ...]) -> Listing:
    return Listing("Sources", tuple(map(_source, sources)), empty="No source is recorded.")


def _source(source: Source) -> Item:
    day = f", {day_words(source.published)}" if source.published else ""
    return Item(f"{one_line(source.publisher)}{day}", source.url, one_line(source.title) if source.title else None)


def whose_words(said_by: SaidBy | None, *, start: bool = False) -> str:
    """Who gave a date, in words."""
    words = whose(said_by) if said_by is not None else "a source that was not recorded"
    words = "the press" if words == "press" else words
    return f"{words[:1].upper()}{words[1:]}" if start else words


def window_words(when: When) -> str:
    """The window in words; of a known first day without a known end that day, since its words are of what has begun."""
    if one_day(when) and when.starts_min and when.ends_max is None:
        return day_words(when.starts_min)
    return when.text


def one_day(when: When) -> bool:
    """Whether the first day is exactly known."""
    return when.starts_min is not None and when.starts_min == when.starts_max
