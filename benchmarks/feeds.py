"""Promise: a feed is joined from kept bytes, far cheaper than any calendar library builds it, and served like a file.

The shipped calendar's events, repeated to SIZES, in a real store.

Building: the whole feed published cold (found in the store, read, joined, hashed), beside the same events built and
serialised with icalendar and vobject (the same properties, without parameters) and ics.py (those that it knows), and
beside a plain read of the same file.

Serving: the kept feed, a small one, and a 304, through gunicorn (one worker, as in the Procfile) on one core, beside
nginx (one worker) that serves the same bytes as a file on the same core; asked by wrk from another. Left out, in
words, where nginx or wrk is not installed. Prints seconds, requests a second, and ratios.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import vobject

HOUSE = Path(__file__).parents[1]
sys.path.insert(0, str(HOUSE))
warnings.simplefilter("ignore", DeprecationWarning)

import ics  # noqa: E402

from schemas.queries import EventQuery  # noqa: E402
from service import publishing  # noqa: E402
from service.clock import Clock  # noqa: E402
from service.importing import PACKS, add_pack  # noqa: E402
from service.shelf import Shelf  # noqa: E402
from service.store import feedbytes  # noqa: E402
from service.store.asknown import standpoint  # noqa: E402
from service.store.database import Store  # noqa: E402
from service.store.migrations import migrate  # noqa: E402
from service.store.timeline import find  # noqa: E402

SIZES = tuple(int(each) for each in os.environ.get("SIZES", "10000,100000").split(","))
ROUNDS = 5
SECONDS = 4
URL = "http://127.0.0.1:8000"


def best(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds of the fastest of some rounds."""
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return min(found)


def a_store(path: Path, size: int) -> Store:
    """A store whose current state holds `size` events: the shipped ones, each many times under ids of its own. Only
    what feeds are made from is repeated; the record behind it is the shipped calendar's."""
    store = Store(path, Clock(date(2026, 11, 24)))
    migrate(path)
    with store.transaction("bench") as tx:
        feedbytes.adopt(tx, URL)
    add_pack(store, PACKS / "dprk")
    conn = sqlite3.connect(path, isolation_level=None)
    columns = [row[1] for row in conn.execute("PRAGMA table_info(period)") if row[1] not in ("rectangle", "subject")]
    rows = conn.execute(
        f"SELECT subject, {', '.join(columns)} FROM period WHERE seen_to = 9007199254740991 AND known_to = '9999-12-31'"
    ).fetchall()
    kept = dict(conn.execute("SELECT subject, vevent FROM feed_bytes"))
    marks = ", ".join("?" * (len(columns) + 1))
    conn.execute("BEGIN")
    for number in range(len(rows), size):
        subject, *state = rows[number % len(rows)]
        copied = f"{subject}-{number // len(rows)}"
        conn.execute(f"INSERT INTO period (subject, {', '.join(columns)}) VALUES ({marks})", (copied, *state))
        body = kept[subject].replace(f"UID:{subject}@".encode(), f"UID:{copied}@".encode())
        conn.execute("INSERT INTO feed_bytes (subject, digest, vevent) VALUES (?, '', ?)", (copied, body))
    conn.execute("COMMIT")
    conn.execute("ANALYZE")
    conn.close()
    return store


def published(store: Store) -> bytes:
    """The whole feed, cold: nothing is on a shelf."""
    with store.reading() as conn:
        edition = publishing.Edition(title="All", source=f"{URL}/calendars/dprk.ics", public_url=URL)
        return publishing.publish(standpoint(conn, store.clock), EventQuery(), edition, Shelf(0)).body


Told = list[tuple[str, Any]]
"""The properties of one event, by name, each with its value as the libraries take it: text, whole number, day."""


def told_of(vevent: bytes) -> Told:
    """What a VEVENT of ours says, without parameters: for the peers to write again."""
    component = icalendar.Event.from_ical(vevent)
    found = []
    for name, value in component.property_items(recursive=False):
        if name in ("BEGIN", "END"):
            continue
        native = value.to_ical().decode() if name.startswith("X-") else getattr(value, "dt", None)
        native = int(value) if isinstance(value, int) else native
        found.append((name, [str(each) for each in value.cats] if name == "CATEGORIES" else native or str(value)))
    return found


def by_icalendar(whole: list[Told]) -> bytes:
    calendar = icalendar.Calendar()
    for told in whole:
        component = icalendar.Event()
        for name, value in told:
            component.add(name, value)
        calendar.add_component(component)
    return bytes(calendar.to_ical())


def by_vobject(whole: list[Told]) -> str:
    calendar = vobject.iCalendar()
    utc = vobject.icalendar.utc
    for told in whole:
        component = calendar.add("vevent")
        for name, value in told:
            if isinstance(value, datetime):
                value = value.replace(tzinfo=utc)
            component.add(name.lower()).value = str(value) if isinstance(value, int) else value
    return str(calendar.serialize(validate=False))


def by_ics(whole: list[Told]) -> str:
    """ics.py knows fewer properties: those it knows."""
    calendar = ics.Calendar()
    for told in whole:
        says = dict(told)
        start = says["DTSTART"]
        event = ics.Event(
            uid=says["UID"],
            name=says["SUMMARY"],
            begin=start if isinstance(start, datetime) else datetime(start.year, start.month, start.day, tzinfo=UTC),
            created=says["DTSTAMP"],
            last_modified=says["LAST-MODIFIED"],
            description=says["DESCRIPTION"],
            location=says.get("LOCATION"),
            url=says["URL"],
            status=says["STATUS"],
            transparent=True,
            categories=set(says["CATEGORIES"]),
        )
        calendar.events.add(event)
    return str(calendar.serialize())


