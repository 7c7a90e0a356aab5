"""What the clock process says of itself: that it runs, what stopped it, and when it looks again.

That it runs is said in small files beside the store, since it says so all the time: whoever watches the store for what
is new (the polls of calendar programs) is woken by every write to it.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from service.clock import instant
from service.store.database import Transaction
from service.store.facts import fact, note

SILENT_SECONDS: Final = 60
"""After so long without a beat the clock counts as silent."""

_BEAT: Final = "beat"
_NEXT_TICK: Final = "next-tick"


def beat(conn: sqlite3.Connection) -> str | None:
    """The instant at which the clock process last said that it runs; None if it never did."""
    return _said(conn, _BEAT)


def next_tick(conn: sqlite3.Connection) -> str | None:
    """The instant at which the clock process next looks what is owed; None if it never ran."""
    return _said(conn, _NEXT_TICK)


def failure(conn: sqlite3.Connection) -> str | None:
    """What stopped the clock's last round of letters, in a sentence; None if it went through."""
    return fact(conn, "clock_failure")


def note_beat(store: Path, now: datetime) -> None:
    """Write down that the clock process runs. Raises OSError."""
    _say(store, _BEAT, now)


def note_next_tick(store: Path, at: datetime) -> None:
    """Write down when the clock process next looks what is owed. Raises OSError."""
    _say(store, _NEXT_TICK, at)


def note_failure(tx: Transaction, sentence: str | None) -> None:
    """Write down what stopped the clock's round of letters; None: nothing did."""
    if sentence is None:
        tx.conn.execute("DELETE FROM fact WHERE name = 'clock_failure'")
    else:
        note(tx.conn, "clock_failure", sentence)


def _beside(store: Path, what: str) -> Path:
    return store.with_name(f"{store.name}-{what}")


def _say(store: Path, what: str, at: datetime) -> None:
    file = os.open(_beside(store, what), os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.write(file, instant(at).encode())  # instants are all of one length: none is ever half there
    finally:
        os.close(file)


def _said(conn: sqlite3.Connection, what: str) -> str | None:
    store = conn.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    try:
        return _beside(Path(store), what).read_text("ascii") or None
    except FileNotFoundError:
        return None
