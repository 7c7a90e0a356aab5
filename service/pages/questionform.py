"""What the pages of analyses share: the question of the API as a form, and the addresses that ask it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from schemas.calendars import Calendar
from schemas.errors import DomainError, InvalidRecord
from schemas.queries import EventQuery
from schemas.vocabulary import Kind
from service import gathering
from service.pages.typedform import TypedForm
from service.store import timeline
from service.store.asknown import AsKnown

_UNASKED = {"lead_days": 60, "overlap": "nearest", "parts": "once", "rel": "completes"}
"""What the API takes where a field is left out."""


@dataclass(frozen=True)
class QuestionForm(TypedForm, ABC):
    """What was typed of a question."""

    @abstractmethod
    def loaded(self) -> tuple[Any, dict[str, Any], list[DomainError]]:
        """As schemas.wire.fields.load_part reads it."""

    @cached_property
    def read(self) -> tuple[dict[str, Any], list[DomainError]]:
        """What could be read of it, by field, and the refusals."""
        whole, part, refused = self.loaded()
        found = part if whole is None else whole
        if len(found.get("calendar", ())) > 1:
            refused = [*refused, InvalidRecord([{"detail": "Name one calendar.", "pointer": "?calendar"}])]
        return found, [*refused, *self.twice()]

    @property
    def refused(self) -> list[DomainError]:
        """What is refused of it."""
        return self.read[1]

    @property
    def asked(self) -> dict[str, Any]:
        """The fields that could be read."""
        return self.read[0]


def calendar_of(at: AsKnown, asked: Mapping[str, Any]) -> Calendar | None:
    """The calendar that is asked, else the first; None for one that is not known by then."""
    slugs: Sequence[str] = asked.get("calendar") or sorted(at.calendars)[:1]
    return at.calendars.get(slugs[0]) if slugs else None


def offered(at: AsKnown, calendar: Calendar) -> list[tuple[Kind, int]]:
    """The kinds that have a rate, but for key meetings, with how many were held; the most frequent first."""
    counts = held_by_kind(at, calendar)
    kinds = [kind for kind in gathering.covered_kinds(calendar) if not kind.key_meeting]
    return sorted(((kind, counts.get(kind.slug, 0)) for kind in kinds), key=lambda each: -each[1])


def held_by_kind(at: AsKnown, calendar: Calendar) -> dict[str, int]:
    """How many events of each kind were held."""
    return timeline.kinds(at, EventQuery(calendar=(calendar.slug,), status=("held",)))


def address(path: str, asked: Mapping[str, Any], **more: Any) -> str:
    """An address that asks a question, without a standpoint; what is asked by itself is left out."""
    told = {name: value for name, value in asked.items() if _UNASKED.get(name) != value}
    return f"{path}?{urlencode({**told, **more}, doseq=True, safe=',:', quote_via=quote)}"


def by_field(refused: Iterable[DomainError]) -> dict[str, str]:
    """By field, all that is wrong with it."""
    found: dict[str, list[str]] = {}
    for each in (mistake for refusal in refused for mistake in refusal.errors()):
        found.setdefault(each["pointer"].removeprefix("?"), []).append(each["detail"])
    return {name: " ".join(dict.fromkeys(details)) for name, details in found.items()}
