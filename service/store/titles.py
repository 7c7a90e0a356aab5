"""What recorded events are called, and whose reports of which site on the net they rest on: for who enters another."""

from __future__ import annotations

import json

from service.store.asknown import AsKnown

LOOKED_AT = 2_000
"""How many events are looked at, the newest by start."""

_TITLES = f"""
SELECT period.kind, json_extract(revision.state, '$.title') AS title
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


def titles(at: AsKnown, calendar: str) -> list[tuple[str, str]]:
    """(kind, title) of the newest LOOKED_AT events of a calendar, as they stand."""
    values = {"calendar": calendar, "through": at.through, "day": at.day.isoformat()}
    return [(row["kind"], row["title"]) for row in at.conn.execute(_TITLES, values)]


def publisher_at(at: AsKnown, host: str) -> str | None:
    """Who published most of the reports that are recorded from a host (`news.example`), in the calendars that the
    reader may see; None for none."""
    standing = {"through": at.through, "day": at.day.isoformat(), "only": json.dumps(at.only)}
    kept = "".join(f"!{letter}" if letter in "!%_" else letter for letter in host.lower())
    for like in (f"%//{kept}/%", f"%//www.{kept}/%"):
        row = at.conn.execute(_PUBLISHER, {"like": like, **standing}).fetchone()
        if row:
            return str(row["publisher"])
    return None
