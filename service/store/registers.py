"""Names and calendars as the record holds them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

from schemas.calendars import Calendar, Check, Coverage, Promise, Rule, Thin
from schemas.names import Former, Name, Register
from schemas.vocabulary import Kind
from service.store.database import LATEST

# Names and declarations are few, so that the greatest (known_on, sequence) is sought when read.
_STANDING = """
SELECT revision.state, MAX(revision.known_on || printf(' %09d', revision.sequence)) AS place
FROM revision JOIN change ON change.change = revision.change
WHERE change.sort = :sort AND revision.change <= :through AND revision.known_on <= :day
    AND NOT EXISTS (SELECT 1 FROM revision AS other WHERE other.subject = revision.subject
        AND other.replaces = revision.sequence AND other.change <= :through)
GROUP BY revision.subject ORDER BY revision.subject
"""


def plain(record: Any) -> dict[str, Any]:
    """A dataclass as JSON-ready state: days in ISO form, what is empty left out, at any depth."""
    return {key: _plain(value) for key, value in asdict(record).items() if value not in (None, (), "")}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner not in (None, (), "")}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def register(conn: sqlite3.Connection, known_by: date, through: int = LATEST) -> Register:
    """The names as known on a day, through a change: none as it was called later."""
    rows = conn.execute(_STANDING, {"sort": "name", "through": through, "day": known_by.isoformat()})
    return Register(name_of(json.loads(row["state"])).as_known_on(known_by) for row in rows)


def name_of(state: dict[str, Any]) -> Name:
    """A name as its state in the record says."""
    former = tuple(Former(each["name"], date.fromisoformat(each["until"])) for each in state.get("former", ()))
    return Name(
        slug=state["slug"],
        type=state["type"],
        name=state["name"],
        known_on=date.fromisoformat(state["known_on"]),
        native=state.get("native"),
        part_of=state.get("part_of"),
        variants=tuple(state.get("variants", ())),
        all_of=tuple(state.get("all_of", ())),
        one_of=tuple(state.get("one_of", ())),
        former=former,
    )


def calendars(conn: sqlite3.Connection, known_by: date | None = None, through: int = LATEST) -> dict[str, Calendar]:
    """Every calendar by slug; with `known_by`, as it could be read on that day (spans clipped to it)."""
    day = known_by or date.max
    rows = conn.execute(_STANDING, {"sort": "calendar", "through": through, "day": day.isoformat()})
    return {each.slug: each for row in rows for each in (_as_known_on(row["state"], known_by),)}


@lru_cache(maxsize=64)
def _as_known_on(state: str, known_by: date | None) -> Calendar:
    """A calendar as its state says: every request asks, and long declarations take longer to read than most answers."""
    calendar = calendar_of(json.loads(state))
    return calendar if known_by is None else calendar.as_known_on(known_by)


def calendar_of(state: dict[str, Any]) -> Calendar:
    """A calendar as its state in the record says."""
    texts = {
        key: state[key]
        for key in ("slug", "name", "zone", "description", "color", "language", "country", "licence")
        if key in state
    }
    return Calendar(
        **texts,
        known_on=date.fromisoformat(state["known_on"]),
        showcase=date.fromisoformat(state["showcase"]) if "showcase" in state else None,
        variants=tuple(state.get("variants", ())),
        kinds=tuple(_kind(kind) for kind in state.get("kinds", ())),
        coverage=_claims(state.get("coverage", ())),
        announcements=_claims(state.get("announcements", ())),
        checks=tuple(Check(**_dated(each)) for each in state.get("checks", ())),
        promises=tuple(Promise(**_dated(each)) for each in state.get("promises", ())),
        rules=tuple(Rule(**_dated(each)) for each in state.get("rules", ())),
    )


def _kind(state: dict[str, Any]) -> Kind:
    return Kind(**_dated(state) | {"variants": tuple(state.get("variants", ()))})


def _dated(state: dict[str, Any]) -> dict[str, Any]:
    """A state with its days read."""
    days = {key: date.fromisoformat(state[key]) for key in ("known_on", "since", "until") if key in state}
    return state | days


def _claims(states: Iterable[dict[str, Any]]) -> tuple[Coverage, ...]:
    return tuple(
        Coverage(
            kinds=tuple(state["kinds"]),
            **{key: date.fromisoformat(state[key]) for key in ("since", "until", "known_on")},
            programme=state.get("programme"),
            note=state.get("note"),
            thin=tuple(Thin(**_dated(span)) for span in state.get("thin", ())),
        )
        for state in states
    )


def newest_name_change(conn: sqlite3.Connection, through: int = LATEST) -> int:
    """The change number of the newest assertion about a name, through a change; 0 for none."""
    sql = "SELECT COALESCE(MAX(change), 0) FROM change WHERE sort = 'name' AND change <= ?"
    return int(conn.execute(sql, (through,)).fetchone()[0])


def newest_name_known(conn: sqlite3.Connection, day: date) -> int:
    """The change number of the newest assertion about a name that was known by then; 0 for none."""
    sql = (
        "SELECT COALESCE(MAX(change.change), 0) FROM change JOIN revision ON revision.change = change.change"
        " WHERE change.sort = 'name' AND revision.known_on <= ?"
    )
    return int(conn.execute(sql, (day.isoformat(),)).fetchone()[0])
