"""Promise: an unchanged feed is joined from kept bytes, far cheaper than building it with a calendar library.

The shipped calendar's events, repeated to EVENTS, as one feed: joined from their kept bytes, built and serialised with
icalendar, and (the floor) read as a plain file. Prints seconds and ratios of the best of ROUNDS.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar

from calendars import feeds
from schemas.queries import EventQuery
from service.clock import Clock
from service.importing import PACKS, add_pack
from service.store import events, feedbytes
from service.store.asknown import standpoint
from service.store.database import Store
from service.store.migrations import migrate
from service.store.timeline import find

EVENTS = 10_000
ROUNDS = 3


def best(act: Callable[[], object]) -> float:
    """Seconds of the fastest of ROUNDS."""
    found = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return min(found)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "leadup.sqlite3", Clock(date(2026, 11, 24)))
        migrate(store.path)
        add_pack(store, PACKS / "dprk")
        with store.reading() as conn:
            at = standpoint(conn, store.clock)
            found = find(at, EventQuery())
            kept = feedbytes.read(conn, found)
            whole = events.hydrate(at, found, sources=True)
        times = -(-EVENTS // len(kept))
        kept, whole = (kept * times)[:EVENTS], (whole * times)[:EVENTS]
        head = feeds.FeedHead(name="All", source="http://x/a.ics", url="http://x/", zone="Asia/Pyongyang")
        file = Path(folder) / "feed.ics"
        file.write_bytes(feeds.join(head, kept))

        def build() -> bytes:
            calendar = icalendar.Calendar()
            for event in whole:
                component = icalendar.Event()
                component.add("uid", event.id)
                component.add("summary", event.title)
                component.add("dtstart", event.when.starts_min or event.known_on)
                component.add("dtstamp", datetime(2026, 1, 1, tzinfo=UTC))
                component.add("description", "\n".join(source.title or "" for source in event.sources))
                calendar.add_component(component)
            return bytes(calendar.to_ical())

        joined, built, read = best(lambda: feeds.join(head, kept)), best(build), best(file.read_bytes)
    print(f"{EVENTS} events: joined {joined:.4f} s, icalendar {built:.3f} s, plain read {read:.4f} s")
    print(f"icalendar / joined = {built / joined:.0f}; joined / plain read = {joined / read:.1f}")


if __name__ == "__main__":
    main()
