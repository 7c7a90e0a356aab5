"""The store's file: how it is opened, and the one rule of transactions.

Reading: one deferred transaction a request or job, so that everything an answer holds belongs to one snapshot.
Writing: `BEGIN IMMEDIATE` always. (A deferred transaction that upgrades to writing can fail at once with "database is
locked": its snapshot may be stale, and busy_timeout does not wait for that.)
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from schemas.errors import StoreBusy, StoreUnreadable
from service.clock import Clock, instant
from service.settings import Settings

Connection = sqlite3.Connection
"""For those who only hand it on: sqlite3 itself stays in the store."""

BUSY_TIMEOUT_SECONDS = 30
OPEN_DAY = "9999-12-31"
FIRST_DAY = "0000-01-01"
OPEN_CHANGE = 9007199254740991
"""No change is ever that large: the open end of `seen_to` (2^53 - 1, exact in JSON too)."""
LATEST = OPEN_CHANGE - 1
"""Through everything recorded so far: before the open end, after every change."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A writing transaction: its connection, the one instant all its rows carry, and who writes."""

    conn: sqlite3.Connection
    recorded_at: str
    recorded_by: str


@contextmanager
def undone_on_refusal(tx: Transaction) -> Iterator[None]:
    """A part of a transaction that leaves nothing behind where it raises, so that the rest may go on."""
    tx.conn.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        tx.conn.execute("ROLLBACK TO part")
        raise
    finally:
        tx.conn.execute("RELEASE part")


Then = Callable[[Transaction, str], None]
"""What a verb does besides, in the same transaction, told the id of what it made."""


def nothing_else(tx: Transaction, id_: str) -> None:
    """The verb does nothing besides."""


def connect(path: Path, wait_seconds: float = BUSY_TIMEOUT_SECONDS) -> sqlite3.Connection:
    """A connection in autocommit mode (transactions are opened by hand), with foreign keys and WAL."""
    try:
        conn = sqlite3.connect(path, timeout=wait_seconds, isolation_level=None, check_same_thread=False)
        conn.row_factory = sqlite3.Row
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA recursive_triggers = ON")
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute("PRAGMA secure_delete = FAST")  # what is changed or deleted leaves nothing in the page it stood in
    except sqlite3.Error as cause:
        raise StoreUnreadable(f"The store {path.name} cannot be opened: {cause}.") from cause
    return conn


def store_of(settings: Settings) -> Store:
    """The store that the settings name, on their clock."""
    return Store(settings.store_path, Clock(settings.today))


@dataclass(frozen=True, slots=True)
class Store:
    """Where the store lies and what time it is there. Cheap to make; holds no connection."""

    path: Path
    clock: Clock
    busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One read transaction on a connection of its own."""
        conn = self._open(self.busy_timeout_seconds)
        try:
            conn.execute("BEGIN")
            yield conn
        finally:
            conn.close()

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A connection for one read transaction after another, in a job that does other things in between."""
        conn = self._open(self.busy_timeout_seconds)
        try:
            yield Reader(conn)
        finally:
            conn.close()

    @contextmanager
    def forgetting(self, recorded_by: str) -> Iterator[Transaction]:
        """As `transaction`; what is changed or deleted in it is overwritten in the file, and in the log beside it as
        far as nobody reads that at the moment."""
        with self.transaction(recorded_by) as tx:
            tx.conn.execute("PRAGMA secure_delete = ON")
            yield tx
        conn = self._open(self.busy_timeout_seconds)
        try:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            conn.close()

    @contextmanager
    def transaction(self, recorded_by: str, *, wait_seconds: float | None = None) -> Iterator[Transaction]:
        """The one way to write: all of it is committed at the end, or none if anything is raised.

        Raises StoreBusy if others keep the store for longer than `wait_seconds` (else `busy_timeout_seconds`)."""
        patience = self.busy_timeout_seconds if wait_seconds is None else wait_seconds
        conn = self._open(patience)
        try:
            _begin(conn, patience)
            yield Transaction(conn, _never_back(conn, instant(self.clock.now())), recorded_by)
            conn.execute("COMMIT")
        finally:
            conn.close()

    def _open(self, wait_seconds: float) -> sqlite3.Connection:
        if not self.path.exists():
            raise StoreUnreadable(f"There is no store {self.path.name}: run `leadup migrate` first.")
        return connect(self.path, wait_seconds)


@dataclass(frozen=True, slots=True)
class Reader:
    """A connection that is in no transaction but within `snapshot`."""

    conn: sqlite3.Connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """One read transaction."""
        self.conn.execute("BEGIN")
        try:
            yield self.conn
        finally:
            self.conn.execute("ROLLBACK")


class Watch:
    """Sees whether anything was written to a store, for a hundredth of what it takes to open it: by SQLite's
    data_version, on one connection that is never written through."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._opened: tuple[tuple[int, int], sqlite3.Connection] | None = None

    def state(self) -> tuple[tuple[int, int], int] | None:
        """Equal ones mean that nothing was committed in between; None where there is no store. A process that was
        forked has a connection of its own, and so has another file put in the place of the first."""
        with self._lock:
            try:
                file = os.getpid(), self._path.stat().st_ino
            except OSError:
                return None
            if self._opened is None or self._opened[0] != file:
                self._opened = (file, connect(self._path))
            return file, self._opened[1].execute("PRAGMA data_version").fetchone()[0]


def _begin(conn: sqlite3.Connection, wait_seconds: float) -> None:
    """Take the write lock, waiting for other writers as long as `wait_seconds`."""
    try:
        conn.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as cause:
        raise StoreBusy(f"The store was being written to for {wait_seconds:g} s: try again.") from cause


def _never_back(conn: sqlite3.Connection, now: str) -> str:
    """`now`, or the newest recorded_at if the machine's clock went back behind it."""
    row = conn.execute("SELECT recorded_at FROM change ORDER BY change DESC LIMIT 1").fetchone()
    return max(now, row["recorded_at"]) if row else now
