"""What an import reads out of a file, and what became of each line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from schemas.events import EventDraft

FORMATS: Final = ("jsonl", "csv", "ics")
"""JSON Lines, CSV (RFC 4180) and iCalendar (RFC 5545)."""

MOST_LINES: Final = 50_000
"""How many events a file may hold, each day of a repetition counted."""

MOST_REVISIONS: Final = 200
"""How many lines of a file may speak of one event: each is set among all that was said of it before."""

OUTCOMES: Final = ("accepted", "unchanged", "refused")

Mistake = dict[str, Any]
"""{detail, pointer}: what is wrong, and where in the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for lines that do not say it themselves. `zones` gives each calendar's IANA zone; `today` bounds how
    far a repetition is followed."""

    zones: Mapping[str, str]
    today: date
    calendar: str | None = None
    kind: str | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event read out of a file: `number` is the line (from 1) it begins on.

    Either a `draft` or `mistakes`. `id` is the one the line brings; without it `key` says which line of which file
    this is, so that the same line is the same event when it comes again. `carried` marks an event of our own feed,
    whose texts came through iCalendar. `kept_out` names what of the line an event has no place for.
    """

    number: int
    draft: EventDraft | None = None
    id: str | None = None
    key: str = ""
    carried: bool = False
    mistakes: tuple[Mistake, ...] = ()
    kept_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read: its lines, and the parts that are no event at all, as {line, what}."""

    lines: list[Line]
    passed_over: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What became of a line: `outcome` is of OUTCOMES; `sequence` that of the state it stands at or made."""

    line: int
    outcome: str
    id: str | None = None
    sequence: int | None = None
    mistakes: tuple[Mistake, ...] = ()
    kept_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An import done, or tried: `id` is None where nothing was kept of it (a dry run). `counts` says by outcome how
    many lines ended so; in a list of imports `items` and `passed_over` are left empty.

    `changes` are the first and last change numbers it made, None where it made none. `notify` is what was asked for.
    """

    id: str | None
    name: str | None
    format: str
    octets: int
    recorded_at: str
    recorded_by: str
    dry_run: bool
    partial: bool
    notify: bool
    counts: Mapping[str, int]
    items: list[Item]
    passed_over: list[dict[str, Any]]
    changes: tuple[int, int] | None
