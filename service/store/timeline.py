"""Which events a query finds, as known on D through R, in keyset pages.

Every condition on days is folded into one range of `starts_min`: a second range beside it would be a filter, walked
row by row, though EXPLAIN shows nothing of it. Narrow spans (nearly all) are sought in that range; the few wide ones
stand in an index of their own and are read apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from schemas.queries import EventQuery
from schemas.vocabulary import NAMED_TYPES
from service.store import facets
from service.store.asknown import AsKnown
from service.store.database import FIRST_DAY, OPEN_DAY
from service.store.revisions import AHEAD_DAYS, NARROW_DAYS

_CURRENT = "seen_to = 9007199254740991 AND known_to = '9999-12-31'"
_OPEN = "seen_to = 9007199254740991 AND known_from <= :day AND known_to > :day"
_PINNED = "seen_from <= :through AND seen_to > :through AND known_from <= :day AND known_to > :day"


@dataclass(frozen=True, slots=True)
class Found:
    """An event's place in the order, and the revision (its change number) that is its state."""

    starts_min: str
    id: str
    revision: int


@dataclass(frozen=True, slots=True)
class _Parts:
    where: str
    values: dict[str, Any]
    single_kind: bool


def find(
    at: AsKnown,
    query: EventQuery,
    *,
    limit: int | None = None,
    after: tuple[str, str] | None = None,
    retracted: bool = False,
) -> list[Found]:
    """The events of a query in its order (`starts` or `-starts`, then id), at most `limit`, after a (starts_min, id).

    `retracted` keeps the retracted ones too (a current feed shows them as cancelled).
    """
    parts = _parts(at, query, retracted)
    if parts is None:
        return []
    down = query.sort == "-starts"
    branches = [_branch(at, query, parts, wide, after, down) for wide in (0, 1)]
    order = "ORDER BY starts_min DESC, subject" if down else "ORDER BY starts_min, subject"
    tail = f"{order} LIMIT {limit}" if limit is not None else order
    sql = " UNION ALL ".join(f"SELECT * FROM ({branch.where} {tail})" for branch in branches) + f" {tail}"
    values = {name: value for branch in branches for name, value in branch.values.items()}
    return [Found(*row) for row in at.conn.execute(sql, values)]


def count(at: AsKnown, query: EventQuery) -> int:
    """How many events a query finds."""
    return len(find(at, query))


def _branch(
    at: AsKnown, query: EventQuery, parts: _Parts, wide: int, after: tuple[str, str] | None, down: bool
) -> _Parts:
    first, last = _range(at, query, wide, after, down)
    low, high = f"low{wide}", f"high{wide}"
    where = f"wide = {wide} AND starts_min BETWEEN :{low} AND :{high} AND {parts.where}"
    values = {**parts.values, low: first, high: last}
    if after:
        beyond = "starts_min < :at_start" if down else "starts_min > :at_start"
        where += f" AND ({beyond} OR (starts_min = :at_start AND subject > :at_id))"
        values |= {"at_start": after[0], "at_id": after[1]}
    index = _index(at, wide, parts.single_kind)
    return _Parts(f"SELECT starts_min, subject, revision FROM period INDEXED BY {index} WHERE {where}", values, False)


def _index(at: AsKnown, wide: int, single_kind: bool) -> str:
    reach = "period_current" if at.current else "period" if at.pinned else "period_open"
    if wide:
        return f"{reach}_wide"
    if single_kind:
        return f"{reach}_kind"
    return "period_walk" if reach == "period" else reach


def _range(at: AsKnown, query: EventQuery, wide: int, after: tuple[str, str] | None, down: bool) -> tuple[str, str]:
    lows, highs = [FIRST_DAY], [OPEN_DAY]
    if not wide:
        highs.append(_shifted(at.day, AHEAD_DAYS))
        if query.since:
            lows.append(_shifted(query.since, -NARROW_DAYS))
    if query.until:
        highs.append(query.until.isoformat())
    if after:
        (highs if down else lows).append(after[0])
    return max(lows), min(highs)


def _shifted(day: date, days: int) -> str:
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:
        return OPEN_DAY if days > 0 else FIRST_DAY


def _parts(at: AsKnown, query: EventQuery, retracted: bool) -> _Parts | None:
    """The conditions that hold in both branches; None where nothing can match."""
    where = [_CURRENT if at.current else _PINNED if at.pinned else _OPEN]
    values: dict[str, Any] = {"day": at.day.isoformat(), "through": at.through}
    kinds = _kinds(at, query)
    if kinds is not None and not kinds:
        return None
    if kinds is not None and len(kinds) == 1:
        where.append("kind = :kind")
        values["kind"] = kinds[0]
    elif kinds is not None:
        where.append(_any("+kind", "kind", kinds, values))
    if query.calendar:
        where.append(_any("calendar", "calendar", query.calendar, values))
    if query.status:
        where.append(_any("status", "status", query.status, values))
    if not retracted:
        where.append("status <> 'retracted'")
    if query.since:
        where.append("ends_max >= :since")
        values["since"] = query.since.isoformat()
    if query.overdue:
        where.append("status IN ('expected', 'announced') AND starts_max < :day")
    where += _facet_conditions(at, query, values)
    if query.text is not None:
        found = facets.text_condition(at.register, query.text, values)
        if found is None:
            return None
        where.append(found)
    return _Parts(" AND ".join(where), values, kinds is not None and len(kinds) == 1)


def _any(column: str, name: str, wanted: Sequence[str], values: dict[str, Any]) -> str:
    names = [f"{name}{number}" for number in range(len(wanted))]
    values |= dict(zip(names, wanted, strict=True))
    return f"{column} IN ({', '.join(':' + each for each in names)})"


def _kinds(at: AsKnown, query: EventQuery) -> list[str] | None:
    """The kinds that `kind` and `group` leave, sorted; None where neither is asked."""
    if not query.group:
        return sorted(set(query.kind)) or None
    grouped = {kind.slug for each in at.calendars.values() for kind in each.kinds if kind.group in query.group}
    return sorted(grouped & set(query.kind) if query.kind else grouped)


def _facet_conditions(at: AsKnown, query: EventQuery, values: dict[str, Any]) -> list[str]:
    conditions = []
    for type_ in NAMED_TYPES:
        asked = getattr(query, type_)
        if asked:
            conditions.append(facets.condition(at.register, type_, asked, values))
    return conditions


def newest(at: AsKnown, limit: int) -> list[Found]:
    """The events that last became known, or of which something last became known; newest first, then by id."""
    where = _CURRENT if at.current else _PINNED if at.pinned else _OPEN
    rows = at.conn.execute(
        f"SELECT starts_min, subject, revision FROM period INDEXED BY period_known WHERE known_from <= :day AND {where}"
        " AND status <> 'retracted' ORDER BY known_from DESC, subject LIMIT :limit",
        {"day": at.day.isoformat(), "through": at.through, "limit": limit},
    )
    return [Found(*row) for row in rows]
