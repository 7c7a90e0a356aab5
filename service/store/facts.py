"""Small facts of the running service, by name: the address feeds were made for, the clock's beat, the packs loaded."""

from __future__ import annotations

import sqlite3

_PUT = "INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


def fact(conn: sqlite3.Connection, name: str) -> str | None:
    """The value of a fact, None where it was never noted."""
    row = conn.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
    return str(row["value"]) if row else None


def note(conn: sqlite3.Connection, name: str, value: str) -> None:
    """Note a fact, in place of what it was before."""
    conn.execute(_PUT, (name, value))
