"""Lives of a clock, each ended by SIGKILL at a random instant: `python -m tests.chaos.lives HOME URL KILLS SEED`.

Everything is imported once; each life is a fork of that, so that a thousand of them take minutes and not an hour. A
life lasts up to twice as long as it takes here and now until its first letter went, so that on a busy machine, too,
many of the instants lie where letters go. Prints how many had gone when the last one died.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from service import delivering
from service.settings import read_settings
from service.store.database import Store, store_of

LEASE_SECONDS = 1
MEASURED_LIVES = 5


def main(home: str, url: str, kills: int, seed: int) -> None:
    """Live and die `kills` times, then bring what is left."""
    settings = read_settings({"LEADUP_HOME": home, "LEADUP_SMTP_URL": url, "LEADUP_TODAY": "2025-12-05"})
    store = store_of(settings)
    chance = random.Random(seed)

    def live() -> None:
        while True:
            delivering.deliver(store, settings, lease_seconds=LEASE_SECONDS)
            time.sleep(0.005)

    first = median(_until_first_letter(live, store) for _ in range(min(MEASURED_LIVES, kills)))
    for _ in range(kills):
        child = _fork(live)
        time.sleep(chance.uniform(0, 2 * first))
        _kill(child)
    with store.reading() as conn:
        print(conn.execute("SELECT COUNT(*) FROM outbox WHERE state = 'sent'").fetchone()[0])  # noqa: T201
    _bring_the_rest(lambda: bool(delivering.deliver(store, settings, lease_seconds=LEASE_SECONDS)))


def _until_first_letter(life: Callable[[], None], store: Store) -> float:
    """In how many seconds a life has written down its first letter; it ends there."""
    old = set(_journals(store))
    started = time.monotonic()
    child = _fork(life)
    while not any(file.stat().st_size for file in _journals(store) - old):
        time.sleep(0.001)
    taken = time.monotonic() - started
    _kill(child)
    return taken


def _journals(store: Store) -> set[Path]:
    return set(store.path.parent.glob(f"{store.path.name}-sent-*"))


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _fork(life: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            life()
        os._exit(1)
    return child


def _bring_the_rest(bring: Callable[[], bool]) -> None:
    """Until nothing came for longer than a lease: what the dead held is free by then."""
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < LEASE_SECONDS + 1.5:
        if bring():
            idle_since = time.monotonic()
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
