"""Promise: what led up to the key meetings of the shipped calendar is answered within 300 ms, the first time too.

Asks over the app, each time in a process of its own that has answered nothing yet: the first question (of which loading
scipy.special is told apart: nothing else loads it), another one, and the same again, from the shelf. Prints the best of
ROUNDS in milliseconds of the wall clock; of the first also the processor's, which others on the machine do not add to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from service.clock import Clock
from service.importing import PACKS, add_pack
from service.store import feedbytes
from service.store.database import Store
from service.store.migrations import migrate

ROUNDS = 5
ASKED = "/api/v1/leadups?calendar=dprk&anchors=plenary,congress&activity=leader-visit&lead_days={}"
RUN_UP = "/api/v1/leadups/wpk-8cc-13th-plenary?lead_days={}"
GAPS = "/api/v1/gaps?calendar=dprk&from_kind=leader-visit&to_kind=ceremony&programme=20x10&within_days={}"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "var" / "leadup.sqlite3", Clock(date(2026, 5, 2)))
        migrate(store.path)
        with store.transaction("benchmark") as tx:
            feedbytes.adopt(tx, "http://127.0.0.1:8000")
        add_pack(store, PACKS / "dprk")
        told = {**os.environ, "LEADUP_HOME": folder, "LEADUP_TODAY": "2026-05-02", "LEADUP_STORE": ""}
        for name, address in (("a study", ASKED), ("one meeting", RUN_UP), ("waits", GAPS)):
            rounds = [
                json.loads(subprocess.check_output([sys.executable, __file__, address], env=told))
                for _ in range(ROUNDS)
            ]
            best = {each: min(found[each] for found in rounds) for each in rounds[0]}
            print(f"{name}: " + ", ".join(f"{each} {figure:.0f} ms" for each, figure in best.items()))


def ask(address: str) -> None:
    """Ask thrice in this process, and print the milliseconds as JSON."""
    from service.app import create_app

    client = create_app().test_client()
    found = {}
    begun, cpu = time.perf_counter(), time.process_time()
    import scipy.special  # noqa: F401

    found["scipy.special"] = time.perf_counter() - begun
    for name, days in (("first besides", 60), ("another", 45), ("again", 45)):
        begun = time.perf_counter()
        assert client.get(address.format(days)).status_code == 200
        found[name] = time.perf_counter() - begun
        if days == 60:
            found["first in all, of the processor"] = time.process_time() - cpu
    print(json.dumps({name: seconds * 1000 for name, seconds in found.items()}))


if __name__ == "__main__":
    ask(sys.argv[1]) if len(sys.argv) > 1 else main()
