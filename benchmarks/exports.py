"""Promise: a whole answer of EVENTS events as CSV or JSON Lines is sent in constant memory, in whatever order.

A store of EVENTS made-up events behind gunicorn as the Procfile starts it, asked over loopback for a hundredth of them,
for all of them, and for all in orders that are found at once: by where the words of `q` stand, by known_on. Prints
rows, seconds and the worker's peak of memory (VmHWM) after each.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from schemas.calendars import Calendar
from schemas.vocabulary import Kind
from service.clock import Clock
from service.settings import read_settings
from service.store import facets, feedbytes
from service.store.database import Store
from service.store.migrations import migrate
from service.store.registers import plain
from service.store.revisions import Assertion, append

EVENTS = int(os.environ.get("EVENTS", "100000"))
PORT = int(os.environ.get("PORT", "8590"))
FIRST = date(1950, 1, 1)


def fill(store: Store) -> None:
    """EVENTS events, one every few hours since FIRST, each with a source, people and a theme."""
    migrate(store.path)
    calendar = Calendar(
        slug="demo",
        name="Demo",
        zone="Asia/Pyongyang",
        known_on=FIRST,
        kinds=(Kind("visit", "visit", "Visit", "Visits"),),
    )
    with store.transaction("bench") as tx:
        append(tx, Assertion("calendar", "calendar/demo", "demo", FIRST, plain(calendar)))
        for number in range(EVENTS):
            day = FIRST + timedelta(days=number * 27000 // EVENTS)
            state = {
                "calendar": "demo",
                "kind": "visit",
                "title": f"Visit {number} to a factory, with a title of the usual length",
                "when": day.isoformat(),
                "status": "held",
                "people": ["Somebody", "Somebody Else"],
                "themes": ["industry"],
                "said_by": {"who": "body"},
            }
            source = {"publisher": "A paper", "published": day.isoformat(), "url": f"https://paper.example/{number}"}
            change = append(tx, Assertion("event", f"v{number:07}", "demo", day, state, (source,)))
            facets.index(tx.conn, change, state)
        # Before gunicorn starts, so that its peak of memory is not that of rendering every event once.
        feedbytes.adopt(tx, read_settings().public_url)


def served(home: Path) -> subprocess.Popen[bytes]:
    """gunicorn over the store, once it listens."""
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread", "--threads", "8"),
            *("--bind", f"127.0.0.1:{PORT}", "--log-level", "warning", "service.app:create_app()"),
        ],
        env={**os.environ, "LEADUP_HOME": str(home), "LEADUP_TODAY": "2026-11-24"},
    )
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", PORT), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server
    raise SystemExit("gunicorn did not listen")


def peak_mib(master: int) -> float:
    """The highest resident memory that a worker of gunicorn has had."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    found = [re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()) for pid in children]
    return max(int(each[1]) for each in found if each) / 1024


def ask(path: str) -> tuple[int, float, float]:
    """Lines, seconds until the first, seconds until the last."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=600)
    begun = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status == 200, response.read()
    first = response.readline()
    at_first = time.perf_counter() - begun
    lines = bool(first)
    count = int(lines)
    while chunk := response.read(1 << 16):
        count += chunk.count(b"\n")
    connection.close()
    return count, at_first, time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "var" / "leadup.sqlite3", Clock(date(2026, 11, 24)))
        begun = time.perf_counter()
        fill(store)
        print(f"{EVENTS} events made in {time.perf_counter() - begun:.0f} s")
        server = served(Path(folder))
        try:
            until = FIRST + timedelta(days=270)
            for path in (
                "/api/v1/events?limit=1",
                f"/api/v1/events.csv?to={until}",
                "/api/v1/events.csv",
                "/api/v1/events.jsonl",
                "/api/v1/changes.jsonl",
                "/api/v1/events.csv?q=factory",
                "/api/v1/events.csv?sort=-known_on",
            ):
                lines, first, last = ask(path)
                print(f"{path}: {lines} lines, first after {first:.2f} s, all after {last:.1f} s;", end=" ")
                print(f"worker's peak {peak_mib(server.pid):.0f} MiB", flush=True)
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    main()
