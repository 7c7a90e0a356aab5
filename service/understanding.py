"""Reading what a title says: persons and places by the register of names, the kind by what like titles were."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from schemas.errors import DomainError
from schemas.events import Place
from schemas.names import Register
from schemas.queries import EventQuery
from schemas.when import read
from schemas.words import folded
from service.store import events, timeline, titles
from service.store.asknown import AsKnown, last_change, store_path

CERTAIN: Final = 0.9
"""How probable a kind must be, by the titles there are, to be read out of one."""

SMOOTHING: Final = 0.1
"""Chosen on the shipped titles: with 1, Laplace's, rare kinds take what few of them say."""

STEM_LETTERS: Final = 6
"""By how many of their first letters words are told apart: visiting is visited."""

LEAST_TITLES: Final = 20
"""Of fewer titles nothing is read."""

PARTS: Final = ("name", "county", "province")
"""The parts of a place, the narrowest first."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a title says for certain; None and empty for what it does not."""

    kind: str | None = None
    people: tuple[str, ...] = ()
    place: Place | None = None


def completed(at: AsKnown, body: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What a draft, as the API is sent it, leaves out and its title says for certain: kind, people, place. And its
    status, as `status_of`."""
    found: dict[str, Any] = {}
    if body.get("title") and body.get("calendar") in at.calendars:
        told = understood(at, body["calendar"], str(body["title"]))
        found = {"kind": told.kind, "people": list(told.people), "place": _parts(told.place)}
    found["status"] = status_of(body, today)
    return {name: value for name, value in found.items() if value and not body.get(name)}


def _parts(place: Place | None) -> dict[str, str]:
    return {name: text for name, text in asdict(place).items() if text} if place else {}


def status_of(body: Mapping[str, Any], today: date) -> str | None:
    """The status that stands to reason of a draft's date, on the day it is known on: what is over is held, what lies
    ahead announced where the body gave its date, else expected. None where the date cannot be read."""
    days = [body.get("known_on"), *(each.get("published") for each in body.get("sources", ()))]
    try:
        said = [date.fromisoformat(day) for day in days if day]
        known = said[0] if body.get("known_on") else max(said, default=today)
        when = read(str(body.get("when", "")), said_on=known)
    except (DomainError, ValueError):
        return None
    if when.starts_max and when.starts_max <= known:
        return "held"
    return "announced" if body.get("said_by", {}).get("who") == "body" else "expected"


def publisher_of(at: AsKnown, url: str) -> str:
    """Who publishes what stands at an address: as the reports recorded from its host say, else the host; empty for what
    is no address."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return (titles.publisher_at(at, host) or host) if host else ""


def understood(at: AsKnown, calendar: str, title: str) -> Understood:
    """What a title says, by the names known today and the titles of a calendar's newest events."""
    spelled, told = _learnt(store_path(at.conn), last_change(at.conn), calendar, _Standing(at))
    found = _named(spelled, title)
    people = tuple(at.register.spelling("person", slug, at.day) for type_, slug in found if type_ == "person")
    places = [slug for type_, slug in found if type_ == "place"]
    return Understood(kind_of(told, signs(spelled, title)), people, _place(at, calendar, places))


class Spelled(dict[tuple[str, ...], set[tuple[str, str]]]):
    """By its words, folded, which persons and places each spelling may stand for."""

    @cached_property
    def longest(self) -> int:
        """How many words the longest spelling has."""
        return max(map(len, self), default=0)


class _Standing:
    """A standpoint that a cache compares by what it shows, not by its connection."""

    def __init__(self, at: AsKnown) -> None:
        self.at = at
        self._shows = (at.day, at.through, at.only)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Standing) and self._shows == other._shows

    def __hash__(self) -> int:
        return hash(self._shows)


@lru_cache(maxsize=8)
def _learnt(path: str, last: int, calendar: str, standing: _Standing) -> tuple[Spelled, list[tuple[str, list[str]]]]:
    """The spellings, and of each title its kind and signs: the same for every title that is read until something is
    recorded."""
    del path, last
    spelled = _spellings(standing.at.register)
    return spelled, [(kind, signs(spelled, other)) for kind, other in titles.titles(standing.at, calendar)]


