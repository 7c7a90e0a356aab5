"""Announced windows beside the days on which what they were announced for opened, and the one sentence for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from schemas.events import SaidBy
from schemas.when import When

Outcome = Literal["early", "inside", "late", "open", "cancelled", "unclear"]

OUTCOMES: Final = ("early", "inside", "late", "open", "cancelled", "unclear")
"""It opened before the earliest day, within the window, or after the latest; nothing is known of an opening; the body
called it off; the day it opened is not known exactly enough to say."""

QUOTED: Final = 15
"""How many of the newest windows a record quotes."""

EARLY_DAYS: Final = 7
"""From so many days before the earliest on, a letter says that some opened before."""


@dataclass(frozen=True, slots=True)
class Told:
    """One standing revision of an event, as far as windows are concerned."""

    known_on: date
    when: When
    status: str
    said_by: SaidBy | None


def same(one: Told, other: Told) -> bool:
    """Whether two states have the same date and status, given by the same."""
    return (one.status, one.when.edtf, one.said_by) == (other.status, other.when.edtf, other.said_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window announced for an event: known from which day, given by whom, and what came of it.

    `days_off` are the days from the nearer end of the window to the opening: negative before it, 0 inside, positive
    after it. `announced_days_before` are the days from known_on to the opening. Both None without a known opening.
    """

    event: str
    title: str
    kind: str
    when: When
    said_by: SaidBy | None
    known_on: date
    opened: date | None
    outcome: Outcome
    days_off: int | None
    announced_days_before: int | None


def windows_of(event: str, title: str, kind: str, told: Sequence[Told]) -> list[Window]:
    """Every window that was announced for an event before it is known to have opened, each once, oldest first.

    A window has both ends; one that was only told after the opening foretold nothing and is left out.
    """
    end = told[-1] if told else None
    found: dict[tuple[date, date, SaidBy | None], Window] = {}
    for each in told:
        first, last = each.when.starts_min, each.when.starts_max
        if each.status != "announced" or end is None or first is None or last is None:
            continue
        opened, outcome, off = _came(first, last, end)
        if opened is not None and each.known_on > opened:
            continue
        found.setdefault(
            (first, last, each.said_by),
            Window(
                event=event,
                title=title,
                kind=kind,
                when=each.when,
                said_by=each.said_by,
                known_on=each.known_on,
                opened=opened,
                outcome=outcome,
                days_off=off,
                announced_days_before=(opened - each.known_on).days if opened else None,
            ),
        )
    return list(found.values())


def _came(first: date, last: date, end: Told) -> tuple[date | None, Outcome, int | None]:
    """The day of the opening, what became of the window, and by how many days it was off."""
    if end.status == "cancelled":
        return None, "cancelled", None
    low, high = end.when.starts_min, end.when.starts_max
    if end.status != "held" or low is None or high is None:
        return None, "open", None
    opened = low if low == high else None
    if high < first:
        return opened, "early", (opened - first).days if opened else None
    if low > last:
        return opened, "late", (opened - last).days if opened else None
    inside = first <= low and high <= last
    return opened, "inside" if inside else "unclear", 0 if inside else None


def counted(windows: Iterable[Window]) -> dict[str, int]:
    """How many windows came out how, under the names of OUTCOMES."""
    counts = Counter(window.outcome for window in windows)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def record_in_words(windows: Sequence[Window], *, announced: bool = True) -> str:
    """What came of the newest: `of the last 15 announced windows 11 held the opening, 2 opened before, 2 after`; those
    that others than the body gave are not called `announced`.

    Counts alone, and only of windows whose outcome is known; how sure a window ahead is, nobody can say from them.
    """
    known = [each for each in windows if each.outcome in ("early", "inside", "late")][-QUOTED:]
    one, several = ("announced window", "announced windows") if announced else ("window so given", "windows so given")
    if not known:
        return f"no {one} has yet been followed by a known opening"
    counts = counted(known)
    if len(known) == 1:
        said = {"inside": "held the opening", "early": "opened before it", "late": "opened after it"}
        return f"the one {one} so far {said[known[0].outcome]}"
    before = f"{counts['early']} opened before" if counts["early"] else "none opened before"
    after = f"{counts['late']} after" if counts["late"] else "none after"
    return f"of the last {len(known)} {several} {counts['inside']} held the opening, {before}, {after}"


def early_warning(windows: Sequence[Window], days_to_earliest: int) -> str | None:
    """`may open earlier`, from the 7th day before the earliest on, where any ever did; else None."""
    ever = any(window.outcome == "early" for window in windows)
    return "may open earlier" if ever and days_to_earliest <= EARLY_DAYS else None
