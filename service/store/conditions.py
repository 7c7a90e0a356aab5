"""What a question asks of a rectangle, as SQL: each condition reads one row of `period`, whatever index led there."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from schemas.queries import NEAR_DAYS, EventQuery
from schemas.vocabulary import AHEAD, INVERSES, NAMED_TYPES
from service.store import facets, search
from service.store.asknown import AsKnown
from service.store.database import FIRST_DAY, OPEN_DAY

CURRENT = "seen_to = 9007199254740991 AND known_to = '9999-12-31'"
OPEN = "seen_to = 9007199254740991 AND known_to > :day AND known_from <= :day"
PINNED = "seen_to > :through AND known_to > :day AND seen_from <= :through AND known_from <= :day"
ANYWHERE = "+seen_to > :through AND +known_to > :day AND +seen_from <= :through AND +known_from <= :day"
"""The same of every reach, for what is not found by its days: the pluses keep SQLite off their indexes."""

STILL_AHEAD = "status IN ('expected', 'announced')"

_STANDING = f"""
SELECT calendar, starts_min, ends_max FROM period WHERE subject = :subject AND {ANYWHERE} AND status <> 'retracted'
"""

_LINKED = " UNION ".join(
    f"SELECT {far} FROM link_period WHERE {near} = :linked_to AND {ANYWHERE} AND state = 'asserted'{{0}}"
    for near, far in (("from_event", "to_event"), ("to_event", "from_event"))
)


@dataclass(slots=True)
class Conditions:
    """Conditions with their values, beside that a rectangle is alive.

    `kinds` are walked one by one where an index is led by them (None: any kind); `among_kinds` says the same as a
    condition, empty for any. `first` and `last` bound starts_min of every rectangle; those of narrow spans besides by
    `ends_from`, on which day or later they end. `few`: little bears what is asked for, so that this is sought and
    sorted, instead of walked to. `rank` is SQL for where the words of full text stand.
    """

    values: dict[str, Any]
    where: list[str] = field(default_factory=list)
    kinds: tuple[str, ...] | None = None
    among_kinds: str = ""
    first: str = FIRST_DAY
    last: str = OPEN_DAY
    ends_from: str = FIRST_DAY
    few: bool = False
    rank: str = "0"

    @property
    def ahead(self) -> bool:
        """Whether only what has not happened yet is asked for, which is little of what is current."""
        return STILL_AHEAD in self.where


def alive(at: AsKnown) -> str:
    """That a rectangle holds D and R; literal where a partial index has to say the same."""
    return CURRENT if at.current else PINNED if at.pinned else OPEN


def conditions(at: AsKnown, query: EventQuery) -> Conditions | None:
    """What `query` asks; None where nothing can match."""
    found = Conditions({"day": at.day.isoformat(), "through": at.through})
    _add_days(found, query)
    _add_columns(found, query)
    possible = _add_kinds(found, at, query) and _add_near(found, at, query) and _add_words(found, at, query)
    possible = possible and _add_links(found, at, query)
    _add_names(found, at, query)
    if found.ends_from > FIRST_DAY:
        found.where.append("(starts_min >= :ends_from OR ends_max >= :ends_from)")
        found.values["ends_from"] = found.ends_from
    return found if possible else None


def _add_days(found: Conditions, query: EventQuery) -> None:
    if query.since:
        found.ends_from = query.since.isoformat()
        found.first = query.since.isoformat() if query.within else FIRST_DAY
    if query.until:
        found.last = query.until.isoformat()
        if query.within:
            found.where.append("ends_max <= :inside")
            found.values["inside"] = query.until.isoformat()
    if query.overdue:
        found.where.append("starts_max < :day")


def _add_columns(found: Conditions, query: EventQuery) -> None:
    columns = ("calendar", "status")
    found.where += [_any(each, getattr(query, each), found.values) for each in columns if getattr(query, each)]
    if query.overdue or (query.status and set(query.status) <= set(AHEAD)):
        found.where.append(STILL_AHEAD)
    if query.recorded_by:
        among = _any("recorded_by", query.recorded_by, found.values)
        found.where.append(f"EXISTS (SELECT 1 FROM change WHERE change.change = period.revision AND {among})")


def _any(column: str, wanted: Sequence[str], values: dict[str, Any]) -> str:
    names = [f"{column.removeprefix('+')}{number}" for number in range(len(wanted))]
    values |= dict(zip(names, wanted, strict=True))
    return f"{column} IN ({', '.join(':' + each for each in names)})"


def _add_kinds(found: Conditions, at: AsKnown, query: EventQuery) -> bool:
    """The kinds that `kind` and `group` leave; False where they leave none."""
    kinds = set(query.kind)
    if query.group:
        grouped = {kind.slug for each in at.calendars.values() for kind in each.kinds if kind.group in query.group}
        kinds = kinds & grouped if kinds else grouped
    if kinds:
        found.kinds = tuple(sorted(kinds))
        found.among_kinds = _any("+kind", found.kinds, found.values)
    return bool(kinds) or not (query.kind or query.group)


def _add_near(found: Conditions, at: AsKnown, query: EventQuery) -> bool:
    """The span of `near`, widened, is one more that must be met; False where that event is not known."""
    if query.near is None:
        return True
    row = standing(at, query.near)
    if row is None:
        return False
    days = NEAR_DAYS if query.within_days is None else query.within_days
    found.ends_from = max(found.ends_from, shifted(row["starts_min"], -days))
    found.last = min(found.last, shifted(row["ends_max"], days))
    found.where.append("subject <> :near")
    found.values["near"] = query.near
    return True


def standing(at: AsKnown, id_: str) -> sqlite3.Row | None:
    """The starts_min and ends_max of an event that the reader may see as known from here; None where there is none."""
    values = {"subject": id_, "day": at.day.isoformat(), "through": at.through}
    row: sqlite3.Row | None = at.conn.execute(_STANDING, values).fetchone()
    return row if row and at.shows(row["calendar"]) else None


def shifted(day: str | date, days: int) -> str:
    """A day so many days later, as `period` keeps it; the open ends stay where they are."""
    if day in (FIRST_DAY, OPEN_DAY):
        return str(day)
    try:
        return (date.fromisoformat(str(day)) + timedelta(days=days)).isoformat()
    except OverflowError:
        return OPEN_DAY if days > 0 else FIRST_DAY


def _add_words(found: Conditions, at: AsKnown, query: EventQuery) -> bool:
    """The words of full text; False where there is none to find."""
    if query.text is None:
        return True
    matches = search.matches(at.register, query.text, found.values)
    if matches is None:
        return False
    found.few = True
    found.where.append(matches.anywhere)
    found.rank = matches.rank()
    return True


def _add_names(found: Conditions, at: AsKnown, query: EventQuery) -> None:
    """The names borne: any of those of each type, all of `people_all`, any of those who gave the date."""
    whole = at.register.whole
    named = [(type_, whole(type_, asked)) for type_ in NAMED_TYPES if (asked := getattr(query, type_))]
    named += [("person", (each,)) for each in whole("person", query.people_all)]
    found.few |= any(facets.few(at.conn, at.register, *each) for each in named)
    found.few |= bool(query.said_by) and facets.few_said(at.conn, query.said_by)
    bearing = facets.SOUGHT if found.few else facets.WALKED
    found.where += [facets.condition(at.register, *each, found.values, bearing) for each in named]
    if query.said_by:
        found.where.append(facets.said_condition(query.said_by, found.values, bearing))


def _add_links(found: Conditions, at: AsKnown, query: EventQuery) -> bool:
    """The other ends of the links of `linked_to`; False where that event is not known."""
    if query.linked_to is None:
        return True
    if standing(at, query.linked_to) is None:
        return False
    rels = sorted({INVERSES.get(each, each) for each in query.rel})
    among = f" AND {_any('rel', rels, found.values)}" if rels else ""
    found.where.append(f"subject IN ({_LINKED.format(among)})")
    found.values["linked_to"] = query.linked_to
    found.few = True
    return True
