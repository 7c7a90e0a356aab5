"""What `find` walks to is what is alive on D through R, in order, whatever the range, the kinds and the pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.queries import EventQuery
from service.store.asknown import AsKnown, standpoint
from service.store.database import Store
from service.store.timeline import Found, count, find
from tests.largestores import EVENTS_A_DAY, LAST_DAY, WEIGHTS, a_large_store

EVENTS = 400
ALIVE = """
SELECT starts_min, ends_max, kind, subject, revision FROM period WHERE status <> 'retracted'
    AND known_from <= :day AND known_to > :day AND seen_from <= :through AND seen_to > :through
"""

days = st.integers(-300, 250).map(lambda offset: LAST_DAY - timedelta(days=EVENTS // EVENTS_A_DAY - offset))
spans = st.tuples(st.none() | days, st.none() | days).filter(
    lambda span: not (span[0] and span[1] and span[0] > span[1])
)
questions = st.builds(
    lambda span, kinds, sort: EventQuery(since=span[0], until=span[1], kind=tuple(kinds), sort=sort),
    spans,
    st.lists(st.sampled_from(list(WEIGHTS)), max_size=3),
    st.sampled_from(["starts", "-starts"]),
)


@pytest.fixture(scope="module", params=[True, False], ids=["day by day", "event by event"])
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Any]]:
    """A store of a few weeks of events, and a connection to it."""
    store = a_large_store(tmp_path_factory.mktemp("few") / "store.sqlite3", EVENTS, live=request.param)
    with store.reading() as conn:
        yield store, conn


@pytest.mark.slow
@given(data=st.data(), query=questions, day=st.none() | days, share=st.none() | st.floats(0, 1))
@settings(max_examples=300, deadline=None)
def test_what_is_found_is_what_is_alive(
    held: tuple[Store, sqlite3.Connection],
    data: st.DataObject,
    query: EventQuery,
    day: date | None,
    share: float | None,
) -> None:
    store, conn = held
    last = conn.execute("SELECT MAX(change) FROM change").fetchone()[0]
    through = None if share is None else int(share * last)
    at = standpoint(conn, store.clock, min(day, LAST_DAY) if day else None, through)
    expected = alive(at, query)
    assert [(each.place, each.id, each.revision) for each in find(at, query)] == expected
    assert count(at, query) == len(expected)
    limit = data.draw(st.integers(1, 60), label="limit")
    assert [(each.place, each.id, each.revision) for each in paged(at, query, limit)] == expected


def alive(at: AsKnown, query: EventQuery) -> list[tuple[str, str, int]]:
    """The same, by looking at every rectangle."""
    rows = at.conn.execute(ALIVE, {"day": at.day.isoformat(), "through": at.through}).fetchall()
    kept = [
        (starts_min, subject, revision)
        for starts_min, ends_max, kind, subject, revision in rows
        if (not query.kind or kind in query.kind)
        and (query.since is None or ends_max >= query.since.isoformat())
        and (query.until is None or starts_min <= query.until.isoformat())
    ]
    kept.sort(key=lambda row: row[1])
    return sorted(kept, key=lambda row: row[0], reverse=query.sort == "-starts")


def paged(at: AsKnown, query: EventQuery, limit: int) -> list[Found]:
    """The whole answer, a page at a time."""
    found: list[Found] = []
    while page := find(at, query, limit=limit, after=(found[-1].place, found[-1].id) if found else None):
        found += page
    return found
