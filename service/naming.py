"""Saying which names are in use as known on a day: how often, with whom, where, first and last seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas.errors import NameNotFound
from schemas.events import Event
from schemas.names import NameSeen, Register, Seen
from schemas.queries import EventQuery
from schemas.vocabulary import NAME_TYPES, NAMED_TYPES
from schemas.words import folded
from service.store import events, names, timeline
from service.store.asknown import AsKnown
from service.store.eventfacts import Stand
from service.store.names import Bearing

MOST = 100
"""How many others one name is shown with: the most frequent."""

MOST_READ = 1_000
"""How many events are looked at for the sites of a place."""

Tallied = tuple[tuple[str, str], Seen]


@dataclass(frozen=True, slots=True)
class Portrait:
    """One name: the first and last held events that bear it, and what else these events bear, the most frequent first.

    `parts` are the places in a place; `places` leave out the place itself, its parts and what it lies in.
    """

    seen: NameSeen
    first: Event | None
    last: Event | None
    kinds: list[tuple[str, int]]
    people: list[NameSeen]
    places: list[NameSeen]
    parts: list[NameSeen]


def in_use(
    at: AsKnown, *, types: Sequence[str] = (), text: str | None = None, calendars: tuple[str, ...] = (), sort: str = ""
) -> list[tuple[str, Tallied]]:
    """The names that events known by then bear, each under the key by which it is ordered: type and slug, or (`-count`)
    the most frequent first. `text` keeps those with a spelling in which each of its words begins a word."""
    counted, register = names.tally(at, Bearing(calendars), types or NAMED_TYPES), at.register
    kept = ((key, seen) for key, seen in counted.items() if text is None or _spelled(register, key, text))
    return sorted((_order(key, seen, sort), (key, seen)) for key, seen in kept)


def _order(key: tuple[str, str], seen: Seen, sort: str) -> str:
    rank = f"{10**12 - seen.count}/" if sort == "-count" else ""
    return f"{rank}{NAMED_TYPES.index(key[0])}/{key[1]}"


def _spelled(register: Register, key: tuple[str, str], text: str) -> bool:
    entry = register.names.get(key)
    spellings = (entry.slug, *entry.spellings()) if entry else (key[1],)
    return any(_begun_by(folded(spelling), folded(text).split()) for spelling in spellings)


def _begun_by(spelling: str, words: Sequence[str]) -> bool:
    """Whether each of `words` begins a word of a spelling; one in letters that are written without spaces may stand
    anywhere in it."""
    return bool(words) and all(
        f" {word}" in f" {spelling}" or (re.search(r"[^\x00-\u02ff]", word) and word in spelling) for word in words
    )


@lru_cache(maxsize=8)
def most_borne(stand: Stand, most: int, unregistered: int) -> dict[str, list[str]]:
    """By type, the names that most events of a calendar bear, to complete what is typed: at most so many, and of those
    that no register has, each of which must be looked up, at most so many. Kept until anything is recorded."""
    at, found = stand.at, dict[str, list[str]]()
    which = Bearing((stand.calendar,))
    tallied = sorted(names.tally(at, which, NAME_TYPES).items(), key=lambda pair: (-pair[1].count, pair[0]))
    for type_ in NAME_TYPES:
        keys = [pair for pair in tallied if pair[0][0] == type_]
        left_out = {key for key, _ in [pair for pair in keys if pair[0] not in at.register.names][unregistered:]}
        kept = [pair for pair in keys if pair[0] not in left_out][:most]
        found[type_] = [each.name.name for each in names.shown(at, kept, which.calendars)]
    return found


def portrait(at: AsKnown, type_: str, text: str, calendars: tuple[str, ...] = ()) -> Portrait:
    """One name in use, by its slug or any spelling known by then; raises NameNotFound, in the same words for one that
    never was and one that no event of these calendars bears yet."""
    register = at.register
    key = (type_, register.slug(type_, text))
    which = Bearing(calendars, key)
    around = names.tally(at, which, tuple(dict.fromkeys((type_, "person", "place")))) if type_ in NAMED_TYPES else {}
    if key not in around:
        raise NameNotFound(f"No {type_} {text} is known on {at.day}.")
    inside = register.within(key[1]) if type_ == "place" else set()
    beyond = register.places([key[1]]) if type_ == "place" else set()
    own = {("place", each) for each in inside | beyond} | {key}
    first, last = (events.one(at, each, sources=False) if each else None for each in names.ends(at, which))
    return Portrait(
        seen=names.shown(at, [(key, around[key])], calendars)[0],
        first=first,
        last=last,
        kinds=names.kinds(at, which),
        people=_ranked(at, calendars, around, (each for each in around if each[0] == "person" and each != key)),
        places=_ranked(at, calendars, around, (each for each in around if each[0] == "place" and each not in own)),
        parts=_ranked(
            at,
            calendars,
            around,
            (each for each in around if each[0] == "place" and each != key and _part(register, each, inside)),
        ),
    )


def _part(register: Register, key: tuple[str, str], inside: set[str]) -> bool:
    """Whether a place is one of those `inside`, and not a joint name that stands for them and others."""
    entry = register.names.get(key)
    return key[1] in inside and not (entry and entry.all_of)


def _ranked(
    at: AsKnown, calendars: tuple[str, ...], around: Mapping[tuple[str, str], Seen], keys: Iterable[tuple[str, str]]
) -> list[NameSeen]:
    ranked = sorted(keys, key=lambda key: (-around[key].count, key))
    return names.shown(at, [(key, around[key]) for key in ranked[:MOST]], calendars)


def county_of(at: AsKnown, site: str) -> str | None:
    """The place, by slug, that every event at a site which no register has lies in; None where there is no one such."""
    found = events.hydrate(at, timeline.find(at, EventQuery(place=(site,), calendar=at.only)))
    around = {_around(at.register, event) for event in found}
    only = around.pop() if len(around) == 1 else None
    return only if only != site else None


def _around(register: Register, event: Event) -> str | None:
    place = event.place
    parts = (place.county, place.province) if place else ()
    return next((register.slug("place", each) for each in parts if each and register.known("place", each)), None)


def sites_in(at: AsKnown, place: str) -> list[tuple[str, list[Event]]]:
    """The sites that no register has and that lie in a place and in nothing smaller that has a page, by name, each with
    its events, the latest first; of the latest MOST_READ events there."""
    found: dict[str, list[Event]] = {}
    query = EventQuery(place=(place,), calendar=at.only, sort="-starts")
    for event in events.hydrate(at, timeline.find(at, query, limit=MOST_READ)):
        name = event.place.name if event.place else None
        if name and not at.register.known("place", name) and _around(at.register, event) == place:
            found.setdefault(name, []).append(event)
    return sorted(found.items())
