"""Answering queries: pages of events as known on a day, through a change."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from schemas.errors import DomainError, EventNotFound, InvalidRecord
from schemas.events import Event, LinkSeen
from schemas.queries import WHOLE, Detail, EventQuery
from service.store import events, links, timeline
from service.store.asknown import AsKnown
from service.store.conditions import standing
from service.store.database import LATEST

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown:
    """An event with its links, where they were asked for."""

    event: Event
    links: list[LinkSeen] | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what it shows, the cursor of the next (None at the end), and how many match in all, if asked."""

    items: list[Shown]
    cursor: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins, and what it is a page of: the standpoint and a digest of the question."""

    day: date
    through: int
    digest: str
    after: tuple[str, str]

    def text(self) -> str:
        """As one opaque word."""
        plain = json.dumps([self.day.isoformat(), self.through, self.digest, *self.after], separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(text: str, digest: str, day: date | None = None, through: int | None = None) -> Cursor:
    """The cursor a client sent back; raises InvalidRecord if it is none of ours, of another question, or of a page as
    known on another `day` or `through` another change than is asked for beside it."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        its_day, its_through, asked, start, id_ = plain
        if not 0 <= int(its_through) <= LATEST:
            raise _bad_cursor("Not a cursor: follow `next` as it was given.")
        cursor = Cursor(date.fromisoformat(its_day), int(its_through), str(asked), (str(start), str(id_)))
        "".join(cursor.after).encode()  # half a character could not be sought
    except (ValueError, TypeError, OverflowError, binascii.Error) as cause:
        raise _bad_cursor("Not a cursor: follow `next` as it was given.") from cause
    if day not in (None, cursor.day) or through not in (None, cursor.through):
        standpoint = f"as known on {cursor.day} through {cursor.through}"
        raise _bad_cursor(f"The cursor goes on from a page {standpoint}: ask the first page anew for another day.")
    if cursor.digest != digest:
        raise _bad_cursor("The cursor is of another question: ask the first page anew.")
    return cursor


@dataclass(frozen=True, slots=True)
class Begins:
    """Where a page begins: from which standpoint (as asked, or that of the first page), after which place (None: at the
    beginning)."""

    day: date | None
    through: int | None
    after: tuple[str, str] | None


def begins(text: str | None, digest: str, day: date | None, through: int | None) -> Begins:
    """Where the page begins that a cursor asks for, or that none asks for; raises as `read_cursor`."""
    if not text:
        return Begins(day, through, None)
    cursor = read_cursor(text, digest, day, through)
    return Begins(cursor.day, cursor.through, cursor.after)


def begun(query: EventQuery, text: str | None) -> tuple[EventQuery, tuple[str, str] | None]:
    """The query of events from the standpoint of the page that a cursor asks for, and the place after which that
    begins; raises as `read_cursor`."""
    page = begins(text, query.digest(), query.as_known_on, query.through)
    return replace(query, as_known_on=page.day, through=page.through), page.after


def _bad_cursor(detail: str) -> InvalidRecord:
    return InvalidRecord([{"detail": detail, "pointer": "?cursor"}])


def page(
    at: AsKnown,
    query: EventQuery,
    *,
    limit: int,
    after: tuple[str, str] | None,
    detail: Detail = WHOLE,
    total: bool = False,
) -> Page:
    """A page of a query's events; raises InvalidRecord for a kind, calendar or event that there is not."""
    check_query(at, query)
    found = timeline.find(at, query, limit=limit + 1, after=after)
    shown = found[:limit]
    cursor = None
    if len(found) > limit:
        last = shown[-1]
        cursor = Cursor(at.day, at.printed, query.digest(), (last.place, last.id)).text()
    return Page(whole(at, shown, detail), cursor, timeline.count(at, query) if total else None)


def whole(at: AsKnown, found: Sequence[timeline.Found], detail: Detail) -> list[Shown]:
    """The events that a query found, with what `detail` asks of them."""
    hydrated = events.hydrate(at, found, sources="sources" in detail.expand)
    return [Shown(each, links.of(at, each.id, each.when) if "links" in detail.expand else None) for each in hydrated]


def check_query(at: AsKnown, query: EventQuery) -> None:
    """Raise InvalidRecord for values of closed lists that no calendar has, and for events that are not known."""
    found = _unknown(at, query.calendar, query.kind, near=query.near, linked_to=query.linked_to)
    if found:
        raise InvalidRecord(found)


def unknown(at: AsKnown, asked: Mapping[str, Any]) -> list[DomainError]:
    """What `check_query` would refuse of the readable fields of a question, one by one."""
    ids = {name: asked.get(name) for name in ("near", "linked_to")}
    found = _unknown(at, asked.get("calendar", ()), asked.get("kind", ()), **ids)
    of_event = asked.get("event")
    gone = [] if of_event is None or standing(at, of_event) else [_no_event(at, of_event)]
    return [*(InvalidRecord([each]) for each in found), *gone]


EVENTS = ("near", "linked_to", "event")
"""The fields of questions that name an event."""


def check_event(at: AsKnown, id_: str) -> None:
    """Raise EventNotFound for the event that a list is asked about, if it is not known."""
    if standing(at, id_) is None:
        raise _no_event(at, id_)


def _no_event(at: AsKnown, id_: str) -> EventNotFound:
    return EventNotFound(f"No event {id_} is known on {at.day}.", pointer="?event")


def _unknown(at: AsKnown, slugs: Sequence[str], kinds: Sequence[str], **ids: str | None) -> list[dict[str, str]]:
    declared = {kind.slug for each in at.calendars.values() for kind in each.kinds}
    found = []
    for name, asked, known in (("calendar", slugs, set(at.calendars)), ("kind", kinds, declared)):
        if missing := [each for each in asked if each not in known]:
            among = f"one of {', '.join(sorted(known))}" if known else f"no {name} is known"
            detail = f"{', '.join(missing)}: unknown; {among}."
            found.append({"detail": detail, "pointer": f"?{name}"})
    for name, id_ in ids.items():
        if id_ is not None and standing(at, id_) is None:
            found.append({"detail": f"No event {id_} is known on {at.day}.", "pointer": f"?{name}"})
    return found


def short_page(
    at: AsKnown, keyed: Sequence[tuple[str, T]], *, limit: int, digest: str, after: str
) -> tuple[list[T], str | None]:
    """A page of a list that is at hand whole and in the order of its keys: the items after the key `after`, and the
    cursor of the next page."""
    left = [pair for pair in keyed if pair[0] > after]
    shown = left[:limit]
    more = len(left) > limit
    return [item for _, item in shown], Cursor(at.day, at.printed, digest, (shown[-1][0], "")).text() if more else None
