"""Whose reports a calendar rests on, as known on a day."""

from __future__ import annotations

from service.store.asknown import AsKnown

_PUBLISHERS = """
SELECT json_extract(source.value, '$.publisher') AS publisher, COUNT(*) AS reports
FROM change JOIN revision ON revision.change = change.change, json_each(revision.sources) AS source
WHERE change.calendar = :calendar AND change.calendar <> '' AND change.change <= :through AND revision.known_on <= :day
GROUP BY publisher ORDER BY reports DESC, publisher
"""


def publishers(at: AsKnown, calendar: str) -> list[tuple[str, int]]:
    """(publisher, how many reports of theirs are named) for a calendar, the most frequent first."""
    values = {"calendar": calendar, "through": at.through, "day": at.day.isoformat()}
    return [(row["publisher"], row["reports"]) for row in at.conn.execute(_PUBLISHERS, values)]
