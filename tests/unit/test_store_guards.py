"""The record is append-only, whoever writes; every start checks that its guards stand; what derives can be remade."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from schemas.errors import StoreUnreadable
from service.clock import Clock
from service.settings import Settings
from service.store import derived, feedbytes
from service.store.database import Store, connect
from service.store.migrations import check, migrate

pytestmark = pytest.mark.slow

REFUSED = [
    "UPDATE revision SET state = '{}' WHERE change = 1",
    "DELETE FROM revision WHERE change = 1",
    "INSERT OR REPLACE INTO revision SELECT * FROM revision WHERE change = 1",
    "INSERT OR REPLACE INTO revision SELECT 9999, subject, sequence, known_on, '{}', '[]', NULL FROM revision",
    "UPDATE change SET recorded_at = '2000-01-01T00:00:00Z' WHERE change = 1",
    "DELETE FROM change WHERE change = 1",
    "INSERT OR REPLACE INTO change SELECT * FROM change WHERE change = 1",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_record_refuses_to_be_changed_by_anyone(settings: Settings, statement: str) -> None:
    stranger = sqlite3.connect(settings.store_path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        stranger.execute(statement)
    stranger.close()


@pytest.mark.parametrize("guard", ["revision_no_update", "revision_no_delete", "change_no_replace"])
def test_a_missing_guard_is_noticed_at_start(settings: Settings, guard: str) -> None:
    conn = connect(settings.store_path)
    conn.execute(f"DROP TRIGGER {guard}")
    with pytest.raises(StoreUnreadable, match=guard):
        check(conn)
    conn.close()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    assert migrate(tmp_path / "store.sqlite3")[0] == "record_and_derived"
    assert migrate(tmp_path / "store.sqlite3") == []


def test_a_missing_store_is_refused_in_words(tmp_path: Path, settings: Settings) -> None:
    gone = Store(tmp_path / "gone.sqlite3", Clock())
    with pytest.raises(StoreUnreadable, match="leadup migrate"), gone.reading():
        pass
    assert settings.store_path.exists()


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    def write_half() -> None:
        with store.transaction("test") as tx:
            tx.conn.execute("INSERT INTO fact (name, value) VALUES ('half', 'written')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    with store.reading() as conn:
        assert conn.execute("SELECT 1 FROM fact WHERE name = 'half'").fetchone() is None


def test_rebuilding_the_shipped_store_gives_the_same_rows(store: Store) -> None:
    tables = [*derived.DERIVED_TABLES]
    with store.transaction("test") as tx:
        before = {table: _rows(tx.conn, table) for table in tables}
        words = _found_words(tx.conn)
        derived.rebuild(tx.conn)
        feedbytes.refresh_all(tx.conn)
        after = {table: _rows(tx.conn, table) for table in tables}
        assert after == before
        assert _found_words(tx.conn) == words


def _rows(conn: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    columns = [row["name"] for row in conn.execute(f"PRAGMA table_info({table})") if row["name"] != "rectangle"]
    return sorted(tuple(row) for row in conn.execute(f"SELECT {', '.join(columns)} FROM {table}"))


def _found_words(conn: sqlite3.Connection) -> list[int]:
    return [row[0] for row in conn.execute("SELECT rowid FROM search WHERE search MATCH 'sinyang' ORDER BY rowid")]
