"""Sifting the inbox: headlines with the calendar's words first, what became of the others, and dismissing one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schemas.calendars import Calendar
from schemas.errors import EventNotFound
from schemas.events import Event
from schemas.headlines import Headline
from schemas.names import Register
from schemas.queries import EventQuery
from schemas.words import folded, words
from service.analysis.spellings import Key, Spelled
from service.store import events, inbox, timeline
from service.store.asknown import AsKnown
from service.store.database import Store

SHORTEST_WORD: Final = 4
"""Of kinds: shorter words, such as "of", say nothing of what is meant."""

_OF_ANY_KIND: Final = frozenset({"other", "event", "events"})
_BEYOND_LATIN: Final = re.compile(r"[^\x00-\u02ff]")

REPORTED_WITHIN_DAYS: Final = 3
"""A report appears on the day of what it tells, or so many days after it."""

MOST_RECENT: Final = 500
"""How many events are looked at for those that headlines may tell of."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """A headline with the calendar's words that are in it, names first, and an event that it may tell of."""

    headline: Headline
    names: dict[Key, str]
    kinds: tuple[str, ...]
    likely: Event | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What is found in it, as it is written in the register and the calendar."""
        return (*dict.fromkeys(self.names.values()), *self.kinds)

    @property
    def weight(self) -> int:
        """What it is ordered by: a name counts for two words of kinds."""
        return 2 * len(self.names) + len(self.kinds)


class Lexicon:
    """The calendar's words: every spelling of every name of the register, and the words for its kinds.

    Spellings in Latin letters are found as whole words, the longest first, so that a person is not found again in the
    name of a street, and acronyms only in capitals; those in letters that no spaces part, or that particles hang on,
    anywhere."""

    def __init__(self, register: Register, calendars: Iterable[Calendar]) -> None:
        self._names = {key: name.name for key, name in register.names.items()}
        spelled = [(each, key) for key, name in register.names.items() for each in name.spellings()]
        self._runs = Spelled((each, key) for each, key in spelled if not _anywhere(each))
        self._parts: dict[str, list[Key]] = {}
        for spelling, key in spelled:
            if _anywhere(spelling):
                self._parts.setdefault(folded(spelling), []).append(key)
        labels = [label for each in calendars for kind in each.kinds for label in (kind.label, kind.plural)]
        self._kinds = {word for label in labels for word in words(label) if _telling(word)}

    def found_in(self, text: str) -> tuple[dict[Key, str], tuple[str, ...]]:
        """The names, and the words for kinds, that a text has."""
        line, runs = folded(text), self._runs.runs(text)
        keys = [key for run in runs for key in sorted(run.claims)]
        if not line.isascii():
            keys += [key for spelling, borne in self._parts.items() if spelling in line for key in borne]
        left = [run.words[0] for run in runs if not run.claims]
        kinds = tuple(dict.fromkeys(word for word in left if word in self._kinds))
        return {key: self._names[key] for key in keys}, kinds


def _anywhere(spelling: str) -> bool:
    return bool(_BEYOND_LATIN.search(spelling)) and len(folded(spelling)) > 1


def _telling(word: str) -> bool:
    long = len(word) >= SHORTEST_WORD or bool(_BEYOND_LATIN.search(word))
    return long and word not in _OF_ANY_KIND


@dataclass(frozen=True, slots=True)
class Opened:
    """The inbox as it lies open: what waits, and what was dealt with last, the newest first."""

    waiting: list[Sifted]
    settled: list[Headline]


def opened(at: AsKnown, most_settled: int) -> Opened:
    """The headlines that wait, those with most of the calendar's words first, then the newest. What was recorded since
    the clock last looked is dealt with already."""
    lexicon = Lexicon(at.register, at.calendars.values())
    looked_at = list(inbox.recorded(at.conn, inbox.waiting(at.conn)))
    found = [Sifted(each, *lexicon.found_in(each.title)) for each, by in looked_at if by is None]
    fresh = [inbox.as_recorded(each, by) for each, by in looked_at if by is not None]
    done = sorted([*fresh, *inbox.settled(at.conn, most_settled)], key=lambda each: each.settled_at or "", reverse=True)
    return Opened(sorted(found, key=lambda each: -each.weight), done[:most_settled])


def with_likely(at: AsKnown, found: list[Sifted]) -> list[Sifted]:
    """The same headlines, each with the event that it may tell of: of the days before it appeared, at a place that it
    names, or of its kind with a person that it names."""
    recent = _recent(at, [each for each in found if each.names])
    return [Sifted(each.headline, each.names, each.kinds, _likely(at, each, recent)) for each in found]


def _recent(at: AsKnown, found: list[Sifted]) -> list[Event]:
    told = [reported_on(at, each.headline) for each in found]
    if not told:
        return []
    first, last = min(told) - timedelta(days=REPORTED_WITHIN_DAYS), max(told)
    query = EventQuery(calendar=at.only, since=first, until=last, sort="-starts")
    return events.hydrate(at, timeline.find(at, query, limit=MOST_RECENT))


def _likely(at: AsKnown, headline: Sifted, recent: list[Event]) -> Event | None:
    day = reported_on(at, headline.headline)
    scored = [(_alike(at, headline, each), each) for each in recent if _about(each, day)]
    best = max((score for score, _ in scored), default=0)
    of_best = [each for score, each in scored if score == best]
    return of_best[0] if best and len(of_best) == 1 else None


def _about(event: Event, day: date) -> bool:
    """Whether an event of exactly known days can be what was reported on a day."""
    first, last = event.when.starts_min, event.when.ends_max
    exact = first is not None and last is not None and event.when.starts_min == event.when.starts_max
    return exact and first <= day <= last + timedelta(days=REPORTED_WITHIN_DAYS)  # type: ignore[operator]


def _alike(at: AsKnown, headline: Sifted, event: Event) -> int:
    """How much a headline and an event of its days have in common; 0 unless it is a place, or a person and the kind."""
    place = event.place
    places = [each for each in (place.name, place.county) if each] if place else []
    here = {("place", at.register.slug("place", each)) for each in places}
    people = {("person", at.register.slug("person", each)) for each in event.people}
    kind = at.calendars[event.calendar].kind(event.kind)
    of_kind = kind is not None and bool({*words(kind.label), *words(kind.plural)} & set(headline.kinds))
    with_place, with_people = len(here & headline.names.keys()), len(people & headline.names.keys())
    return 4 * with_place + with_people + 2 * of_kind if with_place or (with_people and of_kind) else 0


def reported_on(at: AsKnown, headline: Headline) -> date:
    """The day on which a headline appeared, as the calendar counts days; when it was read, where it does not say."""
    moment = datetime.fromisoformat(headline.published or headline.fetched_at)
    return min(moment.astimezone(ZoneInfo(at.zone or "UTC")).date(), at.day)


def shown_events(at: AsKnown, found: Iterable[Headline]) -> Mapping[str, Event]:
    """The events that headlines were recorded as, by id, of those that are known and the reader may see."""
    ids = dict.fromkeys(each.event for each in found if each.event)
    return {event.id: event for event in (_known(at, id_) for id_ in ids) if event and at.shows(event.calendar)}


def _known(at: AsKnown, id_: str) -> Event | None:
    try:
        return events.one(at, id_, sources=False)
    except EventNotFound:
        return None


def dismiss(store: Store, number: int, *, by: str) -> Headline:
    """Take a headline out of the inbox for good; as it stands then, also where another has dealt with it before. Raises
    HeadlineNotFound."""
    with store.transaction(by) as tx:
        inbox.settle_recorded(tx)
        inbox.settle(tx, number, "dismissed")
        return inbox.one(tx.conn, number)


def put_back(store: Store, number: int, *, by: str) -> None:
    """Let a headline wait again that was dismissed by a slip: nothing else ever brings one back."""
    with store.transaction(by) as tx:
        inbox.put_back(tx, number)
