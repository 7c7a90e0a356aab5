"""What recorded events are called, and whose reports of which site on the net they rest on: for who enters another."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from schemas.headlines import same_address
from service.store.asknown import AsKnown
from service.store.states import PLACE_PARTS

LOOKED_AT = 2_000
"""How many events are looked at, the newest by start."""

_TITLES = f"""
SELECT period.kind, revision.state
FROM period JOIN revision ON revision.change = period.revision
WHERE period.calendar = :calendar AND period.status <> 'retracted' AND period.seen_from <= :through
    AND period.seen_to > :through AND period.known_from <= :day AND period.known_to > :day
ORDER BY period.starts_min DESC LIMIT {LOOKED_AT}
"""

_PUBLISHER = """
SELECT json_extract(source.value, '$.publisher') AS publisher, COUNT(*) AS reports
FROM revision JOIN change ON change.change = revision.change, json_each(revision.sources) AS source
WHERE revision.sources LIKE :like ESCAPE '!' AND json_extract(source.value, '$.url') LIKE :like ESCAPE '!'
    AND change.change <= :through AND revision.known_on <= :day
    AND (:only = '[]' OR change.calendar IN (SELECT value FROM json_each(:only)))
GROUP BY publisher ORDER BY reports DESC, publisher LIMIT 1
"""

_BY = """
SELECT json_extract(source.value, '$.publisher') AS publisher, COALESCE(json_extract(source.value, '$.url'), '') AS url
FROM revision JOIN change ON change.change = revision.change, json_each(revision.sources) AS source
WHERE revision.sources LIKE :like ESCAPE '!' AND json_extract(source.value, '$.publisher') = :name COLLATE NOCASE
    AND change.change <= :through AND revision.known_on <= :day
    AND (:only = '[]' OR change.calendar IN (SELECT value FROM json_each(:only)))
ORDER BY revision.change
"""

_RESTING = """
SELECT DISTINCT revision.subject, revision.sources
FROM revision JOIN change ON change.change = revision.change
WHERE change.sort = 'event' AND revision.sources LIKE :like ESCAPE '!'
    AND change.change <= :through AND revision.known_on <= :day
    AND (:only = '[]' OR change.calendar IN (SELECT value FROM json_each(:only)))
ORDER BY revision.change
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What an event is called, its kind, the persons and bodies that it bears, its places and their country."""

    kind: str
    title: str
    names: frozenset[tuple[str, str]]
    places: tuple[str, ...]
    country: str | None


def told(at: AsKnown, calendar: str) -> list[Told]:
    """The newest LOOKED_AT events of a calendar, as they stand."""
    values = {"calendar": calendar, "through": at.through, "day": at.day.isoformat()}
    rows = at.conn.execute(_TITLES, values)
    return [_told(at, row["kind"], json.loads(row["state"])) for row in rows]


def _told(at: AsKnown, kind: str, state: dict[str, Any]) -> Told:
    place = state.get("place") or {}
    bears = [("person", each) for each in state.get("people", ())] + [
        ("body", each) for each in state.get("bodies", ())
    ]
    names = frozenset((type_, at.register.slug(type_, each)) for type_, each in bears)
    places = tuple(at.register.slug("place", place[part]) for part in PLACE_PARTS if place.get(part))
    return Told(kind, state["title"], names, places, place.get("country"))


def publisher_at(at: AsKnown, host: str) -> str | None:
    """Who published most of the reports that are recorded from a host (`news.example`), in the calendars that the
    reader may see; None for none."""
    for like in (f"%//{_escaped(host)}/%", f"%//www.{_escaped(host)}/%"):
        row = at.conn.execute(_PUBLISHER, {"like": like, **_standing(at)}).fetchone()
        if row:
            return str(row["publisher"])
    return None


def reports_by(at: AsKnown, name: str) -> list[tuple[str, str]]:
    """(publisher, address) of the reports, in the calendars that the reader may see, whose publisher is spelled so,
    whatever is capital in it, in the order in which they were recorded."""
    values = {"like": f"%{_escaped(name)}%", "name": name, **_standing(at)}
    return [(row["publisher"], row["url"]) for row in at.conn.execute(_BY, values)]


def resting_on(at: AsKnown, url: str) -> list[str]:
    """The ids of the events, in the calendars that the reader may see, that have a page among their sources."""
    page, host = same_address(url), urlsplit(url).netloc
    rows = at.conn.execute(_RESTING, {"like": f"%//{_escaped(host)}/%", **_standing(at)}) if host else ()
    told = ((row["subject"], json.loads(row["sources"])) for row in rows)
    return list(dict.fromkeys(id_ for id_, sources in told if any(_is_at(each, page) for each in sources)))


def _is_at(source: dict[str, Any], page: str) -> bool:
    return same_address(source.get("url") or "") == page


def _standing(at: AsKnown) -> dict[str, Any]:
    return {"through": at.through, "day": at.day.isoformat(), "only": json.dumps(at.only)}


def _escaped(host: str) -> str:
    return "".join(f"!{letter}" if letter in "!%_" else letter for letter in host.lower())
