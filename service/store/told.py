"""What was told of events, one standing revision after the other: for the record of windows, and for letters."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from schemas.when import parse
from schemas.windows import Told
from service.store.asknown import AsKnown
from service.store.revisions import Row
from service.store.states import said_by

_ROWS = """
SELECT change, subject, sequence, known_on, state, replaces FROM revision
WHERE subject IN (SELECT value FROM json_each(:ids)) AND change <= :through ORDER BY subject, known_on, sequence
"""


def standing_rows(at: AsKnown, ids: Sequence[str]) -> dict[str, list[Row]]:
    """By event, its revisions that are known by then and not replaced, by (known_on, sequence)."""
    found: dict[str, list[Row]] = defaultdict(list)
    asked = {"ids": json.dumps(list(ids)), "through": at.through}
    for subject, rows in groupby(at.conn.execute(_ROWS, asked), key=lambda row: str(row["subject"])):
        every = [Row(row[0], row[2], row[3], json.loads(row[4]), row[5]) for row in rows]
        replaced = {row.replaces for row in every}
        day = at.day.isoformat()
        found[subject] = [row for row in every if row.sequence not in replaced and row.known_on <= day]
    return found


def told(row: Row) -> Told:
    """A revision, as far as windows are concerned."""
    return Told(date.fromisoformat(row.known_on), parse(row.state["when"]), row.state["status"], said_by(row.state))
