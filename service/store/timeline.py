"""Which events a query finds, as known on D through R, in keyset pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from schemas.queries import EventQuery
from service.store import walks
from service.store.asknown import AsKnown, furthest
from service.store.conditions import Conditions, alive, conditions
from service.store.seeks import sought

_SUBJECTS = "SELECT change, subject FROM revision WHERE change IN (SELECT value FROM json_each(?))"


class Found(NamedTuple):
    """An event's place in the order asked for, and the revision (its change number) that is its state.

    By `starts` the place is the earliest first day, by `known_on` that day; of full text a class comes before the day.
    """

    place: str
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
    """The events of a query in its order, then by id, at most `limit`, after a (place, id).

    `retracted` keeps the retracted ones too (a current feed shows them as cancelled).
    """
    asked = conditions(at, query)
    if asked is None:
        return []
    if not _walked(query, asked):
        rows = sought(at, query.order, asked, after, limit, retracted=retracted)
        return list(map(Found._make, rows))
    way = walks.way(at, query, asked, after, retracted)
    return list(map(Found._make, way.whole() if limit is None else islice(way.merged(), limit)))


def found_at_once(at: AsKnown, query: EventQuery) -> bool:
    """Whether each page of a query's events costs as much as all of them: they are sought and sorted, not walked to."""
    asked = conditions(at, query)
    return asked is not None and not _walked(query, asked)


def of_revisions(at: AsKnown, revisions: Sequence[int]) -> list[Found]:
    """What was found, by the change numbers of the states alone, in their order."""
    rows = at.conn.execute(_SUBJECTS, (json.dumps(revisions),))
    subjects = {row["change"]: row["subject"] for row in rows}
    return [Found("", subjects[each], each) for each in revisions]


def _walked(query: EventQuery, asked: Conditions) -> bool:
    return not asked.few and query.order in ("starts", "-starts")


def count(at: AsKnown, query: EventQuery) -> int:
    """How many events a query finds."""
    asked = conditions(at, query)
    if asked is None or asked.few:
        return len(find(at, query))
    return walks.way(at, query, asked, None, retracted=False).count()


_KINDS = """
SELECT json_extract(state, '$.kind') AS kind, COUNT(*) FROM revision
WHERE change IN (SELECT value FROM json_each(?)) GROUP BY kind
"""


def kinds(at: AsKnown, query: EventQuery) -> dict[str, int]:
    """How many events a query finds of each kind that the calendars declare; those of none are left out."""
    if found_at_once(at, query):
        found = json.dumps([each.revision for each in find(at, query)])
        return {str(kind): int(events) for kind, events in at.conn.execute(_KINDS, (found,))}
    asked = query.kind or {kind.slug for each in at.calendars.values() for kind in each.kinds}
    counted = {kind: count(at, replace(query, kind=(kind,))) for kind in sorted(asked)}
    return {kind: events for kind, events in counted.items() if events}


def newest(at: AsKnown, limit: int) -> list[Found]:
    """The events that last became known, or of which something last became known; newest first, then by id."""
    rows = at.conn.execute(
        "SELECT starts_min, subject, revision FROM period INDEXED BY period_known WHERE known_from <= :furthest"
        f" AND {alive(at)} AND status <> 'retracted' ORDER BY known_from DESC, subject LIMIT :limit",
        {"day": at.day.isoformat(), "through": at.through, "furthest": furthest(at).isoformat(), "limit": limit},
    )
    return [Found(*row) for row in rows]


def edges(at: AsKnown) -> tuple[int, int]:
    """The first and the last year in which anything that the reader may see begins, or ends where that is told; that of
    the day asked, where nothing is."""
    where = f"{alive(at)} AND status <> 'retracted' AND starts_min > '0000-01-01'"
    values = {"day": at.day.isoformat(), "through": at.through, "only": json.dumps(at.only)}
    if at.only:
        where += " AND calendar IN (SELECT value FROM json_each(:only))"
    first = at.conn.execute(f"SELECT MIN(starts_min) FROM period WHERE {where}", values).fetchone()[0]
    last = at.conn.execute(
        f"SELECT MAX(CASE WHEN ends_max < '9999-12-31' THEN ends_max ELSE starts_min END) FROM period WHERE {where}",
        values,
    ).fetchone()[0]
    return int((first or at.day.isoformat())[:4]), max(at.day.year, int((last or at.day.isoformat())[:4]))
