"""The one filter language: what URLs, feeds, pages, analyses and the command line all ask the store."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from schemas.errors import InvalidRecord

MULTIPLE = (
    *("calendar", "kind", "group", "status", "person", "place", "body", "theme", "programme"),
    *("said_by", "recorded_by", "people_all"),
)
"""The fields that take several values, by comma: an event matches if any of them does, of `people_all` if all do."""

SORTS = ("starts", "-starts", "known_on", "-known_on")
BY_WORDS = "words"
"""The order of what full text found, where no other is asked for."""

NEAR_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Which events, as known when. Empty tuples and None mean: no such condition.

    `since` and `until` (`from` and `to` on the wire) meet the span an event may lie in, days inclusive; with `within`
    the whole span must lie inside them. `people_all` are named in one state together. `said_by` is who gave the date: a
    word of vocabulary.SAYERS, or a name. `text` (`q`) matches every word in titles, names and notes, the last as a
    beginning. `overdue` keeps what was announced or expected and whose window has passed without word. `near` is an
    event from whose span at most `within_days` (None: NEAR_DAYS) part another; `linked_to` one at the other end of
    asserted links, of the sorts `rel` (by either name) if any is given. `sort` None means: see `order`.
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
    people_all: tuple[str, ...] = ()
    said_by: tuple[str, ...] = ()
    recorded_by: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    within: bool = False
    text: str | None = None
    overdue: bool = False
    near: str | None = None
    within_days: int | None = None
    linked_to: str | None = None
    rel: tuple[str, ...] = ()
    as_known_on: date | None = None
    through: int | None = None
    sort: str | None = None

    @property
    def order(self) -> str:
        """The sort asked for; without one, what full text found is in its own order, all else by `starts`."""
        return self.sort or (BY_WORDS if self.text is not None else "starts")

    def asked(self) -> dict[str, Any]:
        """What was asked, JSON-ready and canonical: only the conditions that are set, under their wire names."""
        wire = {"since": "from", "until": "to", "text": "q"}
        values = {wire.get(field.name, field.name): getattr(self, field.name) for field in fields(self)}
        return {name: _plain(value) for name, value in sorted(values.items()) if value not in ((), None, False)}

    def digest(self) -> str:
        """A short fingerprint of the question, apart from when it is asked as of; cursors carry it."""
        asked = replace(self, as_known_on=None, through=None).asked()
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]


EXPANDABLE = ("sources", "links")


@dataclass(frozen=True, slots=True)
class Detail:
    """What lists show of each event: `expand` brings what they leave out otherwise, `fields` leave out all others
    (empty: none). What `fields` name of EXPANDABLE is brought too; `id` is always shown."""

    expand: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @classmethod
    def of(cls, expand: tuple[str, ...], fields: tuple[str, ...]) -> Detail:
        """What was asked for, in one order however it was asked."""
        brought = tuple(each for each in EXPANDABLE if each in (*expand, *fields))
        return cls(brought, tuple(sorted({"id", *fields, *brought})) if fields else ())


WHOLE = Detail()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return ",".join(each.replace(",", "\\,") for each in value)
    return value.isoformat() if isinstance(value, date) else value


def values_of(text: str) -> tuple[str, ...]:
    """The values that a text lists by comma, each once; `\\,` is a comma that belongs to a value."""
    return tuple(dict.fromkeys(parted(text)))


def parted(text: str) -> list[str]:
    """The values that a text lists by comma, as often as it does."""
    found = (each.replace("\\,", ",").strip() for each in re.split(r"(?<!\\),", text))
    return [each for each in found if each]


def read_filter(text: str) -> EventQuery:
    """The query that a short filter stands for: a list of kinds (`plenary,congress`), or conditions parted by `;`, each
    `field:value,value` (`kind:ceremony;programme:20x10`). Raises InvalidRecord.

    Fields are those of MULTIPLE, and `q`. Values cannot hold `;`. (Days, nearness and links are no part of it: a rate
    counts days, and these choose them.)
    """
    conditions: dict[str, Any] = {}
    for part in (part.strip() for part in text.split(";")):
        name, colon, values = part.partition(":") if ":" in part else ("kind", ":", part)
        name, found = name.strip(), values_of(values)
        if name not in (*MULTIPLE, "q") or not colon or not found or name in conditions:
            known = ", ".join((*MULTIPLE, "q"))
            detail = f"'{part}' is no condition: write kinds, or field:value;field:value, each of {known} once."
            raise InvalidRecord([{"detail": detail, "pointer": ""}])
        conditions[name] = found
    text_asked = conditions.pop("q", None)
    return EventQuery(**conditions, text=" ".join(text_asked) if text_asked else None)
