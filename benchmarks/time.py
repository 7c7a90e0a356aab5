"""Promise: asking as known on an old day, or through an old change, takes no longer than asking for the current state.

A store of EVENTS events with four times as many revisions over twenty years, behind a real gunicorn: pages of 200 as
known on days at 5, 50 and 99 % of history, both orders, from and to that day, one and several kinds, through now and an
old change, each beside the current page of the same question. Beside them, in the same run and process, the same page
by the definition of "as known on" (no other revision of the event is greater) and from a plain table of the current
state, which knows no time at all. Prints milliseconds (the best of ROUNDS) and ratios; ends 1 where one is over LIMIT.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

HOUSE = Path(__file__).parents[1]
sys.path.insert(0, str(HOUSE))

from calendars import vevent  # noqa: E402
from service.store.database import Store  # noqa: E402
from service.store.facts import note  # noqa: E402
from tests.largestores import LAST_DAY, a_large_store  # noqa: E402

EVENTS = int(os.environ.get("EVENTS", "100000"))
ROUNDS = 9
LIMIT = 1.5
PAGE = 200
KINDS = ("", "plenary", "congress", "plenary,congress,session")

DEFINITION = """
SELECT revision.subject, revision.state FROM revision JOIN change USING (change)
WHERE sort = 'event' AND known_on <= :day AND NOT EXISTS (
    SELECT 1 FROM revision AS other WHERE other.subject = revision.subject AND other.known_on <= :day
        AND (other.known_on, other.sequence) > (revision.known_on, revision.sequence))
ORDER BY json_extract(state, '$.when'), revision.subject LIMIT 200
"""

PLAIN = """
CREATE TEMP TABLE plain AS SELECT period.subject, starts_min, state FROM period JOIN revision ON change = revision
WHERE seen_to = 9007199254740991 AND known_to = '9999-12-31' AND status <> 'retracted'
"""


@contextmanager
def serving(store: Store) -> Iterator[http.client.HTTPConnection]:
    """A kept connection to a gunicorn over `store`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    leave_feeds_out(store, address)
    settings = {
        "LEADUP_HOME": str(store.path.parent),
        "LEADUP_STORE": store.path.name,
        "LEADUP_TODAY": LAST_DAY.isoformat(),
        "LEADUP_PUBLIC_URL": address,
    }
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread", "--threads", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning", "service.app:create_app()"]
    server = subprocess.Popen(command, cwd=HOUSE, env={**os.environ, **settings})
    try:
        yield reached(port)
    finally:
        server.terminate()
        server.wait(60)


def leave_feeds_out(store: Store, public_url: str) -> None:
    """Have the server take the bytes of feeds for made: none is asked for here, and making them takes minutes."""
    with store.transaction("benchmark") as tx:
        note(tx.conn, "public_url", public_url)
        note(tx.conn, "renderer", str(vevent.RENDERER))


def reached(port: int) -> http.client.HTTPConnection:
    """A connection, as soon as the server listens."""
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            time.sleep(0.1)
        else:
            return connection
    raise SystemExit("gunicorn did not listen")


def best(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds of the fastest of `rounds`."""
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return min(found) * 1000


def page(connection: http.client.HTTPConnection, asked: dict[str, str]) -> int:
    """Ask for a page over HTTP, read all of it; how many events it holds."""
    connection.request("GET", "/api/v1/events?" + urlencode({"limit": PAGE, **asked}))
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(body.decode())
    return len(json.loads(body)["items"])


def timed(connection: http.client.HTTPConnection, asked: dict[str, str], now: dict[str, str]) -> tuple[float, float]:
    """Milliseconds of a question and of another asked in turns, the fastest of ROUNDS of each."""
    found = [(best(lambda: page(connection, asked), 1), best(lambda: page(connection, now), 1)) for _ in range(ROUNDS)]
    return min(old for old, _ in found), min(new for _, new in found)


def questions(day: str) -> Iterator[dict[str, str]]:
    """Every question of the promise about one day."""
    for kind in KINDS:
        for span in ({}, {"from": day}, {"to": day}):
            for sort in ("starts", "-starts"):
                yield {**({"kind": kind} if kind else {}), **span, "sort": sort}


def over_http(connection: http.client.HTTPConnection, days: dict[str, str], changes: int) -> float:
    """Time every question beside its current page; print the worst of each day, and return the worst of all."""
    worst = 0.0
    for share, day in days.items():
        for words, pinned in (("now", {}), (f"change {changes // 2}", {"through": str(changes // 2)})):
            ratios = []
            for asked in questions(day):
                if page(connection, asked) < PAGE:  # there is no current page of that size to compare with
                    continue
                old, new = timed(connection, {**asked, "as_known_on": day, **pinned}, asked)
                ratios.append((old / new, old, new, asked))
            ratio, old, new, asked = max(ratios, key=lambda each: each[0])
            median = sorted(each[0] for each in ratios)[len(ratios) // 2]
            print(f"as known at {share} through {words}: {len(ratios)} questions, median {median:.2f} x current,")
            print(f"    worst {ratio:.2f} x current ({old:.1f} ms beside {new:.1f} ms): {asked}")
            worst = max(worst, ratio)
    return worst


def peers(store: Store, day: str) -> tuple[float, float]:
    """Milliseconds of a page by the definition, and of one from a plain table of the current state."""
    conn = sqlite3.connect(store.path)
    defined = best(lambda: conn.execute(DEFINITION, {"day": day}).fetchall(), 2)
    conn.execute(PLAIN)
    conn.execute("CREATE INDEX temp.plain_starts ON plain (starts_min, subject)")
    ask = "SELECT subject, state FROM plain ORDER BY starts_min, subject LIMIT 200"
    plain = best(lambda: conn.execute(ask).fetchall())
    conn.close()
    return defined, plain


def days_of_history(store: Store) -> tuple[dict[str, str], int]:
    """The days by which 5, 50 and 99 % of all revisions were known, and the last change."""
    with store.reading() as conn:
        every = [row[0] for row in conn.execute("SELECT known_on FROM revision ORDER BY known_on")]
        changes: int = conn.execute("SELECT MAX(change) FROM change").fetchone()[0]
    shares = {"5 %": 0.05, "50 %": 0.5, "99 %": 0.99}
    return {words: every[int(len(every) * share)] for words, share in shares.items()}, changes


def main() -> int:
    """Measure and print; 1 where a promise is broken."""
    with tempfile.TemporaryDirectory() as name:
        begun = time.perf_counter()
        store = a_large_store(Path(name) / "leadup.sqlite3", EVENTS)
        days, changes = days_of_history(store)
        print(f"{EVENTS} events, {changes} changes, written in {time.perf_counter() - begun:.0f} s")
        with serving(store) as connection:
            worst = over_http(connection, days, changes)
            now = best(lambda: page(connection, {}))
            then = best(lambda: page(connection, {"as_known_on": days["50 %"]}))
        defined, plain = peers(store, days["50 %"])
        print(f"first page over HTTP: current {now:.1f} ms, as known at 50 % {then:.1f} ms")
        print(f"peers, SQL alone: by the definition {defined:.0f} ms, from a plain table {plain:.2f} ms")
        print(f"worst of all: {worst:.2f} x the current page; promised: {LIMIT} x")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
