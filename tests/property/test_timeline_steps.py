"""A page as known on an old day, or through an old change, costs little more than a page of the current state.

Counted, not timed: the steps of SQLite's virtual machine, every one of them. A plan that looks perfect to EXPLAIN may
still walk a hundred times too far.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from schemas.queries import EventQuery
from service.store.asknown import AsKnown, newest_known, standpoint
from service.store.database import Store
from service.store.timeline import Found, find
from tests.largestores import a_large_store

PAGE = 200
AS_KNOWN_LIMIT = 10
THROUGH_LIMIT = 20
KINDS = ((), ("plenary",), ("congress",), ("plenary", "congress", "session"), ("visit", "speech", "launch", "summit"))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((10_000, True), marks=pytest.mark.slow, id="10,000 day by day"),
        pytest.param((10_000, False), marks=pytest.mark.slow, id="10,000 event by event"),
        pytest.param((100_000, True), marks=pytest.mark.long, id="100,000 day by day"),
        pytest.param((100_000, False), marks=pytest.mark.long, id="100,000 event by event"),
    ],
)
def held(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, sqlite3.Connection]]:
    """A large store, dense like a hundred thousand events of twenty years, and a connection to it."""
    events, live = request.param
    path = tmp_path_factory.mktemp("large") / "store.sqlite3"
    store = a_large_store(path, events, live=live)
    with store.reading() as conn:
        yield store, conn
    path.unlink()


@pytest.mark.parametrize("sort", ["starts", "-starts"])
@pytest.mark.parametrize("kinds", KINDS, ids=lambda kinds: "+".join(kinds) or "every kind")
@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_an_old_page_walks_little_further_than_the_current_one(
    held: tuple[Store, sqlite3.Connection], share: float, kinds: tuple[str, ...], sort: str
) -> None:
    store, conn = held
    day = day_of_history(conn, share)
    changes = conn.execute("SELECT MAX(change) FROM change").fetchone()[0]
    current = standpoint(conn, store.clock)
    assert current.current
    for query in (
        EventQuery(kind=kinds, sort=sort),
        EventQuery(kind=kinds, sort=sort, since=day),
        EventQuery(kind=kinds, sort=sort, until=day),
    ):
        now, found = steps(current, query)
        if found < PAGE:  # there is no current page of that size to compare with
            continue
        assert steps(standpoint(conn, store.clock, day), query)[0] <= AS_KNOWN_LIMIT * now, query
        for old in (0.5, 0.99):
            pinned = standpoint(conn, store.clock, day, int(changes * old))
            assert steps(pinned, query)[0] <= THROUGH_LIMIT * now, (query, old)


@pytest.mark.parametrize("sort", ["starts", "-starts"])
def test_a_deep_page_walks_no_further_than_the_first(held: tuple[Store, sqlite3.Connection], sort: str) -> None:
    store, conn = held
    at = standpoint(conn, store.clock, day_of_history(conn, 0.9))
    query = EventQuery(sort=sort)
    whole = find(at, query)
    deep = whole[len(whole) * 2 // 3]
    assert steps(at, query, (deep.place, deep.id))[0] <= 3 * steps(at, query)[0]


def test_the_age_of_knowledge_is_looked_up_not_walked_to(held: tuple[Store, sqlite3.Connection]) -> None:
    store, conn = held
    changes = conn.execute("SELECT MAX(change) FROM change").fetchone()[0]
    for through in (None, changes // 2):
        at = standpoint(conn, store.clock, day_of_history(conn, 0.99), through)
        assert counted(conn, lambda at=at: newest_known(at, ["demo"])) <= 1000  # type: ignore[misc]


def day_of_history(conn: sqlite3.Connection, share: float) -> date:
    """The day by which a share of all revisions was known."""
    revisions = conn.execute("SELECT COUNT(*) FROM revision").fetchone()[0]
    row = conn.execute("SELECT known_on FROM revision ORDER BY known_on LIMIT 1 OFFSET ?", (int(revisions * share),))
    return date.fromisoformat(row.fetchone()[0])


def steps(at: AsKnown, query: EventQuery, after: tuple[str, str] | None = None) -> tuple[int, int]:
    """How many steps of the virtual machine a page takes, and how many events it found."""
    found: list[Found] = []
    taken = counted(at.conn, lambda: found.extend(find(at, query, limit=PAGE, after=after)))
    return taken, len(found)


def counted(conn: sqlite3.Connection, act: Callable[[], object]) -> int:
    """How many steps of the virtual machine an act takes."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    conn.set_progress_handler(step, 1)
    act()
    conn.set_progress_handler(None, 1)
    return taken
