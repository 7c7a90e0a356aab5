"""Promise: what ought to be linked is said within 300 ms on the shipped calendar, and where links lead within 50 ms.

Prints the best of ROUNDS in milliseconds: every suggestion of the calendar, those around one event, and a chain of six
hops from a congress.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from schemas.vocabulary import RELS
from service import suggesting
from service.clock import Clock
from service.importing import PACKS, add_pack
from service.store import chains
from service.store.asknown import standpoint
from service.store.database import Store
from service.store.migrations import migrate

ROUNDS = 5


def best(act: Callable[[], object]) -> float:
    """Milliseconds of the fastest of ROUNDS."""
    found = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return min(found) * 1000


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "leadup.sqlite3", Clock(date(2026, 11, 24)))
        migrate(store.path)
        add_pack(store, PACKS / "dprk")
        with store.reading() as conn:
            at = standpoint(conn, store.clock)
            every = best(lambda: suggesting.suggestions(at))
            near = best(lambda: suggesting.suggestions(at, event="sinyang-factories-opening"))
            chain = best(lambda: chains.chain(at, "wpk-9th-congress", hops=6, rels=RELS, states=("asserted",)))
    print(f"suggestions {every:.0f} ms, around one event {near:.0f} ms, a chain of six hops {chain:.0f} ms")


if __name__ == "__main__":
    main()
