"""What a calendar program shows of a feed, in one form for every program that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple


class Shown(NamedTuple):
    """An entry as a program shows it: first day and end (exclusive) as ISO days, or both as ISO instants in UTC."""

    start: str
    end: str
    title: str
    status: str
    uid: str = "autumn01@demo.leadup"


def _all_of_it(shown: Shown) -> Shown:
    return shown


@dataclass(frozen=True, slots=True)
class Judge:
    """A program that is asked what it sees.

    `read` gives the entries of a feed in any order and raises AssertionError for whatever the program complains of;
    `comparable` takes from an entry what the program cannot show, which its module says with the reason.
    """

    read: Callable[[bytes], list[Shown]]
    comparable: Callable[[Shown], Shown] = _all_of_it

    def sees(self, octets: bytes, entries: Iterable[Shown]) -> None:
        """AssertionError unless the program shows exactly these entries."""
        assert sorted(map(self.comparable, self.read(octets))) == sorted(map(self.comparable, entries))


def iso(when: date | datetime) -> str:
    """A day as it is, an instant in UTC: programs differ in which clock they show, not in the moment."""
    if not isinstance(when, datetime):
        return when.isoformat()
    assert when.tzinfo is not None, f"{when} floats: its zone was not understood"
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_rows(rows: Iterable[Iterable[str]]) -> list[Shown]:
    """The entries of a program that answers in JSON: start, end, title, status and uid each."""
    return [Shown(*row) for row in rows]
