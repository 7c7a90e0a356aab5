"""What the clock process says of itself: that it runs, what stopped it, and when it looks again."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from service.clock import instant
from service.store.database import Transaction
from service.store.facts import fact, note

SILENT_SECONDS: Final = 60
"""After so long without a beat the clock counts as silent."""


def beat(conn: sqlite3.Connection) -> str | None:
    """The instant at which the clock process last said that it runs; None if it never did."""
    return fact(conn, "clock_beat")


def next_tick(conn: sqlite3.Connection) -> str | None:
    """The instant at which the clock process next looks what is owed; None if it never ran."""
    return fact(conn, "clock_next_tick")


def failure(conn: sqlite3.Connection) -> str | None:
    """What stopped the clock's last round of letters, in a sentence; None if it went through."""
    return fact(conn, "clock_failure")


def note_beat(tx: Transaction, now: datetime) -> None:
    """Write down that the clock process runs."""
    note(tx.conn, "clock_beat", instant(now))


def note_next_tick(tx: Transaction, at: datetime) -> None:
    """Write down when the clock process next looks what is owed."""
    note(tx.conn, "clock_next_tick", instant(at))


def note_failure(tx: Transaction, sentence: str | None) -> None:
    """Write down what stopped the clock's round of letters; None: nothing did."""
    if sentence is None:
        tx.conn.execute("DELETE FROM fact WHERE name = 'clock_failure'")
    else:
        note(tx.conn, "clock_failure", sentence)
