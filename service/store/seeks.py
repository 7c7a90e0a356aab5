"""Seeks: what finds the rectangles of a question where little bears what it asks for, or where another order than by
`starts` is asked for: all that match, then sorted."""

from __future__ import annotations

from typing import Any, Final

from schemas.queries import BY_WORDS
from service.store.asknown import AsKnown, furthest
from service.store.bands import RETRACTED
from service.store.conditions import ANYWHERE, Conditions
from service.store.walks import After, Row, in_order

_DAYS: Final = {"starts": "starts_min", "known_on": "known_from"}
"""By sort, the day that is a row's place in the order."""


def sought(
    at: AsKnown, order: str, found: Conditions, after: After | None, limit: int | None, *, retracted: bool
) -> list[Row]:
    """The (place, subject, revision) that a question finds after `after`, a (place, subject), at most `limit`, in an
    order, then by subject; with `retracted` the retracted ones too."""
    if order == BY_WORDS:
        return _ranked(at, found, after, retracted)[:limit]
    down = "DESC" if order.startswith("-") else ""
    day = _DAYS[order.removeprefix("-")]
    where, values = _where(found, retracted)
    if after:
        where += f" AND ({day} {'<' if down else '>'} :at_day OR ({day} = :at_day AND subject > :at_id))"
        values |= {"at_day": after[0], "at_id": after[1]}
    walked = day == "known_from" and not found.few
    source = "period INDEXED BY period_known" if walked else "period"
    where += " AND known_from <= :furthest" if walked else ""
    values |= {"furthest": furthest(at).isoformat(), "limit": -1 if limit is None else limit}
    sql = f"SELECT {day}, subject, revision FROM {source} WHERE {where} ORDER BY {day} {down}, subject LIMIT :limit"
    return [tuple(row) for row in at.conn.execute(sql, values)]


def _where(found: Conditions, retracted: bool) -> tuple[str, dict[str, Any]]:
    where = [ANYWHERE, "+band <= :last_band", "+starts_min BETWEEN :first AND :last", *found.where]
    values = {**found.values, "first": found.first, "last": found.last}
    values["last_band"] = RETRACTED if retracted else RETRACTED - 1
    return " AND ".join([*where, *filter(None, [found.among_kinds])]), values


def _ranked(at: AsKnown, found: Conditions, after: After | None, retracted: bool) -> list[Row]:
    """By where the words stand, then newest first: a row's place is its rank, then its earliest first day."""
    where, values = _where(found, retracted)
    sql = f"SELECT starts_min, subject, revision, {found.rank} AS rank FROM period WHERE {where}"
    by_rank: dict[int, list[Any]] = {0: [], 1: [], 2: []}
    for *row, rank in at.conn.execute(sql, values):
        by_rank[rank].append(tuple(row))
    rows = [
        (f"{rank} {start}", subject, revision)
        for rank, each in by_rank.items()
        for start, subject, revision in in_order(each, down=True)
    ]
    return [row for row in rows if _beyond(row, after)] if after else rows


def _beyond(row: Row, after: After) -> bool:
    """Whether a ranked row comes after a place: of a later rank, or of the same and earlier, or the next by subject."""
    rank, start = row[0][:1], row[0][2:]
    last_rank, last_start = after[0][:1], after[0][2:]
    if rank != last_rank:
        return rank > last_rank
    return start < last_start or (start == last_start and row[1] > after[1])
