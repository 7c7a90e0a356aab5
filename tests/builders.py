"""Small builders of what the tests speak of: each gives a plain, made-up record; name only what matters to the test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from schemas.calendars import Calendar
from schemas.events import Event, EventView, LinkSeen, Place, SaidBy, Source, gap_days
from schemas.subscriptions import Choices, SubscriptionDraft
from schemas.vocabulary import Kind
from schemas.when import parse
from service.clock import Clock
from service.store import facets
from service.store.database import Store
from service.store.migrations import migrate
from service.store.registers import plain
from service.store.revisions import Assertion, append
from service.subscribing import enrol

ZONE = "Asia/Pyongyang"
RECORDED_AT = "2025-11-02T03:04:05Z"


def an_event(when: str = "2025-12-09", **changes: Any) -> Event:
    """A held meeting on `when` (EDTF), with `changes` to its fields; `place` and `said_by` may be given as tuples."""
    fields: dict[str, Any] = {
        "id": "autumn01",
        "calendar": "demo",
        "zone": ZONE,
        "kind": "plenary",
        "group": "meeting",
        "title": "Plenary of the Central Committee",
        "when": parse(when),
        "status": "held",
        "said_by": SaidBy("body"),
        "sequence": 0,
        "last_sequence": 0,
        "known_on": date(2025, 11, 1),
        "recorded_at": RECORDED_AT,
        "recorded_by": "pack",
    }
    fields |= changes
    if isinstance(fields["said_by"], tuple):
        fields["said_by"] = SaidBy(*fields["said_by"])
    if isinstance(changes.get("place"), tuple):
        fields["place"] = Place(*changes["place"])
    return Event(**fields)


def a_link(rel: str, other: Event, event: Event, *, direction: str = "out") -> LinkSeen:
    """The link between `event` and `other` as seen from `event`: its subject if `direction` is `out`."""
    return LinkSeen(
        id=f"{event.id}-{other.id}",
        rel=rel,
        direction=direction,
        state="asserted",
        other_id=other.id,
        other_calendar=other.calendar,
        other_title=other.title,
        other_when=other.when,
        other_status=other.status,
        other_said_by=other.said_by,
        gap_days=gap_days(event.when, other.when),
        recorded_at=RECORDED_AT,
    )


def a_source(publisher: str = "State news agency", day: str = "2025-11-01", **changes: Any) -> Source:
    """A report published on `day` (ISO; empty: day not known)."""
    published = date.fromisoformat(day) if day else None
    fields: dict[str, Any] = {"title": "Meeting convened", "url": "https://news.example/1", "published": published}
    return Source(publisher, **fields | changes)


def a_view(event: Event | None = None, *, before: str | None = None, **changes: Any) -> EventView:
    """What a reader sees of `event` (default: `an_event()`); `before` is the EDTF known earlier, given by the press."""
    fields: dict[str, Any] = {
        "event": event or an_event(),
        "before": parse(before) if before else None,
        "before_said_by": SaidBy("press") if before else None,
        "links": (),
        "changed_at": RECORDED_AT,
    }
    return EventView(**fields | changes)


def a_calendar(**changes: Any) -> Calendar:
    """The calendar `demo`: a plenary is a key meeting, a visit is none."""
    fields: dict[str, Any] = {
        "slug": "demo",
        "name": "Demo",
        "zone": ZONE,
        "known_on": date(2025, 1, 1),
        "kinds": (
            Kind("plenary", "meeting", "Plenary", "Plenaries", key_meeting=True),
            Kind("visit", "visit", "Visit", "Visits"),
        ),
    }
    return Calendar(**fields | changes)


def a_store(path: Path, today: date | None = None, *calendars: Calendar) -> Store:
    """A store at `path` that lives on `today` and holds `calendars` (default: `a_calendar()`)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_migrated())
    store = Store(path, Clock(today))
    with store.transaction("test") as tx:
        for calendar in calendars or (a_calendar(),):
            state = plain(calendar)
            append(tx, Assertion("calendar", f"calendar/{calendar.slug}", calendar.slug, calendar.known_on, state))
    return store


def on(store: Store, day: str) -> Store:
    """The same store on another day."""
    return replace(store, clock=Clock(date.fromisoformat(day)))


@cache
def _migrated() -> bytes:
    """The file of a new store: making each by all migrations takes longer than what most tests ask of it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "leadup.sqlite3"
        migrate(path)
        return path.read_bytes()


def tell(store: Store, id_: str, when: str, known_on: str, **changes: Any) -> None:
    """Record the next revision of event `id_`: a plenary that the body announces for `when` (EDTF), with `changes` to
    its state; `sources` are states of sources."""
    sources = tuple(changes.pop("sources", ()))
    state: dict[str, Any] = {
        "calendar": "demo",
        "kind": "plenary",
        "title": "Plenary of the Central Committee",
        "when": when,
        "status": "announced",
        "said_by": {"who": "body"},
    }
    state |= changes
    with store.transaction("test") as tx:
        change = append(tx, Assertion("event", id_, state["calendar"], date.fromisoformat(known_on), state, sources))
        facets.index(tx.conn, change, state)


def subscribe(store: Store, email: str = "alice@example.org", **choices: Any) -> str:
    """The id of an active subscription of an address to the calendar `demo`, or to another `calendar`."""
    calendar = choices.pop("calendar", "demo")
    return enrol(store, SubscriptionDraft(email=email, calendar=calendar, choices=Choices(**choices))).id
