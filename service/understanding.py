"""Reading what a title says: persons and places by the register of names, the kind by what like titles were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from schemas.errors import DomainError
from schemas.events import Place
from schemas.names import Register
from schemas.queries import EventQuery
from schemas.when import read
from schemas.words import folded
from service.analysis.likened import Likened, signs
from service.analysis.outright import Borne, Outright
from service.analysis.spellings import Key, Run, Spelled, of_register
from service.analysis.takenback import is_denied, is_taken_back
from service.analysis.takingpart import taking_part
from service.store import eventfacts, events, timeline, titles
from service.store.asknown import AsKnown
from service.store.eventfacts import Stand
from service.store.states import PLACE_PARTS

Spelling = tuple[str, Key]
"""How something may be spelled, and what is so."""


@dataclass(frozen=True, slots=True)
class Headed:
    """What a page is called, and who publishes it; empty for what it does not say."""

    title: str
    publisher: str


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
    host = _host(url)
    return (titles.publisher_at(at, host) or host) if host else ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def headed(at: AsKnown, url: str, title: str) -> Headed:
    """What a page at an address is called, and who publishes it. A last part behind a bar or a dash is taken off where
    it is certainly the publisher's name: that of the host itself, of a source recorded from there, or of any source
    where nothing is recorded from there. Else "Kim oversees a test - KCNA" may say whom Reuters quotes."""
    whole = " ".join(title.split())
    told, bar, last = max((whole.rpartition(each) for each in _BARS), key=lambda parts: len(parts[0]))
    name, host = _closed_up(last), _host(url)
    if not (told and name and host):
        return Headed(whole, publisher_of(at, url))
    reports, known = titles.reports_by(at, last), titles.publisher_at(at, host)
    here = next((publisher for publisher, address in reports if _host(address) == host), None)
    if here or name in (_closed_up(host), _closed_up(_own_label(host))):
        return Headed(told, here or known or last)
    if reports and not known:
        return Headed(told, reports[0][0] if bar == _BARS[0] else host)
    return Headed(whole, known or host)


_BARS: Final = (" | ", " - ", " \u2013 ", " \u2014 ")
"""What parts a page's title from the name of who publishes it; the first is used for nothing else."""

_SHARED: Final = frozenset({"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"})
"""Labels of hosts that are no site's own: `bbc.co.uk`."""


def _own_label(host: str) -> str:
    """`news.bbc.co.uk` -> `bbc`."""
    *labels, _ = host.split(".")
    return next((label for label in reversed(labels) if label not in _SHARED), "")


def _closed_up(name: str) -> str:
    """`The NK News` -> `nknews`."""
    return folded(name).removeprefix("the ").replace(" ", "").removeprefix("the")


def understood(at: AsKnown, calendar: str, title: str) -> Understood:
    """What a title says, by the names known by then and the titles of a calendar's newest events."""
    reader = _learnt(eventfacts.stand(at, calendar))
    denied = is_denied(reader.names.beside(title, "person"))
    found = [] if denied else named(reader.names.runs(title))
    there = [] if denied else taking_part(reader.names, title)
    people = tuple(at.register.spelling("person", slug, at.day) for _, slug in there)
    places = [slug for type_, slug in found if type_ == "place"]
    return Understood(reader.kind(title), people, _place(at, calendar, places))


