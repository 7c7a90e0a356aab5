"""Names in use as known on D through R: how many events bear each, and when it was first and last seen.

The database counts events by the set of keys that they bear of one type (there are far fewer sets than events); which
names such a set stands for, the register as known on D says, so that a name counts once an event however often it,
or a place inside it, stands there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemas.names import Name, NameSeen, Seen, slug_of
from schemas.vocabulary import NAMED_TYPES
from service.store import facets
from service.store.asknown import AsKnown
from service.store.states import written

# With a plus, since SQLite would otherwise walk the index on known_from, which is slower than reading the whole table.
_STANDS = (
    "+seen_from <= :through AND +seen_to > :through AND +known_from <= :day AND +known_to > :day"
    " AND status <> 'retracted'"
)

_HELD = "status = 'held' AND starts_min > '0000-01-01'"

_BUNDLES = f"""
SELECT type, bundle, COUNT(*) AS events, MIN(held_on) AS first, MAX(held_on) AS last FROM (
    SELECT facet.type, GROUP_CONCAT(facet.slug, char(10)) AS bundle, event.held_on
    FROM (SELECT rectangle, revision, CASE WHEN {_HELD} THEN starts_min END AS held_on FROM period
        WHERE {{where}}) AS event
    CROSS JOIN facet ON facet.revision = event.revision AND facet.type IN ({{types}})
    GROUP BY event.rectangle, facet.type
)
GROUP BY type, bundle
"""


@dataclass(frozen=True, slots=True)
class Bearing:
    """Which events: those of `calendars` (all, where none is named), bearing the name (type, slug) if one is given."""

    calendars: tuple[str, ...] = ()
    name: tuple[str, str] | None = None


def tally(at: AsKnown, which: Bearing, types: Sequence[str] = NAMED_TYPES) -> dict[tuple[str, str], Seen]:
    """By (type, slug) every name of these types that an event bears, with how often and when."""
    where, values = _where(at, which)
    sql = _BUNDLES.format(where=where, types=", ".join(f"'{each}'" for each in types if each in NAMED_TYPES))
    register = at.register
    counts: dict[tuple[str, str], int] = defaultdict(int)
    firsts: dict[tuple[str, str], str] = {}
    lasts: dict[tuple[str, str], str] = {}
    for type_, bundle, events, first, last in at.conn.execute(sql, values):
        for slug in facets.borne(register, type_, bundle.split("\n")):
            key = type_, slug
            counts[key] += events
            if first:
                firsts[key] = min(firsts.get(key, first), first)
                lasts[key] = max(lasts.get(key, last), last)
    return {key: Seen(count, _day(firsts.get(key)), _day(lasts.get(key))) for key, count in counts.items()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _where(at: AsKnown, which: Bearing) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {"day": at.day.isoformat(), "through": at.through}
    where = _STANDS
    if calendars := which.calendars or at.only:
        values["calendars"] = json.dumps(calendars)
        where += " AND calendar IN (SELECT value FROM json_each(:calendars))"
    if which.name:
        type_, slug = which.name
        where += " AND " + facets.condition(at.register, type_, [slug], values)
    return where, values


def kinds(at: AsKnown, which: Bearing) -> list[tuple[str, int]]:
    """How many of the events are of which kind, the most frequent first."""
    where, values = _where(at, which)
    sql = f"SELECT kind, COUNT(*) AS events FROM period WHERE {where} GROUP BY kind ORDER BY events DESC, kind"
    return [(kind, events) for kind, events in at.conn.execute(sql, values)]


def ends(at: AsKnown, which: Bearing) -> tuple[str | None, str | None]:
    """The ids of the first and the last held event, by earliest first day, then id; None where none has such a day."""
    where, values = _where(at, which)
    sql = f"SELECT subject FROM period WHERE {where} AND {_HELD} ORDER BY starts_min {{}}, subject LIMIT 1"
    rows = [at.conn.execute(sql.format(way), values).fetchone() for way in ("ASC", "DESC")]
    first, last = (row["subject"] if row else None for row in rows)
    return first, last


def shown(
    at: AsKnown, found: Iterable[tuple[tuple[str, str], Seen]], calendars: tuple[str, ...] = ()
) -> list[NameSeen]:
    """The names of a tally in full: as the register as known has them, else as the newest event of `calendars` (all,
    where none is named) writes them."""
    register = at.register
    return [
        NameSeen(register.names.get((type_, slug)) or _unregistered(at, Bearing(calendars, (type_, slug))), seen)
        for (type_, slug), seen in found
    ]


def _unregistered(at: AsKnown, which: Bearing) -> Name:
    assert which.name, "a name is looked for"
    type_, slug = which.name
    where, values = _where(at, which)
    row = at.conn.execute(
        "SELECT revision.state FROM revision WHERE change = (SELECT revision FROM period"
        f" WHERE {where} ORDER BY starts_min DESC, subject LIMIT 1)",
        values,
    ).fetchone()
    texts = written(json.loads(row["state"]), type_) if row else []
    text = next((text for text in texts if slug_of(text) == slug), slug)
    return Name(slug=slug, type=type_, name=text, known_on=at.day)
