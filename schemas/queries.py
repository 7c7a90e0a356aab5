"""The one filter language: what URLs, feeds, pages, analyses and the command line all ask the store."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from schemas.errors import InvalidRecord

MULTIPLE = ("calendar", "kind", "group", "status", "person", "place", "body", "theme", "programme")
"""The fields that take several values, by comma: an event matches if any of them does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Which events, as known when. Empty tuples and None mean: no such condition.

    `since` and `until` (`from` and `to` on the wire) meet the span an event may lie in, days inclusive. `text` (`q`)
    matches every word in titles, names and notes, the last as a beginning. `overdue` keeps what was announced or
    expected and whose window has passed without word.
    """

    calendar: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    programme: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    text: str | None = None
    overdue: bool = False
    as_known_on: date | None = None
    through: int | None = None
    sort: str = "starts"

    def asked(self) -> dict[str, Any]:
        """What was asked, JSON-ready and canonical: only the conditions that are set, under their wire names."""
        wire = {"since": "from", "until": "to", "text": "q"}
        values = {wire.get(field.name, field.name): getattr(self, field.name) for field in fields(self)}
        return {name: _plain(value) for name, value in sorted(values.items()) if value not in ((), None, False)}

    def digest(self) -> str:
        """A short fingerprint of the question, apart from when it is asked as of; cursors carry it."""
        asked = replace(self, as_known_on=None, through=None).asked()
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return ",".join(value)
    return value.isoformat() if isinstance(value, date) else value


def read_filter(text: str) -> EventQuery:
    """The query that a short filter stands for: a list of kinds (`plenary,congress`), or conditions parted by `;`, each
    `field:value,value` (`kind:ceremony;programme:20x10`). Raises InvalidRecord.

    Fields are those of MULTIPLE, and `q`. Values cannot hold `;`.
    """
    conditions: dict[str, Any] = {}
    for part in (part.strip() for part in text.split(";")):
        name, colon, values = part.partition(":") if ":" in part else ("kind", ":", part)
        name, found = name.strip(), tuple(dict.fromkeys(each.strip() for each in values.split(",") if each.strip()))
        if name not in (*MULTIPLE, "q") or not colon or not found or name in conditions:
            known = ", ".join((*MULTIPLE, "q"))
            detail = f"'{part}' is no condition: write kinds, or field:value;field:value, each of {known} once."
            raise InvalidRecord([{"detail": detail, "pointer": ""}])
        conditions[name] = found
    text_asked = conditions.pop("q", None)
    return EventQuery(**conditions, text=" ".join(text_asked) if text_asked else None)
