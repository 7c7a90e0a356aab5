"""Two staircases that follow from the record: by day, the newest change known by then; by change, the furthest day."""

from __future__ import annotations

import sqlite3


def move_horizon(conn: sqlite3.Connection, calendar: str, known_on: str, change: int) -> None:
    """Keep, by day, the newest change known by then, as a staircase: each step is higher and later than the one before.

    A retraction or replacement changes what every later day answers, so it enters at the earliest day it touches.
    """
    conn.execute("DELETE FROM horizon WHERE calendar = ? AND known_on >= ?", (calendar, known_on))
    conn.execute("INSERT INTO horizon (calendar, known_on, change) VALUES (?, ?, ?)", (calendar, known_on, change))


def extend_reach(conn: sqlite3.Connection, known_on: str, change: int) -> None:
    """Keep, by change, the furthest day on which anything of an event became known, among those recorded through it."""
    conn.execute(
        "INSERT INTO reach (change, known_on) SELECT :change, :known_on"
        " WHERE :known_on > COALESCE((SELECT known_on FROM reach ORDER BY change DESC LIMIT 1), '')",
        {"change": change, "known_on": known_on},
    )
