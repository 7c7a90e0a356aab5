"""Promise: a line of time of 10,000 events is answered in under 500 ms, and no page is longer than 100 kB.

A store of EVENTS made-up events, most of them within one decade, behind a real gunicorn: the pages that read the most,
as known today and on an earlier day, the best of ROUNDS; ends 1 where a line of time takes longer than LIMIT_MS or any
page is longer than LIMIT_BYTES. Beside each, in the same run, a page of nothing (/problems), which is what the frame
and HTTP alone take.
"""

from __future__ import annotations

import http.client
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

HOUSE = Path(__file__).parents[1]
sys.path[:0] = [str(HOUSE), str(HOUSE / "benchmarks")]

from benchmarks.time import serving  # noqa: E402
from tests.largestores import LAST_DAY, a_large_store  # noqa: E402

EVENTS = int(os.environ.get("EVENTS", "10000"))
ROUNDS = 7
LIMIT_MS = 500
LIMIT_BYTES = 100_000
EARLIER = LAST_DAY - timedelta(200)

PAGES = (
    "/problems",
    "/timeline?decade=2020",
    f"/timeline?year={EARLIER.year}",
    f"/calendar/{EARLIER.year}/{EARLIER.month:02}",
    "/events",
    "/events?kind=plenary&sort=starts",
    "/events?q=plenary",
    "/search",
    "/search?q=ahn",
    "/people/ada-ahn",
    "/places/county-7",
    "/changes",
    "/about/demo",
    "/leadups",
    "/gaps",
    "/record?url=https://news.example/1",
    "/",
)


def best(connection: http.client.HTTPConnection, path: str) -> tuple[float, int]:
    """The fewest milliseconds of ROUNDS, and how many bytes the page has."""
    took, size = float("inf"), 0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        connection.request("GET", path)
        response = connection.getresponse()
        size = len(response.read())
        took = min(took, (time.perf_counter() - start) * 1000)
        assert response.status == 200, (path, response.status)
    return took, size


def main() -> int:
    """Measure, print, and say whether the promises hold."""
    kept = True
    with tempfile.TemporaryDirectory() as folder:
        store = a_large_store(Path(folder) / "leadup.sqlite3", EVENTS)
        with serving(store) as connection:
            print(f"{EVENTS:,} events with four times as many revisions; best of {ROUNDS}")
            for path in PAGES:
                for day in ("", EARLIER.isoformat()):
                    asked = f"{path}{'&' if '?' in path else '?'}as_known_on={day}" if day else path
                    took, size = best(connection, asked)
                    late = path.startswith("/timeline") and took > LIMIT_MS
                    long = size > LIMIT_BYTES
                    kept = kept and not late and not long
                    said = f"{' TOO SLOW' if late else ''}{' TOO LONG' if long else ''}"
                    print(f"{asked:60} {took:7.1f} ms {size:8,} B{said}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
