"""The record: immutable assertions, and the rectangles of known time x change numbers that follow from them.

A rectangle says: from change `seen_from` until before `seen_to`, the store held that from the day `known_from` until
before `known_to` this revision was the subject's state. One period a revision would be wrong: a later entry about an
earlier day would cut it, and answers *through* an older change would lose the event.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import string
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemas.errors import IdTaken, NoSuchRevision, Retracted, StaleRevision
from schemas.vocabulary import RETRACTED
from schemas.when import parse
from service.store.bands import LONG, band_of, band_retired
from service.store.database import FIRST_DAY, LATEST, OPEN_CHANGE, OPEN_DAY, Transaction
from service.store.stairs import extend_reach, move_horizon

_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class Assertion:
    """What is to be appended: the whole state of one subject as known from `known_on`, and the sources that say so."""

    sort: str
    subject: str
    calendar: str
    known_on: date
    state: dict[str, Any]
    sources: tuple[dict[str, Any], ...] = ()
    replaces: int | None = None
    why: str | None = None

    @property
    def retracts(self) -> bool:
        return _retracts(self.state)


@dataclass(frozen=True, slots=True)
class Row:
    """One revision as recorded."""

    change: int
    sequence: int
    known_on: str
    state: dict[str, Any]
    replaces: int | None

    @property
    def retracts(self) -> bool:
        return _retracts(self.state)


def _retracts(state: dict[str, Any]) -> bool:
    """Whether a state takes its subject out: an event's `status` or a link's `state` says so."""
    return RETRACTED in (state.get("status"), state.get("state"))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a subject's timeline: `row` is its state from `known_from` until before `known_to`."""

    known_from: str
    known_to: str
    row: Row


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def fresh_id(conn: sqlite3.Connection) -> str:
    """Eight random letters and digits that no subject has; made from nothing, so that it tells nothing."""
    while True:
        candidate = "".join(secrets.choice(_LETTERS) for _ in range(8))
        if not conn.execute("SELECT 1 FROM revision WHERE subject = ?", (candidate,)).fetchone():
            return candidate


def rows_of(conn: sqlite3.Connection, subject: str, through: int = LATEST) -> list[Row]:
    """Every revision of a subject through a change, in the order recorded."""
    found = conn.execute(
        "SELECT change, sequence, known_on, state, replaces FROM revision"
        " WHERE subject = ? AND change <= ? ORDER BY sequence",
        (subject, through),
    )
    return [Row(row[0], row[1], row[2], json.loads(row[3]), row[4]) for row in found]


def timeline(rows: Sequence[Row]) -> list[Span]:
    """Which revision was the state when, in known time: order is (known_on, sequence), replaced ones are out.

    A standing retraction takes the whole timeline: it alone is left, from its own day.
    """
    replaced = {row.replaces for row in rows if row.replaces is not None}
    standing = [row for row in rows if row.sequence not in replaced]
    retraction = next((row for row in reversed(standing) if row.retracts), None)
    if retraction:
        return [Span(retraction.known_on, OPEN_DAY, retraction)]
    latest_of_day = {row.known_on: row for row in sorted(standing, key=lambda row: (row.known_on, row.sequence))}
    days = sorted(latest_of_day)
    return [Span(day, until, latest_of_day[day]) for day, until in zip(days, [*days[1:], OPEN_DAY], strict=False)]


def append(tx: Transaction, assertion: Assertion) -> int:
    """Record one assertion and remake what follows from it; the change number it got.

    Raises Retracted if the subject was retracted and this does not replace the retraction, NoSuchRevision if
    `replaces` names none, IdTaken if the id belongs to another sort or calendar.
    """
    earlier = rows_of(tx.conn, assertion.subject)
    _check_standing(tx.conn, assertion, earlier)
    change = insert(tx, assertion, sequence=len(earlier))
    row = Row(change, len(earlier), assertion.known_on.isoformat(), assertion.state, assertion.replaces)
    follow(tx.conn, assertion.sort, assertion.subject, assertion.calendar, [*earlier, row])
    return change


def _check_standing(conn: sqlite3.Connection, assertion: Assertion, earlier: Sequence[Row]) -> None:
    if earlier:
        sort, calendar = conn.execute(
            "SELECT sort, calendar FROM change WHERE change = ?", (earlier[0].change,)
        ).fetchone()
        if (sort, calendar) != (assertion.sort, assertion.calendar):
            raise IdTaken(f"The id {assertion.subject} belongs to a record of the calendar {calendar}.")
    if assertion.replaces is not None and assertion.replaces not in {row.sequence for row in earlier}:
        raise NoSuchRevision(f"There is no revision {assertion.replaces} to replace.", pointer="/replaces")
    spans = timeline(earlier)
    if spans and spans[0].row.retracts and assertion.replaces != spans[0].row.sequence:
        raise Retracted(f"{assertion.subject} was retracted; `replaces: {spans[0].row.sequence}` brings it back.")


def insert(tx: Transaction, assertion: Assertion, sequence: int) -> int:
    """The two immutable rows of an assertion; its change number. The transaction holds the write lock, so that
    change order is commit order."""
    change: int = tx.conn.execute("SELECT COALESCE(MAX(change), 0) + 1 FROM change").fetchone()[0]
    tx.conn.execute(
        "INSERT INTO change (change, sort, subject, calendar, recorded_at, recorded_by, why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            change,
            assertion.sort,
            assertion.subject,
            assertion.calendar,
            tx.recorded_at,
            tx.recorded_by,
            assertion.why,
        ),
    )
    tx.conn.execute(
        "INSERT INTO revision (change, subject, sequence, known_on, state, sources, replaces)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            change,
            assertion.subject,
            sequence,
            assertion.known_on.isoformat(),
            canonical(assertion.state),
            canonical(assertion.sources),
            assertion.replaces,
        ),
    )
    return change


