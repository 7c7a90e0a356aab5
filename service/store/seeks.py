"""Seeks: what finds the rectangles of a question where little bears what it asks for: all that match, then sorted."""

from __future__ import annotations

from typing import Any

from schemas.queries import EventQuery
from service.store.asknown import AsKnown
from service.store.bands import RETRACTED
from service.store.conditions import ANYWHERE, Conditions
from service.store.walks import After, Row, in_order


def sought(at: AsKnown, query: EventQuery, found: Conditions, after: After | None, retracted: bool) -> list[Row]:
    """The rows that `query` finds after the row `after`, by starts_min, then subject; the retracted ones too with
    `retracted`."""
    down = query.sort == "-starts"
    values: dict[str, Any] = dict(found.values)
    where = [ANYWHERE, "+band <= :last_band", *found.where, *filter(None, (found.among_kinds,))]
    values["last_band"] = RETRACTED if retracted else RETRACTED - 1
    if query.until:
        where.append("+starts_min <= :until")
        values["until"] = query.until.isoformat()
    if after:
        where.append(
            f"(+starts_min {'<' if down else '>'} :at_start OR (+starts_min = :at_start AND subject > :at_id))"
        )
        values |= {"at_start": after[0], "at_id": after[1]}
    return in_order(
        at.conn.execute(f"SELECT starts_min, subject, revision FROM period WHERE {' AND '.join(where)}", values), down
    )
