"""Promise: 10,000 lines are imported in under 15 seconds.

LINES lines of JSON with names, places and a source, into a store that holds the shipped calendar: read, held to the
rules, recorded with their periods, facets, words and feed bytes; then the same file again, which changes nothing; then
as CSV. Beside them, as the floor, the same lines put into one table by sqlite-utils, and into a bare icalendar feed,
which is what a calendar program would keep of them. Prints seconds by the clock and of the
processor (the clock alone says little where others use the machine too), and ratios of one run each.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import icalendar
import sqlite_utils

from schemas.wire import columns
from service.clock import Clock
from service.entering import Asked, take_in
from service.importing import PACKS, add_pack
from service.store.database import Store
from service.store.migrations import migrate

LINES = 10_000
PROMISE_SECONDS = 15


class Took(NamedTuple):
    """Seconds by the clock on the wall, and of the processor."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} s ({self.processor:.2f} s of the processor)"


def drafts() -> list[dict[str, Any]]:
    """LINES different visits over ten years, as the wire has them."""
    begin = date(2016, 1, 1)
    return [
        {
            "id": f"visit-{number}",
            "calendar": "dprk",
            "kind": "leader-visit",
            "title": f"Visit to factory {number}",
            "when": (begin + timedelta(number % 3650)).isoformat(),
            "status": "held",
            "known_on": (begin + timedelta(number % 3650 + 1)).isoformat(),
            "said_by": {"who": "body"},
            "place": {"county": "Sinyang County", "province": "South Pyongan", "country": "KP"},
            "people": ["Kim Jong-un", f"Director {number % 500}"],
            "themes": ["economy"],
            "sources": [{"publisher": "A paper", "url": f"https://paper.example/{number}"}],
        }
        for number in range(LINES)
    ]


def table(lines: list[dict[str, Any]]) -> bytes:
    """The same as CSV, under other ids."""
    out = io.StringIO()
    names = ("id", "kind", "title", "when", "status", "known_on", "county", "people", "sources")
    writer = csv.writer(out)
    writer.writerow(names)
    for line in lines:
        flat = {
            **line,
            "id": f"{line['id']}-csv",
            "county": line["place"]["county"],
            "people": "; ".join(line["people"]),
            "sources": f"A paper |  | {line['sources'][0]['url']}",
        }
        writer.writerow([flat[name] for name in names])
    assert set(names) <= set(columns.READ)
    return out.getvalue().encode()


def timed(act: Callable[[], object]) -> Took:
    """How long it takes."""
    clock, processor = time.perf_counter(), time.process_time()
    act()
    return Took(time.perf_counter() - clock, time.process_time() - processor)


def by_sqlite_utils(folder: Path, lines: list[dict[str, Any]]) -> None:
    """The lines as rows of one table, committed."""
    sqlite_utils.Database(folder / "plain.sqlite3")["event"].insert_all(lines, pk="id")  # type: ignore[union-attr]


def by_icalendar(lines: list[dict[str, Any]]) -> bytes:
    """The lines as one .ics."""
    calendar = icalendar.Calendar()
    for line in lines:
        event = icalendar.Event()
        event.add("uid", line["id"])
        event.add("summary", line["title"])
        event.add("dtstart", date.fromisoformat(line["when"]))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def main() -> None:
    """Measure and print; fails where the promise is broken."""
    lines = drafts()
    body = "\n".join(json.dumps(line) for line in lines).encode()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder / "leadup.sqlite3", Clock(date(2026, 11, 24)))
        migrate(store.path)
        add_pack(store, PACKS / "dprk")

        def enter(octets: bytes, format_: str) -> None:
            report = take_in(store, octets, Asked(format=format_, calendar="dprk"), by="benchmark")
            assert not report.counts["refused"]

        first = timed(lambda: enter(body, "jsonl"))
        again = timed(lambda: enter(body, "jsonl"))
        as_csv = timed(lambda: enter(table(lines), "csv"))
        plain = timed(lambda: by_sqlite_utils(folder, lines))
        feed = timed(lambda: by_icalendar(lines))
    print(f"{LINES} lines: recorded {first}, again (unchanged) {again}, as CSV {as_csv}")
    print(f"sqlite-utils, one table: {plain}; ours / plain = {first.processor / plain.processor:.0f}")
    print(f"icalendar, one feed: {feed}; ours / feed = {first.processor / feed.processor:.1f}")
    if max(first.processor, as_csv.processor) > PROMISE_SECONDS:
        raise SystemExit(f"The promise of {PROMISE_SECONDS} s is broken.")


if __name__ == "__main__":
    main()
