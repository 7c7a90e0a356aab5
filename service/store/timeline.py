"""Which events a query finds, as known on D through R, in keyset pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from schemas.queries import EventQuery
from service.store import walks
from service.store.asknown import AsKnown
from service.store.conditions import alive, conditions
from service.store.seeks import sought


@dataclass(frozen=True, slots=True)
class Found:
    """An event's place in the order, and the revision (its change number) that is its state."""

    starts_min: str
    id: str
    revision: int


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
    asked = conditions(at, query)
    if asked is None:
        return []
    if asked.few:
        return [Found(*row) for row in sought(at, query, asked, after, retracted)[:limit]]
    way = walks.way(at, query, asked, after, retracted)
    rows = way.whole() if limit is None else islice(way.merged(), limit)
    return [Found(*row) for row in rows]


def count(at: AsKnown, query: EventQuery) -> int:
    """How many events a query finds."""
    asked = conditions(at, query)
    if asked is None or asked.few:
        return len(find(at, query))
    return walks.way(at, query, asked, None, retracted=False).count()


def newest(at: AsKnown, limit: int) -> list[Found]:
    """The events that last became known, or of which something last became known; newest first, then by id."""
    rows = at.conn.execute(
        "SELECT starts_min, subject, revision FROM period INDEXED BY period_known WHERE known_from <= :day"
        f" AND {alive(at)} AND status <> 'retracted' ORDER BY known_from DESC, subject LIMIT :limit",
        {"day": at.day.isoformat(), "through": at.through, "limit": limit},
    )
    return [Found(*row) for row in rows]
