"""Who brings letters at once: a few that are at it, and others that each wait for a slow server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock


class Crew:
    """At most `busy` couriers of one process are at it at once. One that waits for a slow server makes room for
    another, whom `relief` calls; `most` is how many there may be in all."""

    def __init__(self, busy: int = 1, most: int = 1, relief: Callable[[], object] = lambda: None) -> None:
        self._busy, self._most, self._relief = busy, most, relief
        self._at_it = self._waiting = 0
        self._lock = Lock()

    @contextmanager
    def joined(self) -> Iterator[bool]:
        """Whether there is room for one more, who leaves at the end of the block."""
        with self._lock:
            room = self._at_it < self._busy and self._at_it + self._waiting < self._most
            self._at_it += room
        try:
            yield room
        finally:
            with self._lock:
                self._at_it -= room

    @contextmanager
    def at_letter(self) -> Iterator[Callable[[], None]]:
        """While a letter is under way; what is yielded says, once, that its server is slow."""
        waits = False

        def slow() -> None:
            nonlocal waits
            if not waits:
                waits = True
                self._move(1)
                self._relief()

        try:
            yield slow
        finally:
            if waits:
                self._move(-1)

    def _move(self, count: int) -> None:
        with self._lock:
            self._at_it -= count
            self._waiting += count
