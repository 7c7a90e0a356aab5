"""Events and links as asserted (drafts), and as read back (as known on a day, through a change)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from schemas.when import When


@dataclass(frozen=True, slots=True)
class Source:
    """A published report: who, its gist in our own words, its address, the day (the instant, if known) it appeared."""

    publisher: str
    title: str | None = None
    url: str | None = None
    published: date | None = None
    published_at: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where: what is known of the site's name, county, province and country (ISO 3166 code)."""

    name: str | None = None
    county: str | None = None
    province: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class SaidBy:
    """Who gave the date: `who` is of vocabulary.SAYERS; `name` as people call them ("South Korea's NIS")."""

    who: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """One assertion of an event's whole state, before it is recorded.

    `known_on` None means: the latest publication day of `sources`. `sources` are those this assertion brings.
    `replaces` is the sequence of a revision entered wrongly; `same_as` the id that a retracted duplicate stands for.
    """

    calendar: str
    kind: str
    title: str
    when: When
    status: str
    known_on: date | None = None
    said_by: SaidBy | None = None
    place: Place | None = None
    people: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    programme: str | None = None
    note: str | None = None
    sources: tuple[Source, ...] = ()
    why: str | None = None
    replaces: int | None = None
    same_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDraft:
    """One assertion of a link's whole state: event `subject` -rel-> event `target`.

    `exchanged` says that it was written by its inverse name, so that `from` was the target and `to` the subject.
    """

    rel: str
    subject: str
    target: str
    state: str = "asserted"
    known_on: date | None = None
    evidence: str | None = None
    sources: tuple[Source, ...] = ()
    why: str | None = None
    replaces: int | None = None
    exchanged: bool = False

    def pointer(self, end: str) -> str:
        """Where the writer named the end `subject` or `target`."""
        return "/from" if (end == "subject") != self.exchanged else "/to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as known on some day through some change: what a reader sees.

    `sequence` is that of the state shown, `last_sequence` the highest known by that day. `sources` are those of
    every revision known by then. Names are in the spelling in force that day. Days are in `zone`, the calendar's.
    """

    id: str
    calendar: str
    zone: str
    kind: str
    group: str
    title: str
    when: When
    status: str
    said_by: SaidBy | None
    sequence: int
    last_sequence: int
    known_on: date
    recorded_at: str
    recorded_by: str
    place: Place | None = None
    people: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    programme: str | None = None
    note: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """A revision as history shows it: the event as it states it, with its own sources; why; whether it was replaced."""

    event: Event
    why: str | None
    replaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSeen:
    """A link as seen from one of its ends: `direction` `out` where that end is the link's subject, else `in`.

    `gap_days` are the days between the two first days, [least, most]; most is None where a bound is open.
    """

    id: str
    rel: str
    direction: str
    state: str
    other_id: str
    other_calendar: str
    other_title: str
    other_when: When
    other_status: str
    other_said_by: SaidBy | None
    gap_days: tuple[int, int | None]
    recorded_at: str


@dataclass(frozen=True, slots=True)
class FarEnd:
    """One end of a link: what is needed to name it."""

    id: str
    title: str
    when: When


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as known on some day through some change: `subject` -rel-> `target`."""

    id: str
    calendar: str
    rel: str
    subject: FarEnd
    target: FarEnd
    state: str
    gap_days: tuple[int, int | None]
    evidence: str | None
    sources: tuple[Source, ...]
    sequence: int
    last_sequence: int
    known_on: date
    recorded_at: str
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One assertion as logged; `before` and `after` are an event's dates where there was a state before it."""

    change: int
    sort: str
    subject: str
    calendar: str
    sequence: int
    known_on: str
    recorded_at: str
    recorded_by: str
    why: str | None
    replaces: int | None
    state: dict[str, Any]
    sources: list[dict[str, Any]]
    before: When | None
    after: When | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """All that a published VEVENT is made of, as known on D through R; equal views give equal bytes.

    `before` and `before_said_by` are the last different `when` known earlier and who gave it; `known_since` is the day
    from which the present `when` and status have been known (None: known_on of the state shown). `links` are asserted
    ones whose other end is visible, ordered by (rel, direction, other_id). `changed_at` is the newest recorded_at
    of anything shown.
    """

    event: Event
    before: When | None
    before_said_by: SaidBy | None
    links: tuple[LinkSeen, ...]
    changed_at: str
    known_since: date | None = None


def gap_days(one: When, other: When) -> tuple[int, int | None]:
    """The days between two first days as [least, most]; 0 where the spans meet, most None where a bound is open."""
    if one.starts_min is None or other.starts_min is None:
        return 0, None
    if one.starts_max is None or other.starts_max is None:
        early, late = (one, other) if one.starts_max is not None else (other, one)
        if early.starts_max is None or late.starts_min is None:
            return 0, None
        return max(0, (late.starts_min - early.starts_max).days), None
    least = max(0, (one.starts_min - other.starts_max).days, (other.starts_min - one.starts_max).days)
    most = max((one.starts_max - other.starts_min).days, (other.starts_max - one.starts_min).days)
    return least, most
