"""Previewing: the next entries of a feed and the last, held against a reading of every event there is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from calendars.vevent import entry
from schemas.feeds import UNCERTAIN, FeedOptions
from schemas.queries import EventQuery
from service import previewing
from service.store import events, facets, timeline
from service.store.asknown import AsKnown, standpoint
from service.store.database import Store
from service.store.revisions import Assertion, append
from tests.builders import a_store

FIRST = date(2025, 1, 1)
TODAY = date(2025, 12, 31)
DAYS = [TODAY, date(2025, 7, 1), date(2025, 3, 1)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Three hundred events of every sort of date, each known some time before or long after it."""
    store = a_store(tmp_path_factory.mktemp("store") / "var/leadup.sqlite3", TODAY)
    with store.transaction("test") as tx:
        for assertion in assertions(random.Random(7)):
            facets.index(tx.conn, append(tx, assertion), assertion.state)
    return store


def assertions(chance: random.Random) -> Iterator[Assertion]:
    for number in range(300):
        known = FIRST + timedelta(chance.randrange(365))
        first = FIRST + timedelta(chance.randrange(600))
        last = first + timedelta(chance.choice((3, 9, 10, 60, 400)))
        when = chance.choice((f"{first}", f"{first}/{last}", f"[{first}..{last}]", f"[{first}..]", f"{first}/.."))
        state = {"calendar": "demo", "kind": chance.choice(("plenary", "visit")), "title": "A plenary", "when": when}
        for status in ("announced", chance.choice(("expected", "announced", "retracted"))):
            yield Assertion("event", f"e{number:07}", "demo", known, state | {"status": status})


@pytest.fixture(params=[*DAYS, None], ids=str)
def at(store: Store, request: pytest.FixtureRequest) -> Iterator[tuple[AsKnown, date | None]]:
    with store.reading() as conn:
        yield standpoint(conn, store.clock, request.param), request.param


def everything(at: AsKnown, query: EventQuery, uncertain: str) -> list[tuple[date, date, str]]:
    """First and last day of every entry, and its event."""
    current = query.as_known_on is None
    found = events.hydrate(at, timeline.find(at, query, retracted=current))
    shown = [(each.id, entry(each, uncertain)) for each in found]
    return sorted((seen.first, seen.last, id_) for id_, seen in shown if seen)


QUERIES = [
    EventQuery(),
    EventQuery(kind=("visit",), status=("announced",)),
    EventQuery(since=date(2025, 5, 1), until=date(2025, 9, 1)),
    EventQuery(since=date(2025, 5, 1), until=date(2026, 9, 1), within=True, sort="-known_on"),
    EventQuery(text="plenary", until=date(2025, 2, 1)),
]


@pytest.mark.parametrize("uncertain", UNCERTAIN)
@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_the_next_and_the_last_are_those_of_the_whole(
    at: tuple[AsKnown, date | None], number: int, uncertain: str
) -> None:
    stand, day = at
    query = EventQuery(**{name: getattr(QUERIES[number], name) for name in EventQuery.__slots__} | {"as_known_on": day})
    every = everything(stand, query, uncertain)
    options = FeedOptions(uncertain=uncertain)
    for most in (1, 10):
        coming = previewing.coming(stand, query, options, most)
        assert places(coming) == [each for each in every if each[1] >= stand.day][:most]
        assert places(previewing.latest(stand, query, options, most)) == every[-most:][::-1]


def places(shown: list[previewing.Shown]) -> list[tuple[date, date, str]]:
    return [(each.entry.first, each.entry.last, each.event.id) for each in shown]


def test_nothing_is_shown_of_nothing(tmp_path: Path) -> None:
    empty = a_store(tmp_path / "var/leadup.sqlite3", TODAY)
    with empty.reading() as conn:
        at = standpoint(conn, empty.clock)
        assert previewing.coming(at, EventQuery(), FeedOptions(), 10) == []
        assert previewing.latest(at, EventQuery(), FeedOptions(), 5) == []