class Reader:
    """What the titles of a calendar are read by: the spellings of names, and how its events are called.

    A kind that a title names outright goes before what like titles were; a key meeting is read in no other way. Of what
    is denied, put off, asked or long ago none is read."""

    def __init__(self, at: AsKnown, calendar: str) -> None:
        declared, told = at.calendars[calendar], titles.told(at, calendar)
        kinds = {kind.slug: (kind.label, kind.plural, kind.slug, *kind.variants) for kind in declared.kinds}
        called = (declared.name, declared.slug, *declared.variants)
        self._key, self._year = frozenset(declared.key_meetings()), at.day.year
        spellings = [*of_register(at.register), *((each, ("calendar", calendar)) for each in called)]
        self.names = Spelled(spellings)
        meant = [(word, ("kind", kind)) for kind, words in kinds.items() for word in words]
        self._spelled = Spelled([*spellings, *meant, *_alike(self.names, meant, spellings)])
        self._outright = Outright(self._key, self._spelled, _borne(told, at.register), _countries(told, at.register))
        self._likened = Likened((each.kind, signs(self._spelled.runs(each.title))) for each in told)

    def kind(self, title: str, left_out: str | None = None) -> str | None:
        """The kind of a title, where it is certain; `left_out` is the kind of this very title, where it is among those
        that the calendar has and is not to tell its own."""
        if is_taken_back(self.names.beside(title, "person"), self._year):
            return None
        outright, mentioned = self._outright.kind(title), self._outright.kinds(title)
        if outright or not self._key.isdisjoint(mentioned):
            return outright
        asked, barred = signs(self._spelled.runs(title)), {*self._key, *self._outright.others(title)}
        kind = self._likened.without(left_out, asked, barred) if left_out else self._likened.kind(asked, barred)
        return kind if kind and self._outright.allows(kind, title) else None


def _alike(names: Spelled, meant: Sequence[Spelling], spellings: Sequence[Spelling]) -> list[Spelling]:
    """Every spelling of the bodies by one of which a kind is called: where the one names it, so do the others."""
    called = {key: kind for word, kind in meant for key in names.claims(word) if key[0] == "body"}
    return [(spelling, called[key]) for spelling, key in spellings if key in called]


def _borne(told: Sequence[titles.Told], register: Register) -> dict[str, Borne]:
    """By kind what its events bear: their bodies, and those that these are part of; their places, and what lies around
    these; the persons of a fourth of them."""
    found, around = dict[str, Borne](), _around(register)
    places = {each.places: register.places(each.places) for each in told}
    events, taking_part = Counter(each.kind for each in told), Counter[tuple[str, Key]]()
    for each in told:
        borne = found.setdefault(each.kind, Borne())
        borne.names |= {key for name in each.names if name[0] == "body" for key in (name, *around.get(name, ()))}
        borne.countries |= {each.country} if each.country else set()
        borne.places |= places[each.places]
        taking_part.update((each.kind, name) for name in each.names if name[0] == "person")
    for (kind, person), count in taking_part.items():
        found[kind].names |= {person} if count * 4 >= events[kind] else set()
    return found


def _around(register: Register) -> dict[Key, list[Key]]:
    """By body the bodies that it is part of, as its name says, which begins with theirs."""
    called = [(key, tuple(folded(name.name).split())) for key, name in register.names.items() if key[0] == "body"]
    return {
        key: [other for other, part in called if part != words and words[: len(part)] == part] for key, words in called
    }


def _countries(told: Sequence[titles.Told], register: Register) -> dict[str, set[str]]:
    """By place the countries in which the events there, or at places that lie in it, are."""
    found: dict[str, set[str]] = {}
    for each in told:
        for place in register.places(each.places) if each.country else ():
            found.setdefault(place, set()).add(each.country or "")
    return found


@lru_cache(maxsize=8)
def _learnt(stand: Stand) -> Reader:
    """The same for every title that is read until something is recorded."""
    return Reader(stand.at, stand.calendar)


def named(runs: Sequence[Run]) -> list[Key]:
    """(type, slug) of each person and place that a title names, in its order; none that several names claim."""
    claims = ([each for each in run.claims if each[0] in ("person", "place")] for run in runs)
    return list(dict.fromkeys(claimed[0] for claimed in claims if len(claimed) == 1))


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
        told = {part: getattr(event.place, part) for part in PLACE_PARTS} if event.place else {}
        own = [part for part in PLACE_PARTS if told.get(part) and at.register.slug("place", told[part]) == slug]
        if own and event.place:
            kept = PLACE_PARTS[PLACE_PARTS.index(own[-1]) :]
            return Place(**{part: told[part] for part in kept}, country=event.place.country)
    return None
