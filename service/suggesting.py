"""Suggesting links: what ought to be linked by what is known on a day, and taking or refusing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from schemas.errors import SuggestionNotFound
from schemas.events import FarEnd, LinkDraft
from schemas.links import EventFacts, Suggestion
from schemas.vocabulary import RELS
from service.analysis.pairs import Scored, scored
from service.analysis.titles import Weights
from service.linking import link, refuse_second
from service.store import eventfacts, links
from service.store.asknown import AsKnown, standpoint
from service.store.database import Store, Then, nothing_else

Key = tuple[str, str, str]

LEAST_SCORE = 0.6
"""Below this a pair is suggested only to who asks for less."""


def suggestions(
    at: AsKnown, *, calendars: Sequence[str] = (), event: str | None = None, least: float = LEAST_SCORE
) -> list[Suggestion]:
    """The links that the events known by then suggest and that do not stand, in any state; best first, then by
    id. `event` leaves those at one of its ends, and looks around it however old it is."""
    found = []
    for calendar in _calendars(at, calendars, event):
        likely = [
            pair
            for pair in _scored(at, calendar, event)
            if pair.points >= round(100 * least) and event in (None, pair.subject.id, pair.target.id)
        ]
        drawn = links.drawn(at, (id_ for pair in likely for id_ in (pair.subject.id, pair.target.id)))
        standing = _either_way(drawn)
        found += [_suggestion(pair) for pair in likely if _key(pair) not in standing]
    return sorted(found, key=lambda each: (-each.score, each.id))


def _calendars(at: AsKnown, asked: Sequence[str], event: str | None) -> list[str]:
    facts = eventfacts.one(at, event) if event else None
    if event:
        return [facts.calendar] if facts and (not asked or facts.calendar in asked) else []
    return sorted(slug for slug in asked or at.calendars if at.shows(slug))


def _key(pair: Scored) -> Key:
    return pair.rel, pair.subject.id, pair.target.id


def _either_way(standing: set[Key]) -> set[Key]:
    """With those of a rel that says the same from either end the other way round too."""
    return standing | {(rel, target, subject) for rel, subject, target in standing if RELS[rel].symmetric}


def _scored(at: AsKnown, calendar: str, event: str | None = None) -> list[Scored]:
    """The pairs of a calendar's newest events; where it has more, also those of the older ones around the event asked
    about."""
    newest = _newest(eventfacts.stand(at, calendar))
    asked = eventfacts.one(at, event) if event and len(newest.facts) == eventfacts.LOOKED_AT else None
    if asked is None:
        return newest.pairs
    near = {each.id: each for each in [asked, *eventfacts.around(at, asked)]}
    seen = {each.id for each in newest.facts}
    pairs = scored(near.values(), newest.weights)
    return [*newest.pairs, *(pair for pair in pairs if not {pair.subject.id, pair.target.id} <= seen)]


@dataclass(frozen=True, slots=True)
class _Newest:
    facts: list[EventFacts]
    weights: Weights
    pairs: list[Scored]


@lru_cache(maxsize=4)
def _newest(stand: eventfacts.Stand) -> _Newest:
    """Kept, since the same is asked for each event of a calendar; any change recorded makes another stand."""
    facts = eventfacts.newest(stand.at, stand.calendar)
    weights = Weights((each.words for each in facts), (each.people | each.bodies for each in facts))
    return _Newest(facts, weights, scored(facts, weights))


def _suggestion(pair: Scored) -> Suggestion:
    return Suggestion(
        rel=pair.rel,
        subject=_end(pair.subject),
        target=_end(pair.target),
        score=pair.points / 100,
        reasons=pair.reasons,
    )


def _end(facts: EventFacts) -> FarEnd:
    return FarEnd(facts.id, facts.title, facts.when)


def accept(
    store: Store, id_: str, *, known_on: date | None, why: str | None, by: str, then: Then = nothing_else
) -> str:
    """Assert a suggested link; its id. Without `known_on` it is known from the day on which both ends became known as
    they now stand: the reasons rest on no more. Raises SuggestionNotFound, LinkExists, and what linking refuses."""
    suggested, _, stated = _asked(store, id_)
    draft = _draft(suggested, "asserted", known_on or stated, why)
    return link(store, draft, by=by, then=then)


def reject(
    store: Store, id_: str, *, known_on: date | None, why: str | None, by: str, then: Then = nothing_else
) -> str:
    """Record a suggested link as rejected; its id. Without `known_on` from the first day on which both ends were known,
    so that it is suggested as known on no day any more. Raises SuggestionNotFound, LinkExists."""
    suggested, first, _ = _asked(store, id_)
    return link(store, _draft(suggested, "rejected", known_on or first, why), by=by, then=then)


def _draft(suggested: Suggestion, state: str, known_on: date, why: str | None) -> LinkDraft:
    return LinkDraft(
        rel=suggested.rel,
        subject=suggested.subject.id,
        target=suggested.target.id,
        state=state,
        known_on=known_on,
        evidence=f"suggested: {'; '.join(suggested.reasons)}"[:1000],
        why=why,
    )


def _asked(store: Store, id_: str) -> tuple[Suggestion, date, date]:
    """A suggestion of today of any score, the day on which both its ends were first known, and that since which both
    stand as they do."""
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        rel, subject, target = parts(id_)
        refuse_second(at.conn, rel, (subject, target))
        found = {each.id: each for each in suggestions(at, event=subject, least=0)}
        if id_ not in found:
            raise SuggestionNotFound(f"No link {id_} is suggested on {at.day}.")
        ends = [end for end in (eventfacts.one(at, subject), eventfacts.one(at, target)) if end]
        return found[id_], max(end.known_since for end in ends), max(end.known_on for end in ends)


def parts(id_: str) -> tuple[str, str, str]:
    """(rel, subject, target) of a suggestion's id; raises SuggestionNotFound for what is none."""
    rel, _, ends = id_.partition("~")
    subject, tilde, target = ends.partition("~")
    if rel not in RELS or not tilde:
        raise SuggestionNotFound(f"'{id_}' is no suggestion's id: it is made of a rel and two events' ids.")
    return rel, subject, target


@dataclass(frozen=True, slots=True)
class Measured:
    """How suggestions of a rel ("all" of them) meet the links that stand: how many of each, and how many are both."""

    rel: str
    links: int
    suggested: int
    both: int

    @property
    def recall(self) -> float | None:
        """Of the links, the share that would be suggested if they were not there; None without any."""
        return self.both / self.links if self.links else None

    @property
    def precision(self) -> float | None:
        """Of what would be suggested if no link were there, the share that is linked; None without any."""
        return self.both / self.suggested if self.suggested else None


def measured(at: AsKnown, calendar: str, least: float = LEAST_SCORE) -> list[Measured]:
    """The rule held against a calendar's own asserted links as known by then, by rel and for all.

    No rule reads links, and links only leave out what they hold: so what would be suggested without one link is what is
    suggested without any, and one scoring leaves out each in turn.
    """
    real = links.between(at, calendar, ("asserted",))
    rated = {_key(pair) for pair in _scored(at, calendar) if pair.points >= round(100 * least)}
    rows = [_measured(rel, _of(rel, real), _of(rel, rated)) for rel in RELS]
    return [*rows, _measured("all", real, rated)]


def _measured(rel: str, real: set[Key], rated: set[Key]) -> Measured:
    return Measured(rel, len(real), len(rated), len(real & rated))


def _of(rel: str, keys: Iterable[Key]) -> set[Key]:
    return {key for key in keys if key[0] == rel}
