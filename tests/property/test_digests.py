"""Who reads every digest knows what is known: whatever was recorded when, late, called off or retracted, and however
many days no digest went."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.events import Event
from schemas.queries import EventQuery
from schemas.windows import Told
from service import alerting, delivering
from service.clock import Clock
from service.digesting import found_for_digest, since_last
from service.mail.givers import told_of
from service.settings import read_settings
from service.store import subscriptions
from service.store.asknown import standpoint
from service.store.database import Store
from service.store.events import hydrate
from service.store.revisions import rows_of
from service.store.timeline import find
from tests.builders import a_store, subscribe, tell

FIRST = date(2026, 3, 2)
DAYS = 24
QUERY = EventQuery(calendar=("demo",), kind=("plenary",))

ENTRIES = st.lists(
    st.tuples(
        st.integers(0, DAYS - 1),
        st.sampled_from(["one", "two", "three"]),
        st.sampled_from([0, 0, 0, 1, 9]),
        st.integers(30, 33),
        st.sampled_from(["announced", "announced", "expected", "cancelled", "retracted"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)
"""(the day it is recorded, from FIRST on; which event; how many days before that it became known; when it is to be;
status; whether before the digest of its day)"""


def facts(states: dict[str, Told]) -> dict[str, tuple[Any, ...]]:
    return {id_: (each.status, each.when.edtf, each.said_by) for id_, each in states.items()}


def enter(store: Store, day: date, entry: tuple[int, str, int, int, str, bool]) -> None:
    """Record an entry, unless it is of an event that was retracted, or retracts one that there is not."""
    _, id_, late, opens, status, _ = entry
    with store.reading() as conn:
        rows = rows_of(conn, id_)
    if any(row.retracts for row in rows) or (status == "retracted" and not rows):
        return
    when = (FIRST + timedelta(opens)).isoformat()
    tell(store, id_, when, (day - timedelta(late)).isoformat(), status=status, title=id_)


def read(store: Store, view: dict[str, Told]) -> dict[str, Told]:
    """What a reader knows after the digest that is owed, who knew `view` before."""
    with store.reading() as conn:
        at = standpoint(conn, store.clock, calendars=["demo"])
        (subscription,) = subscriptions.active(conn, "demo")
        found = found_for_digest(at, QUERY, since_last(at, subscription))
    gone = {each.title for each in found.gone}
    assert gone <= view.keys()
    assert all(facts({"": view[id_]}) == facts({"": was}) for id_, was in found.before.items() if id_ in view)
    return {id_: each for id_, each in view.items() if id_ not in gone} | {e.id: told_of(e) for e in found.fresh}


def known(store: Store) -> list[Event]:
    with store.reading() as conn:
        at = standpoint(conn, store.clock, calendars=["demo"])
        return hydrate(at, find(at, replace(QUERY, calendar=())))


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(ENTRIES, st.sets(st.integers(0, DAYS - 1)), st.sampled_from(["daily", "weekly"]), st.booleans())
def test_who_reads_every_digest_knows_what_is_known(
    entries: list[Any], off: set[int], digest: str, weekdays: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        held = read_settings({"LEADUP_HOME": name})
        store = a_store(Path(name) / "store.sqlite3", FIRST - timedelta(30))
        id_ = subscribe(store, matters=(), digest=digest, weekdays=weekdays)
        with store.transaction("test") as tx:
            tx.conn.execute("UPDATE subscription SET confirmed_at = '2000-01-01T00:00:00Z' WHERE id = ?", (id_,))
        view: dict[str, Told] = {}
        for number in range(DAYS):
            day = FIRST + timedelta(number)
            store = Store(store.path, Clock(day))
            for entry in entries:
                if entry[0] == number and entry[5]:
                    enter(store, day, entry)
            if number not in off and alerting.raise_due(store):
                view = read(store, view)
                assert delivering.deliver(store, held)["sent"] == 1
                assert facts(view) == facts({each.id: told_of(each) for each in known(store)})
            for entry in entries:
                if entry[0] == number and not entry[5]:
                    enter(store, day, entry)
