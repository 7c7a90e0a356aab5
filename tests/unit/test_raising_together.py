"""Letters for many events at once, as an import raises them: the same as one by one, and each question asked once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from service import raising
from service.store.database import Store
from tests.builders import a_store, subscribe, tell

DAY = date(2025, 12, 5)
QUERIES = ("", "kind=visit", "kind=plenary", "q=red", "q=blue", "from=2025-12-20", "from=2025-12-20&to=2025-12-22")


def owing(folder: Path) -> tuple[Store, int, list[str]]:
    """A store with a subscription for each of QUERIES, where some events became known today and others moved today;
    the first change of that."""
    store = a_store(folder, DAY)
    for number, query in enumerate(QUERIES):
        subscribe(store, f"a{number}@example.org", query=query)
    ids = [f"event{number:03}" for number in range(24)]
    for number, id_ in enumerate(ids[:12]):
        tell(store, id_, f"2026-01-{number + 1:02}", "2025-11-01", kind="plenary" if number % 2 else "visit")
    with store.reading() as conn:
        first = conn.execute("SELECT MAX(change) + 1 FROM change").fetchone()[0]
    for number, id_ in enumerate(ids):
        changes = {"kind": "plenary" if number % 2 else "visit", "title": f"A {('red', 'blue')[number % 3 % 2]} one"}
        tell(store, id_, (DAY + timedelta(number + 4)).isoformat(), DAY.isoformat(), **changes)
    return store, first, ids


def raised(store: Store) -> set[tuple[str, ...]]:
    """What is owed to which query."""
    with store.reading() as conn:
        return {
            tuple(row)
            for row in conn.execute(
                "SELECT email, event, matter, about FROM outbox JOIN subscription ON subscription.id = subscription"
            )
        }


def test_together_the_same_letters_are_raised_as_one_by_one(tmp_path: Path) -> None:
    together, first, ids = owing(tmp_path / "together.sqlite3")
    with together.transaction("test") as tx:
        number = raising.raise_for_all(tx, together.clock, ids, first)
    singly, _, _ = owing(tmp_path / "singly.sqlite3")
    for id_ in ids:
        with singly.transaction("test") as tx:
            raising.raise_for(tx, singly.clock, id_)
    assert raised(together) == raised(singly)
    assert len(raised(together)) == number > len(ids)
    assert {matter for _, _, matter, _ in raised(together)} == {"announced", "moved"}


def test_how_often_questions_are_asked_does_not_grow_with_the_events(tmp_path: Path) -> None:
    store, first, ids = owing(tmp_path / "store.sqlite3")
    asked = []
    for some in (ids[:6], ids):
        with store.transaction("test") as tx:
            statements: list[str] = []
            tx.conn.set_trace_callback(statements.append)
            raising.raise_for_all(tx, store.clock, some, first)
            tx.conn.set_trace_callback(None)
            asked.append(sum("period" in each for each in statements))
    assert asked[0] > len(QUERIES)
    assert asked[1] == asked[0]
