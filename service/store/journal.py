"""What went, written down before anything else can happen: one short line a letter, in a file beside the store.

Between a mail server's "250 OK" and our note of it lies the one window in which a death doubles a letter. A transaction
would wait for whoever is writing; appending a line to an open file waits for nobody and outlasts the process.

Whoever writes a journal holds a lock on it, which ends with the process: a journal without one is a dead one's.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
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
        # Locked before it has its name: one that others find unlocked is a dead one's.
        unnamed = self._file.with_name(f".{self._file.name}")
        self._opened = open(unnamed, "ab", buffering=0, opener=_private)  # noqa: SIM115
        fcntl.flock(self._opened, fcntl.LOCK_EX)
        unnamed.rename(self._file)
        self._lines: list[bytes] = []

    def noting(self, letter: int, told: int | None) -> Callable[[], None]:
        """What notes that a letter went, to be called the moment that it did: all but the writing is done by now."""
        return partial(self._write, _line(letter, told, self._clock))

    def _write(self, line: bytes) -> None:
        """A single write, so that no line is ever half there. Raises ValueError once closed: a bare descriptor might be
        the store's by then."""
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
    return f"{letter} {'-' if told is None else told} {instant(clock.now())} {clock.pinned or '-'}\n".encode()


def _beside(store: Path, lease: str) -> Path:
    return store.with_name(f"{store.name}{_MARK}{lease}")


def left_behind(store: Path) -> list[Path]:
    """The journals of the dead."""
    return [file for file in _journals(store) if _is_a_dead_ones(file)]


def settle_left(tx: Transaction, store: Store, at: datetime) -> list[Path]:
    """Write into the store what the journals say that the dead left behind, and those whose lease lapsed by `at`, and
    end these leases; the files to be unlinked once that is committed. Whoever then leases what lapsed must do so as of
    the same instant, or takes letters of a journal that was not read yet."""
    done = [file for file in _journals(store.path) if _is_a_dead_ones(file) or _lapsed(tx, file, at)]
    for file in done:
        _settle(tx, _lines_of(file))
        outbox.end_lease(tx, _lease_of(file))
    return done


def _journals(store: Path) -> Iterator[Path]:
    return store.parent.glob(f"{store.name}{_MARK}*")


def _lease_of(file: Path) -> str:
    return file.name.rpartition(_MARK)[2]


def _is_a_dead_ones(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True


def _lapsed(tx: Transaction, file: Path, at: datetime) -> bool:
    row = tx.conn.execute("SELECT MAX(leased_until) FROM outbox WHERE leased_by = ?", (_lease_of(file),)).fetchone()
    return row[0] is None or bool(row[0] <= instant(at))


def _lines_of(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return []


def _settle(tx: Transaction, lines: Iterable[bytes]) -> None:
    for line in lines:
        if line.endswith(b"\n"):
            # Whoever died before days were noted left three fields.
            letter, told, at, day = [*line.decode().split(), "-"][:4]
            went = None if told == "-" else int(told)
            outbox.note_sent(tx, int(letter), went, at, None if day == "-" else day)
