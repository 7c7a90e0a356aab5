"""The form of an event: what was typed, as the API takes it, and the field that each mistake belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from schemas.days import NoDay, day_in
from schemas.errors import DomainError
from schemas.events import Event, EventDraft
from schemas.wire.drafts import EventDraftSchema
from schemas.wire.fields import load_part
from schemas.wording import day_words
from service.revising import tag_of

ROWS: Final = 3
"""How many reports the form has room for at once."""

_PLAIN: Final = ("calendar", "title", "kind", "when", "status", "programme", "note", "known_on", "why")
_LISTS: Final = ("people", "bodies", "themes")
_NESTED: Final = {
    "said_by": {"who": "who", "name": "who_name"},
    "place": {"name": "place", "county": "county", "province": "province", "country": "country"},
}
_SOURCE: Final = {"url": "url", "title": "source_title", "publisher": "publisher", "published": "published"}
_ABOUT_FORM: Final = ("read", "seen", "standing", "token")
"""What the form notes for itself: the title that was read, the events that were shown as likely the same, where the
event stood that is amended; and a token, for one who is not signed in any more."""

LABELS: Final = {
    "when": "When",
    "known_on": "Known since",
    "who": "Date given by",
    "who_name": "Their name",
    "place": "Site",
    "county": "County or city",
    "url": "Address of the report",
    "publisher": "Publisher",
    "source_title": "Title of the report",
    "published": "Day of the report",
    "why": "Why so",
}

_OF_FORMS: Final = LABELS | {
    "title": "What happened, or will",
    "people": "Persons",
    "note": "What else there is to say",
    "same_as": "The event that stays",
    "evidence": "What speaks for it",
}
"""What forms of entering call their fields, where these stand apart from them."""

MISSING: Final = {
    "title": "Say what happened, or will.",
    "when": "Say when: a day, or words such as mid-December.",
    "kind": "The title does not tell for certain what kind of event it is: choose one.",
    "status": "Say whether it was held, is announced, expected or cancelled.",
    "who": "Say who gave the date, whose name stands beside.",
    "publisher": "Say who published the report.",
}
"""By field, what is asked for where nothing stands in it."""

_RAW: Final = (("after known_on", "after the day since which it is known,"), ("known_on ", ""))
"""The record's own word for a day, and what stands in its place beside the field of that day."""


def field_words(name: str) -> str:
    """What a form calls a field, of those of several reports too: `url-0` is the address of the report."""
    field = name.partition("-")[0]
    return _OF_FORMS.get(field, field.replace("_", " ").capitalize())


def in_field(detail: str) -> str:
    """A refusal as it reads beside its field."""
    for raw, words in _RAW:
        detail = detail.replace(raw, words)
    return detail


