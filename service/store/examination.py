"""Whether the store is whole: its pages, what derives from its record, and links that nobody sees any more."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from service.store.facets import facets

_LOOKED_AT = 200
"""Of how many of the newest event revisions the facets are made anew and compared."""

_EVENTS = "SELECT COUNT(DISTINCT subject) FROM change WHERE sort = 'event'"
_LINKS = "SELECT COUNT(DISTINCT subject) FROM change WHERE sort = 'link'"
_REVISIONS = "SELECT COUNT(*) FROM change WHERE sort = 'event'"
_OPEN = "seen_to = 9007199254740991"

_COMPARED = (
    ("period", "events", _EVENTS, f"SELECT COUNT(DISTINCT subject) FROM period WHERE {_OPEN}"),
    ("link_period", "links", _LINKS, f"SELECT COUNT(DISTINCT subject) FROM link_period WHERE {_OPEN}"),
    ("search", "event revisions", _REVISIONS, "SELECT COUNT(*) FROM search"),
    ("feed_bytes", "events", _EVENTS, "SELECT COUNT(*) FROM feed_bytes"),
    (
        "horizon",
        "newest changes",
        "SELECT COALESCE(SUM(newest), 0) FROM (SELECT MAX(change) AS newest FROM change GROUP BY calendar)",
        "SELECT COALESCE(SUM(newest), 0) FROM (SELECT MAX(change) AS newest FROM horizon GROUP BY calendar)",
    ),
)
"""Derived table, what is counted, in the record, in the table: all cheap, so that this can be asked at any time."""

_NEWEST_STATES = (
    "SELECT revision.change, revision.state FROM change JOIN revision ON revision.change = change.change"
    " WHERE change.sort = 'event' ORDER BY change.change DESC LIMIT ?"
)

_UNSEEN_LINKS = f"""
SELECT link.subject, link.rel, link.from_event, link.to_event, period.subject AS gone FROM link_period AS link
JOIN period ON period.subject IN (link.from_event, link.to_event)
WHERE link.{_OPEN} AND link.known_to = '9999-12-31' AND link.state <> 'rejected'
    AND period.{_OPEN} AND period.known_to = '9999-12-31' AND period.status = 'retracted'
ORDER BY link.subject
"""


@dataclass(frozen=True, slots=True)
class UnseenLink:
    """A link that no answer shows, since its end `gone` was retracted."""

    id: str
    rel: str
    subject: str
    target: str
    gone: str


def damage(conn: sqlite3.Connection) -> str | None:
    """What SQLite's quick check finds first in the file; None for a whole one."""
    try:
        told: str = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if told == "ok" else told


def differences(conn: sqlite3.Connection) -> list[str]:
    """Where a derived table does not hold what the record says, by counts and a look at the newest facets."""
    found = []
    for table, what, of_record, of_table in _COMPARED:
        told, held = (conn.execute(sql).fetchone()[0] for sql in (of_record, of_table))
        if told != held:
            found.append(f"{table}: the record has {told} {what}, the table {held}")
    wrong = sum(_facets_differ(conn, change, state) for change, state in conn.execute(_NEWEST_STATES, (_LOOKED_AT,)))
    if wrong:
        found.append(f"facet: of the newest {_LOOKED_AT} event revisions {wrong} cannot be found by all their names")
    return found


def _facets_differ(conn: sqlite3.Connection, change: int, state: str) -> bool:
    held = {tuple(row) for row in conn.execute("SELECT type, slug FROM facet WHERE revision = ?", (change,))}
    return held != facets(json.loads(state))


def unseen_links(conn: sqlite3.Connection) -> list[UnseenLink]:
    """The links, asserted or suggested, of which an end was retracted."""
    return [UnseenLink(*row) for row in conn.execute(_UNSEEN_LINKS)]
