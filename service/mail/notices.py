"""Letters that are not about one event: to confirm, of silence, of persons unseen, and digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from calendars.contentlines import one_line
from schemas.events import Event
from schemas.subscriptions import Choices
from schemas.windows import Told
from service.mail.givers import by_whom, told_of
from service.mail.letters import (
    Button,
    Facts,
    Item,
    Letter,
    Listing,
    Paragraph,
    day_words,
    days_words,
    plainly,
    sentence,
)

SHOWN: Final = 20
"""How many events a digest lists under one heading."""

NAMED: Final = 3
"""How many persons a letter names."""


_NONE: Final[Mapping[str, Told]] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """What a digest tells of: events that lie ahead, whose windows passed, of which anything was told since the last
    one; and by event what was told of it `before` that, where its date, its status or who gave them was another."""

    coming: list[Event]
    late: list[Event]
    fresh: list[Event]
    before: Mapping[str, Told] = field(default_factory=dict)


def confirming(calendar: str, choices: Choices, persons: Sequence[str], link: str) -> Letter:
    """The letter that asks whether an address is to be written to. It repeats no word of whoever asked, who may be
    another: of a query only that there is one, of persons only the names that the register has for them (`persons`),
    and how many others there are. Its link stands before all else, so that no other address can."""
    name = one_line(calendar)
    told = replace(
        choices,
        query=choices.query and "found by a filter, which that page shows",
        people=_named(persons, len(choices.people) - len(persons)),
    )
    return Letter(
        f"Confirm: alerts of {name}",
        f"Alerts of {name}: is this you?",
        (
            Paragraph(
                "This address was given to be told of what stands below. If it was you, confirm it.", strong=True
            ),
            Button("To confirm, open this page and press the button", link),
            Facts(choices_in_words(told)),
            Paragraph("If it was not you, do nothing: no other letter comes. The link holds for 7 days."),
        ),
    )


def _named(persons: Sequence[str], others: int) -> tuple[str, ...]:
    """Names, the first few of many, and how many others there are."""
    shown = tuple(map(one_line, persons[:NAMED]))
    others += len(persons) - len(shown)
    more = f"{others} other{'s' if others > 1 else ''}" if shown else f"{others} person{'s' if others > 1 else ''}"
    return (*shown, more) if others else shown


_WORDS: Final = {
    "firmed": "narrowed",
    "cancelled": "called off",
    "overdue": "passed without word",
    "quiet": "nothing is recorded at all",
    "unseen": "a person is not seen",
}


def choices_in_words(choices: Choices) -> tuple[tuple[str, str], ...]:
    """What was chosen, as facts."""
    leads = ", ".join(map(str, choices.lead_days)) if "lead" in choices.matters else ""
    others = ", ".join(_WORDS.get(each, each) for each in choices.matters if each != "lead")
    rows = (
        ("Events", choices.query or "key meetings"),
        ("Days ahead", leads),
        ("Also when", others),
        ("Persons", ", ".join(choices.people)),
        ("At", f"{choices.hour:%H:%M}, {choices.zone or 'on the clocks of the calendar'}"),
        ("Days", "Mondays to Fridays" if choices.weekdays else ""),
        ("In", f"one {choices.digest} letter" if choices.digest else ""),
    )
    return tuple((label, text) for label, text in rows if text)


def quiet(calendar: str, newest: date, today: date) -> Letter:
    """The letter about a calendar in which nothing was recorded for long."""
    name = one_line(calendar)
    return Letter(
        f"{name}: nothing recorded since {day_words(newest)}",
        f"Nothing recorded since {day_words(newest)}",
        (
            Paragraph(
                f"In the calendar {name} nothing was recorded since {day_words(newest)},"
                f" {days_words((today - newest).days)} ago; no letter does not mean that nothing is coming.",
                strong=True,
            ),
            Paragraph(
                "Letters go out as before when anything is recorded. Until then this one comes again every month."
            ),
        ),
    )


def unseen(person: str, last: date, days: int, today: date, age: str) -> Letter:
    """The letter about a person of whom no appearance was reported."""
    name = one_line(person)
    return Letter(
        f"{name}: no reported appearance for {days_words((today - last).days)}",
        f"{name}: no reported appearance since {day_words(last)}",
        (
            Paragraph(f"The last one known here was {days_words((today - last).days)} ago.", strong=True),
            Facts((("Asked for", f"after {days_words(days)}"), ("Newest report", age))),
            Paragraph("This says what was not reported, and nothing of why: many things are not reported."),
        ),
    )


def digest(
    calendar: str,
    often: str,
    today: date,
    found: Found,
    record: str,
    age: str,
    public_url: str | None,
) -> Letter:
    """What lies ahead, what is new and what is overdue, of each as much as was found, SHOWN at most; also where that is
    nothing."""
    coming, late, fresh = found.coming, found.late, found.fresh
    span = "day" if often == "daily" else "week"
    name = one_line(calendar)
    ahead = f"{_count(coming)} ahead" if coming else "nothing announced or expected"
    return Letter(
        f"{name}, {day_words(today)}: {ahead}, {_count(fresh)} new",
        f"{name}: the {span} to {day_words(today)}",
        (
            _listing("Ahead", coming, public_url, "Nothing is announced or expected, as far as is known here."),
            _listing(f"New this {span}", fresh, public_url, f"Nothing new was recorded this {span}.", found.before),
            _listing("Windows that passed without word", late, public_url, ""),
            Facts((("Record", sentence(record)), ("Newest report", age))),
            Paragraph("No entry does not mean that nothing is coming."),
        ),
    )


def _count(events: list[Event]) -> str:
    """How many there are, as far as SHOWN tells."""
    return f"{len(events)} or more" if len(events) >= SHOWN else str(len(events))


def _listing(
    heading: str, events: list[Event], public_url: str | None, empty: str, before: Mapping[str, Told] = _NONE
) -> Listing:
    heading = f"{heading} (no more than {SHOWN} are listed)" if len(events) >= SHOWN else heading
    return Listing(heading, tuple(_item(each, public_url, before.get(each.id)) for each in events), empty)


def _item(event: Event, public_url: str | None, before: Told | None = None) -> Item:
    was = f"; before, {by_whom(before)}" if before else ""
    note = f"{by_whom(told_of(event))}{was}"
    return Item(plainly(event.title), f"{public_url}/events/{event.id}" if public_url else None, note)
