"""Letters that are not about one event: to confirm, of silence, of persons unseen, and digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from schemas.events import Event
from schemas.plaintext import one_line
from schemas.subscriptions import CANCELLED, Choices
from schemas.windows import Told
from schemas.wording import day_words
from service.mail.givers import by_whom, told_of
from service.mail.letters import Button, Facts, Item, Letter, Listing, Paragraph, days_words, plainly, sentence

SHOWN: Final = 20
"""How many events a digest lists under one heading."""

NAMED: Final = 3
"""How many persons a letter names."""


_NONE: Final[Mapping[str, Told]] = {}


@dataclass(frozen=True, slots=True)
class Gone:
    """An event that was retracted: its title, what had been told of it, and the title of the entry that stays, where it
    was entered twice."""

    title: str
    before: Told
    stays_as: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a digest tells of: events that lie ahead, whose windows passed, that are new or became another since the
    last one; by event what was told of it `before` that; and those that were retracted since."""

    coming: list[Event]
    late: list[Event]
    fresh: list[Event]
    before: Mapping[str, Told] = field(default_factory=dict)
    gone: Sequence[Gone] = ()


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


def quiet(calendar: str, newest: date, today: date, *, late: bool = False) -> Letter:
    """The letter about a calendar in which nothing was recorded for long; `late`: but what had become known before."""
    name = one_line(calendar)
    day = day_words(newest)
    nothing = f"nothing newer than {day} is recorded" if late else f"nothing recorded since {day}"
    was = f"nothing is recorded that became known after {day}" if late else f"nothing was recorded since {day}"
    return Letter(
        f"{name}: {nothing}",
        sentence(nothing).removesuffix("."),
        (
            Paragraph(
                f"In the calendar {name} {was},"
                f" {days_words((today - newest).days)} ago; no letter does not mean that nothing is coming.",
                strong=True,
            ),
            Paragraph(
                "Letters go out as before when anything is recorded. Until then this one comes again every month."
            ),
        ),
    )


def corrected(calendar: str, gone: Gone, sent: date, sequence: int) -> Letter:
    """The letter that corrects one of the day `sent`, since its event was retracted by a revision."""
    title, name = plainly(gone.title), one_line(calendar)
    twice = f"Entered twice: it stays in the calendar {name} as {plainly(gone.stays_as)}." if gone.stays_as else ""
    return Letter(
        f"{title}: entered {'twice' if twice else 'in error'}",
        title,
        (
            Paragraph(twice or f"Entered in error: this event is no longer in the calendar {name}.", strong=True),
            Facts((("Before", f"our letter of {day_words(sent)} had: {by_whom(gone.before)}"),)),
            Paragraph("This corrects what was entered here. It does not say that the meeting was called off."),
        ),
        sequence,
        CANCELLED,
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
    since: date | None = None,
) -> Letter:
    """What lies ahead, what is new since the digest of the day `since` (None: this is the first one, of its day or
    week) and what is overdue, of each as much as was found, SHOWN at most; also where that is nothing."""
    name, news = one_line(calendar), len(found.fresh) + len(found.gone)
    span = "day" if often == "daily" else "week"
    begun = f"since our digest of {day_words(since)}" if since else f"this {span}"
    coming = _events(found.coming, public_url)
    ahead = f"{_count(len(coming))} ahead" if coming else "nothing announced or expected"
    fresh = [*map(_gone, found.gone), *_events(found.fresh, public_url, found.before)]
    nothing = f"No new event and no new date or status was recorded {begun}."
    return Letter(
        f"{name}, {day_words(today)}: {ahead}, {_count(news)} new",
        f"{name}: {begun}" if since else f"{name}: the {span} to {day_words(today)}",
        (
            _listing("Ahead", coming, "Nothing is announced or expected, as far as is known here."),
            _listing(f"New {begun}", fresh, nothing),
            _listing("To have opened by now, without word", _events(found.late, public_url), ""),
            Facts((("Record", sentence(record)), ("Newest report", age))),
            Paragraph("No entry does not mean that nothing is coming."),
        ),
    )


def _count(number: int) -> str:
    """How many there are, as far as SHOWN tells."""
    return f"{SHOWN} or more" if number >= SHOWN else str(number)


def _listing(heading: str, items: Sequence[Item], empty: str) -> Listing:
    heading = f"{heading} (no more than {SHOWN} are listed)" if len(items) >= SHOWN else heading
    return Listing(heading, tuple(items[:SHOWN]), empty)


def _events(events: Sequence[Event], public_url: str | None, before: Mapping[str, Told] = _NONE) -> list[Item]:
    return [_item(each, public_url, before.get(each.id)) for each in events]


def _item(event: Event, public_url: str | None, before: Told | None = None) -> Item:
    was = f"; before, {by_whom(before)}" if before else ""
    note = f"{by_whom(told_of(event))}{was}"
    return Item(plainly(event.title), f"{public_url}/events/{event.id}" if public_url else None, note)


def _gone(gone: Gone) -> Item:
    return Item(plainly(gone.title), None, f"{gone_words(gone)}; before, {by_whom(gone.before)}")


def gone_words(gone: Gone) -> str:
    """What it is to be retracted, in a clause."""
    if gone.stays_as:
        return f"entered twice, it stays as {plainly(gone.stays_as)}"
    return "entered in error, it is no longer in the calendar"
