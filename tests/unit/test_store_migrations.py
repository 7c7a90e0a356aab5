"""A store of an older version is brought up to date as it stands: what follows from its record is not made anew."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from service.store import derived
from service.store.database import Store, connect
from service.store.migrations import migrate, migrations
from tests.builders import a_store, tell

PERIOD = "SELECT subject, revision, known_from, known_to, seen_from, seen_to, band FROM period ORDER BY rectangle"
REACH = "SELECT change, known_on FROM reach ORDER BY change"


def told(path: Path) -> Store:
    """A store with dates of every sort: soon and far ahead, long, open, retracted, superseded later or at once."""
    store = a_store(path, date(2026, 1, 1))
    for known_on, when in (("2025-02-01", "[2025-02-01..]"), ("2025-02-20", "2025-21"), ("2025-11-01", "2025-12")):
        tell(store, "aaaaaaaa", when, known_on)
    tell(store, "aaaaaaaa", "2025-12-09/2025-12-11", "2025-12-12", status="held")
    tell(store, "bbbbbbbb", "2027", "2025-03-01")
    tell(store, "cccccccc", "2025-05-01", "2025-05-02", status="held")
    tell(store, "cccccccc", "2025-05-01", "2025-05-02", status="retracted")
    return store


def test_bands_and_reach_of_an_old_store_are_those_of_a_new_one(tmp_path: Path) -> None:
    made = told(tmp_path / "new.sqlite3")
    old = tmp_path / "old.sqlite3"
    conn = connect(old)
    migrations.apply(Database(conn), stop_before="bands_instead_of_wide")
    with made.reading() as new:
        for table in ("change", "revision"):
            rows = [tuple(row) for row in new.execute(f"SELECT * FROM {table}")]
            conn.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        for row in new.execute("SELECT * FROM period"):
            conn.execute(f"INSERT INTO period VALUES ({', '.join('?' * len(row))})", (*tuple(row)[:-1], 0))
        conn.close()
        migrate(old)
        conn = connect(old)
        for sql in (PERIOD, REACH):
            assert [tuple(row) for row in conn.execute(sql)] == [tuple(row) for row in new.execute(sql)]
    conn.close()


def test_instants_of_the_inbox_that_were_written_short_are_taken_out_and_no_others(tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite3"
    conn = connect(old)
    migrations.apply(Database(conn), stop_before="waits_that_addresses_ask_for")
    instants = {"999-01-01T00:00:00Z": None, "2026-11-24T08:00:00Z": "2026-11-24T08:00:00Z", None: None}
    for at in instants:
        conn.execute("INSERT INTO inbox_address (url, newest_at, next_at) VALUES (?, ?, '')", (str(at), at))
        put = "INSERT INTO headline (digest, address, title, url, published, fetched_at) VALUES (?, '', '', '', ?, '')"
        conn.execute(put, (str(at), at))
    conn.close()
    migrate(old)
    conn = connect(old)
    for sql in ("SELECT url, newest_at FROM inbox_address", "SELECT digest, published FROM headline"):
        assert {row[0]: row[1] for row in conn.execute(sql)} == {str(at): told for at, told in instants.items()}
    conn.close()


def test_every_sort_of_band_is_among_them(tmp_path: Path) -> None:
    with told(tmp_path / "store.sqlite3").reading() as conn:
        bands = {row[0] // 50 * 50 for row in conn.execute("SELECT band FROM period")}
    assert bands == {0, 100, 200, 250, 300}


def test_rebuilding_makes_the_same_bands(tmp_path: Path) -> None:
    store = told(tmp_path / "store.sqlite3")
    with store.transaction("test") as tx:
        before = [json.dumps(tuple(row)) for sql in (PERIOD, REACH) for row in tx.conn.execute(sql)]
        derived.rebuild(tx.conn)
        assert [json.dumps(tuple(row)) for sql in (PERIOD, REACH) for row in tx.conn.execute(sql)] == before
