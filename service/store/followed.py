"""What was read of another instance's log: which revision here stands for which of theirs, and what waits."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

_PUT = """
INSERT INTO followed (origin, subject, sequence, change, ours, our_sequence, waiting) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (origin, subject, sequence)
    DO UPDATE SET ours = excluded.ours, our_sequence = excluded.our_sequence, waiting = excluded.waiting
"""


def stands_for(conn: sqlite3.Connection, origin: str, subject: str, sequence: int) -> tuple[str, int] | None:
    """The (subject, sequence) here of one of their revisions; None for one that was never recorded here."""
    row = conn.execute(
        "SELECT ours, our_sequence FROM followed"
        " WHERE origin = ? AND subject = ? AND sequence = ? AND ours IS NOT NULL",
        (origin, subject, sequence),
    ).fetchone()
    return (row["ours"], row["our_sequence"]) if row else None


def subject_here(conn: sqlite3.Connection, origin: str, subject: str) -> str | None:
    """The subject here that one of theirs stands for, None for one never recorded here."""
    row = conn.execute(
        "SELECT ours FROM followed WHERE origin = ? AND subject = ? AND ours IS NOT NULL LIMIT 1", (origin, subject)
    ).fetchone()
    return row["ours"] if row else None


def taken(conn: sqlite3.Connection, origin: str, ours: str) -> set[int]:
    """The sequences of a subject here that stand for a revision of theirs already."""
    rows = conn.execute("SELECT our_sequence FROM followed WHERE origin = ? AND ours = ?", (origin, ours))
    return {row[0] for row in rows}


def put(conn: sqlite3.Connection, origin: str, logged: dict[str, Any], ours: tuple[str, int] | None) -> None:
    """Note what stands here for an entry of their log; with None that it waits, since it clashes."""
    waiting = None if ours else json.dumps(logged, ensure_ascii=False)
    key = (origin, logged["subject"], logged["sequence"], logged["change"])
    conn.execute(_PUT, (*key, *(ours or (None, None)), waiting))


def waiting(conn: sqlite3.Connection, origin: str, calendar: str) -> list[dict[str, Any]]:
    """The entries of their log about a calendar that wait, in order."""
    rows = conn.execute(
        "SELECT waiting FROM followed WHERE origin = ? AND waiting IS NOT NULL"
        " AND json_extract(waiting, '$.calendar') = ? ORDER BY change",
        (origin, calendar),
    )
    return [json.loads(row["waiting"]) for row in rows]


def link_between(conn: sqlite3.Connection, rel: str, subject: str, target: str) -> str | None:
    """The id of a link here of that rel between two events, in any state; None where there is none."""
    row = conn.execute(
        "SELECT subject FROM link_period WHERE rel = ? AND from_event = ? AND to_event = ? ORDER BY rectangle LIMIT 1",
        (rel, subject, target),
    ).fetchone()
    return row["subject"] if row else None
