"""What the body of a calendar entry tells a person: how sure the date is, since when, what it hangs together with."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from typing import Final

from schemas.events import Event, EventView, LinkSeen, SaidBy, Source
from schemas.plaintext import one_line, paragraphs, uri
from schemas.vocabulary import AHEAD, RELS
from schemas.when import When

_SAYERS: Final = {"body": "the body itself", "government": "a government", "press": "press"}
_STATUSES: Final = {"retracted": "entered in error"}
_MONTHS: Final = tuple(calendar.month_name)


def describe(view: EventView, public_url: str) -> str:
    r"""Paragraphs parted by an empty line: note, date and status, links, sources, the event's page; breaks are `\n`."""
    event = view.event
    blocks = (
        paragraphs(event.note or ""),
        "\n".join(_standing(view)),
        "\n".join(_linked(event.when, link) for link in view.links),
        "\n".join(map(_reported, event.sources)),
        uri(f"{public_url}/events/{event.id}"),
    )
    return "\n\n".join(block for block in blocks if block)


def when_in_words(event: Event) -> str:
    """The date in words; of a first day still ahead, with no known end, not that it "opened"."""
    if event.status in AHEAD and (first := begun(event.when)):
        return f"opens {_day(first)}"
    return event.when.text


def begun(when: When) -> date | None:
    """The first day, where that is exactly known and the end open (`a/..`); else None."""
    return when.starts_min if when.starts_min == when.starts_max and when.ends_max is None else None


def whose(said_by: SaidBy) -> str:
    """Who gave a date: by name where there is one, else by sort."""
    return one_line(said_by.name) if said_by.name else _SAYERS[said_by.who]


def _standing(view: EventView) -> Iterator[str]:
    event = view.event
    if event.when.uncertain or event.status != "held":
        yield f"Date: {when_in_words(event)}{_read_as(event.when)}{_given(event.said_by)}."
    yield f"Status: {_STATUSES.get(event.status, event.status)}. Known since {_day(_since(view))}."
    if view.before is not None:
        yield f"Before: {view.before.text}{_read_as(view.before)}{_given(view.before_said_by)}."


def _since(view: EventView) -> date:
    return view.known_since or view.event.known_on


def _given(said_by: SaidBy | None) -> str:
    return f", given by {whose(said_by)}" if said_by is not None else ""


def _read_as(when: When) -> str:
    """The days that uncertain words stand for: people read "mid-December" in more than one way."""
    first, last = when.starts_min, when.ends_max
    if not when.uncertain or first is None or last is None or first == last:
        return ""
    return f" (read as {_day(first)} to {_day(last)})"


def _linked(when: When, link: LinkSeen) -> str:
    rel = RELS[link.rel]
    label = rel.label if link.direction == "out" else rel.inverse_label
    return f"{label}: {one_line(link.other_title)} ({link.other_when.text}){_apart(when, link)}"


def _apart(when: When, link: LinkSeen) -> str:
    """The days between the two first days, and which way where that is sure."""
    least, most = link.gap_days
    if most is None:
        return f", at least {_days(least)} {_side(when, link.other_when)}" if least else ""
    if most == 0:
        return ", the same day"
    span = _days(most) if least == most else f"{least} to {_days(most)}"
    return f", {span} {_side(when, link.other_when)}"


def _side(when: When, other: When) -> str:
    if when.starts_max and other.starts_min and other.starts_min >= when.starts_max:
        return "later"
    if when.starts_min and other.starts_max and other.starts_max <= when.starts_min:
        return "earlier"
    return "apart"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _reported(source: Source) -> str:
    line = f"Source: {one_line(source.publisher)}"
    if source.published is not None:
        line += f", {_day(source.published)}"
    if source.title:
        line += f": {one_line(source.title)}"
    return f"{line}\n{uri(source.url)}" if source.url else line


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month]} {day.year}"