def _named(spelled: Spelled, title: str) -> list[tuple[str, str]]:
    """(type, slug) of each person and place that a title names, in its order; none that several names claim."""
    claims = (spelled[run] for run in _runs(spelled, title) if run in spelled)
    return list(dict.fromkeys(claim for claimed in claims for claim in claimed if len(claimed) == 1))


def _runs(spelled: Spelled, title: str) -> Iterator[tuple[str, ...]]:
    """A title part by part: spellings of names, of such that overlap the longest, and the single words between them."""
    words, start = tuple(folded(title).split()), 0
    while start < len(words):
        lengths = range(min(spelled.longest, len(words) - start), 0, -1)
        taken = next((n for n in lengths if words[start : start + n] in spelled), 1)
        yield words[start : start + taken]
        start += taken


def _spellings(register: Register) -> Spelled:
    found = Spelled()
    for (type_, slug), name in register.names.items():
        if type_ in ("person", "place"):
            for spelling in name.spellings():
                found.setdefault(tuple(folded(spelling).split()), set()).add((type_, slug))
    found.pop((), None)
    return found


def _place(at: AsKnown, calendar: str, slugs: Sequence[str]) -> Place | None:
    """The narrowest of the places named, where all the others lie around it, with what it lies in as the newest event
    there has it."""
    around = {slug: at.register.places([slug]) for slug in slugs}
    narrowest = [slug for slug in slugs if set(slugs) <= around[slug]]
    return place_at(at, calendar, narrowest[0]) if len(narrowest) == 1 else None


def place_at(at: AsKnown, calendar: str, slug: str) -> Place | None:
    """A place as the newest event of a calendar there has it, with what lies around it; None where there was none."""
    query = EventQuery(calendar=(calendar,), place=(slug,), sort="-starts")
    for event in events.hydrate(at, timeline.find(at, query, limit=50)):
        told = {part: getattr(event.place, part) for part in PARTS} if event.place else {}
        own = [part for part in PARTS if told.get(part) and at.register.slug("place", told[part]) == slug]
        if own and event.place:
            kept = PARTS[PARTS.index(own[-1]) :]
            return Place(**{part: told[part] for part in kept}, country=event.place.country)
    return None


def signs(spelled: Spelled, title: str) -> list[str]:
    """What speaks for a kind in a title: its words but for names, by their first letters, and which is the first."""
    words = [run[0][:STEM_LETTERS] for run in _runs(spelled, title) if run not in spelled]
    return sorted({*words, *(f"^{word}" for word in words[:1])})


def kind_of(told: Iterable[tuple[str, Sequence[str]]], asked: Sequence[str]) -> str | None:
    """The kind that a title of the signs `asked` is of, by the (kind, signs) of others: by how often each sign stands
    in titles of which kind (naive Bayes); None where that is not CERTAIN.

    Of the shipped titles, each left out in turn, 86 of 100 are told a kind, and 91 of 100 of these the right one."""
    kinds, bearing = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for kind, others in told:
        kinds[kind] += 1
        for sign in others:
            bearing[sign][kind] += 1
    known = [sign for sign in asked if sign in bearing]
    if kinds.total() < LEAST_TITLES or not known:
        return None
    points = {kind: math.log(n) + sum(_likely(bearing[sign][kind], n) for sign in known) for kind, n in kinds.items()}
    best = max(points, key=lambda kind: (points[kind], kind))
    rest = sum(math.exp(points[kind] - points[best]) for kind in points)
    return best if 1 / rest >= CERTAIN else None


def _likely(bearing: int, titles: int) -> float:
    """The logarithm of the share of titles that bear a sign, between none and all of them (SMOOTHING)."""
    return math.log((bearing + SMOOTHING) / (titles + 2 * SMOOTHING))
