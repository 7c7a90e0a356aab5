"""What is asked of one calendar, or of one event's history, costs no more for all that stands beside it.

Counted, not timed: the steps of SQLite's virtual machine.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from service import naming
from service.store import changes, facets
from service.store.asknown import AsKnown, newest_known, standpoint
from service.store.database import Store
from service.store.revisions import Assertion, append
from tests.builders import a_calendar, a_store, tell

TODAY = date(2026, 11, 24)
STATE: dict[str, Any] = {"calendar": "demo", "kind": "visit", "title": "A visit", "status": "held"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One event in the calendar `small`, of long ago."""
    store = a_store(tmp_path / "leadup.sqlite3", TODAY, a_calendar(), a_calendar(slug="small", name="Small"))
    tell(store, "small001", "2025-01-02", "2025-01-03", calendar="small")
    return store


def crowd(store: Store, count: int, event: str | None = None) -> None:
    """Many revisions in the calendar `demo`: of one event, or each of its own."""
    with store.transaction("test") as tx:
        for number in range(count):
            day = date(2025, 3, 1) + timedelta(days=number)
            subject, state = event or f"event{number:04}", {**STATE, "when": day.isoformat()}
            append(tx, Assertion("event", subject, "demo", day, state))


def steps(store: Store, act: Callable[[AsKnown], object]) -> int:
    """How many steps of the virtual machine an act takes."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        conn.set_progress_handler(step, 1)
        act(at)
        conn.set_progress_handler(None, 1)
    return taken


def test_the_newest_day_of_a_calendar_is_found_without_walking_past_the_others(store: Store) -> None:
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        assert newest_known(at, ["small"]) == date(2025, 1, 3)
        assert newest_known(at, ["small", "demo"]) == date(2025, 1, 3)
        assert newest_known(at, ["demo"]) is newest_known(at, ["none"]) is newest_known(at, []) is None
    before = steps(store, lambda at: newest_known(at, ["small"]))
    crowd(store, 300)
    assert steps(store, lambda at: newest_known(at, ["small"])) <= before + 10
    with store.reading() as conn:
        assert newest_known(standpoint(conn, store.clock), ["small", "demo"]) == date(2025, 12, 25)


def test_the_log_of_a_calendar_is_read_without_walking_past_the_others(store: Store) -> None:
    before = steps(store, lambda at: changes.log(at, 0, 50, ("small",)))
    crowd(store, 300)
    assert steps(store, lambda at: changes.log(at, 0, 50, ("small",))) <= before + 10
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        assert [each.subject for each in changes.log(at, 0, 50, ("small",))] == ["calendar/small", "small001"]
        both = changes.log(at, 0, 500, ("small", "demo"))
        assert both == changes.log(at, 0, 500)
        assert len(both) == 303


def test_the_log_of_an_event_of_many_revisions_does_not_read_them_all_for_each(store: Store) -> None:
    crowd(store, 50, "event001")
    few = steps(store, lambda at: changes.log(at, 0, 500, ("demo",)))
    crowd(store, 150, "event001")
    assert steps(store, lambda at: changes.log(at, 0, 500, ("demo",))) <= 5 * few


def test_the_log_says_which_date_stood_before(store: Store) -> None:
    for when, known_on in (("2025-05", "2025-03-01"), ("2025-05-07", "2025-04-01"), ("2025-06", "2025-03-15")):
        tell(store, "event001", when, known_on)
    with store.transaction("test") as tx:
        state = {**STATE, "when": "2025-05-09"}
        append(tx, Assertion("event", "event001", "demo", date(2025, 4, 1), state, replaces=1))
        append(tx, Assertion("event", "event001", "demo", date(2025, 4, 2), {**STATE, "when": "2025-05-10"}))
    with store.reading() as conn:
        logged = changes.log(standpoint(conn, store.clock), 0, 50, ("demo",))
    assert [each.before.edtf if each.before else None for each in logged[1:]] == [
        None,
        "2025-05",
        "2025-05",
        "2025-05-07",
        "2025-05-09",
    ]


def test_names_are_sought_by_a_word_with_one_look_at_the_register(store: Store) -> None:
    with store.transaction("test") as tx:
        for number in range(50):
            people = [f"Person {number}", f"Other {number}"]
            state = {**STATE, "when": "2025-05-07", "people": people}
            change = append(tx, Assertion("event", f"event{number:03}", "demo", date(2025, 5, 8), state))
            facets.index(tx.conn, change, state)
    asked: list[str] = []
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        conn.set_trace_callback(asked.append)
        found = naming.in_use(at, text="pers")
        conn.set_trace_callback(None)
    assert len(found) == 50
    assert len(asked) < 20
