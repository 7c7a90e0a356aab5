"""Past imports with their reports, the events that lines without an id became, and what the record holds of a line's
event already."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from schemas.imports import OUTCOMES, Item, Report
from service.clock import instant
from service.store.database import LATEST, Transaction
from service.store.revisions import Row, timeline

_ROWS = """
SELECT change, sequence, known_on, state, replaces, sources FROM revision WHERE subject = ? ORDER BY sequence
"""


@dataclass(frozen=True, slots=True)
class Held:
    """The revisions of one event as recorded, and the sources that each brought, by sequence."""

    rows: list[Row]
    sources: list[list[dict[str, Any]]]

    def shown(self, day: date) -> Row | None:
        """Its state as known on `day`, through everything recorded; None where it was not known yet."""
        text = day.isoformat()
        return next((span.row for span in timeline(self.rows) if span.known_from <= text < span.known_to), None)

    def known_sources(self, day: date) -> list[dict[str, Any]]:
        """The sources of the revisions standing and known by `day`."""
        replaced = {row.replaces for row in self.rows if row.replaces is not None}
        known = [row for row in self.rows if row.sequence not in replaced and row.known_on <= day.isoformat()]
        return [source for row in known for source in self.sources[row.sequence]]

    def told_on(self, day: date, sources: Sequence[dict[str, Any]]) -> Row | None:
        """The state that was told on `day` itself and stands then, if every one of `sources` is known by then too: an
        assertion of that day which says the same says nothing."""
        row, known = self.shown(day), self.known_sources(day)
        told = row is not None and row.known_on == day.isoformat() and not row.retracts
        return row if told and all(each in known for each in sources) else None

    def asserted(
        self, day: date, state: dict[str, Any], sources: Sequence[dict[str, Any]], replaces: int | None
    ) -> list[Row]:
        """The revisions that say exactly this, known on that day."""
        said = (day.isoformat(), state, list(sources), replaces)
        return [row for row in self.rows if (row.known_on, row.state, self.sources[row.sequence], row.replaces) == said]

    def stands(self, row: Row) -> bool:
        """Whether a revision is in the timeline: neither replaced nor taken out by a retraction."""
        replaced = {each.replaces for each in self.rows if each.replaces is not None}
        spans = timeline(self.rows)
        return row.sequence not in replaced and not (spans[0].row.retracts and spans[0].row is not row)


def held(conn: sqlite3.Connection, id_: str) -> Held:
    """What the record holds of an event; no rows for one that there is not."""
    found = conn.execute(_ROWS, (id_,)).fetchall()
    rows = [Row(row[0], row[1], row[2], json.loads(row[3]), row[4]) for row in found]
    return Held(rows, [json.loads(row[5]) for row in found])


def subject_of(conn: sqlite3.Connection, calendar: str, key: str) -> str | None:
    """The event that the line of that key became, in a calendar; None for one never seen."""
    row = conn.execute("SELECT subject FROM import_key WHERE calendar = ? AND key = ?", (calendar, key)).fetchone()
    return str(row["subject"]) if row else None


def remember(conn: sqlite3.Connection, calendar: str, keys: Iterable[tuple[str, str]]) -> None:
    """Note which event the line of each key became, as (key, event id)."""
    conn.executemany(
        "INSERT INTO import_key (calendar, key, subject) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(calendar, key, subject) for key, subject in keys],
    )


def newest_change(conn: sqlite3.Connection) -> int:
    """The store's last change number; 0 for none."""
    return int(conn.execute("SELECT COALESCE(MAX(change), 0) FROM change").fetchone()[0])


KEPT_DAYS: Final = 30
"""How long a report of an import is kept. What its lines became is kept for good: a file that comes again is known."""


def keep(tx: Transaction, report: Report) -> None:
    """Keep an import's report under its id, and let go of those kept for long enough."""
    oldest = datetime.fromisoformat(report.recorded_at) - timedelta(days=KEPT_DAYS)
    tx.conn.execute("DELETE FROM import WHERE recorded_at < ?", (instant(oldest),))
    first, last = report.changes or (None, None)
    values = {
        **{name: getattr(report, name) for name in _HEAD},
        **{outcome: report.counts[outcome] for outcome in OUTCOMES},
        "first_change": first,
        "last_change": last,
        "passed_over": json.dumps(report.passed_over),
        "items": json.dumps([asdict(item) for item in report.items], ensure_ascii=False),
    }
    tx.conn.execute(
        f"INSERT INTO import ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", list(values.values())
    )


def one(conn: sqlite3.Connection, id_: str) -> Report | None:
    """A past import; None where there is none of that id."""
    row = conn.execute("SELECT * FROM import WHERE id = ?", (id_,)).fetchone()
    if row is None:
        return None
    items = [
        Item(**{**item, "mistakes": tuple(item["mistakes"]), "kept_out": tuple(item["kept_out"])})
        for item in json.loads(row["items"])
    ]
    return _report(row, items, json.loads(row["passed_over"]))


def page(conn: sqlite3.Connection, limit: int, before: int | None, by: str | None = None) -> list[tuple[int, Report]]:
    """Up to `limit` past imports without their lines, newest first, each with its number; those before a number,
    and `by` one alone if named."""
    rows = conn.execute(
        f"SELECT number, first_change, last_change, {', '.join((*_HEAD, *OUTCOMES))} FROM import"
        " WHERE number < ? AND recorded_by = COALESCE(?, recorded_by) ORDER BY number DESC LIMIT ?",
        (LATEST if before is None else before, by, limit),
    )
    return [(row["number"], _report(row, [], [])) for row in rows]


def count(conn: sqlite3.Connection, by: str | None = None) -> int:
    """How many past imports there are; `by` one alone if named."""
    row = conn.execute("SELECT COUNT(*) FROM import WHERE recorded_by = COALESCE(?, recorded_by)", (by,)).fetchone()
    return int(row[0])


_HEAD = ("id", "name", "format", "octets", "recorded_at", "recorded_by", "partial", "notify")


def _report(row: sqlite3.Row, items: list[Item], passed_over: list[dict[str, Any]]) -> Report:
    told = {name: row[name] for name in _HEAD}
    told |= {flag: bool(told[flag]) for flag in ("partial", "notify")}
    return Report(
        **told,
        dry_run=False,
        counts={outcome: row[outcome] for outcome in OUTCOMES},
        items=items,
        passed_over=passed_over,
        changes=(row["first_change"], row["last_change"]) if row["first_change"] else None,
    )
