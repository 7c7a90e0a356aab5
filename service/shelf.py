"""The shelf: feeds and entries made before, kept in memory within so many bytes, the longest unused dropped first."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Hashable, Sized
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import TypeVar, cast

from cachetools import LRUCache

T = TypeVar("T", bound=Sized)


@dataclass(frozen=True)
class Feed:
    """A published feed: its bytes, their hash, and when they may last have changed."""

    body: bytes
    tag: str
    modified: datetime

    @cached_property
    def zipped(self) -> bytes:
        """The same as gzip (RFC 1952), without a time in it: same bytes, same gzip."""
        return gzip.compress(self.body, compresslevel=6, mtime=0)

    def __len__(self) -> int:
        """How many bytes it takes at most, its gzip included: text as ours shrinks to a fifth."""
        return len(self.body) * 5 // 4


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Hashable
    value: Sized


class Shelf:
    """What one process keeps. Each thing stands under its question, with a stamp of all that it was made from besides:
    with another stamp it is made anew."""

    def __init__(self, capacity_bytes: int) -> None:
        self._kept: LRUCache[Hashable, _Kept] = LRUCache(capacity_bytes, lambda kept: len(kept.value))
        self._lock = Lock()

    def kept(self, question: Hashable, stamp: Hashable) -> Sized | None:
        """What answers a question, if it is kept with that stamp."""
        with self._lock:
            found = self._kept.get(question)
        return found.value if found is not None and found.stamp == stamp else None

    def take(self, question: Hashable, stamp: Hashable, make: Callable[[], T]) -> T:
        """What answers a question, made only where nothing is kept with that stamp."""
        kept = self.kept(question, stamp)
        if kept is not None:
            return cast("T", kept)
        made = make()
        with self._lock:
            if len(made) <= self._kept.maxsize:
                self._kept[question] = _Kept(stamp, made)
        return made