@dataclass(frozen=True)
class RecordForm:
    """What a form holds: by field, one text, none of them empty."""

    typed: Mapping[str, str]

    @classmethod
    def of(cls, sent: MultiDict[str, str]) -> RecordForm:
        """The form as it was sent; empty fields are as if left out. Browsers end lines by CR and LF (HTML, form
        submission): the record has the LF alone."""
        given = {name: one_newline(sent.get(name, "")).strip() for name in fields()}
        return cls({name: text for name, text in given.items() if text})

    @classmethod
    def holding(cls, draft: EventDraft) -> RecordForm:
        """The form filled in with what a draft asserts."""
        typed = {name: str(getattr(draft, name) or "") for name in _PLAIN if name != "when"}
        typed |= {name: _listed(getattr(draft, name)) for name in _LISTS}
        typed |= {"when": draft.when.edtf}
        for part, names in _NESTED.items():
            held = getattr(draft, part)
            typed |= {field: getattr(held, name) or "" for name, field in names.items()} if held else {}
        return cls({name: text for name, text in typed.items() if text})

    def text(self, name: str) -> str:
        """A field as one text."""
        return self.typed.get(name, "")

    def has(self, name: str, value: str) -> bool:
        """Whether that is what a field holds."""
        return self.text(name) == value

    def filled(self, **guessed: str | None) -> RecordForm:
        """The form with what was found out in the fields that hold nothing."""
        return RecordForm({**{name: text for name, text in guessed.items() if text}, **self.typed})

    def completed(self, body: Mapping[str, Any]) -> RecordForm:
        """The form with what a draft has, as the API is sent it, in the fields that hold nothing."""
        told = {name: body[name] for name in _PLAIN if name in body}
        told |= {name: _listed(tuple(body[name])) for name in _LISTS if name in body}
        for part, names in _NESTED.items():
            told |= {field: body[part].get(name) for name, field in names.items()} if part in body else {}
        return self.filled(**told)

    def changed(self, **texts: str | None) -> RecordForm:
        """The form with these texts in its fields, whatever they held; None empties one."""
        kept = {**self.typed, **texts}
        return RecordForm({name: text for name, text in kept.items() if text})

    @property
    def of_reports(self) -> list[str]:
        """The fields of reports that were typed."""
        return [f"{field}-{n}" for n in self.rows for field in _SOURCE.values()]

    @property
    def rows(self) -> list[int]:
        """The numbers of the reports that were typed."""
        return [n for n in range(ROWS) if any(self.text(f"{field}-{n}") for field in _SOURCE.values())]

    def body(self, today: date) -> dict[str, Any]:
        """What the API would be sent. Known since today is what neither says since when nor names the day of a report:
        words such as "yesterday" count from there."""
        sent: dict[str, Any] = {name: self.text(name) for name in _PLAIN if self.text(name)}
        sent |= {name: parts for name in _LISTS if (parts := _parts(self.text(name)))}
        for part, names in _NESTED.items():
            held = {name: self.text(field) for name, field in names.items() if self.text(field)}
            sent |= {part: held} if held else {}
        reports = [
            {name: text for name, field in _SOURCE.items() if (text := self.text(f"{field}-{n}"))} for n in self.rows
        ]
        sent |= {"sources": reports} if reports else {}
        if "known_on" not in sent and not any("published" in each for each in reports):
            sent["known_on"] = today.isoformat()
        return sent

    def read(self, today: date) -> tuple[EventDraft | None, dict[str, Any], list[DomainError]]:
        """The draft, None where anything cannot be read; by name, what could be read then; and every refusal."""
        return load_part(EventDraftSchema(), self.body(today))

    def mistakes(self, refusals: list[DomainError], ahead: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """By field of the form, what is wrong with it, with what is `ahead`; raises what is wrong with none. A status
        that is left open follows from the date, and a day since which it is known from those of its reports: where
        these are wrong, nothing is said of it."""
        found = dict(ahead)
        for refusal in refusals:
            if not refusal.errors():
                raise refusal
            for each in refusal.errors():
                name = self._field(each["pointer"])
                told = in_field(each["detail"]) if self.text(name) else MISSING.get(name.partition("-")[0])
                found.setdefault(name, told or in_field(each["detail"]))
        if "when" in found and not self.text("status"):
            found.pop("status", None)
        if ahead and not self.text("known_on"):
            found.pop("known_on", None)
        return found

    def ahead(self, today: date, zone: str) -> dict[str, str]:
        """By field, the days that lie after today, on which nothing can have appeared or been known; whatever else of
        the form can be read."""
        names = ["known_on", *(f"published-{n}" for n in self.rows)]
        days = {name: day for name in names if (day := self.day(name)) and day > today}
        return {name: f"{day_words(day)} lies after today, {day_words(today)} in {zone}." for name, day in days.items()}

    def day(self, name: str) -> date | None:
        """The day that was typed into a field; None where none can be read."""
        with suppress(NoDay):
            return day_in(self.text(name))
        return None

    def _field(self, pointer: str) -> str:
        first, *rest = pointer.strip("/").split("/")
        if first in _NESTED:
            names = _NESTED[first]
            return names.get(rest[0], "") if rest else next(iter(names.values()))
        if first != "sources":
            return first
        number = self.rows[int(rest[0])] if rest and self.rows else 0
        return f"{_SOURCE.get(rest[1], 'publisher') if len(rest) > 1 else 'url'}-{number}"


def one_newline(text: str) -> str:
    """A text of several lines as it was typed, whatever a browser ended its lines by."""
    return text.replace("\r\n", "\n")


def fields() -> Iterator[str]:
    """The names of all fields."""
    yield from (*_PLAIN, *_LISTS, *_ABOUT_FORM)
    yield from (field for names in _NESTED.values() for field in names.values())
    yield from (f"{field}-{n}" for field in _SOURCE.values() for n in range(ROWS))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";" if ";" in text else ",") if part.strip()]


def _listed(names: tuple[str, ...]) -> str:
    """Names as one text, each ended by a semicolon where one of them has a comma of its own."""
    return "; ".join((*names, "")).strip() if any("," in each for each in names) else ", ".join(names)


def tag_text(event: Event) -> str:
    """Where an event stands, as a form carries it along: what `If-Match` says at the API."""
    last, shown = tag_of(event)
    return f"{last}-{shown}"


def expected_of(text: str) -> tuple[int, int]:
    """Where the event stood that a form was opened on; what stands nowhere for a text that says none."""
    last, _, shown = text.partition("-")
    whole = last.isdecimal() and shown.isdecimal() and len(text) < 32
    return (int(last), int(shown)) if whole else (-1, -1)
