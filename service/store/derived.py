"""Everything that follows from the record, made again from it: so a bug in what derives can be mended."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable

from service.store import facets
from service.store.revisions import Row, follow, rows_of

DERIVED_TABLES = ("period", "link_period", "facet", "horizon", "reach", "feed_bytes")


def rebuild(conn: sqlite3.Connection, progress: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Empty the derived tables and follow every assertion anew, in change order, inside the caller's transaction; how
    many assertions were followed. The feed bytes are left empty: publishing fills them."""
    for table in DERIVED_TABLES:
        conn.execute(f"DELETE FROM {table}")
    changes = conn.execute("SELECT change, sort, subject, calendar FROM change ORDER BY change").fetchall()
    seen: dict[str, list[Row]] = defaultdict(list)
    record = {subject: rows_of(conn, subject) for subject in {row["subject"] for row in changes}}
    for done, (_, sort, subject, calendar) in enumerate(changes, 1):
        seen[subject].append(record[subject][len(seen[subject])])
        follow(conn, sort, subject, calendar, seen[subject])
        progress(done, len(changes))
    facets.index_all(conn)
    return len(changes)
