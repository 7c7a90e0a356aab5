"""What went, written down before anything else can happen: one short line a letter, in a file beside the store.

Between a mail server's "250 OK" and our note of it lies the one window in which a death doubles a letter. A transaction
would wait for whoever is writing; appending a line to an open file waits for nobody and outlasts the process.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from service.clock import Clock, instant
from service.store import outbox
from service.store.database import Store, Transaction

_MARK = "-sent-"


class Journal:
    """The journal of one lease: noted line by line, settled with the store, and gone."""

    def __init__(self, store: Store, lease: str) -> None:
        self._file = _beside(store.path, lease)
        self._clock = store.clock
        self._opened = open(self._file, "ab", buffering=0, opener=_private)  # noqa: SIM115
        self._lines: list[bytes] = []

    def note(self, letter: int, told: int | None) -> None:
        """Note that a letter went: a single write, so that no line is ever half there. Raises ValueError once closed:
        a bare descriptor might be the store's by then."""
        line = _line(letter, told, self._clock)
        self._opened.write(line)
        self._lines.append(line)

    def settle(self, tx: Transaction) -> None:
        """Write into the store what was noted, whatever became of the file: others settle and unlink it once the lease
        has lapsed, as it does while this machine sleeps. `close` once that is committed."""
        _settle(tx, self._lines)

    def close(self) -> None:
        """The store has it: the journal goes."""
        self._opened.close()
        self._file.unlink(missing_ok=True)


def _private(file: str, flags: int) -> int:
    return os.open(file, flags, 0o600)


def _line(letter: int, told: int | None, clock: Clock) -> bytes:
    return f"{letter} {'-' if told is None else told} {instant(clock.now())}\n".encode()


def _beside(store: Path, lease: str) -> Path:
    return store.with_name(f"{store.name}{_MARK}{lease}")


def _left_behind(store: Path) -> Iterator[Path]:
    return store.parent.glob(f"{store.name}{_MARK}*")


def settle_left(tx: Transaction, store: Store) -> list[Path]:
    """Write into the store what the journals say that others left behind: those whose lease lapsed, and those whose
    letters are all settled; the files to be unlinked once that is committed."""
    done = []
    now = instant(store.clock.now())
    for file in _left_behind(store.path):
        lease = file.name.rpartition(_MARK)[2]
        row = tx.conn.execute("SELECT MAX(leased_until) FROM outbox WHERE leased_by = ?", (lease,)).fetchone()
        if row[0] is None or row[0] <= now:
            _settle(tx, _lines_of(file))
            done.append(file)
    return done


def _lines_of(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return []


def _settle(tx: Transaction, lines: Iterable[bytes]) -> None:
    for line in lines:
        if line.endswith(b"\n"):
            letter, told, at = line.decode().split()
            outbox.note_sent(tx, int(letter), None if told == "-" else int(told), at)
