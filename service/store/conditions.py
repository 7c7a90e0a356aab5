"""What a question asks of a rectangle, as SQL: each condition reads one row of `period`, whatever index led there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas.queries import EventQuery
from schemas.vocabulary import AHEAD, NAMED_TYPES
from service.store import facets
from service.store.asknown import AsKnown

CURRENT = "seen_to = 9007199254740991 AND known_to = '9999-12-31'"
OPEN = "seen_to = 9007199254740991 AND known_to > :day AND known_from <= :day"
PINNED = "seen_to > :through AND known_to > :day AND seen_from <= :through AND known_from <= :day"
ANYWHERE = "+seen_to > :through AND +known_to > :day AND +seen_from <= :through AND +known_from <= :day"
"""The same of every reach, for what is not found by its days: the pluses keep SQLite off their indexes."""

_STILL_AHEAD = "status IN ('expected', 'announced')"


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions with their values, beside that a rectangle is alive.

    `kinds` are walked one by one where an index is led by them (None: any kind); `among_kinds` says the same as a
    condition, empty for any. `ahead`: only what has not happened yet is asked for, which is little of what is current.
    `few`: little bears the names or words asked for, so that this is sought and sorted, instead of walked to.
    """

    where: tuple[str, ...]
    values: dict[str, Any]
    kinds: tuple[str, ...] | None
    among_kinds: str
    ahead: bool
    few: bool


def alive(at: AsKnown) -> str:
    """That a rectangle holds D and R; literal where a partial index has to say the same."""
    return CURRENT if at.current else PINNED if at.pinned else OPEN


def conditions(at: AsKnown, query: EventQuery) -> Conditions | None:
    """What `query` asks; None where nothing can match."""
    values: dict[str, Any] = {"day": at.day.isoformat(), "through": at.through}
    kinds = _kinds(at, query)
    if kinds is not None and not kinds:
        return None
    named = [(type_, asked) for type_ in NAMED_TYPES if (asked := getattr(query, type_))]
    few = query.text is not None or any(facets.few(at.conn, at.register, *each) for each in named)
    where = _plain(query, values)
    bearing = facets.SOUGHT if few else facets.WALKED
    where += [facets.condition(at.register, type_, asked, values, bearing) for type_, asked in named]
    if query.text is not None:
        text = facets.text_condition(at.register, query.text, values)
        if text is None:
            return None
        where.append(text)
    among = _any("+kind", "kind", kinds, values) if kinds else ""
    return Conditions(tuple(where), values, tuple(kinds) if kinds else None, among, _STILL_AHEAD in where, few)


def _plain(query: EventQuery, values: dict[str, Any]) -> list[str]:
    """The conditions on columns of `period`, but for kinds and the end of the range."""
    columns = ("calendar", "status")
    where = [_any(column, column, asked, values) for column in columns if (asked := getattr(query, column))]
    if query.overdue or (query.status and set(query.status) <= set(AHEAD)):
        where.append(_STILL_AHEAD)
    if query.overdue:
        where.append("starts_max < :day")
    if query.since:
        where.append("(starts_min >= :since OR ends_max >= :since)")
        values["since"] = query.since.isoformat()
    return where


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
