"""The form of /events: the filter language as fields, and the addresses that ask the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from schemas.errors import DomainError, InvalidRecord
from schemas.queries import BY_WORDS, EventQuery
from schemas.wire.fields import load_part
from schemas.wire.pagequestions import EventsPageSchema
from service import answering
from service.pages.typedform import TypedForm

NEWEST_FIRST = "-starts"
"""The order of the page where none is asked for: what people look for is mostly the latest."""

SHOWN = (
    *("q", "from", "to", "within", "sort", "calendar", "kind", "status", "overdue", "place", "person", "body", "theme"),
    *("programme", "said_by"),
)
"""The fields that the form always has; others are added to it where they are asked for."""

_NOT_FILTERS = ("as_known_on", "through", "limit", "cursor")


class EventForm(TypedForm):
    """What was typed into the filters of the list of events."""

    @cached_property
    def read(self) -> tuple[dict[str, Any] | None, dict[str, Any], list[DomainError]]:
        """{query, limit, after}, None where anything is refused; what could be read then; the refusals. A page that is
        not the first stands where the first stood."""
        given = self.given()
        if "sort" not in given and "q" not in given:
            given["sort"] = NEWEST_FIRST
        whole, part, refused = load_part(EventsPageSchema(), given, "?")
        refused = [*refused, *self.twice()]
        if refused or whole is None:
            return None, part, refused
        try:
            query, after = answering.begun(whole["query"], whole["cursor"])
        except InvalidRecord as refusal:
            return None, part, [refusal]
        return {"query": query, "limit": whole["limit"], "after": after}, part, []

    @property
    def refused(self) -> list[DomainError]:
        """What is refused of it."""
        return self.read[2]

    @property
    def asked(self) -> dict[str, Any]:
        """The fields that could be read, by the names that a query has for them."""
        whole, part, _ = self.read
        return {name: getattr(whole["query"], name) for name in EventQuery.__slots__} if whole else part

    @property
    def others(self) -> list[str]:
        """The fields that the form does not have of itself."""
        return [name for name in self.typed if name not in (*SHOWN, *_NOT_FILTERS)]

    @property
    def filters(self) -> list[str]:
        """The fields of the filter language, apart from order, that were given."""
        return [name for name in self.typed if name not in (*_NOT_FILTERS, "sort")]

    @property
    def order(self) -> str:
        """The order in force."""
        return self.text("sort") or (BY_WORDS if self.text("q") else NEWEST_FIRST)


def addresses(query: EventQuery, standpoint: dict[str, Any]) -> list[tuple[str, str]]:
    """(what it is, its address) of everything else that answers the same query."""
    asked = {name: "true" if value is True else value for name, value in query.asked().items()}
    asked = {name: value for name, value in asked.items() if name not in ("as_known_on", "through")}
    unsorted = {name: value for name, value in asked.items() if name != "sort"}
    api = "/api/v1/events"
    return [
        ("JSON", _asking(api, asked | standpoint)),
        ("CSV", _asking(f"{api}.csv", asked | standpoint)),
        ("JSON Lines", _asking(f"{api}.jsonl", asked | standpoint)),
        ("Calendar file", _asking(f"{api}.ics", unsorted | standpoint)),
        ("News of changes (Atom)", _asking(f"{api}.atom", unsorted | standpoint)),
        ("A feed of it", _asking("/feeds", unsorted | standpoint)),
    ]


def _asking(path: str, asked: Mapping[str, Any]) -> str:
    query = urlencode(asked, safe=",", quote_via=quote)
    return f"{path}?{query}" if query else path
