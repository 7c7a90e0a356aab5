"""The rectangles answer what the definition says: on random histories, every day through every change."""

import json
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import NoSuchRevision, Retracted
from service.clock import Clock
from service.store.database import Store
from service.store.derived import DERIVED_TABLES, rebuild
from service.store.migrations import migrate
from service.store.revisions import Assertion, append

pytestmark = pytest.mark.slow

FIRST = date(2025, 1, 1)
SUBJECTS = ("aaaaaaaa", "bbbbbbbb", "cccccccc")

steps = st.lists(
    st.tuples(
        st.sampled_from(SUBJECTS),
        st.integers(0, 5),
        st.sampled_from(["announced", "held", "retracted"]),
        st.one_of(st.none(), st.integers(0, 3)),
    ),
    min_size=1,
    max_size=12,
)

# The oracle, and the only place where the definition stands as SQL: of each subject the revision with the greatest
# (known_on, sequence) among those with known_on <= D and change <= R that are not replaced by R.
DEFINITION = """
WITH standing AS (
    SELECT revision.* FROM revision JOIN change ON change.change = revision.change AND change.sort = 'event'
    WHERE revision.change <= :through AND NOT EXISTS (
        SELECT 1 FROM revision AS other WHERE other.subject = revision.subject
            AND other.replaces = revision.sequence AND other.change <= :through))
SELECT subject, change FROM standing
WHERE known_on <= :day
    AND NOT EXISTS (SELECT 1 FROM standing AS other WHERE other.subject = standing.subject AND other.known_on <= :day
        AND (other.known_on, other.sequence) > (standing.known_on, standing.sequence))
    AND NOT EXISTS (SELECT 1 FROM standing AS other WHERE other.subject = standing.subject
        AND json_extract(other.state, '$.status') = 'retracted')
ORDER BY subject
"""

RECTANGLES = """
SELECT subject, revision FROM period WHERE status <> 'retracted'
    AND known_from <= :day AND known_to > :day AND seen_from <= :through AND seen_to > :through ORDER BY subject
"""


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "store.sqlite3"
    migrate(path)
    return path


def store_with(history: list[tuple[str, int, str, int | None]], empty: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.row_factory = sqlite3.Row
    source = sqlite3.connect(empty)
    source.backup(conn)
    source.close()
    from service.store.database import Transaction

    for subject, day, status, replaces in history:
        state: dict[str, Any] = {"calendar": "c", "kind": "plenary", "title": "x", "when": "2025-01", "status": status}
        known_on = FIRST + timedelta(days=day)
        tx = Transaction(conn, "2025-01-01T00:00:00Z", "test")
        try:
            append(tx, Assertion("event", subject, "c", known_on, state, replaces=replaces))
        except (Retracted, NoSuchRevision):
            continue
    return conn


@given(steps)
@settings(max_examples=150, deadline=None)
def test_rectangles_agree_with_the_definition(
    empty_store: Path, history: list[tuple[str, int, str, int | None]]
) -> None:
    conn = store_with(history, empty_store)
    last = conn.execute("SELECT MAX(change) FROM change").fetchone()[0]
    for through in range((last or 0) + 1):
        for offset in range(-1, 7):
            asked = {"day": (FIRST + timedelta(days=offset)).isoformat(), "through": through}
            expected = conn.execute(DEFINITION, asked).fetchall()
            assert [tuple(row) for row in conn.execute(RECTANGLES, asked)] == [tuple(row) for row in expected]
    conn.close()


@given(steps)
@settings(max_examples=60, deadline=None)
def test_rebuilding_gives_the_same_derived_rows(
    empty_store: Path, history: list[tuple[str, int, str, int | None]]
) -> None:
    conn = store_with(history, empty_store)
    derived = [table for table in DERIVED_TABLES if table not in ("facet", "feed_bytes")]
    before = {table: rows_without_key(conn, table) for table in derived}
    rebuild(conn)
    assert {table: rows_without_key(conn, table) for table in derived} == before
    conn.close()


def rows_without_key(conn: sqlite3.Connection, table: str) -> list[str]:
    rows = [dict(row) for row in conn.execute(f"SELECT * FROM {table}")]
    return sorted(json.dumps({key: value for key, value in row.items() if key != "rectangle"}) for row in rows)


@given(steps)
@settings(max_examples=60, deadline=None)
def test_the_horizon_is_the_last_change_that_alters_what_was_known(
    empty_store: Path, history: list[tuple[str, int, str, int | None]]
) -> None:
    """Answers as known on D are the same through the printed change and through the store's last."""
    conn = store_with(history, empty_store)
    last = conn.execute("SELECT MAX(change) FROM change").fetchone()[0]
    for offset in range(7):
        day = (FIRST + timedelta(days=offset)).isoformat()
        row = conn.execute("SELECT MAX(change) FROM horizon WHERE known_on <= ?", (day,)).fetchone()
        printed = row[0] or 0
        answers = [conn.execute(RECTANGLES, {"day": day, "through": through}).fetchall() for through in (printed, last)]
        assert [tuple(each) for each in answers[0]] == [tuple(each) for each in answers[1]]
    conn.close()


def test_a_store_keeps_its_clock(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    migrate(path)
    store = Store(path, Clock())
    with store.transaction("test") as tx:
        append(
            tx,
            Assertion(
                "event",
                "aaaaaaaa",
                "c",
                FIRST,
                {"calendar": "c", "kind": "k", "title": "t", "when": "2025-01-01", "status": "held"},
            ),
        )
        first = tx.recorded_at
    with store.transaction("test") as tx:
        assert tx.recorded_at >= first
