"""Whose assertions the record holds: what a pack or another instance said, and what was amended here since."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from service.store.revisions import rows_of, timeline


@dataclass(frozen=True, slots=True)
class Clash:
    """What an origin newly says of a record that was amended here since: both states. Nothing was recorded of it.

    `reason` says it where it is another: the link would close a circle here, or stands here otherwise.
    """

    sort: str
    subject: str
    known_on: str
    ours: dict[str, Any]
    theirs: dict[str, Any]
    reason: str = "It was amended here."

    def differences(self) -> list[tuple[str, Any, Any]]:
        """(field, ours, theirs) of every field in which the two states differ."""
        fields = sorted({*self.ours, *self.theirs})
        return [
            (name, self.ours.get(name), self.theirs.get(name))
            for name in fields
            if self.ours.get(name) != self.theirs.get(name)
        ]


def amended_by_others(conn: sqlite3.Connection, origin: str) -> set[str]:
    """The subjects of which anybody but `origin` asserted something."""
    return {row[0] for row in conn.execute("SELECT DISTINCT subject FROM change WHERE recorded_by <> ?", (origin,))}


def clash(
    conn: sqlite3.Connection,
    origin: str,
    sort: str,
    subject: str,
    known_on: str,
    state: dict[str, Any],
    shared: Collection[int] = (),
) -> Clash | None:
    """What would be put aside if `origin` said this of a subject now: the state that stands here on that day, if it
    differs and another than `origin` asserted it. A retraction puts aside whatever others said, on any day.

    `shared` are the sequences of revisions that others asserted here and `origin` too."""
    rows = rows_of(conn, subject)
    spans = timeline(rows)
    retracts = state.get("status") == "retracted"
    if retracts or (spans and spans[0].row.retracts):
        shown = [span.row for span in reversed(spans)]
    else:
        shown = [span.row for span in spans if span.known_from <= known_on < span.known_to]
    for row in shown:
        if row.state != state and row.sequence not in shared and _by(conn, row.change) != origin:
            return Clash(sort, subject, known_on, row.state, state)
    return None


def _by(conn: sqlite3.Connection, change: int) -> str:
    return str(conn.execute("SELECT recorded_by FROM change WHERE change = ?", (change,)).fetchone()[0])
