"""Large made-up stores, written fast: whole histories of thousands of events, through the same `follow` as every write.

The histories are like real ones. Half of the events are held first and reported the next morning; the others are
announced days to a year ahead, with windows that firm up. A few are found out years later, begin without an end, were
entered wrongly or late. `EVENTS_A_DAY` is the density whatever the size: a small store walks like a large one.
"""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from schemas.calendars import Calendar
from schemas.vocabulary import Kind
from service.store import facets
from service.store.database import Store
from service.store.revisions import Row, canonical, follow
from tests.builders import a_store

LAST_DAY = date(2026, 1, 1)
EVENTS_A_DAY = 14
"""A hundred thousand in twenty years."""

WEIGHTS = {
    "visit": 40,
    "speech": 20,
    "ceremony": 18,
    "launch": 10,
    "plenary": 6,
    "session": 4,
    "summit": 1.5,
    "congress": 0.5,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One revision to be: of which event, known on which day, recorded on which."""

    recorded_on: date
    known_on: date
    subject: str
    state: dict[str, Any]
    replaces: int | None = None


def a_large_store(path: Path, events: int, *, live: bool = True, seed: int = 1) -> Store:
    """A store of `events` events with four times as many revisions over the days up to LAST_DAY.

    Recorded day by day as things became known (`live`), or event by event, as an archive is taken in.
    """
    chance = random.Random(seed)
    store = a_store(path, LAST_DAY, _calendar())
    first = LAST_DAY - timedelta(days=events // EVENTS_A_DAY)
    told = [each for number in range(events) for each in _history(chance, f"e{number:07d}", first)]
    if live:
        told.sort(key=lambda each: (each.recorded_on, each.known_on))
    _write(store, told)
    return store


def _calendar() -> Calendar:
    kinds = tuple(Kind(slug, "meeting" if slug in _MEETINGS else "visit", slug, slug) for slug in WEIGHTS)
    return Calendar(slug="demo", name="Demo", zone="Asia/Pyongyang", known_on=date(1990, 1, 1), kinds=kinds)


_MEETINGS = ("plenary", "session", "congress")


def _history(chance: random.Random, subject: str, first: date) -> list[Told]:
    """What one event's revisions say, four on average, by the day they became known; none known after LAST_DAY."""
    held = first + timedelta(days=chance.randrange((LAST_DAY - first).days + 200))
    kind = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    days = _days_known(chance, held)
    found = [_told(chance, subject, kind, held, each) for each in sorted(days) if each <= LAST_DAY]
    if not found:
        found = [_told(chance, subject, kind, held, min(held, LAST_DAY) - timedelta(days=chance.randrange(20)))]
    if len(found) > 2 and chance.random() < 0.02:
        wrong = found[1]
        found.append(Told(LAST_DAY, wrong.known_on + timedelta(days=2), subject, wrong.state, replaces=1))
    elif chance.random() < 0.003:
        found.append(Told(LAST_DAY, found[-1].known_on, subject, {**found[-1].state, "status": "retracted"}))
    return found


def _days_known(chance: random.Random, held: date) -> set[date]:
    """The days on which something about an event that is held on `held` becomes known."""
    late = chance.random() < 0.03
    first_report = held + timedelta(days=chance.randrange(400, 4000) if late else chance.choice((0, 1, 1, 1, 2, 3)))
    days = {first_report}
    for _ in range(chance.choice((0, 0, 1, 2, 3, 4)) if not late else 0):
        days.add(held - timedelta(days=int(chance.expovariate(1 / 60)) + 1))
    for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 3))):
        days.add(first_report + timedelta(days=int(chance.expovariate(1 / 90)) + 1))
    return days


def _told(chance: random.Random, subject: str, kind: str, held: date, known_on: date) -> Told:
    ahead = known_on < held
    state = {
        "calendar": "demo",
        "kind": kind,
        "title": f"{kind.capitalize()} number {subject[1:]}",
        "when": _foreseen(chance, held, known_on) if ahead else _seen(chance, held),
        "status": chance.choice(("announced", "announced", "expected")) if ahead else "held",
        "said_by": {"who": chance.choice(("body", "press"))},
        "people": chance.sample(("Ada Ahn", "Bo Bae", "Cho Chun", "Do Dok"), 2) if not ahead else [],
        "themes": [chance.choice(("farming", "industry", "health"))],
        "place": {"county": f"County {chance.randrange(200)}"},
    }
    late_entry = timedelta(days=chance.randrange(2000) if chance.random() < 0.03 else 0)
    return Told(min(known_on + late_entry, LAST_DAY), known_on, subject, state)


def _foreseen(chance: random.Random, held: date, known_on: date) -> str:
    """A window around the day that is to come: the day, ten days, a month, a quarter, or no date."""
    sort = chance.random()
    if sort < 0.4:
        return held.isoformat()
    if sort < 0.75:
        return f"[{held - timedelta(days=chance.randrange(10))}..{held + timedelta(days=chance.randrange(10))}]"
    if sort < 0.92:
        return f"{held:%Y-%m}"
    if sort < 0.97:
        return f"[{held - timedelta(days=40)}..{held + timedelta(days=50)}]"
    return f"[{known_on}..]"


def _seen(chance: random.Random, held: date) -> str:
    sort = chance.random()
    if sort < 0.9:
        return held.isoformat()
    if sort < 0.99:
        return f"{held}/{held + timedelta(days=chance.randrange(1, 8))}"
    return f"{held}/.."


def _write(store: Store, told: list[Told]) -> None:
    """All of it in one transaction: the two immutable rows of each, then what follows from them."""
    rows: dict[str, list[Row]] = defaultdict(list)
    with store.transaction("test") as tx:
        first = tx.conn.execute("SELECT MAX(change) FROM change").fetchone()[0] + 1
        for change, each in enumerate(told, first):
            known = rows[each.subject]
            known.append(Row(change, len(known), each.known_on.isoformat(), each.state, each.replaces))
            _insert(tx.conn, each, known[-1])
            follow(tx.conn, "event", each.subject, "demo", known)
            facets.index(tx.conn, change, each.state)


def _insert(conn: sqlite3.Connection, told: Told, row: Row) -> None:
    recorded_at = f"{told.recorded_on}T12:00:00Z"
    conn.execute(
        "INSERT INTO change (change, sort, subject, calendar, recorded_at, recorded_by)"
        " VALUES (?, 'event', ?, 'demo', ?, 'test')",
        (row.change, told.subject, recorded_at),
    )
    conn.execute(
        "INSERT INTO revision (change, subject, sequence, known_on, state, sources, replaces)"
        " VALUES (?, ?, ?, ?, ?, '[]', ?)",
        (row.change, told.subject, row.sequence, row.known_on, canonical(told.state), told.replaces),
    )