Columns = Callable[[Span], tuple[Any, ...]]


def follow(conn: sqlite3.Connection, sort: str, subject: str, calendar: str, rows: Sequence[Row]) -> None:
    """Remake what follows from the newest of `rows`: the horizon of its calendar, and its subject's rectangles."""
    newest = rows[-1]
    touched = [row.known_on for row in rows] if newest.retracts else [newest.known_on]
    touched += [row.known_on for row in rows if row.sequence == newest.replaces]
    if _brings_back(rows):
        touched += [row.known_on for row in rows]
    move_horizon(conn, calendar, min(touched), newest.change)
    if sort == "event":
        extend_reach(conn, newest.known_on, newest.change)
        _redraw(conn, "period", _EVENT_COLUMNS, subject, rows, _event_values)
        _retire(conn, subject, newest.change)
    elif sort == "link":
        _redraw(conn, "link_period", _LINK_COLUMNS, subject, rows, _link_values)


def _brings_back(rows: Sequence[Row]) -> bool:
    return any(row.retracts and row.sequence == rows[-1].replaces for row in rows)


_EVENT_COLUMNS = "starts_min, starts_max, ends_min, ends_max, calendar, kind, status, band"
_LINK_COLUMNS = "from_event, to_event, rel, state"


def _redraw(
    conn: sqlite3.Connection, table: str, columns: str, subject: str, rows: Sequence[Row], values: Columns
) -> None:
    """Close the subject's rectangles that are no longer true and open the new ones; those still true stay."""
    change = rows[-1].change
    wanted = {(span.known_from, span.known_to, span.row.change): span for span in timeline(rows)}
    standing = conn.execute(
        f"SELECT rectangle, known_from, known_to, revision FROM {table} WHERE subject = ? AND seen_to = ?",
        (subject, OPEN_CHANGE),
    ).fetchall()
    for rectangle, *key in standing:
        if wanted.pop(tuple(key), None) is None:
            conn.execute(f"UPDATE {table} SET seen_to = ? WHERE rectangle = ?", (change, rectangle))
    for (known_from, known_to, revision), span in wanted.items():
        row = (subject, revision, known_from, known_to, change, OPEN_CHANGE, *values(span))
        conn.execute(
            f"INSERT INTO {table} (subject, revision, known_from, known_to, seen_from, seen_to, {columns})"
            f" VALUES ({', '.join('?' * len(row))})",
            row,
        )


def _retire(conn: sqlite3.Connection, subject: str, change: int) -> None:
    """Move the long spans that a change closed into the bands of retired ones."""
    closed = conn.execute(
        "SELECT rectangle, band, seen_from FROM period WHERE subject = ? AND seen_to = ? AND band >= ?",
        (subject, change, LONG),
    ).fetchall()
    for rectangle, band, seen_from in closed:
        retired = band_retired(band, seen_from, change)
        conn.execute("UPDATE period SET band = ? WHERE rectangle = ?", (retired, rectangle))


def _event_values(span: Span) -> tuple[Any, ...]:
    state = span.row.state
    starts_min, starts_max, ends_min, ends_max = stored_bounds(state["when"])
    return (
        starts_min,
        starts_max,
        ends_min,
        ends_max,
        state["calendar"],
        state["kind"],
        state["status"],
        band_of(starts_min, ends_max, span.known_from, span.known_to, state["status"]),
    )


def _link_values(span: Span) -> tuple[Any, ...]:
    state = span.row.state
    return state["subject"], state["target"], state["rel"], state["state"]


def stored_bounds(edtf: str) -> tuple[str, str, str, str]:
    """The four bounds of an EDTF expression as `period` keeps them: open ones as the first or the last of all days."""
    when = parse(edtf)
    return (
        when.starts_min.isoformat() if when.starts_min else FIRST_DAY,
        when.starts_max.isoformat() if when.starts_max else OPEN_DAY,
        when.ends_min.isoformat() if when.ends_min else FIRST_DAY,
        when.ends_max.isoformat() if when.ends_max else OPEN_DAY,
    )


def tag_on(rows: Sequence[Row], day: date) -> tuple[int, int]:
    """(last_sequence, sequence) of a subject as known on `day`; of one not yet known then, as first known.

    A retracted subject stands at its retraction on every day.
    """
    spans = timeline(rows)
    shown = next((span for span in reversed(spans) if span.known_from <= day.isoformat()), spans[0])
    if shown.row.retracts:
        return rows[-1].sequence, shown.row.sequence
    until = max(day.isoformat(), shown.known_from)
    return max(row.sequence for row in rows if row.known_on <= until), shown.row.sequence


def check_tag(rows: Sequence[Row], day: date, expected: Sequence[tuple[int, int]]) -> None:
    """Raise StaleRevision unless one of `expected`, (last_sequence, sequence), is where the subject stands on `day`."""
    last, shown = tag_on(rows, day)
    if (last, shown) not in expected:
        yours = " or ".join(f"{last}-{shown}" for last, shown in expected) or "none of ours"
        detail = f"As known on {day} the record stands at {last}-{shown}; If-Match says {yours}: read it again."
        raise StaleRevision(detail, current=f"{last}-{shown}", yours=yours)


def asserted(conn: sqlite3.Connection, sort: str) -> dict[str, set[str]]:
    """By subject of a sort, every assertion ever made of it, each as one canonical text: [known_on, state, sources]."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = conn.execute(
        "SELECT revision.subject, revision.known_on, revision.state, revision.sources FROM revision"
        " JOIN change ON change.change = revision.change WHERE change.sort = ?",
        (sort,),
    )
    for subject, known_on, state, sources in rows:
        found[subject].add(f'["{known_on}",{state},{sources}]')
    return found