PEERS: dict[str, Callable[[list[Told]], object]] = {"icalendar": by_icalendar, "vobject": by_vobject, "ics.py": by_ics}


def compare_building(store: Store, size: int, folder: Path) -> Path:
    """Print how long the feed takes, beside its peers; the feed as a file."""
    file = folder / f"{size}.ics"
    file.write_bytes(published(store))
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        shipped = {row[0] for row in conn.execute("SELECT subject FROM change WHERE sort = 'event'")}
        kept = feedbytes.read(conn, [each for each in find(at, EventQuery()) if each.id in shipped])
    whole = [told_of(each) for each in kept]
    whole = [_copy(whole[number % len(whole)], number // len(whole)) for number in range(size)]
    built, read = best(lambda: published(store)), best(file.read_bytes)
    hashed = best(lambda: hashlib.sha256(file.read_bytes()).digest())
    print(f"{size:,} events, {file.stat().st_size / 1e6:.1f} MB: published cold in {built:.3f} s")
    print(f"  a plain read takes {read:.4f} s, with its hash {hashed:.3f} s: {built / hashed:.1f} times that")
    for name, build in PEERS.items():
        took = best(lambda build=build: build(whole), 1)  # type: ignore[misc]
        print(f"  {name} takes {took:.2f} s: {took / built:.0f} times as long", flush=True)
    return file


def _copy(told: Told, number: int) -> Told:
    """The same event under another UID: ics.py keeps each but once."""
    return [(name, f"{value}-{number}" if name == "UID" else value) for name, value in told]


@contextlib.contextmanager
def running(command: list[str], port: int, **environ: str) -> Iterator[None]:
    """A server on the first core, until the end of the block."""
    server = subprocess.Popen(["taskset", "-c", "0", *command], cwd=HOUSE, env={**os.environ, **environ})
    try:
        for _ in range(400):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_byte(port: int, path: str) -> float:
    """Seconds from the question to the first byte of the answer's body."""
    conn = http.client.HTTPConnection("127.0.0.1", port)
    begun = time.perf_counter()
    conn.request("GET", path)
    conn.getresponse().read(1)
    took = time.perf_counter() - begun
    conn.close()
    return took


def tag_of(port: int, path: str) -> str:
    conn = http.client.HTTPConnection("127.0.0.1", port)
    conn.request("GET", path)
    response = conn.getresponse()
    response.read()
    conn.close()
    return response.headers["ETag"]


def rate(port: int, path: str, tag: str | None = None) -> float:
    """Requests a second that wrk gets answered from the other core."""
    command = ["taskset", "-c", "1", "wrk", "-t1", "-c8", f"-d{SECONDS}s", f"http://127.0.0.1:{port}{path}"]
    told = subprocess.run(
        [*command, *(("-H", f"If-None-Match: {tag}") if tag else ())], capture_output=True, text=True, check=True
    )
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told.stdout)[1])  # type: ignore[index]


NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 64; }}
http {{
  access_log off; sendfile on; keepalive_requests 1000000; types {{ text/calendar ics; }}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


def compare_serving(store: Store, file: Path, folder: Path) -> None:
    """Print how fast kept feeds go out, beside nginx with the same bytes."""
    ours, theirs = free_port(), free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=theirs))
    gunicorn = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread", "--threads", "8"]
    gunicorn += ["--bind", f"127.0.0.1:{ours}", "--log-level", "warning", "service.app:create_app()"]
    told = {"LEADUP_HOME": str(store.path.parent), "LEADUP_STORE": store.path.name, "LEADUP_TODAY": "2026-11-24"}
    told["LEADUP_FEED_MEMORY_MB"] = "1024"  # that the largest feed is kept, too
    with running(gunicorn, ours, LEADUP_PUBLIC_URL=URL, **told):
        first_byte(ours, "/healthz")  # the worker has loaded the app
        cold = first_byte(ours, "/calendars/dprk.ics")
        kept = min(first_byte(ours, "/calendars/dprk.ics") for _ in range(ROUNDS))
        print(f"  first byte: {cold * 1000:.0f} ms cold, {kept * 1000:.1f} ms kept")
        small = "/events/wpk-9th-congress.ics"
        tag = tag_of(ours, "/calendars/dprk.ics")
        (folder / "small.ics").write_bytes(_body(ours, small))
        mine = (rate(ours, "/calendars/dprk.ics"), rate(ours, small), rate(ours, "/calendars/dprk.ics", tag))
    with running(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], theirs):
        path = f"/{file.name}"
        its = (rate(theirs, path), rate(theirs, "/small.ics"), rate(theirs, path, tag_of(theirs, path)))
    for what, ours_rate, its_rate in zip(("the whole feed", "one event", "304"), mine, its, strict=True):
        ratio = its_rate / max(ours_rate, 1 / SECONDS)
        print(f"  {what}: {ours_rate:,.0f} a second, nginx {its_rate:,.0f}: {ratio:.1f} times as many")


def _body(port: int, path: str) -> bytes:
    conn = http.client.HTTPConnection("127.0.0.1", port)
    conn.request("GET", path)
    return conn.getresponse().read()


def main() -> None:
    """Measure and print."""
    missing = [each for each in ("nginx", "wrk", "taskset") if shutil.which(each) is None]
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folder.chmod(0o755)  # nginx's worker is another user
            store = a_store(folder / "leadup.sqlite3", size)
            file = compare_building(store, size, folder)
            if missing:
                print(
                    f"  serving is not compared: {', '.join(missing)} not installed (apt-get install nginx-light wrk)"
                )
            else:
                compare_serving(store, file, folder)


if __name__ == "__main__":
    main()
