"""Drawings of run-ups: what was held by lead, and how one stands so far beside the earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

LEAST_WIDTH = 0.9
MOST_ROWS = 16


@dataclass(frozen=True, slots=True)
class Mark:
    """An event: where its days lie, in hundredths of the width; which it is; whether the drawing is about it."""

    x: float
    width: float
    id: str
    own: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """A row of marks for each kind, from the longest lead on the left to the meeting on the right."""

    rows: list[tuple[str, list[Mark]]]
    ticks: list[tuple[float, str]]
    sentence: str


@dataclass(frozen=True, slots=True)
class Fan:
    """Run-ups as steps of a drawing 100 wide and 100 high: how many events so far, in days of the year before each."""

    others: list[str]
    own: str
    pace: str
    now: float
    top: int
    ticks: list[tuple[float, str]]
    sentence: str


def strip(
    events: Sequence[tuple[str, str, tuple[int, int]]], named: Mapping[str, str], lead_days: int, own: str = ""
) -> Strip | None:
    """The events (id, kind, fewest and most days before the meeting) by kind, the most frequent first; None without."""
    by_kind: dict[str, list[Mark]] = {}
    for id_, kind, (fewest, most) in events:
        x, width = _x(most, lead_days), 100 * (most - fewest + 1) / lead_days
        mark = Mark(round(min(x, 100 - LEAST_WIDTH), 2), round(max(LEAST_WIDTH, width - 0.3), 2), id_, id_ == own)
        by_kind.setdefault(kind, []).append(mark)
    ordered = sorted(by_kind.items(), key=lambda each: (-len(each[1]), each[0]))[:MOST_ROWS]
    rows = [(f"{named.get(kind, kind)}, {len(marks)}", marks) for kind, marks in ordered]
    told = "; ".join(words for words, _ in rows)
    return Strip(rows, _ticks(lead_days), f"In the {lead_days} days before, by kind: {told}.") if rows else None


def fan(activity: Mapping[str, Any], lead_days: int) -> Fan | None:
    """An activity of a run-up so far, as if the meeting opened on the earliest day; None where that is not told."""
    own = activity["own"][0] if activity["own"] else None
    if activity["sentence"] is None or own is None:
        return None
    lines = [_worth(each["whole"]) for each in activity["others"]]
    first = _worth(own)
    top = ceil(max([lead_days, *(value for line in (first, *lines) for _, value in line)]))
    return Fan(
        others=[_line(each, 0, top, lead_days) for each in lines],
        own=_line(first, own["nearest"] - 1, top, lead_days),
        pace=f"0,100 100,{_y(lead_days, top)}",
        now=_x(own["nearest"] - 1, lead_days),
        top=top,
        ticks=_ticks(lead_days),
        sentence=f"{activity['sentence']} Lines: {len(lines)} earlier run-ups, and in front this one so far.",
    )


def _worth(found: Mapping[str, Any]) -> list[tuple[int, float]]:
    """(lead, events so far in days of the year before)"""
    return [(lead, count / found["level"]) for lead, count in found["steps"]]


def _line(steps: Sequence[tuple[int, float]], end: int, top: int, lead_days: int) -> str:
    """Steps as points, from nothing at the longest lead to what there was `end` days before."""
    points, height = ["0,100"], 100.0
    for lead, value in steps:
        x = _x(lead, lead_days)
        points.append(f"{x:g},{height:g}")
        height = _y(value, top)
        points.append(f"{x:g},{height:g}")
    return " ".join([*points, f"{_x(end, lead_days):g},{height:g}"])


def _x(lead: int, lead_days: int) -> float:
    """Where a day begins that lies so many days before."""
    return round(max(0.0, 100 * (lead_days - lead) / lead_days), 1)


def _y(value: float, top: int) -> float:
    return round(100 - 100 * value / top, 1)


def _ticks(lead_days: int) -> list[tuple[float, str]]:
    step = 7 * max(1, ceil(lead_days / 70))
    leads = range(step * (lead_days // step), 0, -step)
    return [(_x(each, lead_days), str(each)) for each in leads]
